"""What the register says today about text taken in earlier: past its day, or no longer to be stored, it goes."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.model.posts import COLLECTED
from bedside.store.imports import ImportRecord
from bedside.store.keys import StudyKeys
from bedside.store.rewriting import EMPTIED, finish_rewrite, rewrite_pages
from bedside.store.study import Study

__all__ = ["Emptied", "apply_register"]

EXPIRED = (
    "metrics_only"  # no tombstone: the post lives on at its source and may be read there again
)


class Emptied(msgspec.Struct, frozen=True, kw_only=True):
    """Posts that lost their text: `by_source` counts them, `post_keys` names them for other rooms."""

    by_source: dict[str, int]
    post_keys: tuple[str, ...]


def apply_register(study: Study, keys: StudyKeys, now: datetime) -> Emptied:
    """Empty posts whose retention has ended, or whose source may no longer be stored as text.

    Parameters
    ----------
    study : Study
        Locked by the caller.
    keys : StudyKeys
    now : datetime
        With zone.

    Returns
    -------
    Emptied

    Notes
    -----
    The register as it stands counts, not as it stood at import: a term shortened by hand takes effect.
    """
    counts: dict[str, int] = {}
    post_keys: set[str] = set()

    def ends(record: ImportRecord) -> bool:
        return _state(study, record.source, record.collected_at, now) is not None

    def emptied(table: pa.Table) -> tuple[pa.Table, int]:
        hits = 0
        rows: list[dict[str, Any]] = table.to_pylist()
        for row in rows:
            state = _state(study, row["source"], row["collected_at"], now)
            if state is None or row["text_state"] != "kept":
                continue
            row |= EMPTIED | {"text_state": state}
            counts[row["source"]] = counts.get(row["source"], 0) + 1
            post_keys.add(keys.post_key(row["post_id"]))
            hits += 1
        return (pa.Table.from_pylist(rows, schema=COLLECTED), hits) if hits else (table, 0)

    def holds_text(table: pa.Table) -> tuple[pa.Table, int]:
        kept = pc.any(pc.equal(table["text_state"], "kept")).as_py()
        return emptied(table) if kept else (table, 0)

    if rewrite_pages(study, keys, holds_text, only=ends):
        finish_rewrite(study)
    return Emptied(by_source=counts, post_keys=tuple(sorted(post_keys)))


def _state(study: Study, source: str, collected_at: datetime, now: datetime) -> str | None:
    """The state that the text of a source must be brought to; None: it may stay."""
    entry = study.sources.get(source)
    if entry is None:
        return None
    if entry.store != "text":
        return entry.store
    days = entry.retention_days
    return EXPIRED if days and collected_at + timedelta(days=days) <= now else None
