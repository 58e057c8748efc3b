"""Replies: comfort and advice from people, acts of professionals, claims and their corrections, thanks."""

from bedside.simulate.draft import Draft, weighted
from bedside.simulate.recipes import MEDICATED, ask, say_medicine, tell_moment
from bedside.simulate.world import Claim

__all__ = [
    "says",
    "write_acknowledgement",
    "write_answer",
    "write_claim",
    "write_claim_reply",
    "write_professional",
    "write_remark",
    "write_thanks",
]

GIFTS = weighted(informational=9, emotional=6, esteem=2, network=2, practical=1)
ACTS = weighted(
    referral=5, safety_net=3, lifestyle=2, reassurance=3, empathy=3, medication_advice=3, asks_back=2,
    diagnosis_opinion=3, prevention=1,
)  # fmt: skip
AFTER = {
    "referral": weighted(will_see=5, helped=3, not_settled=2),
    "reassurance": weighted(settled=5, helped=3, not_settled=2),
    "medication_advice": weighted(settled=5, helped=3, not_settled=2),
    "": weighted(settled=3, helped=10, not_settled=7),
}
"""What an asker says after an answer that holds the act, the first that fits; planted: an answer that sends nobody away settles."""
CORRECTION = ("states_fact", "warns", "explains", "repeats_fact")


def write_answer(draft: Draft, position: float, *, stage: str, v: str) -> None:
    """A reply of a patient or carer to a post of a stage and mood: support given, often with what they lived."""
    own = draft.chance(0.55)
    moment = draft.new_moment(None)
    mine = draft.account.path[draft.account.stage_at(position)]
    if own and draft.chance(0.35):
        tell_moment(draft, mine, position, "")
        draft.mood = v
    elif own:
        lived = draft.new_moment(mine)
        draft.say("same", moment=lived, stage=mine)
        if mine in MEDICATED and draft.chance(0.5):
            say_medicine(draft, lived, mine, v)
        for use, share in (("detail", 0.45), ("same", 0.25)):
            if draft.chance(share):
                draft.say(use, moment=lived, stage=mine)
    gifts = GIFTS if v != "pos" else ("emotional",)
    shares = (0.6 if own else 1.0, 0.5, 0.3, 0.15)
    for share in shares if v != "pos" else shares[:1]:
        if draft.chance(share):
            draft.say("give", draft.pick(gifts), moment=moment, stage=stage, v=v)
    if draft.chance(0.08):
        ask(draft, moment)
    if draft.truth.support_given:
        draft.truth.experiencer = "other_person"


def write_remark(draft: Draft) -> None:
    """A reply that adds little: a question back, agreement, a joke."""
    draft.say("remark", moment=draft.new_moment(None))


def write_thanks(draft: Draft) -> None:
    """The asker comes back and says whether it helped."""
    draft.say("thanks", moment=draft.new_moment(None))
    draft.mood = "pos"


def write_acknowledgement(draft: Draft, acts: list[str]) -> None:
    """The one whom a professional answered says what came of it."""
    said = next(AFTER[act] for act in AFTER if act in acts or not act)
    draft.say("ack", draft.pick(said), moment=draft.new_moment(None))


def says() -> dict[str, dict[str, float]]:
    """Planted shares of what is said after an answer that holds the act."""
    return {
        act or "other": {code: said.count(code) / len(said) for code in sorted(set(said))}
        for act, said in AFTER.items()
    }


def write_professional(draft: Draft) -> None:
    """A health professional answers: one to three acts, often saying who speaks."""
    moment = draft.new_moment(None)
    draft.truth.experiencer = "other_person"
    if draft.account.states_role:
        draft.say("pro_intro")
    for _ in range(1 + int(draft.rnd.random() * 2.6)):
        draft.say("act", draft.pick(ACTS), moment=moment)
    if draft.truth.role == "clinician":
        draft.truth.role_detail = draft.account.detail


def write_claim(draft: Draft, claim: Claim) -> None:
    """Open a thread with a claim: mostly repeated, sometimes asked about or laughed at."""
    draft.set_claim(claim)
    moment = draft.new_moment(None)
    roll = draft.rnd.random()
    stance = "repeats" if roll < 0.62 else "questions" if roll < 0.88 else "mocks"
    draft.say("claim", stance, moment=moment)
    if stance == "repeats" and draft.chance(0.35):
        draft.say("claim_tail", moment=moment)


def write_claim_reply(draft: Draft, claim: Claim) -> None:
    """Answer a claim: corrected by professionals and some others, repeated, questioned, mocked."""
    draft.set_claim(claim)
    moment = draft.new_moment(None)
    expert = draft.account.role == "clinician"
    roll = draft.rnd.random()
    if not claim.false:
        draft.say("claim", "repeats" if roll < 0.6 else "questions", moment=moment)
    elif expert or roll < 0.3:
        _correct(draft, expert)
    else:
        stance = "repeats" if roll < 0.55 else "questions" if roll < 0.8 else "mocks"
        draft.say("claim", stance, moment=moment)


def _correct(draft: Draft, expert: bool) -> None:
    moment = draft.truth.moments[-1]
    if expert and draft.account.states_role:
        draft.say("pro_intro")
    said = False
    for part in CORRECTION:
        if part == "states_fact" or draft.chance(0.45):
            said = draft.say("correct", part, moment=moment) or said
    if expert and said and "correction" not in draft.truth.professional_act:
        draft.truth.professional_act.append("correction")
    draft.truth.support_given = (
        draft.truth.support_given or ["informational"] if expert else draft.truth.support_given
    )
