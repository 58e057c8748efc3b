"""Rows of the log made from what a person says: codes present, a layer complete, an item set aside."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bedside.codebook import Layer, code_hash, layer_hash
from bedside.errors import InputError, suggest
from bedside.judge.decisions import WHOLE

__all__ = [
    "MOST_MOMENTS",
    "Moment",
    "Stamp",
    "check_codes",
    "check_span",
    "coding_rows",
    "moment_rows",
    "one_row",
    "subjects_of",
    "whole_row",
]

MOST_MOMENTS = 12  # of one post
Span = tuple[str, int, int]


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What all rows of one decision share; fields as in `model.figures.JUDGEMENTS`."""

    subject_key: str
    text_key: str | None
    coder: str
    decided_at: datetime
    sample_id: str | None = None
    probability: float | None = None
    proposal_shown: bool = False
    kind: str = "coding"


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a post that lies at one stage of the journey, and the codes that hold there.

    Attributes
    ----------
    span : (part, start, end)
        Code points of the masked text; part is title, body, segment:0 ...
    codes : tuple of str
        Of one layer.
    """

    span: Span
    codes: tuple[str, ...] = ()


def subjects_of(subject_key: str) -> list[str]:
    """A subject and its moments, as keys of the log."""
    return [subject_key, *(f"{subject_key}:m{n}" for n in range(MOST_MOMENTS))]


def check_span(span: Span, parts: Mapping[str, str]) -> None:
    """Refuse a span that lies outside its text.

    Raises
    ------
    InputError
        If the part is unknown, or start and end do not lie in it in this order.
    """
    part, start, end = span
    if part not in parts:
        raise InputError(f"the post has no part '{part[:20]}'; {suggest(part[:20], list(parts))}")
    if not 0 <= start < end <= len(parts[part]):
        raise InputError(
            f"a span from {start} to {end} does not lie in the {part} of {len(parts[part])} characters"
        )


def check_codes(
    layer: Layer,
    present: Collection[str],
    absent: Collection[str] = (),
    *,
    in_moments: bool = False,
) -> None:
    """Refuse codes that the layer lacks, and several where one applies; a post's moments may each have one.

    Raises
    ------
    InputError
        With the nearest code.
    """
    names = layer.names()
    for code in sorted({*present, *absent}):
        if code not in names:
            raise InputError(f"{layer.layer} has no code '{code}'; {suggest(code, list(names))}")
    if not (layer.several or in_moments) and len(set(present)) > 1:
        raise InputError(
            f"got {len(set(present))} codes for {layer.layer}, of which one or none applies; give the one that fits best"
        )


def one_row(
    layer: Layer,
    stamp: Stamp,
    code: str,
    decision: str,
    *,
    memo: str = "",
    spans: str | None = None,
) -> dict[str, Any]:
    """A row about one code, or about the whole layer (`*`)."""
    meaning = layer_hash(layer) if code == WHOLE else code_hash(layer, code)
    about = {"layer": layer.layer, "code": code, "decision": decision, "code_hash": meaning}
    return msgspec.structs.asdict(stamp) | about | {"memo": memo or None, "spans": spans}


def whole_row(layer: Layer, stamp: Stamp, decision: str, memo: str = "") -> dict[str, Any]:
    """A row about the whole layer: `layer_complete`, `draft` or `set_aside`."""
    return one_row(layer, stamp, WHOLE, decision, memo=memo)


def coding_rows(
    layer: Layer,
    stamp: Stamp,
    present: Iterable[str],
    *,
    absent: Iterable[str] = (),
    complete: bool = True,
    memo: str = "",
    spans: Mapping[str, str] | None = None,
    in_moments: bool = False,
) -> list[dict[str, Any]]:
    """Rows of one decision about one text.

    Parameters
    ----------
    layer : Layer
    stamp : Stamp
    present, absent : iterable of str
        Codes said to be present, and to be absent.
    complete : bool, default True
        Every code that is not present is written down as absent, and the layer as complete; False
        keeps a draft, which enters neither estimates nor agreement.
    memo : str
        A note.
    spans : mapping of code to str, optional
        JSON list of (part, start, end): the words that say so.
    in_moments : bool
        The codes are those of the post's moments together.

    Raises
    ------
    InputError
        If a code is not in the layer, several are given where one applies, or nothing is said at all.
    """
    yes, no = set(present), set(absent)
    check_codes(layer, yes, no, in_moments=in_moments)
    if both := sorted(yes & no):
        raise InputError(f"'{both[0]}' is said to be present and absent at once; say one of them")
    names, where = layer.names(), spans or {}
    left_out = [name for name in names if name not in yes and (complete or name in no)]
    rows = [
        one_row(layer, stamp, name, "present", spans=where.get(name))
        for name in names
        if name in yes
    ]
    rows += [one_row(layer, stamp, name, "absent") for name in left_out]
    if not complete and not rows:
        raise InputError("nothing was decided: name a code, or complete the layer")
    return [*rows, whole_row(layer, stamp, "layer_complete" if complete else "draft", memo)]


def moment_rows(layer: Layer, stamp: Stamp, moments: Collection[Moment]) -> list[dict[str, Any]]:
    """Rows that say which codes hold together in which moment, beside those of the whole post.

    Raises
    ------
    InputError
        If there are too many moments, a code is not in the layer, or a moment has several where one applies.
    """
    if len(moments) > MOST_MOMENTS:
        raise InputError(
            f"{len(moments)} moments are too many for one post; at most {MOST_MOMENTS}"
        )
    rows = []
    for number, moment in enumerate(moments):
        check_codes(layer, moment.codes)
        own = msgspec.structs.replace(stamp, subject_key=f"{stamp.subject_key}:m{number}")
        where = msgspec.json.encode([moment.span]).decode()
        rows += [one_row(layer, own, code, "present", spans=where) for code in moment.codes]
    return rows
