"""`check`: the last release, and every document that was carried away, walked back to their posts."""

from collections.abc import Sequence
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
from bedside.release.ledger import Ledger
from bedside.release.records import Release
from bedside.report.releasing import latest_release
from bedside.report.tracing import Traced, carried, trace
from bedside.store.engine import EmbeddedEngine
from bedside.store.snapshots import read_snapshot
from bedside.store.study import Study, open_study

__all__ = ["check_report"]


def check_report(folder: Path, files: Sequence[Path] = ()) -> tuple[dict[str, Any], str, bool]:
    """Walk the last release and the documents that were carried away back to their posts.

    Parameters
    ----------
    folder : Path
    files : sequence of Path
        Documents, wherever they have been since; those in `documents/` of the study if none is given.

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
        findings = _walk(study, engine, made)
        traced = [trace(study, path) for path in files or carried(study)]
        earlier = sorted({t.release for t in traced} - {made.id, ""})
        held = {made.id: findings} | {name: _earlier(study, engine, name) for name in earlier}
    documents = [_document(one, held) for one in traced]
    told = {"release": made.id, "figures": len(made.figures), "quotes": len(made.quotes)}
    told["findings"] = [msgspec.to_builtins(finding) for finding in findings]
    told["documents"] = documents
    holds = not findings and all(document["holds"] for document in documents)
    return told, "\n".join([_check_text(made, findings), *map(_document_text, documents)]), holds


def _walk(study: Study, engine: EmbeddedEngine, made: Release) -> list[Finding]:
    """Recount a release through its evidence, and pass its quotes through the gate; its snapshot is bound."""
    return check_release(
        engine.ask,
        made,
        corpus_texts(engine.ask),
        gate=GateLog(study.folder),
        register=study.sources,
        crisis=crisis_posts(engine.ask),
        judged=judged_shares(study, engine.ask, study_codebook(study)),
    )


def _earlier(study: Study, engine: EmbeddedEngine, name: str) -> list[Finding]:
    """What of an earlier release no longer holds, on the posts that it was of."""
    made = Ledger(study.folder).read(name)
    snapshot = read_snapshot(study, made.snapshot)
    if snapshot is None:
        return [Finding(about=name, what="snapshot", message="its list of posts is gone")]
    bind_study(study, engine, snapshot)
    return _walk(study, engine, made)


def _document(traced: Traced, held: dict[str, list[Finding]]) -> dict[str, Any]:
    """One document: what was changed in it, and which of its figures no longer hold."""
    behind = held.get(traced.release, [])
    of_it = [f for f in behind if not traced.evidence or f.about in traced.evidence]
    return {
        "file": str(traced.path),
        "kind": traced.kind,
        "release": traced.release,
        "numbers": traced.numbers,
        "figures": traced.figures,
        "sentences": traced.sentences,
        "changed": [msgspec.to_builtins(f) for f in traced.findings],
        "no_longer": [msgspec.to_builtins(f) for f in of_it],
        "holds": not traced.findings and not of_it,
    }


def _document_text(document: dict[str, Any]) -> str:
    name = Path(document["file"]).name
    head = (
        f"{name} ({document['kind']}, release {document['release']}): {document['numbers']:,} numbers of "
        f"{document['figures']:,} figures and {document['sentences']:,} sentences with a digit traced"
        if document["kind"]
        else name
    )
    lines = [f"  {finding['message']}" for finding in document["changed"]]
    if document["no_longer"]:
        lines.append(f"  {len(document['no_longer'])} of its figures or quotes no longer hold")
    return "\n".join([f"{head}{'; it holds' if document['holds'] else ':'}", *lines])


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
