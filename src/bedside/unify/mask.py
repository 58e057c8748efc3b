"""Mask what points at a person, character for character, so that spans and lengths stay."""

import re
from collections.abc import Iterable

from bedside.unify.addresses import find_domains, find_emails, find_handles, find_links
from bedside.unify.names import find_known, find_names
from bedside.unify.numbers import birth_years, find_numbers

__all__ = ["FILL", "MASK_KINDS", "Mask", "mask_text"]

FILL = "▇"  # U+2587, one for each code point masked; no word character, so it never joins a word
MASK_KINDS = (
    "url",
    "email",
    "handle",
    "ip",
    "device",
    "number",
    "phone",
    "address",
    "postcode",
    "date",
    "age",
    "person",
)
Mask = tuple[int, int, str]
"""(start, end, kind) in code points of the masked text."""

_DIGIT = re.compile(r"\d")
_LOWER_WORD = re.compile(r"[^\W\d_]+")
_NOBODY: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def mask_text(
    text: str,
    known: tuple[tuple[str, ...], tuple[str, ...]] = _NOBODY,
    *,
    names: bool = True,
) -> tuple[str, list[Mask]]:
    """Text with every identifier replaced by `FILL` of equal length, and what was masked.

    Parameters
    ----------
    text : str
        Clean text.
    known : tuple of two tuples of str
        From `known_names`: handles and names that the record carries.
    names : bool, default True
        Also mask personal names found by pattern and list.

    Returns
    -------
    tuple of str and list of Mask
        Masked text of the same length; masks in order, none overlapping.

    Examples
    --------
    >>> mask_text("Ask Dr Okafor, pat@mail.example")[0]
    'Ask Dr ▇▇▇▇▇▇, ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇'
    """
    masks: list[Mask] = []
    words = frozenset(_LOWER_WORD.findall(text.lower()))
    text = _cover(text, masks, "url", find_links(text))
    text = _cover(text, masks, "email", find_emails(text, words))
    text = _cover(text, masks, "url", find_domains(text))
    text = _cover(text, masks, "handle", find_handles(text, words))
    if any(known):
        text = _cover(text, masks, "person", find_known(text, known))
    if _DIGIT.search(text):
        text = _paint(text, masks, find_numbers(text))
        text = _paint(text, masks, birth_years(text))
    if names:
        text = _cover(text, masks, "person", find_names(text, words))
    return text, sorted(masks)


def _cover(text: str, masks: list[Mask], kind: str, spans: Iterable[tuple[int, int]]) -> str:
    return _paint(text, masks, [(start, end, kind) for start, end in spans])


def _paint(text: str, masks: list[Mask], found: Iterable[Mask]) -> str:
    """Fill the spans and keep them in `masks`; of two that overlap, the later one starts where the first ends."""
    pieces: list[str] = []
    done = 0
    spans = list(found)
    if not spans:
        return text
    for start, end, kind in sorted(spans, key=lambda mask: (mask[0], -mask[1])):
        start = max(start, done)
        if start < end:
            pieces += (text[done:start], FILL * (end - start))
            masks.append((start, end, kind))
            done = end
    return "".join((*pieces, text[done:]))
