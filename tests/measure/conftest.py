"""A small study in memory: tables made by hand, and DuckDB behind an Ask."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from bedside.measure.context import MeasureContext
from bedside.store.stages import Aggregate, Ask
from bedside.store.views import (
    CASE_POSTS,
    CLAIM_POSTS,
    COMMUNITIES,
    COMMUNITY_NAMES,
    DIALOGUES,
    EXCHANGES,
    FUNCTIONS,
    INTERACTIONS,
    REPLIES,
    SPEAKERS,
    VECTORS,
)

Rows = list[dict[str, Any]]
Study = Callable[..., Ask]

_TS = pa.timestamp("us", tz="UTC")
_S, _I = pa.string(), pa.int64()
_CORPUS = {
    "record_no": _I,
    "post_key": _S,
    "account_key": _S,
    "source": _S,
    "platform": _S,
    "lang": _S,
    "published_at": _TS,
    "published_precision": _S,
    "place_country": _S,
    "place_basis": _S,
    "account_kind": _S,
    "kind": _S,
}
_MARKS = {
    **dict.fromkeys(("subject_key", "post_key", "layer", "code", "moment"), _S),
    "group": pa.int32(),
    **dict.fromkeys(("slot", "assertion"), _S),
    "value": pa.float64(),
    "score": pa.float32(),
    **dict.fromkeys(("concept", "concept_id", "maker", "account_key", "source"), _S),
}
_POSTS = {
    **_CORPUS,
    "followers": _I,
    "collected_at": _TS,
    "text_key": _S,
    "text_state": _S,
    "title": _S,
    "body": _S,
}
_WORDS = {
    **dict.fromkeys(("post_key", "text_key", "kind", "concept", "concept_id", "part"), _S),
    "first": pa.int32(),
    "past": pa.int32(),
}
_ABOUT = {"record_no": _I, **dict.fromkeys(("post_key", "kind", "scheme", "id", "name"), _S)}
_FOLDS = {"record_no": _I, "post_key": _S, "keep": pa.bool_(), "how": _S}
_RELEVANCE = {"record_no": _I, "post_key": _S, "relevant": pa.bool_()}
_COVERAGE = {"post_key": _S, "layer": _S, "coverage": _S}
_IMPORTS = {
    "source": _S,
    **dict.fromkeys(("read", "kept", "tombstoned", "rejected", "no_post"), _I),
}
_THREADS = {
    **dict.fromkeys(("post_key", "thread_key", "parent_key", "parent_state"), _S),
    "depth": pa.int32(),
}
SCHEMAS = {
    "threads": _THREADS,
    "corpus": _CORPUS,
    "corpus_marks": _MARKS,
    "posts": _POSTS,
    "folds": _FOLDS,
    "relevance": _RELEVANCE,
    "coverage": _COVERAGE,
    "imports": _IMPORTS,
    "post_about": _ABOUT,
    "mention_words": _WORDS,
    "post_hashtags": {"record_no": _I, "post_key": _S, "hashtag": _S},
    "earlier": {"record_no": _I, "post_key": _S},
    "case_posts": dict(zip(CASE_POSTS.names, CASE_POSTS.types, strict=True)),
    "speakers": dict(zip(SPEAKERS.names, SPEAKERS.types, strict=True)),
    "replies": dict(zip(REPLIES.names, REPLIES.types, strict=True)),
    "exchanges": dict(zip(EXCHANGES.names, EXCHANGES.types, strict=True)),
    "dialogues": dict(zip(DIALOGUES.names, DIALOGUES.types, strict=True)),
    "post_engagement": {
        "record_no": _I,
        "post_key": _S,
        "metric": _S,
        "value": _I,
        "observed_at": _TS,
    },
    "claim_posts": dict(zip(CLAIM_POSTS.names, CLAIM_POSTS.types, strict=True)),
    "themes": {"post_key": _S, "base": _S, "theme": _S, "similarity": pa.float64()},
    "theme_names": {
        "theme": _S,
        "name": _S,
        "posts": _I,
        "stability": _I,
        "outliers": _I,
        "placed": _I,
    },
}
_RELATIONS = {
    "record_no": _I,
    **dict.fromkeys(("post_key", "rel", "target_key", "target_account"), _S),
}
SCHEMAS |= {
    "post_relations": _RELATIONS,
    "marks": _MARKS,
    "vectors": dict(zip(VECTORS.names, VECTORS.types, strict=True)),
    "communities": dict(zip(COMMUNITIES.names, COMMUNITIES.types, strict=True)),
    "community_names": dict(zip(COMMUNITY_NAMES.names, COMMUNITY_NAMES.types, strict=True)),
}
READ_LAYERS = ("think", "feel", "do", "info_source")


def table(name: str, rows: Rows) -> pa.Table:
    schema = pa.schema(list(SCHEMAS[name].items()))
    return pa.Table.from_pylist(
        [{column: row.get(column) for column in schema.names} for row in rows], schema=schema
    )


def post(key: str, account: str | None = "", **more: Any) -> dict[str, Any]:
    """One post; its author is named after it unless given; None: no author."""
    return {
        "post_key": key,
        "account_key": f"a-{key}" if account == "" else account,
        "record_no": more.pop("record_no", hash_number(key)),
        "source": "forum",
        "platform": "forum",
        "lang": "en",
        "published_at": datetime(2024, 3, 5, 12, tzinfo=UTC),
        "text_state": "kept",
        **more,
    }


def hash_number(key: str) -> int:
    return int.from_bytes(key.encode()[:7], "little")


def mark(post_key: str, layer: str, code: str | None, **more: Any) -> dict[str, Any]:
    return {
        "subject_key": more.get("moment", post_key),
        "post_key": post_key,
        "layer": layer,
        "code": code,
        "maker": "test",
        **more,
    }


def moment(post_key: str, stage: str, *codes: str, no: int = 0) -> Rows:
    """An own experience with one moment and codes such as `feel.relief`."""
    key = f"{post_key}:m{no}"
    told = [mark(post_key, "experiencer", "own"), mark(post_key, "stage", stage, moment=key)]
    return told + [mark(post_key, *code.split("."), moment=key) for code in codes]


def run_with(tables: Mapping[str, pa.Table]) -> Ask:
    """An Ask over these tables; like the store's it refuses a parameter that the SQL does not name."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, meant in FUNCTIONS.items():
        connection.execute(f"CREATE MACRO {name} AS {meant}")
    for name, rows in tables.items():
        connection.register(name, rows)
    known = {*tables, "interactions", "marks"}
    connection.execute("CREATE VIEW marks AS SELECT * FROM corpus_marks")
    if {"posts", "folds", "threads", "post_relations"} <= known:
        connection.execute(f"CREATE VIEW interactions AS {INTERACTIONS}")

    def ask(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        assert set(aggregate.needs) <= known, "a measure names a table that no store has"
        return connection.sql(aggregate.sql, params=dict(params) or None).to_arrow_table()

    return ask


@pytest.fixture
def study() -> Study:
    """Make an Ask: `study(posts, marks)`; corpus, folds, relevance and coverage follow unless given."""

    def make(posts: Rows, marks: Rows | None = None, /, **given: Rows) -> Ask:
        authors = {
            row["post_key"]: {name: row[name] for name in ("account_key", "source")}
            for row in posts
        }
        rows: dict[str, Rows] = {
            "posts": posts,
            "corpus": posts,
            "folds": [{**row, "keep": True, "how": "kept"} for row in posts],
            "threads": [{**row, "parent_state": "root"} for row in posts],
            "relevance": [{**row, "relevant": True} for row in posts],
            "coverage": [
                {"post_key": row["post_key"], "layer": layer, "coverage": "done"}
                for row in posts
                for layer in READ_LAYERS
            ],
            "post_about": [],
            "mention_words": [],
            "post_hashtags": [],
            "earlier": [],
            "case_posts": [],
            "post_relations": [],
            "post_engagement": [],
            "speakers": [],
            "replies": [],
            "exchanges": [],
            "dialogues": [],
            "claim_posts": [],
            "themes": [],
            "theme_names": [],
            "imports": [{"source": "forum", "read": len(posts), "kept": len(posts)}],
            "corpus_marks": [{**row, **authors[row["post_key"]]} for row in marks or []],
            "marks": [{**row, **authors[row["post_key"]]} for row in marks or []],
            "vectors": [],
            "communities": [],
            "community_names": [],
            **given,
        }
        return run_with({name: table(name, rows[name]) for name in SCHEMAS})

    return make


@pytest.fixture
def context() -> MeasureContext:
    return MeasureContext(
        snapshot="s-test",
        codebook="c-test",
        makers=("test/1",),
        codes={
            "role": ("patient", "family_or_carer", "organisation", "other", "unclear"),
            "think": ("question",),
            "feel": ("relief", "anger_frustration"),
            "do": ("saw_professional",),
            "info_source": ("search_engine", "doctor"),
            "first_turned_to": ("internet", "doctor"),
            "care": ("listening:praise", "listening:complaint", "cost:praise", "cost:complaint"),
        },
        stage_groups={
            "before": ("at_risk", "first_symptoms"),
            "searching": ("searching", "first_consultation", "tests_referral"),
            "diagnosis": ("diagnosis",),
        },
    )
