"""`export`: released figures into slides, a workbook and plain tables, each with a stamp by which it is checked later."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bedside.cli.reporting import DOCUMENTS, release_again
from bedside.errors import InputError, suggest
from bedside.measure.bound import study_codebook
from bedside.release.ledger import Ledger
from bedside.report.export.columns import csv_bytes, json_bytes, parquet_bytes
from bedside.report.export.slides import slides
from bedside.report.export.workbook import workbook
from bedside.report.gathering import material_for
from bedside.report.material import Material
from bedside.store.engine import EmbeddedEngine
from bedside.store.files import replace_file
from bedside.store.study import Study, open_study

__all__ = ["KINDS", "Leaving", "export_text", "leaving"]

RECORDS = "records"  # folder of what documents were made from, beside their figures
_DIGITS = 10


class Leaving(NamedTuple):
    """What goes into documents: the material, when it was released, and the stamp that names both."""

    material: Material
    at: datetime
    stamp: str


class _Kind(NamedTuple):
    file: str
    make: Callable[[Leaving], bytes]


KINDS: Mapping[str, _Kind] = {
    "slides": _Kind("slides.pptx", lambda x: slides(x.material, release=x.stamp, at=x.at)),
    "workbook": _Kind("workbook.xlsx", lambda x: workbook(x.material, release=x.stamp, at=x.at)),
    "csv": _Kind("figures.csv", lambda x: csv_bytes(x.material)),
    "json": _Kind("figures.json", lambda x: json_bytes(x.material, release=x.stamp)),
    "parquet": _Kind("figures.parquet", lambda x: parquet_bytes(x.material, release=x.stamp)),
}


def export_text(
    folder: Path, kinds: Sequence[str], *, out: Path | None = None, now: datetime
) -> tuple[dict[str, Any], str]:
    """Write documents of what may leave a study.

    Parameters
    ----------
    folder : Path
    kinds : sequence of str
        Of `KINDS`; several at once, all of one release.
    out : Path, optional
        A folder; the study's `documents` if not given.
    now : datetime

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
    study = open_study(folder)
    with study.locked():
        ready = leaving(study, now)
        target = out or study.folder / DOCUMENTS
        written = [_write(target, KINDS[kind], ready) for kind in dict.fromkeys(kinds)]
    told = {
        "release": ready.stamp,
        "stale": ready.material.stale,
        "documents": list(map(str, written)),
    }
    stale = " (stale: posts were erased since)" if ready.material.stale else ""
    lines = [f"release {ready.stamp}{stale}", *(f"  {path}" for path in written)]
    return told, "\n".join(
        [*lines, "Only released figures are in them. Check them with: bedside check"]
    )


def leaving(study: Study, now: datetime) -> Leaving:
    """What may leave a study that is locked, noted in the ledger, its records kept for the check."""
    with EmbeddedEngine(study) as engine:
        snapshot, made = release_again(study, engine, now)
        material = material_for(study, engine, snapshot, made, study_codebook(study))
    at = Ledger(study.folder).read(made.id).at  # the same content was released when it first was
    return Leaving(material, at, f"{made.id}/{_keep(study, material)}")


def _keep(study: Study, material: Material) -> str:
    """Keep the records beside the ledger's figures, named by their content; gives the name."""
    data = msgspec.json.format(msgspec.json.encode(material.records(), order="sorted"), indent=1)
    name = f"m-{hashlib.blake2b(data).hexdigest()[:_DIGITS]}"
    replace_file(study.folder / DOCUMENTS / RECORDS / f"{name}.json", lambda file: file.write(data))
    return name


def _write(target: Path, kind: _Kind, ready: Leaving) -> Path:
    data, path = kind.make(ready), target / kind.file
    replace_file(path, lambda file: file.write(data))
    return path
