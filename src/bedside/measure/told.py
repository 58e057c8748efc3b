"""Told: pieces of SQL that measures share: what counts as said, as read, and as one's own experience."""

from collections.abc import Mapping, Sequence

__all__ = [
    "ALL_POSTS",
    "asserted",
    "case_of",
    "experienced",
    "listed",
    "read_posts",
    "told_moments",
]

ALL_POSTS = "SELECT post_key, account_key FROM corpus"


def asserted(marks: str) -> str:
    """Condition: the mark is said to be so (not negated, hoped, feared, supposed, another's or figurative)."""
    return f"COALESCE({marks}.assertion, 'asserted') = 'asserted'"


def listed(codes: Sequence[str]) -> str:
    """Codes as an SQL list; they are identifiers, checked by `MeasureContext`."""
    return "(" + ", ".join(f"'{code}'" for code in codes) + ")"


def case_of(column: str, groups: Mapping[str, Sequence[str]]) -> str:
    """CASE expression that gives the group of a code."""
    whens = [f"WHEN '{code}' THEN '{group}'" for group, codes in groups.items() for code in codes]
    return f"CASE {column} {' '.join(whens)} END"


def read_posts(layers: Sequence[str]) -> str:
    """Posts whose text was read for a layer: no mark means no only there. Columns post_key, layer."""
    return f"SELECT DISTINCT post_key, layer FROM coverage WHERE coverage = 'done' AND layer IN {listed(layers)}"  # noqa: S608


def experienced() -> str:
    """Keys of posts that tell the writer's own experience or that of someone cared for."""
    return "SELECT post_key FROM corpus_marks WHERE layer = 'experiencer' AND code IN ('own', 'cared_for')"


def told_moments(groups: Mapping[str, Sequence[str]]) -> str:
    """Moments of own or cared-for experience. Columns post_key, account_key, moment, stage_group."""
    stages = [code for codes in groups.values() for code in codes]
    return f"""
SELECT m.post_key, m.account_key, m.subject_key AS moment, {case_of("m.code", groups)} AS stage_group
FROM corpus_marks m
WHERE m.layer = 'stage' AND m.code IN {listed(stages)} AND {asserted("m")}
  AND m.post_key IN ({experienced()})"""  # noqa: S608
