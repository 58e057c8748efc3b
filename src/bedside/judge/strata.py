"""Strata: the population of a sample, parted by columns of posts or by what the machine proposes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from bedside.codebook import Codebook
from bedside.errors import InputError, suggest
from bedside.judge.drawing import ALL, POPULATION
from bedside.model.posts import POSTS
from bedside.store.query import match_batch, parse_query
from bedside.store.stages import Aggregate, Ask

__all__ = ["columns_to_part_by", "population_of", "sizes_of"]

BASE = Aggregate(
    name="judge.population",
    needs=("corpus",),
    sql="SELECT record_no, post_key, account_key, text_key FROM corpus ORDER BY record_no",
)
TEXTS = Aggregate(
    name="judge.texts",
    needs=("corpus", "posts"),
    sql="""
SELECT p.* FROM posts p JOIN corpus c ON p.record_no = c.record_no ORDER BY p.record_no
""",
)
MARKED = Aggregate(
    name="judge.marked",
    needs=("corpus_marks",),
    sql="""
SELECT DISTINCT post_key, code FROM corpus_marks
WHERE layer = $layer AND (assertion IS NULL OR assertion = 'asserted') AND code IS NOT NULL
  AND ($code = '' OR code = $code)
ORDER BY post_key, code
""",
)
NONE = "none"  # no value, no mark
MONTH = "month"  # of published_at, in UTC


def columns_to_part_by() -> tuple[str, ...]:
    """Columns of posts that can make strata: one plain value a post."""
    plain = (pa.types.is_string, pa.types.is_boolean)
    keys = ("post_key", "account_key", "text_key", "thread_ref", "parent_ref", "content_hash")
    free = ("title", "body", "author_bio", "role_declared", "place_name")
    found = (f.name for f in POSTS if any(test(f.type) for test in plain))
    return (*(name for name in found if name not in keys + free), MONTH)


def population_of(
    ask: Ask,
    book: Codebook,
    *,
    by: Sequence[str] = (),
    query: str = "",
    unit: Literal["posts", "accounts"] = "posts",
) -> pa.Table:
    """What a sample is drawn from: the corpus, or the part of it that a query finds.

    Parameters
    ----------
    ask : Ask
    book : Codebook
    by : sequence of str
        Each a column of posts (`columns_to_part_by`), `LAYER` (its code where one applies, else yes or none) or
        `LAYER/CODE` (whether the machine proposes it). Several are crossed.
    query : str
        Boolean query; empty: every post.
    unit : {"posts", "accounts"}
        For accounts a mark counts if any of its posts has it; of a column the value most of its posts have.

    Returns
    -------
    pyarrow.Table
        POPULATION. Posts without account are in no population of accounts.

    Raises
    ------
    InputError
        If a way to part is unknown.
    """
    rows = ask(BASE, {})
    if query:
        rows = rows.filter(
            pc.is_in(rows["record_no"], pa.array(sorted(_found_by(ask, query)), pa.int64()))
        )
    values = [_values(ask, book, name) for name in by]
    if unit == "accounts":
        return _accounts(rows, by, values)
    keys = rows["post_key"].to_pylist()
    strata = (
        [_name(by, [of.get(key, NONE) for of in values]) for key in keys]
        if by
        else [ALL] * len(keys)
    )
    columns = [rows[name] for name in ("post_key", "post_key", "account_key", "text_key")]
    return pa.Table.from_arrays([*columns, pa.array(strata, pa.string())], schema=POPULATION)


def _name(by: Sequence[str], parts: Sequence[str]) -> str:
    return ", ".join(f"{name}={part}" for name, part in zip(by, parts, strict=True)) or ALL


def _found_by(ask: Ask, query: str) -> set[int]:
    read = parse_query(query)
    return {
        number
        for batch in ask(TEXTS, {}).to_batches()
        for number, hit in zip(
            batch["record_no"].to_pylist(), match_batch(read, batch).to_pylist(), strict=True
        )
        if hit
    }


def _values(ask: Ask, book: Codebook, name: str) -> dict[str, str]:
    """Value of each post for one way to part; posts without one are left out."""
    if name in columns_to_part_by():
        return _column(ask, name)
    layer, _, code = name.partition("/")
    if layer not in book.layers:
        known = [*columns_to_part_by(), *book.layers]
        raise InputError(f"strata cannot be made by '{name}'; {suggest(name, known)}")
    if code:
        book.find(layer, code)
    marked = ask(MARKED, {"layer": layer, "code": code}).to_pylist()
    if code or book.layer(layer).several:
        return dict.fromkeys((row["post_key"] for row in marked), "yes")
    return {row["post_key"]: row["code"] for row in reversed(marked)}


def _column(ask: Ask, name: str) -> dict[str, str]:
    told = "strftime(p.published_at, '%Y-%m')" if name == MONTH else f'CAST(p."{name}" AS VARCHAR)'
    column = Aggregate(
        name=f"judge.stratum.{name}",
        needs=("corpus", "posts"),
        sql=f"SELECT p.post_key, {told} AS part FROM posts p JOIN corpus c ON p.record_no = c.record_no "  # noqa: S608
        f"WHERE {told} IS NOT NULL ORDER BY p.post_key",
    )
    rows = ask(column, {})
    return dict(zip(rows["post_key"].to_pylist(), rows["part"].to_pylist(), strict=True))


def _accounts(rows: pa.Table, by: Sequence[str], values: Sequence[Mapping[str, str]]) -> pa.Table:
    told: dict[str, list[Counter[str]]] = {}
    pairs = zip(rows["post_key"].to_pylist(), rows["account_key"].to_pylist(), strict=True)
    for post, account in pairs:
        if account:
            counts = told.setdefault(account, [Counter() for _ in by])
            for of, count in zip(values, counts, strict=True):
                count[of.get(post, NONE)] += 1
    drawn = [
        {
            "subject_key": account,
            "account_key": account,
            "stratum": _name(by, [_most(name, c) for name, c in zip(by, counts, strict=True)]),
        }
        for account, counts in sorted(told.items())
    ]
    return pa.Table.from_pylist(drawn, schema=POPULATION)


def _most(name: str, counts: Counter[str]) -> str:
    """A mark of any post, or else the value of most posts, the first in the alphabet where several are."""
    marked = {part for part in counts if part != NONE}
    known = {
        part: counts[part]
        for part in (marked if name not in columns_to_part_by() and marked else counts)
    }
    return min(known, key=lambda part: (-known[part], part))


def sizes_of(population: pa.Table) -> dict[str, int]:
    """Posts (or accounts) of each stratum, by name."""
    counted = pc.value_counts(population["stratum"]).to_pylist()
    return {one["values"]: one["counts"] for one in sorted(counted, key=lambda c: c["values"])}
