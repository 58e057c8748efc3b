"""Remembering: what a reader knows of an earlier release, and by what figures of two releases are compared."""

from collections.abc import Mapping

import msgspec

from bedside.model.figures import Figure
from bedside.release.tables import Quantity, Tie, of_set, own_set, quantities

__all__ = ["SPANS", "Shown", "figure_accounts", "figure_key", "sides"]

ABOUT_PEOPLE = ("trends.hashtags",)  # plain counts that say something about people
SPANS = ("misinformation.follows", "misinformation.void_growth")
"""Counts of stretches of time that overlap: exact, two days one apart would tell of the accounts between them.

They always leave rounded, so an earlier release is not compared by them.
"""
Counts = dict[str, int]
Sides = tuple[Counts, Counts]
"""Counts by unit, of a figure's numerator and of its denominator."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader knows of one earlier release.

    Attributes
    ----------
    known : Mapping
        Counts that it showed.
    hidden : Mapping
        Sets that it suppressed, with the reason.
    hidden_counts : tuple of Quantity
        Counts of those sets, without their values.
    most : int
        Largest number of accounts that it hid for being small.
    ties : tuple of Tie
    figures : Mapping
        Accounts by measure and keys, to find releases that differ by a few accounts.
    exact : bool
        Whether its counts were not rounded.
    numbers : Mapping
        Counts of a figure's numerator and denominator as shown, by its measure and keys: a later release of more posts
        may hold the same, and must reckon with it.
    shields : frozenset
        Figures (with the side: 0 numerator, 1 denominator) that it hid only to shield others.
    prints : Mapping
        Print of the posts of its sets, hidden ones too; empty in ledgers that older versions wrote.
    round_to : int
        What its counts were rounded to.
    rows : tuple of Figure
        Its figures, those that it suppressed without numbers.
    called : Mapping
        What its sets are called in the release that is being decided, where that is another name.
    about : Mapping
        For counts that it showed rounded, the least and most that they can be; those are not in `known`.
    """

    known: Mapping[Quantity, int] = {}
    hidden: Mapping[str, str] = {}
    hidden_counts: tuple[Quantity, ...] = ()
    most: int = 7
    ties: tuple[Tie, ...] = ()
    figures: Mapping[str, tuple[int | None, ...]] = {}
    exact: bool = True
    numbers: Mapping[str, Sides] = {}
    shields: frozenset[tuple[str, int]] = frozenset()
    prints: Mapping[str, int] = {}
    round_to: int = 0
    rows: tuple[Figure, ...] = ()
    called: Mapping[str, str] = {}
    about: Mapping[Quantity, tuple[int, int]] = {}


def figure_key(figure: Figure) -> str:
    """What a figure is about, whatever the snapshot."""
    return msgspec.json.encode((figure.measure, sorted(figure.keys.items()), figure.unit)).decode()


def figure_accounts(figure: Figure) -> tuple[int | None, ...]:
    """Counts by which two releases may be compared, of figures that say something about people."""
    if figure.measure in SPANS or (
        figure.basis == "counted" and figure.measure not in ABOUT_PEOPLE
    ):
        return ()
    return (figure.hits_accounts, figure.of_accounts, figure.hits_posts, figure.of_posts)


def sides(figure: Figure) -> Sides:
    """Counts of a figure's numerator and of its denominator by unit."""
    own, of = own_set(figure), of_set(figure)
    found = quantities(figure)
    return (
        {q.unit: n for q, n in found.items() if q.of == own},
        {q.unit: n for q, n in found.items() if q.of == of and of != own},
    )
