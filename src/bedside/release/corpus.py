"""The corpus as the quote gate reads it: its masked texts, and the posts that are never quoted."""

from collections.abc import Iterator

from bedside.release.words import TextRow
from bedside.store.stages import Aggregate, Ask

__all__ = ["corpus_texts", "crisis_posts"]

TEXTS = Aggregate(
    name="corpus texts",
    needs=("corpus", "posts"),
    sql="""
SELECT p.post_key, p.account_key, p.source, CASE WHEN p.title IS NULL THEN p.body
  ELSE p.title || chr(10) || p.body END AS text
FROM posts p JOIN corpus c ON p.record_no = c.record_no
ORDER BY p.record_no
""",
)
CRISIS = Aggregate(
    name="crisis posts",
    needs=("corpus_marks",),
    sql="SELECT DISTINCT post_key FROM corpus_marks WHERE layer = 'crisis' AND code <> 'no' ORDER BY post_key",
)


def corpus_texts(ask: Ask) -> Iterator[TextRow]:
    """Masked texts of the corpus, in order."""
    for batch in ask(TEXTS, {}).to_batches():
        yield from (
            TextRow(*row) for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)
        )


def crisis_posts(ask: Ask) -> frozenset[str]:
    """Keys of posts that are never quoted."""
    return frozenset(ask(CRISIS, {})["post_key"].to_pylist())
