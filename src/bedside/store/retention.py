"""What the register says today about text taken in earlier: past its day, or no longer to be stored, it goes."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.model.posts import COLLECTED
from bedside.store.imports import ImportRecord
from bedside.store.keys import StudyKeys
from bedside.store.live import live_state
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
    The register as it stands counts, not as it stood at import: a term shortened by hand takes effect. Text that a
    live source gave goes too where it was not looked at again in time (`recheck_days`, what platforms ask for as
    "refresh or delete"); such a post may be read again at its source.
    """
    counts: dict[str, int] = {}
    post_keys: set[str] = set()
    unchecked = _unchecked(study, now)

    def ends(record: ImportRecord) -> bool:
        state = _state(study, record.source, record.collected_at, now)
        return state is not None or record.source in unchecked

    def emptied(table: pa.Table) -> tuple[pa.Table, int]:
        hits = 0
        rows: list[dict[str, Any]] = table.to_pylist()
        for row in rows:
            state = _state(study, row["source"], row["collected_at"], now)
            late = _is_late(row, unchecked)
            if row["text_state"] != "kept" or not (state or late):
                continue
            row |= EMPTIED | {"text_state": state or EXPIRED}
            row |= {} if state else {"state": "unknown"}
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


def _unchecked(study: Study, now: datetime) -> dict[str, datetime]:
    """Live sources with a term for looking again: text seen alive up to this time, and not since, has to go."""
    late = {}
    for source in study.sources.values():
        if not source.recheck_days or not source.live:
            continue
        until = now - timedelta(days=source.recheck_days)
        rechecked = live_state(study, source.name).rechecked
        if rechecked is None or rechecked <= until:
            late[source.name] = until
    return late


def _is_late(row: dict[str, Any], unchecked: dict[str, datetime]) -> bool:
    until = unchecked.get(row["source"])
    seen = row["state_observed_at"]
    return until is not None and seen is not None and seen <= until
