"""The two things an engine can run: a `Stage` over pages, and an `Aggregate` over tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

__all__ = ["Aggregate", "Ask", "Kernel", "Stage", "sharing"]

Kernel = Callable[[pa.RecordBatch, Mapping[str, Any]], pa.RecordBatch]
"""A pure function: a batch and the run's settings (plain JSON values) give a batch of the stage's schema."""


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """One SQL text in the subset that DuckDB and Spark SQL share.

    Returns integers, strings and sorted rows only: ORDER BY every column that can tie; floating point is
    computed once, in Python. Named parameters are written `$name`.

    Attributes
    ----------
    name : str
    sql : str
    needs : tuple of str
        Names of the tables that the SQL reads.
    keyed : bool
        Whether the rows of `posts` and `marks` that it reads are those with a post_key among `$keys`, and no others: it
        may then be answered from the pages in which they lie. Its SQL begins with SELECT.
    parts : tuple of str
        Whole SELECTs without parameters that stand in parentheses in this question and in others: an engine may answer
        them once for all. See `sharing`.
    """

    name: str
    sql: str
    needs: tuple[str, ...]
    keyed: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A named, versioned kernel, run once over every page of its input.

    Attributes
    ----------
    name, version : str
        Part of the content key: a new version recomputes, the same version is a no-op.
    kernel : str
        Import string `package.module:function` of a `Kernel`; workers load it by name.
    schema : pyarrow.Schema
        Of the output.
    settings : Mapping
        JSON values that the kernel may read; part of the content key.
    context : Aggregate or None
        What a row may see besides itself. It gives one row for every row of the input: `record_no`, `keep`
        and further columns, ordered by record_no. The engine leaves out rows whose `keep` is false, adds the
        further columns to the batch and hashes the joined rows into the content key.
    files : Mapping
        Files of the study that the kernel may read, by name, as paths within its folder; the kernel finds their places
        in the setting `files`. Only settings are part of the content key: name there what the files hold.
    """

    name: str
    version: str
    kernel: str
    schema: pa.Schema
    settings: Mapping[str, Any] = field(default_factory=dict)
    context: Aggregate | None = None
    files: Mapping[str, str] = field(default_factory=dict)


Ask = Callable[[Aggregate, Mapping[str, Any]], pa.Table]
"""Run an aggregate with its parameters over the study's tables; how global steps and measures see data.

Tables that SQL may read (store.views builds them): `posts` (POSTS, one row per record), `post_bands`
(record_no, post_key, band), `post_hashtags`, `post_about`, `post_relations`, `post_engagement` (one row per element), `folds`, `threads`,
`relevance`, `marks`, `coverage`, and, once a snapshot is taken, `corpus` (posts of the snapshot, one row per
unique relevant post in an analysed language) and `corpus_marks` (their marks with account_key, source,
published_at), `interactions` (what one post does to another; see store.views); `earlier` (record_no, post_key, text_key of the snapshot before, empty where there was none).
"""


def sharing(ask: Ask, *parts: str) -> Ask:
    """Ask as before, and tell the engine which parts the questions have in common.

    Parameters
    ----------
    ask : Ask
    parts : str
        Whole SELECTs without parameters; where they stand in parentheses in a question, word for word, an engine may
        answer them once for all. A question that holds none of them is asked as it is.

    Returns
    -------
    Ask
    """

    def asked(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        return ask(replace(aggregate, parts=(*aggregate.parts, *parts)), params)

    return asked
