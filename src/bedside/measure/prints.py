"""Prints: a number for the posts of a set, by which two sets can be told to be the same, or one to be made up of others.

They are told along with the counts of figures: the posts are at hand there, and asking for them again would cost as much
as measuring did.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from bedside.measure.evidence import (
    Counting,
    Family,
    Rows,
    counts_sql,
    family_of,
    tables_in,
    used_params,
)
from bedside.measure.recounting import Part, part_of, queries_of, sets_of
from bedside.model.figures import Figure
from bedside.store.side_by_side import side_by_side
from bedside.store.stages import Aggregate, Ask

__all__ = ["PRINT", "SUM_OF_PRINTS", "PrintingAsk", "Prints", "prints_of"]

DIGITS = 9  # of a post's print: sums over a hundred million posts fit in 64 bits, and chance makes none agree
TOLD = ("print", "pairs")
Prints = dict[str, tuple[int | None, int | None]]
"""By the figure's id the print of its numerator and of its denominator; None where it has none."""
PRINT = f"reverse(substr(md5(post_key), 1, {DIGITS}))"
"""Digits of the print of a row's post, as SQL; they are to be called `d`."""
SUM_OF_PRINTS = "CAST(SUM(hex_value(d)) AS BIGINT)"
"""Print of the posts of a set of rows, each post once, as SQL."""


class PrintingAsk:
    """Asks as before, and notes on the way the prints of all that is counted. It lasts while tables stay as they are.

    Parameters
    ----------
    ask : Ask
        May be asked from several threads, as may this.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._counted: dict[Family, pa.Table] = {}
        self._answers: dict[tuple[str, str], pa.Table] = {}

    def __call__(self, aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        """Answer a question; where it counts posts, keep their prints, and the counts for a measure that asks the same."""
        if not isinstance(aggregate, Counting):
            return self._ask(aggregate, params)
        asked = aggregate.sql, repr(sorted(params.items()))
        if asked not in self._answers:
            self._answers[asked] = self._answer(aggregate, params)
        return self._answers[asked]

    def _answer(self, aggregate: Counting, params: Mapping[str, Any]) -> pa.Table:
        rows, question = aggregate.of, _question(aggregate.of.posts_sql(), aggregate.of.params)
        if aggregate.prints:
            self._counted[question] = self._ask(_only_prints(aggregate), params)
            return self._ask(aggregate, params)
        asked = Aggregate(
            name=aggregate.name,
            sql=_counted_with_prints(rows),
            needs=aggregate.needs,
            parts=aggregate.parts,
        )
        table = self._ask(asked, params)
        if table["pairs"].equals(table["posts"]):  # else a post stands there with two accounts
            self._counted[question] = table.select([*question.keys, "print"])
        return table.drop_columns(TOLD)

    def told(self) -> dict[Family, pa.Table]:
        """For each question that was counted its keys with the prints of their posts."""
        return dict(self._counted)


def prints_of(
    ask: Ask,
    figures: Sequence[Figure],
    *,
    told: Mapping[Family, pa.Table] | None = None,
    at_once: int = 1,
) -> Prints:
    """The print of the posts of each numerator and denominator: a number for every post, summed up.

    Sets of the same posts have the same print, and sets without a post in common that make up another have prints that
    add up to its own. Chance makes prints agree once in 16^9 comparisons.

    Parameters
    ----------
    ask : Ask
    figures : sequence of Figure
    told : mapping of Family to pyarrow.Table, optional
        Prints that were told along with counts, from `PrintingAsk.told`; all others are asked for.
    at_once : int
        Questions that the engine answers at the same time.

    Returns
    -------
    Prints
    """
    told = told or {}
    wanted: dict[Family, Mapping[str, Any]] = {}
    for sql, params in sets_of(figures):
        question = _question(sql, params)
        wanted.setdefault(question, used_params(question.rows, params))
    answers = {question: _parts(told[question], question) for question in wanted if question in told}  # fmt: skip
    asked = {question: params for question, params in wanted.items() if question not in told}
    calls = [partial(_printed, question=q, params=params) for q, params in asked.items()]
    answers |= zip(asked, side_by_side(ask, calls, at_once), strict=True)

    def print_of(sql: str | None, params: Mapping[str, Any]) -> int | None:
        if not sql:
            return None
        found = part_of(answers, sql, params, 0)
        if found is not None:
            return found
        question = _alone(sql, params)
        if question not in answers:
            answers[question] = _printed(ask, question, used_params(sql, params))
        return answers[question].get((), 0)

    found: Prints = {}
    for figure in figures:
        own, of = (print_of(sql, figure.evidence.params) for sql in queries_of(figure))
        found[figure.id] = own, of
    return found


def _question(sql: str, params: Mapping[str, Any]) -> Family:
    """The question that tells the posts of a query, together with those of its family where it has one."""
    return family_of(sql, params) or _alone(sql, params)


def _alone(sql: str, params: Mapping[str, Any]) -> Family:
    """A query as a question without keys."""
    used = used_params(sql, params)
    return Family(sql, (), tuple((name, repr(value)) for name, value in used.items()))


def _only_prints(counting: Counting) -> Aggregate:
    return Aggregate(name="prints", sql=counting.prints, needs=counting.needs, parts=counting.parts)


def _counted_with_prints(rows: Rows) -> str:
    """The query that counts rows by their keys, and tells beside the print of the posts: `pairs` of post and account are added up."""
    names = "".join(f"{key}, " for key in rows.keys)
    once = rows.sql.lstrip().startswith("SELECT DISTINCT ")  # where not, `pairs` tells
    pairs = f"SELECT {'' if once else 'DISTINCT '}{names}post_key, account_key FROM ({rows.sql}) r"  # noqa: S608
    further = f",\n  COUNT(post_key) AS pairs, {SUM_OF_PRINTS} AS print"
    digits = f"(SELECT {names}post_key, account_key, {PRINT} AS d FROM ({pairs}) p) m"  # noqa: S608
    return counts_sql(rows.keys, digits, further=further)


def _printed(ask: Ask, question: Family, params: Mapping[str, Any]) -> Part[int]:
    """Print of the posts of every combination of keys."""
    rows, names = question.rows, ", ".join(question.keys)
    further = f"{names}, " if names else ""
    posts = f"SELECT DISTINCT {further}post_key FROM ({rows}) q WHERE post_key IS NOT NULL"  # noqa: S608
    sql = f"""
SELECT {further}{SUM_OF_PRINTS} AS print
FROM (SELECT {further}{PRINT} AS d FROM ({posts}) r) m
{f"GROUP BY {names} ORDER BY {names}" if names else ""}"""  # noqa: S608
    asked = Aggregate(name="prints", sql=sql, needs=tables_in(rows))
    return _parts(ask(asked, params), question)


def _parts(table: pa.Table, question: Family) -> Part[int]:
    """A table of prints by its keys."""
    columns = [table[key].to_pylist() for key in question.keys]
    values = zip(*columns, strict=True) if columns else iter([()])
    return {key: n or 0 for key, n in zip(values, table["print"].to_pylist(), strict=True)}
