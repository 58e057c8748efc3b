"""Support: what is asked for and given by kind, who holds most of the help, what helpers say helped, who stays."""

from bedside.measure.community.naming import FEWEST
from bedside.measure.community.watched import Watch, watched
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows, count_rows
from bedside.measure.interactions import ANSWERS, between_accounts
from bedside.measure.judging import Asked
from bedside.measure.making import make_share
from bedside.measure.periods import dated, day_number
from bedside.measure.roles import roles_of
from bedside.measure.tables import make_shares
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["GAVE", "STAYING", "core_helpers", "helped", "helpers", "staying", "support"]

LAYERS = {"asked": "support_needed", "given": "support_given"}
CORE = 5  # accounts helped, from which a helper is one of the core
MOST_HELPED = 12
SILENT = 90  # days without a post at the end, after which an account is taken to have left
BEFORE = 180  # days of the corpus that must lie before an account's first post, else it may be no newcomer
DAYS = (0, 1, 7, 30, 90, 180, 365)


def support(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Support asked for and given by kind: `community.support`, keys {"kind", "side"}; side: asked, given.

    Accounts that ask for it or give it, of accounts with a post that was read for it.
    """
    side = "CASE layer WHEN 'support_needed' THEN 'asked' ELSE 'given' END AS side"
    read = f"""
SELECT DISTINCT c.post_key, c.account_key, {side} FROM corpus c JOIN coverage v ON v.post_key = c.post_key
WHERE v.coverage = 'done' AND v.layer IN {listed(tuple(LAYERS.values()))}"""  # noqa: S608
    told = f"""
SELECT m.post_key, m.account_key, m.code AS kind, {side} FROM corpus_marks m
WHERE m.layer IN {listed(tuple(LAYERS.values()))} AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608
    return make_shares(
        ask,
        context,
        "community.support",
        rows=Rows(sql=told, keys=("kind", "side")),
        of_rows=Rows(sql=read, keys=("side",)),
        cells=[
            {"kind": kind, "side": side}
            for side, layer in LAYERS.items()
            for kind in context.codes.get(layer, ())
        ],
        what="accounts that ask for or give support of this kind, of accounts with a post that was read for it",
        asked=lambda cell: Asked(LAYERS[cell["side"]], (cell["kind"],)),
    )


GAVE = f"""
SELECT DISTINCT m.post_key, m.account_key, i.to_account
FROM corpus_marks m JOIN ({between_accounts(ANSWERS)}) i ON i.post_key = m.post_key
WHERE m.layer = 'support_given' AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608
_CORE = f"""
SELECT account_key FROM ({GAVE}) g GROUP BY account_key HAVING COUNT(DISTINCT to_account) >= {CORE}"""  # noqa: S608
_CORE_POSTS = f"SELECT g.* FROM ({GAVE}) g WHERE g.account_key IN ({_CORE})"  # noqa: S608


def core_helpers(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How much of the help rests on few: `community.core`, no keys.

    Core helpers, who gave support to at least five different accounts, of accounts that gave support to another. Its
    posts are theirs, of all posts that gave support to another account. No account is ever named.
    """
    return make_shares(
        ask,
        context,
        "community.core",
        rows=Rows(sql=_CORE_POSTS),
        of_rows=Rows(sql=GAVE),
        cells=[{}],
        what=f"accounts that gave support to at least {CORE} others, of accounts that gave support to another",
    )


def helpers(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Who the core helpers are: `community.helpers`, keys {"role"}: by role, of core helpers."""
    rows = Rows(
        keys=("role",),
        sql=f"SELECT g.post_key, g.account_key, r.role FROM ({_CORE_POSTS}) g JOIN ({roles_of('account_key')}) r "  # noqa: S608
        "ON r.account_key = g.account_key",
    )
    roles = list(dict.fromkeys((*context.codes.get("role", ()), "unclear")))
    return make_shares(
        ask,
        context,
        "community.helpers",
        rows=rows,
        of_rows=Rows(sql=_CORE_POSTS),
        cells=[{"role": role} for role in roles],
        what=f"accounts of this role, of accounts that gave support to at least {CORE} others",
    )


def helped(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What people say helped when they answer: `community.helped`, keys {"option"}.

    Accounts that say in an answer to somebody that it helped, of accounts that tell there how it turned out; the twelve
    of most accounts, at least 8 that say so. Who answers has reason to: no treatments are compared.
    """
    told = f"""
SELECT o.post_key, o.account_key, LOWER(o.concept) AS opt, u.code AS outcome
FROM corpus_marks o JOIN corpus_marks u ON u.post_key = o.post_key AND u."group" = o."group" AND u.maker = o.maker
JOIN (SELECT DISTINCT post_key FROM ({between_accounts(ANSWERS)}) i) i ON i.post_key = o.post_key
WHERE o.layer = 'treatment' AND o.slot = 'option' AND o.concept IS NOT NULL AND {asserted("o")}
  AND u.layer = 'treatment' AND u.slot = 'outcome' AND u.code IS NOT NULL AND {asserted("u")}"""  # noqa: S608
    rows = Rows(keys=("opt",), sql=f"SELECT * FROM ({told}) t WHERE outcome = 'helped'")  # noqa: S608
    of_rows = Rows(keys=("opt",), sql=told)
    counts, of = count_rows(ask, rows, "helped"), count_rows(ask, of_rows, "outcomes told")
    most = sorted(counts, key=lambda key: (-counts[key].accounts, key))[:MOST_HELPED]
    return [
        make_share(
            context,
            "community.helped",
            {"option": key[0]},
            hits=counts[key],
            of=of[key],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"opt": key[0]},
            what="accounts that say in an answer that it helped, of accounts that tell in an answer how it turned out",
        )
        for key in most
        if counts[key].accounts >= FEWEST
    ]


_SPAN = f"""
SELECT account_key, MIN({day_number("published_at")}) AS first_day, MAX({day_number("published_at")}) AS last_day, MIN(source) AS source
FROM posts WHERE account_key IS NOT NULL AND {dated("posts")} GROUP BY account_key"""  # noqa: S608
_ENDS = f"""
SELECT source, MIN({day_number("published_at")}) AS first_day, MAX({day_number("published_at")}) AS last_day
FROM posts WHERE {dated("posts")} GROUP BY source"""  # noqa: S608
_STAYING = f"""
SELECT c.post_key, a.account_key, a.last_day - a.first_day AS waited,
  CASE WHEN a.last_day + {SILENT} <= e.last_day THEN 1 ELSE 0 END AS ended
FROM ({_SPAN}) a JOIN ({_ENDS}) e ON e.source = a.source
JOIN (SELECT account_key, MIN(post_key) AS post_key FROM corpus WHERE account_key IS NOT NULL GROUP BY account_key) c
  ON c.account_key = a.account_key
JOIN (SELECT DISTINCT account_key FROM communities) m ON m.account_key = a.account_key
WHERE a.first_day >= e.first_day + {BEFORE}"""  # noqa: S608

STAYING = Watch(
    measure="community.staying",
    median="community.staying_median",
    sql=_STAYING,
    times=DAYS,
    unit="days",
    per_unit=1,
    still="share of newcomers that still wrote after so many days",
    until="days until half of the newcomers had written for the last time",
)


def staying(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Newcomers who stay: `community.staying`, keys {"days"}; the median: `community.staying_median`.

    From the first to the last collected post of accounts that are tied to somebody, and that first wrote at
    least 180 days after their source begins. An account has left when it was silent for the last 90 days of its source;
    else it is cut off at its last post. Reading without writing is staying too, and is not seen.
    """
    return watched(ask, context, STAYING)
