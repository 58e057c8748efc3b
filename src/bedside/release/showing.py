"""Showing: figures as they may leave, once it is decided what is hidden and how coarse counts are."""

from collections.abc import Mapping, Sequence
from math import ceil, floor

import msgspec

from bedside.model.figures import Figure
from bedside.release.records import ReleasedFigure
from bedside.release.suppression import COMPLEMENT, SMALL, Decision
from bedside.release.tables import of_set, own_set

__all__ = ["release_figures", "round_count"]

WAITS = "journey.time_to_diagnosis"
WAIT_STEP = (
    3.0  # months: a limit of the median's interval is one account's wait, shown to a quarter year
)
_COUNTS = ("hits_accounts", "hits_posts", "of_accounts", "of_posts", "no_author")


def round_count(count: int, step: int) -> int:
    """Nearest multiple of the step, halves upwards.

    Examples
    --------
    >>> [round_count(n, 5) for n in (8, 12, 13, 1000)]
    [10, 10, 15, 1000]
    """
    return count if step < 2 else (2 * count + step) // (2 * step) * step


def release_figures(figures: Sequence[Figure], decision: Decision) -> tuple[ReleasedFigure, ...]:
    """The figures as they may leave, in the same order."""
    return tuple(_released(figure, decision) for figure in figures)


def _released(figure: Figure, decision: Decision) -> ReleasedFigure:
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
        **numbers,
    )
    return _coarse(shown, decision.round_to)


def _coarse(figure: ReleasedFigure, step: int) -> ReleasedFigure:
    """Counts to the step, shares to match; limits of a median wait to a quarter year."""
    if figure.measure == WAITS and figure.estimate is not None:
        ends = {n: getattr(figure, n) for n in ("estimate", "low", "high")}
        quarters = {
            n: None if v is None else round(v / WAIT_STEP) * WAIT_STEP for n, v in ends.items()
        }
        figure = msgspec.structs.replace(figure, **quarters)
    if step < 2:
        return figure
    counts = {n: getattr(figure, n) for n in _COUNTS}
    rounded = {n: None if v is None else round_count(v, step) for n, v in counts.items()}
    return msgspec.structs.replace(figure, **rounded, **_coarse_estimate(figure, rounded, step))


def _coarse_estimate(
    figure: ReleasedFigure, counts: Mapping[str, int | None], step: int
) -> dict[str, float | None]:
    """Estimate from rounded counts; limits of a share widened to whole per cents, which tell no count."""
    if figure.estimate is None or figure.measure == WAITS:
        return {}
    if figure.of_posts is None:
        return {"estimate": float(round_count(round(figure.estimate), step))}
    unit = "accounts" if figure.unit == "accounts" else "posts"
    hits, of = counts[f"hits_{unit}"], counts[f"of_{unit}"]
    low = None if figure.low is None else floor(figure.low * 100) / 100
    high = None if figure.high is None else ceil(figure.high * 100) / 100
    return {"estimate": (hits or 0) / of if of else None, "low": low, "high": high}
