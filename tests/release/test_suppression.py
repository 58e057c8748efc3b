"""Suppression: no hidden count can be worked out, tested by trying every table that fits."""

from collections.abc import Sequence
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.measure.shares import wilson
from bedside.model.figures import Figure
from bedside.release.remembering import Shown, figure_accounts, figure_key
from bedside.release.showing import release_figures, round_count
from bedside.release.solver import feasible_ranges
from bedside.release.suppression import SMALL, Decision, decide
from bedside.release.tables import Quantity, Tie
from bedside.store.config import Privacy
from tests.release.conftest import figure, roles

POLICY = Privacy()


def shown(figures: Sequence[Figure], earlier: Sequence[Shown] = ()) -> list[int | None]:
    """Accounts as released, None where suppressed."""
    released = release_figures(figures, decide(figures, POLICY, earlier))
    return [f.hits_accounts for f in released]


def remembered(figures: Sequence[Figure], decision: Decision) -> Shown:
    return Shown(
        known=decision.known,
        hidden=decision.hidden,
        hidden_counts=tuple(decision.limits),
        most=9,
        ties=tuple(decision.ties),
        figures={
            figure_key(f.figure()): figure_accounts(f.figure())
            for f in release_figures(figures, decision)
        },
        exact=decision.round_to < 2,
    )


@pytest.mark.parametrize(("accounts", "visible"), [(0, True), (1, False), (7, False), (8, True)])
def test_one_to_seven_accounts_are_hidden_and_zero_is_shown(accounts: int, visible: bool) -> None:
    (released,) = release_figures([figure("x", accounts)], decide([figure("x", accounts)], POLICY))
    assert released.suppressed is not visible
    assert (released.hits_accounts == accounts) is visible


def test_a_suppressed_figure_has_no_number_left() -> None:
    cell = figure(
        "journey.map", 3, 5471, of=("stage", 60), low=0.01, high=0.1, method="of 5471 posts"
    )
    (released,) = release_figures([cell], decide([cell], POLICY))
    numbers = ("estimate", "low", "high", "hits_accounts", "hits_posts", "of_accounts", "of_posts")
    assert [getattr(released, name) for name in numbers] == [None] * 7
    assert "5471" not in repr(released)


def test_posts_without_authors_are_hidden_while_they_could_be_few_people() -> None:
    assert shown([figure("x", 0, 3)]) == [None]
    assert shown([figure("x", 0, 30)]) == [0]


def test_a_share_of_few_accounts_is_hidden_even_at_zero() -> None:
    assert shown([figure("x", 0, of=("stage", 5))]) == [None]


def test_a_lone_star_beside_a_total_takes_a_second_one_with_it() -> None:
    assert shown(roles(3, 40, 20, 9)) == [None, 40, 20, None]


def test_zeros_do_not_serve_as_the_second_star() -> None:
    assert shown(roles(3, 40, 0)) == [None, None, 0]


def test_two_stars_that_leave_no_room_take_a_third() -> None:
    """1 + 1 of a hidden pair: the total leaves 2, so both would be known to be 1."""
    assert shown(roles(1, 1, 30, 12)).count(None) == 3


def test_providers_under_ten_reviewers_are_not_shown_even_at_zero() -> None:
    few = [
        figure("care.providers", n, keys={"provider": "x"}, of=("reviewers", of))
        for n, of in ((0, 9), (8, 9), (8, 10))
    ]
    assert [shown([f])[0] for f in few] == [None, None, 8]


def test_the_same_set_is_hidden_wherever_it_stands() -> None:
    """The accounts at a stage are a numerator in one table and the denominator in another."""
    stage = figure("journey.stages", 5, keys={"group": "end"}, own="end", of=("told", 90))
    cell = figure("journey.map", 0, keys={"group": "end"}, of=("end", 5))
    assert shown([stage, cell]) == [None, None]


def test_a_count_hidden_before_stays_hidden_on_the_same_posts() -> None:
    """First release: 3 and 9 hidden. A second one with another table must not show the 9."""
    first = roles(3, 40, 20, 9)
    decision = decide(first, POLICY)
    again = first[1:]
    assert shown(again, [remembered(first, decision)]) == [40, 20, None]


def test_what_an_earlier_release_showed_counts_as_known() -> None:
    """The 9 was shown alone before: it cannot hide the 3, so another must."""
    before = roles(3, 40, 20, 9, total=72)[3:]
    decision = decide(before, POLICY)
    assert shown(before) == [9]
    assert shown(roles(3, 40, 20, 9), [remembered(before, decision)]) == [None, 40, None, 9]


def test_releases_that_differ_by_few_accounts_are_rounded() -> None:
    before, now = roles(100, 50), roles(103, 50, snapshot="s-2")
    earlier = [remembered(before, decide(before, POLICY))]
    decision = decide(now, POLICY, earlier)
    released = release_figures(now, decision)
    assert [f.hits_accounts for f in released] == [105, 50]
    assert released[0].of_accounts == 155
    assert released[0].estimate == pytest.approx(105 / 155)
    assert "rounded" in " ".join(decision.notes)


def test_the_same_release_again_is_not_rounded() -> None:
    figures = roles(100, 50)
    earlier = [remembered(figures, decide(figures, POLICY))]
    assert shown(figures, earlier) == [100, 50]


@pytest.mark.parametrize(
    ("count", "rounded"),
    [(0, 0), (8, 10), (10, 10), (11, 10), (12, 10), (13, 15), (22, 20), (23, 25), (1000, 1000)],
)
def test_rounding_is_nhs_digital_s(count: int, rounded: int) -> None:
    """suppression_rules.csv of the reference vectors, column HES_subnational."""
    assert round_count(count, 5) == rounded


def test_rounding_leaves_no_exact_number_behind() -> None:
    cell = figure("x", 41, 97, of=("stage", 212, 503), low=0.13123, high=0.25789)
    (released,) = release_figures([cell], decide([cell], Privacy(round_to=5)))
    assert (released.hits_accounts, released.of_accounts) == (40, 210)
    assert (released.low, released.high) == (0.11, 0.28)
    assert released.estimate == pytest.approx(40 / 210)


def test_limits_of_a_median_wait_are_no_person_s_own_date() -> None:
    wait = figure("journey.time_to_diagnosis", 12, estimate=53.4, low=22.2, high=97.0)
    (released,) = release_figures([wait], decide([wait], POLICY))
    assert (released.estimate, released.low, released.high) == (54, 21, 96)


def test_posts_without_author_are_always_told_beside_a_shown_count() -> None:
    cell = figure("x", 20, 25, no_author=2)
    step = figure("inclusion.flow", 0, 2, keys={"step": "no_author"}, no_author=2)
    released = release_figures([cell, step], decide([cell, step], POLICY))
    assert [f.no_author for f in released] == [2, 2]


def test_posts_without_author_give_no_star_away() -> None:
    """Three posts without author say one role: not to be read off the 5 of all roles together."""
    everybody = figure(
        "inclusion.flow", 60, 70, keys={"step": "relevant"}, own="everybody", no_author=5
    )
    parts = [(0, 3, 3), (40, 45, 1), (20, 22, 1)]
    cells = [
        figure(
            "roles.share",
            accounts,
            posts,
            keys={"role": f"r{i}", "of": "posts"},
            of=("everybody", 60, 70),
            no_author=no_author,
        )
        for i, (accounts, posts, no_author) in enumerate(parts)
    ]
    decision = decide([everybody, *cells], POLICY)
    released = release_figures([everybody, *cells], decision)
    assert [f.suppressed for f in released] == [False, True, False, True]
    assert_protected(decision)


def flow(
    rejected: int, kept: int, near: int, languages: dict[str, int], relevant: int
) -> list[Figure]:
    """A flow with its sources and languages, every sum true."""
    unique = kept - near

    def step(name: str, count: int, unit: str = "records") -> Figure:
        people = None if unit == "records" else count
        more = {"keys": {"step": name}, "unit": unit, "estimate": float(count)}
        return figure("inclusion.flow", people, count if name != "rejected" else 0, **more)

    other = sum(languages.values())
    steps = [step("read", rejected + kept), step("rejected", rejected), step("no_post", 0)]
    steps += [step("tombstoned", 0), step("kept", kept), step("near", near)]
    steps += [step(name, 0) for name in ("same_post", "exact", "repost", "withdrawn", "erased")]
    steps += [step("unique", unique, "posts"), step("other_language", other, "posts")]
    steps += [step("not_relevant", unique - other - relevant, "posts")]
    steps += [step(n, 0, "posts") for n in ("other_place", "language_unknown", "after_snapshot")]
    steps += [step("relevant", relevant, "posts")]
    read = {"en": unique - other}
    return steps + [
        figure(
            "inclusion.languages",
            n,
            keys={"lang": lang, "read": "yes" if lang in read else "no"},
            unit="posts",
        )
        for lang, n in (read | languages).items()
    ]


def test_a_star_is_not_given_away_by_two_tables_together() -> None:
    """German is hidden: neither the unique posts nor the unread ones may lead back to its 3."""
    figures = flow(12, 500, 40, {"de": 3, "fr": 30}, 300)
    decision = decide(figures, POLICY)
    stars = [f.keys for f in release_figures(figures, decision) if f.suppressed]
    assert {"lang": "de", "read": "no"} in stars
    assert len(stars) > 1
    assert_protected(decision)


def test_a_group_of_stages_does_not_give_away_a_stage_in_it() -> None:
    """Who has the codebook knows which stages make up a group: 42 told of the group and 36 of the one leave 6."""
    stages = {"living_with": 36, "remission_or_relapse": 6}
    cells = [
        figure("codes.share", n, keys={"layer": "stage", "code": code}, of=("everybody", 162))
        for code, n in stages.items()
    ]
    group = figure("journey.stages", 42, keys={"group": "living_with"}, of=("told", 90))
    decision = decide([*cells, group], POLICY, groups={"living_with": tuple(stages)})
    released = release_figures([*cells, group], decision)
    assert [f.suppressed for f in released].count(True) == 2
    assert_protected(decision)


def assert_protected(decision: Decision) -> None:
    """Every small hidden count that is tied to others keeps at least four possible values."""
    tied = {q for tie in decision.ties for q in (tie.total, *tie.parts)}
    asked = [
        q
        for q in decision.limits
        if q in tied and decision.hidden[q.of] == SMALL and decision.counts[q]
    ]
    known, bounds = decision.known, dict(decision.limits)
    if step := decision.round_to:  # a reader knows each shown count to half a step
        near = {q: round_count(n, step) for q, n in known.items() if n}
        bounds |= {q: (max(0, n - step // 2), n + step // 2) for q, n in near.items()}
        known = {q: n for q, n in known.items() if not n}
    ranges = feasible_ranges(asked, ties=decision.ties, known=known, bounds=bounds)
    for quantity in asked:
        assert ranges[quantity].width >= (1 if quantity.unit == "no_author" else 3)
        assert ranges[quantity].low <= decision.counts[quantity] <= ranges[quantity].high


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_no_role_can_be_worked_out_from_the_others_by_trying_every_table(counts: list[int]) -> None:
    """Brute force, without the solver: all tables of whole numbers that a reader could think of."""
    figures = roles(*counts)
    visible = shown(figures)
    total = sum(counts)
    if 0 < total < 8:
        assert all(v is None for v in visible)
        return
    if all(v is not None for v in visible):
        assert not any(0 < n < 8 for n in counts)
        return
    decision = decide(figures, POLICY)
    small = [n for n, v in zip(counts, visible, strict=True) if v is None and n < 8]
    large = [n for n, v in zip(counts, visible, strict=True) if v is None and n >= 8]
    if any(tie.total in decision.limits for tie in decision.ties):
        return  # the total is hidden too: nothing ties the stars
    left = total - sum(v for v in visible if v is not None)
    tables = [
        t
        for t in product(range(1, 8), repeat=len(small))
        if (left - sum(t) == 0 and not large) or (large and left - sum(t) >= len(large))
    ]
    for place in range(len(small)):
        assert len({table[place] for table in tables}) >= 4


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 12),
    st.integers(0, 12),
    st.dictionaries(st.sampled_from(["de", "fr", "es", "cy"]), st.integers(1, 20), max_size=4),
)
def test_no_star_of_the_flow_and_its_languages_can_be_narrowed_down(
    rejected: int, near: int, languages: dict[str, int]
) -> None:
    figures = flow(rejected, 300, near, languages, 150)
    assert_protected(decide(figures, POLICY))


def test_ranges_are_those_of_whole_tables() -> None:
    """Two sums with a count in common, worked out by hand."""
    a, b, c, one, two = (Quantity(name, "posts") for name in ("a", "b", "c", "one", "two"))
    ties = [Tie(one, (a, b), "="), Tie(two, (b, c), "=")]
    bounds: dict[Quantity, tuple[int, int | None]] = {a: (1, 7), b: (1, None), c: (1, 7)}
    ranges = feasible_ranges([a, b, c], ties=ties, known={one: 20, two: 17}, bounds=bounds)
    assert ranges == {a: (4, 7), b: (13, 16), c: (1, 4)}


def test_a_cover_narrows_from_below() -> None:
    """Accounts that turned first to x or y, 20 in all; 13 to x: at least 7 to y."""
    x, y, of = (Quantity(name, "accounts") for name in "xyo")
    found = feasible_ranges(
        [y], ties=[Tie(of, (x, y), ">=")], known={x: 13, of: 20}, bounds={y: (1, 7)}
    )
    assert found[y] == (7, 7)


def test_a_cover_that_gives_a_count_away_takes_another_star() -> None:
    of = ("told", 20)
    figures = [
        figure("journey.first_turned", n, keys={"code": code}, of=of)
        for code, n in (("x", 13), ("y", 7))
    ]
    assert shown(figures) == [None, None]


def test_a_small_count_that_was_already_shown_is_noted() -> None:
    """An earlier, laxer policy showed the 5: it is hidden now, and the log says that it is out."""
    figures = roles(5, 40)
    lax = Privacy(small_count=3)
    decision = decide(figures, POLICY, [remembered(figures, decide(figures, lax))])
    assert release_figures(figures, decision)[0].suppressed
    assert "earlier release" in decision.notes[0]


def test_a_count_that_earlier_tables_give_away_is_noted() -> None:
    """The total and the other parts are out: nothing that is hidden now could help."""
    others, whole = roles(3, 40, 20, total=63)[1:], figure("x", 63, own="everybody")
    before = [remembered([*others, whole], decide([*others, whole], POLICY))]
    decision = decide(roles(3, 40, 20), POLICY, before)
    assert "narrowed down" in " ".join(decision.notes)


def test_bounds_that_no_table_fits_count_as_given_away() -> None:
    a, total = Quantity("a", "posts"), Quantity("t", "posts")
    found = feasible_ranges(
        [a], ties=[Tie(total, (a,), "=")], known={total: 20}, bounds={a: (1, 7)}
    )
    assert found[a].width == 0


def test_counts_without_a_share_are_rounded_too() -> None:
    posts = figure("inclusion.sources", 41, 97, unit="posts", estimate=97.0)
    (released,) = release_figures([posts], decide([posts], Privacy(round_to=5)))
    assert (released.estimate, released.hits_posts, released.hits_accounts) == (95, 95, 40)


def test_a_share_from_rounded_counts_lies_within_its_limits() -> None:
    """13 of 17 become 15 of 15: the limits of 13 of 17 do not hold 1."""
    cell = figure("journey.map", 13, of=("stage", 17), low=0.52, high=0.91)
    (released,) = release_figures([cell], decide([cell], Privacy(round_to=5)))
    assert (released.estimate, released.low, released.high) == (1.0, 0.5, 1.0)


def test_a_ratio_is_not_worked_out_from_rounded_counts() -> None:
    cell = figure("trends.changes", 93, of=("before", 61), estimate=1.523, low=1.127, high=2.061)
    (released,) = release_figures([cell], decide([cell], Privacy(round_to=5)))
    assert (released.estimate, released.low, released.high) == (1.52, 1.12, 2.07)
    assert (released.hits_accounts, released.of_accounts) == (95, 60)


def test_a_counted_number_with_limits_gives_nothing_exact_away_when_rounded() -> None:
    week = figure("trends.volume", 53, keys={"week": "2026-W05"}, low=39.7, high=69.3)
    (released,) = release_figures([week], decide([week], Privacy(round_to=5)))
    assert (released.estimate, released.low, released.high) == (55.0, 35.0, 70.0)


def test_counts_of_views_leave_to_two_digits_and_stretches_of_time_to_five() -> None:
    """An exact median of views would find its post; two days one apart would tell of the accounts between them."""
    reach = figure("misinformation.reach", 40)
    reach = msgspec.structs.replace(reach, estimate=12_347.0, low=987.0, high=23_456.0)
    follows = msgspec.structs.replace(
        figure("misinformation.follows", 42), estimate=0.6123, low=0.4567, high=0.8123
    )
    released = release_figures([reach, follows], decide([reach, follows], POLICY))
    assert (released[0].estimate, released[0].low, released[0].high) == (12_000, 990, 23_000)
    assert released[0].hits_accounts == 40
    assert released[1].hits_accounts == 40
    assert (released[1].estimate, released[1].low, released[1].high) == (0.61, 0.45, 0.82)


def test_the_steps_that_every_figure_names_again_are_rounded_and_never_hidden() -> None:
    """Seven posts in other languages are left out: the corpus is what shares are of, so a star on it hides nothing."""
    figures = flow(0, 300, 0, {"fr": 4, "nl": 3}, 293)
    decision = decide(figures, POLICY)
    released = {f.keys["step"]: f for f in release_figures(figures, decision) if "step" in f.keys}
    assert decision.round_to == 5 and "left out of the corpus" in " ".join(decision.notes)
    assert [released[s].hits_posts for s in ("unique", "relevant")] == [300, 295]
    assert released["other_language"].suppressed
    assert_protected(decision)


@pytest.mark.parametrize(("x", "n"), [(30, 60), (10, 60), (45, 100), (20, 200)])
def test_limits_of_a_rounded_share_do_not_tell_the_count_that_was_rounded(x: int, n: int) -> None:
    """Every pair of counts that rounds to the same, shown: all of them with the same limits."""
    fits: dict[tuple[float | None, float | None], set[int]] = {}
    for hits in range(x - 2, x + 3):
        for of in range(n - 2, n + 3):
            _, low, high = wilson(hits, of)
            cell = figure("x", hits, of=("stage", of), low=low, high=high)
            (released,) = release_figures([cell], decide([cell], Privacy(round_to=5)))
            assert released.low is not None and released.high is not None
            assert released.low <= (low or 0) and (high or 1) <= released.high
            fits.setdefault((released.low, released.high), set()).add(hits)
    assert list(map(len, fits.values())) == [5]
