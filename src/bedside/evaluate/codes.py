"""The codes of one coded post, layer by layer, in the form in which readers write them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bedside.codebook import STAGE_GROUPS

__all__ = ["KEYS", "LAYERS", "Coding", "codes_of", "codes_used", "is_coded"]

Coding = Mapping[str, Any]
"""One post as readers code it: moments (stage, think, feel, do, care), role, experiencer, diagnosis, ..."""

GROUP_OF = {stage: group for group, stages in STAGE_GROUPS.items() for stage in stages}
SINGLE = ("role", "experiencer", "first_turned_to", "search_worry", "figurative", "crisis")
MULTI = (
    "info_source",
    "mode",
    "support_needed",
    "support_given",
    "content",
    "special_situation",
    "professional_act",
)
MOMENT = ("think", "feel", "do", "care")
ASKERS = ("patient", "family_or_carer")


def _moments(coding: Coding) -> list[Mapping[str, Any]]:
    return list(coding.get("moments") or ())


def _in_moments(layer: str) -> Callable[[Coding], set[str]]:
    return lambda c: {code for m in _moments(c) for code in m.get(layer) or ()}


def _single(layer: str) -> Callable[[Coding], set[str]]:
    return lambda c: {c[layer]} - {"no"} if c.get(layer) else set()


def _multi(layer: str) -> Callable[[Coding], set[str]]:
    return lambda c: set(c.get(layer) or ())


def _status(layer: str, key: str) -> Callable[[Coding], set[str]]:
    return lambda c: {r[key] for r in c.get(layer) or () if r.get(key)}


def _stages(coding: Coding) -> set[str]:
    return {m["stage"] for m in _moments(coding) if m.get("stage")}


def _groups(coding: Coding) -> set[str]:
    return {GROUP_OF[s] for s in _stages(coding) if s in GROUP_OF}


def _cells(coding: Coding) -> set[str]:
    """Stage group with a think, feel or do code of the same moment: what the journey map counts."""
    staged = [m for m in _moments(coding) if m.get("stage") in GROUP_OF]
    return {
        f"{GROUP_OF[m['stage']]} × {code}"
        for m in staged
        for k in ("think", "feel", "do")
        for code in m.get(k) or ()
    }


def _dismissal(coding: Coding) -> set[str]:
    return {"yes"} if "listening:complaint" in _in_moments("care")(coding) else set()


def _aspects(coding: Coding) -> set[str]:
    return {code.partition(":")[0] for code in _in_moments("care")(coding)}


def _valence(coding: Coding) -> set[str]:
    return {code.partition(":")[2] for code in _in_moments("care")(coding)} - {""}


def _speaker(coding: Coding) -> set[str]:
    role = coding.get("role")
    if role in ASKERS:
        return {"asker"}
    return {role} if role in ("clinician", "organisation", "other") else set()


LAYERS: dict[str, Callable[[Coding], set[str]]] = {
    "role": _single("role"),
    "experiencer": _single("experiencer"),
    "stage": _stages,
    "stage group": _groups,
    **{layer: _in_moments(layer) for layer in MOMENT},
    "cells": _cells,
    "dismissal": _dismissal,
    **{layer: _single(layer) for layer in SINGLE[2:]},
    **{layer: _multi(layer) for layer in MULTI},
    "treatment status": _status("treatment", "status"),
    "claim stance": _status("claim", "stance"),
    "harm (any)": lambda c: {"yes"} if c.get("harm") else set(),
    "diagnosis status": _status("diagnosis", "status"),
    "care aspect": _aspects,  # the last three are for sets that label less than our codebook does
    "valence": _valence,
    "speaker": _speaker,
}
"""How the codes of each layer are read from a coded post; moments count as the post's set of codes."""

KEYS = {
    **dict.fromkeys(
        ("stage", "stage group", *MOMENT, "cells", "dismissal", "care aspect", "valence"), "moments"
    ),
    "treatment status": "treatment",
    "claim stance": "claim",
    "harm (any)": "harm",
    "diagnosis status": "diagnosis",
    "speaker": "role",
}
"""Key of a coded post that a layer is read from, where it is not the layer's own name."""


def codes_of(coding: Coding, layer: str) -> frozenset[str]:
    """Codes of one post on one layer.

    Parameters
    ----------
    coding : Coding
    layer : str
        One of `LAYERS`.

    Returns
    -------
    frozenset of str
        Empty when none applies; `no` of a yes-or-no layer counts as none.

    Examples
    --------
    >>> coding = {
    ...     "moments": [{"stage": "diagnosis", "feel": ["relief"], "care": ["listening:complaint"]}]
    ... }
    >>> sorted(codes_of(coding, "cells")), sorted(codes_of(coding, "dismissal"))
    (['diagnosis × relief'], ['yes'])
    """
    return frozenset(LAYERS[layer](coding))


def codes_used(codings: Iterable[Coding], layer: str) -> list[str]:
    """All codes of a layer that some post carries, sorted."""
    return sorted({code for coding in codings for code in codes_of(coding, layer)})


def is_coded(codings: Iterable[Coding], layer: str) -> bool:
    """Whether whoever coded looked at the layer at all: at least one post has its key."""
    key = KEYS.get(layer, layer)
    return any(key in coding for coding in codings)
