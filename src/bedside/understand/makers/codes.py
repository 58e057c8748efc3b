"""Codes that patterns alone decide, each checked against its context: think, feel, do, care; content and support."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bedside.understand.book import Hit
from bedside.understand.context import scope
from bedside.understand.doc import Doc
from bedside.understand.makers.treatment import harm_cues
from bedside.understand.marks import Proposal

__all__ = ["MOMENT_CODES", "POST_CODES", "MomentCodes", "PostCodes"]

_ANY_SCOPE = frozenset(
    {"question", "asked_online", "doubt", "expectation", "informational", "emotional", "network"}
)
"""Codes that an "if" or a "not" does not take away: "does anyone know if", "I don't trust"."""
MOST = 4  # places kept for one code in one moment
_TOLD = frozenset({"negated", "hypothetical", "hoped", "others", "figurative"})
_PLANNED = re.compile(
    r" (?:going to|gonna|want to|wants? me to|should i|can i|could i|may i|if i|have to|need to|how (?:do|can) i|"
    r"after i|when (?:should|can|will) i|to|i'll|will|would|might) $"
)
_TO_YOU = re.compile(
    r" (?:you|u|your|that you|this help\w*|that help\w*|it help\w*|they get|he gets|she gets) "
)
_ADDRESSED = re.compile(r" (?:you|your|u|anyone|everyone|people|guys|folks) ")
_PAST = re.compile(
    r" (?:\w{2,}ed|was|were|had|went|told|got|took|said|saw|came|gave|felt|began|made|knew|thought|left|kept|found|put|"
    r"did|became|heard|spoke|sent|met|woke|ran|lost|brought|paid|fell|couldn't|didn't|wasn't)(?= )"
)
_NOT_SO = re.compile(r" (?:not|\w+n't) ")
_MANNERS = re.compile(
    r" (?:thank|say|know|ask|give|express|see|share|add|pass|take|commend|mention|highlight|praise|acknowledge|personally|also) "
)
_LOOSE = re.compile(
    r"(?:worst|terrible|awful|frustrating|disappoint\w*|useless|rubbish|ridiculous|fault|ignored|could be|needs to be) "
)
_SELF_NEGATED = re.compile(
    r"\b(?:no|not|n't|never|nobody|without|nothing|none|refus\w+|cannot|can't|couldn't|didn't|lack)\b"
)


def coded(doc: Doc, layer: str) -> Iterator[tuple[str, Hit]]:
    """Codes of a layer that the post asserts, with their places."""
    for code, hits in doc.codes(layer).items():
        for hit in hits:
            if (
                code in _ANY_SCOPE
                or scope(doc, hit.start, hit.end) not in _TOLD
                or _holds_no(doc, hit)
            ):
                yield code, hit


def _holds_no(doc: Doc, hit: Hit) -> bool:
    """Whether the words themselves say "not": then a "not" in scope is theirs."""
    return bool(_SELF_NEGATED.search(doc.text[hit.start : hit.end]))


def grouped(found: Iterable[tuple[str, Hit]], doc: Doc) -> dict[tuple[str, int | None], list[Hit]]:
    """Hits by code and moment."""
    groups: dict[tuple[str, int | None], list[Hit]] = {}
    for code, hit in found:
        groups.setdefault((code, doc.moment_at(hit.start)), []).append(hit)
    return groups


def propose_codes(doc: Doc, layer: str, found: Iterable[tuple[str, Hit]]) -> Iterator[Proposal]:
    """One mark for each code and moment, with all its places; feelings carry an intensity."""
    for (code, moment), hits in grouped(found, doc).items():
        strong = any(hit.strong for hit in hits)
        yield Proposal(
            layer,
            code,
            tuple((hit.start, hit.end) for hit in hits[:MOST]),
            value=(2.0 if strong else 1.0) if layer == "feel" else None,
            unit="intensity" if layer == "feel" else None,
            score=min(0.95, 0.6 + 0.1 * len(hits)),
            moment=moment,
        )


@dataclass(frozen=True)
class MomentCodes:
    """Marks think, feel, do and care; each belongs to the moment whose stretch holds it (F23, F32)."""

    name: str = "moments"
    version: str = "2"
    layers: tuple[str, ...] = ("think", "feel", "do", "care")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the four layers."""
        for layer, rule in (("think", _thinks), ("feel", _feels), ("do", _does), ("care", _care)):
            yield from propose_codes(doc, layer, rule(doc, list(coded(doc, layer))))


@dataclass(frozen=True)
class PostCodes:
    """Marks content and support of the whole post (F31, F34)."""

    name: str = "content"
    version: str = "2"
    layers: tuple[str, ...] = ("content", "support_needed", "support_given")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the three layers; none of them belongs to a moment."""
        rules = (("content", _content), ("support_needed", _needs), ("support_given", _gives))
        for layer, rule in rules:
            groups: dict[str, list[Hit]] = {}
            for code, hit in rule(doc, list(coded(doc, layer))):
                groups.setdefault(code, []).append(hit)
            for code, hits in groups.items():
                places = tuple((hit.start, hit.end) for hit in hits[:MOST])
                yield Proposal(layer, code, places, score=min(0.9, 0.5 + 0.1 * len(hits)))


Found = Sequence[tuple[str, Hit]]


def _thinks(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    sick = _about_health(doc)
    for code, hit in found:
        if code != "belief" or (doc.sentence_at(hit.start) in sick and doc.post.kind != "review"):
            yield code, hit
    for hit in doc.acts.get("diagnosis_opinion", ()):
        yield "belief", hit


def _about_health(doc: Doc) -> set[int]:
    """Numbers of the sentences that name something of health."""
    sick = {doc.sentence_at(term.start) for term in doc.terms}
    return sick | {doc.sentence_at(hit.start) for hit in doc.found("gate.health", "gate.complaint")}


def _feels(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role in ("clinician", "organisation"):
        return
    for code, hit in found:
        if not _TO_YOU.match(doc.text, hit.end):
            yield code, hit
    if not any(code == "anger_frustration" for code, _ in found):
        for hit in _grievance(doc):
            yield "anger_frustration", hit


def _grievance(doc: Doc) -> list[Hit]:
    """Complaints of several kinds without any praise show anger, also where it is not named."""
    care = list(_care(doc, list(coded(doc, "care"))))
    wrong = {
        code: hit
        for code, hit in care
        if code.endswith(":complaint") and not code.startswith(("waiting", "cost"))
    }
    praised = sum(code.endswith(":praise") for code, _ in care)
    return list(wrong.values()) if len(wrong) >= 2 and not praised else []


def _does(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    told = doc.voice.experiencer in ("own", "cared_for")
    for hit in _asks(doc):
        yield "asked_online", hit
    for hit in _advice(doc):
        yield "advised_others", hit
    for code, hit in found:
        if code == "advised_others":
            if _advises(doc):
                yield code, hit
        elif code.endswith("_treatment") and _PLANNED.search(
            doc.text, max(0, hit.start - 24), hit.start
        ):
            continue
        elif told or code in ("asked_online", "searched_online", "recommended_provider"):
            yield code, hit


def _advice(doc: Doc) -> list[Hit]:
    """Where a professional advises: the words of the acts, else those of a clinic's manner."""
    acts = doc.acts
    told = [
        hit for code, hits in acts.items() if code not in ("empathy", "asks_back") for hit in hits
    ]
    return told or (doc.found("voice.answer") if acts and doc.post.is_reply else [])


def _advises(doc: Doc) -> bool:
    """Advice has someone whom it is for: a reply, or a post that says "you" or "anyone" and asks nothing."""
    if doc.post.kind in ("review", "response"):
        return False
    return doc.post.is_reply or (bool(_ADDRESSED.search(doc.text)) and " ? " not in doc.text)


def _asks(doc: Doc) -> list[Hit]:
    """Questions put to whoever reads; a clinician's are asked back, those of a review are rhetorical."""
    if doc.voice.role in ("clinician", "organisation") or doc.post.kind in ("review", "response"):
        return []
    return doc.found("think.question")


def _care(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    """Care that is told: in a review all of it, elsewhere where the words stand by someone who gives care."""
    if doc.voice.role == "clinician":
        return
    told = [(code, hit) for code, hit in found if _is_care(doc, code, hit)]
    specific = any(code.endswith(":praise") and not code.startswith("overall") for code, _ in told)
    for code, hit in told:
        if code != "overall:praise" or not specific:
            yield code, hit


def _is_care(doc: Doc, code: str, hit: Hit) -> bool:
    here = doc.sentence_at(hit.start)
    if code.endswith(":praise"):
        if any(doc.sentence_at(h.start) == here for h in doc.found("gate.unhappy")):
            return False
        if code == "information:praise" and doc.text.endswith((" i ", " we "), 0, hit.start):
            return False
    if doc.post.kind in ("review", "response"):
        return True
    return any(abs(doc.sentence_at(h.start) - here) <= 1 for h in doc.found("gate.staff"))


def _content(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role in ("clinician", "organisation"):
        return
    told = doc.voice.experiencer in ("own", "cared_for")
    sick = _about_health(doc)
    for code, hit in found:
        if code == "disease_progression" and doc.sentence_at(hit.start) not in sick:
            continue
        if (code == "suggestion" and not _suggests(doc, hit)) or (
            code == "complaint" and not _complains(doc, hit)
        ):
            continue
        if told or code not in ("disease_progression", "daily_struggle", "workaround"):
            yield code, hit
    for hit in _grievance(doc):
        yield "complaint", hit
    if told:
        for hit in harm_cues(doc):
            yield "adverse_reaction", hit
        if _is_story(doc):
            start, end = doc.sentences[0][0], doc.sentences[-1][1]
            yield "story", Hit(start, end)


def _suggests(doc: Doc, hit: Hit) -> bool:
    """A wish about care: not "would like to thank", not "could not have been better", not advice to a patient."""
    said = doc.text[hit.start : hit.end]
    if _NOT_SO.search(f" {said} ") or said.startswith(("may ", "might ")):
        return False
    if _MANNERS.match(doc.text, hit.end):
        return False
    return doc.post.kind in ("review", "response") or _by_staff(doc, hit)


def _complains(doc: Doc, hit: Hit) -> bool:
    """Words such as "the worst" complain only where they are said of someone who gives care."""
    return not _LOOSE.match(doc.text, hit.start) or _by_staff(doc, hit)


def _by_staff(doc: Doc, hit: Hit) -> bool:
    here = doc.sentence_at(hit.start)
    return any(doc.sentence_at(h.start) == here for h in doc.found("gate.staff"))


def _is_story(doc: Doc) -> bool:
    """A sequence of events: enough sentences in the past tense, and a step in time or a second moment."""
    past = len(_PAST.findall(doc.text))
    steps = len(doc.moments) + len(doc.found("shift.time", "order.then"))
    return doc.words >= 90 and past >= 8 and past / doc.words >= 0.06 and steps >= 2


def _needs(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if doc.voice.role == "organisation":
        return
    yield from found
    for hit in _asks(doc):
        yield "informational", hit


def _gives(doc: Doc, found: Found) -> Iterator[tuple[str, Hit]]:
    if not (doc.post.is_reply or doc.voice.role == "clinician" or doc.found("do.advised_others")):
        return
    yield from found
    for hit in _advice(doc):
        yield "informational", hit
    for hit in doc.acts.get("empathy", ()):
        yield "emotional", hit


MOMENT_CODES = MomentCodes()
POST_CODES = PostCodes()
