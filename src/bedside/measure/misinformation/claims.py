"""Claims: which are shown, how people stand to them, where, when, and who takes which part."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.making import make_share
from bedside.measure.misinformation.spread import STANCES
from bedside.measure.periods import dated, filled, label, month, quarter, week
from bedside.measure.tables import make_shares
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["ANY", "FEWEST", "PARTS", "cells_of", "claimed", "over_time", "parts_taken", "platforms", "shown_claims", "stances", "under_any"]  # fmt: skip

ANY = "any"
"""Key of all claims together."""
FEWEST = 8  # accounts
MOST = 12  # claims, those of most accounts
MOST_PERIODS = 60
PARTS = ("starts", "carries", "questions", "corrects")
PROFESSIONAL = "clinician"
ENOUGH = 0.9  # share of periods that hold FEWEST accounts, as in trends


SHOWN = f"""SELECT claim FROM (
  SELECT claim, ROW_NUMBER() OVER (ORDER BY COUNT(DISTINCT account_key) DESC, claim) AS place
  FROM claim_posts WHERE stance IS NOT NULL GROUP BY claim HAVING COUNT(DISTINCT account_key) >= {FEWEST}) r
WHERE place <= {MOST}"""  # noqa: S608
"""Claims that are shown. `any` is any of these: with rarer ones in it, what it has more than they would tell of a few."""


def under_any(sql: str, columns: str = "") -> str:
    """Rows of claims once under their own and, of shown claims, once under any. Columns post_key, account_key, claim and those named."""
    more = f", {columns}" if columns else ""
    return (
        f"SELECT post_key, account_key, CASE WHEN u.which = 1 THEN claim ELSE '{ANY}' END AS claim{more} "  # noqa: S608
        f"FROM ({sql}) o CROSS JOIN (SELECT 1 AS which UNION ALL SELECT 2 AS which) u "
        f"WHERE u.which = 1 OR claim IN ({SHOWN})"
    )


def claimed(columns: str = "", where: str = "stance IS NOT NULL") -> str:
    """Posts of claims, each once under its claim and once under any. Columns post_key, account_key, claim and those named."""
    return under_any(f"SELECT * FROM claim_posts WHERE {where}", columns)  # noqa: S608


def shown_claims(ask: Ask) -> list[str]:
    """Claims that at least eight accounts word or answer, those of most accounts first, at most twelve."""
    sql = f"SELECT claim FROM ({SHOWN.replace('SELECT claim FROM', 'SELECT claim, place FROM', 1)}) s ORDER BY place"  # noqa: S608
    table = ask(Aggregate(name="claims", sql=sql, needs=("claim_posts",)), {})
    names: list[str] = table["claim"].to_pylist()
    return names


def cells_of(ask: Ask, *more: tuple[str, Sequence[str]]) -> list[dict[str, str]]:
    """Keys of every shown claim, and of any, with every combination of further keys; none where no claim is shown."""
    shown = shown_claims(ask)
    start = [{"claim": claim} for claim in (ANY, *shown)] if shown else []

    def crossed(
        cells: list[dict[str, str]], key: tuple[str, Sequence[str]]
    ) -> list[dict[str, str]]:
        return [cell | {key[0]: value} for cell in cells for value in key[1]]

    return reduce(crossed, more, start)


def stances(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How people stand to a claim: `misinformation.stances`, keys {"claim", "stance"}; claim `any`: any at all.

    Accounts with a post of the stance, of accounts that word the claim or answer it. What is told as another's opinion,
    and what happened in the writer's own body, is no stance.
    """
    return make_shares(
        ask,
        context,
        "misinformation.stances",
        rows=Rows(sql=claimed("stance"), keys=("claim", "stance")),
        of_rows=Rows(sql=claimed(), keys=("claim",)),
        cells=cells_of(ask, ("stance", STANCES)),
        what="accounts that stand to the claim so in any post, of accounts that word it or answer it",
    )


def platforms(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Where a claim is repeated: `misinformation.platforms`, keys {"claim", "platform"}.

    Accounts that repeat it on the platform, of accounts that repeat it.
    """
    repeated = f"SELECT * FROM ({claimed('platform, stance')}) s WHERE stance = 'repeats'"  # noqa: S608
    rows = Rows(sql=repeated, keys=("claim", "platform"))
    there = set(count_rows(ask, rows, "platforms of claims"))
    return make_shares(
        ask,
        context,
        "misinformation.platforms",
        rows=rows,
        of_rows=Rows(sql=repeated, keys=("claim",)),
        cells=[
            cell
            for cell in cells_of(ask, ("platform", sorted({name for _, name in there})))
            if (cell["claim"], cell["platform"]) in there
        ],
        what="accounts that repeat the claim on the platform, of accounts that repeat it",
    )


def parts_taken(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Who starts, carries, questions and corrects a claim: `misinformation.parts_taken`, keys {"claim", "part", "role"}.

    Accounts of the role, of accounts that take the part; private accounts are roles and nothing else (R58). `starts`:
    repeats it where nothing above does; `carries`: repeats it below another post, or passes such a post on. That no
    professional takes a part is said; other roles that take none are left out.
    """
    part = """CASE WHEN p.stance = 'repeats' AND p.level = 0 THEN 'starts'
      WHEN p.stance = 'repeats' OR p.via IN ('repost', 'crosspost') THEN 'carries'
      WHEN p.stance IN ('questions', 'corrects') THEN p.stance END"""
    taken = f"""
SELECT p.post_key, p.account_key, p.claim, {part} AS part, COALESCE(s.role, r.role, 'unclear') AS role
FROM ({claimed("stance, level, via", "TRUE")}) p
LEFT JOIN speakers s ON s.post_key = p.post_key
LEFT JOIN (SELECT account_key, MIN(role) AS role FROM speakers WHERE account_key IS NOT NULL GROUP BY account_key) r
  ON r.account_key = p.account_key
WHERE {part} IS NOT NULL"""  # noqa: S608
    rows = Rows(sql=taken, keys=("claim", "part", "role"))
    there = set(count_rows(ask, rows, "roles of claims"))
    roles = sorted({role for _, _, role in there} | {PROFESSIONAL})
    return make_shares(
        ask,
        context,
        "misinformation.parts_taken",
        rows=rows,
        of_rows=Rows(sql=taken, keys=("claim", "part")),
        cells=[
            cell
            for cell in cells_of(ask, ("part", PARTS), ("role", roles))
            if (cell["claim"], cell["part"], cell["role"]) in there or cell["role"] == PROFESSIONAL
        ],
        what="accounts of the role, of accounts that take this part in the claim",
    )


FOLLOWED = ("repeats", "questions", "corrects")
PERIODS = {"week": week, "month": month, "quarter": quarter}


def over_time(ask: Ask, context: MeasureContext) -> list[Figure]:
    """A claim over time: `misinformation.over_time`, keys {"claim", "stance", "period"}.

    Accounts with the stance in the period, of accounts that wrote anything in it, by week, month or quarter: the finest
    in which nine of ten periods hold at least eight accounts that word or answer the claim. Claims for which not even
    quarters do have none.
    """
    shown = shown_claims(ask)
    return [
        figure
        for kind, claims in _by_period(ask, shown).items()
        for figure in _series(ask, context, kind, claims)
    ]


def _periods_of(kind: str) -> str:
    """Dated posts of claims. Columns post_key, account_key, claim, stance, period."""
    return (
        f"SELECT p.post_key, p.account_key, p.claim, p.stance, {PERIODS[kind]('c.published_at')} AS period "  # noqa: S608
        f"FROM ({claimed('stance')}) p JOIN corpus c ON c.post_key = p.post_key WHERE {dated('c')}"
    )


def _by_period(ask: Ask, shown: Sequence[str]) -> Mapping[str, dict[str, list[int]]]:
    """For each kind of period the claims that it suits, with their periods."""
    left = [ANY, *shown] if shown else []
    found: dict[str, dict[str, list[int]]] = {}
    for kind in PERIODS:
        counts = count_rows(
            ask, Rows(sql=_periods_of(kind), keys=("claim", "period")), "claims by period"
        )
        suits = {}
        for claim in left:
            own = {period: n.accounts for (name, period), n in counts.items() if name == claim}
            every = filled(kind, sorted(own))
            full = sum(own.get(period, 0) >= FEWEST for period in every)
            if 1 < len(every) <= MOST_PERIODS and full >= ENOUGH * len(every):
                suits[claim] = every
        left = [claim for claim in left if claim not in suits]
        found[kind] = suits
    return found


def _series(
    ask: Ask, context: MeasureContext, kind: str, claims: Mapping[str, Sequence[int]]
) -> Iterator[Figure]:
    if not claims:
        return
    rows = Rows(sql=_periods_of(kind), keys=("claim", "stance", "period"))
    of_rows = Rows(
        sql=f"SELECT c.post_key, c.account_key, {PERIODS[kind]('c.published_at')} AS period "  # noqa: S608
        f"FROM corpus c WHERE {dated('c')}",
        keys=("period",),
    )
    hits, of = count_rows(ask, rows, "claims over time"), count_rows(ask, of_rows, "wrote")
    for claim, periods in claims.items():
        for stance in FOLLOWED:
            for period in periods:
                row_keys = {"claim": claim, "stance": stance, "period": period}
                yield make_share(
                    context,
                    "misinformation.over_time",
                    {"claim": claim, "stance": stance, "period": label(kind, period)},
                    hits=hits.get((claim, stance, period), Count()),
                    of=of.get((period,), Count()),
                    hits_rows=rows,
                    of_rows=of_rows,
                    row_keys=row_keys,
                    what="accounts that stand to the claim so in the period, of accounts that wrote in it",
                )
