"""Decisions: the append-only log of what people judged, in SQLite through SQLAlchemy.

A judgement names a text (or subject), a layer and a code, never a mark, and is never changed: who thinks
again adds a row, and an undo is a row that says `withdrawn`. Only an erasure takes rows away.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.exc import DatabaseError

from bedside.errors import InputError, StorageError, suggest
from bedside.model.figures import JUDGEMENTS

__all__ = ["DECISIONS", "DecisionLog"]

DECISIONS = ("present", "absent", "layer_complete", "withdrawn")
KEY = (
    "subject_key",
    "text_key",
    "layer",
    "code",
    "coder",
)  # what a later row of the same takes back
MOST_AT_ONCE = 500  # keys of one delete; SQLite allows 32,766 parameters

_metadata = MetaData()
_TYPES: dict[str, Any] = {"probability": Float(), "proposal_shown": Boolean()}
_rows = Table(
    "judgements",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *(
        # the time as text: SQLite keeps no zone
        Column(
            field.name,
            _TYPES.get(field.name, String()),
            nullable=field.nullable,
            index=field.name in ("subject_key", "text_key"),
        )
        for field in JUDGEMENTS
    ),
    sqlite_autoincrement=True,
)


def _prepare(connection: Any, _: object) -> None:
    """Each connection: write-ahead log, and freed pages overwritten so that an erasure is one."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=ON",
        "busy_timeout=5000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _open(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _prepare)
    _metadata.create_all(engine)
    return engine


def _as_row(judgement: Mapping[str, Any]) -> dict[str, Any]:
    """A judgement checked and made ready to store."""
    unknown = sorted(set(judgement) - set(JUDGEMENTS.names))
    if unknown:
        raise InputError(
            f"a judgement has no field '{unknown[0]}'; {suggest(unknown[0], JUDGEMENTS.names)}"
        )
    missing = [f.name for f in JUDGEMENTS if not f.nullable and judgement.get(f.name) is None]
    if missing:
        raise InputError(f"a judgement lacks {', '.join(missing)}; these must always be said")
    if judgement["decision"] not in DECISIONS:
        raise InputError(
            f"got the decision '{judgement['decision']}'; {suggest(str(judgement['decision']), DECISIONS)}"
        )
    probability = judgement.get("probability")
    if probability is not None and not 0 < probability <= 1:
        raise InputError(
            f"got a drawing probability of {probability}; it must be above 0 and at most 1"
        )
    row = {name: judgement.get(name) for name in JUDGEMENTS.names}
    return row | {"decided_at": _time_text(judgement["decided_at"])}


def _time_text(time: object) -> str:
    if not isinstance(time, datetime) or time.tzinfo is None:
        raise InputError("decided_at must be a time with its zone, such as datetime.now(UTC)")
    return time.astimezone(UTC).isoformat(timespec="microseconds")


class DecisionLog:
    """Judgements of one study.

    Parameters
    ----------
    path : Path
        SQLite file; made when absent.

    Raises
    ------
    StorageError
        If the file is there and is no such log.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = _open(path)
        except (OSError, DatabaseError) as error:
            raise StorageError(
                f"{path.name} cannot be opened as a log of judgements; bring it back from a copy of the study"
            ) from error

    def __enter__(self) -> "DecisionLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def record(self, judgements: Iterable[Mapping[str, Any]]) -> int:
        """Append judgements, all or none; gives how many.

        Parameters
        ----------
        judgements : iterable of Mapping
            Fields of `model.figures.JUDGEMENTS`; decision one of `DECISIONS`.

        Raises
        ------
        InputError
            If a field is unknown, missing or has no meaning; nothing is written then.
        """
        rows = [_as_row(judgement) for judgement in judgements]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(_rows), rows)
        return len(rows)

    def read(self, *, layer: str | None = None) -> pa.Table:
        """All judgements in the order in which they were made: JUDGEMENTS, oldest first."""
        query = select(*_columns()).order_by(_rows.c.number)
        return self._table(query if layer is None else query.where(_rows.c.layer == layer))

    def current(self, *, layer: str | None = None) -> pa.Table:
        """What each coder holds now: the last row for text, layer and code, without what was withdrawn."""
        last = select(func.max(_rows.c.number)).group_by(*(_rows.c[name] for name in KEY))
        query = select(*_columns()).where(_rows.c.number.in_(last), _rows.c.decision != "withdrawn")
        query = query.order_by(_rows.c.number)
        return self._table(query if layer is None else query.where(_rows.c.layer == layer))

    def undo(self, judgement: Mapping[str, Any], *, at: datetime) -> None:
        """Withdraw a judgement by adding a row that says so."""
        self.record([dict(judgement) | {"decision": "withdrawn", "decided_at": at}])

    def erase(self, *, text_keys: Collection[str] = (), subject_keys: Collection[str] = ()) -> int:
        """Remove every judgement about these texts or subjects, from file and write-ahead log.

        Moments of a post (`<post_key>:m0`) go with it. Gives how many rows went.
        """
        gone = 0
        with self._engine.begin() as connection:
            for keys in _portions(sorted(set(text_keys))):
                gone += connection.execute(
                    _rows.delete().where(_rows.c.text_key.in_(keys))
                ).rowcount
            for keys in _portions(sorted(set(subject_keys))):
                moments = (
                    _rows.c.subject_key.startswith(f"{key}:", autoescape=True) for key in keys
                )
                about = or_(_rows.c.subject_key.in_(keys), *moments)
                gone += connection.execute(_rows.delete().where(about)).rowcount
        self._compact()
        return gone

    def _compact(self) -> None:
        """Rewrite the file and empty the write-ahead log, so that no page keeps what was erased."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for command in (
                "PRAGMA wal_checkpoint(TRUNCATE)",
                "VACUUM",
                "PRAGMA wal_checkpoint(TRUNCATE)",
            ):
                connection.exec_driver_sql(command)

    def _table(self, query: Any) -> pa.Table:
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row["decided_at"] = datetime.fromisoformat(row["decided_at"])
        return pa.Table.from_pylist(rows, schema=JUDGEMENTS)


def _columns() -> list[Column[Any]]:
    return [_rows.c[name] for name in JUDGEMENTS.names]


def _portions(keys: list[str]) -> Iterable[list[str]]:
    return (keys[i : i + MOST_AT_ONCE] for i in range(0, len(keys), MOST_AT_ONCE))
