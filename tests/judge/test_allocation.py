"""Allocation: sums, bounds, and Neyman's optimum."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.judge.allocation import allocate, spread

SIZES = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5000), min_size=1)


@settings(deadline=None)
@given(SIZES, st.floats(0, 1), st.sampled_from(["proportional", "equal", "neyman"]))
def test_every_allocation_keeps_to_its_sum_and_its_bounds(
    sizes: dict[str, int], share: float, way: str
) -> None:
    total = sum(sizes.values())
    least = sum(min(2, n) for n in sizes.values()) if len(sizes) > 1 else 1
    size = max(1, least, round(share * total))
    spreads = {name: 0.1 + 0.1 * place for place, name in enumerate(sorted(sizes))}
    given_ = allocate(sizes, size, way=way, spreads=spreads)  # type: ignore[arg-type]
    assert sum(given_.values()) == pytest.approx(size)
    assert all(0 < given_[name] <= sizes[name] + 1e-9 for name in sizes)


def test_neyman_goes_by_size_times_spread() -> None:
    """Neyman 1934: n_h in proportion to N_h S_h. 800 x .5 : 200 x .25 = 8 : 1."""
    found = allocate({"a": 800, "b": 200}, 90, way="neyman", spreads={"a": 0.5, "b": 0.25})
    assert found == pytest.approx({"a": 80.0, "b": 10.0})


def test_what_a_small_stratum_cannot_take_goes_to_the_others() -> None:
    assert allocate({"a": 1000, "b": 10}, 200, way="equal") == {"a": 190.0, "b": 10.0}


def test_a_stratum_without_positives_in_the_pilot_still_has_a_spread() -> None:
    assert 0 < spread(0, 50) < spread(25, 50) <= 0.5


@pytest.mark.parametrize(
    ("sizes", "size", "said"),
    [
        ({"a": 10}, 11, "from 1 to 10"),
        ({"a": 10}, 0, "from 1 to 10"),
        ({}, 5, "nothing to draw from"),
        ({"a": 10, "b": 10, "c": 10}, 5, "at least 6"),
    ],
)
def test_a_sample_that_cannot_be_is_refused(sizes: dict[str, int], size: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        allocate(sizes, size)


def test_neyman_without_a_pilot_is_refused() -> None:
    with pytest.raises(InputError, match="pilot"):
        allocate({"a": 10}, 5, way="neyman")
