"""Tracing documents: every number and sentence held against what its own release gives, made again from the ledger."""

from collections import defaultdict
from math import isclose
from pathlib import Path
from typing import NamedTuple

import msgspec

from bedside.errors import BedsideError, NotFoundError
from bedside.release.check import Finding
from bedside.release.ledger import Ledger
from bedside.release.records import Release
from bedside.report.delivering import digest_of
from bedside.report.digest import digest_html, digest_rows
from bedside.report.export.columns import csv_bytes
from bedside.report.exporting import document_bytes
from bedside.report.leaving import DOCUMENTS, stamped
from bedside.report.material import Material
from bedside.report.material import Study as About
from bedside.report.reading import ReadBack, read_back, read_bytes
from bedside.store.study import Study

__all__ = ["Traced", "carried", "differences", "trace"]

_CLOSE = 1e-9  # what sixteen digits and a division leave
_MANY = 5  # sentences of one document that are named


class Traced(NamedTuple):
    """One document held against its release.

    Attributes
    ----------
    path : Path
    kind, release : str
        Empty where it could not be read.
    numbers, figures, sentences : int
        Numbers traced to an evidence id, figures they are of, sentences with a digit.
    evidence : frozenset of str
        Ids of the figures in it.
    findings : tuple of Finding
    """

    path: Path
    kind: str
    release: str
    numbers: int
    figures: int
    sentences: int
    evidence: frozenset[str]
    findings: tuple[Finding, ...]


def carried(study: Study) -> list[Path]:
    """The documents that lie in a study."""
    return sorted(p for p in (study.folder / DOCUMENTS).glob("*.*") if p.is_file())


def trace(study: Study, path: Path) -> Traced:
    """Hold one document against the release that it names.

    Parameters
    ----------
    study : Study
    path : Path
        A file that `export`, `digest` or `report` wrote, wherever it has been since.

    Returns
    -------
    Traced
        Without findings where every number is that of its figure in the ledger, and every sentence with a digit is what
        the same release gives when the document is made again.
    """
    try:
        read = read_back(path)
        again, release = _again(study, read)
    except BedsideError as error:
        found = Finding(about=path.name, what="document", message=str(error))
        return Traced(path, "", "", 0, 0, 0, frozenset(), (found,))
    findings = differences(path.name, read, again)
    ids = read.evidence
    return Traced(
        path, read.kind, release, len(read.numbers), len(ids), len(read.said), ids, tuple(findings)
    )


def differences(name: str, read: ReadBack, again: ReadBack) -> list[Finding]:
    """What of a document is not what the same document says when it is made again.

    Parameters
    ----------
    name : str
        Of its file.
    read, again : ReadBack
    """
    return [*_numbers(name, read, again), *_sentences(name, read, again)]


def _again(study: Study, read: ReadBack) -> tuple[ReadBack, str]:
    """The same document made again from the ledger and the records kept with it, and the release's id."""
    if not read.stamp:
        made = _by_ids(study, frozenset(n.evidence for n in read.numbers))
        held = Material(study=About(title=""), figures=made.figures, small_count=made.small_count)
        return read_bytes(csv_bytes(held), ".csv"), made.id
    stamp, _, earlier = read.stamp.partition(">")
    ready = stamped(study, stamp)
    release = stamp.partition("/")[0]
    if read.kind != "digest":
        return read_bytes(
            document_bytes(ready, read.kind), _SUFFIX.get(read.kind, ".html")
        ), release
    made_again = digest_of(study, ready, earlier)
    if read.html:
        return read_bytes(digest_html(made_again).encode(), ".html"), release
    return read_bytes(msgspec.json.encode(digest_rows(made_again)), ".json"), release


_SUFFIX = {
    "slides": ".pptx",
    "workbook": ".xlsx",
    "csv": ".csv",
    "json": ".json",
    "parquet": ".parquet",
}


def _by_ids(study: Study, ids: frozenset[str]) -> Release:
    """The newest release of exactly these figures."""
    for entry in reversed(Ledger(study.folder).entries()):
        if {f.id for f in entry.release.figures} == ids:
            return entry.release
    raise NotFoundError("it carries no stamp, and no release of this study has exactly its figures")


def _numbers(name: str, read: ReadBack, again: ReadBack) -> list[Finding]:
    expected: dict[tuple[str, str], list[object]] = defaultdict(list)
    for number in again.numbers:
        expected[number.evidence, number.field].append(number.value)
    findings = []
    for number in read.numbers:
        known = expected.get((number.evidence, number.field), [])
        if any(_same(number.value, value) for value in known):
            continue
        message = (
            f"{name}, {number.place}: {number.field.replace('_', ' ')} is {_said(number.value)}, the release says {_said(known[0])}; it was "
            "changed by hand: export it again"
            if known
            else f"{name}, {number.place}: no such figure in the release that the document names"
        )
        findings.append(Finding(about=number.evidence, what=number.field, message=message))
    return findings


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return one == other or (one in (None, "", "*") and other in (None, "", "*"))


def _said(value: object) -> str:
    return "not shown" if value in (None, "", "*") else f"{value}"


def _sentences(name: str, read: ReadBack, again: ReadBack) -> list[Finding]:
    known = {said.text for said in again.said}
    odd = [said for said in read.said if said.text not in known]
    findings = [
        Finding(
            about=name,
            what="sentence",
            message=f"{said.place}: a sentence with a number is not what the release gives: “{_short(said.text)}”; it was changed by hand or "
            "its quote was taken back: export it again",
        )
        for said in odd[:_MANY]
    ]
    if len(odd) > _MANY:
        findings.append(
            Finding(
                about=name, what="sentence", message=f"and {len(odd) - _MANY} more such sentences"
            )
        )
    return findings


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
