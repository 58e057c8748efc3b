"""How people were seen: phone, video, message or in person, what it was about, and whether they were seen after all (F28)."""

import re
from collections.abc import Iterator

from bedside.understand.asserted import coded
from bedside.understand.doc import Doc
from bedside.understand.lexicon import Term
from bedside.understand.makers.codes import propose_codes
from bedside.understand.marks import Proposal

__all__ = ["REASON", "SEEN_AFTER_ALL", "VIRTUAL", "propose_modes"]

VIRTUAL = ("phone", "video", "message")
REASON, SEEN_AFTER_ALL = "reason", "seen_after_all"
_AFTER_ALL = re.compile(
    r" (?:had to|ended up|still had to|eventually|finally|in the end|(?:asked|told|called|wanted|got|invited) (?:me|us|him|her)|sent (?:me|us|him|her)|so i|then i|then we|then) "
    r"(?:\S+ ){0,6}?(?:com(?:e|ing) in|go(?:ing)? in|went in|came in|be(?:ing)? seen|was seen|in person|face to face|to a and e|straight in|have a look|examined?|drove|the surgery) "
)
_NEVER = re.compile(
    r" (?:never|nobody|no one|refus\w+|wouldn't|won't|couldn't|didn't|hasn't|haven't|still not|without) (?:\S+ ){0,4}?"
    r"(?:see|seen|saw|seeing|examin\w+|look(?:ed)? at|in person|face to face|laid eyes on|set eyes on|touched) "
)


def propose_modes(doc: Doc) -> Iterator[Proposal]:
    """Marks of the layer `mode`; those of a call, a video or a message are a group with what is said of them.

    Parameters
    ----------
    doc : Doc

    Yields
    ------
    Proposal
        Slot `reason`: the symptom, condition, medicine or procedure that the visit was about. Slot `seen_after_all`:
        concept yes or no.
    """
    found = list(coded(doc, "mode"))
    in_person = [hit.start for code, hit in found if code == "in_person"]
    for group, mark in enumerate(propose_codes(doc, "mode", found)):
        if mark.code not in VIRTUAL:
            yield mark
            continue
        yield mark._replace(group=group)
        about = _about(doc, mark)
        if about is not None:
            yield Proposal(
                "mode",
                None,
                ((about.start, about.end),),
                concept_id=about.entry.concept_id or None,
                concept=about.entry.concept,
                group=group,
                slot=REASON,
                moment=mark.moment,
            )
        seen = _seen(doc, mark.places[-1][1], in_person)
        if seen is not None:
            yield Proposal(
                "mode",
                None,
                (seen[1],),
                concept=seen[0],
                group=group,
                slot=SEEN_AFTER_ALL,
                moment=mark.moment,
            )


def _about(doc: Doc, mark: Proposal) -> Term | None:
    """What the visit was about: a term in its sentence, else the last one in the sentence before or the first after."""
    here = doc.sentence_at(mark.places[0][0])
    for number, which in ((here, 0), (here - 1, -1), (here + 1, 0)):
        terms = doc.terms_in(number) if 0 <= number < len(doc.sentences) else []
        if terms:
            return terms[which]
    return None


def _seen(doc: Doc, after: int, in_person: list[int]) -> tuple[str, tuple[int, int]] | None:
    """Whether a visit in person is told behind a place, or that there was none; with the words that say so."""
    never = _NEVER.search(doc.text, after - 1)
    met = _AFTER_ALL.search(doc.text, after - 1)
    later = next((start for start in in_person if start >= after), None)
    if never and not (met and met.start() > never.end()):
        return "no", (never.start() + 1, never.end() - 1)
    if met:
        return "yes", (met.start() + 1, met.end() - 1)
    if later is not None:
        end = doc.text.find(" ", later + 1)
        return "yes", (later, end if end > later else later + 1)
    return None
