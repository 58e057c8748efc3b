"""Copies: the same words again, exactly or with the small changes that people make."""

from collections.abc import Sequence
from random import Random

import msgspec

from bedside.simulate.item import Item

__all__ = ["change_lightly", "copy_item", "find_source"]

TRIES = 12
LEAST_WORDS = 24  # of a shorter text a small change is no small part
AFTERTHOUGHTS = (
    "\n\nEdit: typo",
    " (repost, no replies)",
    "\n\nThanks for reading.",
    " Thanks in advance!",
    "\n\nUpdate: still waiting.",
)
SWAPS = (
    (" and ", " & "), (" I've ", " I have "), (" don't ", " do not "), ("doctor", "doc"), (" about ", " abt "),
    (" it's ", " its "), (" really ", " very "), (" because ", " as "), (" months", " mths"), (" weeks", " wks"),
)  # fmt: skip


def change_lightly(text: str, rnd: Random) -> str:
    """The text with one word written differently and, half the time, a line added.

    Examples
    --------
    >>> change_lightly("Up all night and no answer.", Random(1)) != "Up all night and no answer."
    True
    """
    changed = text
    start = int(rnd.random() * len(SWAPS))
    for n in range(len(SWAPS)):
        old, new = SWAPS[(start + n) % len(SWAPS)]
        if old in changed:
            changed = changed.replace(old, new, 1)
            break
    if changed == text or rnd.random() < 0.5:
        changed += AFTERTHOUGHTS[int(rnd.random() * len(AFTERTHOUGHTS))]
    return changed


def find_source(before: Sequence[Item], rnd: Random) -> Item | None:
    """An earlier opening post that is long enough for its copy to be known as one; None when there is none."""
    for _ in range(TRIES):
        item = before[int(rnd.random() * len(before))]
        whole = not (item.relation or item.deleted or item.parent or item.copied_from)
        if whole and len(item.text.split()) >= LEAST_WORDS:
            return item
    return None


def copy_item(item: Item, source: Item, near: Random | None = None) -> None:
    """Make the item a copy of an earlier one; its codes are the same, its truth names the original."""
    item.truth = msgspec.structs.replace(source.truth)
    item.truth.duplicate_of, item.truth.duplicate_how = source.post_id, "near" if near else "exact"
    item.title, item.text = source.title, change_lightly(source.text, near) if near else source.text
    if near and len(item.text) > item.room:
        item.text = item.text[: item.room]
    item.topic, item.claim, item.cascade = source.topic, source.claim, source.cascade
    item.condition, item.pool, item.what = source.condition, source.pool, source.what
    item.provider, item.copied_from = source.provider, source
