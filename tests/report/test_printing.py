"""Numbers are printed without false precision, and `*` where they may not be shown."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bedside.report.printing import count, months, share, span

_SHARE = re.compile(r"^(\d+(?:\.\d)?) % \((\d+(?:\.\d)?)–(\d+(?:\.\d)?)\)$")


def _plain(text: str) -> str:
    return text.replace("\u2060", "").replace("\u202f", " ")


def test_whole_per_cent_with_an_en_dash_and_no_break() -> None:
    assert share(0.414, 0.362, 0.459) == "41\u202f% (36\u2060–\u206046)"


def test_a_decimal_only_where_the_interval_is_narrower_than_one_unit() -> None:
    assert _plain(share(0.0312, 0.028, 0.0345)) == "3.1 % (2.8–3.5)"
    assert _plain(share(0.0312, 0.02, 0.05)) == "3 % (2–5)"


def test_a_small_share_is_not_printed_as_none() -> None:
    assert _plain(share(0.004, 0.001, 0.02)) == "0.4 % (0.1–2.0)"
    assert _plain(share(0.0, 0.0, 0.004)) == "0 % (0.0–0.4)"


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_printed_numbers_stay_within_half_a_unit(a: float, b: float, c: float) -> None:
    low, mid, high = sorted((a, b, c))
    read = _SHARE.match(_plain(share(mid, low, high)))
    assert read
    for printed, meant in zip(read.groups(), (mid, low, high), strict=True):
        assert abs(float(printed) - 100 * meant) <= 0.500001


@given(st.integers(0, 10_000), st.integers(1, 20))
def test_a_count_under_the_limit_is_a_star_and_zero_is_zero(number: int, small: int) -> None:
    assert (count(number, small) == "*") == (0 < number < small)


def test_waits_are_years_from_two_years_on() -> None:
    assert _plain(months(84, 72, 96)) == "7 years (6–8)"
    assert _plain(months(14, 11, 18)) == "14 months (11–18)"
    assert months(24) == "2 years"


def test_an_interval_with_one_end_is_not_printed() -> None:
    assert span(None, 4.0) == ""
