"""Masking the erased wherever other records name them."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.model.posts import COLLECTED
from bedside.store.files import write_text
from bedside.store.imports import read_imports, write_import
from bedside.store.keys import StudyKeys
from bedside.store.meant import MIN_HANDLE, Meant, is_telling
from bedside.store.study import Study

__all__ = ["mask_file_names", "without"]

GONE = "erased:"
MASK = "▇"
FREE = (  # fields of other records in which the erased may be named; their own author fields stay
    "url",
    "title",
    "body",
    "body_html",
    "summary",
    "segments",
    "thread_id",
    "in_reply_to",
    "in_reply_to_author",
    "relations",
    "about",
    "mentions",
    "links",
    "media",
    "extra",
    "author_bio",
    "community_id",
    "community_name",
    "query",
    "source_file",
)


def without(table: pa.Table, keys: StudyKeys, names: Meant) -> tuple[pa.Table, int]:
    """A page without the erased records, and with their names masked in the others; and how many of these."""
    keep = pc.invert(pc.is_in(table["record_no"], pa.array(sorted(names.records), pa.int64())))
    left = table.filter(keep).combine_chunks()
    patterns = {
        platform: _pattern(names, platform) for platform in pc.unique(left["platform"]).to_pylist()
    }
    rows, hits = [], 0
    ids = {i: GONE + keys.erased_key("post", i) for i in names.post_ids}
    for row in left.to_pylist():
        pattern = patterns[row["platform"]]
        fresh = row | {name: _masked(row[name], pattern, ids) for name in FREE}
        hits += fresh != row
        rows.append(fresh)
    return (pa.Table.from_pylist(rows, schema=COLLECTED), hits) if hits else (left, 0)


def _pattern(names: Meant, platform: str) -> re.Pattern[str] | None:
    """Finds the names of the erased in records of a platform; short handles only where a sign says it is one."""

    def meant(word: str) -> bool:
        return platform not in names.namesakes.get(word.removeprefix("@").casefold(), ())

    ways = []
    if long := [word for word in names.words if len(word) >= MIN_HANDLE and meant(word)]:
        ways.append(rf"(?<!\w)(?:{_any_of(long)})(?!\w)")
    if short := [word for _, word in names.handles if not is_telling(word) and meant(word)]:
        ways.append(rf"(?:(?<=@)|(?<=\bu/))(?:{_any_of(short)})(?!\w)|\A(?:{_any_of(short)})\Z")
    return re.compile("|".join(ways), re.IGNORECASE) if ways else None


def mask_file_names(study: Study, names: Meant) -> None:
    """Mask the erased in the names of imported files, as import records and lists of rejects keep them."""
    if not names.words:
        return
    pattern = re.compile(rf"(?<![^\W_])(?:{_any_of(names.words)})(?![^\W_])", re.IGNORECASE)
    for record in read_imports(study):
        files = tuple(
            msgspec.structs.replace(
                file,
                file=_masked(file.file, pattern, {}),
                details=_masked(file.details, pattern, {}),
            )
            for file in record.files
        )
        if files != record.files:
            write_import(study, msgspec.structs.replace(record, files=files))
    for path in sorted((study.folder / "rejects").glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        if (masked := _masked(text, pattern, {})) != text:
            write_text(path, masked)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))


def _masked(value: Any, pattern: re.Pattern[str] | None, ids: dict[str, str]) -> Any:
    """A record with every mention of the erased replaced: ids by a dead id, words by a mask of equal length."""
    if isinstance(value, str):
        found = ids.get(value, value)
        return found if pattern is None else pattern.sub(lambda m: MASK * len(m.group()), found)
    if isinstance(value, list):
        return [_masked(item, pattern, ids) for item in value]
    if isinstance(value, dict):
        return {name: _masked(item, pattern, ids) for name, item in value.items()}
    return value
