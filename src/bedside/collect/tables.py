"""Tables through a column mapping: CSV, XLSX, Parquet, JSON lines."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from bedside.collect.containers import Document, documents
from bedside.collect.fields import counts, number, post_id, text_or_none, tombstone
from bedside.collect.mapping import Mapping, normal, propose_columns
from bedside.collect.reading import (
    Choice,
    Found,
    NoPost,
    Outcome,
    Passed,
    Reading,
    RecordProblem,
    Rejected,
    Sample,
)
from bedside.collect.rows import HeadRows, head_rows, read_rows
from bedside.collect.times import from_text, is_numeric_date, states_zone, zone
from bedside.errors import InputError
from bedside.model.posts import KINDS, CollectedPost

__all__ = ["Finish", "propose_mapping", "read", "read_table", "recognise"]

Finish = Callable[[CollectedPost, dict[str, Any]], CollectedPost | NoPost]
"""What a listening suite or 4CAT adds to a mapped row."""
DELETED = {
    "[deleted]": "deleted_by_author",
    "[deleted by user]": "deleted_by_author",
    "[removed]": "removed_by_moderator",
}
ROUNDED_ID = re.compile(r"^\d(?:[.,]\d+)?E\+?\d+$", re.I)
EXCEL_DIGITS = 10**15  # a spreadsheet keeps 15 digits of a number
NEVER_KEPT = re.compile(
    r"gravatar|e_?mail|latitude|longitude|^lat$|^lon$|^lng$|geo_?point|ip_address|phone"
)
PLATFORMS = {
    "twitter": "x",
    "x_com": "x",
    "twitter_com": "x",
    "reddit_com": "reddit",
    "tiktok_com": "tiktok",
}
TEXT_NAMES = (
    "text",
    "body",
    "full_text",
    "comment",
    "comment_text",
    "message",
    "content",
    "review",
    "review_text",
)
HEX_DIGITS = 24  # 96 bits of the row's hash name a row that has no id
_encoder = msgspec.json.Encoder(enc_hook=str)


def recognise(sample: Sample) -> bool:
    """Whether the beginning is a table whose columns name a text, a workbook or a Parquet file."""
    if sample.head.startswith((b"PAR1", b"PK\x03\x04")):
        return True
    if sample.values:
        rows = [
            row
            for value in sample.values[:3]
            for row in (value if isinstance(value, list) else [value])
        ]
        rows = [row for row in rows[:20] if isinstance(row, dict)]
        return any(_states_text(row) for row in rows)
    if len(sample.header) == 1 or not sample.header:
        first = sample.text.split("\n", 1)[0].strip().strip('"')
        return propose_columns([first]) is not None and sample.name.lower().endswith(
            (".csv", ".tsv")
        )
    looks = not sample.text.lstrip().startswith("<") and "\n" in sample.text
    return looks and (
        propose_columns(sample.header) is not None or sample.name.lower().endswith((".csv", ".tsv"))
    )


def _states_text(row: dict[str, Any]) -> bool:
    """Whether a JSON object names an id and a text; a bare title and description are no post."""
    found = propose_columns(row)
    return (
        found is not None
        and "native_id" in found.columns
        and normal(found.columns["body"]) in TEXT_NAMES
    )


def propose_mapping(path: Path) -> Mapping:
    """Propose a mapping for a table from its header and first rows.

    Raises
    ------
    InputError
        If no column can hold the text.
    """
    choice = Choice()
    for document in documents(path, choice):
        if isinstance(document, Document):
            found = _proposal(head_rows(document, Reading(choice, "")), by_length=True)
            if found is not None:
                return found
    raise InputError(
        f"no column of '{path.name}' looks like text; write a mapping with [columns] and body = \"…\""
    )


def _proposal(rows: HeadRows, *, by_length: bool) -> Mapping | None:
    """Mapping from the names of the columns, or from which one holds the longest text."""
    header = list(dict.fromkeys(name for row in rows for name in row if isinstance(name, str)))
    return propose_columns(header, text_column=_longest(rows, header) if by_length else None)


def _longest(rows: HeadRows, header: list[str]) -> str | None:
    """Column of the longest prose: at least 30 characters and four words on average."""
    best, most = None, 30.0
    for name in header:
        texts = [row[name] for row in rows if isinstance(row.get(name), str) and row[name].strip()]
        if not texts:
            continue
        length = sum(map(len, texts)) / len(texts)
        words = sum(len(text.split()) for text in texts) / len(texts)
        if length > most and words >= 4:
            best, most = name, length
    return best


def read(document: Document, reading: Reading) -> Iterator[Outcome]:
    """Read a table under the mapping given, else the one proposed."""
    mapping = reading.choice.mapping
    if mapping is None:
        mapping = _proposal(head_rows(document, reading), by_length=True)
        if mapping is None:
            yield Rejected(
                "", "no mapping for this format: no column looks like text; give a column mapping"
            )
            return
        used = ", ".join(f"{field} = {column}" for field, column in mapping.columns.items())
        reading.note(f"mapping proposed from the columns: {used}")
    yield from read_table(document, reading, mapping)


def read_table(
    document: Document, reading: Reading, mapping: Mapping, finish: Finish | None = None
) -> Iterator[Outcome]:
    """Read the rows of a table under a mapping.

    Parameters
    ----------
    document : Document
    reading : Reading
    mapping : Mapping
    finish : callable, optional
        Adds what the mapping cannot say, or tells that a row is no post.

    Raises
    ------
    InputError
        If ids were rounded by a spreadsheet, the order of day and month is not clear, or a mapped column
        does not exist.
    """
    day_first = _examine(document, reading, mapping)
    rowmap = RowMap(mapping, day_first, reading, PurePosixPath(document.name).name)
    for place, row, raw in read_rows(document, reading):
        if isinstance(row, Rejected):
            yield row
            continue
        try:
            post = rowmap.post(row, raw)
            if finish is not None and not isinstance(post, NoPost):
                post = finish(post, row)
        except RecordProblem as problem:
            yield Rejected(place, str(problem))
            continue
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            yield Rejected(place, f"a cell has an unexpected type ({type(error).__name__})")
            continue
        yield Passed(place, post.what) if isinstance(post, NoPost) else Found(place, raw, post)


def _examine(document: Document, reading: Reading, mapping: Mapping) -> bool | None:
    """Look through the whole table once before a row is taken: ids, order of dates, columns."""
    apart = Reading(reading.choice, reading.source)
    seen: set[str] = set()
    first_over, second_over, dates, rows = 0, 0, 0, 0
    for _, row, _ in read_rows(document, apart):
        if isinstance(row, Rejected):
            continue
        rows += 1
        if rows <= 1000:
            seen.update(
                name
                for name in mapping.columns.values()
                if _cell(row, name) is not None or name in row
            )
        for field in ("native_id", "thread_id", "in_reply_to"):
            _check_id(row, mapping.columns.get(field), document.name)
        numbers = _numeric_date(row, mapping.columns.get("published_at"))
        if numbers:
            dates += 1
            first_over, second_over = (
                first_over + (numbers[0] > 12),
                second_over + (numbers[1] > 12),
            )
    if rows and mapping.columns["body"] not in seen:
        raise InputError(
            f"'{document.name}' has no column '{mapping.columns['body']}', which the mapping names for body"
        )
    return _order(mapping, dates, first_over, second_over, document.name)


def _check_id(row: dict[str, Any], column: str | None, name: str) -> None:
    """Refuse ids that a spreadsheet rounded."""
    value = _cell(row, column) if column else None
    text = isinstance(value, str) and bool(ROUNDED_ID.match(value.strip()))
    rounded = isinstance(value, float) and abs(value) >= EXCEL_DIGITS
    if text or rounded:
        raise InputError(
            f"'{name}': column '{column}' holds ids that a spreadsheet rounded (such as 1.23E+18), so different "
            "posts share one id; export the file again with ids as text, or leave the id column out of the mapping"
        )


def _numeric_date(row: dict[str, Any], column: str | None) -> tuple[int, int] | None:
    value = _cell(row, column) if column else None
    return is_numeric_date(value) if isinstance(value, str) else None


def _order(
    mapping: Mapping, dates: int, first_over: int, second_over: int, name: str
) -> bool | None:
    """Whether the day comes first; refuses to guess."""
    if mapping.day_first is not None or not dates:
        return mapping.day_first
    if bool(first_over) == bool(second_over):
        what = (
            "mixes day-first and month-first dates"
            if first_over
            else "has dates such as 03/04/2024"
        )
        raise InputError(
            f"'{name}': column '{mapping.columns['published_at']}' {what}, so day and month cannot be told apart; "
            "declare day_first = true or day_first = false in the mapping"
        )
    return bool(first_over)


def _cell(row: dict[str, Any], column: str) -> Any:
    """Value of a column; `labels.role` reaches into nested objects."""
    if column in row:
        return row[column]
    value: Any = row
    for key in column.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


class RowMap:
    """Maps the rows of one table; holds what stays the same from row to row."""

    def __init__(
        self, mapping: Mapping, day_first: bool | None, reading: Reading, file: str
    ) -> None:
        self.mapping, self.day_first, self.reading, self.file = mapping, day_first, reading, file
        self.zone: tzinfo = zone(mapping.timezone) if mapping.timezone else UTC
        self.used = {*mapping.columns.values(), *mapping.engagement.values()}

    def post(self, row: dict[str, Any], raw: bytes) -> CollectedPost | NoPost:
        """One row as a post."""
        get = {field: _cell(row, column) for field, column in self.mapping.columns.items()}
        body = text_or_none(get.get("body"))
        title = text_or_none(get.get("title"))
        if body is None and title is None:
            return NoPost("row without text")
        platform = self._platform(get)
        service = (
            text_or_none(get.get("service")) or self.mapping.service or self.reading.choice.service
        )
        native = self._native_id(get.get("native_id"), raw)
        post: CollectedPost = {
            "post_id": post_id(platform, native, service),
            "platform": platform,
            "service": service,
            "native_id": native,
            "kind": _kind(get.get("kind"), self.mapping.kind),
            "title": title,
            "body": body or "",
            "engagement": counts({c: _cell(row, c) for c in self.mapping.engagement.values()},
                                 {c: m for m, c in self.mapping.engagement.items()}) or None,
            "extra": self._extra(row),
        }  # fmt: skip
        for field in ("thread_id", "in_reply_to"):
            target = text_or_none(get.get(field))
            if target is not None:
                post[field] = (
                    target
                    if target.startswith(f"{platform}:")
                    else post_id(platform, target, service)
                )
        self._author(post, get)
        self._time(post, get)
        self._rest(post, get)
        gone = DELETED.get((body or "").strip().lower())
        return tombstone(post, gone) if gone else post

    def _platform(self, get: dict[str, Any]) -> str:
        given = text_or_none(get.get("platform"))
        name = normal(given) if given else self.mapping.platform
        return PLATFORMS.get(name, name) or self.mapping.platform

    def _native_id(self, value: Any, raw: bytes) -> str:
        """The row's id; without one, a hash of source, file name and row, and the place among equal rows."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        given = text_or_none(value)
        if given is not None:
            return given.strip()
        names = f"{self.reading.source}\0{self.file}\0".encode()
        digest = hashlib.sha256(names + raw).digest()[: HEX_DIGITS // 2]
        self.reading.ordinals[digest] += 1
        return f"{digest.hex()}-{self.reading.ordinals[digest]}"

    def _author(self, post: CollectedPost, get: dict[str, Any]) -> None:
        author = text_or_none(get.get("author_id"))
        handle = text_or_none(get.get("author_handle"))
        if author is None or author in DELETED:
            author = handle if handle not in DELETED else None
        if author is not None:
            service = post["service"]
            post["author_id"] = f"{service}/{author}" if service else author
            post["author_handle"] = handle or author
            post["author_name"] = text_or_none(get.get("author_name"))
        for field in ("author_bio", "author_role_declared", "in_reply_to_author"):
            post[field] = text_or_none(get.get(field))
        post["author_followers"] = number(get.get("author_followers"))

    def _time(self, post: CollectedPost, get: dict[str, Any]) -> None:
        for field in ("published_at", "edited_at"):
            value = get.get(field)
            if value in (None, ""):
                continue
            found = from_text(value, day_first=self.day_first, default=self.zone)
            if found is None:
                self.reading.note("times that could not be read, left empty")
                continue
            if self.mapping.timezone is None and not states_zone(value):
                self.reading.note(
                    "times without a zone, taken as UTC (declare timezone in the mapping)"
                )
            post[field] = found[0]
            if field == "published_at":
                whole_day = isinstance(value, date) and not isinstance(value, datetime)
                post["published_precision"] = "day" if whole_day else found[1]

    def _rest(self, post: CollectedPost, get: dict[str, Any]) -> None:
        """Fields that are taken as they stand."""
        for field in (
            "url",
            "summary",
            "community_id",
            "community_name",
            "lang_declared",
            "place_name",
        ):
            post[field] = text_or_none(get.get(field))
        country = text_or_none(get.get("place_country"))
        post["place_country"] = (
            country.upper() if country and re.fullmatch("[A-Za-z]{2}", country) else None
        )
        if post["place_name"] or post["place_country"]:
            post["place_basis"] = "author_declared"
        for field in ("hashtags", "mentions"):
            post[field] = _listed(get.get(field))
        about = text_or_none(get.get("about_id")), text_or_none(get.get("about_name"))
        if any(about):
            scheme = "ods" if "ods" in normal(self.mapping.columns.get("about_id", "")) else "code"
            post["about"] = [
                {
                    "kind": "provider",
                    "scheme": scheme if about[0] else None,
                    "id": about[0],
                    "name": about[1],
                }
            ]
        rating = _float(get.get("rating"))
        if rating is not None:
            post["rating"] = rating
            post["rating_max"] = _float(get.get("rating_max")) or self.mapping.rating_max

    def _extra(self, row: dict[str, Any]) -> str | None:
        """Unmapped columns as JSON, without what would identify a person beyond need."""
        rest = {
            name: value
            for name, value in row.items()
            if name not in self.used
            and value not in (None, "")
            and not NEVER_KEPT.search(normal(str(name)))
        }
        return _encoder.encode(rest).decode() if rest else None


def _kind(value: Any, default: str) -> str:
    return value if value in KINDS else default


def _listed(value: Any) -> list[str] | None:
    """A list, or a comma-joined text, of names without # and @."""
    items = value if isinstance(value, list) else str(value).split(",") if value else []
    names = [str(item).strip().lstrip("#@") for item in items]
    return [name for name in names if name] or None


def _float(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value.replace(",", ".")) if isinstance(value, str) else float(value)
    except (ValueError, TypeError):
        return None
