"""Waits: how long a diagnosis took, as told by those for whom the wait has ended."""

from collections import defaultdict
from collections.abc import Iterable

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import (
    Count,
    Rows,
    count_rows,
    evidence_id,
    evidence_of,
)
from bedside.measure.making import NOT_CHECKED
from bedside.measure.shares import Share, median_wait
from bedside.measure.told import asserted, experienced
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["FEWEST_WAITS", "WAIT_FROM", "time_to_diagnosis"]

MEASURE = "journey.time_to_diagnosis"
FEWEST_WAITS = (
    8  # accounts; below, the limits of the interval are the shortest and longest told wait
)
WAIT_FROM = ("first_symptoms", "first_consultation", "unstated")
ANY_CONDITION = "all"
HUNDREDTHS = 100  # of a month, so that the query returns whole numbers

_WAITS = f"""
SELECT m.post_key, m.account_key, LOWER(COALESCE(c.concept, c.code, 'unnamed')) AS condition,
  CASE WHEN COALESCE(f.code, m.code) IN ('first_symptoms', 'first_consultation')
    THEN COALESCE(f.code, m.code) ELSE 'unstated' END AS wait_from,
  CAST(ROUND(m.value * {HUNDREDTHS}) AS BIGINT) AS hundredths
FROM corpus_marks m
JOIN corpus_marks s ON s.post_key = m.post_key AND s."group" = m."group" AND s.maker = m.maker
  AND s.layer = 'diagnosis' AND s.slot = 'status' AND s.code = 'confirmed' AND {asserted("s")}
LEFT JOIN corpus_marks c ON c.post_key = m.post_key AND c."group" = m."group" AND c.maker = m.maker
  AND c.layer = 'diagnosis' AND c.slot = 'condition'
LEFT JOIN corpus_marks f ON f.post_key = m.post_key AND f."group" = m."group" AND f.maker = m.maker
  AND f.layer = 'diagnosis' AND f.slot = 'from'
WHERE m.layer = 'diagnosis' AND m.slot = 'months' AND m.value IS NOT NULL AND m.value >= 0
  AND m.post_key IN ({experienced()})"""  # noqa: S608

WAITS = Rows(
    keys=("condition", "wait_from"),
    sql=f"""{_WAITS}
UNION ALL
SELECT post_key, account_key, '{ANY_CONDITION}' AS condition, wait_from, hundredths FROM ({_WAITS}) w""",  # noqa: S608
)

TOLD = Aggregate(
    name="told waits",
    needs=WAITS.needs,
    sql=f"""
SELECT DISTINCT condition, wait_from, account_key, post_key, hundredths
FROM ({WAITS.sql}) r
WHERE account_key IS NOT NULL
ORDER BY condition, wait_from, account_key, hundredths, post_key""",  # noqa: S608
)


_Waits = dict[tuple[str, str], list[float]]


def _one_each(ask: Ask) -> _Waits:
    """Months of each account by condition and starting point; of several told waits the lower middle one."""
    told: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in ask(TOLD, {}).to_pylist():
        told[row["condition"], row["wait_from"], row["account_key"]].append(row["hundredths"])
    waits: _Waits = defaultdict(list)
    for (condition, wait_from, _), values in told.items():
        waits[condition, wait_from].append(values[(len(values) - 1) // 2] / HUNDREDTHS)
    return waits


def _conditions(
    context: MeasureContext, counts: Iterable[tuple[str, str]], waits: _Waits
) -> list[str]:
    """All together, those of the study's conditions that are told, others with enough waits to say something.

    A study may call a condition otherwise than marks do; then it stands under the name that marks give it.
    """
    told = {condition for condition, _ in counts}
    own = [c for condition in context.conditions if (c := condition.lower()) in told]
    enough = {condition for (condition, _), values in waits.items() if len(values) >= FEWEST_WAITS}
    return list(dict.fromkeys((ANY_CONDITION, *own, *sorted(enough))))


def _wait_figure(
    context: MeasureContext, condition: str, wait_from: str, waits: list[float], count: Count
) -> Figure:
    keys = {"condition": condition, "from": wait_from}
    row_keys = {"condition": condition, "wait_from": wait_from}
    evidence = evidence_of(context, WAITS, keys=row_keys)
    enough = len(waits) >= FEWEST_WAITS
    share = median_wait(waits) if enough else Share(0.0, None, None)
    return Figure(
        id=evidence_id(MEASURE, keys, evidence),
        measure=MEASURE,
        keys=keys,
        unit="accounts",
        estimate=share.value if enough else None,
        low=share.low,
        high=share.high,
        hits_accounts=count.accounts,
        hits_posts=count.posts,
        no_author=count.no_author,
        basis="machine",
        method="median months of waits that ended in a diagnosis and were told afterwards, one wait of each "
        f"account; exact 95 % interval from order statistics, {NOT_CHECKED}; long waits are likelier to be told",
        refused="" if enough else f"fewer than {FEWEST_WAITS} accounts tell such a wait",
        evidence=evidence,
    )


def time_to_diagnosis(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Median months of ended waits: `journey.time_to_diagnosis`, keys {"condition", "from"}.

    Waits from first symptoms, from the first consultation and from an unstated start stand apart; waits
    still going on are not here. Condition `all`: every ended wait told. Fewer than 8 accounts: refused.
    """
    waits = _one_each(ask)
    counts = {(c, start): n for (c, start), n in count_rows(ask, WAITS, "waits").items()}
    return [
        _wait_figure(
            context,
            condition,
            wait_from,
            waits.get((condition, wait_from), []),
            counts.get((condition, wait_from), Count()),
        )
        for condition in _conditions(context, counts, waits)
        for wait_from in WAIT_FROM
    ]
