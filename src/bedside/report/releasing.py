"""Releasing: the figures of a study, with the words that may go with them, through the door."""

from datetime import datetime
from functools import partial
from shlex import quote

from bedside.errors import NotFoundError, PermissionRefused
from bedside.measure.bound import bind_study, current_snapshot, is_whole, study_codebook
from bedside.measure.kept import kept_figures
from bedside.measure.prints import Prints
from bedside.model.figures import Figure
from bedside.release.door import check_crisis, check_sources, release
from bedside.release.gatelog import GateLog
from bedside.release.ledger import Ledger
from bedside.release.records import Release
from bedside.release.tables import set_prints
from bedside.report.quoting import quotes_of
from bedside.store.engine import Engine
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Aggregate
from bedside.store.study import Study

__all__ = ["latest_release", "release_again", "release_now"]

SOURCES = Aggregate(
    name="sources in the corpus",
    needs=("corpus",),
    sql="SELECT DISTINCT source FROM corpus ORDER BY source",
)


def release_again(study: Study, engine: Engine, now: datetime) -> tuple[Snapshot, Release]:
    """What may leave now: the figures as they are, or the last release where these are stale.

    The engine has the snapshot bound afterwards; the same content is one entry of the ledger.
    """
    snapshot = current_snapshot(study)
    bind_study(study, engine, snapshot)
    kept = kept_figures(study, snapshot)
    if snapshot.erased or kept is None or not kept.figures or not is_whole(study):
        return snapshot, latest_release(study)
    return snapshot, release_now(study, engine, snapshot, kept.figures, kept.prints, now)


def release_now(
    study: Study,
    engine: Engine,
    snapshot: Snapshot,
    figures: list[Figure],
    prints: Prints,
    now: datetime,
) -> Release:
    """Figures of a snapshot, with the prints of their posts, through the door, with the words that may go with them; the engine has it bound.

    Raises
    ------
    PermissionRefused
        If they may not leave; what is missing is named.
    """
    sources = engine.ask(SOURCES, {})["source"].to_pylist()
    try:
        check_sources(sources, study.sources)
        check_crisis(sources, study.sources, study.config.crisis)
    except PermissionRefused as error:
        raise PermissionRefused(
            f"{len(figures):,} figures are measured and kept, but no report may be written: {error}"
        ) from error
    gate = GateLog(study.folder)
    quotes = partial(quotes_of, study, engine, figures, gate, now)
    return release(
        figures,
        quotes if engine.at_once > 1 else quotes(),
        policy=study.config.privacy,
        ledger=Ledger(study.folder),
        gate=gate,
        register=study.sources,
        sources=sources,
        crisis=study.config.crisis,
        snapshot=snapshot.id,
        at=now,
        groups=study_codebook(study).layer("stage").members(),
        prints=set_prints(figures, prints),
    )


def latest_release(study: Study) -> Release:
    """What left the study last."""
    made = Ledger(study.folder).latest()
    if made is None:
        raise NotFoundError(
            f"nothing was released from {study.folder.name} yet; give: bedside run {quote(str(study.folder))}"
        )
    return made
