"""Evidence: what a figure stands on, its id, and the way back from a figure to its posts.

Every measure describes the posts behind its numbers as `Rows`: one SQL text whose rows have the columns
post_key and account_key beside the key columns. Counts and evidence are made from that same text, so that a
figure opens to exactly the posts that it counted.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from bedside.errors import InputError
from bedside.measure.context import MeasureContext
from bedside.model.figures import Evidence, Figure
from bedside.store.stages import Aggregate, Ask

__all__ = [
    "Count",
    "Counting",
    "Family",
    "Rows",
    "authors_of",
    "count_all",
    "count_rows",
    "counts_sql",
    "evidence_id",
    "evidence_of",
    "family_of",
    "open_evidence",
    "open_family",
    "parameters_in",
    "recount",
    "tables_in",
    "used_params",
]

ID_DIGITS = 10
TABLES = (
    "corpus", "corpus_marks", "posts", "post_hashtags", "post_about", "folds", "relevance", "coverage", "threads", "imports",
    "case_posts", "earlier", "themes", "mention_words", "interactions", "speakers", "replies", "exchanges", "dialogues",
    "post_engagement", "communities", "community_names", "marks", "claim_posts",
)  # fmt: skip
_POSTS = re.compile(
    r"SELECT DISTINCT post_key FROM \((?P<rows>.*)\) r WHERE (?P<where>.*) ORDER BY post_key", re.S
)
"""How `Rows.posts_sql` writes a query."""
_KEY = re.compile(r"(\w+) = \$k_\1(?: AND |$)")
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")


class Count(NamedTuple):
    """Accounts, posts, and the posts among them that have no author."""

    accounts: int = 0
    posts: int = 0
    no_author: int = 0


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A query whose rows are the posts of a figure, several to a post allowed.

    Attributes
    ----------
    sql : str
        Gives post_key, account_key and the key columns.
    keys : tuple of str
        The key columns.
    params : Mapping
        Named parameters of the query.
    """

    sql: str
    keys: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """Tables that the query names."""
        return tables_in(self.sql)

    def posts_sql(self) -> str:
        """The query that gives the posts of one combination of keys, named `$k_<key>`."""
        where = " AND ".join(f"{key} = $k_{key}" for key in self.keys) or "1 = 1"
        return f"SELECT DISTINCT post_key FROM ({self.sql}) r WHERE {where} ORDER BY post_key"  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Counting(Aggregate):
    """A question that counts posts, and what it counts: whoever passes it on may ask more about the same posts.

    Attributes
    ----------
    of : Rows
    prints : str
        A query that gives their keys with the prints of their posts (`measure.prints`) from fewer rows than are counted;
        empty: there is none. It is asked only by whoever wants the prints.
    """

    of: Rows
    prints: str = ""


def tables_in(sql: str) -> tuple[str, ...]:
    """Names of the study's tables that a query reads."""
    words = set(re.findall(r"\w+", sql))
    return tuple(name for name in TABLES if name in words)


def counts_sql(keys: Sequence[str], rows: str, *, further: str = "") -> str:
    """The query that counts accounts and posts of rows by keys; `further` are columns that it gives beside."""
    names = ", ".join(keys)
    return f"""
SELECT {names + "," if keys else ""}
  COUNT(DISTINCT account_key) AS accounts,
  COUNT(DISTINCT post_key) AS posts,
  COUNT(DISTINCT CASE WHEN account_key IS NULL THEN post_key END) AS no_author{further}
FROM {rows} {f"GROUP BY {names} ORDER BY {names}" if keys else ""}"""  # noqa: S608


def count_rows(ask: Ask, rows: Rows, name: str) -> dict[tuple[Any, ...], Count]:
    """Accounts and posts of every combination of keys, sorted by them."""
    sql = counts_sql(rows.keys, f"({rows.sql}) r")
    table = ask(Counting(name=name, sql=sql, needs=rows.needs, of=rows), rows.params)
    columns = [table[key].to_pylist() for key in rows.keys]
    counts = zip(*(table[c].to_pylist() for c in Count._fields), strict=True)
    keyed = zip(*columns, strict=True) if columns else iter([()])
    return {key: Count(*count) for key, count in zip(keyed, counts, strict=True)}


def count_all(ask: Ask, rows: Rows, name: str) -> Count:
    """Accounts and posts of all rows together, whatever their keys."""
    return count_rows(ask, Rows(sql=rows.sql, params=rows.params), name)[()]


def evidence_of(
    context: MeasureContext, hits: Rows, of: Rows | None = None, *, keys: Mapping[str, Any]
) -> Evidence:
    """Evidence of one figure: the queries of its numerator and denominator with their parameters.

    Parameters
    ----------
    context : MeasureContext
    hits, of : Rows
        Numerator and, for a share, denominator; `of` may have fewer keys.
    keys : Mapping
        Value of each key column.
    """
    params = {f"k_{key}": keys[key] for key in hits.keys} | dict(hits.params)
    if of is not None:
        params |= {f"k_{key}": keys[key] for key in of.keys} | dict(of.params)
    return Evidence(
        posts_sql=hits.posts_sql(),
        of_sql=of.posts_sql() if of is not None else None,
        params=params,
        snapshot=context.snapshot,
        codebook=context.codebook,
        makers=context.makers,
    )


def evidence_id(measure: str, keys: Mapping[str, str], evidence: Evidence) -> str:
    """Id of a figure: the same question to the same evidence has the same id.

    Examples
    --------
    >>> evidence_id("journey.map", {"code": "relief"}, Evidence(posts_sql="SELECT 1"))
    'ev-5b4a1872b3-journey-map'
    """
    parts = (measure, sorted(keys.items()), msgspec.to_builtins(evidence))
    digest = hashlib.blake2b(msgspec.json.encode(parts, order="sorted")).hexdigest()
    return f"ev-{digest[:ID_DIGITS]}-{measure.replace('.', '-').replace('_', '-')}"


def used_params(sql: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a query names."""
    return {name: params[name] for name in parameters_in(sql) if name in params}


def parameters_in(sql: str) -> tuple[str, ...]:
    """Names of the parameters that a query names, sorted."""
    return tuple(sorted(set(_PARAMETER.findall(sql))))


class Family(NamedTuple):
    """Figures that one question counts, whatever their keys.

    Attributes
    ----------
    rows : str
        Query without keys.
    keys : tuple of str
        Its columns by which members differ.
    params : tuple of (str, value as text)
        What besides their keys members have in common.
    """

    rows: str
    keys: tuple[str, ...]
    params: tuple[tuple[str, str], ...]


def family_of(sql: str, params: Mapping[str, Any]) -> Family | None:
    """The family of a query of a figure's evidence; None where it was counted alone, or has another form."""
    read = _POSTS.fullmatch(sql)
    keys = tuple(_KEY.findall(read["where"])) if read else ()
    if read is None or not keys or _KEY.sub("", read["where"]):
        return None
    shared = used_params(read["rows"], params)
    return Family(read["rows"], keys, tuple((name, repr(value)) for name, value in shared.items()))


def _open(ask: Ask, sql: str, evidence: Evidence, name: str) -> pa.Table:
    return ask(
        Aggregate(name=name, sql=sql, needs=tables_in(sql)), used_params(sql, evidence.params)
    )


def open_family(ask: Ask, figure: Figure) -> pa.Table:
    """The posts behind every figure of a figure's family: its key columns, and post_key; each row once, in no order.

    Raises
    ------
    InputError
        If it has none.
    """
    family = family_of(figure.evidence.posts_sql, figure.evidence.params)
    if family is None:
        raise InputError(f"figure {figure.id} was counted alone; open it by itself")
    sql = f"SELECT DISTINCT {', '.join(family.keys)}, post_key FROM ({family.rows}) r"  # noqa: S608
    return _open(ask, sql, figure.evidence, f"open beside {figure.id}")


def open_evidence(ask: Ask, figure: Figure) -> pa.Table:
    """The posts behind a figure: one column, post_key, sorted.

    Raises
    ------
    InputError
        If the figure has no evidence to open.
    """
    if not figure.evidence.posts_sql:
        raise InputError(f"figure {figure.id} names no posts; only measured figures can be opened")
    return _open(ask, figure.evidence.posts_sql, figure.evidence, f"open {figure.id}")


def authors_of(sql: str) -> str:
    """Table that names the author of each post an evidence query finds. Columns post_key, account_key."""
    tables = set(tables_in(sql))
    if "claim_posts" in tables:  # posts beside the corpus, and what was passed on, are in it
        return "(SELECT post_key, MIN(account_key) AS account_key FROM claim_posts GROUP BY post_key UNION SELECT post_key, account_key FROM corpus)"
    if (
        "posts" in tables
    ):  # outside the corpus a post may have been read several times: the record that was kept
        return (
            "(SELECT p.post_key, p.account_key FROM posts p "
            "JOIN folds f ON p.record_no = f.record_no WHERE f.keep)"
        )
    if {"speakers", "replies", "exchanges"} & tables:
        return "speakers"
    return "corpus"


def _count_posts(ask: Ask, sql: str, evidence: Evidence) -> Count:
    """Accounts and posts that an evidence query finds."""
    rows = f"SELECT e.post_key, a.account_key FROM ({sql}) e LEFT JOIN {authors_of(sql)} a ON e.post_key = a.post_key"  # noqa: S608
    return count_all(ask, Rows(sql=rows, params=used_params(sql, evidence.params)), "recount")


def recount(ask: Ask, figure: Figure) -> tuple[Count, Count | None]:
    """Count a figure's posts and accounts again, through its evidence alone.

    Returns
    -------
    tuple of Count, Count or None
        Numerator; denominator, None where the figure has none.

    Raises
    ------
    InputError
        If the figure has no evidence to open.
    """
    evidence = figure.evidence
    if not evidence.posts_sql:
        raise InputError(f"figure {figure.id} names no posts; only measured figures can be opened")
    hits = _count_posts(ask, evidence.posts_sql, evidence)
    if evidence.of_sql is None:
        return hits, None
    return hits, _count_posts(ask, evidence.of_sql, evidence)
