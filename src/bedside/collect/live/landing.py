"""What `bedside collect` remembers of a source, and where answers lie until they are taken in.

In the study's folder `live/SOURCE/`: `state.json` (rounds and days, nothing of any post), `cursor.sealed` (where to go
on), and while a round is under way `round.json` with one sealed file for each exchange. A round that was killed is
answered from these first, so it ends like one that ran through.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bedside.collect.live.exchange import Landed, Request, Response
from bedside.store.files import clear_folder, read_json, replace_file
from bedside.store.live import LiveState
from bedside.store.study import Study
from bedside.store.vault import open_bytes, seal_bytes

__all__ = ["Landing", "Round"]


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A round under way: its number for this source, what it does, and when it began."""

    number: int
    does: str  # collect | recheck
    began: datetime
    settings: str = ""  # hash of what it was asked to do: other settings make another round
    records: int = 0  # records of the study when it began


class _Exchange(msgspec.Struct, frozen=True):
    asked: str
    response: Response


class Landing:
    """A source's place in the study.

    Parameters
    ----------
    study : Study
    source : str
    vault_key : bytes
    """

    def __init__(self, study: Study, source: str, vault_key: bytes) -> None:
        self.folder = study.folder / "live" / source
        self._key = vault_key

    def cursor(self) -> dict[str, Any]:
        """Where the last round ended; empty before the first."""
        path = self.folder / "cursor.sealed"
        if not path.exists():
            return {}
        found: dict[str, Any] = json.loads(open_bytes(path.read_bytes(), self._key, path.name))
        return found

    def open_round(self) -> Round | None:
        """The round that was interrupted, if there is one."""
        path = self.folder / "round.json"
        return read_json(path, Round) if path.exists() else None

    def tidy(self, state: LiveState) -> None:
        """Forget a round that had ended, and was killed while it forgot itself."""
        round_ = self.open_round()
        if round_ is None or round_.number <= state.rounds:
            self._forget_round()

    def begin(self, round_: Round) -> None:
        """Begin a round; what another left is forgotten."""
        self._forget_round()
        _write(self.folder / "round.json", round_)

    def end(self, state: LiveState, cursor: dict[str, Any] | None) -> None:
        """End a round whose posts were taken in: the cursor first, so that a crash repeats it at worst."""
        if cursor is not None:
            sealed = seal_bytes(json.dumps(cursor, sort_keys=True).encode(), self._key)
            replace_file(self.folder / "cursor.sealed", lambda file: file.write(sealed))
        _write(self.folder / "state.json", state)
        self._forget_round()

    def _forget_round(self) -> None:
        (self.folder / "round.json").unlink(missing_ok=True)
        clear_folder(
            self.folder, frozenset((self.folder / "state.json", self.folder / "cursor.sealed"))
        )

    def kept(self, place: int, request: Request) -> Response | None:
        """The answer that was kept at a place of the round, if it is one to this request."""
        path = self._path(place)
        if not path.exists():
            return None
        plain = open_bytes(path.read_bytes(), self._key, f"landing page {path.name}")
        exchange = msgspec.msgpack.decode(plain, type=_Exchange)
        return exchange.response if exchange.asked == _asked(request) else None

    def keep(self, place: int, request: Request, response: Response) -> None:
        """Keep an answer."""
        plain = msgspec.msgpack.encode(_Exchange(_asked(request), response))
        sealed = seal_bytes(plain, self._key)
        replace_file(self._path(place), lambda file: file.write(sealed))

    def put(self, place: int, landed: Landed) -> None:
        """Keep a document that was put together from several answers."""
        sealed = seal_bytes(msgspec.msgpack.encode(landed), self._key)
        replace_file(self._document(place), lambda file: file.write(sealed))

    def answer(self, place: int) -> bytes:
        """Body of the answer at a place."""
        path = self._path(place)
        plain = open_bytes(path.read_bytes(), self._key, f"landing page {path.name}")
        return msgspec.msgpack.decode(plain, type=_Exchange).response.body

    def document(self, place: int) -> Landed:
        """The document kept at a place."""
        path = self._document(place)
        plain = open_bytes(path.read_bytes(), self._key, f"landing page {path.name}")
        return msgspec.msgpack.decode(plain, type=Landed)

    def _path(self, place: int) -> Path:
        return self.folder / f"{place:06}.sealed"

    def _document(self, place: int) -> Path:
        return self.folder / f"document-{place:06}.sealed"


def _asked(request: Request) -> str:
    """Names a request; the secret that goes with it is no part of it."""
    return hashlib.sha256(msgspec.json.encode(request)).hexdigest()


def _write(path: Path, record: Any) -> None:
    data = msgspec.json.format(msgspec.json.encode(record), indent=1)
    replace_file(path, lambda file: file.write(data))
