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
    erasing,
    making,
    reporting,
    sampling,
    taking_in,
)
from bedside.cli.opening import find_figure, posts_behind
from bedside.collect.importing import Choice
from bedside.simulate.corpus import simulate as simulate_posts
from bedside.store.study import Study, create_study, open_study

__all__ = [
    "add",
    "advise",
    "agreement",
    "check",
    "collect_live",
    "draw_sample",
    "erase",
    "evaluate_makers",
    "learn",
    "new",
    "open_evidence",
    "recheck",
    "run",
    "simulate_posts",
    "take_decisions",
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
