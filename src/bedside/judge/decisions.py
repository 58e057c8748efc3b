"""Decisions: the append-only log of what people judged.

A judgement names a text (or subject), a layer and a code, never a mark, and is never changed: who thinks
again adds a row, and an undo is a row too. Only an erasure takes rows away. What is true of a whole layer
(`layer_complete`, `draft`, `set_aside`) stands under the code `*`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    ColumnElement,
    Engine,
    Table,
    case,
    delete,
    distinct,
    func,
    insert,
    or_,
    select,
)

from bedside.errors import InputError, suggest
from bedside.judge.database import (
    JUDGED,
    LOOKS,
    compact,
    database_errors,
    database_of,
    open_database,
)
from bedside.model.figures import JUDGEMENTS
from bedside.store.study import Study

__all__ = [
    "DECISIONS",
    "KINDS",
    "LOOK",
    "WHOLE",
    "DecisionLog",
    "has_log",
    "latest_of_each",
    "open_log",
]

DECISIONS = ("present", "absent", "layer_complete", "draft", "set_aside", "withdrawn")
KINDS = ("coding", "adjudication")
WHOLE = "*"  # the code of a row about a whole layer
KEY = ("subject_key", "text_key", "layer", "code", "coder", "kind")
"""What a later row of the same takes back."""
LOOK = pa.schema(
    [
        ("coder", pa.string()),
        ("subject_key", pa.string()),
        ("layer", pa.string()),
        ("sample_id", pa.string()),
        ("looked_at", pa.timestamp("us", tz="UTC")),
        ("rules", pa.string()),
        ("shown", pa.string()),  # text | proposals | others: what other coders said
    ]
)
MOST_AT_ONCE = 500  # keys of one delete; SQLite allows 32,766 parameters
_TIME = pa.timestamp("us", tz="UTC")


def open_log(study: Study) -> "DecisionLog":
    """The log of a study, in the database that the study or `$BEDSIDE_DATABASE` names."""
    return DecisionLog(database_of(study), schema=study.config.id)


def has_log(study: Study) -> bool:
    """Whether anybody may have judged: there is a file of decisions, or a database of their own."""
    url = database_of(study)
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()


class DecisionLog:
    """Judgements of one study, and who was shown what.

    Parameters
    ----------
    place : Path or str
        SQLite file, made when absent; or the URL of a database.
    schema : str
        For PostgreSQL: the study's own schema.

    Raises
    ------
    StorageError
        If the file is there and is no such log, or the server does not answer.
    """

    def __init__(self, place: Path | str, *, schema: str = "") -> None:
        url = f"sqlite:///{place}" if isinstance(place, Path) else place
        self._engine: Engine = open_database(url, schema=schema)

    def __enter__(self) -> "DecisionLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # judgements

    def record(self, judgements: Iterable[Mapping[str, Any]]) -> int:
        """Append judgements, all or none; gives how many.

        Parameters
        ----------
        judgements : iterable of Mapping
            Fields of `model.figures.JUDGEMENTS`; decision one of `DECISIONS`, kind one of `KINDS` (coding if absent).

        Raises
        ------
        InputError
            If a field is unknown, missing or has no meaning; nothing is written then.
        """
        rows = [_as_row(judgement) for judgement in judgements]
        if rows:
            with database_errors(self._engine), self._engine.begin() as connection:
                connection.execute(insert(JUDGED), rows)
        return len(rows)

    def read(
        self, *, columns: Sequence[str] = JUDGEMENTS.names, **only: str | Sequence[str]
    ) -> pa.Table:
        """All judgements in the order in which they were made.

        Parameters
        ----------
        columns : sequence of str
            Of JUDGEMENTS; a few are read sooner than all.
        **only : str or sequence of str
            Value of a column, or several of which one, such as layer="feel", sample_id="round-1", coder="ann".

        Returns
        -------
        pyarrow.Table
            These columns of JUDGEMENTS, oldest first.
        """
        return self._table(JUDGED, [JUDGEMENTS.field(name) for name in columns], only, "decided_at")

    def current(self, **only: str | Sequence[str]) -> pa.Table:
        """What each coder holds now: the last row for text, layer, code and kind, without what was withdrawn."""
        last = latest_of_each(self.read(**only))
        return last.filter(pc.not_equal(last["decision"], "withdrawn"))

    def whole_layers(
        self, sample_id: str, layer: str, *, after: int = 0
    ) -> list[tuple[int, str, str | None, str, str, str]]:
        """What coders said of whole texts in a sample and layer, oldest first, from a number on.

        Returns
        -------
        list of tuple
            number, subject_key, text_key, coder, decision and code_hash of the rows under `*`; for who follows the log.
        """
        names = ("number", "subject_key", "text_key", "coder", "decision", "code_hash")
        of = {"sample_id": sample_id, "layer": layer, "code": WHOLE, "kind": "coding"}
        query = select(*(JUDGED.c[name] for name in names)).order_by(JUDGED.c.number)
        if after:  # what is new is found by its number, and not by an index of these columns
            query = query.where(JUDGED.c.number > after)
            query = query.where(*(JUDGED.c[name].concat("") == value for name, value in of.items()))
        else:
            query = query.where(*(JUDGED.c[name] == value for name, value in of.items()))
        with database_errors(self._engine), self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def first_decided(self, after: int = 0) -> tuple[int, dict[str, datetime]]:
        """Number of the last row, and when each text judged after a number was first judged after it.

        Returns
        -------
        tuple of int and dict of subject_key to datetime
        """
        first = func.min(JUDGED.c.decided_at)
        query = select(JUDGED.c.subject_key, first, func.max(JUDGED.c.number))
        query = query.where(JUDGED.c.number > after).group_by(JUDGED.c.subject_key)
        with database_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        found = {subject: datetime.fromisoformat(when) for subject, when, _ in rows}
        return max((int(number) for _, _, number in rows), default=after), found

    def readers(self) -> tuple[int, int, int, int, list[str]]:
        """How many people judged how many texts, with how many memos and settled differences, in which samples."""
        settled = case((JUDGED.c.kind == "adjudication", 1))
        query = select(
            func.count(distinct(JUDGED.c.coder)),
            func.count(distinct(JUDGED.c.subject_key)),
            func.count(case((JUDGED.c.memo != "", 1))),
            func.count(settled),
        )
        samples = select(JUDGED.c.sample_id).where(JUDGED.c.sample_id != "").distinct()
        with database_errors(self._engine), self._engine.connect() as connection:
            people, texts, memos, settlings = connection.execute(query).one()
            names = sorted(connection.execute(samples).scalars())
        return people, texts, memos, settlings, names

    def last_number(self) -> int:
        """Number of the last row: the same, and nobody has judged since."""
        with database_errors(self._engine), self._engine.connect() as connection:
            return int(connection.execute(select(func.max(JUDGED.c.number))).scalar() or 0)

    def undo(self, judgement: Mapping[str, Any], *, at: datetime) -> None:
        """Withdraw a judgement by adding a row that says so."""
        self.record([dict(judgement) | {"decision": "withdrawn", "decided_at": at}])

    # looks

    def note_looks(self, looks: Iterable[Mapping[str, Any]]) -> None:
        """Note who is shown what (fields of LOOK), before it is shown."""
        rows = [dict(look) | {"looked_at": _time_text(look["looked_at"])} for look in looks]
        if rows:
            with database_errors(self._engine), self._engine.begin() as connection:
                connection.execute(insert(LOOKS), rows)

    def looks(self, **only: str) -> pa.Table:
        """Who was shown what: LOOK, oldest first."""
        return self._table(LOOKS, list(LOOK), only, "looked_at")

    def state(self) -> tuple[int, ...]:
        """Rows and last number of judgements and of looks: the same state, the same log."""
        with self._engine.connect() as connection:
            return tuple(
                int(value or 0)
                for table in (JUDGED, LOOKS)
                for value in connection.execute(
                    select(func.count(), func.max(table.c.number)).select_from(table)
                ).one()
            )

    # erasure

    def erase(self, *, text_keys: Collection[str] = (), subject_keys: Collection[str] = ()) -> int:
        """Remove every judgement about these texts or subjects, from table, free pages and write-ahead log.

        Moments of a post (`<post_key>:m0`) go with it, and who looked at it. Gives how many judgements went.

        Notes
        -----
        A PostgreSQL server keeps its own write-ahead log and backups for as long as its keeper has set.
        """
        gone = 0
        with database_errors(self._engine), self._engine.begin() as connection:
            for keys in _portions(sorted(set(text_keys))):
                gone += connection.execute(
                    delete(JUDGED).where(JUDGED.c.text_key.in_(keys))
                ).rowcount
            for keys in _portions(sorted(set(subject_keys))):
                gone += connection.execute(delete(JUDGED).where(_about(JUDGED, keys))).rowcount
                connection.execute(delete(LOOKS).where(_about(LOOKS, keys)))
        compact(self._engine)
        return gone

    def _table(
        self,
        table: Table,
        fields: Sequence[pa.Field],
        only: Mapping[str, str | Sequence[str]],
        time: str,
    ) -> pa.Table:
        """Read whole columns, oldest row first; a row at a time would take ten times as long on 300,000 of them.

        The order is made here: a database would sort the whole rows.
        """
        names = [*(field.name for field in fields), "number"]
        query = select(*(table.c[name] for name in names)).where(*_wanted(table, only))
        with database_errors(self._engine), self._engine.connect() as connection:
            found = connection.execute(query)
            rows = (
                found.cursor.fetchall() if found.cursor else []
            )  # the driver's own rows: half the time
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(names)
        arrays = [_column(v, field, time) for field, v in zip(fields, columns[:-1], strict=True)]
        told = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
        numbers = np.array(columns[-1], np.int64)
        return told if (np.diff(numbers) > 0).all() else told.take(pa.array(np.argsort(numbers)))


def _column(values: Sequence[Any], field: pa.Field, time: str) -> pa.Array:
    """A column of Arrow; SQLite keeps neither times nor truth values."""
    if field.name == time:
        return pa.array(values, pa.string()).cast(_TIME)
    if pa.types.is_boolean(field.type) and values and not isinstance(values[0], bool):
        return pa.array(values, pa.int8()).cast(pa.bool_())
    return pa.array(values, field.type)


def latest_of_each(judgements: pa.Table, key: Sequence[str] = KEY) -> pa.Table:
    """The last row of each text, layer, code, coder and kind, in the order in which they were made.

    Parameters
    ----------
    judgements : pyarrow.Table
        JUDGEMENTS, oldest first.
    key : sequence of str
        Columns whose later rows take back the earlier ones.
    """
    if not judgements.num_rows:
        return judgements
    group = np.zeros(judgements.num_rows, np.int64)
    for name in key:
        values = judgements[name].combine_chunks().dictionary_encode()
        width = len(values.dictionary) + 1
        number = values.indices.fill_null(width - 1).to_numpy(zero_copy_only=False)
        _, group = np.unique(group * width + number, return_inverse=True)
    last = np.zeros(group.max() + 1, np.int64)
    last[group] = np.arange(len(group))  # of what is assigned to one place, the last stays
    return judgements.take(pa.array(np.sort(last)))


def _wanted(table: Table, only: Mapping[str, str | Sequence[str]]) -> list[ColumnElement[bool]]:
    for name in only:
        if name not in table.c:
            raise InputError(
                f"{table.name} have no column '{name}'; {suggest(name, [*table.c.keys()])}"
            )
    return [
        table.c[name] == value if isinstance(value, str) else table.c[name].in_(list(value))
        for name, value in only.items()
    ]


def _about(table: Table, keys: list[str]) -> ColumnElement[bool]:
    moments = (table.c.subject_key.startswith(f"{key}:", autoescape=True) for key in keys)
    return or_(table.c.subject_key.in_(keys), *moments)


def _portions(keys: list[str]) -> Iterable[list[str]]:
    return (keys[i : i + MOST_AT_ONCE] for i in range(0, len(keys), MOST_AT_ONCE))


def _as_row(judgement: Mapping[str, Any]) -> dict[str, Any]:
    """A judgement checked and made ready to store."""
    for name in judgement:
        if name not in JUDGEMENTS.names:
            raise InputError(
                f"a judgement has no field '{name}'; {suggest(name, JUDGEMENTS.names)}"
            )
    row = {name: judgement.get(name) for name in JUDGEMENTS.names}
    row["kind"] = row["kind"] or "coding"
    missing = [f.name for f in JUDGEMENTS if not f.nullable and row[f.name] is None]
    if missing:
        raise InputError(f"a judgement lacks {', '.join(missing)}; these must always be said")
    for name, known in (("decision", DECISIONS), ("kind", KINDS)):
        if row[name] not in known:
            raise InputError(f"got the {name} '{row[name]}'; {suggest(str(row[name]), known)}")
    probability = row["probability"]
    if probability is not None and not 0 < probability <= 1:
        raise InputError(
            f"got a drawing probability of {probability}; it must be above 0 and at most 1"
        )
    return row | {"decided_at": _time_text(row["decided_at"])}


def _time_text(time: object) -> str:
    if not isinstance(time, datetime) or time.tzinfo is None:
        raise InputError("decided_at must be a time with its zone, such as datetime.now(UTC)")
    return time.astimezone(UTC).isoformat(timespec="microseconds")
