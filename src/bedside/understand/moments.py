"""Moments: stretches of a post that lie at one stage of the journey.

Each sentence votes for stages by its cue words, by what was done with treatments, and faintly by what the writer has
or takes now. The stretches are those that fit the votes best when every change of stage has its price, a smaller one
where time is said to have moved on; what weighs little beside the rest is background. A post without any stage has
no moment.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

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
    "choosing_treatment": 1.2,
    "first_consultation": 0.9,
    "searching": 0.9,
    "living_with": 0.9,
    "first_symptoms": 1.0,
    "at_risk": 1.0,
}
FORCED = 1.1
_FORCED = re.compile(
    r" (?:because|due to|had to|couldn't|side effects?|reaction|made me|gave me|worse|severe|bad|unbearable|just|today|yesterday|last week|"
    r"weeks ago|days ago|told me to|scared|started having|withdrawals?) "
)
"""A stop that something forced, or that has only now come, is a change; one long ago is background."""
CHANGED, SHIFTED = 0.9, 0.4
"""Cost of a change of stage, and of one in a sentence that says that time has moved on."""
ENOUGH = 0.75  # weight of cues below which a sentence has no stage of its own
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
_OF_DEED = {
    "started": ("starting_treatment", 0.75),
    "stopped": ("change_or_flare", 0.5),
    "switched": ("change_or_flare", 1.1),
    "finished": ("remission_or_relapse", 1.2),
}
_LASTING_HARM = re.compile(
    r" (?:never (?:went|gone|goes|grew|came|recovered|returned) (?:away|back|from|to)|(?:side effects|symptoms|pain|issues|problems) (?:stayed|remained|linger\w*|persist\w*)|"
    r"still (?:have|has|get|suffer|dealing|struggle|ongoing|there)|to this day|permanent\w*|for life|life ?long|for the rest of|ever since|irreversibl\w+|lasting|long term (?:effects?|side)|"
    r"(?:took|stopped|finished|came off|been off|last (?:dose|pill)|ended|course|accutane|it's been) (?:[^ .]+ ){0,7}?(?:years?|yrs?) (?:ago|later|on|off|now|since|post)|"
    r"(?:years?|yrs?) (?:ago|later|off) (?:i |when i )?(?:took|stopped|finished|still)|over a year ago)(?= )"
)
FAINT = (
    0.45  # weight of a sentence that tells of life with an illness without any word that says so
)
_NOW = re.compile(
    r" (?:(?:i|she|he|we|they) (?:(?:still|also|now|always|often|sometimes|usually|just|really|constantly|currently|can|even|never) )*"
    r"(?:have|has|get|gets|take|takes|use|uses|can't|cannot|need|needs|suffers?|struggles?|lives?|feels?|wake|experience|deals?)|"
    r"i'm (?:still|now|always|constantly|on|taking|using|in)|i've (?:had|been|got)|my (?:\w+ ){1,3}(?:is|are|gets?|has|have|feels?|hurts?|aches?)|"
    r"(?:it|this) (?:hurts|affects|keeps|makes)|"
    r"(?:now|still|always|constantly|every (?:day|night|morning|week)|to this day|years later|months later)) "
)
CLIP = 60  # words up to which a question is one of a sentence or two, its title counted
LONG_ENOUGH, LIFE_WORDS = 20, 12
"""Words in which a sentence votes for life with an illness, and in which a post that asks nothing can tell of it."""
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


class Vote(NamedTuple):
    """A stage that some words speak for, and how much."""

    stage: str
    hit: Hit
    weight: float


Votes = dict[int, list[Vote]]
"""Sentence number to its votes."""


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
        number: [
            vote._replace(stage="searching") if vote.stage in _LASTING else vote for vote in cues
        ]
        for number, cues in votes.items()
    }


def _segments(doc: "Doc", votes: Votes) -> list[Moment]:
    """The stretches that fit the votes best: each vote kept is worth its weight, each change of stage costs.

    Notes
    -----
    Dynamic programming over sentences (Viterbi 1967, doi:10.1109/TIT.1967.1054010); a change costs less where the
    sentence says that time has moved on.
    """
    numbers = sorted(votes)
    if not numbers:
        return []
    shifts = {doc.sentence_at(hit.start) for hit in doc.found("shift.time")}
    worth = [_weights(votes[number]) for number in numbers]
    stages = sorted({stage for weights in worth for stage in weights})
    best = {stage: worth[0].get(stage, 0.0) for stage in stages}
    came: list[dict[str, str]] = []
    for number, weights in zip(numbers[1:], worth[1:], strict=True):
        cost = SHIFTED if number in shifts else CHANGED
        top = max(stages, key=lambda stage: (best[stage], stage))
        origin = {s: s if best[s] >= best[top] - cost else top for s in stages}
        best = {
            s: best[origin[s]] - (cost if origin[s] != s else 0) + weights.get(s, 0.0)
            for s in stages
        }
        came.append(origin)
    stage = max(stages, key=lambda s: (best[s], s))
    path = [stage]
    for origin in reversed(came):
        stage = origin[stage]
        path.append(stage)
    return _joined(doc, numbers, path[::-1], votes)


def _joined(doc: "Doc", numbers: list[int], path: list[str], votes: Votes) -> list[Moment]:
    """Moments of the chosen stages, each from its first sentence with a cue to its last."""
    moments: list[Moment] = []
    for number, stage in zip(numbers, path, strict=True):
        cues = [vote for vote in votes[number] if vote.stage == stage]
        if not cues:
            continue
        start, end = doc.sentences[number]
        if not moments or moments[-1].stage != stage:
            moments.append(Moment(start, end, stage))
        last = moments[-1]
        last.end = end
        last.cues += [vote.hit for vote in cues]
        last.weight += _weights(cues)[stage]
    return [moment for moment in moments if moment.weight >= ENOUGH]


def _weights(votes: Sequence[Vote]) -> dict[str, float]:
    """Weight of each stage in one sentence; more than two cues of one stage add nothing."""
    found: dict[str, list[float]] = {}
    for vote in votes:
        found.setdefault(vote.stage, []).append(vote.weight)
    return {stage: sum(sorted(each, reverse=True)[:2]) for stage, each in found.items()}


def _daily(doc: "Doc") -> list[int]:
    """Numbers of sentences that tell, in the present tense, what one has, feels, takes or cannot do."""
    ill = {
        doc.sentence_at(t.start)
        for t in doc.terms
        if t.entry.kind in ("symptom", "drug", "condition")
    }
    ill |= {doc.sentence_at(hit.start) for hit in doc.found("gate.complaint")}
    return [
        number
        for number in sorted(ill)
        if doc.text[doc.sentences[number][1] - 1] != "?"
        and _NOW.search(doc.text, doc.sentences[number][0] - 1, doc.sentences[number][1] + 1)
    ]


def _votes(doc: "Doc") -> Votes:
    """What each sentence says of the stage: cue words, deeds with treatments, and faintly what one has and takes now."""
    votes: Votes = {}
    sick = doc.about_health
    found = dict(doc.codes("stage"))
    for stage, hits in found.items():
        for hit in hits:
            number = doc.sentence_at(hit.start)
            if stage not in _NEED_HEALTH or not sick.isdisjoint((number - 1, number, number + 1)):
                _add(votes, number, Vote(stage, hit, _WEIGHT[stage]))
    for name, (stage, weight) in _OF_DEED.items():
        for hit in doc.deeds[name]:
            number = doc.sentence_at(hit.start)
            forced = name == "stopped" and _FORCED.search(doc.text, *doc.sentences[number])
            _add(votes, number, Vote(stage, hit, FORCED if forced else weight))
    if _lasts(doc):
        votes = {number: [_as_life(vote) for vote in said] for number, said in votes.items()}
    if not doc.names_service and doc.words >= LONG_ENOUGH and not _is_clip(doc):
        for number in _daily(doc):
            _add(votes, number, Vote("living_with", Hit(*doc.sentences[number]), FAINT))
    return votes


def _lasts(doc: "Doc") -> bool:
    """Whether harm by a treatment that is over is told as lasting: then its end is background, and life with it the moment."""
    return bool(doc.reactions) and len(_LASTING_HARM.findall(doc.text)) >= 1


def _as_life(vote: Vote) -> Vote:
    if vote.stage in ("remission_or_relapse", "change_or_flare", "starting_treatment", "at_risk"):
        return vote._replace(stage="living_with")
    return vote


def _add(votes: Votes, number: int, vote: Vote) -> None:
    """Add a vote unless its words voted for that stage already."""
    said = votes.setdefault(number, [])
    if vote.weight == FAINT or all(
        v.stage != vote.stage or v.hit.end <= vote.hit.start or vote.hit.end <= v.hit.start
        for v in said
    ):
        said.append(vote)


def _implied(doc: "Doc") -> str | None:
    """Stage of a post without stage words: a complaint with a question seeks what it is."""
    if doc.post.kind in ("review", "response"):
        return None
    if not doc.questions:
        return "living_with" if _tells_of_life(doc) else None
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


def _tells_of_life(doc: "Doc") -> bool:
    """Whether a post that asks nothing describes what an illness or treatment does to its writer now."""
    if doc.words < LIFE_WORDS or doc.names_service:
        return False
    return (
        bool(_daily(doc))
        or bool(doc.reactions)
        or len({t.entry.concept for t in doc.terms}) > 1 < len(doc.found("voice.own"))
    )


def _tells(doc: "Doc") -> bool:
    """Whether someone's own or cared-for story is told, not advice or generalities."""
    return doc.voice.experiencer in ("own", "cared_for")


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
