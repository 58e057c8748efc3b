"""Moments: stretches of a post that lie at one stage of the journey.

Each sentence votes for stages by the cue words it holds. A new moment begins where the stage changes and the
sentence says so with some weight: a shift in time ("today", "last year"), a new paragraph, or more than one cue.
A cue in passing (a clause of background) opens no moment of its own. A post without any stage has no moment.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from bedside.understand.book import Hit

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["GROUPS", "Moment", "find_moments"]

GROUPS = {
    "at_risk": "before",
    "first_symptoms": "before",
    "searching": "searching",
    "first_consultation": "searching",
    "tests_referral": "searching",
    "diagnosis": "diagnosis",
    "choosing_treatment": "treatment",
    "starting_treatment": "treatment",
    "change_or_flare": "treatment",
    "living_with": "living with",
    "remission_or_relapse": "living with",
    "end_of_life": "end",
}
_WEIGHT = {
    "end_of_life": 1.6,
    "remission_or_relapse": 1.3,
    "starting_treatment": 1.1,
    "tests_referral": 1.1,
    "diagnosis": 1.2,
    "change_or_flare": 1.1,
    "choosing_treatment": 1.1,
    "first_consultation": 0.9,
    "searching": 0.9,
    "living_with": 0.9,
    "first_symptoms": 1.0,
    "at_risk": 1.0,
}
ENOUGH = 0.85  # weight of cues below which a sentence has no stage of its own
SHARE = (
    0.22  # of the weight of all moments that one must have: what is told in passing is background
)
_NEED_HEALTH = frozenset(
    {
        "starting_treatment",
        "choosing_treatment",
        "change_or_flare",
        "remission_or_relapse",
        "searching",
    }
)
CLIP = 60  # words up to which a question is one of a sentence or two, its title counted
LONG_ENOUGH = 20  # words in which life with an illness can be told
_LASTING = frozenset({"living_with", "first_symptoms", "change_or_flare"})
MOST = 6  # moments a post may have; longer accounts repeat stages


@dataclass(slots=True)
class Moment:
    """A stretch start..end of canonical text at one stage, with the words that say which."""

    start: int
    end: int
    stage: str
    cues: list[Hit] = field(default_factory=list)
    weight: float = 0.0


def find_moments(doc: "Doc") -> list[Moment]:
    """Moments of a post, in order; stretches do not overlap and together cover the whole account."""
    if not _tells(doc) or not doc.sentences:
        return []
    votes = _votes(doc)
    if _is_clip(doc):
        votes = _clipped(doc, votes)
    moments = _segments(doc, votes)
    if not moments:
        stage = _implied(doc)
        moments = [Moment(1, 1, stage, weight=ENOUGH)] if stage else []
    return _settled(moments, doc)


Votes = dict[int, list[tuple[str, Hit]]]


def _is_clip(doc: "Doc") -> bool:
    """Whether the post is a question of a sentence or two, as people type into a search box or ask a doctor online."""
    return doc.words <= CLIP and doc.post.kind not in ("review", "response") and bool(doc.questions)


def _clipped(doc: "Doc", votes: Votes) -> Votes:
    """Votes of a short question: symptoms of a nameless illness are a search, however long they have lasted."""
    known = any(term.entry.kind in ("condition", "drug", "procedure") for term in doc.terms)
    ill = bool(doc.found("gate.complaint")) or any(t.entry.kind == "symptom" for t in doc.terms)
    if known or not ill:
        return votes
    return {
        number: [(("searching" if stage in _LASTING else stage), hit) for stage, hit in cues]
        for number, cues in votes.items()
    }


def _segments(doc: "Doc", votes: dict[int, list[tuple[str, Hit]]]) -> list[Moment]:
    """Walk the sentences; open a moment where the stage changes with weight."""
    shifts = {doc.sentence_at(hit.start) for hit in doc.found("shift.time")}
    moments: list[Moment] = []
    for number, (start, end) in enumerate(doc.sentences):
        stage, weight, cues = _stage_of(votes.get(number, []))
        if stage is None:
            continue
        if moments and not _opens(moments[-1], stage, weight, number in shifts):
            if stage == moments[-1].stage:
                moments[-1].end = end
                moments[-1].cues += cues
                moments[-1].weight += weight
            continue
        moments.append(Moment(start, end, stage, cues, weight))
    return moments


def _votes(doc: "Doc") -> dict[int, list[tuple[str, Hit]]]:
    votes: dict[int, list[tuple[str, Hit]]] = {}
    sick = {doc.sentence_at(hit.start) for hit in doc.found("gate.health")}
    sick |= {doc.sentence_at(term.start) for term in doc.terms}
    for stage, hits in doc.codes("stage").items():
        for hit in hits:
            sentence = doc.sentence_at(hit.start)
            if stage not in _NEED_HEALTH or sentence in sick:
                votes.setdefault(sentence, []).append((stage, hit))
    return votes


def _implied(doc: "Doc") -> str | None:
    """Stage of a post without stage words: a complaint with a question seeks what it is."""
    if doc.post.kind in ("review", "response"):
        return None
    if not doc.questions:
        return "living_with" if _tells_of_symptoms(doc) else None
    if doc.found("gate.complaint") or any(t.entry.kind == "symptom" for t in doc.terms):
        if doc.post.is_reply:
            return None
        treated = any(term.entry.kind in ("drug", "procedure") for term in doc.terms)
        return "searching" if not treated or doc.words <= CLIP else None
    if not doc.terms and not doc.post.is_reply and _is_clip(doc):
        return "searching" if doc.found("voice.own", "voice.kin") else None
    if re.match(r" (?:is (?:it|this|that)|could (?:it|this) be|do i have) ", doc.text):
        return "searching"
    return None


def _tells_of_symptoms(doc: "Doc") -> bool:
    """Whether a post that asks nothing describes what an illness or treatment does to its writer, at some length."""
    felt = {t.entry.concept for t in doc.terms if t.entry.kind == "symptom"}
    named = {t.entry.concept for t in doc.terms}
    return (
        doc.words >= LONG_ENOUGH and bool(felt) and len(named) > 1 and bool(doc.found("voice.own"))
    )


def _tells(doc: "Doc") -> bool:
    """Whether someone's own or cared-for story is told, not advice or generalities."""
    return doc.voice.experiencer in ("own", "cared_for")


def _stage_of(votes: list[tuple[str, Hit]]) -> tuple[str | None, float, list[Hit]]:
    if not votes:
        return None, 0.0, []
    total: Counter[str] = Counter()
    for stage, _ in votes:
        total[stage] += _WEIGHT[stage]  # type: ignore[assignment]
    stage = max(total, key=lambda s: (total[s], s))
    if total[stage] < ENOUGH and len(votes) < 2:
        return None, 0.0, []
    return stage, total[stage], [hit for s, hit in votes if s == stage]


def _opens(last: Moment, stage: str, weight: float, shifted: bool) -> bool:
    """Whether a sentence at another stage begins a new moment after `last`."""
    if stage == last.stage:
        return False
    return shifted or weight >= 2 or (weight >= ENOUGH and GROUPS[stage] != GROUPS[last.stage])


def _settled(moments: list[Moment], doc: "Doc") -> list[Moment]:
    """Keep the moments that weigh enough beside the others, join neighbours of one stage, and cover the account."""
    total = sum(moment.weight for moment in moments)
    least = max(
        SHARE * total,
        sorted((m.weight for m in moments), reverse=True)[:MOST][-1] if moments else 0,
    )
    joined: list[Moment] = []
    for moment in moments:
        if moment.weight < min(least, max(m.weight for m in moments)):
            continue
        if joined and joined[-1].stage == moment.stage:
            joined[-1].end = moment.end
            joined[-1].cues += moment.cues
        else:
            joined.append(moment)
    if joined:
        joined[0].start = doc.sentences[0][0]
        joined[-1].end = doc.sentences[-1][1]
        for left, right in pairwise(joined):
            left.end = right.start - 1
    return joined
