"""Monthly shares held against their own natural limits (XmR), from figures that may be shown."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.measure.statistics.control import FEWEST_POINTS, Limits, signals, xmr_limits
from bedside.report.charts.control import ControlPoint
from bedside.report.figures import Shown

__all__ = ["SIGNALS", "Controlled", "control", "missing_months", "months_title"]

SIGNALS = {
    "outside": "outside the limits",
    "run": "seven or more on one side of the mean",
    "trend": "seven rising or falling",
    "near": "two of three near a limit",
}
"""What speaks for a change, in words; the marks of `measure.statistics.control.signals`."""

_MOST_HIDDEN = (
    0.1  # part of the months that may be missing: the hidden ones are those with few complaints
)


class Controlled(NamedTuple):
    """A series in order of time: figures shown, months hidden among them, limits in per cent, a signal or "" for each."""

    figures: tuple[Shown, ...]
    hidden: int
    limits: Limits
    told: tuple[str, ...]

    @property
    def points(self) -> list[ControlPoint]:
        """As they are drawn."""
        return [
            ControlPoint(f.keys["month"], 100 * f.mid, bool(signal))
            for f, signal in zip(self.figures, self.told, strict=True)
        ]

    @property
    def out(self) -> list[str]:
        """Months with a signal."""
        return [point.label for point in self.points if point.signal]

    @property
    def highest(self) -> float:
        """The highest per cent that is drawn."""
        return max(self.limits.high, *(point.share for point in self.points))


def control(figures: Sequence[Shown]) -> Controlled | None:
    """Hold monthly shares against their own limits.

    Parameters
    ----------
    figures : sequence of Shown
        One a month, in order of time, with key "month".

    Returns
    -------
    Controlled or None
        None with fewer than twelve months that may be shown, or where over a tenth of the months between the first
        and the last of these are hidden: those are the months with few complaints, so that the mean of the others
        would be too high. At either end it is collection that begins or stops.
    """
    there = [at for at, f in enumerate(figures) if f.known and f.of_accounts]
    if not there:
        return None
    figures = figures[there[0] : there[-1] + 1]
    known = [f for f in figures if f.known and f.of_accounts]
    hidden = len(figures) - len(known)
    if len(known) < FEWEST_POINTS or hidden > _MOST_HIDDEN * len(figures):
        return None
    values = [100 * f.mid for f in known]
    limits = xmr_limits(values)
    return Controlled(tuple(known), hidden, limits, tuple(signals(values, limits)))


def missing_months(hidden: int) -> str:
    """Say that months are not drawn; empty where all are."""
    if not hidden:
        return ""
    many = "One month is" if hidden == 1 else f"{hidden} months are"
    return f"{many} not shown, as those with few complaints may not be. "


def months_title(out: int, months: int, usual: str) -> str:
    """How many months stand apart; where most do, no level is the usual one.

    Examples
    --------
    >>> months_title(2, 15, "37 %")
    '2 of 15 months differ from the usual 37 % that complain'
    >>> months_title(10, 15, "37 %")
    'The share that complains has no usual level: 10 of 15 months differ from their mean, 37 %'
    """
    if 2 * out > months:
        return f"The share that complains has no usual level: {out} of {months} months differ from their mean, {usual}"
    if out == 1:
        return f"1 of {months} months differs from the usual {usual} that complain"
    if out:
        return f"{out} of {months} months differ from the usual {usual} that complain"
    return f"No month differs from the usual {usual} that complain by more than months do"
