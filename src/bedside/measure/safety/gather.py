"""Gathering: posts that tell of a harm or a special situation, with the marks a case is made from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bedside.store.stages import Aggregate, Ask

__all__ = ["Mark", "Post", "copies_of", "named_list", "read_posts", "telling_posts"]

LAYERS = ("harm", "special_situation", "seriousness", "experiencer", "treatment", "mention", "role", "figurative")  # fmt: skip
TELLING = Aggregate(
    name="safety.telling",
    needs=("marks", "posts", "folds"),
    sql="""
SELECT DISTINCT m.post_key FROM marks m
JOIN posts p ON p.post_key = m.post_key JOIN folds f ON f.record_no = p.record_no
WHERE f.keep AND (
  (m.layer = 'harm' AND m.slot = 'reaction' AND COALESCE(m.assertion, 'asserted') IN ('asserted', 'past', 'others'))
  OR (m.layer = 'special_situation' AND COALESCE(m.assertion, 'asserted') IN ('asserted', 'past'))
  OR (m.layer = 'mention' AND m.slot = 'drug' AND array_contains($named, m.concept)))
ORDER BY m.post_key
""",
)
POSTS = Aggregate(
    name="safety.posts",
    keyed=True,
    needs=("posts", "folds"),
    sql="""
SELECT p.post_key, p.account_key, p.text_key, p.source, p.platform, p.community, p.lang, p.title, p.body, p.segments,
  p.place_country, p.account_kind, p.published_at, p.collected_at, f.how, f.fold_key
FROM posts p JOIN folds f ON f.record_no = p.record_no
WHERE array_contains($keys, p.post_key) AND (f.keep OR f.how <> 'same_post')
ORDER BY p.post_key, f.keep DESC, p.record_no
""",
)
COPIES = Aggregate(
    name="safety.copies",
    needs=("folds",),
    sql="""
SELECT DISTINCT post_key, fold_key, how FROM folds
WHERE NOT keep AND how IN ('exact', 'near', 'repost') AND array_contains($keys, fold_key)
ORDER BY fold_key, post_key, how
""",
)
MARKS = Aggregate(
    name="safety.marks",
    keyed=True,
    needs=("marks",),
    sql="""
SELECT post_key, layer, code, "group", slot, assertion, concept, concept_id, spans, value, score FROM marks
WHERE array_contains($keys, post_key) AND array_contains($layers, layer)
ORDER BY post_key, layer, "group" NULLS FIRST, slot NULLS FIRST, code NULLS FIRST, concept NULLS FIRST,
  CAST(spans AS VARCHAR)
""",
)


class Mark(NamedTuple):
    """One mark, spans as (part, start, end)."""

    layer: str
    code: str | None
    group: int | None
    slot: str | None
    assertion: str
    concept: str
    concept_id: str
    spans: tuple[tuple[str, int, int], ...]


class Post(NamedTuple):
    """One post as far as a case needs it; `parts` maps title, body, segment:n to masked text.

    A copy has the marks and the text of the post that it copies (`fold_key`), and `how` says which kind it is.
    """

    post_key: str
    account_key: str | None
    text_key: str
    source: str
    platform: str
    community: str
    lang: str
    country: str
    account_kind: str
    published_at: datetime | None
    collected_at: datetime | None
    how: str
    fold_key: str
    parts: dict[str, str]
    marks: tuple[Mark, ...]

    @property
    def experiencer(self) -> str:
        """Whose experience the machine takes it for; empty where it says nothing."""
        return next((m.code or "" for m in self.marks if m.layer == "experiencer"), "")


def named_list(named: Iterable[str]) -> list[str]:
    """Names as a parameter of a query: never empty, since an empty list has no type."""
    return sorted(named) or [""]


def telling_posts(ask: Ask, named: Iterable[str] = ()) -> list[str]:
    """Keys of all kept posts that tell of a harm or a special situation, in the whole study, sorted.

    Parameters
    ----------
    ask : Ask
    named : iterable of str
        Names of products of which every mention counts.

    Notes
    -----
    Every post that was read counts, whether it bears on the study's question or not: a duty to report does not ask.
    """
    return list(ask(TELLING, {"named": named_list(named)})["post_key"].to_pylist())


def copies_of(ask: Ask, post_keys: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Copies of posts: post_key -> [(post_key of the copy, how)]."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in ask(COPIES, {"keys": list(post_keys)}).to_pylist():
        if row["post_key"] != row["fold_key"]:
            found.setdefault(row["fold_key"], []).append((row["post_key"], row["how"]))
    return found


def read_posts(ask: Ask, post_keys: Iterable[str]) -> dict[str, Post]:
    """Posts by key, each with its marks; copies with those of the post they copy. Keys that are gone are absent."""
    wanted = sorted(set(post_keys))
    rows = {row["post_key"]: row for row in reversed(ask(POSTS, {"keys": wanted}).to_pylist())}
    origins = {row["fold_key"] or key for key, row in rows.items()}
    missing = sorted(origins - set(rows))
    if missing:
        more = ask(POSTS, {"keys": missing}).to_pylist()
        rows |= {row["post_key"]: row for row in reversed(more)}
    marks: dict[str, list[Mark]] = {}
    for row in ask(MARKS, {"keys": sorted(rows), "layers": list(LAYERS)}).to_pylist():
        marks.setdefault(row["post_key"], []).append(_mark(row))
    return {key: _post(rows[key], rows, marks) for key in wanted if key in rows}


def _mark(row: dict[str, Any]) -> Mark:
    spans = tuple((s["part"], s["start"], s["end"]) for s in row["spans"] or ())
    return Mark(
        row["layer"],
        row["code"],
        row["group"],
        row["slot"],
        row["assertion"] or "asserted",
        row["concept"] or "",
        row["concept_id"] or "",
        spans,
    )


def _post(
    row: dict[str, Any], rows: dict[str, dict[str, Any]], marks: dict[str, list[Mark]]
) -> Post:
    copied = row["how"] in ("exact", "near", "repost")
    source = rows.get(row["fold_key"], row) if copied else row
    parts = {name: source[name] for name in ("title", "body") if source[name]}
    parts |= {f"segment:{n}": s["text"] or "" for n, s in enumerate(source["segments"] or ())}
    return Post(
        row["post_key"],
        row["account_key"],
        source["text_key"],
        row["source"],
        row["platform"],
        row["community"] or "",
        row["lang"] or "",
        row["place_country"] or "",
        row["account_kind"] or "",
        row["published_at"],
        row["collected_at"],
        row["how"],
        row["fold_key"] or row["post_key"],
        parts,
        tuple(marks.get(source["post_key"], ())),
    )
