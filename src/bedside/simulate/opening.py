"""Opening posts: which kind, by whom, in which community, with which title and tags."""

from functools import cache
from typing import TYPE_CHECKING

from bedside.simulate.draft import Draft
from bedside.simulate.item import Item
from bedside.simulate.recipes import (
    write_advert,
    write_crisis,
    write_figurative,
    write_foreign,
    write_off_topic,
    write_organisation,
    write_question,
    write_story,
)
from bedside.simulate.replies import write_claim, write_professional
from bedside.simulate.reviews import write_review, write_survey

if TYPE_CHECKING:
    from bedside.simulate.threads import BlockMaker

__all__ = ["comfort_of", "open_thread"]

WITH_COMMUNITY = ("reddit", "discourse")
TAGGING = {"x": 0.45, "bluesky": 0.4, "mastodon": 0.6, "tiktok": 1.0}
TITLED = ("reddit", "discourse", "blog", "reviews")
LANGUAGES = ("es",) * 4 + ("de",) * 3 + ("fr",) * 2 + ("pl",)
UNRELATED = ("off_topic", "advert", "figurative")
TITLE_SLOTS = frozenset(("cond", "place", "weeks", "carednoun", "my", "spec"))
POOLS = {"advert": "advertisers", "organisation": "organisations", "expert": "professionals"}


@cache
def comfort_of(community: str) -> float:
    """Planted share of a community's opening posts that get an answer: .70 to .97, by its name."""
    return 0.7 + sum(map(ord, community)) % 28 / 100


def open_thread(maker: "BlockMaker", item: Item, condition: str) -> None:
    """Choose and write an opening post; sets all of the item but its thread."""
    item.condition = condition
    if item.platform in ("reviews", "survey"):
        _open_review(maker, item)
        return
    item.what = _what(maker, item)
    item.pool = POOLS.get(item.what, "people")
    item.account = maker.account(item, item.pool, condition)
    if item.platform in WITH_COMMUNITY:
        item.community = maker.rnd.choice(item.account.condition.communities)
        item.comfort = comfort_of(item.community)
    item.topic = item.what if item.what in UNRELATED else condition
    draft = maker.draft(item)
    _write(maker, item, draft)
    _add_title(item, draft)
    _add_tags(item, draft)
    maker.finish(draft, item, plain=item.what in ("advert", "organisation", "language"))
    if item.what == "claim":
        item.cascade = item.post_id


def _what(maker: "BlockMaker", item: Item) -> str:
    rates = maker.world.rates
    shares = (
        ("crisis", rates.crisis),
        ("advert", rates.advert),
        ("organisation", rates.organisation if item.platform != "youtube" else 0.0),
        ("off_topic", rates.off_topic),
        ("figurative", rates.figurative),
        ("language", rates.language),
        ("claim", rates.claim * (2.0 if item.platform in ("x", "tiktok", "bluesky") else 1.0)),
        ("expert", 0.02 if item.platform != "tiktok" else 0.12),
        ("question", 0.22),
    )
    roll = maker.rnd.random()
    for what, share in shares:
        roll -= share
        if roll < 0:
            return what
    return "story"


def _write(maker: "BlockMaker", item: Item, draft: Draft) -> None:
    what = item.what
    if what == "story":
        write_story(draft, item.position)
    elif what == "question":
        write_question(draft, item.position)
    elif what == "claim":
        _write_claim(maker, item, draft)
    elif what == "language":
        write_foreign(draft, maker.rnd.choice(LANGUAGES))
    elif what == "expert":
        _write_expert(draft)
    else:
        PLAIN_KINDS[what](draft)


def _write_claim(maker: "BlockMaker", item: Item, draft: Draft) -> None:
    """A claim; once it is corrected most who would have passed it on ask something else instead."""
    claim = maker.rnd.choice(maker.world.claims[item.condition])
    if maker.rnd.random() > maker.world.claim_weight(claim, item.position):
        item.what = "question"
        write_question(draft, item.position)
        return
    item.claim = claim
    write_claim(draft, claim)


def _write_expert(draft: Draft) -> None:
    draft.say("pro_post", moment=draft.new_moment(None))
    if draft.chance(0.4):
        write_professional(draft)


def _add_title(item: Item, draft: Draft) -> None:
    if item.platform not in TITLED:
        return
    if item.what == "question" and draft.parts[1:] and "?" in draft.parts[0]:
        draft.title = draft.parts.pop(0)
        return
    stage = next((m.stage for m in reversed(draft.truth.moments) if m.stage), None)
    found = draft.bank.find("title", item.what, draft.account.who, draft.mood or "any", stage)
    found = tuple(p for p in found if p.slots <= draft.said_slots | TITLE_SLOTS) or found
    if found:
        text = draft.fill(draft.pick(found), again=True)
        draft.title = (
            text[0].upper() + text[1:]
            if draft.account.voice not in ("lower", "teen")
            else text.lower()
        )


def _add_tags(item: Item, draft: Draft) -> None:
    share = TAGGING.get(item.platform, 0.0)
    if item.topic not in UNRELATED and draft.parts and draft.chance(share):
        tag = draft.account.condition.tag
        tail = draft.pick((f" #{tag}", f" #{tag}", f" #{tag} #chronicillness", f" #{tag}awareness"))
        if len(tail) <= draft.room:
            draft.parts[-1] += tail
            draft.truth.names_condition = True


def _open_review(maker: "BlockMaker", item: Item) -> None:
    item.kind, item.what = "review", item.platform
    item.account = maker.account(item, "people", item.condition)
    item.provider = maker.rnd.choice(maker.world.providers)
    item.topic = "care"
    draft = maker.draft(item)
    write = write_review if item.platform == "reviews" else write_survey
    item.rating = write(draft, item.provider)
    if item.platform == "reviews":
        _add_title_of_review(item, draft)
    maker.finish(draft, item, plain=item.account.voice in ("teen", "chatty", "angry"))


def _add_title_of_review(item: Item, draft: Draft) -> None:
    found = draft.bank.find("title", "review_pos" if item.rating > 3 else "review_neg")
    if found:
        draft.title = draft.fill(draft.pick(found))


PLAIN_KINDS = {
    "crisis": write_crisis,
    "advert": write_advert,
    "organisation": write_organisation,
    "off_topic": write_off_topic,
    "figurative": write_figurative,
}
