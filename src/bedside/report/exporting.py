"""Exporting: released figures into every kind of document, each with a stamp by which it is checked later."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bedside.errors import InputError, suggest
from bedside.report.community import community_page
from bedside.report.document import render
from bedside.report.export.columns import csv_bytes, json_bytes, parquet_bytes
from bedside.report.export.slides import slides
from bedside.report.export.workbook import workbook
from bedside.report.leaving import DOCUMENTS, Leaving, leaving, leaving_now
from bedside.report.planned import render_planned
from bedside.store.files import replace_file
from bedside.store.study import Study

__all__ = ["KINDS", "Exported", "Kind", "document_bytes", "export_documents"]


class Kind(NamedTuple):
    """A kind of document: the name of its file, what it is, how it is made, and its type for a browser."""

    file: str
    words: str
    make: Callable[[Leaving], bytes]
    media: str


def _report(ready: Leaving) -> bytes:
    held = ready.material
    if ready.plan is not None:
        return render_planned(held, ready.plan, stamp=f"report {ready.stamp}").encode()
    return render(held, stamp=f"report {ready.stamp}").encode()


def _slides(ready: Leaving) -> bytes:
    return slides(ready.material, release=ready.stamp, at=ready.at, plan=ready.plan)


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS: Mapping[str, Kind] = {
    "report": Kind(
        "report.html", "the report as planned, one file", _report, "text/html; charset=utf-8"
    ),
    "slides": Kind(
        "slides.pptx",
        "PowerPoint, charts that can be edited",
        _slides,
        f"{_OFFICE}presentationml.presentation",
    ),
    "workbook": Kind(
        "workbook.xlsx",
        "Excel, a sheet for each figure",
        lambda x: workbook(x.material, release=x.stamp, at=x.at),
        f"{_OFFICE}spreadsheetml.sheet",
    ),
    "csv": Kind(
        "figures.csv",
        "every figure, for spreadsheets",
        lambda x: csv_bytes(x.material),
        "text/csv; charset=utf-8",
    ),
    "json": Kind(
        "figures.json",
        "every figure, for programs",
        lambda x: json_bytes(x.material, release=x.stamp),
        "application/json",
    ),
    "parquet": Kind(
        "figures.parquet",
        "every figure, for data frames",
        lambda x: parquet_bytes(x.material, release=x.stamp),
        "application/vnd.apache.parquet",
    ),
    "community": Kind(
        "community.html",
        "a page for the people who wrote",
        lambda x: community_page(x.material, stamp=f"community {x.stamp}").encode(),
        "text/html; charset=utf-8",
    ),
}


class Exported(NamedTuple):
    """What was written, and of what."""

    ready: Leaving
    paths: Sequence[Path]


def document_bytes(ready: Leaving, kind: str) -> bytes:
    """One document.

    Raises
    ------
    InputError
        If the kind is not known.
    """
    if kind not in KINDS:
        raise InputError(f"document '{kind}' is not known; {suggest(kind, list(KINDS))}")
    return KINDS[kind].make(ready)


def export_documents(
    study: Study,
    kinds: Sequence[str],
    *,
    out: Path | None,
    now: datetime,
    live: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Exported:
    """Write documents of what may leave a study that is locked, all of one release.

    Parameters
    ----------
    study : Study
    kinds : sequence of str
        Of `KINDS`.
    out : Path or None
        A folder; `documents` of the study if None.
    now : datetime
    live : bool
        Of the figures as they stand, although the plan is frozen.
    tell : callable, optional
        Told which document is being written.

    Raises
    ------
    InputError
        If a kind is not known, or `out` is a file.
    PermissionRefused
        If the figures may not be released; what is missing is named.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise InputError(f"--to {kind} is not known; {suggest(kind, list(KINDS))}")
    if out is not None and out.exists() and not out.is_dir():
        raise InputError(
            f"--out {out} is a file; give a folder, the documents have names of their own"
        )
    ready = leaving_now(study, now) if live else leaving(study, now)
    target = out or study.folder / DOCUMENTS
    paths = []
    wanted = list(dict.fromkeys(kinds))
    for number, kind in enumerate(wanted, 1):
        tell(f"{kind}, {number} of {len(wanted)}")
        data, path = document_bytes(ready, kind), target / KINDS[kind].file
        replace_file(path, lambda file, data=data: file.write(data))  # type: ignore[misc]
        paths.append(path)
    return Exported(ready, paths)
