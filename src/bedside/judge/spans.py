"""Spans and moments as the log keeps them: JSON lists of (part, start, end) in code points of the masked text."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bedside.errors import InputError
from bedside.judge.items import Reading
from bedside.judge.rows import Moment, Span, check_span

__all__ = ["check_spans", "moments_in", "read_spans", "spans_in"]


def read_spans(text: str) -> list[Span]:
    """Spans from JSON.

    Raises
    ------
    InputError
        If it is no list of [part, start, end].
    """
    try:
        return msgspec.json.decode(text, type=list[Span])
    except msgspec.DecodeError as error:
        raise InputError("a span is a JSON list of [part, start, end]") from error


def check_spans(
    readings: Sequence[Reading], spans: Mapping[str, str], moments: Sequence[Moment]
) -> None:
    """Refuse spans that lie outside their text, and spans of an account, which has many texts.

    Raises
    ------
    InputError
        Saying which.
    """
    if not spans and not moments:
        return
    if len(readings) != 1:
        raise InputError("spans are of one post; an account's posts are judged without them")
    parts = readings[0].parts
    for text in spans.values():
        for span in read_spans(text):
            check_span(span, parts)
    for moment in moments:
        check_span(moment.span, parts)


def spans_in(held: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Span, ...]]:
    """Spans of rows by code."""
    return {code: tuple(read_spans(row["spans"])) for code, row in held.items() if row["spans"]}


def moments_in(
    subject_key: str, held: Mapping[tuple[str, str], Mapping[str, Any]]
) -> tuple[Moment, ...]:
    """The moments that a coder holds of a post, in their order, from rows by subject and code."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for (subject, _), row in held.items():
        if subject != subject_key and row["spans"]:
            found.setdefault(subject, []).append(row)
    ordered = sorted(found.items(), key=lambda pair: int(pair[0].rpartition(":m")[2]))
    return tuple(
        Moment(span=read_spans(rows[0]["spans"])[0], codes=tuple(row["code"] for row in rows))
        for _, rows in ordered
    )
