"""Health words as figures of speech: "gave me a heart attack", "the server had a stroke", "so OCD"."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["find_figures"]

NEAR = 9  # words between a thing that cannot be ill and the health word said of it
_CARE = re.compile(
    r" (?:doctor\w*|gp|nurse\w*|hospital|a (?:and|&) e|ambulance|paramedic\w*|diagnos\w+|prescri\w+|mg|tablets?|medication|meds|symptoms?|"
    r"surgery|clinic|ward|therapist|first aiders?|resus|mri|icu|chemo|infection|paramedics|died of|specialist|sertraline|stroke unit|rehab centre|consultant|chemo\w*|scan|biops\w+|pharmac\w+|treatment|appointment) "
)
_PERSON_HAD = re.compile(
    r" (?:dad|mum|mom|father|mother|husband|wife|brother|sister|uncle|aunt|nan|gran|grandad|son|daughter|partner|friend|he|she) (?:had|having) $"
)
_DYING = re.compile(r" (?:i'm|im|i am|we're) (?:dying|dead) ")
_LAUGHS = re.compile("[\U0001f602\U0001f923\U0001f480]| (?:lol|lmao|rofl|haha\\w*|omg|lmfao|ffs) ")


def find_figures(doc: "Doc") -> list[tuple[int, int]]:
    """Places of figures of speech, in order.

    Notes
    -----
    A set phrase counts anywhere. A health word beside a thing that cannot be ill (a team, an update, the weather)
    counts where nothing in its sentence speaks of care, and where the word is not "my" illness.
    """
    figures, phrases = doc.found("context.figurative"), doc.found("figure.phrase")
    laughs = bool(figures or phrases) and bool(_LAUGHS.search(doc.text))
    found = [(h.start, h.end) for h in figures if laughs or not _had_by_somebody(doc, h.start)]
    found += [
        (h.start, h.end)
        for h in phrases
        if laughs
        or not (
            _of_care(doc, h.start)
            or _DYING.match(doc.text, h.start - 1)
            or _had_by_somebody(doc, h.start)
        )
    ]
    things = doc.found("figure.thing")
    if things:
        for hit in doc.found("figure.health"):
            if _said_of_thing(doc, hit.start, hit.end, [(t.start, t.end) for t in things]):
                found.append((hit.start, hit.end))
    return sorted(found)


def _had_by_somebody(doc: "Doc", place: int) -> bool:
    """Whether a person who can be ill stands before "had"."""
    return bool(_PERSON_HAD.search(doc.text, max(0, place - 14), place + 4))


def _of_care(doc: "Doc", place: int) -> bool:
    start, end = doc.sentence(place)
    return bool(_CARE.search(doc.text, start - 1, end + 1))


def _said_of_thing(doc: "Doc", start: int, end: int, things: list[tuple[int, int]]) -> bool:
    number = doc.sentence_at(start)
    if _is_its(doc, start, end, things):
        return not _of_care(doc, start)
    person = _HAD.search(doc.text, max(0, start - 12), start) and not any(
        b <= start for _, b in things if doc.sentence_at(b - 1) == number
    )
    if person or _of_care(doc, start) or _OWN.search(doc.text, max(0, start - 22), start):
        return False
    return any(
        doc.sentence_at(a) == number
        and not (a < end and start < b)
        and doc.between(min(b, end), max(a, start)) <= NEAR
        for a, b in things
    )


def _is_its(doc: "Doc", start: int, end: int, things: list[tuple[int, int]]) -> bool:
    """Whether the thing itself is said to have it: "my inbox has a tumour". People of a place or team can share an infection."""
    has = _HAS.search(doc.text, max(0, start - 30), start)
    if has is None:
        return False
    thing = next((doc.text[a:b] for a, b in things if b == has.start() or b == has.start() + 1), "")
    if not thing and has["s"]:
        thing = next((doc.text[a:b] for a, b in things if a < has.end("s") <= b), "")
    catching = _CATCHING.match(doc.text, start - 1)
    return bool(thing) and not (catching and _GROUPS.fullmatch(thing))


_HAS = re.compile(
    r"(?P<s>'s)? (?:has|have|had|got|gets|caught|catches|developed|develops|suffers from|is having|needs) (?:(?:a|an|the|got|some|its|another|severe|chronic|proper|serious|full blown) )*$"
)
_CATCHING = re.compile(
    r" (?:flu|influenza|covid|measles|mumps|pox|virus|outbreak|plague|infect\w*|contagi\w*|vaccin\w*|quarantine|pneumonia|pandemic|epidemic|cough\w*|vomit\w*)"
)
_GROUPS = re.compile(
    r"(?:team|club|town|city|village|country|county|nation|school|class|office|company|band|committee|parliament|government|council|village hall|parish|colleagues?|president|prime minister|minister|manager|goalkeeper|coach|bride|groom|drummer|celebrit\w*|politic\w*|squad|bus|train|flight|airport|hotel|playgroup|choir)"
)
_HAD = re.compile(r" (?:had|having) (?:an? )?$")
_OWN = re.compile(
    r" (?:my|i have|i've got|i had|with|has|his|her|have|i am|i'm|felt|feel|feeling|get|got) (?:\w+ )?$"
)
