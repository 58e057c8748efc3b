"""Worry that searching or reading raised (F25)."""

import re
from collections.abc import Iterator

from bedside.understand.book import Hit
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["search_worry"]

_FIRST_PERSON = re.compile(
    r" (?:i|i'm|i've|i'd|me|my|myself|we|we'd|we've|our|us|mine|hubby|meself) "
)
_SELF = re.compile(r" (?:i|i'm|i've|i'd|me|myself|we|we've|us) ")
_ASKS = re.compile(
    r" (?:is it (?:worth|normal|ok)|should i|would you|do you|does anyone|can i|is there|what (?:is|are|do)|has anyone) "
)
_EMOJI = re.compile("[\U0001f62d\U0001f630\U0001f631\U0001f628\U0001f622\U0001f629\U0001f633]")
_NONE = re.compile(
    r" (?:nothing|no longer|not|isn't|wasn't|without|less|neither|nor|no) (?:so |too |that |very |at all |even )?$"
)
_HAD = re.compile(
    r" (?:i have|i had|i've got|i'm (?:dying|dead)|i was (?:dying|dead)|i am (?:dying|dead)) "
)


def search_worry(doc: Doc) -> Iterator[Proposal]:
    """One mark `search_worry` where reading about symptoms raised the writer's worry."""
    searches = doc.found("worry.search")
    if not searches or doc.voice.role == "clinician":
        return
    raised = [h for h in doc.found("worry.raised", "worry.more") if not _denied(doc, h)]
    for search in searches:
        if _overlaps(doc, "worry.not", search.start - 14, search.end):
            continue
        here = doc.sentence_at(search.start)
        start, end = doc.sentences[here]
        if _overlaps(doc, "worry.others", start, end) and not _SELF.search(
            doc.text, start - 1, end + 1
        ):
            continue
        asks = doc.text[end - 1 : end] == "?"
        if asks and (
            _ASKS.search(doc.text, start - 1, end + 1)
            or not _SELF.search(doc.text, start - 1, end + 1)
        ):
            continue
        last = doc.sentences[min(here + 2, len(doc.sentences) - 1)][1]
        if _overlaps(doc, "worry.calm", start, last):
            continue
        worry = next((h for h in raised if _raised_by(doc, h, search, start, last)), None)
        if worry is None:
            worry = _dread(doc, search, start, end, raised)
        if worry is None and not _EMOJI.search(doc.text, start, min(len(doc.text), last + 6)):
            continue
        if not _FIRST_PERSON.search(doc.text, max(0, start - 120), last + 1) and (
            len(doc.sentences) > 2 or doc.between(start, search.start) > 2
        ):
            continue
        cue = (worry.start, worry.end) if worry else (start, end)
        places = ((search.start, search.end), cue)
        yield Proposal("search_worry", "yes", places, score=0.6, moment=doc.moment_at(search.start))
        return


def _denied(doc: Doc, worry: Hit) -> bool:
    """Whether a worry is said not to be there: "nothing scary", "no longer anxious"."""
    return bool(_NONE.search(doc.text, max(0, worry.start - 18), worry.start))


def _dread(doc: Doc, search: Hit, start: int, end: int, raised: list[Hit]) -> Hit | None:
    """A dreaded illness that a search came up with, where the post shows worry anywhere after it."""
    for hit in doc.found("worry.dread"):
        if start - 1 <= hit.start <= end and (
            _EMOJI.search(doc.text, search.start)
            or any(h.start > search.start for h in raised)
            or _HAD.search(doc.text, search.start, end + 1)
        ):
            return hit
    return None


def _raised_by(doc: Doc, worry: Hit, search: Hit, start: int, last: int) -> bool:
    """Whether a worry follows the search; before it only in its sentence, and not as its reason ("so I googled")."""
    if worry.start < search.end and search.start < worry.end:
        return False
    if worry.start >= search.start:
        return worry.start <= last
    return worry.start >= start and " so " not in doc.text[worry.end : search.start]


def _overlaps(doc: Doc, rule: str, start: int, end: int) -> bool:
    return any(start - 1 <= hit.start and hit.start <= end for hit in doc.found(rule))
