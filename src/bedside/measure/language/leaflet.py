"""A leaflet against how patients speak: which of its words they do not use, and what they say instead."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bedside.errors import InputError
from bedside.measure.language.readability import school_grade
from bedside.measure.shares import wilson
from bedside.understand.lexicon import Scanner
from bedside.understand.text import canonical
from bedside.unify.language import detect_language

__all__ = ["FEWEST", "KNOWN", "LEAST_WORDS", "Leaflet", "Marked", "Usage", "check_leaflet"]

FEWEST = 8  # accounts
KNOWN = ("theirs", "other words")  # verdicts that say whose word it is
LEAST_WORDS = 40  # of a leaflet; fewer are a scan without text, or no leaflet
_OFFERED = 3

Usage = Mapping[str, Mapping[str, int]]
"""For each concept the patients' words for it with the accounts that use them; under "" accounts that mention it at all."""


class Marked(NamedTuple):
    """A word of the leaflet for something that patients speak of.

    Attributes
    ----------
    words, concept : str
    times : int
        How often it stands in the leaflet.
    accounts, of : int
        Patients' accounts that use it, of those that mention the concept.
    verdict : str
        `theirs`: patients use it; `other words`: clearly fewer use it than another; `no one word`: neither it nor clearly another
        is used by 8 accounts; `not spoken of`: fewer than 8 mention the concept. Of the last two nothing can be said.
    offers : tuple of (str, int)
        Their words with accounts, most first; none under 8 accounts.
    places : tuple of (int, int)
        Where it stands in the text.
    """

    words: str
    concept: str
    times: int
    accounts: int
    of: int
    verdict: str
    offers: tuple[tuple[str, int], ...]
    places: tuple[tuple[int, int], ...]


class Leaflet(NamedTuple):
    """What came of checking a leaflet: its marked words, its score and its school grade.

    `score`: of its distinct words for things that patients speak of, the share in patients' own words; None where it has
    none.
    """

    marked: list[Marked]
    score: float | None
    grade: float | None


def check_leaflet(
    text: str, usage: Usage, scanner: Scanner, *, languages: Sequence[str] = ("en",)
) -> Leaflet:
    """Hold a leaflet's words against patients' words.

    Parameters
    ----------
    text : str
        The leaflet as plain text.
    usage : Usage
        How patients speak, of one corpus.
    scanner : Scanner
        Finds the words for symptoms, conditions, drugs and procedures.
    languages : sequence of str
        Languages of the study.

    Returns
    -------
    Leaflet

    Raises
    ------
    InputError
        If it has fewer than 40 words, or is in a language that the study does not read.
    """
    count = len(text.split())
    if count < LEAST_WORDS:
        raise InputError(
            f"got {count} words; a leaflet has at least {LEAST_WORDS}: a scanned PDF holds pictures of words, make its "
            "text first (OCR), or give the text itself"
        )
    lang, _ = detect_language(text)
    if lang not in languages:
        raise InputError(
            f"the leaflet seems to be in '{lang}'; this study reads {', '.join(languages)}: give a leaflet in one of these"
        )
    whole = canonical([("body", text)])
    (terms,) = scanner.scan([whole.text]).terms
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for term in terms:
        words = whole.text[term.start : term.end]
        _, start, end = whole.span(term.start, term.end)
        found.setdefault((term.entry.concept.lower(), words), []).append((start, end))
    marked = [_marked(concept, words, places, usage) for (concept, words), places in found.items()]
    known = [m for m in marked if m.verdict in KNOWN]
    score = sum(m.verdict == "theirs" for m in known) / len(known) if known else None
    order = {"other words": 0, "theirs": 1, "no one word": 2, "not spoken of": 3}
    marked.sort(key=lambda m: (order[m.verdict], -m.of, m.words))
    return Leaflet(marked, score, school_grade(text))


def _marked(concept: str, words: str, places: Sequence[tuple[int, int]], usage: Usage) -> Marked:
    told = usage.get(concept, {})
    own = _singular(words)
    of = told.get("", 0)
    accounts = max((n for w, n in told.items() if w and _singular(w) == own), default=0)
    others = {w: n for w, n in told.items() if w and _singular(w) != own and n >= FEWEST}
    offers = sorted(others.items(), key=lambda item: (-item[1], item[0]))[:_OFFERED]
    if of < FEWEST:
        verdict = "not spoken of"
    elif offers and _clearly_fewer(accounts, offers[0][1], of):
        verdict = "other words"
    else:
        verdict = "theirs" if accounts >= FEWEST else "no one word"
        offers = []
    return Marked(words, concept, len(places), accounts, of, verdict, tuple(offers), tuple(places))


def _singular(words: str) -> str:
    """Words without a plural's ending: headaches and headache are one word."""
    ends = words.endswith("s") and not words.endswith(("ss", "is", "us"))
    return words[:-1] if ends and len(words) > 4 else words


def _clearly_fewer(accounts: int, most: int, of: int) -> bool:
    """Whether the intervals of the two shares are apart."""
    fewer, more = wilson(min(accounts, of), of), wilson(min(most, of), of)
    return bool(fewer[2] is not None and more[1] is not None and fewer[2] < more[1])
