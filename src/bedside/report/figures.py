"""Figures as a report may see them: a suppressed figure has lost its numbers before any chapter reads it."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

import msgspec

from bedside.model.figures import Judging
from bedside.report.released import Released

COMPLEMENT = "complement"  # as in `release.suppression`
__all__ = ["Shelf", "Shown", "one", "pick", "shelve", "shown"]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A released figure as the report holds it; every number is None where it is suppressed."""

    id: str
    measure: str
    keys: dict[str, str]
    unit: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    hits_accounts: int | None = None
    hits_posts: int | None = None
    of_accounts: int | None = None
    of_posts: int | None = None
    no_author: int | None = None
    basis: str = "machine"
    method: str = ""
    refused: str = ""
    judging: Judging | None = None
    advice: str = ""
    suppressed: bool = False
    shields: bool = False  # hidden for others' sake: it may be large

    @property
    def known(self) -> bool:
        """Whether there is a number to print."""
        return self.estimate is not None

    @property
    def mid(self) -> float:
        """The estimate, 0 where there is none; ask `known` first."""
        return self.estimate or 0.0


Shelf = Mapping[str, Sequence[Shown]]
"""Figures by measure, in the order in which they were released."""


def shown(figure: Released, *, small: int) -> Shown:
    """Copy a released figure; drop its numbers if it is suppressed, or stands on 1 to small - 1 accounts.

    Parameters
    ----------
    figure : Released
        A figure that has passed the release; the second check is only a second lock on the door.
    small : int
        Fewest accounts that are shown.

    Returns
    -------
    Shown
    """
    bare = Shown(
        id=figure.id,
        measure=figure.measure,
        keys=dict(figure.keys),
        unit=figure.unit,
        basis=figure.basis,
        suppressed=figure.suppressed or 0 < (figure.hits_accounts or 0) < small,
        shields=figure.suppressed and getattr(figure, "reason", "") == COMPLEMENT,
    )
    return bare if bare.suppressed else _filled(bare, figure)


def _filled(bare: Shown, figure: Released) -> Shown:
    """The figure with its numbers; a refused one keeps its denominators and loses its estimate."""
    whole = not figure.refused
    return msgspec.structs.replace(
        bare,
        estimate=_finite(figure.estimate) if whole else None,
        low=_finite(figure.low) if whole else None,
        high=_finite(figure.high) if whole else None,
        hits_accounts=figure.hits_accounts,
        hits_posts=figure.hits_posts,
        of_accounts=figure.of_accounts,
        of_posts=figure.of_posts,
        no_author=figure.no_author,
        method=figure.method,
        refused=figure.refused,
        judging=figure.judging if whole else None,
        advice=figure.advice,
    )


def _finite(number: float | None) -> float | None:
    """The number, or None where it is infinite or not a number."""
    return number if number is not None and isfinite(number) else None


def shelve(figures: Iterable[Released], *, small: int) -> Shelf:
    """Sort released figures by measure, numbers of suppressed ones dropped."""
    shelf: dict[str, list[Shown]] = {}
    for figure in figures:
        shelf.setdefault(figure.measure, []).append(shown(figure, small=small))
    return shelf


def pick(shelf: Shelf, measure: str, **keys: str) -> list[Shown]:
    """Figures of one measure whose keys have the given values, in the order of release."""
    return [f for f in shelf.get(measure, ()) if all(f.keys.get(k) == v for k, v in keys.items())]


def one(shelf: Shelf, measure: str, **keys: str) -> Shown | None:
    """The first figure that `pick` gives, or None."""
    return next(iter(pick(shelf, measure, **keys)), None)
