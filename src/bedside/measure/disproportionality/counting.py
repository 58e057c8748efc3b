"""Counting unique cases: how often product and event were reported together, and how often each alone."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bedside.errors import InputError
from bedside.measure.disproportionality.cells import Cells, Floats

__all__ = ["Case", "PairCounts", "count_cases", "count_rows", "count_totals"]

Whole = npt.NDArray[np.int64]
UNKNOWN = "not stated"


class Case(NamedTuple):
    """One unique case: its products, its events and, if counts are stratified, its stratum."""

    id: str
    products: Sequence[str]
    events: Sequence[str]
    stratum: str = ""


class PairCounts(NamedTuple):
    """Pairs that were reported, sorted by product and event; arrays of shape (pairs,).

    Attributes
    ----------
    products, events : tuple of str
        Names that `product` and `event` point into.
    n, product_cases, event_cases : array
        Cases with both; with the product; with the event.
    cases : int
        All cases (the grand total where `unit` says so).
    expected : array
        Over strata where there are any.
    strata : dict of str to int
        Cases of each stratum; empty where counts are not stratified.
    unit : str
        What was counted, for every output.
    """

    products: tuple[str, ...]
    events: tuple[str, ...]
    product: Whole
    event: Whole
    n: Floats
    product_cases: Floats
    event_cases: Floats
    cases: int
    expected: Floats
    strata: dict[str, int]
    unit: str

    @property
    def cells(self) -> Cells:
        """The two-by-two tables; strata are pooled here."""
        a, r, c = self.n, self.product_cases, self.event_cases
        return Cells(a, r - a, c - a, self.cases - r - c + a)


def _coded(values: Iterable[str]) -> tuple[tuple[str, ...], Whole]:
    listed = list(values)
    if not listed:
        return (), np.zeros(0, np.int64)
    names, codes = np.unique(np.array(listed, dtype=object).astype(str), return_inverse=True)
    return tuple(names.tolist()), codes.astype(np.int64)


def _incidence(case: Whole, code: Whole, shape: tuple[int, int]) -> sp.csr_matrix:
    """Cases x names, 1 where the case holds the name, however often it says so."""
    found = sp.csr_matrix((np.ones(len(case)), (case, code)), shape=shape)
    found.data[:] = 1.0
    return found


def _strata(labels: Sequence[str]) -> tuple[Whole, dict[str, int]]:
    """Stratum of each case, and the size of each; nothing where no case has one."""
    if not any(labels):
        return np.zeros(len(labels), np.int64), {}
    names, codes = _coded(label or UNKNOWN for label in labels)
    sizes = np.bincount(codes, minlength=len(names))
    return codes, dict(zip(names, sizes.tolist(), strict=True))


def _build(
    names: tuple[tuple[str, ...], tuple[str, ...]],
    incidence: tuple[sp.csr_matrix, sp.csr_matrix],
    together: sp.csr_matrix,
    labels: Sequence[str],
    unit: str,
) -> PairCounts:
    """Margins, and expected counts summed over strata."""
    has_product, has_event = incidence
    pairs = together.tocoo()
    order = np.lexsort((pairs.col, pairs.row))
    product, event = pairs.row[order].astype(np.int64), pairs.col[order].astype(np.int64)
    codes, sizes = _strata(labels)
    expected = np.zeros(len(product))
    for stratum in range(max(1, len(sizes))):
        rows = np.flatnonzero(codes == stratum)
        of_product = np.asarray(has_product[rows].sum(axis=0)).ravel()
        of_event = np.asarray(has_event[rows].sum(axis=0)).ravel()
        expected += of_product[product] * of_event[event] / len(rows)
    return PairCounts(
        names[0],
        names[1],
        product,
        event,
        pairs.data[order].astype(float),
        np.asarray(has_product.sum(axis=0)).ravel()[product],
        np.asarray(has_event.sum(axis=0)).ravel()[event],
        has_product.shape[0],
        expected,
        sizes,
        unit,
    )


def _check_there(cases: int, pairs: int) -> None:
    if not cases or not pairs:
        raise InputError(
            f"{cases} cases with {pairs} pairs of product and event: nothing can be compared; does the table name both?"
        )


def count_cases(cases: Iterable[Case]) -> PairCounts:
    """Count pairs, each case once: every product of a case stands with every event of it.

    Parameters
    ----------
    cases : iterable of Case
        Ids must differ. A case without product or event still counts among all cases.

    Raises
    ------
    InputError
        If an id comes twice, or no case has both a product and an event.

    Examples
    --------
    >>> found = count_cases([Case("1", ["A"], ["x", "y", "x"]), Case("2", ["B"], ["x"])])
    >>> found.n.tolist(), found.cases, found.expected.tolist()
    ([1.0, 1.0, 1.0], 2, [1.0, 0.5, 1.0])
    """
    listed = list(cases)
    if len({case.id for case in listed}) != len(listed):
        raise InputError("a case id comes twice: the unit is the unique case; fold its rows first")
    products, p = _coded(name for case in listed for name in case.products)
    events, e = _coded(name for case in listed for name in case.events)
    _check_there(len(listed), min(len(p), len(e)))
    owners = np.arange(len(listed))
    of_p = np.repeat(owners, [len(case.products) for case in listed])
    of_e = np.repeat(owners, [len(case.events) for case in listed])
    has_product = _incidence(of_p, p, (len(listed), len(products)))
    has_event = _incidence(of_e, e, (len(listed), len(events)))
    together = (has_product.T @ has_event).tocsr()
    labels = [case.stratum for case in listed]
    unit = "unique cases; every product of a case stands with every event of it"
    return _build((products, events), (has_product, has_event), together, labels, unit)


def count_rows(
    ids: Sequence[str], products: Sequence[str], events: Sequence[str], strata: Sequence[str] = ()
) -> PairCounts:
    """Count pairs of a table whose rows each state one pair of one case.

    Parameters
    ----------
    ids, products, events, strata : sequences of str, one per row
        The id may come on many rows; a pair counts once a case. A row may name only one of both. The stratum of a
        case is that of its first row.

    Raises
    ------
    InputError
        If the table is empty.
    """
    names, case = _coded(ids)
    told_p = np.array([bool(product) for product in products], bool)
    told_e = np.array([bool(event) for event in events], bool)
    product_names, p = _coded(product for product in products if product)
    event_names, e = _coded(event for event in events if event)
    both = told_p & told_e
    _check_there(len(names), int(both.sum()))
    shape = (len(product_names), len(event_names))
    has_product = _incidence(case[told_p], p, (len(names), shape[0]))
    has_event = _incidence(case[told_e], e, (len(names), shape[1]))
    triples = np.stack([case[both], _spread(p, told_p)[both], _spread(e, told_e)[both]])
    triples = np.unique(triples, axis=1)
    ones = np.ones(triples.shape[1])
    together = sp.csr_matrix((ones, (triples[1], triples[2])), shape=shape)
    labels = [""] * len(names)
    if strata:
        first = np.unique(case, return_index=True)[1]
        labels = [strata[i] for i in first.tolist()]
    unit = "unique cases; pairs as the rows of the table state them"
    return _build((product_names, event_names), (has_product, has_event), together, labels, unit)


def _spread(codes: Whole, told: npt.NDArray[np.bool_]) -> Whole:
    """Codes of the rows that tell one, at the place of their row."""
    placed = np.zeros(len(told), np.int64)
    placed[told] = codes
    return placed


def count_totals(
    products: Sequence[str], events: Sequence[str], counts: Sequence[float]
) -> PairCounts:
    """Pairs from a table of counts, where nothing is known of the single cases.

    Margins are then sums of pair counts: a case with three events counts three times, and the output says so.

    Raises
    ------
    InputError
        If a pair comes twice or a count is negative.
    """
    product_names, p = _coded(products)
    event_names, e = _coded(events)
    seen = np.asarray(counts, float)
    if len({*zip(p.tolist(), e.tolist(), strict=True)}) != len(p):
        raise InputError("a pair of product and event comes twice in the table of counts")
    if (seen < 0).any() or not np.isfinite(seen).all():
        raise InputError("a count is negative or no number; counts are whole numbers from 0 on")
    _check_there(int(seen.sum()), len(p))
    rows = np.bincount(p, weights=seen, minlength=len(product_names))
    columns = np.bincount(e, weights=seen, minlength=len(event_names))
    kept = np.flatnonzero(seen > 0)
    kept = kept[np.lexsort((e[kept], p[kept]))]
    total = int(seen.sum())
    return PairCounts(
        product_names,
        event_names,
        p[kept],
        e[kept],
        seen[kept],
        rows[p[kept]].astype(float),
        columns[e[kept]].astype(float),
        total,
        rows[p[kept]] * columns[e[kept]] / total,
        {},
        "pair counts, not cases: the table names no case, so one with three events counts three times",
    )
