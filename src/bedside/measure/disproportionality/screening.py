"""Screening: every measure of every reported pair in one table, with its unit, its notes and the caveat."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from bedside.errors import InputError
from bedside.measure.disproportionality.cells import CAVEAT, Cells, Floats, checked_cells
from bedside.measure.disproportionality.counting import PairCounts
from bedside.measure.disproportionality.ebgm import Fit, Likelihood, ebgm, fit_prior
from bedside.measure.disproportionality.likelihood_ratio import product_test
from bedside.measure.disproportionality.ratios import (
    chi_squared,
    evans_rule,
    fisher,
    prr,
    ror,
    yates,
)
from bedside.measure.disproportionality.shrinkage import bcpnn_1998, information_component

__all__ = ["Screened", "screen_cells", "screen_pairs"]

HALVED = "a cell is 0: one half added to all four for the ROR; PRR left as it is"


class Screened(NamedTuple):
    """All pairs with their measures, sorted by IC025 (highest first).

    Attributes
    ----------
    pairs : pyarrow.Table
        One row per reported pair: product, event, n, product_cases, event_cases, cases, expected, then the
        measures with their limits, `evans` (the rule of 2001), `note` and `caveat`.
    unit, caveat : str
    strata : dict of str to int
    fit : Fit or None
        Prior of EBGM; None where it was refused, and `refused` says why.
    """

    pairs: pa.Table
    unit: str
    caveat: str
    strata: dict[str, int]
    fit: Fit | None
    refused: str


def screen_pairs(
    counts: PairCounts,
    *,
    likelihood: Likelihood = "mixture",
    draws: int = 0,
    seed: int = 1,
) -> Screened:
    """Work out every measure of every reported pair.

    Parameters
    ----------
    counts : PairCounts
    likelihood : {"mixture", "components"}
        Form of EBGM's likelihood.
    draws : int, default 0
        Monte-Carlo draws of the likelihood-ratio test; 0 leaves the test out.
    seed : int
        Of the draws.
    """
    cells = counts.cells
    names = (
        [counts.products[i] for i in counts.product],
        [counts.events[i] for i in counts.event],
    )
    columns = _columns(*names, cells, counts.expected)
    fit, refused = _with_ebgm(columns, counts, likelihood)
    if draws:
        columns |= _with_test(counts, draws, seed)
    return Screened(_table(columns, cells), counts.unit, CAVEAT, counts.strata, fit, refused)


def screen_cells(names: Sequence[str], a: object, b: object, c: object, d: object) -> Screened:
    """Work out the measures of two-by-two tables that somebody else counted; EBGM and strata need more than these.

    Raises
    ------
    InputError
        If a cell is no count.
    """
    cells = checked_cells(a, b, c, d)
    columns = _columns(list(names), [""] * len(names), cells, cells.expected)
    refused = "EBGM needs all pairs of a corpus, not single tables"
    return Screened(
        _table(columns, cells), "as counted in the table given", CAVEAT, {}, None, refused
    )


def _columns(
    products: list[str], events: list[str], cells: Cells, expected: Floats
) -> dict[str, object]:
    """Counts, and every measure that needs nothing but the four cells."""
    columns: dict[str, object] = {
        "product": pa.array(products, pa.string()),
        "event": pa.array(events, pa.string()),
        "n": cells.a.astype(np.int64),
        "product_cases": (cells.a + cells.b).astype(np.int64),
        "event_cases": (cells.a + cells.c).astype(np.int64),
        "cases": cells.total.astype(np.int64),
        "expected": expected,
    }
    measured = {
        "prr": prr(cells),
        "ror": ror(cells),
        "ic": information_component(cells.a, expected),
        "bcpnn_1998": bcpnn_1998(cells),
    }
    for name, (value, low, high) in measured.items():
        columns |= {name: value, f"{name}_low": low, f"{name}_high": high}
    two_sided, greater = fisher(cells)
    columns |= {"chi_squared": chi_squared(cells), "chi_squared_yates": yates(cells)}
    return columns | {"fisher_two_sided": two_sided, "fisher_greater": greater}


def _table(columns: dict[str, object], cells: Cells) -> pa.Table:
    """The columns with rule, note and caveat, highest IC025 first."""
    columns["evans"] = evans_rule(cells)
    columns["note"] = pa.array([HALVED if zero else "" for zero in cells.has_zero], pa.string())
    columns["caveat"] = pa.array([CAVEAT] * len(cells.a), pa.string()).dictionary_encode()
    order = [("ic_low", "descending"), ("product", "ascending"), ("event", "ascending")]
    return pa.table(columns).sort_by(order)


def _with_ebgm(
    columns: dict[str, object], counts: PairCounts, likelihood: Likelihood
) -> tuple[Fit | None, str]:
    """Add EBGM where the table is large enough to fit it; else say why not."""
    try:
        fit = fit_prior(counts.n, counts.expected, likelihood=likelihood)
    except InputError as error:
        return None, str(error)
    (value, low, high), _ = ebgm(fit.prior, counts.n, counts.expected)
    columns |= {"ebgm": value, "eb05": low, "eb95": high}
    return fit, ""


def _with_test(counts: PairCounts, draws: int, seed: int) -> dict[str, Floats]:
    """Likelihood-ratio test of each product over all events that anybody reported."""
    rng = np.random.default_rng(seed)
    of_event = np.zeros(len(counts.events))
    of_event[counts.event] = counts.event_cases
    ratios, p_values = np.zeros(len(counts.n)), np.ones(len(counts.n))
    for product in range(len(counts.products)):
        rows = np.flatnonzero(counts.product == product)
        if not len(rows):
            continue
        seen = np.zeros(len(of_event))
        seen[counts.event[rows]] = counts.n[rows]
        tested = product_test(seen, of_event, draws=draws, rng=rng)
        ratios[rows] = tested.ratios[counts.event[rows]]
        p_values[rows] = tested.p_values[counts.event[rows]]
    return {"lrt": ratios, "lrt_p": p_values}
