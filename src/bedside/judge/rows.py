"""Rows of the log made from what a person says: codes present, a layer complete, an item set aside."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bedside.codebook import Layer, code_hash, layer_hash
from bedside.errors import InputError, suggest
from bedside.judge.decisions import WHOLE

__all__ = ["Stamp", "check_codes", "coding_rows", "one_row", "whole_row"]


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


def check_codes(layer: Layer, present: Collection[str], absent: Collection[str] = ()) -> None:
    """Refuse codes that the layer lacks, and several where one applies.

    Raises
    ------
    InputError
        With the nearest code.
    """
    names = layer.names()
    for code in sorted({*present, *absent}):
        if code not in names:
            raise InputError(f"{layer.layer} has no code '{code}'; {suggest(code, list(names))}")
    if not layer.several and len(set(present)) > 1:
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

    Raises
    ------
    InputError
        If a code is not in the layer, several are given where one applies, or nothing is said at all.
    """
    yes, no = set(present), set(absent)
    check_codes(layer, yes, no)
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
