"""Pain points: what is known of each aspect complained of, and which proposals for it lead; from released figures only."""

from typing import NamedTuple

from bedside.measure.estimates.contrasts import difference
from bedside.measure.estimates.judged import JudgedShare
from bedside.report.figures import Shelf, Shown, one, pick
from bedside.report.sentences import by_size

__all__ = ["Change", "Pain", "Proposal", "pains", "proposals"]

ALL = "all"


class Change(NamedTuple):
    """Difference of the later half of the months from the earlier, with its 95 % interval; since: its first month."""

    value: float
    low: float
    high: float
    since: str


class Pain(NamedTuple):
    """One aspect: the share that complains, how bad, how it changed, and what is said along with it, most said first."""

    aspect: str
    common: Shown
    bad: Shown | None
    change: Change | None
    causes: list[Shown]
    remedies: list[Shown]
    workarounds: Shown | None
    resources: list[Shown]


class Proposal(NamedTuple):
    """A remedy that people propose for an aspect."""

    aspect: str
    remedy: str
    figure: Shown


def pains(shelf: Shelf) -> list[Pain]:
    """Aspects by the share of accounts that complain, largest first; those without a number are left out."""
    common = by_size(pick(shelf, "care.aspects", valence="complaint"))
    return [_pain(shelf, figure) for figure in common if figure.mid > 0]


def _pain(shelf: Shelf, common: Shown) -> Pain:
    aspect = common.keys["aspect"]
    said = {
        kind: by_size(pick(shelf, "care.said", aspect=aspect, kind=kind))
        for kind in ("cause", "remedy", "resource")
    }
    named = {
        kind: [f for f in fs if f.keys["code"] != ALL and f.mid > 0] for kind, fs in said.items()
    }
    return Pain(
        aspect,
        common,
        one(shelf, "care.badness", aspect=aspect),
        _change(shelf, aspect),
        named["cause"],
        named["remedy"],
        one(shelf, "care.said", aspect=aspect, kind="workaround"),
        named["resource"],
    )


def _change(shelf: Shelf, aspect: str) -> Change | None:
    """How the share changed from half to half; None where either may not be shown."""
    halves = [
        one(shelf, "care.halves", aspect=aspect, valence="complaint", half=half)
        for half in ("later", "earlier")
    ]
    shares = [
        JudgedShare(f.estimate, f.low, f.high, "", 0, 0, 0)
        for f in halves
        if f is not None and f.known
    ]
    if len(shares) < 2 or halves[0] is None:
        return None
    found = difference(*shares)
    if found.value is None or found.low is None or found.high is None:
        return None
    return Change(found.value, found.low, found.high, halves[0].keys.get("since", ""))


def proposals(shelf: Shelf, *, most: int = 10) -> list[Proposal]:
    """What people themselves propose, by the number of accounts that do, most first."""
    found = [
        Proposal(f.keys["aspect"], f.keys["code"], f)
        for f in pick(shelf, "care.said", kind="remedy")
        if f.known and f.keys["code"] != ALL and f.keys["aspect"] != ALL and f.hits_accounts
    ]
    found.sort(key=lambda p: (-(p.figure.hits_accounts or 0), p.aspect, p.remedy))
    return found[:most]
