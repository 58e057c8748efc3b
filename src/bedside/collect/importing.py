"""The door of this room: files in, Arrow batches of COLLECTED and a report out."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from bedside.collect.batches import Pages
from bedside.collect.containers import Document, Refusal, documents
from bedside.collect.formats import FORMATS, HEAD_BYTES, Format, find_format, recognise
from bedside.collect.import_report import FileReport, ImportReport
from bedside.collect.mapping import Mapping, mapping_from_toml, mapping_to_toml
from bedside.collect.reading import Choice, DamagedFileError, Found, Passed, Reading
from bedside.collect.tables import propose_mapping
from bedside.errors import FormatError, InputError, PermissionRefused
from bedside.model.sources import Source

__all__ = [
    "FORMATS",
    "Choice",
    "ImportReport",
    "Mapping",
    "import_document",
    "import_path",
    "is_table",
    "mapping_from_toml",
    "mapping_to_toml",
    "propose_mapping",
]

NO_MAPPING = "no mapping for this format"


def import_path(
    path: Path,
    *,
    source: Source,
    collected_at: datetime,
    choice: Choice | None = None,
    report: ImportReport,
    first_record: int = 0,
    page_rows: int = 32768,
    progress: Callable[[int], None] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Read a file, folder or archive as posts.

    Parameters
    ----------
    path : Path
    source : Source
        Entry of the register; what it forbids is enforced here.
    collected_at : datetime
        Time of collection, with zone.
    choice : Choice, optional
        Format, mapping and limits, where the defaults do not do.
    report : ImportReport
        Filled as batches are taken; complete when the iterator ends.
    first_record : int
        `record_no` of the first row.
    page_rows : int
        Most rows of a batch.
    progress : callable, optional
        Told the number of records read so far, about once a batch.

    Returns
    -------
    iterator of pyarrow.RecordBatch
        Schema COLLECTED, one row per record kept or tombstoned.

    Raises
    ------
    PermissionRefused
        At the call, before anything is read: the source needs a login and no operator's consent is recorded.
    InputError
        If there is nothing at the path, the format's name is unknown, `collected_at` has no zone, or a table
        has rounded ids or dates of unknown order.
    FormatError
        If the path is one file for which there is no mapping.
    """
    if source.login_needed and not source.operator_consent:
        raise PermissionRefused(
            f"source '{source.name}' needs a login and no operator's consent is recorded; "
            f"record it as operator_consent in sources/{source.name}.toml of the study, or leave this source out"
        )
    if collected_at.tzinfo is None:
        raise InputError(
            "collected_at has no time zone; pass an aware time such as datetime.now(UTC)"
        )
    if not path.exists():
        raise InputError(f"no file or folder at '{path.name}'; check the path")
    choice = choice or Choice()
    named = choice.format or ("table" if choice.mapping else None)
    given = find_format(named) if named else None
    pages = Pages(source, collected_at, choice.query, first_record, report)
    reading = Reading(choice, source.name)
    return _batches(path, given, pages, reading, page_rows, progress)


def import_document(
    document: Document,
    *,
    source: Source,
    collected_at: datetime,
    choice: Choice,
    report: ImportReport,
    page_rows: int = 32768,
) -> Iterator[pa.RecordBatch]:
    """Read one document that is at hand, such as a server's answer, in the format that `choice` names.

    Parameters
    ----------
    document : Document
    source, collected_at, choice, report
        As for `import_path`; `choice.format` must be set.

    Returns
    -------
    iterator of pyarrow.RecordBatch
        Schema COLLECTED.

    Raises
    ------
    InputError
        If the format's name is unknown.
    """
    given = find_format(choice.format or "")
    pages = Pages(source, collected_at, choice.query, 0, report)
    file = FileReport(document.name)
    report.files.append(file)
    reading = Reading(choice, source.name)
    for _ in _records(document, given, pages, reading, file, page_rows, alone=False):
        yield pages.take()
    if len(pages):
        yield pages.take()


def is_table(path: Path) -> bool:
    """Whether a file, or the first readable one in an archive, is read as a table with a column mapping."""
    choice = Choice()
    for document in documents(path, choice):
        if isinstance(document, Document):
            format = recognise(_head(document), document.name)
            return format is not None and format.name == "table"
    return False


def _batches(
    path: Path,
    given: Format | None,
    pages: Pages,
    reading: Reading,
    page_rows: int,
    progress: Callable[[int], None] | None,
) -> Iterator[pa.RecordBatch]:
    """Batches over all documents of the path; a batch may hold rows of several files."""
    for document in documents(path, reading.choice):
        file = FileReport(document.name)
        pages.report.files.append(file)
        if isinstance(document, Refusal):
            pages.report.reject(file, "", document.reason)
            continue
        alone = document.name == path.name
        for _ in _records(document, given, pages, reading, file, page_rows, alone=alone):
            yield pages.take()
            if progress:
                progress(pages.report.read)
    if len(pages):
        yield pages.take()
    if progress:
        progress(pages.report.read)


def _records(
    document: Document,
    given: Format | None,
    pages: Pages,
    reading: Reading,
    file: FileReport,
    page_rows: int,
    *,
    alone: bool,
) -> Iterator[None]:
    """Put a document's records where they belong; yields whenever a batch is full."""
    reading.notes = file.notes
    try:
        head = _head(document)
        if not head.strip():
            file.no_post["empty file"] += 1
            return
        format = given or recognise(head, document.name)
        if format is None:
            _refuse(pages.report, file, alone)
            return
        file.format, file.verified = format.name, format.verified
        for outcome in format.reader()(document, reading):
            if isinstance(outcome, Found):
                if pages.add(outcome, file) >= page_rows:
                    yield
            elif isinstance(outcome, Passed):
                file.no_post[outcome.what] += 1
            else:
                pages.report.reject(file, outcome.locator, outcome.reason)
    except DamagedFileError as error:
        pages.report.reject(file, "", str(error))


def _head(document: Document) -> bytes:
    with document.open() as stream:
        head: bytes = stream.read(HEAD_BYTES)
    return head


def _refuse(report: ImportReport, file: FileReport, alone: bool) -> None:
    """A file named on its own raises; among others it is one rejected record."""
    report.reject(file, "", NO_MAPPING)
    if alone:
        raise FormatError(
            f"{NO_MAPPING}: '{file.file}'; formats here: {', '.join(FORMATS)}; "
            "name one with --format, or give a column mapping for a table"
        )
