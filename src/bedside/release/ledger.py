"""Ledger: everything that ever left a study, so that a later release gives no earlier star away.

One JSON file for each release in `releases/` of the study's folder, written whole or not at all and never
changed but for quotes struck after an erasure; the ledger holds the counts that were shown, never those that were hidden.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from bedside.errors import InputError, NotFoundError, StorageError
from bedside.model.figures import Quote
from bedside.release.records import Release, ReleasedFigure
from bedside.release.remembering import Shown, figure_accounts, figure_key, sides
from bedside.release.sameness import NO_PRINTS
from bedside.release.suppression import COMPLEMENT, Decision
from bedside.release.tables import Quantity, Tie, of_set, own_set
from bedside.store.files import replace_file, storage_errors

__all__ = ["Entry", "Ledger", "entry_of"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One release with what a reader could learn from its tables."""

    release: Release
    known: tuple[tuple[Quantity, int], ...] = ()
    hidden: dict[str, str] = {}
    hidden_counts: tuple[Quantity, ...] = ()
    most: int = 7
    ties: tuple[Tie, ...] = ()
    prints: dict[str, int] = {}

    def shown(self) -> Shown:
        """What later releases must reckon with."""
        return Shown(
            known=dict(self.known),
            hidden=self.hidden,
            hidden_counts=self.hidden_counts,
            most=self.most,
            ties=self.ties,
            figures={_key(f): figure_accounts(f.figure()) for f in self.release.figures},
            exact=self.release.round_to < 2,
            numbers={_key(f): sides(f.figure()) for f in self.release.figures if not f.suppressed},
            shields=frozenset(self._shields()),
            prints=self.prints,
            round_to=self.release.round_to,
            rows=tuple(f.figure() for f in self.release.figures) if self.prints else (),
        )

    def _shields(self) -> Iterator[tuple[str, int]]:
        """Figures whose numerator (0) or denominator (1) was hidden only to shield others."""
        for figure in self.release.figures:
            if figure.suppressed:
                whole = figure.figure()
                for side, name in enumerate((own_set(whole), of_set(whole))):
                    if name is not None and self.hidden.get(name) == COMPLEMENT:
                        yield _key(figure), side


def _key(figure: ReleasedFigure) -> str:
    return figure_key(figure.figure())


def entry_of(
    release: Release, decision: Decision, *, most: int, prints: Mapping[str, int] = NO_PRINTS
) -> Entry:
    """Entry for a release just decided: what its own tables tell, for earlier ones have entries of their own.

    Parameters
    ----------
    release : Release
    decision : Decision
    most : int
        The largest number of accounts that it hid.
    prints : mapping of str to int, optional
        Print of the posts behind each set, by which a later release knows it again.
    """
    own = {quantity.of for quantity in decision.counts}
    return Entry(
        release=release,
        known=tuple(sorted((q, n) for q, n in decision.known.items() if q.of in own)),
        hidden={name: reason for name, reason in decision.hidden.items() if name in own},
        hidden_counts=tuple(sorted(q for q in decision.limits if q.of in own)),
        most=most,
        ties=tuple(t for t in decision.ties if all(q.of in own for q in (t.total, *t.parts))),
        prints={name: value for name, value in prints.items() if name in own},
    )


class Ledger:
    """The releases of one study, oldest first.

    Parameters
    ----------
    folder : Path
        The study's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "releases"

    def entries(self) -> list[Entry]:
        """All releases, oldest first.

        Raises
        ------
        StorageError
            If an entry is missing or cannot be read: without it nothing may be released.
        """
        found: list[Entry] = []
        for number, path in enumerate(sorted(self.folder.glob("*.json")), 1):
            if not path.name.startswith(f"{number:06}-"):
                raise StorageError(
                    f"release {number} is missing in the ledger of releases; bring it back from a copy of the study: "
                    "without it a new release could give away what that one hid"
                )
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=Entry))
            except (OSError, msgspec.DecodeError) as error:
                raise StorageError(
                    f"{path.name} in the ledger of releases cannot be read; bring it back from a copy of the "
                    "study: without it a new release could give away what this one hid"
                ) from error
        return found

    def read(self, release_id: str) -> Release:
        """One release by its id.

        Raises
        ------
        NotFoundError
            If the study never released it.
        """
        for entry in self.entries():
            if entry.release.id == release_id:
                return entry.release
        raise NotFoundError(
            f"no release {release_id} in this study; releases are listed in {self.folder.name}/"
        )

    def latest(self) -> Release | None:
        """The release made last, or None."""
        entries = self.entries()
        return entries[-1].release if entries else None

    def append(self, entry: Entry) -> None:
        """Add a release; the same release twice is one entry.

        Raises
        ------
        InputError
            If its number is taken by another release meanwhile.
        """
        entries = self.entries()
        if any(entry.release.id == known.release.id for known in entries):
            return
        path = self.folder / f"{len(entries) + 1:06}-{entry.release.id}.json"
        with storage_errors("the ledger of releases"):
            self.folder.mkdir(parents=True, exist_ok=True)
        if any(self.folder.glob(f"{len(entries) + 1:06}-*")):
            raise InputError("another release was made meanwhile; give the command again")
        replace_file(path, _writer(msgspec.json.encode(entry)))

    def strike(self, unwanted: Callable[[Quote], bool]) -> int:
        """Take the text of quotes out of past releases, after an erasure; gives how many went.

        The one change that the ledger knows: counts stay as they were, for they did leave.
        """
        gone = 0
        for path in sorted(self.folder.glob("*.json")):
            entry = msgspec.json.decode(path.read_bytes(), type=Entry)
            kept = tuple(quote for quote in entry.release.quotes if not unwanted(quote))
            if len(kept) == len(entry.release.quotes):
                continue
            gone += len(entry.release.quotes) - len(kept)
            release = msgspec.structs.replace(entry.release, quotes=kept)
            data = msgspec.json.encode(msgspec.structs.replace(entry, release=release))
            replace_file(path, _writer(data))
        return gone


def _writer(data: bytes) -> Callable[[BinaryIO], object]:
    return lambda file: file.write(data)
