"""Mixing: who answers whom, how far each kind keeps to itself, and how often an answer comes back."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows, evidence_id, evidence_of
from bedside.measure.exchange.about import kinds_there
from bedside.measure.exchange.making import make_post_shares
from bedside.measure.exchange.speakers import KINDS, ROLES
from bedside.measure.making import NOT_CHECKED
from bedside.measure.shares import Share
from bedside.measure.statistics.mixing import jackknifed_assortativity, jackknifed_reciprocity
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["ANSWERED", "PAIRS", "assortativity", "mixing", "reciprocity"]

Ints = npt.NDArray[np.int64]
NO_TIES = "no two accounts, or all of one role, answered each other"
_LEVELS = {
    (False, False): "roles",
    (True, False): "kind_answers",
    (False, True): "kind_answered",
    (True, True): "kinds",
}
"""Which ends are a kind of professional: parts of the role `clinician`."""
_FROM = ("from_role", "from_kind")
_TO = ("to_role", "to_kind")


def _all_ways(first: tuple[str, ...], last: tuple[str, ...] = ()) -> str:
    """Replies once under the role of either end and, where it is a professional, once more under the kind."""
    ways = [
        f"SELECT post_key, account_key, {one} AS from_who{f', {other} AS to_whom' if other else ''} "  # noqa: S608
        f"FROM replies e WHERE {one} IS NOT NULL{f' AND {other} IS NOT NULL' if other else ''}"
        for one in first
        for other in (last or ("",))
    ]
    return " UNION ALL ".join(ways)


PAIRS = Rows(sql=_all_ways(_FROM, _TO), keys=("from_who", "to_whom"))
"""Replies by who writes them and whom they answer."""
ANSWERED = Rows(
    sql=" UNION ALL ".join(
        f"SELECT post_key, account_key, {column} AS to_whom FROM replies e WHERE {column} IS NOT NULL"  # noqa: S608
        for column in _TO
    ),
    keys=("to_whom",),
)
"""Replies by whom they answer."""


def mixing(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Who answers whom: `exchange.mixing`, keys {"answers", "answered", "level"}; roles, and professionals by kind.

    Replies from one kind of account that answer a post of the other, of its replies to somebody else's post; the reply or
    what it answers is in the corpus. Over the roles a row adds up to 1. Kinds of professionals are parts of the role `clinician`.
    """
    of_rows = Rows(sql=_all_ways(_FROM), keys=("from_who",))
    there = {who for (who,) in count_rows(ask, of_rows, "who answers")}
    met = {pair[1] for pair in count_rows(ask, PAIRS, "who is answered")}
    kinds = [*ROLES, *kinds_there(there | met)]
    return make_post_shares(
        ask,
        context,
        "exchange.mixing",
        rows=PAIRS,
        of_rows=of_rows,
        cells=[
            {"answers": one, "answered": other, "level": _LEVELS[one in KINDS, other in KINDS]}
            for one in kinds
            for other in kinds
        ],
        what="replies that answer a post of such an account, of the replies of such accounts to others' posts, where either "
        "is in the corpus",
    )


_TIES = """
SELECT COALESCE(account_key, post_key) AS one, COALESCE(to_account, target_key) AS other, MIN(from_role) AS from_role,
  MIN(to_role) AS to_role
FROM replies e GROUP BY COALESCE(account_key, post_key), COALESCE(to_account, target_key)
ORDER BY one, other"""
_NAMED = "SELECT * FROM replies e WHERE account_key IS NOT NULL AND to_account IS NOT NULL"
_MUTUAL = f"""
SELECT e.post_key, e.account_key FROM ({_NAMED}) e
JOIN (SELECT DISTINCT account_key, to_account FROM ({_NAMED}) b) r
  ON r.account_key = e.to_account AND r.to_account = e.account_key"""  # noqa: S608
_NEEDS = ("replies",)


def _places(one: list[str], other: list[str]) -> tuple[Ints, Ints, int]:
    """Numbers of the accounts at either end of each tie, and how many accounts there are."""
    known, places = np.unique(np.array(one + other), return_inverse=True)
    return places[: len(one)], places[len(one) :], len(known)


def assortativity(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How far roles keep to themselves: `exchange.assortativity`, no keys.

    Newman's coefficient of the ties between accounts (who ever answered whom, once), by role; 0: as by chance.
    """
    ties = ask(Aggregate(name="ties between accounts", sql=_TIES, needs=_NEEDS), {})
    share = None
    if ties.num_rows:
        one, other, many = _places(ties["one"].to_pylist(), ties["other"].to_pylist())
        kinds = np.zeros(many, np.int64)
        for ends, roles in ((one, "from_role"), (other, "to_role")):
            kinds[ends] = [ROLES.index(role) for role in ties[roles].to_pylist()]
        share = jackknifed_assortativity(one, other, kinds, len(ROLES))
    rows = Rows(sql="SELECT post_key, account_key FROM replies e")
    whole = count_all(ask, rows, "replies")
    what = (
        "assortativity by role of the ties between accounts, each pair and direction once, a post without author as an "
        "account of its own; 1: every tie stays within a role, 0: as by chance"
    )
    return [
        _of_ties(context, "exchange.assortativity", {}, share, (whole, whole), (rows, rows), what)
    ]


def reciprocity(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How often an answer comes back: `exchange.reciprocity`, keys {"of"} with of = ties or pairs.

    ties: of all ties (an account that ever answered another), those whose opposite is there too. pairs: of all pairs of
    accounts with a tie, those with both. Two definitions; the first is the larger wherever it is neither 0 nor 1.
    """
    sql = f"SELECT DISTINCT account_key, to_account FROM ({_NAMED}) e ORDER BY account_key, to_account"  # noqa: S608
    ties = ask(Aggregate(name="ties between named accounts", sql=sql, needs=_NEEDS), {})
    both = None
    if ties.num_rows:
        one, other, _ = _places(ties["account_key"].to_pylist(), ties["to_account"].to_pylist())
        both = jackknifed_reciprocity(one, other)
    rows = Rows(sql=_MUTUAL)
    of_rows = Rows(sql=f"SELECT post_key, account_key FROM ({_NAMED}) e")  # noqa: S608
    counts = (
        count_all(ask, rows, "replies that come back"),
        count_all(ask, of_rows, "named replies"),
    )
    return [
        _of_ties(
            context,
            "exchange.reciprocity",
            {"of": of},
            both[number] if both else None,
            counts,
            (rows, of_rows),
            what,
        )
        for number, (of, what) in enumerate(_DEFINITIONS.items())
    ]


_DEFINITIONS = {
    "ties": "ties whose opposite is there too, of all ties (an account that ever answered another)",
    "pairs": "pairs of accounts that answered each other, of pairs of which one answered the other",
}


def _of_ties(
    context: MeasureContext,
    measure: str,
    keys: Mapping[str, str],
    share: Share | None,
    counts: tuple[Count, Count],
    rows: tuple[Rows, Rows],
    what: str,
) -> Figure:
    """A number of the network, with the posts that make its ties."""
    evidence = evidence_of(context, *rows, keys={})
    value, low, high = share or (None, None, None)
    return Figure(
        id=evidence_id(measure, keys, evidence),
        measure=measure,
        keys=dict(keys),
        unit="accounts",
        estimate=value,
        low=low,
        high=high,
        hits_accounts=counts[0].accounts,
        hits_posts=counts[0].posts,
        of_accounts=counts[1].accounts,
        of_posts=counts[1].posts,
        no_author=counts[0].no_author,
        basis="machine",
        method=f"{what}; jackknife of accounts, 95 % interval, {NOT_CHECKED}",
        refused="" if share else NO_TIES,
        evidence=evidence,
    )
