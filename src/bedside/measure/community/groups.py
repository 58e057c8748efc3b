"""Communities: how large, since when, who joined, who answers whom, and who stands between them."""

from typing import Any

from bedside.measure.community.naming import FEWEST, OTHERS, SMALLER
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.interactions import between_accounts
from bedside.measure.making import make_count, make_share
from bedside.measure.periods import dated, day_number, label, month
from bedside.measure.tables import make_shares
from bedside.measure.told import asserted, experienced
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["active", "bridges", "conditions", "joined", "since", "sizes", "ties"]

LATELY = 182  # days
RARE = 2  # accounts that tell a rare condition and are tied to each other, from which it is named
APART = 2  # accounts elsewhere whom one answers, or who answer one, before one stands between communities

MEMBERS = f"""
SELECT c.post_key, c.account_key, COALESCE(n.label, '{SMALLER}') AS community
FROM corpus c JOIN communities m ON m.account_key = c.account_key
LEFT JOIN community_names n ON n.community = m.community"""  # noqa: S608
"""Posts of everybody who is tied to somebody. Columns post_key, account_key, community (its id, smaller or others)."""
_LABELS = f"""
SELECT m.account_key, COALESCE(n.label, '{SMALLER}') AS community
FROM communities m LEFT JOIN community_names n ON n.community = m.community"""  # noqa: S608
_END = f"SELECT MAX({day_number('published_at')}) AS last_day FROM corpus WHERE {dated()}"  # noqa: S608
_FIRST = f"""
SELECT account_key, MIN({day_number("published_at")}) AS first_day FROM corpus
WHERE account_key IS NOT NULL AND {dated()} GROUP BY account_key"""  # noqa: S608
NAMES = Aggregate(
    name="community names",
    needs=("community_names", "communities"),
    sql="SELECT n.community, n.name, n.accounts, (SELECT MAX(stability) FROM communities) AS stability "
    "FROM community_names n WHERE n.label = n.community ORDER BY n.accounts DESC, n.community",
)


def named(ask: Ask) -> list[dict[str, Any]]:
    """Communities with figures of their own, largest first: community, name, accounts, stability."""
    rows: list[dict[str, Any]] = ask(NAMES, {}).to_pylist()
    return rows


def _cells(ask: Ask) -> list[dict[str, str]]:
    return [{"community": row["community"], "name": row["name"]} for row in named(ask)]


def sizes(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Accounts of each community: `community.size`, keys {"community", "name"}, of all that are tied to somebody.

    `smaller`: all groups of fewer than 8 accounts together; `others`: communities without figures of their own.
    """
    found = named(ask)
    if not count_all(ask, Rows(sql=MEMBERS), "members").accounts:
        return []
    rest = [{"community": name, "name": name} for name in (OTHERS, SMALLER)]
    agreed = f"{found[0]['stability'] / 1000:.2f}" if found and found[0]["stability"] else "unknown"
    return make_shares(
        ask,
        context,
        "community.size",
        rows=Rows(sql=MEMBERS, keys=("community",)),
        of_rows=Rows(sql=MEMBERS),
        cells=[*_cells(ask), *rest] if found else rest,
        what="accounts of the community, of accounts that answer or name somebody or are answered or named (groups found by Leiden from "
        f"several seeds agree with adjusted mutual information {agreed})",
    )


def since(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Age of each community: `community.since`, keys {"community", "name", "month"}: when its eighth account first wrote."""
    rows = Rows(sql=MEMBERS, keys=("community",))
    sql = f"""
SELECT community, MAX(month) AS month
FROM (SELECT m.community, MIN({month("c.published_at")}) AS month,
        ROW_NUMBER() OVER (PARTITION BY m.community ORDER BY MIN(c.published_at), m.account_key) AS place
      FROM ({MEMBERS}) m JOIN corpus c ON c.post_key = m.post_key WHERE {dated("c")}
      GROUP BY m.community, m.account_key) a
WHERE place = {FEWEST} GROUP BY community ORDER BY community"""  # noqa: S608
    table = ask(Aggregate(name="eighth accounts", sql=sql, needs=rows.needs), {})
    months = {row["community"]: row["month"] for row in table.to_pylist()}
    counts = count_rows(ask, rows, "members")
    return [
        make_count(
            context,
            "community.since",
            {**cell, "month": label("month", months[cell["community"]])},
            counts[cell["community"],],
            rows,
            row_keys=cell,
            unit="accounts",
            method="counted; the month in which the eighth account of the community first wrote in these sources",
        )
        for cell in _cells(ask)
        if cell["community"] in months
    ]


def active(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Growth: `community.active`, keys {"community", "name", "half"}: accounts that wrote in the last half year (`last`)
    and in the one before (`before`), of accounts of the community."""  # noqa: D205, D209
    rows = Rows(
        keys=("community", "half"),
        sql=f"""
SELECT m.post_key, m.account_key, m.community,
  CASE WHEN {day_number("c.published_at")} > e.last_day - {LATELY} THEN 'last' ELSE 'before' END AS half
FROM ({MEMBERS}) m JOIN corpus c ON c.post_key = m.post_key CROSS JOIN ({_END}) e
WHERE {dated("c")} AND {day_number("c.published_at")} > e.last_day - {2 * LATELY}""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "community.active",
        rows=rows,
        of_rows=Rows(sql=MEMBERS, keys=("community",)),
        cells=[{**cell, "half": half} for cell in _cells(ask) for half in ("before", "last")],
        what="accounts that wrote in this half year, of accounts of the community",
    )


def joined(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Newcomers: `community.joined`, keys {"community", "name"}: first wrote in the last half year, of those who wrote in it."""
    lately = f"""
SELECT m.post_key, m.account_key, m.community, f.first_day, e.last_day
FROM ({MEMBERS}) m JOIN corpus c ON c.post_key = m.post_key JOIN ({_FIRST}) f ON f.account_key = m.account_key
CROSS JOIN ({_END}) e
WHERE {dated("c")} AND {day_number("c.published_at")} > e.last_day - {LATELY}"""  # noqa: S608
    return make_shares(
        ask,
        context,
        "community.joined",
        rows=Rows(
            keys=("community",),
            sql=f"SELECT * FROM ({lately}) l WHERE first_day > last_day - {LATELY}",  # noqa: S608
        ),
        of_rows=Rows(sql=lately, keys=("community",)),
        cells=_cells(ask),
        what="accounts that first wrote in the last half year, of accounts that wrote in it",
    )


def _between() -> str:
    """Answers and mentions of the corpus between members. Columns post_key, account_key, answers, answered, to_account."""
    return f"""
SELECT i.post_key, i.account_key, i.to_account, a.community AS answers, b.community AS answered
FROM ({between_accounts()}) i JOIN corpus c ON c.post_key = i.post_key
JOIN ({_LABELS}) a ON a.account_key = i.account_key JOIN ({_LABELS}) b ON b.account_key = i.to_account"""  # noqa: S608


def ties(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Who answers whom: `community.ties`, keys {"answers", "answered"}: of accounts that answer or name anybody, by community.

    Only where at least 8 accounts do, communities with figures of their own.
    """
    rows = Rows(sql=_between(), keys=("answers", "answered"))
    of_rows = Rows(sql=_between(), keys=("answers",))
    known = {row["community"] for row in named(ask)}
    counts, of = count_rows(ask, rows, "ties"), count_rows(ask, of_rows, "answering")
    return [
        make_share(
            context,
            "community.ties",
            {"answers": one, "answered": other},
            hits=count,
            of=of[one,],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"answers": one, "answered": other},
            what="accounts that answer or name somebody of the other community, of accounts of the one that answer or name anybody",
        )
        for (one, other), count in counts.items()
        if {one, other} <= known and count.accounts >= FEWEST
    ]


def bridges(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Those who stand between: `community.bridges`, keys {"community", "name"}.

    Accounts of the community tied to at least two accounts of other communities, by answering, naming, being answered or named; of
    accounts of the community. No account is ever named.
    """
    pairs = f"""
SELECT i.account_key AS one, i.to_account AS other FROM ({between_accounts()}) i
UNION SELECT i.to_account AS one, i.account_key AS other FROM ({between_accounts()}) i"""  # noqa: S608
    apart = f"""
SELECT p.one FROM ({pairs}) p JOIN communities a ON a.account_key = p.one JOIN communities b ON b.account_key = p.other
WHERE a.community <> b.community GROUP BY p.one HAVING COUNT(DISTINCT p.other) >= {APART}"""  # noqa: S608
    return make_shares(
        ask,
        context,
        "community.bridges",
        rows=Rows(
            keys=("community",),
            sql=f"SELECT m.* FROM ({MEMBERS}) m WHERE m.account_key IN ({apart})",  # noqa: S608
        ),
        of_rows=Rows(sql=MEMBERS, keys=("community",)),
        cells=_cells(ask),
        what=f"accounts tied to at least {APART} accounts of other communities, of accounts of the community",
    )


def conditions(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Whether people with one condition find each other: `community.conditions`, keys {"condition"}.

    Accounts that tell the condition as their own or of someone cared for and are tied to another such account, of all
    that do. The study's own conditions stand there however few tell them, others where 8 accounts do, and rare ones where
    at least two of those who tell it found each other: the name is there, and the release hides its numbers. A rare
    disease that one account alone tells is not named: it could be found by the name.
    """
    told = f"""
SELECT DISTINCT m.post_key, m.account_key, LOWER(m.concept) AS condition FROM corpus_marks m
WHERE m.layer = 'diagnosis' AND m.slot = 'condition' AND m.concept IS NOT NULL AND {asserted("m")}
  AND m.post_key IN ({experienced()})"""  # noqa: S608
    people = f"SELECT DISTINCT account_key, condition FROM ({told}) t WHERE account_key IS NOT NULL"  # noqa: S608
    met = f"""
SELECT DISTINCT a.account_key, a.condition
FROM ({people}) a
JOIN (SELECT account_key AS one, to_account AS other FROM ({between_accounts()}) i
      UNION SELECT to_account AS one, account_key AS other FROM ({between_accounts()}) j) p ON p.one = a.account_key
JOIN ({people}) b ON b.account_key = p.other AND b.condition = a.condition"""  # noqa: S608
    rows = Rows(
        keys=("condition",),
        sql=f"SELECT t.* FROM ({told}) t JOIN ({met}) m ON m.account_key = t.account_key AND m.condition = t.condition",  # noqa: S608
    )
    of_rows = Rows(sql=told, keys=("condition",))
    counts, of = count_rows(ask, rows, "met"), count_rows(ask, of_rows, "conditions told")
    own = [c for condition in context.conditions if ((c := condition.lower()),) in of]
    enough = [
        name
        for (name,), n in of.items()
        if n.accounts >= FEWEST or counts.get((name,), Count()).accounts >= RARE
    ]
    return [
        make_share(
            context,
            "community.conditions",
            {"condition": name},
            hits=counts.get((name,), Count()),
            of=of.get((name,), Count()),
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"condition": name},
            what="accounts tied to another account that tells the condition, of accounts that tell it of themselves or of "
            "someone cared for",
        )
        for name in dict.fromkeys((*own, *sorted(enough)))
    ]
