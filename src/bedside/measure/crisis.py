"""Posts that show a crisis, for the person who acts on them (R28): keys, dates and scores, never words."""

from typing import Any

import msgspec

from bedside.store.stages import Aggregate, Ask

__all__ = ["CrisisPost", "find_crises"]

CRISES = Aggregate(
    name="crisis.queue",
    needs=("corpus", "corpus_marks"),
    sql="""
SELECT m.post_key, c.account_key, c.source, m.code, m.score,
  CAST(CAST(c.published_at AS DATE) AS VARCHAR) AS posted
FROM corpus_marks m JOIN corpus c ON c.post_key = m.post_key
WHERE m.layer = 'crisis'
ORDER BY m.code, m.score DESC, posted DESC, m.post_key
""",
)


class CrisisPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post of the queue: `now` before `past`, the surest first."""

    post_key: str
    account_key: str | None
    source: str
    code: str
    score: float
    posted: str | None


def find_crises(ask: Ask) -> list[CrisisPost]:
    """The queue of a snapshot.

    Parameters
    ----------
    ask : callable
        Runs an aggregate; see `bedside.store.engine.EmbeddedEngine.ask`.
    """
    rows: list[dict[str, Any]] = ask(CRISES, {}).to_pylist()
    return [
        CrisisPost(
            post_key=row["post_key"],
            account_key=row["account_key"],
            source=row["source"],
            code=row["code"],
            score=round(float(row["score"]), 2),
            posted=row["posted"],
        )
        for row in rows
    ]
