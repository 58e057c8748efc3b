"""Volume: how many posts and accounts wrote, week by week."""

from math import exp, sqrt

import msgspec
from scipy.special import chdtri

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.making import make_count
from bedside.measure.periods import dated, filled, label, week
from bedside.measure.shares import TAIL, Z95
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["WEEKLY", "poisson_interval", "volume"]

WEEKLY = Rows(
    keys=("iso_week",),
    sql=f"SELECT post_key, account_key, {week()} AS iso_week FROM corpus WHERE {dated()}",  # noqa: S608
)


def poisson_interval(count: int) -> tuple[float, float]:
    """Exact 95 % interval of the mean of a Poisson count.

    References
    ----------
    Garwood (1936), Biometrika 28:437-442, doi:10.1093/biomet/28.3-4.437.

    Examples
    --------
    >>> [round(x, 3) for x in poisson_interval(10)]
    [4.795, 18.39]
    """
    low = float(chdtri(2 * count, 1 - TAIL)) / 2 if count else 0.0
    return low, float(chdtri(2 * count + 2, TAIL)) / 2


def _squares(ask: Ask) -> dict[int, int]:
    """Sum of squared posts by account, week by week: posts of one account come together."""
    sql = f"""
SELECT iso_week, SUM(posts * posts) AS squares
FROM (SELECT iso_week, COALESCE(account_key, post_key) AS voice, COUNT(*) AS posts FROM ({WEEKLY.sql}) w
      GROUP BY iso_week, COALESCE(account_key, post_key)) v
GROUP BY iso_week ORDER BY iso_week"""  # noqa: S608
    table = ask(Aggregate(name="weekly squares", sql=sql, needs=WEEKLY.needs), {})
    return {row["iso_week"]: int(row["squares"]) for row in table.to_pylist()}


def _ends(unit: str, count: Count, squares: int) -> tuple[float, float]:
    if unit == "accounts" or not count.posts:
        return poisson_interval(count.accounts if unit == "accounts" else 0)
    wide = exp(Z95 * sqrt(squares) / count.posts)
    return count.posts / wide, count.posts * wide


def volume(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Posts and accounts of each ISO week (UTC): `trends.volume`, keys {"week", "unit"}.

    Weeks without posts are there as zeros. Posts dated only to a month or "two weeks ago" are left out. The interval
    says how far chance alone moves such a count: accounts as a Poisson count, posts with those of one account
    together (log scale, variance the sum of squared posts by account).
    """
    counts = {at: count for (at,), count in count_rows(ask, WEEKLY, "weeks").items()}
    squares = _squares(ask)
    figures = []
    for at in filled("week", sorted(counts)):
        for unit in ("posts", "accounts"):
            count = counts.get(at, Count())
            low, high = _ends(unit, count, squares.get(at, 0))
            figure = make_count(
                context,
                "trends.volume",
                {"week": label("week", at), "unit": unit},
                count,
                WEEKLY,
                row_keys={"iso_week": at},
                unit=unit,
                method="counted; 95 % interval of a chance count, posts of one account together",
            )
            figures.append(msgspec.structs.replace(figure, low=low, high=high))
    return figures
