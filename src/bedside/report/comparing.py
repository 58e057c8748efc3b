"""A finding: several figures compared over the same accounts, as a lead, a sentence with numbers, and plain words."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.report.figures import Shown
from bedside.report.printing import listed
from bedside.report.sentences import Wording, by_size, leaders, share_sentence, standing_out

__all__ = ["Comparison", "Finding", "compare"]

_MOST_NAMED = 3


class Finding(NamedTuple):
    """What a chapter offers for page one."""

    lead: str  # as a headline
    short: str  # a few words
    sentence: str  # with n, shares and intervals
    figure: Shown  # the largest of those compared
    anchor: str
    head: str  # of its chapter
    to_you: str  # the same, said to the people who wrote; empty where it cannot be said plainly
    clear: bool = True  # few enough things lead to be named


class Comparison(NamedTuple):
    """How figures of one chapter are put into words."""

    topic: str  # a word or two before the names of the leaders
    who: str  # as after "accounts in these sources that"
    verb: str
    wording: Wording
    rest: str  # what the leader is compared with
    anchor: str
    head: str
    to_you: str  # as before the names of the leaders


def compare(figures: Sequence[Shown], how: Comparison, *, small: int) -> Finding | None:
    """Put the largest of several figures into words.

    Parameters
    ----------
    figures : sequence of Shown
        Shares of the same accounts.
    how : Comparison
        The words.
    small : int
        Fewest accounts that are shown.

    Returns
    -------
    Finding or None
        None where no figure may be shown or all are zero.
    """
    lead = standing_out(figures, verb=how.verb, wording=how.wording, rest=how.rest)
    if not lead:
        return None
    first = leaders(figures)
    clear = len(first) <= _MOST_NAMED
    named = listed([how.wording(f) for f in first]) if clear else ""
    return Finding(
        lead,
        f"{how.topic}: {named or 'no one thing stands out'}",
        share_sentence(figures, who=how.who, verb=how.verb, wording=how.wording, small=small),
        by_size(figures)[0],
        how.anchor,
        how.head,
        f"{how.to_you} {named}" if named and how.to_you else "",
        clear,
    )
