"""Replaying: which of a coder's decisions in the log still stand to be taken back, in the order in which they were made.

An undo is rows like any other. So the log is walked from its beginning: rows that bring back exactly what was held before
the last decision that stands are its undo, whatever they were meant as; all others are a decision.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

__all__ = ["RESTORED", "Batch", "Kept", "replayed"]

Row = dict[str, Any]
Kept = dict[tuple[str, str], Row]
"""Rows by subject and code."""
RESTORED = ("decision", "memo", "spans", "code_hash")
"""Columns that an undo brings back."""


class Batch(NamedTuple):
    """Rows of one decision, and what was held before it."""

    rows: list[Row]
    before: Kept


def replayed(rows: Iterable[Mapping[str, Any]]) -> list[Batch]:
    """Decisions that can be taken back, the last one at the end.

    Parameters
    ----------
    rows : iterable of Mapping
        Of JUDGEMENTS: what one coder said in one sample and layer, oldest first. Rows of one moment are one decision.
    """
    held: dict[tuple[str, str | None], Kept] = {}
    done: list[Batch] = []
    for _, together in groupby(rows, key=lambda row: row["decided_at"]):
        batch = sorted(map(dict, together), key=lambda row: ":" in row["subject_key"])
        state = held.setdefault(_text(batch[0]), {})
        if done and _takes_back(batch, done[-1]):
            done.pop()
        else:
            done.append(Batch(batch, dict(state)))
        for row in batch:
            state.pop(_key(row), None)
            if row["decision"] != "withdrawn":
                state[_key(row)] = row
    return done


def _text(row: Row) -> tuple[str, str | None]:
    """Whose decision it is about; a moment belongs to its post."""
    return row["subject_key"].partition(":")[0], row["text_key"]


def _key(row: Row) -> tuple[str, str]:
    return row["subject_key"], row["code"]


def _takes_back(batch: list[Row], last: Batch) -> bool:
    """Whether rows bring back what was held before a decision."""
    if {_key(row) for row in batch} != {_key(row) for row in last.rows}:
        return False
    if _text(batch[0]) != _text(last.rows[0]):
        return False
    return all(_restores(row, last.before.get(_key(row))) for row in batch)


def _restores(row: Row, old: Row | None) -> bool:
    if old is None:
        return bool(row["decision"] == "withdrawn")
    return all(row[name] == old[name] for name in RESTORED)
