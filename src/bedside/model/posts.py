"""Posts: as a source published them (`COLLECTED`), and as every later room sees them (`POSTS`).

Field names and meanings of `COLLECTED` are those of the post schema in docs/SOURCES.md (4CAT's name where it
has one, otherwise ActivityStreams 2.0 in snake_case). `COLLECTED` pages hold ids and handles and live in the
vault, encrypted. `POSTS` holds keys and masked text only.
"""

from typing import Any

import pyarrow as pa

__all__ = [
    "ACCESS_STATES",
    "COLLECTED",
    "ENGAGEMENT",
    "KINDS",
    "POSTS",
    "RELATIONS",
    "STATES",
    "TEXT_STATES",
    "CollectedPost",
]

CollectedPost = dict[str, Any]
"""One mapped record: keys of `COLLECTED`, absent keys are null. A mapper returns only what the source says."""

KINDS = ("post", "comment", "review", "response", "video", "image", "article", "message")
RELATIONS = ("quote", "repost", "crosspost", "stitch", "duet", "video_reply", "response", "mention")
TEXT_STATES = ("kept", "tombstone", "metrics_only", "precis_only")
STATES = (
    "live",
    "deleted_by_author",
    "removed_by_moderator",
    "removed_by_platform",
    "account_gone",
    "withheld",
    "quote_revoked",
    "unknown",
)
ACCESS_STATES = ("public", "unlisted", "members", "private")

_TS = pa.timestamp("us", tz="UTC")
_STRINGS = pa.list_(pa.string())
SEGMENT = pa.struct(
    [
        ("origin", pa.string()),  # voice_to_text, subtitle, ocr, alt, sticker
        ("text", pa.string()),
        ("lang", pa.string()),
        ("start_ms", pa.int64()),
        ("end_ms", pa.int64()),
        ("confidence", pa.float32()),
        ("tool", pa.string()),
    ]
)
RELATION = pa.struct(
    [
        ("rel", pa.string()),
        ("target_id", pa.string()),
        ("target_url", pa.string()),
        ("target_author", pa.string()),
        ("evidence", pa.string()),  # field | parsed
    ]
)
ABOUT = pa.struct(
    [("kind", pa.string()), ("scheme", pa.string()), ("id", pa.string()), ("name", pa.string())]
)
MEDIA = pa.struct(
    [
        ("type", pa.string()),
        ("url", pa.string()),
        ("path", pa.string()),
        ("sha256", pa.string()),
        ("mime", pa.string()),
        ("alt", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("duration_ms", pa.int64()),
    ]
)
LINK = pa.struct([("url", pa.string()), ("expanded", pa.string())])
RATING = pa.struct([("question", pa.string()), ("value", pa.float32()), ("max", pa.float32())])
ENGAGEMENT = pa.struct(
    [
        ("metric", pa.string()),
        ("value", pa.int64()),
        ("observed_at", _TS),
        ("is_exact", pa.bool_()),
    ]
)
"""One observed count; an absent metric has no row (null is not zero)."""

COLLECTED = pa.schema(
    [
        pa.field("post_id", pa.string(), nullable=False),  # platform:[service/]native_id
        pa.field("platform", pa.string(), nullable=False),
        ("service", pa.string()),
        pa.field("native_id", pa.string(), nullable=False),
        ("url", pa.string()),
        pa.field("kind", pa.string(), nullable=False),
        ("title", pa.string()),
        pa.field("body", pa.string(), nullable=False),
        ("body_html", pa.string()),
        ("summary", pa.string()),
        ("body_complete", pa.bool_()),
        ("segments", pa.list_(SEGMENT)),
        ("thread_id", pa.string()),  # post_id of the root
        ("in_reply_to", pa.string()),  # post_id of the parent
        ("in_reply_to_author", pa.string()),
        ("position", pa.int32()),
        ("relations", pa.list_(RELATION)),
        ("community_id", pa.string()),
        ("community_name", pa.string()),
        ("about", pa.list_(ABOUT)),
        ("author_id", pa.string()),  # namespaced id; null when unknown, never "[deleted]"
        ("author_handle", pa.string()),
        ("author_name", pa.string()),
        ("author_bio", pa.string()),
        ("author_role_declared", pa.string()),
        ("author_verified", pa.bool_()),
        ("author_verified_type", pa.string()),
        ("author_is_bot", pa.bool_()),
        ("author_is_op", pa.bool_()),
        ("author_followers", pa.int64()),
        ("author_created_at", _TS),
        ("lang_declared", pa.string()),
        ("place_name", pa.string()),
        ("place_country", pa.string()),
        ("place_lat", pa.float64()),
        ("place_lon", pa.float64()),
        ("place_basis", pa.string()),  # post | author_declared | account_registration | query
        ("published_at", _TS),
        ("published_precision", pa.string()),  # s | day | month | relative
        ("edited_at", _TS),
        ("edited", pa.bool_()),
        ("hashtags", _STRINGS),
        ("mentions", _STRINGS),
        ("links", pa.list_(LINK)),
        ("content_labels", _STRINGS),
        ("media", pa.list_(MEDIA)),
        ("rating", pa.float32()),
        ("rating_max", pa.float32()),
        ("ratings", pa.list_(RATING)),
        ("engagement", pa.list_(ENGAGEMENT)),
        pa.field("text_state", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        ("state_observed_at", _TS),
        ("visibility", pa.string()),
        pa.field("collected_at", _TS, nullable=False),
        pa.field("collector", pa.string(), nullable=False),  # format name, e.g. "reddit_api"
        ("source_file", pa.string()),
        ("source_locator", pa.string()),  # line no., row, JSON pointer, CID
        pa.field("raw_sha256", pa.string(), nullable=False),
        ("query", pa.string()),
        ("access_basis", pa.string()),
        ("consent_note", pa.string()),
        ("delete_or_recheck_by", _TS),
        ("extra", pa.string()),  # unmapped columns of a mapped table, JSON
        pa.field("source", pa.string(), nullable=False),  # name in the source register
        pa.field(
            "record_no", pa.int64(), nullable=False
        ),  # running number in the study, set at import
    ]
)

_KEY = pa.string()  # 32 hexadecimal digits, an HMAC
SPAN_FIELDS = [("part", pa.string()), ("start", pa.int32()), ("end", pa.int32())]

POSTS = pa.schema(
    [
        pa.field("post_key", _KEY, nullable=False),
        ("account_key", _KEY),  # null: author unknown
        pa.field("text_key", _KEY, nullable=False),  # of the masked text
        pa.field("source", pa.string(), nullable=False),
        pa.field("platform", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        ("title", pa.string()),  # masked, as are body, segments, author_bio, role_declared
        pa.field("body", pa.string(), nullable=False),
        (
            "segments",
            pa.list_(pa.struct([("origin", pa.string()), ("text", pa.string())])),
        ),
        ("masks", pa.list_(pa.struct([*SPAN_FIELDS, ("kind", pa.string())]))),
        # where the clean text was shortened: from `at` on, source offset = offset + shift
        (
            "offsets",
            pa.list_(pa.struct([("part", pa.string()), ("at", pa.int32()), ("shift", pa.int32())])),
        ),
        ("lang", pa.string()),  # detected, BCP-47; null: too short to tell
        ("lang_score", pa.float32()),
        ("thread_ref", _KEY),  # key of the root that the source names
        ("parent_ref", _KEY),  # key of the parent that the source names, collected or not
        (
            "relations",
            pa.list_(
                pa.struct(
                    [
                        ("rel", pa.string()),
                        ("target_key", _KEY),
                        ("target_account", _KEY),
                        ("evidence", pa.string()),
                    ]
                )
            ),
        ),
        ("community", pa.string()),
        ("about", pa.list_(ABOUT)),
        ("author_bio", pa.string()),
        ("role_declared", pa.string()),
        (
            "account_kind",
            pa.string(),
        ),  # person? null; organisation, bot, news: what the source declares
        ("account_kind_basis", pa.string()),
        ("is_op", pa.bool_()),
        ("followers", pa.int64()),
        ("place_country", pa.string()),  # ISO 3166 alpha-2, only where stated
        ("place_name", pa.string()),
        (
            "place_basis",
            pa.string(),
        ),  # post_text | bio | provider | service_words | post | author_declared | account_registration
        ("published_at", _TS),
        ("published_precision", pa.string()),
        ("edited_at", _TS),
        ("hashtags", _STRINGS),
        ("rating", pa.float32()),
        ("rating_max", pa.float32()),
        ("ratings", pa.list_(RATING)),
        ("engagement", pa.list_(ENGAGEMENT)),
        ("body_complete", pa.bool_()),
        pa.field("text_state", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        ("state_observed_at", _TS),  # when the source itself was asked; null: told by a file
        ("visibility", pa.string()),
        ("collected_at", _TS),
        (
            "content_hash",
            pa.string(),
        ),  # hash of the normalised text, for exact duplicates; null under 12 words
        ("bands", pa.list_(pa.int64())),  # MinHash bands for near-duplicates; empty under 12 words
        ("sketch", pa.list_(pa.int64())),  # MinHash signature that verifies the bands
        pa.field(
            "record_no", pa.int64(), nullable=False
        ),  # running number in the study, in order of import
    ]
)
"""What every room after `unify` sees. One row per kept record; grain: one record read."""
