"""Reviews of providers and survey comments: praise and complaints whose odds follow the provider's quality."""

import math

from bedside.simulate.draft import Draft, weighted
from bedside.simulate.world import Provider

__all__ = ["praise_share", "write_review", "write_survey"]

ASPECTS_POS = weighted(
    listening=2, manner=3, treatment=2, information=1, waiting=1, access=1, coordination=1, environment=1,
    dignity=1, outcome=1, safety=1, overall=2,
)  # fmt: skip
ASPECTS_NEG = weighted(
    listening=2, waiting=2, waiting_room=1, access=2, information=2, coordination=1, environment=1, manner=2,
    dignity=1, treatment=1, outcome=1, cost=1, safety=1, overall=1,
)  # fmt: skip
SMALL_NEG = ("waiting", "environment", "access", "waiting_room", "information")
SMALL_POS = ("manner", "treatment", "environment", "waiting")


def praise_share(provider: Provider) -> float:
    """Planted share of a provider's reviews that praise: logistic in its quality, .62 at the average."""
    return 1 / (1 + math.exp(-(0.5 + provider.quality)))


def write_review(draft: Draft, provider: Provider) -> int:
    """Write a review; gives the stars, 1 to 5."""
    glad = draft.chance(praise_share(provider))
    v = "pos" if glad else "neg"
    draft.mood = v
    draft.slots["provider"] = provider.name
    moment = draft.new_moment(None)
    draft.say("review_open", v=v, moment=moment)
    aspects = ASPECTS_POS if glad else ASPECTS_NEG
    for _ in range(1 + int(draft.rnd.random() * 3.2)):
        aspect = draft.pick(aspects)
        draft.say("review", aspect, v=v, moment=moment)
    if draft.chance(0.2):  # most people name something of the other kind as well
        draft.say(
            "review",
            draft.pick(SMALL_NEG if glad else SMALL_POS),
            v="neg" if glad else "pos",
            moment=moment,
        )
    if draft.chance(0.2):
        draft.say("review_close", v=v, moment=moment)
    if not glad and draft.chance(0.4):
        draft.say("content", "suggestion", v="neg")
    _settle_overall(moment.care)
    if not glad and any(code.endswith(":complaint") for code in moment.care):
        draft.truth.content.append("complaint")
    return 5 - int(draft.rnd.random() * 1.6) if glad else 1 + int(draft.rnd.random() * 2.2)


def _settle_overall(care: list[str]) -> None:
    """`overall:praise` only where no other praise is told (codebook ruling)."""
    if "overall:praise" in care and sum(c.endswith(":praise") for c in care) > 1:
        care.remove("overall:praise")


def write_survey(draft: Draft, provider: Provider) -> int:
    """A comment in a friends-and-family survey, often a few words; gives the answer, 1 (very good) to 5."""
    glad = draft.chance(min(0.95, praise_share(provider) + 0.2))
    v = "pos" if glad else "neg"
    draft.mood = v
    moment = draft.new_moment(None)
    draft.say("survey", v=v, moment=moment)
    if moment.care and draft.chance(0.35):
        draft.say("review", draft.pick(ASPECTS_POS if glad else ASPECTS_NEG), v=v, moment=moment)
    _settle_overall(moment.care)
    return 1 + int(draft.rnd.random() * 1.4) if glad else 3 + int(draft.rnd.random() * 2.9)
