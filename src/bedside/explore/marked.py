"""A post's text with what the machine proposes, and what was searched for, marked in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bedside.explore.text import harmless
from bedside.report.markup import Markup, join, tag
from bedside.report.words import plain
from bedside.store.folding import fold
from bedside.store.query_match import variants
from bedside.store.query_tree import And, Near, Node, Or, Term

__all__ = ["LAYERS", "Span", "hits_in", "marked", "spans_of", "words_of"]

LAYERS = ("think", "feel", "do", "care")
"""Layers that are marked in text; each has a line style of its own."""
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Span(NamedTuple):
    """A stretch of text and what it is marked as; `kind` is a class of the sheet."""

    start: int
    end: int
    kind: str
    label: str = ""


def spans_of(marks: Iterable[Mapping[str, Any]], part: str) -> list[Span]:
    """Where marks of the shown layers lie in one part of a post."""
    return [
        Span(
            span["start"],
            span["end"],
            mark["layer"],
            f"{mark['layer']}: {plain(mark['code']).replace(':', ', ')}",
        )
        for mark in marks
        if mark["layer"] in LAYERS
        and mark["code"]
        and (mark["assertion"] or "asserted") == "asserted"
        for span in mark["spans"] or ()
        if span["part"] == part
    ]


def words_of(node: Node) -> list[str]:
    """Words that a query asks for, as patterns over folded words; what it excludes is none of them."""
    match node:
        case Term(words):
            return list(words)
        case And(parts) | Or(parts):
            return [word for part in parts for word in words_of(part)]
        case Near(left, right):
            return [*words_of(left), *words_of(right)]
    return []


def hits_in(text: str, words: Sequence[str]) -> list[Span]:
    """Where a text holds words that were searched for."""
    if not words:
        return []
    ways = {v for word in words if not set("*?") & set(word) for v in variants(word)}
    wild = [
        re.compile(re.escape(word).replace(r"\*", ".*").replace(r"\?", "."))
        for word in words
        if set("*?") & set(word)
    ]
    found = []
    for token in _TOKEN.finditer(text):
        for word in fold(token.group()).split():
            if word in ways or any(pattern.fullmatch(word) for pattern in wild):
                found.append(Span(token.start(), token.end(), "hit"))
                break
    return found


def marked(text: str, spans: Iterable[Span], *, most: int | None = None) -> Markup:
    """The text as harmless markup, spans marked; where two overlap the earlier and longer one stays.

    Parameters
    ----------
    text : str
    spans : iterable of Span
        Places in code points of the text.
    most : int, optional
        Only the first so many code points.
    """
    end = len(text) if most is None else min(most, len(text))
    out, at = [], 0
    for span in _apart(s for s in spans if 0 <= s.start < s.end <= end):
        inner = harmless(text[span.start : span.end])
        label = tag("sub", span.label) if span.label else ""
        out += [harmless(text[at : span.start]), tag("mark", inner, label, class_=span.kind)]
        at = span.end
    return join([*out, harmless(text[at:end])])


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Spans that do not overlap, in the order of the text: marks go before words that were searched for."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.kind == "hit", s.start, -s.end)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept)
