"""What a mention amounts to: asserted, negated, hypothetical, hoped, feared, past, another person's, figurative.

After ConText (Harkema et al. 2009, J Biomed Inform 42:839-851, doi:10.1016/j.jbi.2009.05.002): cue words open a
scope that runs to the next termination; pseudo-cues ("not only", "no wonder") open none. Rewritten for lay prose:
scopes end where a new clause with its own subject begins, hopes and fears have values of their own, and the
experiencer is compared with whom the post is about.
"""

import re
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["assertion", "find_cues", "scope", "someone_else"]

FAR = 240  # characters within which a cue is looked for at all: the words it reaches hardly ever fill more
LOOK_BACK = 240  # characters of a sentence in which its person is looked for
FORWARD = {
    "negated": 7,
    "hypothetical": 9,
    "hoped": 9,
    "feared": 7,
    "past": 8,
}  # words a cue reaches
BACKWARD = {"negated_after": 6, "past_after": 8}
_KIN = (
    r"mum|mom|mummy|mother|mam|mama|dad|father|parents?|sons?|daughters?|wife|husband|hubby|partner|boyfriend|"
    r"girlfriend|fianc[eé]e?|brother|sister|siblings?|bab(?:y|ies)|child|kids?|children|toddler|twins|boys?|girls?|"
    r"gran|nan|grandma|grandad|grandfather|grandmother|nana|niece|nephew|bf|gf|dd|ds|dh|lo|son's|daughter's|mum's|"
    r"mom's|dad's|wife's|husband's|mother's|father's|baby's|child's|partner's|brother's|sister's"
)
_OTHERS = (
    r"aunt|auntie|uncle|cousin|friend|friends|friend's|mate|colleague|coworker|neighbour|neighbor|boss|ex|roommate|"
    r"flatmate|in law|family"
)
_PERSON = re.compile(
    rf" (?:my (?:\w+ ){{0,3}}?(?P<kin>{_KIN}) |(?:my|a|an|his|her|our) (?:\w+ ){{0,2}}?(?P<other>{_OTHERS}) |"
    r"(?P<many>someone|somebody|people|others|everyone|anyone|women|men|patients|folks|those) |"
    r"(?P<self>i|i'm|i've|i'd|i'll|we|we've|my|me|myself) |(?P<pronoun>he|she|he's|she's|his|her|him|they|they've|their) )"
)


def assertion(doc: "Doc", start: int, end: int) -> str:
    """Assertion of a mention.

    Parameters
    ----------
    doc : Doc
    start, end : int
        Of the mention, in canonical text.

    Returns
    -------
    str
        One of `bedside.model.marks.ASSERTIONS`.
    """
    said = scope(doc, start, end)
    if said != "asserted":
        return said
    low, high = doc.clause(start, end)
    if _after(doc, "negated_after", end, high):
        return "negated"
    if someone_else(doc, start, end):
        return "others"
    if _is_past(doc, low, start, end, high):
        return "past"
    return "asserted"


def scope(doc: "Doc", start: int, end: int) -> str:
    """Whether a stretch lies in the scope of a "no", a hope, a fear or an "if", or is a figure of speech.

    Returns
    -------
    str
        negated, hypothetical, hoped, feared, figurative or asserted.
    """
    if any(a < end and start < b for a, b in doc.figures):
        return "figurative"
    if not doc.cues:
        return "asserted"
    low = doc.clause(start, end)[0] - 1
    for name, begin, stop in doc.cues:
        if (
            low <= begin
            and start - FAR < stop <= start + 1
            and doc.between(stop, start) <= FORWARD[name]
        ):
            return name
    return "asserted"


def find_cues(doc: "Doc") -> list[tuple[str, int, int]]:
    """Cues that open a scope to their right, the strongest kind first; pseudo-cues taken out."""
    pseudo = doc.found("context.pseudo")
    return [
        (name, cue.start, cue.end)
        for name in ("negated", "hoped", "feared", "hypothetical")
        for cue in doc.found(f"context.{name}")
        if not _overlaps(pseudo, cue.start, cue.end)
    ]


def _overlaps(hits: list[Hit], start: int, end: int) -> bool:
    return any(hit.start < end and start < hit.end for hit in hits)


def _after(doc: "Doc", name: str, end: int, high: int) -> bool:
    reach = BACKWARD[name]
    return any(
        end <= cue.start + 1
        and cue.start <= min(high, end + FAR)
        and doc.between(end, cue.start) <= reach
        for cue in doc.found(f"context.{name}")
    )


def _is_past(doc: "Doc", low: int, start: int, end: int, high: int) -> bool:
    before = any(
        low - 1 <= cue.start
        and start - FAR < cue.end <= start + 1
        and doc.between(cue.end, start) <= FORWARD["past"]
        for cue in doc.found("context.past")
    )
    return before or _after(doc, "past_after", end, high)


def someone_else(doc: "Doc", start: int, end: int) -> bool:
    """Whether the nearest person named before a mention at start..end is not whom the post is about."""
    low, about_kin = doc.clause(start, end)[0], doc.voice.experiencer == "cared_for"
    for begin in (low, doc.sentence(start)[0]):
        person = _last_person(doc.text, begin - 1, start)
        if person is not None:
            return _is_other(doc, person, about_kin)
    return False


def _last_person(text: str, begin: int, end: int) -> re.Match[str] | None:
    """Subject of a clause: the first kin or other person in it, else the last pronoun before the mention."""
    last = None
    for match in _PERSON.finditer(text, max(0, begin, end - LOOK_BACK), end + 1):
        if match.lastgroup in ("kin", "other"):
            return match
        last = match
    return last


def _is_other(doc: "Doc", person: re.Match[str], about_kin: bool) -> bool:
    kind = person.lastgroup
    if kind == "self":
        return False
    if kind == "kin":
        return not about_kin
    if kind == "pronoun":
        return not about_kin and _named_other(doc, person.start())
    return True


def _named_other(doc: "Doc", place: int) -> bool:
    """Whether a "she" or "they" refers back to a person of the writer's, and not to a doctor."""
    earlier = None
    for match in _PERSON.finditer(doc.text, max(0, place - 200), place):
        if match.lastgroup in ("kin", "other", "many"):
            earlier = match
    return earlier is not None
