"""Scales: what a figure counts, and how it is printed on its own."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bedside.release.showing import NO_SHARES, WAITS
from bedside.report.figures import Shown
from bedside.report.page import share_of
from bedside.report.printing import count, months, span

__all__ = ["Scale", "printed", "scale_of"]

_SHARES = (  # rounded as numbers, but they are shares
    "community.first_reply",
    "community.staying",
    "exchange.answered_within",
    "journey.waits_watched",
    "trends.recent",
)
_YEAR = 12  # months


class Scale(NamedTuple):
    """What an axis counts, in words, what a number is divided by, and the number format."""

    kind: Literal["count", "share", "wait", "ratio"]
    words: str
    divisor: float
    form: str


_COUNT = Scale("count", "number", 1, "#,##0")
_SHARE = Scale("share", "per cent", 1, "0%")
_WAIT = Scale("wait", "years", _YEAR, "0.0")
_RATIO = Scale("ratio", "ratio", 1, "0.0")


def scale_of(figures: Sequence[Shown]) -> Scale:
    """The scale that figures of one plate share."""
    known = [f for f in figures if f.known]
    if any(f.measure in WAITS for f in figures):
        return _WAIT
    if any(f.measure in NO_SHARES and f.measure not in _SHARES for f in figures):
        return _RATIO
    if known and all(f.of_posts is None and f.of_accounts is None for f in known):
        return _COUNT
    return _SHARE if all(f.mid <= 1 for f in known) else _RATIO


def printed(figure: Shown, scale: Scale) -> str:
    """A figure as it is printed on that scale: `*` where it may not be shown.

    Examples
    --------
    >>> printed(Shown(id="", measure="", keys={}, unit="", estimate=1204.0), _COUNT)
    '1,204'
    """
    if not figure.known or scale.kind == "share":
        return share_of(figure)
    if scale.kind == "wait":
        return months(figure.mid, figure.low, figure.high)
    if scale.kind == "count":
        return count(round(figure.mid))
    low, high = (None if x is None else round(x, 1) for x in (figure.low, figure.high))
    return f"{figure.mid:.1f} {span(low, high, 1)}".rstrip()
