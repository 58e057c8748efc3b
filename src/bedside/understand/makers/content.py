"""What a post holds, and the support that it asks for and gives (F31, F34)."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bedside.understand.asking import put_to_readers
from bedside.understand.asserted import coded
from bedside.understand.book import Hit
from bedside.understand.doc import Doc
from bedside.understand.makers.codes import MOST
from bedside.understand.makers.treatment import harm_cues
from bedside.understand.marks import Proposal

__all__ = ["POST_CODES", "PostCodes"]

Found = Sequence[tuple[str, Hit]]

BESIDE = 8  # words between a complaint and the one who is blamed, outside reviews
BAD = -0.5
"""Grade of care from which an account is bad in all."""
STORY = 0.56
"""Score from which an account is a story."""
_NOT_SO = re.compile(r" (?:not|\w+n't) ")
_MANNERS = re.compile(
    r" (?:thank|say|know|ask|give|express|see you|share|add|pass|take|commend|mention|highlight|praise|acknowledge|personally|also|be here|meet them) "
)
_OUGHT = re.compile(r" (?:should|ought|must|needs?|could|better|more) ")
_YOURS = re.compile(r" (?:you|your|u|ur|yours|op|guys|everyone|others|anyone|people|hi|hello) ")
_BLAME = frozenset(
    f"{aspect}:complaint"
    for aspect in (
        "listening",
        "manner",
        "dignity",
        "access",
        "treatment",
        "safety",
        "coordination",
        "waiting",
    )
)
_KIND = frozenset({"emotional", "esteem"})
"""Support whose words address someone by themselves: "sorry to hear", "you've got this"."""
_COMFORT = re.compile(
    r" (?:worr\w+|panic|alarm\w*|rest assured|reassur\w+|afraid|anxious|relax|stay calm|take it easy) "
)
_PERSONAL = frozenset({"disease_progression", "daily_struggle", "workaround", "turning_point"})

_NO_ACTIVITY = re.compile(
    r" (?:of (?:any|a |an |how|what|one)|any fault|anything (?:bad|wrong|down|to improve))"
)


@dataclass(frozen=True)
class PostCodes:
    """Marks content and support of the whole post."""

    name: str = "content"
    version: str = "4"
    layers: tuple[str, ...] = ("content", "support_needed", "support_given")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the three layers; none of them belongs to a moment."""
        for layer, rule in _RULES.items():
            groups: dict[str, list[Hit]] = {}
            for code, hit in rule(doc, coded(doc, layer)):
                groups.setdefault(code, []).append(hit)
            for code, hits in groups.items():
                places = tuple((hit.start, hit.end) for hit in hits[:MOST])
                yield Proposal(layer, code, places, score=min(0.9, 0.5 + 0.1 * len(hits)))


def _content(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role in ("clinician", "organisation"):
        return
    told = doc.voice.experiencer in ("own", "cared_for")
    for code, hit in found:
        if (told or code not in _PERSONAL) and _counts(doc, code, hit):
            yield code, hit
    for hit in [*doc.grievance, *_blamed(doc)]:
        yield "complaint", hit
    if told:
        for hit in harm_cues(doc):
            yield "adverse_reaction", hit
        for hit in doc.reactions:
            yield "adverse_reaction", hit
        if doc.story >= STORY:
            yield "story", Hit(doc.sentences[0][0], doc.sentences[-1][1])


def _blamed(doc: Doc) -> list[Hit]:
    """Care that is complained about, where no more of it is praised: told of people who gave it, not of what one paid.

    In an account of a service whose care is bad in all, any complaint counts: of the food and of the noise too.
    """
    blamed = {code: hit for code, hit in doc.care if code.endswith(":complaint")}
    praised = {code for code, _ in doc.care if code.endswith(":praise")}
    own = doc.voice.experiencer in ("own", "cared_for")
    grade = doc.care_grade if own and doc.names_service else None
    if grade is not None and grade <= BAD and len(blamed) >= len(praised):
        return list(blamed.values())
    blamed = {code: hit for code, hit in blamed.items() if code in _BLAME}
    return list(blamed.values()) if len(blamed) > len(praised) else []


def _counts(doc: Doc, code: str, hit: Hit) -> bool:
    rule = _CHECKS.get(code)
    return rule is None or rule(doc, hit)


def _progresses(doc: Doc, hit: Hit) -> bool:
    """A change of something of health, that is stated and not supposed."""
    return doc.of_service or doc.sentence_at(hit.start) in doc.about_health or doc.words <= 25


def _suggests(doc: Doc, hit: Hit) -> bool:
    """A wish about care: not "would like to thank", not "could not have been better", not advice to a patient."""
    said = doc.text[hit.start : hit.end]
    if _NOT_SO.search(f" {said} ") or said.startswith(("may ", "might ", "will ")):
        return False
    if _MANNERS.match(doc.text, hit.end) or _MANNERS.search(f" {said} "):
        return False
    return doc.of_service or (_OUGHT.search(f" {said} ") is not None and _by_staff(doc, hit))


def _complains(doc: Doc, hit: Hit) -> bool:
    """Words such as "the worst" or "ignored" complain only where they are said of someone who gives care."""
    if doc.of_service:
        return True
    return any(
        doc.between(*sorted((h.start, hit.start))) <= BESIDE
        for h in doc.found("gate.staff")
        if doc.sentence_at(h.start) == doc.sentence_at(hit.start)
    )


def _wanted(doc: Doc, hit: Hit) -> bool:
    said = doc.text[hit.start : hit.end]
    return not said.startswith("have ") or doc.of_service


def _hindered(doc: Doc, hit: Hit) -> bool:
    """An activity, and not what one cannot think of or hold down as food."""
    return not _NO_ACTIVITY.match(doc.text, hit.end)


_CHECKS: dict[str, Callable[[Doc, Hit], bool]] = {
    "daily_struggle": _hindered,
    "disease_progression": _progresses,
    "suggestion": _suggests,
    "complaint": _complains,
    "resource_wanted": _wanted,
}


def _by_staff(doc: Doc, hit: Hit) -> bool:
    here = doc.sentence_at(hit.start)
    return any(doc.sentence_at(h.start) == here for h in doc.found("gate.staff"))


def _needs(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role == "organisation":
        return
    asks = put_to_readers(doc)
    for code, hit in found:
        if code != "network" or asks:
            yield code, hit
    for hit in asks:
        yield "informational", hit


def _gives(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    """Support is given to someone: by a reply, a professional's answer, or words that address a reader."""
    advice = doc.advice
    for hit in advice:
        yield "informational", hit
    for hit in doc.acts.get("empathy", ()):
        yield "emotional", hit
    for hit in doc.acts.get("reassurance", ()):
        if _COMFORT.search(doc.text, hit.start - 1, hit.end + 1):
            yield "emotional", hit
    if doc.of_service and not doc.post.is_reply:
        return
    if not found:
        return
    addressed = bool(_YOURS.search(doc.text)) and not doc.questions
    for code, hit in found:
        if (
            code in _KIND
            or doc.post.is_reply
            or doc.voice.role == "clinician"
            or addressed
            or advice
        ):
            yield code, hit


_RULES: dict[str, Callable[[Doc, Found], Iterator[tuple[str, Hit]]]] = {
    "content": _content,
    "support_needed": _needs,
    "support_given": _gives,
}

POST_CODES = PostCodes()
