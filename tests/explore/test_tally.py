"""Counts from bits are those that one would count post by post."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bedside.explore.tally import Tally


@given(
    sizes=st.lists(st.integers(1, 200), max_size=12),
    nameless=st.integers(0, 90),
    seed=st.integers(0, 2**32),
)
def test_accounts_and_posts_are_counted_as_one_by_one(
    sizes: list[int], nameless: int, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    account = np.repeat(np.arange(len(sizes) + 1), [*sizes, nameless])
    dice.shuffle(account)
    posts = np.arange(len(account))
    rare, often = posts[dice.random(len(posts)) < 0.02], posts[dice.random(len(posts)) < 0.7]
    tally = Tally(account, len(sizes), {"feel": {"rare": rare, "often": often, "none": posts[:0]}})
    mask = dice.random(len(posts)) < dice.random()

    def one_by_one(rows: np.ndarray) -> tuple[int, int]:
        kept = [row for row in rows.tolist() if mask[row]]
        return len({account[row] for row in kept} - {len(sizes)}), len(kept)

    assert tally.counts(["feel"], mask)["feel"] == {
        "rare": one_by_one(rare),
        "often": one_by_one(often),
        "none": (0, 0),
    }
    assert tally.people(mask) == one_by_one(posts)[0]
    assert np.flatnonzero(tally.mask("feel", "rare")).tolist() == rare.tolist()
    assert not tally.mask("feel", "unheard of").any()
