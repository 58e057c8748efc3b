"""Marks: what the machine proposes, and coverage: where it looked."""

import pyarrow as pa

__all__ = ["ASSERTIONS", "COVERAGE_STATES", "MARKS", "SUBJECT_KINDS", "UNDERSTOOD"]

SUBJECT_KINDS = ("post", "moment", "account", "thread", "claim")
ASSERTIONS = (
    "asserted",
    "negated",
    "hypothetical",
    "hoped",
    "feared",
    "past",
    "others",
    "figurative",
)
COVERAGE_STATES = ("done", "refused_language", "refused_permission", "refused_length", "failed")

SPAN = pa.struct([("part", pa.string()), ("start", pa.int32()), ("end", pa.int32())])
"""Unicode code points of the masked text that text_key names; part = title, body, segment:0, ..."""

_MARK_FIELDS = [
    pa.field("subject_kind", pa.string(), nullable=False),
    pa.field(
        "subject_key", pa.string(), nullable=False
    ),  # post_key, or post_key + ":m0" for a moment
    pa.field("post_key", pa.string(), nullable=False),  # the post the mark was read from
    pa.field("text_key", pa.string(), nullable=False),
    pa.field("layer", pa.string(), nullable=False),
    pa.field("code", pa.string()),
    ("moment", pa.string()),  # subject_key of the moment that holds this mark
    ("group", pa.int32()),  # marks of one statement share a group within post and layer
    (
        "slot",
        pa.string(),
    ),  # role of this mark in its group: condition, status, months, drug, reaction
    ("assertion", pa.string()),
    ("value", pa.float64()),
    ("unit", pa.string()),
    ("concept_id", pa.string()),  # e.g. HP:0002027, UNII:..., ICD10CM:N80.9
    ("concept", pa.string()),  # the concept's name in its vocabulary, never text of the post
    ("spans", pa.list_(SPAN)),
    ("score", pa.float32()),
    pa.field("maker", pa.string(), nullable=False),
    pa.field("maker_version", pa.string(), nullable=False),
    ("code_hash", pa.string()),
]
MARKS = pa.schema(_MARK_FIELDS)

UNDERSTOOD = pa.schema(
    [pa.field("row", pa.string(), nullable=False), *_MARK_FIELDS, ("coverage", pa.string())]
)
"""What the stage `understand` writes, so that one kernel gives both tables.

`row` = "mark": a mark. `row` = "coverage": text x layer x maker with `coverage` set and `code` null;
no mark means no only where coverage says done.
"""
