"""Shielding: what is quickly found out about a hidden count is what all tables say, and what is hidden for it is little."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.model.figures import Figure
from bedside.release.reader import Reader
from bedside.release.solver import feasible_ranges
from bedside.release.sums import Sums, fits, narrowed
from bedside.release.suppression import decide
from bedside.release.tables import Quantity, Tie, own_set, tie_of
from bedside.store.config import Privacy
from tests.release.conftest import figure

POLICY = Privacy()
LEAST = 3
NAMES = "abcdefghij"


@st.composite
def puzzles(draw: st.DrawFn) -> tuple[dict[Quantity, int], list[Tie], set[Quantity]]:
    """Counts, some true sums between them, and which are hidden."""
    counts = {Quantity(name, "posts"): draw(st.integers(1, 20)) for name in NAMES}
    ties = []
    for _ in range(draw(st.integers(1, 7))):
        total, *parts = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
        tie = tie_of(counts, total, parts, "posts", disjoint=True)
        if tie is not None:
            ties.append(tie)
    hidden = draw(st.sets(st.sampled_from(sorted(counts)), min_size=1))
    return counts, ties, hidden


@settings(max_examples=80, deadline=None)
@given(puzzles())
def test_a_reader_is_told_what_all_tables_together_leave_too_narrow(
    puzzle: tuple[dict[Quantity, int], list[Tie], set[Quantity]],
) -> None:
    """The few sums asked first, and what was found for other counts, never change the answer."""
    counts, ties, hidden = puzzle
    limits = {q: (1, 7 if counts[q] < 8 else None) for q in hidden}
    reader = Reader(Sums(ties), counts, limits, lambda _: LEAST)
    known = {q: n for q, n in counts.items() if q not in hidden}
    asked = [q for q in sorted(hidden) if q in Sums(ties)]
    ranges = feasible_ranges(asked, ties=ties, known=known, bounds=limits)
    for quantity in asked:
        assert reader.tells(quantity) == (ranges[quantity].width < LEAST)
        assert not reader.tells(quantity) or counts[quantity] in range(
            ranges[quantity].low, ranges[quantity].high + 1
        )


@settings(max_examples=40, deadline=None)
@given(puzzles())
def test_limits_carried_along_sums_are_never_narrower_than_the_tables(
    puzzle: tuple[dict[Quantity, int], list[Tie], set[Quantity]],
) -> None:
    counts, ties, hidden = puzzle
    limits = {q: (1, 7 if counts[q] < 8 else None) for q in hidden}
    known = {q: n for q, n in counts.items() if q not in hidden}
    assert all(fits(tie, counts) for tie in ties)
    ranges = feasible_ranges(sorted(hidden), ties=ties, known=known, bounds=limits)
    for quantity, (low, high) in narrowed(ties, known, limits).items():
        assert low <= ranges[quantity].low
        assert high >= ranges[quantity].high or ranges[quantity].high > 1_000


def test_what_is_shown_again_shields_nothing() -> None:
    """A pair of stars hides the 3; with the other one shown it is told, and told again once that is asked twice."""
    total, a, b = (Quantity(name, "posts") for name in "tab")
    counts = {total: 23, a: 3, b: 20}
    limits: dict[Quantity, tuple[int, int | None]] = {a: (1, None), b: (1, None)}
    reader = Reader(Sums([Tie(total, (a, b), "=")]), counts, limits, lambda _: LEAST)
    assert not reader.tells(a)
    del limits[b]
    assert reader.tells(a) and reader.tells(a)


def rows(**counts: int) -> list[Figure]:
    """One table, a row for each name."""
    return [figure("lines", n, own=name, keys={"line": name}) for name, n in counts.items()]


def stars(figures: list[Figure], **prints: int) -> list[str]:
    """Names of the sets that are hidden, the posts behind them being known by these prints."""
    names = {f.evidence.posts_sql: own_set(f) for f in figures}
    decision = decide(figures, POLICY, prints={names[n]: value for n, value in prints.items()})
    assert not decision.lost
    return [f.evidence.posts_sql for f in figures if own_set(f) in decision.hidden]


def test_what_is_hidden_for_a_star_costs_the_fewest_figures() -> None:
    """Two sums give the 3 away; one row stands in both, and is hidden rather than one for each."""
    figures = [
        *rows(de=3, fr=30, es=12, nl=11),
        figure("other", 33, own="two", keys={"of": "de and fr"}),
        figure("another", 45, own="three", keys={"of": "all but nl"}),
    ]
    assert stars(figures, de=1, fr=10, es=100, nl=1_000, two=11, three=111) == ["de", "fr"]


def test_a_sum_that_only_the_posts_tell_is_shielded() -> None:
    """16 of 18 corrections came from others, 2 from those who explain: three tables that name nothing in common."""
    figures = [
        *rows(others=16, explains=2),
        figure("codes", 18, own="corrects", keys={"code": "c"}),
    ]
    assert stars(figures) == ["explains"]
    assert stars(figures, others=5, explains=7, corrects=12) == ["others", "explains"]


def test_numbers_that_agree_by_chance_cost_nothing_where_the_posts_are_known() -> None:
    """3 and 120 are 123 by number, but of other posts."""
    figures = [*rows(few=3, many=120), figure("lines", 123, own="else", keys={"line": "any"})]
    assert stars(figures) == ["few", "many"]
    assert stars(figures, few=1, many=10, **{"else": 100}) == ["few"]


def test_stars_that_only_their_posts_add_up_cost_no_rounding() -> None:
    """Seven of one account each make up a star of seven: whoever guessed that would know them, and nothing can be hidden."""
    parts = {f"p{n}": 1 for n in range(7)}
    figures = [*rows(**parts, other=40), figure("whole", 7, own="whole", keys={"of": "them"})]
    prints = {name: 10**n for n, name in enumerate(parts)}
    names = {f.evidence.posts_sql: own_set(f) for f in figures}
    told = {**prints, "other": 10**8, "whole": sum(prints.values())}
    decision = decide(figures, POLICY, prints={names[n]: value for n, value in told.items()})
    assert decision.unseen and not decision.lost and not decision.round_to
    assert own_set(figures[-2]) not in decision.hidden
