"""Ground: a study as it stands now, opened once and kept until something in it changes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import pyarrow as pa

from bedside.codebook import Codebook
from bedside.errors import NotFoundError
from bedside.explore.behind import Openings
from bedside.explore.keyed import KeyedPages
from bedside.explore.reading import Reading
from bedside.measure.bound import bind_study, current_snapshot, is_whole, study_codebook
from bedside.measure.kept import read_figures
from bedside.model.figures import Figure
from bedside.release.ledger import Ledger
from bedside.release.records import Release
from bedside.report.document import chapters_of
from bedside.report.gathering import material_for
from bedside.report.page import Chapter, Desk, desk
from bedside.store.engine import EmbeddedEngine
from bedside.store.files import content_key
from bedside.store.parcels import POSTS_AT
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Aggregate
from bedside.store.study import Study, open_study

__all__ = ["Ground", "ground_key"]

T = TypeVar("T")
WATCHED = ("study.toml", "manifest.json", "actions.toml")
FOLDERS = ("sources", "snapshots", "figures", "releases", "codebook")
READERS = 1  # threads for a question: two who ask have two cores, and one who asks leaves one free


def ground_key(folder: Path) -> str:
    """Changes when anything that pages are made from changed on disk; a few looks at file times.

    Parameters
    ----------
    folder : Path
        Of the study.
    """
    places = [folder / name for name in WATCHED]
    for name in FOLDERS:
        places += sorted((folder / name).glob("*")) if (folder / name).is_dir() else []
    return content_key([[str(path), _time(path)] for path in places])


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


class Ground:
    """A study bound to a read-only engine, with what pages ask of it.

    Parameters
    ----------
    folder : Path
    key : str
        Of `ground_key`, when it was opened.

    Raises
    ------
    NotFoundError
        If the study was not run, or not since posts came or went.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self.key = key
        self.study: Study = open_study(folder)
        self.snapshot: Snapshot = current_snapshot(self.study)
        if not is_whole(self.study):
            raise NotFoundError(
                "this study has not been run since posts came or went; give `bedside run` and load the page again"
            )
        self.book: Codebook = study_codebook(self.study)
        self._lock = RLock()  # of what follows
        self._making: dict[str, RLock] = {}
        self._made: dict[str, Any] = {}
        self.engine = EmbeddedEngine(self.study, workers=READERS)
        bind_study(self.study, self.engine, self.snapshot)

    def ask(self, aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        """Run an aggregate, on a cursor of its own; many threads may ask at once."""
        if aggregate is POSTS_AT and "reading" in self._made:
            return pa.Table.from_pylist([*self.reading.index.posts(params["records"]).values()])
        near = self.keyed.near(aggregate, params) if aggregate.keyed else aggregate
        return self.engine.ask(near, params)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """What was made under a name, or make it; others who want the same wait, and nobody else does."""
        with self._lock:
            lock = self._making.setdefault(name, RLock())
        with lock:
            if name not in self._made:
                self._made[name] = make()
            made: T = self._made[name]
            return made

    @property
    def keyed(self) -> KeyedPages:
        """Where posts lie by their keys."""
        bound = self.engine.bound
        pages = [bound[name].pages if name in bound else () for name in ("posts", "understood")]
        return self._once("keyed", lambda: KeyedPages(self.study.folder, *pages))

    @property
    def figures(self) -> dict[str, Figure]:
        """Figures of the snapshot by evidence id, for queries; what of them may be shown is `release`."""
        return self._once(
            "figures", lambda: {f.id: f for f in read_figures(self.study, self.snapshot)}
        )

    @property
    def release(self) -> Release | None:
        """What left the study last, if it is of this snapshot."""
        made = self._once("release", lambda: Ledger(self.study.folder).latest())
        return made if made is not None and made.snapshot == self.snapshot.id else None

    @property
    def desk(self) -> Desk | None:
        """Released figures as chapters read them; None where nothing was released of this snapshot."""
        made = self.release
        if made is None:
            return None
        return self._once(
            "desk",
            lambda: desk(material_for(self.study, self.ask, self.snapshot, made, self.book)),
        )

    @property
    def reading(self) -> Reading:
        """The corpus to read in; made on first use, which takes seconds for a million posts."""
        return self._once("reading", lambda: Reading(self))

    @property
    def openings(self) -> Openings:
        """Which posts stand behind each figure."""
        return self._once("openings", lambda: Openings(self.ask, self.reading.places, self.figures))

    @property
    def chapters(self) -> list[Chapter]:
        """The report's chapters, in its order; empty where nothing was released."""
        laid = self.desk
        return [] if laid is None else self._once("chapters", lambda: chapters_of(laid))

    @property
    def simulated(self) -> bool:
        """Whether any source is simulated: every page then says so."""
        return any(source.simulated for source in self.study.sources.values())

    def close(self) -> None:
        """Give the engine's memory and files back."""
        self.engine.__exit__(None, None, None)
