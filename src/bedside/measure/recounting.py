"""Counting many figures again through their evidence: figures of one question differ in their keys only, and are asked at once."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bedside.measure.evidence import Count, Rows, authors_of, count_rows, used_params
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["recount_together"]

_POSTS_OF_KEYS = re.compile(
    r"SELECT DISTINCT post_key FROM \((?P<rows>.*)\) r WHERE (?P<where>.*) ORDER BY post_key", re.S
)
_KEY = re.compile(r"(\w+) = \$k_\1")
FEWEST = 2  # figures of one question; one alone is counted by its own query

Part = dict[tuple[Any, ...], Count]


class _Question(NamedTuple):
    """A query without its keys: rows, names of the keys, and the values of its other parameters."""

    rows: str
    keys: tuple[str, ...]
    others: tuple[tuple[str, str], ...]


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
    asked: dict[_Question, int] = defaultdict(int)
    for figure in figures:
        for sql in _queries(figure):
            question = _question(sql, figure.evidence.params) if sql else None
            if question is not None:
                asked[question] += 1
    answers = {
        question: _answer(ask, question, figures)
        for question, times in asked.items()
        if times >= FEWEST
    }
    found = {}
    for figure in figures:
        parts = [_part(answers, sql, figure.evidence.params) for sql in _queries(figure)]
        hits, of = parts
        if hits is not None and (of is not None or figure.evidence.of_sql is None):
            found[figure.id] = (hits, of)
    return found


def _queries(figure: Figure) -> tuple[str | None, str | None]:
    return figure.evidence.posts_sql, figure.evidence.of_sql


def _question(sql: str, params: Mapping[str, Any]) -> _Question | None:
    """The question of a query; None where it has no keys, or another form."""
    match = _POSTS_OF_KEYS.fullmatch(sql)
    if match is None:
        return None
    keys = tuple(_KEY.findall(match["where"]))
    if not keys or " AND ".join(f"{key} = $k_{key}" for key in keys) != match["where"]:
        return None
    others = used_params(match["rows"], params)
    return _Question(match["rows"], keys, tuple((n, repr(v)) for n, v in others.items()))


def _answer(ask: Ask, question: _Question, figures: Sequence[Figure]) -> Part:
    """Counts for every combination of keys, each post with its author as the evidence names it."""
    params = next(
        used_params(question.rows, figure.evidence.params)
        for figure in figures
        if any(
            sql and _question(sql, figure.evidence.params) == question for sql in _queries(figure)
        )
    )
    names = ", ".join(f"q.{key}" for key in question.keys)
    posts = f"SELECT DISTINCT post_key, {names} FROM ({question.rows}) q"  # noqa: S608
    rows = f"SELECT e.*, a.account_key FROM ({posts}) e LEFT JOIN {authors_of(question.rows)} a ON e.post_key = a.post_key"  # noqa: S608
    return count_rows(ask, Rows(sql=rows, keys=question.keys, params=params), "recount together")


def _part(
    answers: Mapping[_Question, Part], sql: str | None, params: Mapping[str, Any]
) -> Count | None:
    """The count of one query; None where it was not asked, or its keys cannot be compared as they stand."""
    question = _question(sql, params) if sql else None
    answer = answers.get(question) if question is not None else None
    if question is None or answer is None:
        return None
    wanted = tuple(params[f"k_{key}"] for key in question.keys)
    if wanted in answer:
        return answer[wanted]
    kinds = {tuple(map(type, key)) for key in answer if None not in key}
    return Count() if kinds <= {tuple(map(type, wanted))} else None
