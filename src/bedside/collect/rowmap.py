"""One row of a table as a post, under a mapping."""

import hashlib
import re
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import msgspec

from bedside.collect.fields import counts, number, post_id, text_or_none, tombstone
from bedside.collect.mapping import Mapping, normal
from bedside.collect.reading import NoPost, Reading
from bedside.collect.times import from_text, states_zone, zone
from bedside.model.posts import KINDS, CollectedPost

__all__ = ["RowMap", "cell"]

DELETED = {
    "[deleted]": "deleted_by_author",
    "[deleted by user]": "deleted_by_author",
    "[removed]": "removed_by_moderator",
}
NO_ANSWER = frozenset(
    {
        "did not answer",
        "question not answered",
        "not answered",
        "no answer given",
        "no response given",
        "left blank",
        "blank",
        "null",
        "nan",
    }
)
"""What survey programs write where a respondent wrote nothing; nobody's words."""
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
HEX_DIGITS = 24  # 96 bits of the row's hash name a row that has no id
_WORDS = re.compile(r"\W+")
_encoder = msgspec.json.Encoder(enc_hook=str)


def cell(row: dict[str, Any], column: str) -> Any:
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
        get = {field: cell(row, column) for field, column in self.mapping.columns.items()}
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
            "engagement": counts({c: cell(row, c) for c in self.mapping.engagement.values()},
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
        return tombstone(post, gone) if gone else self._answered(post)

    def _answered(self, post: CollectedPost) -> CollectedPost:
        """The post; without text where its whole text only says that nobody answered."""
        if post["title"] is None and _WORDS.sub(" ", post["body"].lower()).strip() in NO_ANSWER:
            self.reading.note("answers left blank, kept without text")
            post["body"], post["text_state"] = "", "metrics_only"
        return post

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
