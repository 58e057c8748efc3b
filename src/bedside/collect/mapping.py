"""How the columns of a table become posts: proposed from the header, kept in the study as TOML."""

import json
import re
import tomllib
from collections.abc import Iterable

import msgspec

from bedside.errors import InputError
from bedside.model.posts import KINDS

__all__ = ["Mapping", "mapping_from_toml", "mapping_to_toml", "propose_columns"]

FIELDS = (
    "native_id", "platform", "service", "kind", "url", "title", "body", "summary", "thread_id", "in_reply_to",
    "in_reply_to_author", "community_id", "community_name", "about_id", "about_name", "author_id",
    "author_handle", "author_name", "author_bio", "author_role_declared", "author_verified", "author_is_op",
    "author_followers", "lang_declared", "place_name", "place_country", "published_at", "edited_at", "hashtags",
    "mentions", "links", "rating", "rating_max", "visibility",
)  # fmt: skip
"""Fields of the post schema that a column may fill (`about_*`: what is reviewed)."""

ALIASES: dict[str, tuple[str, ...]] = {
    "body": (
        "text", "body", "full_text", "fulltext", "comment", "comments", "comment_text", "message", "content",
        "review", "review_text", "feedback", "free_text", "freetext", "story", "post", "post_text", "tweet",
        "caption", "answer_text", "response_text", "verbatim", "description", "transcript",
    ),
    "native_id": (
        "id", "post_id", "native_id", "comment_id", "review_id", "message_id", "tweet_id", "document_id",
        "record_id", "response_id", "story_id", "uuid", "guid",
    ),
    "title": ("title", "subject", "headline", "review_title"),
    "author_id": ("author_id", "user_id", "author", "username", "user_name", "user", "screen_name", "handle"),
    "author_name": ("author_name", "author_fullname", "author_full", "display_name", "name_of_author"),
    "published_at": (
        "time", "timestamp", "created_at", "created_utc", "created", "date", "published_at", "published",
        "datetime", "date_time", "post_date", "posted_at", "unix_timestamp", "review_date", "month",
    ),
    "in_reply_to": ("parent_id", "in_reply_to", "in_reply_to_id", "parent", "reply_to", "replyto_id"),
    "thread_id": ("thread_id", "thread", "conversation_id", "topic_id", "root_id", "discussion_id"),
    "url": ("url", "link", "permalink", "post_url"),
    "platform": ("platform",),
    "community_name": ("subreddit", "community", "group", "forum", "board", "channel", "category_name"),
    "lang_declared": ("lang", "language"),
    "rating": ("rating", "stars", "star_rating", "score_of_5"),
    "about_id": ("provider_code", "ods_code", "ods", "organisation_code", "site_code", "place_id"),
    "about_name": (
        "provider_name", "provider", "organisation", "organization", "trust", "hospital", "practice", "service",
        "service_name", "ward", "ward_name", "department", "clinic", "clinic_name",
    ),
    "place_country": ("country_code",),
    "place_name": ("location", "place"),
    "hashtags": ("hashtags",),
}  # fmt: skip
ABOUT = {"about_id", "about_name"}  # what is reviewed
AMONG_OTHERS = {"thread_id", "in_reply_to", "community_id", "community_name"}  # a forum's columns
METRICS = {
    "likes": ("likes", "like_count", "num_likes"),
    "shares": ("shares", "share_count", "num_shares"),
    "comments": ("num_comments", "comment_count", "comments_count"),
    "reposts": ("retweets", "retweet_count", "reposts"),
    "views": ("views", "view_count", "plays"),
    "score": ("score",),
}


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Columns of a table as fields of the post schema.

    Attributes
    ----------
    columns : dict of str to str
        Field -> column; `labels.role` reaches into nested JSON. `body` is needed; without `native_id`, equal
        rows stay different people.
    platform, kind : str
        Used where no column gives them.
    service : str or None
        Host of a self-hosted site.
    day_first : bool or None
        Order in dates such as 03/04/2024; None: must be clear from the data.
    timezone : str or None
        IANA name, for times that state no zone; None: UTC, and the report says so.
    rating_max : float or None
        Top of the rating's scale.
    engagement : dict of str to str
        Metric -> column.
    """

    columns: dict[str, str]
    platform: str = "table"
    kind: str = "post"
    service: str | None = None
    day_first: bool | None = None
    timezone: str | None = None
    rating_max: float | None = None
    engagement: dict[str, str] = {}

    def __post_init__(self) -> None:
        unknown = sorted(set(self.columns) - set(FIELDS))
        if unknown:
            raise InputError(
                f"mapping: no field {', '.join(unknown)}; fields here: {', '.join(FIELDS)}"
            )
        if "body" not in self.columns:
            raise InputError(
                'mapping: no column for body; say which column holds the text, as body = "…"'
            )
        if self.kind not in KINDS:
            raise InputError(f"mapping: kind '{self.kind}' is none of {', '.join(KINDS)}")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.platform):
            raise InputError(
                f"mapping: platform '{self.platform}' must be lower-case letters, digits and _"
            )


def mapping_from_toml(text: str) -> Mapping:
    r"""Read a mapping.

    Raises
    ------
    InputError
        If it is no TOML, names an unknown field, or has no column for body.

    Examples
    --------
    >>> mapping_from_toml('platform = "survey"\n[columns]\nbody = "Comment"').columns
    {'body': 'Comment'}
    """
    try:
        return msgspec.convert(tomllib.loads(text), Mapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(
            f'mapping: {error}; it needs a [columns] table of field = "column" and may set platform, kind, '
            "service, day_first, timezone, rating_max and [engagement]"
        ) from error


def mapping_to_toml(mapping: Mapping) -> str:
    """Write a mapping as TOML; `mapping_from_toml` gives it back.

    Examples
    --------
    >>> print(mapping_to_toml(Mapping(columns={"body": "Comment"}, day_first=True)))
    platform = "table"
    kind = "post"
    day_first = true
    <BLANKLINE>
    [columns]
    body = "Comment"
    <BLANKLINE>
    """
    lines = []
    for name in ("platform", "kind", "service", "day_first", "timezone", "rating_max"):
        value = getattr(mapping, name)
        if value is not None:
            lines.append(f"{name} = {_toml(value)}")
    for table in ("columns", "engagement"):
        entries: dict[str, str] = getattr(mapping, table)
        if entries:
            lines += [
                "",
                f"[{table}]",
                *(f"{_toml_key(k)} = {_toml(v)}" for k, v in entries.items()),
            ]
    return "\n".join(lines) + "\n"


def _toml(value: str | float | bool) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)


def normal(name: str) -> str:
    """A column's name for comparison: lower case, `_` between words."""
    return re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")


def propose_columns(header: Iterable[str], *, text_column: str | None = None) -> Mapping | None:
    """Propose a mapping from the names of the columns; None where none can hold the text.

    Parameters
    ----------
    header : iterable of str
    text_column : str, optional
        Column of the longest text, used where no name says it.

    Examples
    --------
    >>> propose_columns(["review_id", "stars", "review"]).columns
    {'body': 'review', 'native_id': 'review_id', 'rating': 'stars'}
    """
    by_name: dict[str, str] = {}
    for column in header:
        by_name.setdefault(normal(column), column)
    columns: dict[str, str] = {}
    for field, names in ALIASES.items():
        free = (by_name[n] for n in names if n in by_name and by_name[n] not in columns.values())
        found = next(free, None)
        if found is not None:
            columns[field] = found
    if "body" not in columns:
        if text_column is None:
            return None
        columns = {"body": text_column, **{f: c for f, c in columns.items() if c != text_column}}
    metrics = _metrics(by_name, set(columns.values()))
    platform, kind = _kind_of(columns)
    return Mapping(columns=columns, engagement=metrics, platform=platform, kind=kind)


def _metrics(by_name: dict[str, str], used: set[str]) -> dict[str, str]:
    found = {}
    for metric, names in METRICS.items():
        column = next((by_name[n] for n in names if n in by_name and by_name[n] not in used), None)
        if column is not None:
            found[metric] = column
    return found


def _kind_of(columns: dict[str, str]) -> tuple[str, str]:
    """Platform and kind that the columns suggest."""
    nameless = "native_id" not in columns and "author_id" not in columns
    if "rating" in columns:
        return "reviews", "review"
    if ABOUT & columns.keys() and not AMONG_OTHERS & columns.keys():
        return "survey" if nameless else "reviews", "review"
    return ("survey", "comment") if nameless else ("table", "post")
