"""Folds: which records are one and the same post, a copy, or a lightly edited copy."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from sys import intern

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bedside.store.stages import Aggregate, Ask
from bedside.unify.fingerprints import Words, count_changes, estimate_similarity, jaccard, tokens_of

__all__ = ["NEAR", "find_folds"]

NEAR = 0.7  # Jaccard similarity of word 3-grams from which two texts are one text, lightly edited
_WORTH_READING = NEAR - 0.2  # by sketch; four standard errors of its estimate below
_WORDS_PER_SWAP = 20  # "it was pcos after all" is no copy of "it was diabetes after all"
_WORDS_PER_ADDITION = 5  # a copied line of twelve words with four of one's own is one's own post
_LEADERS = 12  # texts of one band that are told apart before the rest of it is left alone
NEVER = -(2**62)  # microseconds; before any time
_CHUNK = 250_000  # records whose texts are read at a time, and pairs whose sketches are

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
HOW = ("kept", "same_post", "tombstone", "repost", "exact", "near")

RECORDS = Aggregate(
    name="unify.fold_records",
    sql="""
SELECT record_no, post_key, source, text_state, content_hash, published_at, edited_at, collected_at,
  state_observed_at
FROM posts ORDER BY record_no
""",
    needs=("posts",),
)
REPOSTS = Aggregate(
    name="unify.fold_reposts",
    sql="""
SELECT record_no, MIN(target_key) AS target_key FROM post_relations
WHERE rel = 'repost' AND target_key IS NOT NULL GROUP BY record_no ORDER BY record_no
""",
    needs=("post_relations",),
)
BANDS = Aggregate(
    name="unify.fold_bands",
    sql="""
SELECT b.band, b.record_no FROM post_bands b
JOIN (SELECT band FROM post_bands GROUP BY band HAVING COUNT(*) > 1) AS shared ON b.band = shared.band
ORDER BY b.band, b.record_no
""",
    needs=("post_bands",),
)
_SHARES_A_BAND = """record_no IN (SELECT b.record_no FROM post_bands b
JOIN (SELECT band FROM post_bands GROUP BY band HAVING COUNT(*) > 1) AS shared ON b.band = shared.band)"""
SKETCHES = Aggregate(
    name="unify.fold_sketches",
    sql=f"SELECT record_no, sketch FROM posts WHERE {_SHARES_A_BAND} ORDER BY record_no",  # noqa: S608
    needs=("posts", "post_bands"),
)
TEXTS = Aggregate(
    name="unify.fold_texts",
    sql="""
SELECT record_no, title, body, segments FROM posts
WHERE record_no >= $low AND record_no < $high ORDER BY record_no
""",
    needs=("posts",),
)


def find_folds(ask: Ask, *, one_post_one_person: Sequence[str] = ()) -> pa.Table:
    """Fold records of the same post, exact and near copies, and bare reposts.

    Parameters
    ----------
    ask : Ask
        Over `posts`, `post_bands` and `post_relations`.
    one_post_one_person : sequence of str
        Sources of which each record is another person: their equal texts are never folded.

    Returns
    -------
    pyarrow.Table
        record_no, post_key, keep, fold_key, how, similarity; one row per record, by record_no. `fold_key` is
        the post_key of the post that stands for it, its own when kept. `how` = kept, same_post (an earlier
        reading of the same post), tombstone (deleted, or without text), repost, exact (same words in order),
        near (Jaccard similarity of word 3-grams >= 0.7 to the post that stands for it and at most one word in 20
        swapped, one in 5 added; checked on the texts).
        `similarity` is 1.0 but for near.

    Notes
    -----
    Of a post read twice the last edited, then last collected stays. A tombstone outlives every reading of its
    post, but one made by asking the source itself after it: a deactivated account may come back. Copies fold
    into the earliest published. Texts under 12 words are never copies of each other.
    """
    records, apart = _read_records(ask, one_post_one_person)
    open_ = records.keep & ~apart
    reposts = _repost_pairs(ask(REPOSTS, {}), records, open_)
    records.fold_reposts(reposts, _read_words(ask, records, np.array(reposts, np.int64)))
    records.fold_exact(open_)
    _fold_near(ask, records, open_)
    return records.table()


def _read_records(ask: Ask, one_post_one_person: Sequence[str]) -> tuple["_Records", Bools]:
    """The records, their readings folded; and which of them are of sources where each is another person."""
    table = ask(RECORDS, {})
    apart = pc.is_in(table["source"], pa.array(list(one_post_one_person), pa.string()))
    return _Records(table), np.asarray(apart.to_numpy(), np.bool_)


class _Records:
    """The records in order of record_no, and what has been decided about each: some 70 bytes a record."""

    def __init__(self, table: pa.Table) -> None:
        self.record_no: Ints = table["record_no"].to_numpy()
        self.has_text: Bools = _is(table["text_state"], "kept")
        self.is_tombstone: Bools = _is(table["text_state"], "tombstone")
        self.content: Places = _codes(table["content_hash"])
        self.post: Places = _codes(table["post_key"])
        self.rank = _ranks(table)
        self.into: Places = np.arange(len(self.record_no), dtype=np.int32)
        self.how = np.zeros(len(self.record_no), np.int8)  # place in HOW
        self.similarity = np.ones(len(self.record_no))
        self._fold_readings(table)
        none = pa.array([], pa.string())  # two arrays are copied, so that the table can go
        self.post_key = pa.concat_arrays([*table["post_key"].chunks, none])

    @property
    def keep(self) -> Bools:
        """Records that stand for themselves so far."""
        return np.asarray(self.how == HOW.index("kept"))

    def fold(self, rows: Ints | int, into: Ints | int, how: str) -> None:
        """Let `into` stand for `rows`."""
        self.into[rows] = into
        self.how[rows] = HOW.index(how)

    def _fold_readings(self, table: pa.Table) -> None:
        """Keep the last reading of each post that has a text and no tombstone."""
        collected = _micros(table["collected_at"], absent=NEVER)
        edited = _micros(table["edited_at"], absent=NEVER)
        order = np.lexsort((self.record_no, collected, edited, self.has_text, self.post))
        last = np.append(
            self.post[order][1:] != self.post[order][:-1], np.ones(len(order[:1]), bool)
        )
        newest = np.empty(self.post.max(initial=-1) + 1, np.int64)
        newest[self.post[order][last]] = order[last]
        older = np.flatnonzero(newest[self.post] != np.arange(len(self.post)))
        self.fold(older, newest[self.post][older], "same_post")
        observed = _micros(table["state_observed_at"], absent=NEVER)
        gone = np.flatnonzero(self._dead(observed, collected)[self.post] | ~self.has_text)
        self.fold(gone, gone, "tombstone")

    def _dead(self, observed: Ints, collected: Ints) -> Bools:
        """Posts that have a tombstone, and were not seen alive at their source after it; shape (posts,)."""
        seen: Ints = np.full(self.post.max(initial=-1) + 1, NEVER, np.int64)
        gone = seen.copy()
        alive = self.has_text & ~self.is_tombstone
        np.maximum.at(seen, self.post[alive], observed[alive])
        told = np.where(observed > NEVER, observed, collected)
        np.maximum.at(gone, self.post[self.is_tombstone], told[self.is_tombstone])
        has_one = np.zeros(len(gone), bool)
        has_one[self.post[self.is_tombstone]] = True
        return np.asarray(has_one & (seen <= gone))

    def fold_reposts(self, pairs: Sequence[tuple[int, int]], texts: Mapping[int, Words]) -> None:
        """Fold a repost without words of its own into its target."""
        for row, target in pairs:
            if _repeats(texts[row], texts[target]) and self.find(target) != row:
                self.fold(row, target, "repost")

    def find(self, row: int) -> int:
        """The record that stands for `row` in the end."""
        while self.into[row] != row:
            row = int(self.into[row])
        return row

    def fold_exact(self, open_: Bools) -> None:
        """Fold records of equal words into the earliest."""
        rows = np.flatnonzero(open_ & self.keep & (self.content >= 0))
        rows = rows[np.lexsort((self.rank[rows], self.content[rows]))]
        if len(rows):
            new = np.append(True, self.content[rows][1:] != self.content[rows][:-1])
            first = rows[new][np.cumsum(new) - 1]
            copies = first != rows
            self.fold(rows[copies], first[copies], "exact")

    def table(self) -> pa.Table:
        """The decisions, each copy pointing straight at the post that stands for it."""
        into = self.into
        while True:
            further = into[into]
            if (further == into).all():
                break
            into = further
        return pa.table(
            {
                "record_no": self.record_no,
                "post_key": self.post_key,
                "keep": self.keep,
                "fold_key": self.post_key.take(pa.array(into)),
                "how": pa.array(HOW, pa.string()).take(pa.array(self.how)),
                "similarity": self.similarity,
            }
        )


def _is(column: pa.ChunkedArray, value: str) -> Bools:
    return np.asarray(pc.equal(column, value).to_numpy(zero_copy_only=False), np.bool_)


def _ranks(table: pa.Table) -> Places:
    """Rank in which posts came into the world: published (unknown last), key, record."""
    published = _micros(table["published_at"], absent=2**62)
    wanted = table.select(["post_key", "record_no"]).append_column("published", pa.array(published))
    keys = [(name, "ascending") for name in ("published", "post_key", "record_no")]
    born = pc.sort_indices(wanted, sort_keys=keys).to_numpy()
    rank = np.empty(len(born), np.int32)
    rank[born] = np.arange(len(born), dtype=np.int32)
    return rank


def _codes(column: pa.ChunkedArray) -> Places:
    """Equal strings as equal numbers; -1 for null."""
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int32)


def _micros(column: pa.ChunkedArray, *, absent: int) -> Ints:
    whole = column.combine_chunks().cast(pa.int64()).fill_null(absent)
    return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=np.int64)


def _repost_pairs(reposts: pa.Table, records: _Records, open_: Bools) -> list[tuple[int, int]]:
    """(row of a repost, row of its target), where both are kept."""
    rows = np.searchsorted(records.record_no, reposts["record_no"].to_numpy())
    standing = np.flatnonzero(open_)
    keys = records.post_key.take(pa.array(standing))
    found = pc.index_in(reposts["target_key"], keys).fill_null(-1).to_numpy()
    known = (found >= 0) & open_[rows]
    pairs = zip(rows[known].tolist(), standing[found[known]].tolist(), strict=True)
    return [(row, target) for row, target in pairs if target != row]


def _repeats(words: Words, target: Words) -> bool:
    """True for no words, the target's own, or the start of them; the "RT" of old and a cut last word aside."""
    said = words[1:] if words[:1] == ["rt"] else words
    if not said:
        return True
    *whole, last = said
    return (
        whole == target[: len(whole)]
        and target[len(whole) : len(said)] != []
        and (target[len(whole)].startswith(last) and (bool(whole) or target == said))
    )


def _fold_near(ask: Ask, records: _Records, open_: Bools) -> None:
    """Fold lightly edited copies into the earliest post that they resemble themselves, so that no chain merges."""
    pairs = _candidates(ask, records, open_ & records.keep)
    words = _read_words(ask, records, pairs)
    earlier: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs.tolist():
        earlier[other].add(one)
    for row in sorted(earlier, key=lambda each: int(records.rank[each])):
        standing = {records.find(one) for one in earlier[row]} - {row}
        for into in sorted(standing, key=lambda each: int(records.rank[each])):
            alike = jaccard(words[row], words[into])
            if alike >= NEAR and _is_light(words[row], words[into]):
                records.fold(row, into, "near")
                records.similarity[row] = alike
                break


def _is_light(one: Words, other: Words) -> bool:
    """True when few words are changed for the length of the text, so that it still says the same."""
    swapped, added = count_changes(one, other)
    shorter, longer = sorted((len(one), len(other)))
    return swapped <= shorter // _WORDS_PER_SWAP and added <= longer // _WORDS_PER_ADDITION


def _candidates(ask: Ask, records: _Records, wanted: Bools) -> Ints:
    """Pairs (earlier, later) of rows that share a band and whose sketches are alike, shape (n, 2)."""
    bands = ask(BANDS, {})
    rows = np.searchsorted(records.record_no, bands["record_no"].to_numpy())
    band = bands["band"].to_numpy()[wanted[rows]]
    rows = rows[wanted[rows]]
    if not len(rows):
        return np.empty((0, 2), np.int64)
    found = list(_alike_in_bands(band, rows, records.rank, *_sketches(ask, records)))
    return np.unique(np.concatenate(found), axis=0)


def _sketches(ask: Ask, records: _Records) -> tuple[Places, Ints]:
    """Place of each row in the array of sketches, and the array, shape (n, 8)."""
    table = ask(SKETCHES, {})
    rows = np.searchsorted(records.record_no, table["record_no"].to_numpy())
    place = np.full(len(records.record_no), -1, np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    flat = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in table["sketch"].chunks]
    return place, np.concatenate(flat, dtype=np.int64).reshape(len(rows), -1)


def _alike_in_bands(
    band: Ints, rows: Ints, rank: Places, place: Places, sketches: Ints
) -> Iterator[Ints]:
    """In each band, compare all with the earliest; then those unlike it with the earliest of them, and so on."""
    for _ in range(_LEADERS):
        order = np.lexsort((rank[rows], band))
        band, rows = band[order], rows[order]
        if not len(rows):
            return
        is_first = np.append(True, band[1:] != band[:-1])
        leader = rows[is_first][np.cumsum(is_first) - 1]
        band, rows, leader = band[~is_first], rows[~is_first], leader[~is_first]
        alike = _alike(sketches, place[leader], place[rows])
        yield np.unique(np.column_stack((leader[alike], rows[alike])), axis=0)
        band, rows = band[~alike], rows[~alike]


def _alike(sketches: Ints, ones: Places, others: Places) -> Bools:
    """Whether the sketches at two lists of places are alike enough to read the texts; taken out some at a time, shape (n,)."""
    alike = np.empty(len(ones), bool)
    for low in range(0, len(ones), _CHUNK):
        part = slice(low, low + _CHUNK)
        found = estimate_similarity(sketches[ones[part]], sketches[others[part]])
        alike[part] = found >= _WORTH_READING
    return alike


def _read_words(ask: Ask, records: _Records, pairs: Ints) -> dict[int, Words]:
    """Words of every row of a pair, read in chunks of records."""
    rows = np.unique(pairs)
    words: dict[int, Words] = {}
    for chunk in np.split(rows, np.flatnonzero(np.diff(records.record_no[rows] // _CHUNK)) + 1):
        if len(chunk):
            numbers = records.record_no[chunk]
            low = int(numbers[0]) // _CHUNK * _CHUNK
            texts = ask(TEXTS, {"low": low, "high": low + _CHUNK})
            wanted = texts.filter(pa.array(np.isin(texts["record_no"].to_numpy(), numbers)))
            for row, text in zip(chunk.tolist(), wanted.to_pylist(), strict=True):
                spoken = [segment["text"] for segment in text["segments"] or ()]
                said = tokens_of(text["title"], text["body"], *spoken)
                words[row] = list(map(intern, said))  # each word of all these texts once in memory
    return words
