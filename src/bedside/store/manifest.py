"""The manifest: which pages make up each dataset, and the key of everything that went into it."""

from pathlib import Path

import msgspec

from bedside.errors import StorageError
from bedside.store.files import clear_folder, content_key, replace_file

__all__ = ["Dataset", "Manifest", "Page", "read_manifest", "write_manifest"]


class Page(msgspec.Struct, frozen=True):
    """One file of a dataset: its path relative to the study, its content key and its rows."""

    file: str
    key: str
    rows: int


class Dataset(msgspec.Struct, frozen=True):
    """An ordered list of pages; `key` hashes what they were made from."""

    key: str
    pages: tuple[Page, ...]

    @property
    def rows(self) -> int:
        """Rows over all pages."""
        return sum(page.rows for page in self.pages)

    @classmethod
    def of(cls, pages: list[Page]) -> "Dataset":
        """Dataset of pages, keyed by theirs."""
        return cls(content_key([page.key for page in pages]), tuple(pages))


class Manifest(msgspec.Struct):
    """The datasets of a study by name."""

    datasets: dict[str, Dataset] = {}

    def holds(self, name: str, key: str, folder: Path) -> Dataset | None:
        """Give the dataset, if it was made from exactly that and its files are there."""
        found = self.datasets.get(name)
        if found is None or found.key != key:
            return None
        return found if all((folder / page.file).exists() for page in found.pages) else None

    def sweep(self, folder: Path) -> int:
        """Remove derived pages that no dataset names; gives how many files went."""
        keep = frozenset(folder / p.file for d in self.datasets.values() for p in d.pages)
        return clear_folder(folder / "pages", keep)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a study; an absent one is empty.

    Raises
    ------
    StorageError
        If it is damaged: everything in it can be derived again, so the advice is to remove it.
    """
    path = folder / "manifest.json"
    if not path.exists():
        return Manifest()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise StorageError(
            "manifest.json is damaged; remove it and run again: everything it lists is derived anew"
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    replace_file(folder / "manifest.json", lambda file: file.write(data))
