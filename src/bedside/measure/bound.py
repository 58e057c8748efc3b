"""A study bound to an engine: every table as of a snapshot, with its codebook and the snapshot that is current."""

from pathlib import Path
from shlex import quote

import pyarrow as pa

from bedside.codebook import Codebook, load_codebook
from bedside.errors import NotFoundError
from bedside.judge.caselog import open_cases
from bedside.judge.decisions import has_log
from bedside.measure.asked import asked_tables
from bedside.measure.safety.opening import case_table
from bedside.store.engine import Engine
from bedside.store.imports import import_table, read_imports
from bedside.store.manifest import read_manifest
from bedside.store.snapshots import (
    Snapshot,
    earlier_snapshot,
    latest_snapshot,
    snapshot_dataset,
)
from bedside.store.study import Study
from bedside.store.views import CASE_POSTS

__all__ = ["bind_study", "bind_tables", "current_snapshot", "is_whole", "study_codebook"]

_CASES: dict[Path, tuple[str, pa.Table]] = {}
"""Cases of each study as last read, by the version of their log: a run binds ten times."""
DERIVED = ("posts", "folds", "threads", "relevance", "understood")


def study_codebook(study: Study) -> Codebook:
    """The codebook of a study: the built-in one, with the layers that the study's folder replaces."""
    own = study.folder / "codebook"
    return load_codebook(own if own.is_dir() else None)


def current_snapshot(study: Study) -> Snapshot:
    """The latest snapshot of a study.

    Raises
    ------
    NotFoundError
        If it was never run.
    """
    snapshot = latest_snapshot(study)
    if snapshot is None:
        raise NotFoundError(
            f"{study.folder.name} has not been run yet; give: bedside run {quote(str(study.folder))}"
        )
    return snapshot


def is_whole(study: Study) -> bool:
    """Whether everything derived is there: false before a first run and after an erasure."""
    return set(DERIVED) <= set(read_manifest(study.folder).datasets)


def bind_tables(study: Study, engine: Engine) -> None:
    """Show an engine every table of a study, as of its latest snapshot where there is one."""
    snapshot = latest_snapshot(study)
    if snapshot is None:
        engine.bind(read_manifest(study.folder).datasets)
    else:
        bind_study(study, engine, snapshot)


def bind_study(study: Study, engine: Engine, snapshot: Snapshot) -> None:
    """Show an engine every table of a study as of a snapshot."""
    datasets = dict(read_manifest(study.folder).datasets)
    datasets["snapshot"] = snapshot_dataset(study, snapshot)
    if (earlier := earlier_snapshot(study, snapshot)) is not None:
        datasets["earlier"] = snapshot_dataset(study, earlier)
    extra = {"imports": import_table(read_imports(study)), "case_posts": _case_posts(study)}
    engine.bind(datasets, extra)
    if asked := asked_tables(study, engine.ask, study_codebook(study)):
        engine.bind(datasets, extra | asked)


def _case_posts(study: Study) -> pa.Table:
    """Cases and their posts, where anybody keeps a log."""
    if not has_log(study):
        return CASE_POSTS.empty_table()
    with open_cases(study) as log:
        version = log.version()
        if (kept := _CASES.get(study.folder)) is None or kept[0] != version:
            kept = _CASES[study.folder] = version, case_table(log)
    return kept[1]
