"""`run` to the end and `report`: figures through the door of release, into one document."""

import re
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from bedside.cli.running import Ran, run_study
from bedside.cli.telling import emptied_lines
from bedside.errors import BedsideError
from bedside.measure.bound import bind_study, study_codebook
from bedside.measure.relevance import measured_of
from bedside.model.figures import Figure
from bedside.plugins import offered
from bedside.release.gatelog import GateLog
from bedside.release.ledger import Ledger
from bedside.release.paraphrases import Paraphrases, approved_paraphrases
from bedside.release.records import Release
from bedside.report.document import render
from bedside.report.gathering import material_for
from bedside.report.leaving import DOCUMENTS
from bedside.report.material import Material
from bedside.report.releasing import release_again, release_now
from bedside.report.tables import figures_csv, figures_json
from bedside.store.actions import read_actions
from bedside.store.engine import EmbeddedEngine, Engine, Progress
from bedside.store.engines import open_engine
from bedside.store.files import content_key, write_json, write_text
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Aggregate
from bedside.store.study import Study, open_study

__all__ = [
    "drop_report",
    "forget_in_releases",
    "report_again",
    "rewrite_report",
    "run_to_report",
    "settle_loss",
]

REPORT_VERSION = "1"
WITH_TEXT = Aggregate(
    name="quoted posts that still have their text",
    needs=("posts",),
    sql="SELECT DISTINCT post_key FROM posts WHERE text_state = 'kept' AND array_contains($keys, post_key)",
)


def run_to_report(
    folder: Path,
    *,
    now: datetime,
    workers: int | None = None,
    progress: Progress | None = None,
    engine: str = "",
    master: str = "",
) -> tuple[dict[str, Any], str]:
    """Derive what changed and write the report; nothing is written again where nothing changed.

    Raises
    ------
    PermissionRefused
        If the figures are there but may not be released; what is missing is named, and the run is kept.
    """
    study = open_study(folder)
    with (
        study.locked(),
        open_engine(
            study, kind=engine, master=master, workers=workers, progress=progress
        ) as opened,
    ):
        ran = run_study(study, opened, now)
        if ran.emptied:
            drop_report(study)
        changed = _write_report(study, opened, ran, now)
    told = {
        "snapshot": ran.snapshot.id,
        "posts": ran.posts,
        "relevant": ran.snapshot.posts,
        "figures": len(ran.figures),
        "changed": ran.changed or changed,
        "emptied": ran.emptied,
        "report": str(study.folder / "report.html"),
    }
    gone = "".join(f"{line}\n" for line in emptied_lines(ran.emptied))
    text = (
        f"{gone}{ran.posts:,} records, {ran.snapshot.posts:,} relevant unique posts in snapshot {ran.snapshot.id}, "
        f"{len(ran.figures):,} figures{'' if told['changed'] else '; nothing had changed'}\n"
        f"report: {study.folder / 'report.html'}"
    )
    return told, text


def _report_key(study: Study, snapshot: Snapshot, figures: list[Figure]) -> str:
    config = msgspec.to_builtins(study.config)
    del config["engine"]  # where it was computed changes nothing
    register = [msgspec.to_builtins(study.sources[name]) for name in sorted(study.sources)]
    plugged = [getattr(make, "__qualname__", type(make).__name__) for make in offered("reports")]
    ids = content_key(msgspec.json.encode(figures))
    return content_key(
        REPORT_VERSION,
        version("bedside"),
        plugged,
        config,
        register,
        snapshot.id,
        snapshot.erased,
        ids,
        msgspec.json.encode(read_actions(study)),
        msgspec.json.encode(approved_paraphrases(study.folder)),
        msgspec.json.encode(measured_of(study, study.config.query)),
    )


def _write_report(study: Study, engine: Engine, ran: Ran, now: datetime) -> bool:
    """Release and render, unless the report at hand was made from exactly this."""
    key = _report_key(study, ran.snapshot, list(ran.figures))
    about = study.folder / "report.json"
    if (study.folder / "report.html").exists() and _key_in(about) == key:
        return False
    engine.progress("report", 0, 1)
    bind_study(study, engine, ran.snapshot)
    _strike_lost(study, engine)
    made = release_now(study, engine, ran.snapshot, list(ran.figures), ran.prints, now)
    _render(study, engine, ran.snapshot, made)
    write_json(about, {"key": key, "release": made.id, "snapshot": ran.snapshot.id})
    engine.progress("report", 1, 1)
    return True


def _key_in(about: Path) -> str:
    """What the report at hand was made from; empty where nothing says it."""
    try:
        return msgspec.json.decode(about.read_bytes(), type=dict[str, str]).get("key", "")
    except (FileNotFoundError, msgspec.DecodeError):
        return ""


def _render(study: Study, engine: Engine, snapshot: Snapshot, made: Release) -> None:
    material = material_for(study, engine.ask, snapshot, made, study_codebook(study))
    html = render(material)
    for name, text in (
        ("report.html", html),
        ("figures.csv", figures_csv(made.figures, small=study.config.privacy.small_count)),
        ("figures.json", figures_json(made.figures, small=study.config.privacy.small_count)),
    ):
        write_text(study.folder / name, text)
    for name, text in _plugin_reports(material):
        write_text(study.folder / name, text)


def _plugin_reports(material: Material) -> Iterator[tuple[str, str]]:
    """Reports of plug-ins: made from released figures only, written as `report-...` beside ours."""
    for make in offered("reports"):
        of = getattr(make, "__qualname__", type(make).__name__)
        try:
            name, text = make(material)
        except Exception as error:  # its words may quote what it was given
            raise BedsideError(
                f"the report '{of}' of a plug-in failed: {type(error).__name__}; mend or uninstall the plug-in"
            ) from error
        if not isinstance(text, str) or not re.fullmatch(r"report-[\w-]+\.[a-z0-9]+", str(name)):
            raise BedsideError(
                f"the report '{of}' of a plug-in must give a file name such as report-slides.html, and its text"
            )
        yield name, text


def report_again(folder: Path, *, now: datetime) -> tuple[dict[str, Any], str]:
    """Write the report again: of the figures as they are, or of the last release where these are stale."""
    study = open_study(folder)
    with study.locked():
        snapshot = rewrite_report(study, now)
    path = study.folder / "report.html"
    stale = f" (stale: {snapshot.erased} posts erased)" if snapshot.erased else ""
    return {"report": str(path), "stale": bool(snapshot.erased)}, f"report: {path}{stale}"


def rewrite_report(study: Study, now: datetime) -> Snapshot:
    """Write the report again, of a study that is locked; gives the snapshot it is about."""
    with EmbeddedEngine(study) as engine:
        snapshot, made = release_again(study, engine, now)
        _render(study, engine, snapshot, made)
    return snapshot


def settle_loss(study: Study, post_keys: tuple[str, ...], now: datetime) -> bool:
    """Take posts that lost their text out of releases and the report; a report that is there says it is stale.

    Parameters
    ----------
    study : Study
        Locked by the caller.
    post_keys : tuple of str
        Keys of the posts.
    now : datetime

    Returns
    -------
    bool
        Whether there was a report, which was written again.
    """
    there = drop_report(study)
    forget_in_releases(study, post_keys)
    if there:
        rewrite_report(study, now)
    return there


def drop_report(study: Study) -> bool:
    """Remove the report and all documents: an interruption leaves none rather than one that quotes what is gone."""
    there = (study.folder / "report.html").exists()
    ours = [
        study.folder / name
        for name in ("report.html", "report.json", "figures.csv", "figures.json")
    ]
    carried = (p for p in (study.folder / DOCUMENTS).glob("*") if p.is_file())
    for path in (*ours, *study.folder.glob("report-*"), *carried):
        path.unlink(missing_ok=True)
    return there


def _strike_lost(study: Study, engine: Engine) -> None:
    """Strike quotes whose posts are gone or lost their text, such as an interrupted erasure left them."""
    quoted = {key for record in GateLog(study.folder).records() for key in record.post_keys}
    quoted |= {key for one in Paraphrases(study.folder).all() for key in one.post_keys}
    left = set(engine.ask(WITH_TEXT, {"keys": sorted(quoted)})["post_key"].to_pylist())
    if lost := tuple(sorted(quoted - left)):
        forget_in_releases(study, lost)


def forget_in_releases(study: Study, post_keys: tuple[str, ...]) -> int:
    """Strike quotes that came from erased posts out of the ledger; gives how many went."""
    gate, gone = GateLog(study.folder), set(post_keys)
    struck = Ledger(study.folder).strike(lambda quote: bool(gone & set(gate.sources_of(quote))))
    gate.forget(post_keys)
    Paraphrases(study.folder).forget(post_keys)
    return struck
