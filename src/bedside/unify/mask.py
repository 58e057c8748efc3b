"""Mask what points at a person, character for character, so that spans and lengths stay."""

import re
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from itertools import chain

from bedside.unify import addresses, numbers, references, towns
from bedside.unify import names as persons
from bedside.unify.addresses import find_domains, find_emails, find_handles, find_links
from bedside.unify.names import find_known, find_names
from bedside.unify.numbers import ages_in_words, birth_years, find_numbers
from bedside.unify.references import find_references
from bedside.unify.runs import Runs
from bedside.unify.towns import find_towns
from bedside.unify.words import words_of

__all__ = ["FILL", "MASK_KINDS", "Mask", "mask_places", "mask_text"]

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
    "place",
    "photo",
    "biometric",
)
Mask = tuple[int, int, str]
"""(start, end, kind) in code points of the masked text."""

_DIGIT = re.compile(r"\d")
_NOBODY: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def mask_text(
    text: str,
    known: tuple[tuple[str, ...], tuple[str, ...]] = _NOBODY,
    *,
    names: bool = True,
    never: Collection[str] = (),
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
    never : collection of str
        In lower case: what a person said is no name.

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
    words = _signs_of(text)
    text = _cover(text, masks, "url", find_links(text))
    text = _cover(text, masks, "email", find_emails(text, words))
    text = _paint(text, masks, find_references(text, words))
    text = _cover(text, masks, "url", find_domains(text))
    text = _cover(text, masks, "handle", find_handles(text, words))
    if any(known):
        text = _cover(text, masks, "person", find_known(text, known))
    if _DIGIT.search(text):
        text = _paint(text, masks, find_numbers(text, words))
        text = _paint(text, masks, birth_years(text))
    text = _paint(text, masks, ages_in_words(text, words))
    if names:
        found = _but(text, never, find_names(text, words))
        text = _cover(text, masks, "person", found)
    return text, sorted(masks)


def mask_places(text: str, never: Collection[str] = ()) -> tuple[str, list[Mask]]:
    """Text with towns and counties masked too; apart from `mask_text`, because a place's country is read between.

    Parameters
    ----------
    text : str
        Text as `mask_text` left it.
    never : collection of str
        In lower case: what a person said is no place.

    Examples
    --------
    >>> mask_places("We moved from Leeds to Scotland")[0]
    'We moved from ▇▇▇▇▇ to Scotland'
    """
    masks: list[Mask] = []
    found = _but(text, never, find_towns(text, _signs_of(text)))
    return _cover(text, masks, "place", found), masks


@lru_cache(maxsize=64)  # the parts of the post at hand: places come after all else
def _signs_of(text: str) -> frozenset[str]:
    """Those words of a text that some list looks for; of most texts they are few."""
    return frozenset(chain.from_iterable(map(_signs_in_runs().__getitem__, text.split())))


@cache
def _signs_in_runs() -> Runs[tuple[str, ...]]:
    known = addresses.SIGNS | references.SIGNS | numbers.SIGNS | persons.SIGNS | towns.signs()
    return Runs(lambda run: tuple(known.intersection(words_of(run).union(towns.joined_words(run)))))


def _but(
    text: str, never: Collection[str], found: Iterable[tuple[int, int]]
) -> Iterable[tuple[int, int]]:
    """What was found, without what a person said is none."""
    return (span for span in found if text[slice(*span)].lower() not in never) if never else found


def _cover(text: str, masks: list[Mask], kind: str, spans: Iterable[tuple[int, int]]) -> str:
    found = [(start, end, kind) for start, end in spans]
    return _paint(text, masks, found) if found else text


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
