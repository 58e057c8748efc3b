"""Counting many figures again through their evidence: figures of one question differ in their keys only, and are asked at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bedside.measure.evidence import (
    Count,
    Family,
    Rows,
    authors_of,
    count_rows,
    family_of,
    used_params,
)
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["Part", "part_of", "queries_of", "recount_together", "sets_of"]

FEWEST = 2  # figures of one question; one alone is counted by its own query

T = TypeVar("T")
Part = dict[tuple[Any, ...], T]


def recount_together(ask: Ask, figures: Sequence[Figure]) -> dict[str, tuple[Count, Count | None]]:
    """Count the posts and accounts of figures again, through their evidence alone.

    Parameters
    ----------
    ask : Ask
    figures : sequence of Figure
        Those whose evidence has the form of `Rows.posts_sql`, and of which several ask the same question.

    Returns
    -------
    dict of str to (Count, Count or None)
        By the figure's id, the same numbers as `evidence.recount`; figures of other forms are left out.
    """
    asked: dict[Family, list[Mapping[str, Any]]] = defaultdict(list)
    for sql, params in sets_of(figures):
        question = family_of(sql, params)
        if question is not None:
            asked[question].append(used_params(question.rows, params))
    answers = {
        question: _counted(ask, question, params[0])
        for question, params in asked.items()
        if len(params) >= FEWEST
    }
    found = {}
    for figure in figures:
        parts = [
            part_of(answers, sql, figure.evidence.params, Count()) for sql in queries_of(figure)
        ]
        hits, of = parts
        if hits is not None and (of is not None or figure.evidence.of_sql is None):
            found[figure.id] = (hits, of)
    return found


def sets_of(figures: Sequence[Figure]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every query of the figures with its parameters."""
    for figure in figures:
        yield from ((sql, figure.evidence.params) for sql in queries_of(figure) if sql)


def queries_of(figure: Figure) -> tuple[str | None, str | None]:
    """The queries of a figure's numerator and denominator."""
    return figure.evidence.posts_sql, figure.evidence.of_sql


def _counted(ask: Ask, question: Family, params: Mapping[str, Any]) -> Part[Count]:
    """Counts for every combination of keys, each post with its author as the evidence names it."""
    names = ", ".join(f"q.{key}" for key in question.keys)
    posts = f"SELECT DISTINCT post_key, {names} FROM ({question.rows}) q"  # noqa: S608
    rows = f"SELECT e.*, a.account_key FROM ({posts}) e LEFT JOIN {authors_of(question.rows)} a ON e.post_key = a.post_key"  # noqa: S608
    return count_rows(ask, Rows(sql=rows, keys=question.keys, params=params), "recount together")


def part_of(
    answers: Mapping[Family, Part[T]], sql: str | None, params: Mapping[str, Any], nothing: T
) -> T | None:
    """The answer of one query; None where it was not asked, or its keys cannot be compared as they stand."""
    question = family_of(sql, params) if sql else None
    answer = answers.get(question) if question is not None else None
    if question is None or answer is None:
        return None
    wanted = tuple(params[f"k_{key}"] for key in question.keys)
    if wanted in answer:
        return answer[wanted]
    kinds = {tuple(map(type, key)) for key in answer if None not in key}
    return nothing if kinds <= {tuple(map(type, wanted))} else None
