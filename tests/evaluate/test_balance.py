"""Precision where a code is rare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.evaluate.balance import natural_precision, precision_at
from bedside.evaluate.scores import CodeScore

RATE = st.floats(0.01, 0.99)


def test_known_value() -> None:
    """Sensitivity .8, specificity .9 at a share of 1 %: .008 / (.008 + .099)."""
    assert precision_at(0.8, 0.9, 0.01) == pytest.approx(0.008 / 0.107)


@given(RATE, RATE, RATE, RATE)
def test_rarer_codes_never_gain_precision(sens: float, spec: float, one: float, two: float) -> None:
    low, high = sorted((one, two))
    assert precision_at(sens, spec, low) <= precision_at(sens, spec, high) + 1e-12


def test_a_silent_machine_has_no_precision_to_speak_of() -> None:
    assert precision_at(0.0, 1.0, 0.1) == 0.0


@pytest.mark.parametrize(
    "values", [(1.2, 0.5, 0.1), (0.5, -0.1, 0.1), (0.5, 0.5, 0.0), (0.5, 0.5, 1.0)]
)
def test_values_out_of_range_are_refused(values: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="prevalence"):
        precision_at(*values)


def _code(recall: float | None) -> CodeScore:
    return CodeScore(
        code="yes",
        support=9,
        found=9,
        f1=0.5,
        low=0.4,
        high=0.6,
        precision=0.5,
        recall=recall,
        specificity=0.99,
    )


def test_harms_are_reported_at_their_natural_shares_too() -> None:
    natural = natural_precision("harm (any)", _code(0.8))
    assert natural["posts that name a drug"] == pytest.approx(precision_at(0.8, 0.99, 0.07))
    assert natural["all posts"] < natural["posts about a brand"] < natural["posts that name a drug"]
    assert natural_precision("role", _code(0.8)) == {}
    assert natural_precision("harm (any)", _code(None)) == {}
