"""`new` and `add`: make a study, register a source, take files in."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.collect.ahead import FilesAhead
from bedside.collect.importing import Choice, ImportReport
from bedside.errors import InputError, NotFoundError, suggest
from bedside.model.sources import PRESETS, Source
from bedside.store.erasure import was_erased
from bedside.store.files import content_key, file_sha256, write_text
from bedside.store.imports import FileRecord, VaultWriter, read_erased, sweep_vault
from bedside.store.keys import load_keys
from bedside.store.retention import apply_register
from bedside.store.rewriting import deleted_posts, drop_file, finish_rewrite, withdraw
from bedside.store.study import Study, open_study, register_source

__all__ = ["Added", "add", "file_record", "input_files", "make_source", "settle"]

UNKNOWN = -1  # total of a step whose end is not known
SHOWN_REJECTS = 5  # of each file in the record; the file of rejects has them all
COUNTS = ("read", "kept", "tombstoned", "rejected", "no_post")


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did: counts over all files, files that were known already, and each file's record."""

    source: str
    files: tuple[FileRecord, ...]
    already: tuple[str, ...]
    rejects_file: str
    withdrawn: int = 0
    emptied: dict[str, int] = {}

    def total(self, name: str) -> int:
        """One of read, kept, tombstoned, rejected, no_post, over all files of this import."""
        return sum(int(getattr(file, name)) for file in self.files)


def make_source(
    name: str, preset: str | None = None, answers: dict[str, Any] | None = None
) -> Source:
    """Build a source of the register from a preset and answers.

    Raises
    ------
    InputError
        If the preset is unknown, an answer is not one of the register's, or `access_basis` is missing.
    """
    if preset is not None and preset not in PRESETS:
        raise InputError(f"no preset '{preset}'; known here: {', '.join(PRESETS)}")
    fields = Source.__struct_fields__
    for key in answers or {}:
        if key not in fields:
            raise InputError(
                f"the register of sources has no question '{key}'; {suggest(key, fields)}"
            )
    values = {"name": name, **(PRESETS[preset] if preset else {}), **(answers or {})}
    try:
        return msgspec.convert(values, Source, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(
            f"source '{name}': {error}; see docs/SOURCES.md for the register's questions"
        ) from error


def input_files(paths: Iterable[Path]) -> list[tuple[str, Path]]:
    """Name and place of every file below the given paths, sorted, without hidden files and links."""
    found = []
    for path in paths:
        if not path.exists():
            raise NotFoundError(f"no file or folder at {path}")
        if path.is_file():
            found.append((path.name, path))
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
        found += [
            (f"{path.name}/{p.relative_to(path).as_posix()}", p)
            for p in inside
            if not any(part.startswith(".") for part in p.relative_to(path).parts)
        ]
    return found


def add(
    folder: Path,
    paths: Sequence[Path],
    *,
    source: Source | str,
    now: datetime,
    choice: Choice | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Added:
    """Take files into a study; the same file again changes nothing.

    Parameters
    ----------
    folder : Path
        The study.
    paths : sequence of Path
        Files and folders. In a folder, a file without a mapping is counted as rejected and the rest goes on;
        a file named on its own raises instead.
    source : Source or str
        An entry for the register, or the name of one that is there.
    now : datetime
        Time of collection, with zone.
    choice : Choice, optional
        Format or column mapping to use instead of what is recognised.
    progress : callable, optional
        Told (what, files done, files in all).

    Returns
    -------
    Added

    Raises
    ------
    PermissionRefused
        If the register forbids the source to be stored.
    InputError, FormatError
        If a file named on its own cannot be read.
    """
    study = open_study(folder)
    with study.locked():
        entry = (
            register_source(study, source) if isinstance(source, Source) else study.source(source)
        )
        return _take_in(study, input_files(paths), entry, now, choice or Choice(), progress)


def _take_in(
    study: Study,
    files: list[tuple[str, Path]],
    source: Source,
    now: datetime,
    choice: Choice,
    progress: Callable[[str, int, int], None] | None,
) -> Added:
    sweep_vault(study)
    emptied = apply_register(study, load_keys(study.config.id), now)
    chosen = bool(choice.format or choice.mapping)
    key = content_key(msgspec.to_builtins(choice))
    writer = VaultWriter(study, source.name, key, now, chosen=chosen)
    taken, already, rejects, replaced = _read_all(
        study, writer, files, source, now, choice, progress
    )
    writer.commit()
    if replaced:
        finish_rewrite(study)
    if progress:
        progress("files", len(files), len(files))
    gone = deleted_posts(study) if any(file.tombstoned for file in taken) else {}
    withdrawn = withdraw(study, load_keys(study.config.id), gone) if gone else 0
    if withdrawn or emptied.by_source:
        settle(study, emptied.post_keys, gone, now)
    return Added(
        source=source.name,
        files=tuple(taken),
        already=tuple(already),
        rejects_file=_write_rejects(study, source.name, now, rejects),
        withdrawn=withdrawn,
        emptied=emptied.by_source,
    )


def _read_all(
    study: Study,
    writer: VaultWriter,
    files: list[tuple[str, Path]],
    source: Source,
    now: datetime,
    choice: Choice,
    progress: Callable[[str, int, int], None] | None,
) -> tuple[list[FileRecord], list[str], list[tuple[str, str, str]], bool]:
    """Records of the files read, names of those known already, rejects, and whether a file came in another way before."""
    hashed = [(name, path, file_sha256(path)) for name, path in files]
    fresh: dict[str, Path] = {}  # in order, each once
    for _, path, digest in hashed:
        if not writer.knows(digest):
            fresh.setdefault(digest, path)
    taken: list[FileRecord] = []
    already: list[str] = []
    rejects: list[tuple[str, str, str]] = []
    replaced = False
    paths = list(fresh.values())
    with FilesAhead(paths, source=source, collected_at=now, choice=choice) as ahead:
        for done, file in enumerate(hashed):
            if progress:
                progress("files", done, len(files))
            if writer.knows(file[2]):
                already.append(file[0])
                continue
            replaced |= writer.had(file[2])
            told = partial(_records_read, progress, writer.next_record) if progress else None
            read = partial(ahead.batches, len(taken), progress=told)
            record, refused = _one_file(study, writer, read, source, file, alone=len(files) == 1)
            taken.append(record)
            rejects += refused
    return taken, already, rejects, replaced


def settle(study: Study, emptied: tuple[str, ...], deleted: dict[str, str], now: datetime) -> None:
    """Take what lost its text out of releases and the report: keys of posts, and ids of deleted ones."""
    from bedside.cli.reporting import settle_loss  # heavy, and seldom needed here

    keys = load_keys(study.config.id)
    settle_loss(study, (*emptied, *(keys.post_key(post_id) for post_id in deleted)), now)


def _records_read(progress: Callable[[str, int, int], None], before: int, read: int) -> None:
    """Tell how many records were read so far; how many there will be is not known."""
    progress("records", before + read, UNKNOWN)


def _one_file(
    study: Study,
    writer: VaultWriter,
    read: Callable[[ImportReport], Iterable[pa.RecordBatch]],
    source: Source,
    file: tuple[str, Path, str],
    *,
    alone: bool,
) -> tuple[FileRecord, list[tuple[str, str, str]]]:
    name, _, digest = file
    keys, erased = load_keys(study.config.id), read_erased(study)
    report = ImportReport()
    back, first = writer.here(), writer.next_record
    again: Counter[str] = Counter()
    nameless = 0
    try:
        for batch in read(report):
            hits = was_erased(batch, keys, erased)
            kept = pc.not_equal(batch["text_state"], "tombstone")
            nameless += pc.and_(kept, batch["author_id"].is_null()).true_count
            again.update(batch.filter(hits)["text_state"].to_pylist())
            writer.add(batch.filter(pc.invert(hits)) if hits.true_count else batch)
    except InputError as error:
        if alone:
            raise
        writer.go_back(back)
        return _refused(writer, name, digest, str(error))
    record = file_record(name, digest, report, again, (first, writer.next_record))
    record.details["no_author"] = nameless
    if writer.had(digest):
        drop_file(study, keys, source.name, digest)
    writer.end_file(record)
    refused = [(f"{name}", r.locator, r.reason) for r in report.rejects]
    if again:
        why = f"{again.total()} records were erased from this study earlier and are not taken back"
        refused.append((name, "", why))
    return record, refused


def _refused(
    writer: VaultWriter, name: str, digest: str, reason: str
) -> tuple[FileRecord, list[tuple[str, str, str]]]:
    """Count a file that could not be read as one rejected record, so that it is not lost from sight."""
    record = FileRecord(
        file=name,
        sha256=digest,
        format="none",
        verified=False,
        read=1,
        kept=0,
        tombstoned=0,
        rejected=1,
        no_post=0,
        details={"reason": reason},
    )
    writer.end_file(record)
    return record, [(name, "", reason)]


def file_record(
    name: str, digest: str, report: ImportReport, again: Counter[str], records: tuple[int, int]
) -> FileRecord:
    """The record of one file: its counts, less what was erased from the study earlier (`again`)."""
    counts = {key: int(getattr(report, key)) for key in COUNTS}
    counts["kept"] -= again.total() - again["tombstone"]
    counts["tombstoned"] -= again["tombstone"]
    counts["rejected"] += again.total()
    no_post: Counter[str] = sum((file.no_post for file in report.files), Counter())
    return FileRecord(
        file=name,
        sha256=digest,
        format=report.format,
        verified=report.verified,
        details={
            "notes": list(report.notes),
            "erased_before": again.total(),
            "records": list(records),
            "no_post": no_post,
            "rejects": [
                f"{r.locator}: {r.reason}" if r.locator else r.reason
                for r in report.rejects[:SHOWN_REJECTS]
            ],
        },
        **counts,
    )


def _write_rejects(
    study: Study, source: str, now: datetime, rows: list[tuple[str, str, str]]
) -> str:
    """Write why and where each record was refused; its text stays in the file it came from."""
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["file", "where", "why"])
    writer.writerows(rows)
    path = study.folder / "rejects" / f"{source}-{now:%Y%m%dT%H%M%S}.csv"
    write_text(path, text.getvalue())
    return str(path.relative_to(study.folder))
