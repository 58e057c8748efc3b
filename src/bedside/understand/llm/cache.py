"""Answers that came, kept by what was asked: nothing is paid for twice, and a broken round goes on.

Codes and places are kept, never words of a post. An erasure removes the rows of its posts from every page.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from bedside.errors import StorageError
from bedside.store.study import Study
from bedside.understand.llm.answer import Said

__all__ = ["Answers", "Kept", "forget_answers", "has_answers"]

TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    asked TEXT PRIMARY KEY, post_key TEXT NOT NULL, text_key TEXT NOT NULL, layer TEXT NOT NULL,
    version TEXT NOT NULL, state TEXT NOT NULL, said BLOB NOT NULL, tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL
)
"""
SAID = tuple[Said, ...]
PORTION = 500


class Kept(NamedTuple):
    """One answer; state = done, or failed where nothing but nonsense came."""

    asked: str
    post_key: str
    text_key: str
    layer: str
    version: str
    state: str
    said: tuple[Said, ...]
    tokens_in: int = 0
    tokens_out: int = 0


def _path(study: Study) -> Path:
    return study.folder / "llm" / "answers.sqlite"


def has_answers(study: Study) -> bool:
    """Whether a language model was asked."""
    return _path(study).exists()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(
            "llm/answers.sqlite cannot be read or written; free some space, or remove it to ask everything anew"
        ) from error


class Answers:
    """The cache of a study."""

    def __init__(self, study: Study) -> None:
        path = _path(study)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _errors():
            self._base = sqlite3.connect(path, timeout=30)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA secure_delete=ON")
            self._base.execute(TABLE)
            self._base.commit()

    def __enter__(self) -> "Answers":
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def known(self) -> dict[str, str]:
        """State of every question that was answered, by its hash."""
        with _errors():
            return dict(self._base.execute("SELECT asked, state FROM answers"))

    def keep(self, one: Kept) -> None:
        """Keep an answer, at once: what came is not asked again."""
        row = (*one[:6], msgspec.json.encode(one.said), *one[7:])
        with _errors(), self._base:
            self._base.execute("INSERT OR REPLACE INTO answers VALUES (?,?,?,?,?,?,?,?,?)", row)

    def read(self, versions: Collection[str]) -> Iterable[Kept]:
        """Answers of these versions of the maker, in the order of texts."""
        marks = ",".join("?" * len(versions))
        query = f"SELECT * FROM answers WHERE version IN ({marks}) ORDER BY text_key, layer, asked"  # noqa: S608
        with _errors():
            rows = self._base.execute(query, tuple(versions)).fetchall()
        return [
            Kept._make([*row[:6], msgspec.json.decode(row[6], type=SAID), *row[7:]]) for row in rows
        ]

    def posts(self) -> set[str]:
        """Posts that something was answered about."""
        with _errors():
            return {row[0] for row in self._base.execute("SELECT DISTINCT post_key FROM answers")}

    def state(self) -> tuple[int, int]:
        """Number of answers and of the last; changes whenever one comes or goes."""
        with _errors():
            found = self._base.execute(
                "SELECT count(*), coalesce(max(rowid), 0) FROM answers"
            ).fetchone()
        return int(found[0]), int(found[1])

    def forget(self, posts: Collection[str]) -> None:
        """Remove what was answered about posts, from table, free pages and write-ahead log."""
        keys = sorted(posts)
        with _errors():
            with self._base:
                for first in range(0, len(keys), PORTION):
                    some = keys[first : first + PORTION]
                    self._base.execute(
                        f"DELETE FROM answers WHERE post_key IN ({','.join('?' * len(some))})",  # noqa: S608
                        some,
                    )
            for command in (
                "PRAGMA wal_checkpoint(TRUNCATE)",
                "VACUUM",
                "PRAGMA wal_checkpoint(TRUNCATE)",
            ):
                self._base.execute(command)


def forget_answers(study: Study, posts: Collection[str]) -> None:
    """Remove what a language model answered about erased posts."""
    if has_answers(study):
        with Answers(study) as answers:
            answers.forget(posts)
