"""Snapshots: what an earlier release of other posts told is reckoned with where the posts of a set are the same."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.model.figures import Figure
from bedside.release.ledger import Entry, entry_of
from bedside.release.records import Release
from bedside.release.showing import release_figures, round_count
from bedside.release.snapshots import rounded_from
from bedside.release.suppression import Decision, decide
from bedside.release.tables import own_set
from bedside.store.config import Privacy
from tests.release.conftest import figure

POLICY = Privacy()
Prints = dict[str, int]


def table(measure: str, snapshot: str, **counts: int) -> list[Figure]:
    """One table, a row for each set of posts, named as the query that selects it."""
    return [
        figure(measure, n, own=name, keys={"line": name}, snapshot=snapshot)
        for name, n in counts.items()
    ]


def printed(figures: Sequence[Figure], prints: Prints) -> Prints:
    """Print of each set by its name in the release, from those by its query."""
    return {own_set(f): prints[f.evidence.posts_sql] for f in figures}


def entry(figures: Sequence[Figure], decision: Decision, prints: Prints) -> Entry:
    """What the ledger holds of a release."""
    made = Release(
        id="r-1",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        snapshot=figures[0].evidence.snapshot,
        small_count=POLICY.small_count,
        round_to=decision.round_to,
        figures=release_figures(figures, decision),
    )
    return entry_of(made, decision, most=7, prints=printed(figures, prints))


def released(*releases: list[Figure], prints: Prints, kept: bool = True) -> list[Decision]:
    """Each release decided with the ledger of those before it; what is not kept are the prints in it."""
    made: list[Decision] = []
    memory: list[Entry] = []
    for figures in releases:
        earlier = [one.shown() for one in memory]
        made.append(decide(figures, POLICY, earlier, prints=printed(figures, prints)))
        memory.append(entry(figures, made[-1], prints if kept else dict.fromkeys(prints, 0)))
        if not kept:
            memory[-1] = msgspec.structs.replace(memory[-1], prints={})
    return made


def stars(figures: Sequence[Figure], decision: Decision) -> list[str]:
    return [f.evidence.posts_sql for f in figures if own_set(f) in decision.hidden]


BY_A_SHOWN_PART = (
    table("codes", "s-1", then=17),
    [*table("lines", "s-2", few=3, many=17), *table("topics", "s-2", both=20)],
    {"then": 10, "few": 1, "many": 10, "both": 11},
)
"""3 of 20; the other 17 stood in the first release under a name that nothing joins to theirs of now."""
BY_THE_SAME_SET = (
    [*table("lines", "s-1", few=3, many=17), *table("topics", "s-1", both=20)],
    [*table("codes", "s-2", now=17), *table("topics", "s-2", both=20)],
    {"few": 1, "many": 10, "both": 11, "now": 10},
)
"""The first release hid 3 and 17 of 20; the second has the 17 in another table."""
BY_WHAT_MAKES_IT_UP = (
    [*table("lines", "s-1", few=3, many=17), *table("topics", "s-1", both=20)],
    [*table("codes", "s-2", one=8, two=9), *table("topics", "s-2", both=20)],
    {"few": 1, "many": 10, "both": 11, "one": 4, "two": 6},
)
"""As before, and the second has 8 and 9 that make up the 17."""
BY_WHAT_WAS_SHOWN_BEFORE = (
    table("codes", "s-1", one=8, two=9),
    [*table("lines", "s-2", few=3, many=17), *table("topics", "s-2", both=20)],
    {"few": 1, "many": 10, "both": 11, "one": 4, "two": 6},
)
"""8 and 9 of the first release make up the 17 that the second would hide for the 3."""


@pytest.mark.parametrize(
    ("releases", "before", "now"),
    [
        (BY_A_SHOWN_PART, ["few", "many"], ["few", "both"]),
        (BY_THE_SAME_SET, [], ["now"]),
        (BY_WHAT_MAKES_IT_UP, [], ["one"]),
        (BY_WHAT_WAS_SHOWN_BEFORE, ["few", "many"], ["few", "both"]),
    ],
)
def test_a_small_count_that_falls_by_a_sum_across_two_releases_is_shielded(
    releases: tuple[list[Figure], list[Figure], Prints], before: list[str], now: list[str]
) -> None:
    """Without the prints of the first release the second shows what tells the 3."""
    *both, prints = releases
    assert stars(both[1], released(*both, prints=prints, kept=False)[1]) == before
    decision = released(*both, prints=prints)[1]
    assert stars(both[1], decision) == now
    assert not decision.lost and not decision.round_to


def test_a_count_that_earlier_releases_gave_away_is_lost_once() -> None:
    """17 and 20 were shown before the 3 came: that release is rounded, and the one after it need not be."""
    first = [*table("codes", "s-1", many=17), *table("topics", "s-1", both=20)]
    second = table("lines", "s-2", few=3, many=17) + table("topics", "s-2", both=20)
    third = table("codes", "s-3", many=17, other=40)
    prints = {"few": 1, "many": 10, "both": 11, "other": 100}
    decisions = released(first, second, third, prints=prints)
    assert [bool(d.lost) for d in decisions] == [False, True, False]
    assert [d.round_to for d in decisions] == [0, 5, 0]
    assert stars(third, decisions[2]) == []


@pytest.mark.parametrize("kept", [True, False])
def test_a_set_whose_posts_changed_since_somebody_judged_is_another_set(kept: bool) -> None:
    """All 40 had been silent; 12 were judged since: five small topics make up the 28 of now, and never 40."""
    shared = table("lines", "s-1", few=5, many=35) + table("topics", "s-1", both=40)
    first = shared + table("outcomes", "s-1", silent=40)
    second = shared + table("outcomes", "s-1", silent=28, unsafe=12)
    second += table("topics of the silent", "s-1", a=4, b=6, c=6, d=6, e=6)
    prints = {"few": 1, "many": 10, "both": 11}
    made = decide(first, POLICY, prints=printed(first, prints | {"silent": 11}))
    shown = entry(first, made, prints | {"silent": 11}).shown()
    shown = shown if kept else msgspec.structs.replace(shown, prints={})
    prints |= {"silent": 150, "unsafe": 3, "a": 10, "b": 20, "c": 30, "d": 40, "e": 50}
    decision = decide(second, POLICY, [shown], prints=printed(second, prints))
    assert not decision.lost and not decision.round_to
    assert set(stars(second, decision)) == {"few", "many", *"abcde"}


def test_an_entry_holds_its_own_sets_only() -> None:
    """Earlier releases have entries of their own: the ledger does not grow with the square of their number."""
    *both, prints = BY_WHAT_MAKES_IT_UP
    decision = released(*both, prints=prints)[1]
    own = {own_set(f) for f in both[1]}
    assert not decision.hidden.keys() <= own
    made = entry(both[1], decision, prints)
    told = [q.of for tie in made.ties for q in (tie.total, *tie.parts)]
    counted = [q.of for q, _ in made.known] + [q.of for q in made.hidden_counts]
    assert {*made.hidden, *made.prints, *told, *counted} <= own
    assert made.prints == printed(both[1], prints)


def test_a_ledger_that_was_written_without_prints_is_read() -> None:
    *both, prints = BY_THE_SAME_SET
    first = entry(both[0], released(*both, prints=prints)[0], prints)
    old = msgspec.to_builtins(first)
    del old["prints"]
    shown = msgspec.json.decode(msgspec.json.encode(old), type=Entry).shown()
    assert shown.prints == {} and shown.hidden == first.hidden
    assert not decide(both[1], POLICY, [shown], prints=printed(both[1], prints)).hidden


@given(st.integers(0, 400), st.sampled_from([5, 10, 25]))
def test_what_is_shown_rounded_may_have_been_any_count_that_is_shown_so(n: int, step: int) -> None:
    low, high = rounded_from(n, step)
    assert low <= n <= high
    same = {m for m in range(500) if m and round_count(m, step) == round_count(n, step)}
    assert not n or same <= set(range(low, high + 1))


def test_what_an_earlier_release_showed_rounded_still_narrows_a_sum() -> None:
    """57 of 60 were shown as 55, then as 60, rounded to 5 and to 10: they are 55 to 57, which the 3 must be shielded from."""
    prints = {"few": 1, "many": 10, "both": 11}
    first = table("codes", "s-1", many=57)
    rounded = decide(first, Privacy(round_to=5), prints=printed(first, prints))
    coarser = decide(first, Privacy(round_to=10), prints=printed(first, prints))
    earlier = [entry(first, one, prints).shown() for one in (rounded, coarser)]
    now = table("lines", "s-2", few=3, many=57) + table("topics", "s-2", both=60)
    decision = decide(now, POLICY, earlier, prints=printed(now, prints))
    many = next(q for q in decision.limits if q.of == own_set(now[1]) and q.unit == "accounts")
    assert decision.limits[many] == (55, 57)
    assert not decision.lost
