"""`simulate`: invented posts in the platforms' own formats, with the truth beside them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bedside.simulate.corpus import DEFAULT_CONDITIONS, simulate
from bedside.simulate.rates import Rates

__all__ = ["simulate_to"]


def simulate_to(
    out: Path,
    *,
    posts: int,
    seed: int,
    conditions: Sequence[str] | None = None,
    harms: float = 1.0,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[dict[str, Any], str]:
    """Write a simulated corpus and say what was planted."""
    rates = Rates(harms=harms) if harms != 1.0 else None
    made = simulate(
        out, posts=posts, seed=seed, conditions=conditions or DEFAULT_CONDITIONS, rates=rates, progress=progress
    )
    value = msgspec.to_builtins(made)
    return value, f"{posts:,} simulated posts in {out}, with TRUTH beside them"
