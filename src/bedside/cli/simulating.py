"""`simulate`: invented posts in the platforms' own formats, with the truth beside them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bedside.simulate.corpus import DEFAULT, simulate
from bedside.simulate.rates import Rates
from bedside.store.engine import Progress

__all__ = ["simulate_to", "step_progress"]


def step_progress(progress: Progress | None) -> Callable[[int, int], None] | None:
    """Tell progress of the simulation under its own name."""
    return partial(progress, "simulate") if progress is not None else None


def simulate_to(
    out: Path,
    *,
    posts: int,
    seed: int,
    conditions: Sequence[str] | None = None,
    harms: float = 1.0,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], str]:
    """Write a simulated corpus and say what was planted."""
    rates = Rates(harm=min(1.0, Rates().harm * harms)) if harms != 1.0 else None
    made = simulate(
        out,
        posts=posts,
        seed=seed,
        conditions=conditions or DEFAULT,
        rates=rates,
        progress=step_progress(progress),
    )
    value = msgspec.to_builtins(made)
    return value, f"{posts:,} simulated posts in {out}, with TRUTH beside them"
