"""The tables that aggregates see: datasets of the manifest, and views over them."""

import pyarrow as pa

from bedside.model.marks import MARKS, UNDERSTOOD
from bedside.model.posts import POSTS

__all__ = [
    "CASE_POSTS",
    "CLAIM_POSTS",
    "COMMUNITIES",
    "COMMUNITY_NAMES",
    "CORPUS",
    "CORPUS_MARKS",
    "DIALOGUES",
    "EXCHANGES",
    "FOLDS",
    "FUNCTIONS",
    "IMPORTS",
    "INTERACTIONS",
    "KEPT_ORDER",
    "KEPT_TABLES",
    "RELEVANCE",
    "REPLIES",
    "SCHEMAS",
    "SNAPSHOT",
    "SPEAKERS",
    "THEMES",
    "THEME_NAMES",
    "THREADS",
    "VECTORS",
    "VIEWS",
]

FOLDS = pa.schema(
    [
        ("record_no", pa.int64()),
        ("post_key", pa.string()),
        ("keep", pa.bool_()),
        ("fold_key", pa.string()),
        ("how", pa.string()),  # kept | same_post | exact | near | repost | tombstone
        ("similarity", pa.float64()),
    ]
)
THREADS = pa.schema(
    [
        ("post_key", pa.string()),
        ("thread_key", pa.string()),
        ("parent_key", pa.string()),
        ("depth", pa.int32()),
        ("parent_state", pa.string()),  # root | attached | not_collected | self | cycle
    ]
)
RELEVANCE = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),
        pa.field("record_no", pa.int64(), nullable=False),
        pa.field("relevant", pa.bool_(), nullable=False),
    ]
)
VECTORS = pa.schema(
    [
        pa.field("record_no", pa.int64(), nullable=False),
        pa.field("post_key", pa.string(), nullable=False),
        ("vector", pa.binary()),  # 256 signed bytes: a direction; null where nothing can be told
    ]
)
THEMES = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),
        ("base", pa.string()),  # group as found
        ("theme", pa.string()),  # after the analyst's splits and merges; null: near no theme
        ("similarity", pa.float64()),  # cosine to the group's centre
    ]
)
THEME_NAMES = pa.schema(
    [
        pa.field("theme", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        ("named_by", pa.string()),  # analyst | machine
        ("words", pa.list_(pa.string())),
        ("codes", pa.list_(pa.string())),
        ("posts", pa.int64()),
        (
            "stability",
            pa.int64(),
        ),  # mean adjusted Rand index over seeds, in thousandths; the same in every row
        ("outliers", pa.int64()),  # posts near no theme, of `placed`
        ("placed", pa.int64()),
    ]
)
COMMUNITIES = pa.schema(
    [
        ("account_key", pa.string()),  # null in one row alone where nobody is tied any more
        ("community", pa.string()),  # null: tied to one other account only
        ("stability", pa.int64()),  # mean adjusted mutual information over seeds, in thousandths
        ("modularity", pa.int64()),  # in thousandths; as stability the same in every row
        ("next", pa.int64()),  # number of the next new id
    ]
)
COMMUNITY_NAMES = pa.schema(
    [
        pa.field("community", pa.string(), nullable=False),
        pa.field("label", pa.string(), nullable=False),  # its id, or smaller, or others
        pa.field("name", pa.string(), nullable=False),
        ("condition", pa.string()),
        ("words", pa.list_(pa.string())),
        ("accounts", pa.int64()),  # with a post in the corpus
    ]
)
SNAPSHOT = pa.schema(
    [("record_no", pa.int64()), ("post_key", pa.string()), ("text_key", pa.string())]
)
IMPORTS = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("format", pa.string()),
        ("verified", pa.bool_()),
        *((name, pa.int64()) for name in ("read", "kept", "tombstoned", "rejected", "no_post")),
    ]
)
CASE_POSTS = pa.schema(
    [
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("post_key", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("sent", pa.bool_(), nullable=False),  # was it ever handed over
    ]
)
SPEAKERS = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),
        ("account_key", pa.string()),
        ("role", pa.string()),  # of the account; of the post where it has no author
        ("kind", pa.string()),  # of a professional
        ("followers", pa.int64()),  # the most that any post of the account tells
        ("in_corpus", pa.bool_()),
    ]
)
REPLIES = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),
        ("account_key", pa.string()),
        ("target_key", pa.string()),
        ("to_account", pa.string()),
        *((name, pa.string()) for name in ("from_role", "from_kind", "to_role", "to_kind")),
        ("asks", pa.bool_()),  # a question of somebody who is no professional, in the corpus
        ("answered", pa.bool_()),  # directly, by the account that it was put to
    ]
)
EXCHANGES = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),  # the question with which it begins
        ("account_key", pa.string()),  # who asks
        ("professional", pa.string()),  # who answers first; the post where it has no author
        ("answer_key", pa.string()),
        ("addressed", pa.bool_()),  # asked below a professional's post
        ("answers", pa.int64()),
        ("turns", pa.int64()),  # how often the word passes from one side to the other
        ("minutes", pa.int64()),  # to the first answer; null: a time is missing
        ("outcome", pa.string()),  # settled | sent | open | unsafe | unanswered | no_word
        ("said_settled", pa.bool_()),
    ]
)
DIALOGUES = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),
        pa.field("question", pa.string(), nullable=False),
        ("side", pa.string()),  # question | answer | asker
    ]
)
CLAIM_POSTS = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),
        ("account_key", pa.string()),
        pa.field("claim", pa.string(), nullable=False),
        ("stance", pa.string()),  # null: answers or passes on the claim without wording it
        pa.field("start_key", pa.string(), nullable=False),  # first post of the cascade
        ("parent_key", pa.string()),  # what it hangs on within the cascade; null: it is the first
        pa.field("level", pa.int32(), nullable=False),
        pa.field("via", pa.string(), nullable=False),  # start, reply, or a relation
        pa.field("platform", pa.string(), nullable=False),  # of the first post
    ]
)
SCHEMAS: dict[str, pa.Schema] = {
    "posts": POSTS,
    "folds": FOLDS,
    "threads": THREADS,
    "relevance": RELEVANCE,
    "understood": UNDERSTOOD,
    "vectors": VECTORS,
    "themes": THEMES,
    "theme_names": THEME_NAMES,
    "communities": COMMUNITIES,
    "community_names": COMMUNITY_NAMES,
    "snapshot": SNAPSHOT,
    "earlier": SNAPSHOT,  # the posts of the snapshot before
    "speakers": SPEAKERS,
    "replies": REPLIES,
    "exchanges": EXCHANGES,
    "dialogues": DIALOGUES,
    "claim_posts": CLAIM_POSTS,
    "imports": IMPORTS,
    "case_posts": CASE_POSTS,
    "asked": UNDERSTOOD,
    "counted": UNDERSTOOD,
}
"""Datasets by name; an engine shows an absent one as an empty table.

`asked`: marks of a language model, as proposals; `counted`: the same where the study counts them in figures.
"""

_MARK_COLUMNS = ", ".join(f'"{name}"' for name in MARKS.names)
_COVERAGE_COLUMNS = "post_key, text_key, layer, maker, maker_version, coverage"
VIEWS: dict[str, str] = {
    "marks": f"SELECT {_MARK_COLUMNS} FROM understood WHERE row = 'mark' "  # noqa: S608
    f"UNION ALL SELECT {_MARK_COLUMNS} FROM counted WHERE row = 'mark'",
    "proposals": f"SELECT {_MARK_COLUMNS} FROM understood WHERE row = 'mark' "  # noqa: S608
    f"UNION ALL SELECT {_MARK_COLUMNS} FROM asked WHERE row = 'mark'",
    "coverage": f"SELECT {_COVERAGE_COLUMNS} FROM understood WHERE row = 'coverage' "  # noqa: S608
    f"UNION ALL SELECT {_COVERAGE_COLUMNS} FROM counted WHERE row = 'coverage'",
    "post_bands": "SELECT record_no, post_key, unnest(bands) AS band FROM posts",
    "post_hashtags": "SELECT record_no, post_key, unnest(hashtags) AS hashtag FROM posts",
    "post_about": "SELECT record_no, post_key, a.kind, a.scheme, a.id, a.name "
    "FROM (SELECT record_no, post_key, unnest(about) AS a FROM posts)",
    "mention_words": 'SELECT post_key, text_key, code AS kind, concept, concept_id, s.part, s.start AS first, s."end" AS past '
    "FROM (SELECT *, spans[1] AS s FROM understood WHERE row = 'mark' AND layer = 'mention')",
    "post_relations": "SELECT record_no, post_key, r.rel, r.target_key, r.target_account, r.evidence "
    "FROM (SELECT record_no, post_key, unnest(relations) AS r FROM posts)",
    "post_engagement": "SELECT record_no, post_key, e.metric, e.value, e.observed_at, e.is_exact "
    "FROM (SELECT record_no, post_key, unnest(engagement) AS e FROM posts)",
}
"""Views of the embedded engine; another engine writes its own explode for the last four."""

FUNCTIONS = {"hex_value(digits)": "CAST('0x' || digits AS BIGINT)"}
"""What the shared SQL may call, as the embedded engine says it: the number that hexadecimal digits stand for."""

CORPUS = """
SELECT p.record_no, p.post_key, p.account_key, p.text_key, p.source, p.platform, p.kind, p.community, p.lang,
       p.published_at, p.published_precision, p.place_country, p.place_basis, p.account_kind, p.is_op, p.rating,
       p.rating_max
FROM posts p JOIN snapshot s ON p.record_no = s.record_no
"""
CORPUS_MARKS = """
SELECT m.subject_kind, m.subject_key, m.post_key, m.text_key, m.layer, m.code, m.moment, m."group", m.slot,
       m.assertion, m.value, m.unit, m.concept_id, m.concept, m.score, m.maker, m.maker_version, m.code_hash,
       c.account_key, c.source, c.published_at
FROM (SELECT * FROM understood UNION ALL SELECT * FROM counted) m JOIN corpus c ON m.post_key = c.post_key
WHERE m.row = 'mark'
"""
_READINGS = """
SELECT p.record_no, p.post_key, p.account_key, p.published_at, p.published_precision
FROM posts p JOIN folds f ON f.record_no = p.record_no WHERE f.how NOT IN ('same_post', 'tombstone')
"""
INTERACTIONS = f"""
SELECT a.post_key, a.account_key, a.kind, a.target_key, COALESCE(t.account_key, a.to_account) AS to_account,
       a.published_at, a.published_precision, t.published_at AS to_published_at,
       t.published_precision AS to_published_precision, t.post_key IS NOT NULL AS target_collected
FROM (
  SELECT p.post_key, p.account_key, 'reply' AS kind, h.parent_key AS target_key, CAST(NULL AS VARCHAR(64)) AS to_account,
         p.published_at, p.published_precision
  FROM ({_READINGS}) p JOIN threads h ON h.post_key = p.post_key WHERE h.parent_key IS NOT NULL
  UNION
  SELECT p.post_key, p.account_key, r.rel AS kind, r.target_key, r.target_account AS to_account,
         p.published_at, p.published_precision
  FROM ({_READINGS}) p JOIN post_relations r ON r.record_no = p.record_no
  LEFT JOIN threads h ON h.post_key = p.post_key AND h.parent_key = r.target_key
  WHERE h.post_key IS NULL AND (r.target_key IS NOT NULL OR r.target_account IS NOT NULL)
) a LEFT JOIN ({_READINGS}) t ON t.post_key = a.target_key
"""  # noqa: S608
"""What one post does to another, one row per post, kind and target: a reply by the threads, else a relation (`model.posts.RELATIONS`).

All posts that stand are in it, in the corpus or not, copies and reposts too; deleted ones are not. `account_key` and
`to_account` are null where the author is unknown, or the target was deleted or never collected (`target_collected`
false); they are equal where people answer themselves. A target may be later than the post: clocks are as told.
"""
KEPT_TABLES = {"corpus": CORPUS, "corpus_marks": CORPUS_MARKS, "interactions": INTERACTIONS}
"""Kept as tables for the length of a connection: every measure reads them. Each may read those before it."""
KEPT_ORDER = {"corpus_marks": "layer, code"}
"""Order in which an engine may keep a table: a question about one layer then reads that layer and no other."""
