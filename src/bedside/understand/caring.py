"""What a post tells of care: aspects, praised or complained about, each with its place.

Two readers of the same words: phrases of the pattern book, and a classifier that reads each sentence. It speaks where
no phrase named that aspect in the sentence.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bedside.understand.asserted import coded
from bedside.understand.book import Hit
from bedside.understand.learnt.features import Floats
from bedside.understand.learnt.model import load_classifier

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["GRADE", "care_named", "care_of", "care_share", "grade_of", "grievance_of"]

CARE, GRADE = "care", "criticality"
ENDS = (-4, 4)
GRADES = np.arange(ENDS[0], ENDS[1] + 1)
MIDDLE = 2.0  # grade of a sentence whose side the classifier holds for impossible
NOTHING = 0.02  # probability below which it holds it for so
INSIDE = 0.25
"""Least probability of an aspect that the classifier adds; only in accounts of a service, since elsewhere talk is of much else."""
PASSING = {
    "praise": frozenset({"listening", "manner", "information", "dignity", "treatment"}),
    "complaint": frozenset(
        {"listening", "manner", "information", "access", "waiting", "dignity", "treatment", "safety", "cost", "coordination"}
    ),
}  # fmt: skip
"""Aspects that are told in passing too: of surroundings, outcomes and "all in all" nothing is known there."""
DONE_BY_THEM = frozenset({"listening", "manner", "information"})
"""Aspects that a "he" or "they" after the sentence that names a professional may stand for."""
NEAR = {"praise": 4, "complaint": 9}  # words between those who give care and what is said of them
_OF_ANYTHING = re.compile(
    r"(?:not |very |so |really |most |too |more |well |in )*(?:sensitiv\w*|cold|professional(?: and| in)?|(?:un)?helpful|gentle|kind|nice|smooth|quick\w*|fast|efficient|expert\w*|local|"
    r"careful|cautious|safe|dangerous|aggressive|patient|warm|calm|heard|smile\w*|smiley|experienced|skilled|thorough|educat\w*|explain\w*|interest\w*|respect\w*|blunt|mistakes?|"
    r"in touch|ignorant|any (?:advice|help|information|guidance)|more (?:advice|info|information)|uncomfortable|comfortable|easy|delay\w*|closed|far away|no (?:one )?(?:doctors?|treatment|my doctor))(?: to| for| my| me)*"
)
"""Words that are said of skin, weather and drugs as well: they count right at those who give care."""
_TOLD_NOTHING = re.compile(
    r" (?:i|we) (?:was|were|wasn't|weren't|had been|hadn't been) (?:\w+ )?(?:(?:never|not) )?(?:\w+ )?(?:told|informed|warned|advised)|"
    r" (?:wish|if only) (?:someone|somebody|anyone|they|he|she|my \w+) (?:had |would have )?(?:told|warned|mentioned|explained)|"
    r" (?:nobody|no one|noone) (?:ever )?(?:told|warned|informed|mentioned|explained)|"
    r" (?:it|this|the \w+) was (?:\w+ )?(?:explained|described|sold|presented) to (?:me|us) |"
    r" (?:i|we) (?:was|were|had been) (?:\w+ ){0,2}(?:assured|promised|led to believe|convinced) "
)
_THEIRS = re.compile(r" (?:my|your|his|her|our|ur) (?:\w+ )?$")
_NOBODY_DISMISSED = re.compile(
    r" without (?:her|him|them|their|his|you|your|this|it|the (?:help|support|staff|team)) | (?:could|can) not (?:of|have) asked | i (?:had |have |'ve )?never asked | i've never asked |"
    r" (?:never|not|n't) (?:\w+ )?heard (?:of|anything|back|from|about|this|that|such)| heard of | non \w+ing |"
    r" home with (?:things|ideas|activities|exercises|resources|lots|plenty)| minimi[sz]\w+ (?:the )?(?:impact|risks?|contact|disruption|noise|spread|infection|stress|waiting)|"
    r" ignor\w+ (?:the )?(?:bad |naughty |negative )?(?:behaviou?rs?|tantrums?)| going to bother | wanted to bother (?:the|them|you)| i(?:'ve| have) fought "
)
"""What has words of a dismissal and is none: "without her", "I never asked for", "never heard of it"."""
_IS = re.compile(
    r" (?:\w+ )?(?:(?:is|are|was|were|has been|have been|had been|been|be|being|seems?|seemed|appears?|appeared|really|always|never|who|both) (?:\S+ ){0,4})?"
)
_AS_PERSON = re.compile(r" (?:he|she|they|he's|she's|they've|who|i was|we were) (?:\S+ ){0,5}$")


def care_of(doc: "Doc") -> list[tuple[str, Hit]]:
    """Codes of care that a post tells, with their places, in order of place."""
    if doc.voice.role == "clinician":
        return []
    said = care_named(doc)
    kept = [*said, *_learnt(doc, said)]
    for side in ("praise", "complaint"):
        alone = f"overall:{side}"
        if any(code.endswith(side) and code != alone for code, _ in kept):
            kept = [(code, hit) for code, hit in kept if code != alone]
    return sorted(kept, key=lambda found: (found[1].start, found[0]))


def care_named(doc: "Doc") -> list[tuple[str, Hit]]:
    """Codes of care that phrases name; worked out once a post."""
    if "care named" not in doc.memo:
        doc.memo["care named"] = [
            (code, hit) for code, hit in coded(doc, "care") if _is_care(doc, code, hit)
        ]
    named: list[tuple[str, Hit]] = doc.memo["care named"]
    return named


def _learnt(doc: "Doc", said: list[tuple[str, Hit]]) -> Iterator[tuple[str, Hit]]:
    """Codes that the classifier reads in sentences of an account of a service where no phrase names the aspect."""
    if not doc.of_service:
        return
    model, found = load_classifier(CARE), doc.learnt(CARE)
    least = np.maximum(model.thresholds, INSIDE)
    named = {(doc.sentence_at(hit.start), code.partition(":")[0]) for code, hit in said}
    for number in range(len(doc.sentences)):
        for column in sorted(
            np.flatnonzero(found[number] >= least), key=lambda k: -found[number][k]
        ):
            code = model.codes[column]
            aspect = code.partition(":")[0]
            if (number, aspect) not in named:
                named.add((number, aspect))
                yield code, Hit(*doc.sentences[number])


def care_share(doc: "Doc") -> float:
    """How much of a post tells of care, 0 to 1: the classifier's chance of any aspect, sentence by sentence, weighed by length."""
    lengths = np.array([end - start for start, end in doc.sentences], float)
    if not len(lengths):
        return 0.0
    some = 1 - np.prod(1 - doc.learnt(CARE), axis=1)
    return float(some @ lengths / lengths.sum())


def grade_of(doc: "Doc") -> float | None:
    """How good or bad the care told is, -4 to 4: the mean over the sentences that tell of it, weighed by their length."""
    sides: dict[int, set[str]] = {}
    for code, hit in doc.care:
        sides.setdefault(doc.sentence_at(hit.start), set()).add(code.partition(":")[2])
    if not sides:
        return None
    steps = doc.learnt(GRADE)
    grades = np.array([_grade(steps[n], sides[n]) for n in sorted(sides)])
    lengths = np.array([doc.sentences[n][1] - doc.sentences[n][0] for n in sorted(sides)], float)
    return float(grades @ lengths / lengths.sum())


def _grade(steps: Floats, sides: set[str]) -> float:
    """Expected grade of a sentence: of all grades, or of those on its side where it is told to have one."""
    reached = np.minimum.accumulate(np.concatenate([[1.0], steps, [0.0]]))
    share = reached[:-1] - reached[1:]  # of each grade, -4 to 4
    if len(sides) == 1:
        share = share * (GRADES > 0 if "praise" in sides else GRADES < 0)
    total = share.sum()
    if total < NOTHING:
        return MIDDLE if "praise" in sides else -MIDDLE
    return float(share @ GRADES / total)


def grievance_of(doc: "Doc") -> list[Hit]:
    """Complaints of several kinds without any praise show anger, also where it is not named."""
    if doc.voice.role == "clinician":
        return []
    told = care_named(doc)
    wrong = {
        code: hit
        for code, hit in told
        if code.endswith(":complaint") and not code.startswith(("waiting", "cost"))
    }
    praised = any(code.endswith(":praise") for code, _ in told)
    return list(wrong.values()) if len(wrong) >= 2 and not praised else []


def _is_care(doc: "Doc", code: str, hit: Hit) -> bool:
    """Care that is told: in an account of a service all of it, elsewhere what is said of someone who gives care."""
    here = doc.sentence_at(hit.start)
    if code == "listening:complaint" and _NOBODY_DISMISSED.search(
        doc.text, max(0, hit.start - 20), hit.end + 30
    ):
        return False
    if code.endswith(":praise"):
        if any(doc.sentence_at(h.start) == here for h in doc.found("gate.unhappy")):
            return False
        if code == "information:praise" and doc.text.endswith((" i ", " we "), 0, hit.start):
            return False
    return doc.of_service or _in_passing(doc, code, hit)


def _in_passing(doc: "Doc", code: str, hit: Hit) -> bool:
    """Whether a post that is no account of a service says these words of a professional or a place of care.

    Most such words tell of something else there: sensitive skin, a cold, a cream that helped.
    """
    aspect, _, side = code.partition(":")
    if aspect not in PASSING[side] or not (_had_care(doc) or _blames_theirs(doc, code, hit)):
        return False
    if (
        aspect == "information"
        and side == "complaint"
        and _TOLD_NOTHING.search(doc.text, max(0, hit.start - 20), hit.end + 20)
    ):
        return True  # whoever should have told is meant
    number = doc.sentence_at(hit.start)
    here = doc.found_in("gate.carer", number)
    if not here and aspect in DONE_BY_THEM and doc.found_in("gate.carer", number - 1):
        start = doc.sentence(hit.start)[0] - 1
        return bool(_AS_PERSON.search(doc.text, start, hit.start))  # "I saw a GP. He laughed at me"
    if _OF_ANYTHING.fullmatch(doc.text, hit.start, hit.end):
        return any(_says_of(doc, carer, hit) for carer in here)
    if side == "praise":  # what they did: "a doctor who finally listened"
        here = [carer for carer in here if carer.start <= hit.start]
        if doc.text.startswith(("help m", "help h", "diagnosed "), hit.start):
            return False
    return any(_words_apart(doc, carer, hit) <= NEAR[side] for carer in here)


def _had_care(doc: "Doc") -> bool:
    return doc.voice.role in ("patient", "family_or_carer")


def _blames_theirs(doc: "Doc", code: str, hit: Hit) -> bool:
    """Whether somebody who tells nothing of their own blames the reader's professional, or whoever did not tell "us"."""
    if doc.voice.role != "unclear" or doc.text[doc.sentence(hit.start)[1] - 1] == "?":
        return False
    if code == "information:complaint":
        return bool(_TOLD_NOTHING.search(doc.text, max(0, hit.start - 20), hit.end + 20))
    if code not in ("treatment:complaint", "manner:complaint"):
        return False
    here = doc.found_in("gate.carer", doc.sentence_at(hit.start))
    return any(_THEIRS.search(doc.text, max(0, carer.start - 12), carer.start) for carer in here)


def _says_of(doc: "Doc", carer: Hit, hit: Hit) -> bool:
    """Whether a quality is a carer's: "the nurse was so gentle", "a helpful doctor"."""
    if carer.end <= hit.start:
        return bool(_IS.fullmatch(doc.text, carer.end, hit.start))
    return hit.end <= carer.start and doc.text.count(" ", hit.end, carer.start) <= 1


def _words_apart(doc: "Doc", one: Hit, other: Hit) -> int:
    first, second = sorted((one, other))[:2]
    return doc.between(first.end, second.start) if first.end < second.start else 0
