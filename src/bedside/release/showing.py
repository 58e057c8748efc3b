"""Showing: figures as they may leave, once it is decided what is hidden and how coarse counts are."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil, floor

import msgspec

from bedside.measure.shares import wilson_of
from bedside.model.figures import Figure, Judging
from bedside.release.records import ReleasedFigure
from bedside.release.remembering import SPANS
from bedside.release.suppression import COMPLEMENT, SMALL, Decision
from bedside.release.tables import of_set, own_set

__all__ = ["release_figures", "round_count"]

WAITS = {
    "journey.time_to_diagnosis": 3.0,  # months: a limit of the median's interval is one account's wait
    "journey.watched_median": 3.0,
    "community.first_reply_median": 1.0,  # hours
    "community.staying_median": 7.0,  # days
}
"""Medians of waits, and the step to which they and their limits are shown."""
NO_SHARES = (
    "community.first_reply",
    "community.staying",
    "community.structure",
    "care.badness",
    "care.limits",
    "care.ranks",
    "care.shrunk",
    "exchange.answered_within",
    "exchange.assortativity",
    "exchange.reciprocity",
    "journey.distinctive",
    "language.grade",
    "journey.waits_watched",
    "misinformation.cascades",
    "misinformation.follows",
    "misinformation.matched",
    "misinformation.reach",
    "misinformation.void_growth",
    "trends.changes",
    "trends.recent",
)
"""Measures whose estimate is no share of their counts: a ratio, a curve with waits cut off, a probability."""
REACH = "misinformation.reach"  # exact, a count of views would find its post
SPAN_STEP = 5
SMALL_COUNT = 8  # as in the privacy policy of a new study
_COUNTS = ("hits_accounts", "hits_posts", "of_accounts", "of_posts", "no_author")


def round_count(count: int, step: int) -> int:
    """Nearest multiple of the step, halves upwards.

    Examples
    --------
    >>> [round_count(n, 5) for n in (8, 12, 13, 1000)]
    [10, 10, 15, 1000]
    """
    return count if step < 2 else (2 * count + step) // (2 * step) * step


def release_figures(
    figures: Sequence[Figure], decision: Decision, *, small_count: int = SMALL_COUNT
) -> tuple[ReleasedFigure, ...]:
    """The figures as they may leave, in the same order."""
    return tuple(_released(figure, decision, small_count) for figure in figures)


def _released(figure: Figure, decision: Decision, small_count: int) -> ReleasedFigure:
    sets = [own_set(figure), of_set(figure)]
    reasons = [
        decision.hidden[name] for name in sets if name is not None and name in decision.hidden
    ]
    common = ReleasedFigure(
        id=figure.id,
        measure=figure.measure,
        keys=figure.keys,
        unit=figure.unit,
        basis=figure.basis,
        evidence=figure.evidence,
    )
    if reasons:
        reason = SMALL if SMALL in reasons else COMPLEMENT
        return msgspec.structs.replace(common, suppressed=True, reason=reason)
    numbers = {name: getattr(figure, name) for name in _COUNTS}
    shown = msgspec.structs.replace(
        common,
        estimate=figure.estimate,
        low=figure.low,
        high=figure.high,
        method=figure.method,
        refused=figure.refused,
        judging=figure.judging,
        advice=figure.advice,
        **numbers,
    )
    return _coarse(_few_judged(shown, small_count), decision.round_to)


def _few_judged(figure: ReleasedFigure, small_count: int) -> ReleasedFigure:
    """A judged share of few positives: their number goes, and the share is given in whole per cents around it."""
    judging = figure.judging
    if judging is None or not 0 < (judging.positives or 0) < small_count:
        return figure
    bare = msgspec.structs.replace(judging, positives=None)
    return msgspec.structs.replace(
        figure,
        judging=bare,
        advice="",
        estimate=_percent(figure.estimate, round),
        **_widened(figure),
    )


def _percent(share: float | None, way: Callable[[float], int]) -> float | None:
    return None if share is None else way(share * 100) / 100


def _widened(figure: ReleasedFigure) -> dict[str, float | None]:
    """Limits of a share in whole per cents, never narrower."""
    return {"low": _percent(figure.low, floor), "high": _percent(figure.high, ceil)}


def _coarse(figure: ReleasedFigure, step: int) -> ReleasedFigure:
    """Counts to the step, shares to match; limits of a median wait to a quarter year."""
    if figure.measure in WAITS and figure.estimate is not None:
        ends = {n: getattr(figure, n) for n in ("estimate", "low", "high")}
        quarters = {
            n: None if v is None else round(v / WAITS[figure.measure]) * WAITS[figure.measure]
            for n, v in ends.items()
        }
        figure = msgspec.structs.replace(figure, **quarters)
    if figure.measure == REACH:
        ends = {n: getattr(figure, n) for n in ("estimate", "low", "high")}
        figure = msgspec.structs.replace(figure, **{n: _two_digits(v) for n, v in ends.items()})
    if figure.measure in SPANS:
        step = max(step, SPAN_STEP)
    if step < 2:
        return figure
    counts = {n: getattr(figure, n) for n in _COUNTS}
    rounded = {n: None if v is None else round_count(v, step) for n, v in counts.items()}
    figure = msgspec.structs.replace(figure, advice="", judging=_coarse_judging(figure.judging))
    return msgspec.structs.replace(figure, **rounded, **_coarse_estimate(figure, rounded, step))


def _coarse_judging(judging: Judging | None) -> Judging | None:
    """What the machine alone says in whole per cents: exactly, it would tell the count."""
    if judging is None:
        return None
    return msgspec.structs.replace(
        judging,
        machine=_percent(judging.machine, round),
        machine_low=_percent(judging.machine_low, floor),
        machine_high=_percent(judging.machine_high, ceil),
    )


def _coarse_estimate(
    figure: ReleasedFigure, counts: Mapping[str, int | None], step: int
) -> dict[str, float | None]:
    """Estimate from rounded counts; limits of a share widened to whole per cents, which tell no count."""
    if figure.estimate is None or figure.measure in WAITS:
        return {}
    if figure.measure in NO_SHARES:
        return _coarse_number(figure)
    if figure.of_posts is None:
        ends = {"low": figure.low, "high": figure.high}
        wide = {
            n: None if v is None else _outward(v, step, up=n == "high") for n, v in ends.items()
        }
        return {"estimate": float(round_count(round(figure.estimate), step)), **wide}
    if figure.basis == "judged":
        return {"estimate": _percent(figure.estimate, round), **_widened(figure)}
    unit = "accounts" if figure.unit == "accounts" else "posts"
    hits, of = counts[f"hits_{unit}"], counts[f"of_{unit}"]
    if not of:
        return {"estimate": None, "low": None, "high": None}
    value = min(1.0, (hits or 0) / of)
    exact = getattr(figure, f"of_{unit}") or 0
    return {"estimate": value, **_around(value, of, figure, exact, 2 * (step // 2) / of)}


def _around(
    value: float, of: int, figure: ReleasedFigure, exact: int, off: float
) -> dict[str, float | None]:
    """Limits of a share of rounded counts, wider by what rounding may have moved it: they hold the exact ones.

    Those themselves, in whole per cents, would tell the count that was rounded. What clustering adds to them is taken over
    to a tenth, upwards.
    """
    if figure.low is None or figure.high is None or figure.estimate is None or not exact:
        return {"low": None, "high": None}
    below, above = _arms(min(1.0, figure.estimate), exact)
    wider = ceil(round(10 * (figure.high - figure.low) / (below + above), 3)) / 10
    below, above = _arms(value, of)
    low, high = value - wider * below - off, value + wider * above + off
    return {"low": floor(max(0.0, low) * 100) / 100, "high": ceil(min(1.0, high) * 100) / 100}


def _arms(value: float, of: int) -> tuple[float, float]:
    """How far Wilson's limits lie below and above a share."""
    _, low, high = wilson_of(value, of)
    return value - (low or 0.0), (1.0 if high is None else high) - value


def _two_digits(value: float | None) -> float | None:
    """A number to two significant digits."""
    return None if value is None else float(f"{value:.1e}")


def _outward(value: float, step: int, *, up: bool) -> float:
    """A limit moved outward to the step, so that it tells no count."""
    return float((ceil if up else floor)(value / step) * step)


def _coarse_number(figure: ReleasedFigure) -> dict[str, float | None]:
    """A number that is no share of its counts: to two places, its limits outward."""
    value, low, high = figure.estimate, figure.low, figure.high
    return {
        "estimate": None if value is None else round(value, 2),
        "low": None if low is None else floor(low * 100) / 100,
        "high": None if high is None else ceil(high * 100) / 100,
    }
