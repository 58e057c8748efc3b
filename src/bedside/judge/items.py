"""Items: what a coder reads before deciding, and what the machine proposes where that may be shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bedside.judge.rows import Moment
from bedside.store.parcels import posts_at
from bedside.store.stages import Aggregate, Ask

__all__ = ["Item", "Proposed", "Reading", "load_proposals", "load_readings", "load_unique"]

Span = tuple[str, int, int]
OF_CORPUS = "SELECT record_no, post_key FROM corpus WHERE array_contains($keys, {column}) ORDER BY published_at NULLS LAST, post_key"
IN_CORPUS = {
    column: Aggregate(
        name=f"judge.read.{column}", needs=("corpus",), sql=OF_CORPUS.format(column=column)
    )
    for column in ("post_key", "account_key")
}
KEPT = Aggregate(
    name="judge.read.kept",
    needs=("folds",),
    sql="SELECT record_no, post_key FROM folds WHERE keep AND array_contains($keys, post_key) ORDER BY post_key",
)
"""Posts by key, be they in the corpus or not; copies left out."""
ABOVE = Aggregate(
    name="judge.read.above",
    needs=("threads",),
    sql="SELECT post_key, parent_key, thread_key FROM threads WHERE depth > 0 AND array_contains($keys, post_key) ORDER BY post_key",
)
MOST_OF_PARENT = 2000  # letters of the post that is answered
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
    for reading in _readings(ask, ask(IN_CORPUS[column], {"keys": list(keys)}).to_pylist()):
        found.setdefault(getattr(reading, column), []).append(reading)
    return {key: tuple(readings) for key, readings in found.items()}


def load_unique(ask: Ask, keys: Sequence[str]) -> dict[str, Reading]:
    """Texts of posts, be they in the corpus or not; copies and posts that are gone are left out."""
    found = ask(KEPT, {"keys": list(keys)}).to_pylist()
    return {reading.post_key: reading for reading in _readings(ask, found)}


def _readings(ask: Ask, places: Sequence[Mapping[str, Any]]) -> list[Reading]:
    """Posts at their record numbers, each with the title of its thread and the beginning of what it answers.

    Texts are asked for by number, apart from who stands above whom: twenty of a million are then found at once.
    """
    if not places:
        return []
    above = {
        row["post_key"]: row
        for row in ask(ABOVE, {"keys": [place["post_key"] for place in places]}).to_pylist()
    }
    keys = sorted(
        {row[name] for row in above.values() for name in ("parent_key", "thread_key")} - {None}
    )
    kept = ask(KEPT, {"keys": keys}).to_pylist() if keys else []
    numbers = {row["post_key"]: row["record_no"] for row in kept}
    texts = posts_at(ask, [*(place["record_no"] for place in places), *numbers.values()])

    def of(key: str, name: str) -> dict[str, Any]:
        return texts.get(numbers.get(above.get(key, {}).get(name), -1), {})

    return [
        _reading(
            texts[place["record_no"]],
            of(place["post_key"], "thread_key").get("title"),
            of(place["post_key"], "parent_key").get("body"),
        )
        for place in places
        if place["record_no"] in texts
    ]


def _reading(row: Mapping[str, Any], thread_title: str | None, parent: str | None) -> Reading:
    told = {name: row[name] for name in Reading.__struct_fields__ if name in row}
    segments = tuple(segment["text"] or "" for segment in row["segments"] or ())
    cut = None if parent is None else parent[:MOST_OF_PARENT]
    return Reading(
        **told | {"segments": segments, "thread_title": thread_title, "parent_body": cut}
    )


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
