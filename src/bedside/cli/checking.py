"""`check`: the last release walked back to its posts."""

from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.errors import StaleError
from bedside.measure.bound import bind_study, current_snapshot, is_whole, study_codebook
from bedside.measure.samples import judged_shares
from bedside.release.check import Finding, check_release
from bedside.release.corpus import corpus_texts, crisis_posts
from bedside.release.gatelog import GateLog
from bedside.release.records import Release
from bedside.report.releasing import latest_release
from bedside.store.engine import EmbeddedEngine
from bedside.store.study import open_study

__all__ = ["check_report"]


def check_report(folder: Path) -> tuple[dict[str, Any], str, bool]:
    """Walk the last release back: every figure recounted through its evidence, every quote gated again.

    Returns
    -------
    tuple of dict, str, bool
        For programs, for people, and whether everything holds.
    """
    study = open_study(folder)
    made = latest_release(study)
    if not is_whole(study):
        raise StaleError(
            f"posts were erased or changed since the last run, so there is nothing to check the report against; "
            f"give: bedside run {quote(str(folder))}, then check again"
        )
    with study.locked(), EmbeddedEngine(study) as engine:
        bind_study(study, engine, current_snapshot(study))
        findings = check_release(
            engine.ask,
            made,
            corpus_texts(engine.ask),
            gate=GateLog(study.folder),
            register=study.sources,
            crisis=crisis_posts(engine.ask),
            judged=judged_shares(study, engine.ask, study_codebook(study)),
        )
    told = {"release": made.id, "figures": len(made.figures), "quotes": len(made.quotes)}
    told["findings"] = [msgspec.to_builtins(finding) for finding in findings]
    return told, _check_text(made, findings), not findings


def _check_text(made: Release, findings: list[Finding]) -> str:
    hidden = sum(figure.suppressed for figure in made.figures)
    head = (
        f"release {made.id}: {len(made.figures) - hidden:,} figures recounted from their posts, {hidden:,} suppressed "
        f"(no number to check), {len(made.quotes)} quotes passed through the gate again"
    )
    if not findings:
        return f"{head}\neverything holds"
    lines = []
    for finding in findings:
        counts = "" if finding.now is None else f" released {finding.released}, now {finding.now};"
        lines.append(f"  {finding.about}: {finding.what}:{counts} {finding.message}")
    return "\n".join([head, f"{len(findings)} no longer hold:", *lines])
