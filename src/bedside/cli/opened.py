"""A study opened for people: its tables as of the latest snapshot, and its codebook."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from bedside.codebook import Codebook
from bedside.errors import NotFoundError
from bedside.measure.bound import bind_study, current_snapshot, is_whole, study_codebook
from bedside.store.engine import EmbeddedEngine
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Ask
from bedside.store.study import Study, open_study

__all__ = ["Opened", "opened"]


class Opened(NamedTuple):
    """What the verbs about judging need of a study."""

    study: Study
    ask: Ask
    snapshot: Snapshot
    book: Codebook


@contextmanager
def opened(folder: Path) -> Iterator[Opened]:
    """Open a study that has been run.

    Raises
    ------
    NotFoundError
        If it has not been run, or not since posts came or went.
    """
    study = open_study(folder)
    snapshot = current_snapshot(study)
    if not is_whole(study):
        raise NotFoundError(
            f"{folder.name} has not been run since posts came or went; give: bedside run {quote(str(folder))}"
        )
    with EmbeddedEngine(study) as engine:
        bind_study(study, engine, snapshot)
        yield Opened(study, engine.ask, snapshot, study_codebook(study))
