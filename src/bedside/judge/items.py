"""Items: what a coder reads before deciding, and what the machine proposes where that may be shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bedside.judge.rows import Moment
from bedside.store.stages import Aggregate, Ask

__all__ = ["Item", "Proposed", "Reading", "load_proposals", "load_readings", "load_unique"]

OF_POSTS = """
SELECT c.post_key, c.account_key, c.text_key, c.source, p.platform, p.kind,
  CAST(CAST(p.published_at AS DATE) AS VARCHAR) AS day, p.title, p.body, p.segments, root.title AS thread_title,
  substr(parent.body, 1, 2000) AS parent_body
FROM corpus c
JOIN posts p ON p.record_no = c.record_no
LEFT JOIN (SELECT post_key, parent_key, thread_key FROM threads WHERE depth > 0) t ON t.post_key = c.post_key
LEFT JOIN (
    SELECT q.post_key, q.body FROM posts q JOIN folds g ON g.record_no = q.record_no WHERE g.keep
) parent ON parent.post_key = t.parent_key
LEFT JOIN (
    SELECT q.post_key, q.title FROM posts q JOIN folds g ON g.record_no = q.record_no
    WHERE g.keep AND q.title IS NOT NULL
) root ON root.post_key = t.thread_key
WHERE array_contains($keys, c.{column})
ORDER BY p.published_at NULLS LAST, c.post_key
"""
Span = tuple[str, int, int]
NEEDS = ("corpus", "posts", "folds", "threads")
TEXTS = {
    column: Aggregate(name=f"judge.read.{column}", needs=NEEDS, sql=OF_POSTS.format(column=column))
    for column in ("post_key", "account_key")
}
UNIQUE = Aggregate(
    name="judge.read.unique",
    needs=("posts", "folds", "threads"),
    sql=OF_POSTS.format(column="post_key").replace(
        "FROM corpus c\nJOIN posts p ON p.record_no = c.record_no",
        "FROM folds o JOIN posts p ON p.record_no = o.record_no AND o.keep\n"
        "JOIN (SELECT record_no, post_key, account_key, text_key, source FROM posts) c ON c.record_no = p.record_no",
    ),
)
"""The same for posts outside the corpus."""
PROPOSALS = Aggregate(
    name="judge.proposals",
    needs=("corpus", "proposals"),
    sql="""
SELECT m.post_key, m.code, m.score, m.maker, m.maker_version, m.assertion, m.spans
FROM proposals m JOIN corpus c ON c.post_key = m.post_key AND c.text_key = m.text_key
WHERE m.layer = $layer AND m.code IS NOT NULL AND array_contains($keys, m.post_key)
ORDER BY m.post_key, m.code, m.maker, CAST(m.spans AS VARCHAR)
""",
)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One post with what stands around it; texts are masked."""

    post_key: str
    account_key: str | None
    text_key: str
    source: str
    platform: str
    kind: str
    day: str | None
    title: str | None
    body: str
    segments: tuple[str, ...] = ()
    thread_title: str | None = None
    parent_body: str | None = None

    @property
    def parts(self) -> dict[str, str]:
        """The texts that spans point into, by the name of the part."""
        told = {"title": self.title or "", "body": self.body}
        return told | {f"segment:{n}": text for n, text in enumerate(self.segments)}


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What a maker proposes for a post of a learning sample; never shown in a queue whose decisions enter estimates."""

    code: str
    score: float | None
    maker: str
    maker_version: str
    assertion: str | None
    spans: tuple[tuple[str, int, int], ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One subject to be judged for one layer.

    Attributes
    ----------
    readings : tuple of Reading
        The post; in a sample of accounts all posts of the account.
    proposals : tuple of Proposed
        Empty unless the sample is for learning.
    held : dict of str to str
        What the coder holds already (a draft, or what is to be checked again): code to decision.
    state : str
        In which of the coder's queues it stands.
    memo : str
        Of the coder.
    spans : dict of str to tuple of (part, start, end)
        The words that say so: code to spans in code points of the masked text.
    moments : tuple of Moment
    recheck : bool
        The coder was done, and since then the definition or the text has changed.
    """

    subject_key: str
    text_key: str | None
    sample_id: str
    layer: str
    readings: tuple[Reading, ...]
    proposals: tuple[Proposed, ...] = ()
    held: dict[str, str] = {}
    state: str = "to_do"
    memo: str = ""
    spans: dict[str, tuple[Span, ...]] = {}
    moments: tuple[Moment, ...] = ()
    recheck: bool = False


def load_readings(ask: Ask, keys: Sequence[str], *, unit: str) -> dict[str, tuple[Reading, ...]]:
    """Texts of posts, or of accounts; subjects that are not in the corpus are left out.

    Parameters
    ----------
    ask : Ask
    keys : sequence of str
        Post or account keys.
    unit : {"posts", "accounts"}
    """
    column = "account_key" if unit == "accounts" else "post_key"
    found: dict[str, list[Reading]] = {}
    for row in ask(TEXTS[column], {"keys": list(keys)}).to_pylist():
        found.setdefault(row[column], []).append(_reading(row))
    return {key: tuple(readings) for key, readings in found.items()}


def load_unique(ask: Ask, keys: Sequence[str]) -> dict[str, Reading]:
    """Texts of posts, be they in the corpus or not; copies and posts that are gone are left out."""
    found = ask(UNIQUE, {"keys": list(keys)}).to_pylist()
    return {row["post_key"]: _reading(row) for row in found}


def _reading(row: Mapping[str, Any]) -> Reading:
    segments = tuple(segment["text"] or "" for segment in row["segments"] or ())
    return Reading(**{**row, "segments": segments})


def load_proposals(ask: Ask, layer: str, keys: Sequence[str]) -> dict[str, tuple[Proposed, ...]]:
    """What the machine proposes for posts in one layer."""
    found: dict[str, list[Proposed]] = {}
    for row in ask(PROPOSALS, {"layer": layer, "keys": list(keys)}).to_pylist():
        spans = tuple((s["part"], s["start"], s["end"]) for s in row["spans"] or ())
        found.setdefault(row["post_key"], []).append(
            Proposed(
                code=row["code"],
                score=row["score"],
                maker=row["maker"],
                maker_version=row["maker_version"],
                assertion=row["assertion"],
                spans=spans,
            )
        )
    return {key: tuple(proposals) for key, proposals in found.items()}
