"""Sheets: what the bench shows of one post, and what its form says."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.datastructures import FormData

from bedside.codebook import Layer
from bedside.errors import InputError
from bedside.explore.ground import Ground
from bedside.explore.marking import marked
from bedside.judge.bench import Bench, Said, Sheet
from bedside.judge.items import Item, Reading
from bedside.judge.rows import MOST_MOMENTS, Moment, Span
from bedside.judge.samples import Sample

__all__ = ["USUAL", "layers_of", "said_in", "sheet_context"]

DIGITS = "1234567890"
TAKEN = frozenset("njkuxmgabh")  # keys of acts
USUAL = ("stage", "think", "feel", "do", "care")


class _Told(msgspec.Struct):
    """A moment as the form sends it."""

    span: Span
    codes: dict[str, list[str]] = {}


def layers_of(ground: Ground, sample: Sample, given: str) -> list[str]:
    """Layers to judge: those that the address names, else those that the sample was drawn for.

    Raises
    ------
    InputError
        If one is named that the sample is not for.
    """
    wanted = [name for name in given.split(",") if name]
    if not wanted:
        return list(sample.layers or USUAL)
    for name in wanted:
        ground.book.layer(name)
        if not sample.is_for(name):
            raise InputError(
                f"{sample.id} was not drawn for {name}; it is for {', '.join(sample.layers)}"
            )
    return wanted


def said_in(form: FormData | None, bench: Bench) -> dict[str, Said]:
    """What a form says of each layer.

    Raises
    ------
    InputError
        If its moments or spans cannot be read.
    """
    if form is None:
        return {}
    moments, spans = (
        _decoded(form, "moments", list[_Told]),
        _decoded(form, "spans", dict[str, dict[str, list[Span]]]),
    )
    found = {}
    for layer, desk in bench.desks.items():
        codes = [str(code) for code in form.getlist(f"c:{layer}") if code]
        own: tuple[Moment, ...] = ()
        if moments and desk.about.about == "moment":
            own = tuple(Moment(span=m.span, codes=tuple(m.codes.get(layer, ()))) for m in moments)
            codes = list(dict.fromkeys(code for moment in own for code in moment.codes))
        where = {
            code: msgspec.json.encode(found_at).decode()
            for code, found_at in (spans or {}).get(layer, {}).items()
            if code in codes and found_at
        }
        found[layer] = Said(codes=tuple(codes), spans=where, moments=own)
    return found


def _decoded(form: FormData, name: str, kind: Any) -> Any:
    text = form.get(name) or ""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise InputError(f"the {name} of this form cannot be read; load the page again") from error


def sheet_context(ground: Ground, bench: Bench, sheet: Sheet | None) -> dict[str, Any]:
    """What the template reads of a sheet."""
    keys = _layer_keys(list(bench.desks))
    if sheet is None:
        return {"sheet": None, "groups": [], "number": 0}
    return {
        "sheet": sheet,
        "number": bench.places.get(sheet.subject_key, 0),
        "before": [a for a in sheet.around if a.away < 0],
        "after": [a for a in sheet.around if a.away > 0],
        "posts": [_post(reading) for reading in sheet.readings],
        "groups": [
            _group(desk.about, sheet.items[layer], keys[layer], sheet.readings)
            for layer, desk in bench.desks.items()
        ],
        "moments": msgspec.json.encode(_moments(sheet)).decode(),
        "spans": msgspec.json.encode(
            {n: i.spans for n, i in sheet.items.items() if i.spans}
        ).decode(),
        "most_moments": MOST_MOMENTS,
        "recheck": any(item.recheck for item in sheet.items.values()),
        "version": ground.book.version,
    }


def _layer_keys(layers: list[str]) -> dict[str, str]:
    """A letter for each layer: the first of its name that is free."""
    keys: dict[str, str] = {}
    for layer in layers:
        free = [
            c
            for c in layer + "qwertyizlv"
            if c.isalpha() and c not in TAKEN and c not in keys.values()
        ]
        keys[layer] = free[0] if free else ""
    return keys


def _post(reading: Reading) -> dict[str, Any]:
    parts = [(part, marked(text, part)) for part, text in reading.parts.items() if text]
    return {"reading": reading, "parts": parts}


def _moments(sheet: Sheet) -> list[dict[str, Any]]:
    """Moments over all layers, in the order of the text."""
    found: dict[Span, dict[str, list[str]]] = {}
    for layer, item in sheet.items.items():
        for moment in item.moments:
            found.setdefault(moment.span, {})[layer] = list(moment.codes)
    return [{"span": span, "codes": codes} for span, codes in sorted(found.items())]


def _group(layer: Layer, item: Item, key: str, readings: tuple[Reading, ...]) -> dict[str, Any]:
    """One layer with its codes, the key of each, what is held, and what the machine proposes."""
    names = layer.names()
    held = {code for code, said in item.held.items() if said == "present"}
    codes = [
        {
            "name": name,
            "words": name.replace("_", " ").replace(":", ": "),
            "key": "." * (place // len(DIGITS)) + DIGITS[place % len(DIGITS)],
            "held": name in held,
            "definition": layer.find(name),
        }
        for place, name in enumerate(names)
    ]
    parts = readings[0].parts if len(readings) == 1 else {}
    return {
        "layer": layer,
        "key": key,
        "codes": codes,
        "none": not held,
        "proposals": [_proposal(p, parts) for p in item.proposals],
    }


def _proposal(proposed: Any, parts: Mapping[str, str]) -> dict[str, Any]:
    words = [parts.get(part, "")[start:end] for part, start, end in proposed.spans]
    score = "no score" if proposed.score is None else f"{proposed.score:.2f}"
    return {
        "code": proposed.code,
        "score": score,
        "maker": f"{proposed.maker} {proposed.maker_version}",
        "assertion": proposed.assertion or "asserted",
        "words": [word for word in words if word],
    }
