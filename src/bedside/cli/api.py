"""The verbs as functions: `bedside.new`, `.add`, `.run`, ... much as on the command line."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from bedside.cli import (
    adding,
    agreeing,
    checking,
    collecting,
    digesting,
    erasing,
    exporting,
    making,
    planning,
    reporting,
    sampling,
    taking_in,
)
from bedside.cli.opening import find_figure, posts_behind
from bedside.collect.importing import Choice
from bedside.model.plans import Part
from bedside.simulate.corpus import simulate as simulate_posts
from bedside.store.study import Study, create_study, open_study

__all__ = [
    "add",
    "add_to_plan",
    "advise",
    "agreement",
    "check",
    "collect_live",
    "digest",
    "draw_sample",
    "erase",
    "evaluate_makers",
    "export",
    "freeze_plan",
    "learn",
    "new",
    "open_evidence",
    "plan",
    "recheck",
    "run",
    "simulate_posts",
    "start_plan",
    "take_decisions",
    "thaw_plan",
    "write_report",
]

Place = str | Path


def _now() -> datetime:
    return datetime.now(UTC)


def new(folder: Place, *, title: str, **settings: Any) -> Study:
    """Make a study; settings are the keys of study.toml."""
    return create_study(Path(folder), title=title, **settings)


def add(
    folder: Place,
    *paths: Place,
    source: str,
    preset: str | None = None,
    choice: Choice | None = None,
    **answers: Any,
) -> adding.Added:
    """Register a source with the answers given, unless it is registered, and take files in."""
    study, files = open_study(Path(folder)), [Path(path) for path in paths]
    known = source in study.sources and not answers
    entry = source if known else adding.make_source(source, preset, answers)
    chosen = choice or making.choose(study, source, files)
    return adding.add(Path(folder), files, source=entry, now=_now(), choice=chosen)


def collect_live(folder: Place, *sources: str) -> list[collecting.Collected]:
    """Read what is new at the live sources of a study, all or those named."""
    return collecting.collect(Path(folder), names=sources, now=_now())


def recheck(folder: Place, *sources: str) -> list[collecting.Collected]:
    """Ask live sources which posts were deleted or changed, and follow them."""
    return collecting.recheck(Path(folder), names=sources, now=_now())


def run(folder: Place, *, workers: int | None = None) -> dict[str, Any]:
    """Derive what changed and write the report; gives snapshot, counts and the report's place."""
    return reporting.run_to_report(Path(folder), now=_now(), workers=workers)[0]


def write_report(folder: Place) -> Path:
    """Write the report again; gives its place."""
    return Path(reporting.report_again(Path(folder), now=_now())[0]["report"])


def plan(folder: Place) -> dict[str, Any]:
    """The plan of the report as it stands, with `choices`, `problems` and numbers `typed` by hand."""
    return planning.plan_text(Path(folder), now=_now())[0]


def start_plan(folder: Place) -> dict[str, Any]:
    """Begin a plan with every chapter, in the report's order."""
    return planning.start_text(Path(folder), now=_now())[0]


def add_to_plan(
    folder: Place,
    *,
    chapter: str = "",
    finding: str = "",
    heading: str = "",
    words: str = "",
    at: int | None = None,
) -> dict[str, Any]:
    """Put a chapter, a finding, or words of your own into the plan, at a place from 1 or at its end."""
    part = Part(chapter=chapter, finding=finding, heading=heading, before=words)
    return planning.add_text(Path(folder), part, at=at, now=_now())[0]


def freeze_plan(folder: Place, *, by: str) -> dict[str, Any]:
    """Freeze the plan on what may leave now: later posts change nothing in what is exported of it."""
    return planning.freeze_text(Path(folder), by=by, now=_now())[0]


def thaw_plan(folder: Place) -> dict[str, Any]:
    """Let the figures of the plan be live again."""
    return planning.thaw_text(Path(folder))[0]


def export(
    folder: Place, *kinds: str, out: Place | None = None, live: bool = False
) -> dict[str, Any]:
    """Write documents of one release: report, slides, workbook, csv, json, parquet, community; gives their places."""
    place = None if out is None else Path(out)
    return exporting.export_text(Path(folder), kinds, out=place, live=live, now=_now())[0]


def digest(
    folder: Place, *, since: str = "", out: Place | None = None, to: Sequence[str] = ()
) -> dict[str, Any]:
    """Say what changed since a release, or since the last digest: a page, and an e-mail file where it is addressed."""
    return digesting.digest_told(
        Path(folder), since=since, out=None if out is None else Path(out), to=to, sender="", webhook="", now=_now()
    )[0]  # fmt: skip


def check(folder: Place) -> dict[str, Any]:
    """Walk the last report back to its posts; `findings` is empty where everything holds."""
    return checking.check_report(Path(folder))[0]


def open_evidence(folder: Place, evidence: str, *, limit: int = 20) -> pa.Table:
    """The masked posts behind a figure: post_key, source, platform, day, title, body."""
    study = open_study(Path(folder))
    return posts_behind(study, find_figure(study, evidence), limit=limit)[0]


def learn(folder: Place, *, layers: Sequence[str] = ()) -> dict[str, Any]:
    """Learn the study's own classifiers from its judgements; gives their model cards."""
    from bedside.cli.learning import learn_text

    return learn_text(Path(folder), layers=layers, now=_now())[0]


def advise(
    folder: Place, *, layers: Sequence[str] = (), within: float | None = None, curve: bool = False
) -> dict[str, Any]:
    """What more judging would buy: narrower intervals, new codes, a better classifier."""
    from bedside.cli.learning import advise_text

    return advise_text(Path(folder), layers=layers, within=within, curve=curve)[0]


def erase(folder: Place, *, post: str = "", account: str = "", source: str = "") -> dict[str, Any]:
    """Erase a post, an account or a source from every file of a study."""
    return erasing.erase_from(Path(folder), post=post, account=account, source=source, now=_now())[
        0
    ]


def evaluate_makers(what: str, *, data: Place | None = None, **options: Any) -> Any:
    """Score the makers on a labelled set, or a simulated study against its truth; the answer of `--json`."""
    from bedside.cli.evaluating import evaluate_text

    return evaluate_text(what, data=Path(data) if data else None, **options)[0]


def draw_sample(
    folder: Place, name: str, *, size: int = 400, layers: Sequence[str] = (), **options: Any
) -> dict[str, Any]:
    """Draw a random sample, with `by` a stratified one; options as `cli.sampling.draw` takes them."""
    usual: dict[str, Any] = {
        "by": (),
        "way": "proportional",
        "pilot": "",
        "unit": "posts",
        "query": "",
        "seed": "",
    }
    return sampling.draw(
        Path(folder), name, size=size, layers=layers, now=_now(), **(usual | options)
    )[0]


def take_decisions(
    folder: Place,
    file: Place,
    *,
    coder: str = "",
    sample: str = "",
    layer: str = "",
    complete: bool = False,
    prompted: bool = False,
    skip: bool = False,
) -> dict[str, int]:
    """Take decisions in from a CSV or JSONL file; gives how many were recorded, known and skipped."""
    return taking_in.take_in(
        Path(folder),
        Path(file),
        coder=coder,
        sample=sample,
        layer=layer,
        complete=complete,
        prompted=prompted,
        skip=skip,
        now=_now(),
    )[0]


def agreement(folder: Place, **options: Any) -> dict[str, Any]:
    """How far coders agree on each code; options as `cli.agreeing.agreement_text` takes them."""
    return agreeing.agreement_text(Path(folder), **options)[0]
