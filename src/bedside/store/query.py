"""The Boolean query that defines which posts a study is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from bedside.store.query_match import Folded, compile_tree
from bedside.store.query_parse import Parser
from bedside.store.query_tree import Node, asks_fields, canonical, reading
from bedside.store.stages import Stage
from bedside.store.views import RELEVANCE

__all__ = ["Query", "match_batch", "parse_query", "relevance_batch", "relevance_stage"]

FIELD_COLUMNS = ("source", "platform", "lang", "hashtags", "community", "kind")
VERSION = "1"  # of the way a query is matched; raise it when an answer can change


@dataclass(frozen=True)
class Query:
    """A query that was read.

    Attributes
    ----------
    text : str
        As written.
    tree : Node
        What it means.
    notes : tuple of str
        What the writer should know about how it was read; empty when all is plain.
    """

    text: str
    tree: Node
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return canonical(self.tree)

    def words(self) -> str:
        """Say it in plain words, for the analyst and the report.

        Examples
        --------
        >>> parse_query('(endo* OR "pelvic pain") AND doctor NOT advert').words()
        "posts with (a word starting with 'endo' or the phrase 'pelvic pain') and the word 'doctor' and not the word 'advert'"
        """
        return f"posts with {reading(self.tree)}"

    def matches(
        self, title: str | None, body: str, fields: Mapping[str, Any] | None = None
    ) -> bool:
        """Whether one post is meant.

        Parameters
        ----------
        title : str or None
        body : str
        fields : Mapping, optional
            source, platform, lang, community, kind (strings) and hashtags (list of strings); absent
            ones match no value.

        Examples
        --------
        >>> parse_query("crohn's").matches(None, "Living with CROHN’S since 2009")
        True
        """
        return compile_tree(self.tree)(Folded(title or "", (body,), fields or {}))


@lru_cache(maxsize=64)
def parse_query(text: str) -> Query:
    """Read a Boolean query.

    Parameters
    ----------
    text : str
        AND OR NOT in capitals, brackets, "phrases", NEAR/n, `*` and `?` within words, and the fields
        title: body: source: platform: lang: hashtag: community: kind:. Words side by side mean AND.

    Returns
    -------
    Query

    Raises
    ------
    QueryError
        If it cannot be read; the message gives the column and what to do.

    Examples
    --------
    >>> str(parse_query("a OR b AND NOT c"))
    '(a OR (b AND (NOT c)))'
    """
    parser = Parser(text)
    tree = parser.parse()
    if compile_tree(tree)(Folded("", ("",), {})):
        parser.notes.append("the query also finds every post that holds none of its words")
    return Query(text, tree, tuple(parser.notes))


def match_batch(query: Query, batch: pa.RecordBatch) -> pa.BooleanArray:
    """Test every post of a batch.

    Parameters
    ----------
    query : Query
    batch : pyarrow.RecordBatch
        Of `POSTS`; the text of segments counts as body. Further columns are left alone.

    Returns
    -------
    pyarrow.BooleanArray
        One value a row, none of them null.
    """
    test = compile_tree(query.tree)
    titles, bodies = batch.column("title").to_pylist(), batch.column("body").to_pylist()
    segments = _segments(batch)
    fields = _field_rows(batch) if asks_fields(query.tree) else [{}] * len(bodies)
    hits = [
        test(Folded(title or "", (body or "", *more), row))
        for title, body, more, row in zip(titles, bodies, segments, fields, strict=True)
    ]
    return pa.array(hits, pa.bool_())


def _segments(batch: pa.RecordBatch) -> list[list[str]]:
    column = batch.column("segments")
    if column.null_count == len(column):
        return [[]] * len(column)
    return [[s["text"] or "" for s in row or ()] for row in column.to_pylist()]


def _field_rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    names = [name for name in FIELD_COLUMNS if name in batch.schema.names]
    columns = [batch.column(name).to_pylist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def relevance_batch(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """Kernel: which posts of a page are relevant to the study.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Of `POSTS`.
    settings : Mapping
        `query`: text of the Boolean query; blank means that every post is relevant.

    Returns
    -------
    pyarrow.RecordBatch
        post_key, record_no, relevant; one row for each post, in the same order.
    """
    text = str(settings.get("query") or "")
    hits = (
        match_batch(parse_query(text), batch)
        if text.strip()
        else pa.array([True] * len(batch), pa.bool_())
    )
    return pa.RecordBatch.from_arrays(
        [batch.column("post_key"), batch.column("record_no"), hits], schema=RELEVANCE
    )


def relevance_stage(query: str) -> Stage:
    """Stage that marks relevant posts by a Boolean query.

    Raises
    ------
    QueryError
        If the query cannot be read: at once, before any page is.
    """
    if query.strip():
        parse_query(query)
    return Stage(
        name="relevance",
        version=VERSION,
        kernel="bedside.store.query:relevance_batch",
        schema=RELEVANCE,
        settings={"query": query},
    )
