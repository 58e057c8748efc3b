"""Waits: how long a diagnosis took, as told by those for whom the wait has ended."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

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
from bedside.measure.told import asserted, experienced, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = [
    "ANY_CONDITION",
    "ENDED",
    "FEWEST_WAITS",
    "GOING_ON",
    "HUNDREDTHS",
    "WAIT_FROM",
    "one_wait_each",
    "time_to_diagnosis",
    "told_conditions",
    "waits_of",
]

MEASURE = "journey.time_to_diagnosis"
FEWEST_WAITS = (
    8  # accounts; below, the limits of the interval are the shortest and longest told wait
)
WAIT_FROM = ("first_symptoms", "first_consultation", "unstated")
ANY_CONDITION = "all"
HUNDREDTHS = 100  # of a month, so that the query returns whole numbers

ENDED = ("confirmed",)
GOING_ON = ("suspected", "self")


def _told_waits(statuses: Sequence[str]) -> str:
    """How long it took, or has taken so far, as told. Columns post_key, account_key, condition, wait_from, hundredths."""
    return f"""
SELECT m.post_key, m.account_key, LOWER(COALESCE(c.concept, c.code, 'unnamed')) AS condition,
  CASE WHEN COALESCE(f.code, m.code) IN ('first_symptoms', 'first_consultation')
    THEN COALESCE(f.code, m.code) ELSE 'unstated' END AS wait_from,
  CAST(ROUND(m.value * {HUNDREDTHS}) AS BIGINT) AS hundredths
FROM corpus_marks m
JOIN corpus_marks s ON s.post_key = m.post_key AND s."group" = m."group" AND s.maker = m.maker
  AND s.layer = 'diagnosis' AND s.slot = 'status' AND s.code IN {listed(statuses)} AND {asserted("s")}
LEFT JOIN corpus_marks c ON c.post_key = m.post_key AND c."group" = m."group" AND c.maker = m.maker
  AND c.layer = 'diagnosis' AND c.slot = 'condition'
LEFT JOIN corpus_marks f ON f.post_key = m.post_key AND f."group" = m."group" AND f.maker = m.maker
  AND f.layer = 'diagnosis' AND f.slot = 'from'
WHERE m.layer = 'diagnosis' AND m.slot = 'months' AND m.value IS NOT NULL AND m.value >= 0
  AND m.post_key IN ({experienced()})"""  # noqa: S608


def told_waits(statuses: Sequence[str]) -> Rows:
    """Told waits of these statuses by condition, and once more under the condition `all`; columns as in `_told_waits`."""
    told = _told_waits(statuses)
    return Rows(
        keys=("condition", "wait_from"),
        sql=f"""{told}
UNION ALL
SELECT post_key, account_key, '{ANY_CONDITION}' AS condition, wait_from, hundredths FROM ({told}) w""",  # noqa: S608
    )


def one_wait_each(statuses: Sequence[str]) -> Rows:
    """One told wait of each account, condition and start: of several the lower middle one; authors only."""
    by = "PARTITION BY condition, wait_from, account_key"
    return Rows(
        keys=("condition", "wait_from"),
        sql=f"""
SELECT post_key, account_key, condition, wait_from, hundredths
FROM (SELECT w.*, ROW_NUMBER() OVER ({by} ORDER BY hundredths, post_key) AS place, COUNT(*) OVER ({by}) AS told
      FROM (SELECT DISTINCT post_key, account_key, condition, wait_from, hundredths
            FROM ({told_waits(statuses).sql}) r WHERE account_key IS NOT NULL) w) o
WHERE place = CAST(FLOOR((told + 1) / 2.0) AS BIGINT)""",  # noqa: S608
    )


WAITS = told_waits(ENDED)

_Waits = dict[tuple[str, str], list[float]]


def waits_of(ask: Ask, statuses: Sequence[str]) -> _Waits:
    """Months of each account by condition and starting point; of several told waits the lower middle one."""
    rows = one_wait_each(statuses)
    told = Aggregate(
        name="one wait each",
        needs=rows.needs,
        sql=f"SELECT condition, wait_from, hundredths FROM ({rows.sql}) r "  # noqa: S608
        "ORDER BY condition, wait_from, hundredths, account_key",
    )
    waits: _Waits = defaultdict(list)
    for row in ask(told, {}).to_pylist():
        waits[row["condition"], row["wait_from"]].append(row["hundredths"] / HUNDREDTHS)
    return waits


def told_conditions(
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
    waits = waits_of(ask, ENDED)
    counts = {(c, start): n for (c, start), n in count_rows(ask, WAITS, "waits").items()}
    return [
        _wait_figure(
            context,
            condition,
            wait_from,
            waits.get((condition, wait_from), []),
            counts.get((condition, wait_from), Count()),
        )
        for condition in told_conditions(context, counts, waits)
        for wait_from in WAIT_FROM
    ]
