"""The global step `themes`: groups of the corpus, ids carried over, the analyst's decisions applied, names given."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.store.stages import Aggregate, Ask
from bedside.store.views import THEME_NAMES, THEMES
from bedside.understand.text import canonical
from bedside.understand.themes.clusters import (
    Labels,
    find_groups,
    matched,
    nearest,
    stability,
)
from bedside.understand.themes.decisions import Decisions, Memory
from bedside.understand.themes.naming import LEAST_ACCOUNTS, own_words
from bedside.understand.themes.placing import Corpus, Placed, directions, place_posts, read_corpus
from bedside.understand.themes.vectors import SIZE, Packed, unpacked_rows

__all__ = ["Discovered", "discover", "how_many"]

SEEDS = (1, 2, 3)
SAMPLE = 8_000  # posts on which groups are found; all others go to the nearest
FEWEST = 40  # posts below which there are no themes
OUTLIERS = 0.045  # at most this share of posts is left without a theme
FAR = 0.15  # cosine to the nearest centre below which a post may be left out: the best of 17 drawn by lot reaches .12
NEW = 0.1  # a post so much nearer to its group than to any theme before has no say in whose id that group takes
NEAREST = 3  # codes named for a theme
NONE = -1  # number of no theme
_WORD = re.compile(r"[a-z][a-z']{2,}")

TEXTS = Aggregate(
    name="themes.texts",
    needs=("corpus", "posts"),
    sql="""
SELECT p.post_key, p.title, p.body FROM corpus c JOIN posts p ON p.record_no = c.record_no
WHERE p.post_key <= $last ORDER BY p.post_key
""",
)
CODES = Aggregate(
    name="themes.codes",
    needs=("corpus_marks",),
    sql="""
SELECT DISTINCT m.post_key, m.code FROM corpus_marks m
WHERE m.layer IN ('stage', 'think', 'feel', 'do', 'care', 'content') AND m.code IS NOT NULL
  AND m.assertion IN ('asserted', 'past') AND m.post_key <= $last
ORDER BY m.post_key, m.code
""",
)


class Discovered(NamedTuple):
    """Tables THEMES and THEME_NAMES, and what the next run needs."""

    themes: pa.Table
    names: pa.Table
    memory: Memory


def how_many(posts: int) -> int:
    """Themes to look for where the analyst names no number: twice the fourth root of the posts, 4 to 40.

    Examples
    --------
    >>> [how_many(n) for n in (100, 5_000, 20_000, 1_000_000)]
    [6, 17, 24, 40]
    """
    return min(40, max(4, round(2 * math.sqrt(math.sqrt(posts)))))


def discover(ask: Ask, decisions: Decisions, memory: Memory) -> Discovered:
    """Find the themes of the corpus.

    Parameters
    ----------
    ask : Ask
        Over `corpus`, `vectors`, `posts` and `corpus_marks`.
    decisions : Decisions
    memory : Memory
        Of the run before; its themes keep their ids.

    Returns
    -------
    Discovered
        Empty tables where fewer than 40 posts can be placed.

    Notes
    -----
    Posts are seen from the middle of the corpus: what all of them share says nothing of what one is about, and left in
    it makes one group of most (Mu and Viswanath 2018, arXiv:1702.01417, subtract the mean for the same reason).
    """
    corpus = read_corpus(ask, SAMPLE)
    if len(corpus.posts) < FEWEST:
        return Discovered(THEMES.empty_table(), THEME_NAMES.empty_table(), memory)
    count = min(decisions.count or how_many(len(corpus.posts)), len(corpus.sample) // 2)
    drawn = unpacked_rows(corpus.drawn, corpus.origin)
    tries = [find_groups(drawn, count, seed) for seed in SEEDS]
    agreed = stability([labels for labels, _ in tries])
    _, centres = max(tries, key=lambda found: float(nearest(drawn, found[1])[1].sum()))
    placed = place_posts(ask, corpus, centres, _remembered(memory))
    names, memory = _carried(placed, memory)
    theme = _decided(ask, corpus, placed.labels, names, decisions)
    theme[_outliers(placed.cosines)] = NONE
    table = pa.table(
        {
            "post_key": corpus.posts,
            "base": _told(placed.labels, names),
            "theme": _told(theme, names),
            "similarity": placed.cosines.astype(np.float64).round(4),
        },
        schema=THEMES,
    )
    return Discovered(table, _names(ask, corpus, theme, names, decisions, agreed), memory)


def _told(labels: Labels, names: Sequence[str]) -> pa.Array:
    """Names of groups, one a post; null for none."""
    return pa.array(names, pa.string()).take(pa.array(labels, mask=labels == NONE))


def _remembered(memory: Memory) -> Packed:
    return np.array(list(memory.centres.values()), np.int8).reshape(-1, SIZE)


def _carried(placed: Placed, memory: Memory) -> tuple[list[str], Memory]:
    """Ids of the groups: that of the remembered theme with which a group shares most posts, else a new one."""
    known, labels = list(memory.centres), placed.labels
    groups = int(labels.max()) + 1
    before: list[int | None] = [None] * groups
    if known:
        told = placed.near >= placed.cosines - NEW  # the others are on something new
        before = matched(placed.was[told], labels[told], len(known), groups)
    ids = [""] * groups
    following = memory.next
    for group in _by_size(labels, groups):  # the largest of the first run is t1
        place = before[group]
        ids[group] = known[place] if place is not None else f"t{following}"
        following += place is None
    kept = {
        ids[group]: np.rint(placed.sums[group] / size).astype(int).tolist()
        for group, size in enumerate(np.bincount(labels))
        if size >= LEAST_ACCOUNTS  # the centre of a few posts would stand for their authors
    }
    return ids, Memory(following, kept)


def _by_size(labels: Labels, count: int) -> list[int]:
    """Groups, largest first: the first run numbers them so."""
    order = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
    return [int(group) for group in order]


def _decided(
    ask: Ask, corpus: Corpus, labels: Labels, names: list[str], decisions: Decisions
) -> Labels:
    """Splits, then merges; a merge may name a part of a split. Names that come with them are put at the end of `names`."""
    theme = labels.copy()
    for name, parts in sorted(decisions.splits.items()):
        rows = np.flatnonzero(theme == _number(names, name))
        if len(rows) >= 2 * parts:
            found, _ = find_groups(directions(ask, corpus, rows), parts, SEEDS[0])
            for n, group in enumerate(_by_size(found, parts), 1):
                theme[rows[found == group]] = _number(names, f"{name}.{n}")
    for gone in sorted(decisions.merges):
        theme[theme == _number(names, gone)] = _number(names, _taker(gone, decisions.merges))
    return theme


def _number(names: list[str], name: str) -> int:
    """Place of a name; one that is not there yet is put at the end."""
    if name not in names:
        names.append(name)
    return names.index(name)


def _taker(theme: str, merges: dict[str, str]) -> str:
    """Where a theme's posts end up when merges follow each other; a circle stops where it closes."""
    seen = {theme}
    while (following := merges.get(theme)) is not None and following not in seen:
        theme = following
        seen.add(theme)
    return theme


def _outliers(cosines: np.ndarray) -> np.ndarray:
    """Posts far from every centre: at most 4.5 % of all."""
    return np.asarray(cosines < min(FAR, float(np.quantile(cosines, OUTLIERS))))


def _names(
    ask: Ask,
    corpus: Corpus,
    labels: Labels,
    called: Sequence[str],
    decisions: Decisions,
    agreed: float,
) -> pa.Table:
    counts = {called[at]: int(n) for at, n in enumerate(_sizes(labels, len(called))) if n}
    themes = sorted(counts, key=_in_order)
    theme = [None if at == NONE else called[at] for at in labels[: len(corpus.sample)].tolist()]
    place = {post: n for n, post in enumerate(corpus.sample)}
    told: dict[str, list[tuple[str, frozenset[str]]]] = {name: [] for name in themes}
    for row in ask(TEXTS, {"last": corpus.sample[-1]}).to_pylist():
        at = place.get(row["post_key"])  # None: a post without vector
        name = None if at is None else theme[at]
        if at is not None and name is not None:
            text = canonical([("title", row["title"] or ""), ("body", row["body"] or "")]).text
            told[name].append((corpus.accounts[at], frozenset(_WORD.findall(text))))
    words = own_words(told)
    codes = _codes(ask, corpus, theme, place)
    return pa.Table.from_pylist(
        [
            {
                "theme": name,
                "name": decisions.names.get(name) or _called(name, words[name]),
                "named_by": "analyst" if decisions.names.get(name) else "machine",
                "words": words[name],
                "codes": codes.get(name, []),
                "posts": counts[name],
                "stability": round(1000 * agreed),
                "outliers": int((labels == NONE).sum()),
                "placed": len(labels),
            }
            for name in themes
        ],
        schema=THEME_NAMES,
    )


def _sizes(labels: Labels, groups: int) -> npt.NDArray[np.int64]:
    return np.bincount(labels[labels != NONE], minlength=groups)


def _called(theme: str, words: Sequence[str]) -> str:
    return ", ".join(words[:3]) or f"theme {theme} (no word that {LEAST_ACCOUNTS} accounts share)"


def _in_order(theme: str) -> list[int]:
    return [int(part) for part in theme[1:].split(".")]


def _codes(
    ask: Ask,
    corpus: Corpus,
    theme: Sequence[str | None],
    place: dict[str, int],
) -> dict[str, list[str]]:
    """Codes that stand out in each theme: by how much more often its posts have them, of those with enough accounts."""
    sizes: dict[str | None, int] = {}
    for name in theme:
        sizes[name] = sizes.get(name, 0) + 1
    held: dict[tuple[str, str], set[str]] = {}
    times: dict[tuple[str | None, str], int] = {}
    overall: dict[str, int] = {}
    for row in ask(CODES, {"last": corpus.sample[-1]}).to_pylist():
        at = place.get(row["post_key"])
        if at is None:
            continue
        name = theme[at]
        overall[row["code"]] = overall.get(row["code"], 0) + 1
        if name is not None:
            times[name, row["code"]] = times.get((name, row["code"]), 0) + 1
            held.setdefault((name, row["code"]), set()).add(corpus.accounts[at])
    found: dict[str, list[tuple[float, str]]] = {}
    for (name, code), accounts in held.items():
        here, there = times[name, code] / sizes[name], overall[code] / len(corpus.sample)
        if len(accounts) >= LEAST_ACCOUNTS and here > there:
            found.setdefault(name, []).append((-here * math.log(here / there), code))
    return {name: [code for _, code in sorted(each)[:NEAREST]] for name, each in found.items()}
