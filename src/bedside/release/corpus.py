"""The corpus as the quote gate reads it: its masked texts, and the posts that are never quoted."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from bedside.release.words import TextRow
from bedside.store.stages import Aggregate, Ask

__all__ = ["corpus_texts", "crisis_posts", "texts_of"]

AT_ONCE = 1 << 16  # records; the whole corpus is never held
_TEXT = """p.post_key, p.account_key, p.source,
  CASE WHEN p.title IS NULL THEN p.body ELSE p.title || chr(10) || p.body END AS text"""
TEXTS = Aggregate(
    name="corpus texts",
    needs=("corpus", "posts"),
    sql=f"""
SELECT {_TEXT} FROM posts p JOIN corpus c ON p.record_no = c.record_no
WHERE c.record_no >= $first AND c.record_no < $first + $many
ORDER BY p.record_no
""",  # noqa: S608
)
LAST = Aggregate(
    name="last of the corpus",
    needs=("corpus",),
    sql="SELECT MAX(record_no) AS last FROM corpus",
)
KEYED = Aggregate(
    name="corpus texts of posts",
    needs=("corpus", "posts"),
    sql=f"""
SELECT {_TEXT} FROM posts p JOIN corpus c ON p.record_no = c.record_no
WHERE array_contains($keys, p.post_key) ORDER BY p.record_no
""",  # noqa: S608
)
CRISIS = Aggregate(
    name="crisis posts",
    needs=("corpus_marks",),
    sql="SELECT DISTINCT post_key FROM corpus_marks WHERE layer = 'crisis' AND code <> 'no' ORDER BY post_key",
)


def corpus_texts(ask: Ask) -> Iterator[TextRow]:
    """Masked texts of the corpus, in order; a part of them is read at a time."""
    last = ask(LAST, {})["last"][0].as_py()
    for first in range(0, -1 if last is None else last + 1, AT_ONCE):
        yield from _rows(ask(TEXTS, {"first": first, "many": AT_ONCE}))


def texts_of(ask: Ask, post_keys: Iterable[str]) -> dict[str, TextRow]:
    """Masked texts of those posts that are in the corpus, by their keys."""
    return {row.post_key: row for row in _rows(ask(KEYED, {"keys": sorted(set(post_keys))}))}


def _rows(table: pa.Table) -> Iterator[TextRow]:
    for batch in table.to_batches():
        yield from map(TextRow._make, zip(*(c.to_pylist() for c in batch.columns), strict=True))


def crisis_posts(ask: Ask) -> frozenset[str]:
    """Keys of posts that are never quoted."""
    return frozenset(ask(CRISIS, {})["post_key"].to_pylist())
