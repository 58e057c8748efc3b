"""`judge --from FILE`: decisions made elsewhere come into the log."""

from datetime import datetime
from pathlib import Path
from typing import Any

from bedside.cli.opened import opened
from bedside.judge.decisions import open_log
from bedside.judge.exchange.tables import read_decisions
from bedside.judge.samples import find_sample
from bedside.judge.taking import Taken
from bedside.judge.taking import take_in as take
from bedside.judge.versions import keep_version

__all__ = ["take_in", "taken_text"]


def take_in(
    folder: Path,
    source: Path,
    *,
    coder: str,
    sample: str,
    layer: str,
    complete: bool,
    prompted: bool,
    skip: bool,
    now: datetime,
) -> tuple[dict[str, Any], str]:
    """Take decisions in from CSV or JSON lines."""
    codings = list(read_decisions(source, layer=layer))
    with opened(folder) as at, open_log(at.study) as log:
        keep_version(at.study, at.book)
        found = find_sample(at.study, sample) if sample else None
        taken = take(
            at.study, at.ask, log, at.book, codings,
            coder=coder, sample=found, complete=complete, prompted=prompted, skip=skip, now=now,
        )  # fmt: skip
    return taken._asdict(), taken_text(taken, sample)


def taken_text(taken: Taken, sample: str) -> str:
    """Say what became of the decisions of a file."""
    lines = [f"{taken.recorded:,} rows recorded, {taken.known:,} were known already"]
    if taken.skipped:
        lines.append(f"{taken.skipped:,} decisions skipped: their posts are not there")
    if not sample:
        lines.append("no sample was named (--sample), so these decisions enter no estimate")
    return "\n".join(lines)
