"""Who posts what where: plans a block of posts as threads, replies, reposts and copies."""

from random import Random
from typing import Any

from bedside.simulate.cascades import pick_spread
from bedside.simulate.copies import copy_item, find_source
from bedside.simulate.draft import Draft
from bedside.simulate.item import Item, Thread, identify
from bedside.simulate.opening import open_thread
from bedside.simulate.people import Account, find_account
from bedside.simulate.recipes import write_foreign
from bedside.simulate.replies import (
    write_acknowledgement,
    write_answer,
    write_claim_reply,
    write_professional,
    write_remark,
    write_thanks,
)
from bedside.simulate.voice import speak
from bedside.simulate.world import BLOCK_POSTS, END, START, World, block_pattern, seed_of

__all__ = ["BlockMaker", "make_items"]

REPLY_SHARE = {
    "reddit": 0.68,
    "x": 0.3,
    "youtube": 0.35,
    "discourse": 0.72,
    "bluesky": 0.4,
    "mastodon": 0.35,
}
COPYING = ("reddit", "x", "discourse", "bluesky")
GONE_SHOWN = ("reddit", "discourse")  # where a deleted post leaves a record
RECENT_THREADS = 40  # replies go to one of the last threads of the platform
HOUR = 3600
TO_ANSWER = 0.15  # replies that stand below a professional's answer, where there is one
LONG_ALONE = 11  # words of a text that two people would hardly write alike
ENOUGH_WAYS = (
    10_000  # texts that differ in more than a word, so that two alike are rare among 20,000 posts
)
ADOPTED = ("symptom", "drug", "option", "test")  # what an answer takes up from the question


def make_items(world: World, block: int) -> list[Item]:
    """All posts of a block, in the order of their time.

    Parameters
    ----------
    world : World
    block : int
        Number of the block, from 0.

    Returns
    -------
    list of Item
    """
    maker = BlockMaker(world, block)
    pattern = block_pattern(world.plan.formats)
    for n in range(world.size(block)):
        maker.add(pattern[n], n)
    return sorted(maker.items, key=lambda item: (item.created, item.index))


class BlockMaker:
    """State while a block is made: its random numbers, its accounts, the threads still open."""

    def __init__(self, world: World, block: int) -> None:
        self.world = world
        self.block = block
        self.rnd = Random(seed_of(world.seed, "block", block))  # noqa: S311
        self.accounts: dict[Any, Account] = {}
        self.items: list[Item] = []
        self.threads: dict[str, list[Thread]] = {}
        self.by_platform: dict[str, list[Item]] = {}
        self.conditions = list(world.conditions)

    def add(self, platform: str, n: int) -> None:
        """Make the n-th post of the block."""
        index = self.block * BLOCK_POSTS + n
        item = Item(index, platform, index / self.world.plan.posts)
        jitter = self.rnd.random()
        item.created = START + int((END - START) * (index + jitter) / self.world.plan.posts)
        kind = self._kind(platform)
        getattr(self, f"_{kind}")(item)
        self._fade(item)
        self.items.append(item)
        self.by_platform.setdefault(platform, []).append(item)

    def _kind(self, platform: str) -> str:
        rates, roll = self.world.rates, self.rnd.random()
        before = self.by_platform.get(platform, ())
        if platform in COPYING and before:
            if roll < rates.exact:
                return "exact"
            if roll < rates.exact + rates.near:
                return "near"
        if platform in ("x", "bluesky") and before and self.rnd.random() < 0.2:
            return "spread"
        if self.threads.get(platform) and self.rnd.random() < REPLY_SHARE.get(platform, 0.0):
            return "reply"
        return "open"

    # -- accounts ---------------------------------------------------------------------------------------

    def account(self, item: Item, pool: str, condition: str) -> Account:
        """Draw an account: regulars post through the whole time, the others around their own part of it."""
        number = self.world.draw_number(item.platform, pool, item.position, self.rnd)
        return find_account(self.world, self.accounts, item.platform, pool, condition, number)

    def _condition(self) -> str:
        return self.conditions[int(self.rnd.random() * len(self.conditions))]

    # -- kinds of items ---------------------------------------------------------------------------------

    def _open(self, item: Item) -> None:
        open_thread(self, item, self._condition())
        thread = Thread(item, answered=self.rnd.random() < item.comfort)
        item.thread = thread
        if thread.answered and item.platform in REPLY_SHARE:
            self.threads.setdefault(item.platform, []).append(thread)
            del self.threads[item.platform][:-RECENT_THREADS]

    def _reply(self, item: Item) -> None:
        threads = self.threads[item.platform]
        thread = threads[-1 - int(self.rnd.random() ** 1.6 * len(threads))]
        parent = self._parent(thread)
        item.thread, item.parent = thread, parent
        item.community, item.comfort = thread.root.community, thread.root.comfort
        item.topic, item.claim, item.kind = thread.root.topic, thread.root.claim, "comment"
        item.condition = thread.root.condition
        item.created = min(
            parent.created + 60 + int(self.rnd.expovariate(1 / (5 * HOUR))), END + 30 * 24 * HOUR
        )
        self._write_reply(item, thread, parent)
        thread.items.append(item)

    def _write_reply(self, item: Item, thread: Thread, parent: Item) -> None:
        root = thread.root
        asker = root.account if parent is not root and parent.account is not root.account else None
        answered = self._answered(parent)
        if answered is not None:
            item.account = answered.account
            draft = self.draft(item)
            write_acknowledgement(draft, parent.truth.professional_act)
        elif asker is not None and root.truth.support_needed and self.rnd.random() < 0.35:
            item.account = asker
            draft = self.draft(item)
            write_thanks(draft)
        else:
            share = self.world.rates.professional * (2 if root.claim is not None else 1)
            expert = root.truth.lang == "en" and self.rnd.random() < share
            item.account = self.account(
                item, "professionals" if expert else "people", root.condition
            )
            draft = self.draft(item)
            self._answer(draft, item, root)
        self.finish(draft, item, plain=draft.truth.lang != "en")

    def _parent(self, thread: Thread) -> Item:
        """What a reply stands below: mostly the post that opened the thread, else any, a professional's answer first."""
        roll = self.rnd.random()
        if roll < 0.6:
            return thread.root
        answers = [item for item in thread.items[1:] if item.account.role == "clinician"]
        if answers and roll < 0.6 + TO_ANSWER:
            return answers[-1]
        return thread.items[int(self.rnd.random() * len(thread.items))]

    def _answered(self, answer: Item) -> Item | None:
        """The post to which a professional's answer stands, if its writer comes back to it now."""
        asked = answer.parent
        if asked is None or answer.account.role != "clinician" or asked.truth.lang != "en":
            return None
        if (
            asked.account.role not in ("patient", "family_or_carer")
            or asked.account is answer.account
        ):
            return None
        return asked if self.rnd.random() < self.world.rates.returns else None

    def _answer(self, draft: Draft, item: Item, root: Item) -> None:
        roll = self.rnd.random()
        if root.truth.lang != "en":
            write_foreign(draft, root.truth.lang)
        elif root.claim is not None and roll < 0.75:
            write_claim_reply(draft, root.claim)
            if draft.truth.claim:
                item.cascade = root.post_id
        elif item.account.role == "clinician":
            draft.adopt(root.slots, root.drug)
            write_professional(draft)
        elif roll < 0.12 or root.what in ("off_topic", "advert", "organisation"):
            write_remark(draft)
        else:
            draft.adopt(root.slots, root.drug)
            write_answer(draft, item.position, stage=root.stage, v=root.mood or "neg")

    def _spread(self, item: Item) -> None:
        target = pick_spread(self.by_platform[item.platform], self.rnd, item.position, self.world)
        if target is None:
            self._open(item)
            return
        item.account = self.account(item, "people", target.condition)
        item.topic, item.condition, item.what = target.topic, target.condition, "spread"
        item.created = target.created + 30 + int(self.rnd.expovariate(1 / (8 * HOUR)))
        item.target, item.cascade, item.claim = target, target.cascade, target.claim
        draft = self.draft(item)
        if item.platform == "x" and self.rnd.random() < 0.7:
            self._retweet(item, target)
            return
        item.relation = "quoted"
        item.thread = Thread(item, answered=False)
        if target.claim is not None:
            write_claim_reply(draft, target.claim)
        else:
            write_remark(draft)
        self.finish(draft, item)

    def _retweet(self, item: Item, target: Item) -> None:
        copy_item(item, target)
        item.relation = "retweeted"
        item.truth.duplicate_how = "repost"
        item.text = f"RT @{target.account.handle}: {target.text}"
        if len(item.text) > 280:
            item.text = item.text[:279] + "…"
        item.thread = Thread(item, answered=False)
        identify(item, self.world)

    def _exact(self, item: Item) -> None:
        self._copy(item, near=False)

    def _near(self, item: Item) -> None:
        self._copy(item, near=True)

    def _copy(self, item: Item, *, near: bool) -> None:
        source = find_source(self.by_platform[item.platform], self.rnd)
        if source is None:
            self._open(item)
            return
        same = self.rnd.random() < 0.7 and item.platform != "x"
        item.account = source.account if same else self.account(item, source.pool, source.condition)
        item.created = source.created + HOUR + int(self.rnd.expovariate(1 / (40 * HOUR)))
        copy_item(item, source, near=self.rnd if near else None)
        item.community = (
            self.rnd.choice(item.account.condition.communities) if source.community else None
        )
        item.thread = Thread(item, answered=False)
        identify(item, self.world)

    # -- text -------------------------------------------------------------------------------------------

    def draft(self, item: Item) -> Draft:
        """Begin the text of an item."""
        return Draft(self.world, item.account, self.rnd, item.room)

    def finish(
        self, draft: Draft, item: Item, *, role: str = "unclear", plain: bool = False
    ) -> None:
        """Join the sentences in the account's voice and settle the truth."""
        if not draft.parts:
            draft.say("remark")
        if item.platform != "survey" and _could_be_anyone(draft):
            draft.say("tail", _voice_of(item, draft))
        truth = draft.close(role=role)
        voice = (
            "plain"
            if plain or item.account.role in ("clinician", "organisation")
            else item.account.voice
        )
        text = speak(voice, draft.parts, self.rnd, mood=draft.mood, paragraphs=item.paragraphs)
        item.text, item.title, item.truth = text, draft.title, truth
        item.mood, item.drug = draft.mood, draft.drug
        item.slots = {
            name: draft.slots[name]
            for name in ADOPTED
            if name in draft.said_slots and name in draft.slots
        }
        item.stage = next((m.stage for m in reversed(truth.moments) if m.stage), "living_with")
        identify(item, self.world)

    def _fade(self, item: Item) -> None:
        """Some posts are deleted later; some stay while their author is gone."""
        if item.platform not in GONE_SHOWN:
            return
        roll, rates = self.rnd.random(), self.world.rates
        if roll < rates.deleted:
            item.deleted = self.rnd.choice(
                ("deleted_by_author", "deleted_by_author", "removed_by_moderator", "deleted_later")
            )
        elif roll < rates.deleted + rates.anonymous and item.platform == "reddit":
            item.anonymous = True


def _could_be_anyone(draft: Draft) -> bool:
    """Whether two people could come to write these words alike, though too long for chance in real life."""
    words = sum(part.count(" ") + 1 for part in (*draft.parts, draft.title or ""))
    return words >= LONG_ALONE and draft.ways // draft.widest < ENOUGH_WAYS


def _voice_of(item: Item, draft: Draft) -> str:
    """Which kind of writer speaks, so that what it adds of itself is in its language and fits it."""
    if draft.truth.lang != "en":
        return draft.truth.lang
    if item.platform == "reviews":
        return "review"
    return {"clinician": "expert", "organisation": "organisation"}.get(item.account.role, "people")
