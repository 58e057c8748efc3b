"""Exports of listening suites and libraries: Brandwatch, Meltwater, Talkwalker, Meta Content Library, CrowdTangle.

Each is a table with known column names. What a vendor infers (sentiment, gender, profession) is no statement of
the author: it stays in `extra`, under the vendor's own names.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bedside.collect.containers import Document
from bedside.collect.fields import post_id, text_or_none
from bedside.collect.mapping import Mapping, normal
from bedside.collect.reading import NoPost, Outcome, Reading, Rejected, Sample
from bedside.collect.rows import look_at_columns
from bedside.collect.tables import read_table
from bedside.errors import InputError
from bedside.model.posts import CollectedPost

__all__ = [
    "read_brandwatch", "read_crowdtangle", "read_meltwater", "read_meta", "read_talkwalker", "recognise_brandwatch",
    "recognise_crowdtangle", "recognise_meltwater", "recognise_meta", "recognise_talkwalker",
]  # fmt: skip

PLATFORMS = {
    "twitter": "x", "x": "x", "x_com": "x", "twitter_com": "x", "reddit": "reddit", "facebook": "facebook",
    "facebook_public": "facebook", "instagram": "instagram", "instagram_public": "instagram",
    "youtube": "youtube", "tiktok": "tiktok", "bluesky": "bluesky", "tumblr": "tumblr", "threads": "threads",
}  # fmt: skip


class Suite(NamedTuple):
    """One kind of export: columns that tell it, and columns by field in order of preference."""

    platform: str
    marks: tuple[frozenset[str], ...]
    columns: dict[str, tuple[str, ...]]
    engagement: dict[str, tuple[str, ...]]
    network: tuple[str, ...] = ()
    snippet: tuple[str, ...] = ()


BRANDWATCH = Suite(
    "brandwatch",
    (frozenset(("query_id", "snippet")), frozenset(("full_text", "page_type")), frozenset(("resourceid", "snippet"))),
    {
        "native_id": ("resourceid", "resource_id", "mention_id", "url"), "body": ("full_text", "fulltext", "snippet"),
        "title": ("title",), "url": ("url", "original_url"), "published_at": ("date",),
        "author_id": ("author",), "author_name": ("full_name", "fullname", "display_name"),
        "thread_id": ("thread_id", "threadid"), "lang_declared": ("language",), "place_country": ("country_code",),
        "community_name": ("subreddit", "community"), "in_reply_to": ("parent_id", "parentid", "reply_to"),
    },
    {"likes": ("x_likes", "twitter_likes", "likes", "facebook_likes"), "reposts": ("x_reposts", "twitter_retweets"),
     "replies": ("x_replies", "twitter_reply_count"), "comments": ("facebook_comments", "reddit_comments", "comments"),
     "shares": ("facebook_shares", "shares"), "score": ("reddit_score",), "impressions": ("impressions",),
     "reach": ("reach_new", "reach_estimate", "reach")},
    network=("content_source", "content_source_name", "page_type", "pagetype", "domain"),
    snippet=("snippet",),
)  # fmt: skip
MELTWATER = Suite(
    "meltwater",
    (frozenset(("document_id", "hit_sentence")), frozenset(("headline", "hit_sentence")),
     frozenset(("document_id", "published_date")), frozenset(("hit_sentence", "reach"))),
    {
        "native_id": ("document_id", "url"), "body": ("text", "full_text", "opening_text", "hit_sentence"),
        "title": ("headline", "title"), "url": ("url",), "published_at": ("published_date", "date"),
        "author_id": ("influencer", "author_handle", "author_name"), "author_name": ("author_name",),
        "lang_declared": ("language",), "in_reply_to": ("parent_document_id",),
    },
    {"reach": ("reach", "desktop_reach"), "likes": ("likes",), "comments": ("comments",), "shares": ("shares",),
     "engagement": ("engagement",), "views": ("views",)},
    network=("source_type", "information_type", "source"),
    snippet=("hit_sentence", "opening_text"),
)  # fmt: skip
TALKWALKER = Suite(
    "talkwalker",
    (frozenset(("content", "extra_author_attributes_name")), frozenset(("content_snippet", "source_type")),
     frozenset(("content", "parent_url", "published"))),
    {
        "native_id": ("external_id", "id", "url"), "body": ("content", "content_snippet"),
        "title": ("title",), "url": ("url",), "published_at": ("published",),
        "author_id": ("extra_author_attributes_short_name", "extra_author_attributes_id", "extra_author_attributes_name"),
        "author_name": ("extra_author_attributes_name",), "in_reply_to": ("parent_url",), "lang_declared": ("lang",),
    },
    {"engagement": ("engagement",), "reach": ("reach",), "likes": ("article_extended_attributes_num_likes", "num_likes"),
     "shares": ("num_shares",), "comments": ("num_comments",)},
    network=("source_type", "post_type"),
    snippet=("content_snippet",),
)  # fmt: skip
META = Suite(
    "facebook",
    (frozenset(("mcl_url", "text")), frozenset(("post_owner_name", "text")), frozenset(("post_owner_id", "text"))),
    {
        "native_id": ("id",), "body": ("text",), "url": ("mcl_url",), "published_at": ("creation_time", "creation_date"),
        "author_id": ("post_owner_id", "surface_id", "post_owner_username"), "author_name": ("post_owner_name",),
        "author_handle": ("post_owner_username",), "lang_declared": ("lang",), "kind": ("content_type",),
        "author_followers": ("post_owner_followers_count",), "place_name": ("location_name",),
    },
    {"views": ("statistics_views", "views", "view_count"), "shares": ("statistics_share_count", "shares"),
     "comments": ("statistics_comment_count", "comments"),
     "likes": ("statistics_like_count", "statistics_reaction_count", "reactions_like")},
)  # fmt: skip
CROWDTANGLE = Suite(
    "facebook",
    (frozenset(("page_name", "message", "post_created")),),
    {
        "native_id": ("facebook_id_of_post", "post_id"), "body": ("message",), "url": ("url", "link"),
        "published_at": ("post_created",), "author_id": ("facebook_id", "user_name", "page_name"),
        "author_name": ("page_name",), "author_followers": ("followers_at_posting",), "title": ("link_text",),
    },
    {"shares": ("shares",), "likes": ("likes",), "comments": ("comments",), "views": ("post_views", "total_views")},
)  # fmt: skip


def _columns_of(sample: Sample) -> frozenset[str]:
    """Names of the columns, of a header or of the first objects."""
    if sample.header:
        return frozenset(map(normal, sample.header))
    rows = [
        row
        for value in sample.values[:3]
        for row in (value if isinstance(value, list) else [value])
    ]
    return frozenset(normal(str(name)) for row in rows[:5] if isinstance(row, dict) for name in row)


def _tells(suite: Suite) -> Callable[[Sample], bool]:
    """A recogniser: the columns that only this export has."""

    def recognise(sample: Sample) -> bool:
        if sample.head.startswith(b"PK\x03\x04"):
            return any(
                mark <= names for names in _workbook_rows(sample.head) for mark in suite.marks
            )
        names = _columns_of(sample)
        return any(mark <= names for mark in suite.marks)

    return recognise


def _workbook_rows(head: bytes) -> list[frozenset[str]]:
    """Names in the first rows of a workbook that fits into the head; none for a larger one."""
    import io
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(head), read_only=True)
        rows = book.worksheets[0].iter_rows(max_row=30, values_only=True)
        return [frozenset(normal(str(cell)) for cell in row if cell is not None) for row in rows]
    except Exception:
        return []


def _reader(suite: Suite) -> Callable[[Document, Reading], Iterator[Outcome]]:
    """A reader: the suite's columns as a mapping, then what a mapping cannot say."""

    def read(document: Document, reading: Reading) -> Iterator[Outcome]:
        header, _ = look_at_columns(document, reading)
        try:
            mapping = _mapping(suite, header, reading)
        except InputError:
            yield Rejected(
                "",
                f"no column that this format's text stands in; columns needed: {suite.columns['body']}",
            )
            return
        yield from read_table(document, reading, mapping, _finisher(suite, header, mapping))

    return read


def _mapping(suite: Suite, header: list[str], reading: Reading) -> Mapping:
    by_name = {normal(name): name for name in reversed(header)}

    def chosen(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
        found = {
            field: next((by_name[n] for n in names if n in by_name), None)
            for field, names in table.items()
        }
        return {field: column for field, column in found.items() if column is not None}

    given = reading.choice.mapping
    return Mapping(
        columns=chosen(suite.columns),
        engagement=chosen(suite.engagement),
        platform=suite.platform,
        day_first=given.day_first if given else None,
        timezone=given.timezone if given else None,
    )


def _finisher(
    suite: Suite, header: list[str], mapping: Mapping
) -> Callable[[CollectedPost, dict[str, Any]], CollectedPost | NoPost]:
    """What these exports need beyond a mapping: the network of each row, full text before snippet, X withheld."""
    by_name = {normal(name): name for name in reversed(header)}
    networks = [by_name[name] for name in suite.network if name in by_name]
    body_columns = [by_name[name] for name in suite.columns["body"] if name in by_name]
    snippets = {by_name[name] for name in suite.snippet if name in by_name}

    def finish(post: CollectedPost, row: dict[str, Any]) -> CollectedPost:
        column = next((c for c in body_columns if text_or_none(row.get(c))), None)
        post["body"] = text_or_none(row.get(column)) or "" if column else ""
        if column in snippets or column is None:
            post["body_complete"] = False
        elif snippets or suite.snippet:
            post["body_complete"] = True
        network = next(
            (PLATFORMS[n] for c in networks if (n := normal(str(row.get(c) or ""))) in PLATFORMS),
            None,
        )
        if network:
            _move(post, network)
        return post

    return finish


def _move(post: CollectedPost, network: str) -> None:
    """Name the network instead of the suite in the platform and in every reference."""
    old = post["platform"]
    post["platform"] = network
    post["post_id"] = post_id(network, post["native_id"], post["service"])
    for field in ("thread_id", "in_reply_to"):
        if post.get(field):
            post[field] = network + post[field].removeprefix(old)


recognise_brandwatch, read_brandwatch = _tells(BRANDWATCH), _reader(BRANDWATCH)
recognise_meltwater, read_meltwater = _tells(MELTWATER), _reader(MELTWATER)
recognise_talkwalker, read_talkwalker = _tells(TALKWALKER), _reader(TALKWALKER)
recognise_meta, read_meta = _tells(META), _reader(META)
recognise_crowdtangle, read_crowdtangle = _tells(CROWDTANGLE), _reader(CROWDTANGLE)
