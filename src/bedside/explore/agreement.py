"""Live agreement at the bench: how far coders agree so far, never on which post."""

from typing import Any

from bedside.explore.ground import Ground
from bedside.explore.house import House
from bedside.judge.advice import RELIABLE, TENTATIVE
from bedside.judge.agreeing import agree
from bedside.judge.bench import Bench
from bedside.judge.decisions import DecisionLog
from bedside.judge.reliability import COLUMNS

__all__ = ["agreement_table"]

RESAMPLES = 200  # for the interval beside a queue; `bedside agreement` takes 1,000
Row = dict[str, Any]


def agreement_table(
    house: House, ground: Ground, log: DecisionLog, bench: Bench
) -> tuple[list[Row], int]:
    """Agreement on each code of the bench's layers, and on how many decisions coders differ.

    Parameters
    ----------
    house : House
        Keeps what was reckoned until somebody decides again.
    """
    layers = tuple(bench.desks)
    key = ("agreement", bench.sample.id, layers, log.state()[:2])

    def made() -> tuple[list[Row], int]:
        rows = log.read(columns=COLUMNS, sample_id=bench.sample.id, layer=layers)
        found = (
            agree(rows, ground.book, layers=layers, resamples=RESAMPLES) if rows.num_rows else []
        )
        told = [_row(one) for one in found if one.posts]
        return told, sum(one.differ for one in found if one.code != "*")

    return house.keep(ground, key, made)


def _row(one: Any) -> Row:
    alpha = one.alpha
    return {
        "layer": one.layer,
        "code": "the whole" if one.code == "*" else one.code,
        "posts": one.posts,
        "differ": one.differ,
        "alpha": alpha.value,
        "low": alpha.low,
        "high": alpha.high,
        "more": one.more,
        "so_far": _so_far(alpha.value, alpha.low, one.note),
    }


def _so_far(value: float | None, low: float | None, note: str) -> str:
    """In words; a coefficient whose lower limit is under the mark is not yet there."""
    if value is None:
        return note or "not defined yet: one category only"
    sure = value if low is None else low
    if sure >= RELIABLE:
        return "reliable"
    return "tentative" if sure >= TENTATIVE else "not yet"
