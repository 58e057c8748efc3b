"""Sentences are decided by figures, and say less where figures say less."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.report.figures import Shown
from bedside.report.sentences import (
    by_size,
    leaders,
    of_whom,
    sample_needed,
    share_sentence,
    standing_out,
    told_apart,
    wait_sentence,
    wait_title,
)


def _told(code: str, mid: float | None, half: float = 0.02, **fields: Any) -> Shown:
    low, high = (None, None) if mid is None else (max(0.0, mid - half), min(1.0, mid + half))
    given: dict[str, Any] = {"of_accounts": 400, "suppressed": mid is None, **fields}
    return Shown(
        id=code,
        measure="m",
        keys={"code": code},
        unit="accounts",
        estimate=mid,
        low=low,
        high=high,
        **given,
    )


def _name(figure: Shown) -> str:
    return figure.keys["code"]


def _say(*figures: Shown) -> str:
    return standing_out(figures, verb="complain of", wording=_name, rest="anything else")


def test_a_clear_leader_is_said_to_lead() -> None:
    assert (
        _say(_told("cost", 0.1), _told("waiting", 0.4))
        == "More accounts complain of waiting than of anything else"
    )


def test_overlapping_intervals_claim_no_order() -> None:
    said = _say(_told("cost", 0.38), _told("waiting", 0.4), _told("food", 0.1))
    assert (
        said == "Accounts complain most often of waiting and of cost; the two cannot be told apart"
    )


def test_many_that_cannot_be_told_apart_are_counted_not_named() -> None:
    said = _say(*(_told(name, 0.3) for name in "abcd"))
    assert (
        said == "No one thing stands out: the 4 that most accounts complain of cannot be told apart"
    )


def test_a_lone_number_is_not_said_to_lead() -> None:
    assert _say(_told("cost", 0.3), _told("waiting", None)).startswith(
        "Only one number may be shown"
    )


def test_nothing_is_said_of_zeros_and_hidden_numbers() -> None:
    assert _say(_told("cost", 0.0, 0), _told("waiting", None)) == ""
    assert _say() == ""
    assert share_sentence([], who="w", verb="v", wording=_name, small=8) == ""


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.3)), min_size=2, max_size=8))
def test_an_order_is_claimed_only_where_no_interval_overlaps(
    shares: list[tuple[float, float]],
) -> None:
    figures = [_told(str(at), mid, half) for at, (mid, half) in enumerate(shares)]
    said = _say(*figures)
    if said.startswith("More accounts"):
        first, *rest = by_size(figures)
        assert all((other.high or 0) < (first.low or 0) for other in rest if other.mid > 0)


@given(st.permutations(range(5)))
def test_the_order_in_which_figures_come_decides_nothing(order: list[int]) -> None:
    figures = [_told(str(at), 0.1 * at + 0.05) for at in range(5)]
    assert _say(*(figures[at] for at in order)) == _say(*figures)


def test_shares_without_intervals_are_not_told_apart_unless_counted() -> None:
    one, other = (Shown(id="", measure="", keys={}, unit="", estimate=x) for x in (0.9, 0.1))
    assert not told_apart(one, other)
    one, other = (
        Shown(id="", measure="", keys={}, unit="", estimate=x, basis="counted") for x in (9, 1)
    )
    assert told_apart(one, other)


def test_hidden_figures_never_lead() -> None:
    assert [f.keys["code"] for f in leaders([_told("hidden", None), _told("shown", 0.2)])] == [
        "shown"
    ]


def test_a_share_is_always_said_with_its_n_and_these_sources() -> None:
    said = share_sentence(
        [_told("waiting", 0.4)], who="tell of care", verb="complain of", wording=_name, small=8
    )
    plain = said.replace("\u2060", "").replace("\u202f", " ")
    assert (
        plain
        == "Of 400 accounts in these sources that tell of care, 40 % (38–42) complain of waiting."
    )
    assert of_whom(_told("x", 0.1, of_accounts=5), "tell", small=8).startswith("Of * accounts")
    assert "posts in these" in of_whom(
        Shown(id="", measure="", keys={}, unit="posts", of_posts=90), "tell", small=8
    )


def test_tied_shares_are_said_to_be_tied() -> None:
    two = [_told("a", 0.4), _told("b", 0.39)]
    assert share_sentence(two, who="w", verb="tell", wording=_name, small=8).endswith(
        "The two cannot be told apart."
    )
    five = [_told(name, 0.4) for name in "abcde"]
    assert share_sentence(five, who="w", verb="tell", wording=_name, small=8).endswith(
        "These and 2 more cannot be told apart."
    )


def test_a_wait_is_told_as_half_of_n_accounts() -> None:
    wait = Shown(
        id="",
        measure="",
        keys={},
        unit="accounts",
        estimate=90,
        low=81,
        high=97.2,
        hits_accounts=1012,
    )
    assert (
        wait_title(wait)
        == "Half of 1,012 accounts that tell an ended wait waited 7.5 years or longer for the diagnosis"
    )
    said = wait_sentence(wait, " from first symptoms").replace("\u2060", "")
    assert "from first symptoms, half waited 7.5 years (6.8–8.1) or longer" in said


@pytest.mark.parametrize(("alpha", "posts"), [(0.667, 81), (0.8, 139)])
def test_the_sample_for_four_equal_codes_is_that_of_requirement_r30(
    alpha: float, posts: int
) -> None:
    """Four equiprobable codes: 81 posts for 0.667, 139 for 0.80."""
    assert sample_needed(0.25, alpha=alpha) == posts


def test_a_rare_code_needs_twenty_posts_that_carry_it() -> None:
    assert sample_needed(0.01) >= 2000


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -1.0, float("nan")])
def test_a_sample_for_an_impossible_share_is_refused(prevalence: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        sample_needed(prevalence)


def test_no_leader_is_claimed_over_a_number_that_is_hidden_for_others_sake() -> None:
    """A star for a small number is small; one that only shields others may be larger than what is shown."""
    first, last = _told("waiting", 0.4), _told("cost", 0.1)
    hidden = _told("access", None, shields=True)
    told = [
        standing_out(f, verb="complain of", wording=lambda f: f.keys["code"], rest="anything else")
        for f in ([first, last], [first, last, hidden])
    ]
    assert told[0] == "More accounts complain of waiting than of anything else"
    assert (
        told[1] == "Of what may be shown, more accounts complain of waiting than of anything else"
    )
