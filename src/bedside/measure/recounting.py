"""Opening many figures through their evidence: figures of one question differ in their keys only, and are asked at once.

They are counted again, or the posts behind them summed up in a print, by which two sets of posts can be told to be the
same, or one to be made up of others, without holding them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from bedside.measure.evidence import (
    Count,
    Family,
    Rows,
    authors_of,
    count_rows,
    family_of,
    tables_in,
    used_params,
)
from bedside.model.figures import Figure
from bedside.store.side_by_side import side_by_side
from bedside.store.stages import Aggregate, Ask

__all__ = ["prints_together", "recount_together"]

FEWEST = 2  # figures of one question; one alone is counted by its own query
DIGITS = 9  # of a post's print: sums over a hundred million posts fit in 64 bits, and chance makes none agree

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
    for sql, params in _sets(figures):
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
        parts = [_part(answers, sql, figure.evidence.params, Count()) for sql in _queries(figure)]
        hits, of = parts
        if hits is not None and (of is not None or figure.evidence.of_sql is None):
            found[figure.id] = (hits, of)
    return found


def prints_together(
    ask: Ask, figures: Sequence[Figure], *, at_once: int = 1
) -> dict[str, tuple[int | None, int | None]]:
    """The print of the posts of each numerator and denominator: a number for every post, summed up.

    Sets of the same posts have the same print, and sets without a post in common that make up another have prints that
    add up to its own. Chance makes prints agree once in 16^9 comparisons.

    Parameters
    ----------
    ask : Ask
    figures : sequence of Figure
    at_once : int
        Questions that the engine answers at the same time.

    Returns
    -------
    dict of str to (int or None, int or None)
        By the figure's id; None where it has no evidence, or no denominator.
    """
    asked: dict[Family, dict[str, Any]] = {}
    for sql, params in _sets(figures):
        question = family_of(sql, params) or _alone(sql, params)
        asked.setdefault(question, used_params(question.rows, params))
    calls = [partial(_printed, question=q, params=params) for q, params in asked.items()]
    answers = dict(zip(asked, side_by_side(ask, calls, at_once), strict=True))

    def print_of(sql: str | None, params: Mapping[str, Any]) -> int | None:
        if not sql:
            return None
        found = _part(answers, sql, params, 0)
        if found is not None:
            return found
        question = _alone(sql, params)
        if question not in answers:
            answers[question] = _printed(ask, question, used_params(sql, params))
        return answers[question].get((), 0)

    return {
        f.id: (
            print_of(f.evidence.posts_sql, f.evidence.params),
            print_of(f.evidence.of_sql, f.evidence.params),
        )
        for f in figures
    }


def _alone(sql: str, params: Mapping[str, Any]) -> Family:
    """A query as a question without keys."""
    used = used_params(sql, params)
    return Family(sql, (), tuple((name, repr(value)) for name, value in used.items()))


def _printed(ask: Ask, question: Family, params: Mapping[str, Any]) -> Part[int]:
    """Print of the posts of every combination of keys."""
    rows, keys = question.rows, question.keys
    names = ", ".join(keys)
    hexadecimal = "CAST(instr('0123456789abcdef', substr(d, {}, 1)) AS BIGINT) - 1"
    digits = (f"({hexadecimal.format(n + 1)}) * {16**n}" for n in range(DIGITS))
    sql = f"""
SELECT {names + "," if names else ""} CAST(SUM({" + ".join(digits)}) AS BIGINT) AS print
FROM (SELECT {names + "," if names else ""} md5(post_key) AS d
  FROM (SELECT DISTINCT post_key {", " + names if names else ""} FROM ({rows}) q WHERE post_key IS NOT NULL) r) m
{f"GROUP BY {names} ORDER BY {names}" if names else ""}"""  # noqa: S608
    table = ask(Aggregate(name="prints", sql=sql, needs=tables_in(rows)), params)
    values = zip(*(table[key].to_pylist() for key in keys), strict=True) if keys else iter([()])
    return {key: n or 0 for key, n in zip(values, table["print"].to_pylist(), strict=True)}


def _sets(figures: Sequence[Figure]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every query of the figures with its parameters."""
    for figure in figures:
        yield from ((sql, figure.evidence.params) for sql in _queries(figure) if sql)


def _queries(figure: Figure) -> tuple[str | None, str | None]:
    return figure.evidence.posts_sql, figure.evidence.of_sql


def _counted(ask: Ask, question: Family, params: Mapping[str, Any]) -> Part[Count]:
    """Counts for every combination of keys, each post with its author as the evidence names it."""
    names = ", ".join(f"q.{key}" for key in question.keys)
    posts = f"SELECT DISTINCT post_key, {names} FROM ({question.rows}) q"  # noqa: S608
    rows = f"SELECT e.*, a.account_key FROM ({posts}) e LEFT JOIN {authors_of(question.rows)} a ON e.post_key = a.post_key"  # noqa: S608
    return count_rows(ask, Rows(sql=rows, keys=question.keys, params=params), "recount together")


def _part(
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
