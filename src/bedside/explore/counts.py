"""Counts as a page may show them: 1 to 7 accounts are `*`, and never one alone (R26)."""

from collections.abc import Mapping

import msgspec

from bedside.report.printing import STAR

__all__ = ["Counts", "shown_counts", "shown_people"]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts and posts of one value; None where they may not be shown."""

    accounts: int | None
    posts: int | None
    zero: bool = False

    @property
    def printed(self) -> str:
        """The accounts; posts where nobody's author is known."""
        if self.accounts is None:
            return STAR
        if self.accounts == 0 and self.posts:
            return f"{self.posts:,} posts"
        return f"{self.accounts:,}"


HIDDEN = Counts(accounts=None, posts=None)


def shown_people(accounts: int, posts: int, *, small: int) -> Counts:
    """One count; hidden where few accounts, or few posts without author, stand behind it."""
    people = accounts or posts
    if 0 < people < small:
        return HIDDEN
    return Counts(accounts=accounts, posts=posts, zero=not people)


def shown_counts(found: Mapping[str, tuple[int, int]], *, small: int) -> dict[str, Counts]:
    """Counts of a facet's values; where just one would be hidden the next smallest is hidden with it.

    Parameters
    ----------
    found : mapping of value to (accounts, posts)
    small : int
        Fewest accounts that are shown; 1 shows all.

    Examples
    --------
    >>> shown = shown_counts({"a": (3, 3), "b": (20, 22), "c": (90, 91), "d": (0, 0)}, small=8)
    >>> [counts.printed for counts in shown.values()]
    ['*', '*', '90', '0']
    """
    shown = {value: shown_people(*counts, small=small) for value, counts in found.items()}
    hidden = [value for value, counts in shown.items() if counts.accounts is None]
    rest = [
        value for value, counts in shown.items() if counts.accounts is not None and not counts.zero
    ]
    if len(hidden) == 1 and rest:
        shown[min(rest, key=lambda value: found[value])] = HIDDEN
    return shown
