"""Gate log: every decision of the quote gate, appended; only an erasure takes any away. Hashes, no text."""

import fcntl
import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from bedside.errors import StorageError
from bedside.model.figures import Quote
from bedside.release.words import words_of
from bedside.store.files import replace_file, storage_errors

__all__ = ["GateLog", "GateRecord", "quote_hash"]


class GateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about words that should leave."""

    text_hash: str
    kind: str
    rule: str
    passed: bool
    at: datetime
    post_keys: tuple[str, ...] = ()
    author: str = ""
    approver: str = ""


def quote_hash(text: str) -> str:
    """Hash of the words of a text, under which the log keeps it."""
    return hashlib.blake2b(" ".join(words_of(text)).encode(), digest_size=16).hexdigest()


class GateLog:
    """Append-only log of the quote gate, one JSON line for each decision, in the study's folder.

    Parameters
    ----------
    folder : Path
        The study's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "quotes.jsonl"

    def records(self) -> list[GateRecord]:
        """All decisions, oldest first.

        Raises
        ------
        StorageError
            If a line cannot be read.
        """
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().splitlines()
        try:
            return [msgspec.json.decode(line, type=GateRecord) for line in lines if line]
        except msgspec.DecodeError as error:
            raise StorageError(
                f"{self.path.name} holds a line that cannot be read; bring it back from a copy of the study"
            ) from error

    def append(self, *records: GateRecord) -> None:
        """Add decisions, all or none; one that repeats what was decided last changes nothing."""
        with self._held():
            known = self.records()
            last = {_about(record): record for record in known}
            new = [r for r in records if not _same(last.get(_about(r)), r)]
            if new:
                self._write([*known, *new])

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the log: a run and a person who approves never write past each other."""
        with storage_errors(self.path.name), (self.path.parent / ".quotes.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, records: Iterable[GateRecord]) -> None:
        lines = [msgspec.json.encode(record) for record in records]
        replace_file(self.path, lambda file: file.write(b"\n".join([*lines, b""])))

    def passed(self, quote: Quote) -> bool:
        """Whether the last decision on these words let them out as this kind."""
        wanted = (quote_hash(quote.text), quote.kind)
        found = [r for r in self.records() if (r.text_hash, r.kind) == wanted]
        return bool(found) and found[-1].passed

    def sources_of(self, quote: Quote) -> tuple[str, ...]:
        """Keys of the posts from which the words came, for the check and for erasure."""
        wanted = quote_hash(quote.text)
        return next((r.post_keys for r in reversed(self.records()) if r.text_hash == wanted), ())

    def forget(self, post_keys: Collection[str]) -> int:
        """Remove the decisions on words that came from erased posts; gives how many went."""
        gone = set(post_keys)
        if not self.path.exists():
            return 0
        with self._held():
            records = self.records()
            kept = [record for record in records if gone.isdisjoint(record.post_keys)]
            if len(kept) < len(records):
                self._write(kept)
        return len(records) - len(kept)

    def log_wordings(self, wordings: Iterable[Quote], *, at: datetime) -> None:
        """Note that shared wordings passed by their rule."""
        rule = "shared by enough accounts"
        self.append(
            *(
                GateRecord(text_hash=quote_hash(q.text), kind=q.kind, rule=rule, passed=True, at=at)
                for q in wordings
            )
        )


def _about(record: GateRecord) -> tuple[str, str]:
    return record.text_hash, record.kind


def _same(one: GateRecord | None, other: GateRecord) -> bool:
    """Whether two decisions differ in nothing but the time."""
    return one is not None and msgspec.structs.replace(one, at=other.at) == other
