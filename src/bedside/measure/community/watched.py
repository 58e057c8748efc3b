"""Waits that are watched: a survival curve as figures, each point with the posts behind it, and its median."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, evidence_id, evidence_of
from bedside.measure.making import NOT_CHECKED
from bedside.measure.statistics.survival import Step, kaplan_meier, median_time, still_after
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["Watch", "watched"]

FEWEST = 8  # accounts: between two points of a curve as many leave it or none, and where fewer are left it ends


class Watch(NamedTuple):
    """What is watched, and how its curve is read.

    Attributes
    ----------
    measure, median : str
        Names of the figures of the points and of the median.
    sql : str
        Columns post_key, account_key (each once, none null), waited (whole numbers, at least 0), ended (0 or 1).
    times : sequence of int
        At which the curve is read, fixed beforehand, in the unit of `waited`.
    unit : str
        Key of the time in the points, such as `hours`.
    per_unit : int
        `waited` of one unit.
    still, until : str
        What a point and the median say, for the method.
    """

    measure: str
    median: str
    sql: str
    times: Sequence[int]
    unit: str
    per_unit: int
    still: str
    until: str


def watched(ask: Ask, context: MeasureContext, watch: Watch) -> list[Figure]:
    """Points of the curve, key {watch.unit}, and the median in that unit, where it is reached.

    A point counts those whose wait is known to be longer; its share is Kaplan-Meier's, those cut off counted as
    long as they were watched. Points between which 1-7 accounts left are not there.
    """
    unit = watch.per_unit
    grid = " UNION ALL ".join(f"SELECT {t} AS after, {t * unit} AS limit_at" for t in watch.times)
    rows = Rows(
        keys=("after",),
        sql=f"SELECT w.post_key, w.account_key, g.after FROM ({watch.sql}) w JOIN ({grid}) g ON w.waited > g.limit_at",  # noqa: S608
    )
    of_rows = Rows(sql=f"SELECT w.post_key, w.account_key FROM ({watch.sql}) w")  # noqa: S608
    lines = Aggregate(
        name=watch.measure,
        needs=of_rows.needs,
        sql=f"SELECT waited, ended, COUNT(*) AS times FROM ({watch.sql}) w GROUP BY waited, ended ORDER BY waited, ended",  # noqa: S608
    )
    table = ask(lines, {}).to_pylist()
    waits = [row["waited"] / unit for row in table for _ in range(row["times"])]
    ended = [bool(row["ended"]) for row in table for _ in range(row["times"])]
    if len(waits) < FEWEST:
        return []
    counts = {t: _people(sum(w > t for w in waits)) for t in watch.times}
    of = _people(len(waits))
    steps = kaplan_meier(waits, ended)
    points = _points(watch.times, counts, of)
    made = _Maker(context, watch, rows, of_rows, of)
    figures = [made.point(t, counts[t], steps) for t in points]
    median = median_time([s for s in steps if s.time <= max(points, default=0)])
    return figures if median is None else [*figures, made.median(median)]


def _people(number: int) -> Count:
    """Accounts with one post each."""
    return Count(number, number, 0)


def _points(times: Sequence[int], counts: dict[int, Count], of: Count) -> list[int]:
    kept, last = [], of.accounts
    for t in times:
        left = counts.get(t, Count()).accounts
        if left >= FEWEST and (left == last or last - left >= FEWEST):
            kept.append(t)
            last = left
    return kept


class _Maker(NamedTuple):
    context: MeasureContext
    watch: Watch
    rows: Rows
    of_rows: Rows
    of: Count

    def point(self, after: int, count: Count, steps: Sequence[Step]) -> Figure:
        """The share still waiting after a time."""
        keys = {self.watch.unit: str(after)}
        share = still_after(steps, after)
        return self._figure(
            self.watch.measure, keys, share, (count, self.rows), {"after": after}, self.watch.still
        )

    def median(self, share: tuple[float, float | None, float | None]) -> Figure:
        """The time after which half still wait."""
        name = self.watch.median
        return self._figure(name, {}, share, (self.of, self.of_rows), {}, self.watch.until)

    def _figure(
        self,
        measure: str,
        keys: dict[str, str],
        share: tuple[float, float | None, float | None],
        hits: tuple[Count, Rows],
        row_keys: dict[str, int],
        what: str,
    ) -> Figure:
        count, rows = hits
        evidence = evidence_of(self.context, rows, self.of_rows, keys=row_keys)
        return Figure(
            id=evidence_id(measure, keys, evidence),
            measure=measure,
            keys=keys,
            unit="accounts",
            estimate=share[0],
            low=share[1],
            high=share[2],
            hits_accounts=count.accounts,
            hits_posts=count.posts,
            of_accounts=self.of.accounts,
            of_posts=self.of.posts,
            no_author=count.no_author,
            basis="machine",
            method=f"{what}; Kaplan-Meier, log-log 95 % interval, {NOT_CHECKED}",
            evidence=evidence,
        )
