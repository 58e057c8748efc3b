"""`exchange`: files for other coding tools, and what comes back from them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from bedside.cli.opened import Opened, opened
from bedside.cli.taking_in import taken_text
from bedside.codebook import Codebook, codebook_version, layer_toml
from bedside.errors import InputError, NotFoundError
from bedside.judge.decisions import has_log, open_log
from bedside.judge.exchange import doccano, labelstudio
from bedside.judge.exchange.codebook_table import read_codebook_table, write_codebook_table
from bedside.judge.exchange.documents import Document, load_documents
from bedside.judge.exchange.refi_codebook import read_qdc, write_qdc
from bedside.judge.exchange.refi_project import write_qdpx
from bedside.judge.exchange.refi_reading import Project, in_parts, read_qdpx
from bedside.judge.exchange.tables import read_decisions, write_decisions
from bedside.judge.samples import find_sample, read_items
from bedside.judge.taking import Coding, take_in
from bedside.judge.versions import keep_version
from bedside.measure.bound import study_codebook
from bedside.model.figures import JUDGEMENTS
from bedside.store.files import replace_file, write_text
from bedside.store.study import Study, open_study

__all__ = ["Wanted", "export_to", "import_from"]

CODEBOOKS = ("qdc", "taguette")
Told = tuple[dict[str, Any], str]


class Wanted(NamedTuple):
    """What of a study goes into a file."""

    layers: tuple[str, ...] = ()
    sample: str = ""
    coder: str = ""
    blank: bool = False
    spans: bool = False
    unmasked: bool = False


def export_to(folder: Path, file: Path, kind: str, wanted: Wanted, *, now: datetime) -> Told:
    """Write a file for another tool.

    Raises
    ------
    PermissionRefused
        If text without masks is wanted and the study does not permit it.
    NotFoundError
        If there is nothing to write: no decision, or no such sample or layer.
    """
    if kind in CODEBOOKS:
        study = open_study(folder)
        book = _only(study_codebook(study), wanted.layers)
        data = write_qdc(book) if kind == "qdc" else write_codebook_table(book).encode()
        _write(file, data)
        codes = sum(len(layer.names()) for layer in book)
        told = {"file": str(file), "layers": len(book.layers), "codes": codes}
        return told, f"{file}: {codes} codes of {len(book.layers)} layers"
    with opened(folder) as at:
        rows = _decisions(at.study, wanted)
        keys = _posts(at.study, rows, wanted)
        if not keys:
            raise NotFoundError(
                "nothing to write: nobody has judged yet; with --sample its posts can be given out blank"
            )
        documents = load_documents(at.study, at.ask, keys, unmasked=wanted.unmasked)
        files = _files(at, file, kind, documents, rows.to_pylist(), wanted, now)
    told = {"files": files, "posts": len(documents), "decisions": rows.num_rows}
    masked = "text without masks" if wanted.unmasked else "masked text"
    what = "" if kind == "csv" else f" with {masked}"
    return told, "\n".join(
        [
            f"{', '.join(files)}: {len(documents):,} posts{what}, {rows.num_rows:,} decisions",
            "This file leaves the study: an erasure here does not reach it, delete it when the work is done.",
        ]
    )


def _only(book: Codebook, layers: Sequence[str]) -> Codebook:
    if not layers:
        return book
    kept = {name: book.layer(name) for name in sorted(layers)}
    return Codebook(layers=kept, version=codebook_version(kept))


def _decisions(study: Study, wanted: Wanted) -> pa.Table:
    """Judgements as they stand, those that are wanted."""
    if wanted.blank or not has_log(study):
        return JUDGEMENTS.empty_table()
    only = {"sample_id": wanted.sample, "coder": wanted.coder}
    with open_log(study) as log:
        rows = log.current(**{name: value for name, value in only.items() if value})
    if wanted.layers:
        rows = rows.filter(pc.is_in(rows["layer"], pa.array(wanted.layers)))
    return rows


def _posts(study: Study, rows: pa.Table, wanted: Wanted) -> list[str]:
    if not wanted.sample:
        return [str(key) for key in pc.unique(rows["subject_key"]).to_pylist()]
    items = read_items(study, find_sample(study, wanted.sample))
    return [str(key) for key in items["post_key"].to_pylist() if key]


def _files(
    at: Opened,
    file: Path,
    kind: str,
    documents: dict[str, Document],
    rows: list[dict[str, Any]],
    wanted: Wanted,
    now: datetime,
) -> list[str]:
    layers = wanted.layers or tuple(sorted({row["layer"] for row in rows}))
    if kind == "qdpx":
        book = _only(at.book, wanted.layers)
        title = at.study.config.title
        return _write(file, write_qdpx(book, documents, rows, title=title, now=now))
    if kind == "csv":
        return _write(file, write_decisions(rows).encode())
    if kind == "labelstudio":
        if not layers:
            raise InputError("say which layers are to be labelled: --layer, may be given again")
        interface = labelstudio.labelling_interface(at.book, layers)
        _write(file.with_suffix(".xml"), interface.encode())
        return [
            *_write(file, labelstudio.write_tasks(documents, rows).encode()),
            str(file.with_suffix(".xml")),
        ]
    coders = sorted({row["coder"] for row in rows}) or [wanted.coder or "coder"]
    one = len(coders) == 1
    written: list[str] = []
    for coder in coders:
        place = file if one else file.with_name(f"{file.stem}-{coder}{file.suffix}")
        labels = doccano.write_labels(documents, rows, coder=coder, spans=wanted.spans)
        written += _write(place, labels.encode())
    return written


def _write(file: Path, data: bytes) -> list[str]:
    replace_file(file, lambda out: out.write(data))
    return [str(file)]


def import_from(
    folder: Path,
    file: Path,
    kind: str,
    *,
    sample: str,
    coder: str,
    prompted: bool,
    skip: bool,
    codebook: bool,
    replace: bool,
    now: datetime,
) -> Told:
    """Take in what another tool wrote.

    Raises
    ------
    NotFoundError
        If the file is not there.
    FormatError
        If it is not what it claims to be.
    InputError
        If a layer would be overwritten, or a decision cannot be taken in; nothing is then.
    """
    if not file.is_file():
        raise NotFoundError(f"no file {file}")
    if kind in CODEBOOKS:
        return _take_codebook(
            folder, read_qdc(file) if kind == "qdc" else read_codebook_table(file), replace
        )
    project = read_qdpx(file) if kind == "qdpx" else None
    lines: list[str] = []
    if project is not None:
        lines = _about(project)
        if codebook:
            lines.append(_take_codebook(folder, project.book, replace)[1])
    with opened(folder) as at, open_log(at.study) as log:
        keep_version(at.study, at.book)
        codings = list(_codings(file, kind, project, at.book, coder))
        documents = load_documents(at.study, at.ask, list({one.subject for one in codings}))
        taken = take_in(
            at.study, at.ask, log, at.book, in_parts(codings, documents),
            coder=coder, sample=find_sample(at.study, sample) if sample else None,
            prompted=prompted, skip=skip, now=now,
        )  # fmt: skip
    return taken._asdict(), "\n".join([*lines, taken_text(taken, sample)])


def _codings(
    file: Path, kind: str, project: Project | None, book: Codebook, coder: str
) -> Iterable[Coding]:
    if project is not None:
        return project.codings
    if kind == "labelstudio":
        return labelstudio.read_tasks(file, book)
    if kind == "doccano":
        return doccano.read_labels(file, book, coder=coder)
    return read_decisions(file)


def _about(project: Project) -> list[str]:
    lines = []
    if project.problems:
        lines.append(
            f"the file breaks the rules of REFI-QDA in {len(project.problems)} places and was read as far as it can be; "
            f"the first: {project.problems[0]}"
        )
    if project.unmatched:
        lines.append(
            f"{project.unmatched:,} codings left out: of pictures or sound, or of codes that are not there"
        )
    return lines


def _take_codebook(folder: Path, book: Codebook, replace: bool) -> Told:
    """Write the layers that differ from the study's into its codebook folder."""
    study = open_study(folder)
    present = study_codebook(study)
    keep_version(study, present)
    fresh = {n: layer for n, layer in book.layers.items() if present.layers.get(n) != layer}
    own = study.folder / "codebook"
    taken = [name for name in fresh if (own / f"{name}.toml").exists()]
    if taken and not replace:
        raise InputError(
            f"the study has its own {', '.join(taken)} already, and the file says otherwise; give --replace to put the "
            "file's in their place"
        )
    for name, layer in fresh.items():
        write_text(own / f"{name}.toml", layer_toml(layer))
    after = study_codebook(study)
    told = {"layers": sorted(fresh), "version": after.version}
    what = (
        f"{len(fresh)} layers taken in ({', '.join(sorted(fresh))})" if fresh else "nothing differs"
    )
    return told, f"{what}; codebook version {after.version}"
