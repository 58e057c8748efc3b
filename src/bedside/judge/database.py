"""Where decisions lie: tables, and the database that holds them, SQLite in the study or PostgreSQL for a team."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bedside.errors import InputError, StorageError
from bedside.model.figures import JUDGEMENTS
from bedside.store.study import Study

__all__ = [
    "CASES",
    "CRISES",
    "JUDGED",
    "LOOKS",
    "compact",
    "database_errors",
    "database_of",
    "hold_for_writing",
    "open_database",
]

FILE = "decisions.sqlite"
VARIABLE = "BEDSIDE_DATABASE"  # a URL may hold a password, study.toml may not
SETTING_UP = 5_021_973  # number of the advisory lock that is held while tables are made
WAIT_SECONDS = 30  # for another coder's write; one takes milliseconds

_metadata = MetaData()
_TYPES: dict[str, Any] = {"probability": Float(), "proposal_shown": Boolean()}
JUDGED = Table(
    "judgements",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    # times as text: SQLite keeps no zone
    *(
        Column(field.name, _TYPES.get(field.name, String()), nullable=field.nullable)
        for field in JUDGEMENTS
    ),
    Index("judgements_subject", "subject_key", "layer", "coder"),
    Index("judgements_text", "text_key"),
    Index("judgements_queue", "sample_id", "layer", "code", "coder"),
    sqlite_autoincrement=True,
)
LOOKS = Table(
    "looks",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String(), nullable=False) for name in ("coder", "subject_key", "layer")),
    Column("sample_id", String(), nullable=False),
    Column("looked_at", String(), nullable=False),
    Column("rules", String(), nullable=False),  # hash of the study's own rules for the layer
    Column("shown", String(), nullable=False),  # text | proposals | others
    Index("looks_item", "sample_id", "layer", "coder"),
    Index("looks_subject", "subject_key"),
    sqlite_autoincrement=True,
)
"""Who was shown what, and which rules the study had then: one row for coder, item, layer and way of showing."""
CASES = Table(
    "case_events",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String(), nullable=False) for name in ("case_id", "kind", "at", "by", "about")),
    Index("case_events_case", "case_id"),
    sqlite_autoincrement=True,
)
"""What happened to each safety case (`caselog`); `about` is JSON."""
CRISES = Table(
    "crisis_steps",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String(), nullable=False) for name in ("post_key", "kind", "at", "by", "words")),
    Index("crisis_steps_post", "post_key"),
    sqlite_autoincrement=True,
)
"""What was done about each crisis post (`crisislog`)."""


def database_of(study: Study) -> str:
    """URL of the database of a study: `$BEDSIDE_DATABASE`, else `[judge] database`, else a file in its folder.

    Raises
    ------
    InputError
        If study.toml holds a password: it is copied with the study.
    """
    given = os.environ.get(VARIABLE, "")
    kept = study.config.judge.database
    if not given and kept and _url(kept).password:
        raise InputError(
            "the database in study.toml names a password, and study.toml is copied with the study; leave it out there "
            f"and give it in PGPASSWORD, in ~/.pgpass, or the whole address in {VARIABLE}"
        )
    return given or kept or f"sqlite:///{study.folder / FILE}"


def _url(given: str) -> URL:
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise InputError(
            "the address of the database cannot be read; it looks like postgresql://user@host/name"
        ) from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise InputError(
            f"decisions are kept in SQLite or PostgreSQL, not in {url.get_backend_name()}; give postgresql://..."
        )
    return url


def open_database(given: str, *, schema: str = "") -> Engine:
    """Open a database and make the tables that it lacks.

    Parameters
    ----------
    given : str
        `sqlite:///PATH` or `postgresql://...`.
    schema : str
        For PostgreSQL: the schema of this study, so that several studies share one database.

    Raises
    ------
    InputError
        If the address cannot be read, or PostgreSQL's driver is not installed.
    StorageError
        If the file is no such database, or the server does not answer.
    """
    url = _url(given)
    try:
        return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url, schema)
    except ImportError as error:
        raise InputError(
            "decisions in PostgreSQL need its driver; install it with: pip install 'bedside[postgres]'"
        ) from error
    except (OSError, DBAPIError) as error:
        raise StorageError(_unopened(url, error)) from error


@contextmanager
def database_errors(engine: Engine) -> Iterator[None]:
    """Turn what a database raises in the middle of work into errors that say what to do."""
    try:
        yield
    except DBAPIError as error:  # its own words hold the row that was to be written
        full = "full" in str(error.orig).lower()
        where = (
            Path(engine.url.database or "").name
            if engine.dialect.name == "sqlite"
            else "the database of decisions"
        )
        raise StorageError(
            f"{where}: {'the disk is full; free some space' if full else 'it does not answer or refuses; see that it runs'}"
            ", then give the same command again: what was recorded before is kept"
        ) from error


def _unopened(url: URL, error: Exception) -> str:
    """Say what could not be opened; the driver's own words may hold a password."""
    if url.get_backend_name() == "sqlite":
        return (
            f"{Path(url.database or '').name} cannot be opened as a log of judgements; bring it back from a copy of "
            "the study"
        )
    kind = "does not answer" if isinstance(error, OperationalError) else "refuses"
    return (
        f"the database {url.database} on {url.host or url.query.get('host', 'this machine')} {kind}; see that the server "
        "runs and that you may write there, then give the same command again: nothing that was recorded is lost"
    )


def _prepare(connection: Any, _: object) -> None:
    """Each connection: write-ahead log, and freed pages overwritten so that an erasure is one."""
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={WAIT_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite(url: URL) -> Engine:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    try:
        _metadata.create_all(engine)
    except OperationalError as error:  # another coder made the tables in this moment
        if "already exists" not in str(error):
            raise
        _metadata.create_all(engine)
    return engine


def _postgres(url: URL, schema: str) -> Engine:
    name = re.sub(r"[^a-z0-9_]", "_", schema.lower()) or "bedside"
    plain = create_engine(url, pool_pre_ping=True)
    engine = plain.execution_options(schema_translate_map={None: name})
    with engine.begin() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({SETTING_UP})"))
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{name}"'))
        _metadata.create_all(connection)
    return engine


def hold_for_writing(connection: Connection, about: str) -> None:
    """Let nobody else write about the same until this transaction ends, so that what is read now still holds then.

    Parameters
    ----------
    connection : Connection
        In a transaction that has read nothing yet.
    about : str
        What is held, such as the id of a case; in SQLite the whole file is.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:about))"), {"about": about})


def compact(engine: Engine) -> None:
    """Rewrite the tables and empty SQLite's write-ahead log, so that no page keeps what was erased."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            commands = [
                "PRAGMA wal_checkpoint(TRUNCATE)",
                "VACUUM",
                "PRAGMA wal_checkpoint(TRUNCATE)",
            ]
        else:
            schema = engine.get_execution_options()["schema_translate_map"][None]
            commands = [
                f'VACUUM FULL "{schema}".{table.name}' for table in (JUDGED, LOOKS, CASES, CRISES)
            ]
        for command in commands:
            connection.exec_driver_sql(command)
