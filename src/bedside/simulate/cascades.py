"""How a claim travels: reposts and quotes prefer claims, less so once a claim has been corrected."""

from collections.abc import Sequence
from random import Random

from bedside.simulate.item import Item
from bedside.simulate.world import World

__all__ = ["pick_spread"]

TRIES = 6
RECENT = 60  # posts of the platform among which something is passed on
PLAIN_WEIGHT = 0.12  # an ordinary post is passed on this often when looked at, a claim always


def pick_spread(before: Sequence[Item], rnd: Random, position: float, world: World) -> Item | None:
    """Post of the platform that someone passes on now; None when nothing of the recent ones was tempting.

    Parameters
    ----------
    before : sequence of Item
        Earlier posts of the platform, in the order in which they were made.
    rnd : random.Random
    position : float
        Place in the corpus's time, 0..1.
    world : World

    Returns
    -------
    Item or None
        Never a retweet: platforms point a repost at the original, so that its cascade looks like a star;
        quotes can be passed on and give depth.
    """
    recent = before[-RECENT:]
    for _ in range(TRIES):
        item = recent[int(rnd.random() * len(recent))]
        if item.relation == "retweeted" or item.deleted or item.copied_from is not None:
            continue
        if rnd.random() < _pull(item, position, world):
            return item
    return None


def _pull(item: Item, position: float, world: World) -> float:
    if item.claim is None or item.cascade is None:
        return PLAIN_WEIGHT if item.parent is None else 0.0
    return world.claim_weight(item.claim, position)
