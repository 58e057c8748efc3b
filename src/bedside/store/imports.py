"""Imports: what was taken in, from which file, into which pages of the vault; and what must not come back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from bedside.model.posts import COLLECTED
from bedside.store.files import clear_folder, read_json, replace_file
from bedside.store.keys import load_keys
from bedside.store.manifest import Dataset, Page
from bedside.store.study import Study
from bedside.store.vault import open_page, seal_page
from bedside.store.views import IMPORTS

__all__ = [
    "PAGE_ROWS",
    "Erased",
    "FileRecord",
    "ImportRecord",
    "VaultWriter",
    "collected_dataset",
    "collected_pages",
    "import_table",
    "read_erased",
    "read_imports",
    "sweep_vault",
    "write_erased",
    "write_import",
]

PAGE_ROWS = 8192  # about 8 MB of posts: two workers stay busy from 20,000 posts on


class FileRecord(msgspec.Struct, frozen=True):
    """One file that was read: its name, hash and counts; `file` is the name given, never a path elsewhere."""

    file: str
    sha256: str
    format: str
    verified: bool
    read: int
    kept: int
    tombstoned: int
    rejected: int
    no_post: int
    details: dict[str, Any] = {}


class ImportRecord(msgspec.Struct, frozen=True):
    """One committed step of an import: the files it read and the pages it wrote."""

    number: int
    source: str
    choice: str  # hash of format and mapping, part of what "the same import" means
    collected_at: datetime
    files: tuple[FileRecord, ...]
    pages: tuple[Page, ...]
    rows: int


class Erased(msgspec.Struct, frozen=True):
    """A keyed fingerprint of something erased; under a key of its own, so that it opens nothing else."""

    kind: str  # post | account | source
    key: str


def _folder(study: Study) -> Path:
    return study.folder / "imports"


def read_imports(study: Study) -> list[ImportRecord]:
    """All import records, in order."""
    paths = sorted(_folder(study).glob("*.json"))
    return [read_json(path, ImportRecord) for path in paths]


def write_import(study: Study, record: ImportRecord) -> None:
    """Commit an import record: from here on its pages belong to the study."""
    data = msgspec.json.format(msgspec.json.encode(record), indent=1)
    replace_file(_folder(study) / f"{record.number:06}.json", lambda file: file.write(data))


def collected_dataset(study: Study) -> Dataset:
    """The vault's pages as a dataset, in order of import."""
    return Dataset.of([page for record in read_imports(study) for page in record.pages])


def collected_pages(study: Study, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Open the vault page by page (raw role: ids, handles, text as published), all columns or some."""
    key = load_keys(study.config.id).vault
    for page in collected_dataset(study).pages:
        yield open_page(study.folder / page.file, key, columns)


def import_table(records: Sequence[ImportRecord]) -> pa.Table:
    """Counts per file, as the table `imports` that measures read."""
    rows = [
        {"source": record.source, **{name: getattr(file, name) for name in IMPORTS.names[1:]}}
        for record in records
        for file in record.files
    ]
    return pa.Table.from_pylist(rows, schema=IMPORTS)


def read_erased(study: Study) -> frozenset[Erased]:
    """Fingerprints of what was erased from this study."""
    path = study.folder / "erased.json"
    if not path.exists():
        return frozenset()
    return frozenset(read_json(path, list[Erased]))


def write_erased(study: Study, erased: frozenset[Erased]) -> None:
    """Keep the fingerprints, sorted so that their order tells nothing."""
    rows = sorted(erased, key=lambda e: (e.kind, e.key))
    replace_file(study.folder / "erased.json", lambda file: file.write(msgspec.json.encode(rows)))


def sweep_vault(study: Study) -> int:
    """Remove pages that no import record names: an interrupted import or erasure left them."""
    kept = frozenset(
        study.folder / page.file for record in read_imports(study) for page in record.pages
    )
    return clear_folder(study.vault, kept)


class VaultWriter:
    """Gathers batches into pages of the vault and commits them with the files they came from.

    Parameters
    ----------
    study : Study
    source : str
        Name in the register.
    choice : str
        Hash of the format and mapping that were chosen.
    collected_at : datetime
    chosen : bool
        Whether a person named format or mapping, so that files of any format are read anew under it.
    """

    def __init__(
        self, study: Study, source: str, choice: str, collected_at: datetime, *, chosen: bool = True
    ) -> None:
        self.study = study
        self.source = source
        self.choice = choice
        self.collected_at = collected_at
        self.chosen = chosen
        records = read_imports(study)
        self.number = max((record.number for record in records), default=0) + 1
        self.next_record = sum(record.rows for record in records)
        self.known = {
            file.sha256: (record.choice, file.format)
            for record in records
            for file in record.files
            if record.source == source
        }
        self._key = load_keys(study.config.id).vault
        self._waiting: list[pa.RecordBatch] = []
        self._held = 0
        self._rows = 0
        self._pages: list[Page] = []
        self._files: list[FileRecord] = []

    def knows(self, sha256: str) -> bool:
        """Whether this very file was imported before into this source, read in the same way.

        A mapping that the study keeps matters to tables, and to files that were refused, only.
        """
        choice, format = self.known.get(sha256, ("", ""))
        return sha256 in self.known and (
            choice == self.choice or not (self.chosen or format == "none" or "table" in format)
        )

    def had(self, sha256: str) -> bool:
        """Whether the file was imported before into this source, in whatever way."""
        return sha256 in self.known

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch of COLLECTED; numbers its records and writes full pages."""
        numbers = pa.array(range(self.next_record, self.next_record + batch.num_rows), pa.int64())
        at = COLLECTED.get_field_index("record_no")
        self._waiting.append(batch.set_column(at, COLLECTED.field(at), numbers))
        self.next_record += batch.num_rows
        self._held += batch.num_rows
        while self._held >= PAGE_ROWS:
            self._seal(PAGE_ROWS)

    def here(self) -> tuple[list[pa.RecordBatch], int, int, int, int]:
        """The place to go back to if the next file turns out to be unreadable."""
        return list(self._waiting), self._held, self._rows, len(self._pages), self.next_record

    def go_back(self, place: tuple[list[pa.RecordBatch], int, int, int, int]) -> None:
        """Forget what was added since that place; pages already written are swept at the next import."""
        self._waiting, self._held, self._rows, pages, self.next_record = place
        del self._pages[pages:]

    def end_file(self, file: FileRecord) -> None:
        """Note that a file was read to its end; commits when enough rows have gathered."""
        self._files.append(file)
        self.known[file.sha256] = (self.choice, file.format)
        if self._pages and self._held >= PAGE_ROWS // 2:
            self.commit()

    def commit(self) -> None:
        """Write what is left and the import record; nothing before this belongs to the study."""
        if self._held:
            self._seal(self._held)
        if not self._files:
            return
        record = ImportRecord(
            number=self.number,
            source=self.source,
            choice=self.choice,
            collected_at=self.collected_at,
            files=tuple(self._files),
            pages=tuple(self._pages),
            rows=self._rows,
        )
        write_import(self.study, record)
        self.number += 1
        self._rows, self._pages, self._files = 0, [], []

    def _seal(self, rows: int) -> None:
        table = pa.Table.from_batches(self._waiting, schema=COLLECTED)
        page, rest = table.slice(0, rows), table.slice(rows)
        key = seal_page(self.study.vault, page.combine_chunks(), self._key)
        self._pages.append(Page(f"vault/{key}.page", key, page.num_rows))
        self._waiting = rest.to_batches()
        self._held = rest.num_rows
        self._rows += page.num_rows
