"""Codes that a post's phrases name and that the post asserts."""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit
from bedside.understand.context import scope

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["coded"]

_ANY_SCOPE = frozenset(
    {
        "question",
        "asked_online",
        "belief",
        "doubt",
        "expectation",
        "preference",
        "informational",
        "emotional",
        "network",
        "unmet_need",
    }
)
"""Codes that an "if" or a "not" does not take away: "does anyone know if", "I don't trust"."""
_TOLD = frozenset({"negated", "hypothetical", "hoped", "others", "figurative"})
_SELF_NEGATED = re.compile(
    r"\b(?:no|not|n't|never|nobody|without|nothing|none|refus\w+|cannot|can't|couldn't|didn't|lack)\b"
)


def coded(doc: "Doc", layer: str) -> list[tuple[str, Hit]]:
    """Codes of a layer that the post asserts, with their places."""
    return [
        (code, hit)
        for code, hits in doc.codes(layer).items()
        for hit in hits
        if code in _ANY_SCOPE or scope(doc, hit.start, hit.end) not in _TOLD or _holds_no(doc, hit)
    ]


def _holds_no(doc: "Doc", hit: Hit) -> bool:
    """Whether the words themselves say "not": then a "not" in scope is theirs."""
    return bool(_SELF_NEGATED.search(doc.text[hit.start : hit.end]))
