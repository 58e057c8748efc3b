"""Read every file of a study as a person with its key could: what a byte search of compressed files would miss."""

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import zstandard

from bedside.store.keys import load_keys
from bedside.store.study import open_study
from bedside.store.vault import open_bytes, open_page

PAGE_STATISTICS = ("min", "max")


def decoded(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below the study with its decoded contents as text."""
    key = load_keys(open_study(folder).config.id).vault
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield str(path.relative_to(folder)), _text(path, key)


def found_in(folder: Path, needle: str) -> list[str]:
    """Names of the files whose decoded contents hold a text, in any case."""
    return [name for name, text in decoded(folder) if needle.casefold() in text.casefold()]


def _text(path: Path, key: bytes) -> str:
    raw = path.read_bytes()
    if path.suffix == ".page":
        return str(open_page(path, key).to_pylist())
    if path.suffix == ".sealed":
        return open_bytes(raw, key, path.name).decode("utf-8", "replace")
    if raw[:4] == b"PAR1":
        return _parquet(path)
    if raw[:15] == b"SQLite format 3":
        return _sqlite(path) + raw.decode("utf-8", "replace")
    if raw[8:12] == b"DUCK":
        return _duckdb(path)
    if raw[:2] == b"\x1f\x8b":
        return gzip.decompress(raw).decode("utf-8", "replace")
    if raw[:4] == b"\x28\xb5\x2f\xfd":
        return (
            zstandard.ZstdDecompressor()
            .stream_reader(io.BytesIO(raw))
            .read()
            .decode("utf-8", "replace")
        )
    if raw[:2] == b"PK":
        with zipfile.ZipFile(path) as archive:
            return " ".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())
    return raw.decode("utf-8", "replace")


def _parquet(path: Path) -> str:
    file = pq.ParquetFile(path)
    statistics = []
    for group in range(file.metadata.num_row_groups):
        for column in range(file.metadata.num_columns):
            found = file.metadata.row_group(group).column(column).statistics
            if found is not None and found.has_min_max:
                statistics += [str(getattr(found, name)) for name in PAGE_STATISTICS]
    return f"{file.read().to_pylist()} {statistics} {file.metadata.metadata}"


def _sqlite(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        vocabularies = connection.execute(
            "SELECT name FROM sqlite_master WHERE sql LIKE '%fts5vocab%'"
        ).fetchall()
        if (
            vocabularies
        ):  # a full-text index shares the beginnings of words: only its vocabulary says them whole
            return "\n".join(
                term
                for (name,) in vocabularies
                for (term,) in connection.execute(f"SELECT term FROM {name}")
            )
        return "\n".join(connection.iterdump())


def _duckdb(path: Path) -> str:
    with duckdb.connect(path, read_only=True) as connection:
        names = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
        return "\n".join(
            str(connection.sql(f"FROM {name}").to_arrow_table().to_pylist()) for name in names
        )
