"""Reactions that a post lays to a treatment: a symptom, a treatment, and words that tie the one to the other."""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit
from bedside.understand.context import assertion

if TYPE_CHECKING:
    from bedside.understand.doc import Doc
    from bedside.understand.lexicon import Term

__all__ = ["reactions_of"]

_TIED = re.compile(
    r" (?:side effects?|since (?:i |my |starting|taking|then|the (?:drug|dose|jab|vaccine|injection))|after (?:i |taking|starting|stopping|having|the "
    r"(?:drug|dose|first|second|jab|vaccine|injection|course)|\w+ (?:days|weeks|months) (?:on|of))|while (?:on|taking|i)|when i (?:took|take|was on|started|"
    r"stopped|came off)|whilst (?:on|taking)|on (?:it|this drug|the drug|this medication|the pill|them|my meds|(?:high|low)\w* dose)|caus\w+|gave me|give me|gives me|made me|makes me|making me|"
    r"left me|from (?:it|the drug|taking|this drug|the medication)|because of (?:it|the|this)|due to (?:it|the|this)|(?:days|weeks|months) (?:in|into|on)|reactions?|"
    r"allergic|withdraw\w*|ruin\w*|damag\w*|destroy\w*|altered|messed up|coming off|came off|my (?:first|second|last) (?:course|dose|round)|induced) "
)
_DRUGGED = re.compile(
    r" (?:accutane|isotretinoin|tane|mg|mgs|dose|dosage|course|side effects?|meds?|medication|medicine|the pill|tablets?|injections?|jab|vaccine|chemo\w*|drug) "
)
_SIGNS = re.compile(
    r" (?:dry|drier|dryness|peel\w*|flak\w*|chapped|cracked|nosebleeds?|bleeding|(?:mood|energy) swings?|(?:altered|ruined|destroyed|changed) my \w+|depressed|moody|angry|suicidal|hair (?:loss|thin\w*|fall\w*|shed\w*)|"
    r"(?:lost|losing|lose) (?:my |all my )?(?:hair|eyebrows?|appetite|weight|libido)|eyebrow loss|weight (?:gain|loss)|joint\w*|muscle\w*|sore|achy|aches?|back pain|headaches?|nausea|sick|vomit\w*|"
    r"dizz\w*|tired\w*|fatigue\w*|letharg\w*|exhaust\w*|rash\w*|itch\w*|hives|swelling|swollen|tremors?|shak\w+|sweat\w*|insomnia|can't sleep|numb\w*|libido|vision|night vision|blurr\w*|"
    r"floaters|tinnitus|cramps?|diarrh\w*|constipat\w*|bloat\w*|palpitations|anxiety|panic|brain fog|memory|spasms?|seizures?|redness|sunburn\w*|sensitiv\w*|purg\w+|breakouts?) "
)
_OWN_ILLNESS = re.compile(r"acne|spots|pimples?|zits|blackheads")
_FREE = re.compile(
    r" (?:no|not|never|without|didn't|don't|haven't|hadn't|any|zero|worried about|scared of|afraid of|nervous about|if|possible|potential) (?:\S+ ){0,6}$"
)
_TREATS = re.compile(
    r" (?:for|treat|against|helped|help|helps|with|cured|cleared|clears|relieved) (?:my |the |severe |his |her )*$"
)


def reactions_of(doc: "Doc") -> list[Hit]:
    """Signs that the writer reports of a treatment, in order; empty in reviews and where no treatment is spoken of.

    Parameters
    ----------
    doc : Doc

    Returns
    -------
    list of Hit
    """
    if doc.of_service or not _on_treatment(doc):
        return []
    found: list[Hit] = []
    tied = {n for n, (a, b) in enumerate(doc.sentences) if _TIED.search(doc.text, a - 1, b + 1)}
    tied |= {
        doc.sentence_at(term.start)
        for term in doc.terms
        if _is_drug(term) and doc.text.endswith((" on ", " from ", " by "), 0, term.start)
    }
    if not tied:
        return []
    for number, (start, end) in enumerate(doc.sentences):
        if tied.isdisjoint((number - 1, number)):
            continue
        found += [hit for hit in _signs(doc, start, end) if _told(doc, hit)]
    return found


def _on_treatment(doc: "Doc") -> bool:
    return any(_is_drug(term) for term in doc.terms) or bool(_DRUGGED.search(doc.text))


def _is_drug(term: "Term") -> bool:
    return term.entry.kind == "drug"


def _signs(doc: "Doc", start: int, end: int) -> list[Hit]:
    terms = [
        Hit(t.start, t.end)
        for t in doc.terms
        if start <= t.start < end
        and t.entry.kind == "symptom"
        and not _OWN_ILLNESS.search(doc.text[t.start : t.end])
    ]
    words = [
        Hit(match.start() + 1, match.end() - 1)
        for match in _SIGNS.finditer(doc.text, max(0, start - 1), end + 1)
    ]
    return sorted({*terms, *words}, key=lambda hit: (hit.start, hit.end))


def _told(doc: "Doc", hit: Hit) -> bool:
    before = doc.text[max(0, hit.start - 70) : hit.start]
    if _FREE.search(before) or _TREATS.search(before):
        return False
    return assertion(doc, hit.start, hit.end) in ("asserted", "past")
