"""Reader: what could be worked out about a hidden count, asked again and again while a release is decided.

Two tables of whole numbers that fit all that is shown, and in which a count differs by enough, shield it. One of them is
the truth; the other need differ from it only near the count. So a few sums around it are asked first, and more only
where they do not do; what is found holds as long as nothing in it is shown again.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf

from bedside.release.solver import Limits, extreme
from bedside.release.sums import Sums, counts_in, fits, narrowed
from bedside.release.tables import Quantity, Tie

__all__ = ["Reader"]

NEAR = (1, 3, inf)  # ties between a count and those that may move with it
FIRST = 2  # ties over which limits are carried before a table is looked for


class Reader:
    """Whoever reads a release, with all that is shown and all sums that hold.

    Parameters
    ----------
    sums : Sums
    truth : Mapping of Quantity to int
        What all counts are; for those of which that is not kept, values that fit.
    limits : Mapping
        Counts that are hidden at the time of asking: what the rules tell of each, least and most (None: no limit).
    least : callable
        How far apart the possible values of a count must lie.
    """

    def __init__(
        self,
        sums: Sums,
        truth: Mapping[Quantity, int],
        limits: Limits,
        least: Callable[[Quantity], int],
    ) -> None:
        self._sums, self._truth, self._limits, self._least = sums, truth, limits, least
        self._moved: dict[Quantity, frozenset[Quantity]] = {}

    def tells(self, quantity: Quantity) -> bool:
        """Whether the possible values of a hidden count lie too close together."""
        if quantity not in self._sums:
            return False
        if quantity in self._moved and all(q in self._limits for q in self._moved[quantity]):
            return False
        self._moved.pop(quantity, None)
        if self._pinned(quantity):
            return True
        size = 0
        for steps in NEAR:
            near = self._sums.around([quantity], self._limits.__contains__, steps)
            if len(near) > size and self._moves(quantity, near):
                return False
            size = len(near)
        return True

    def _pinned(self, quantity: Quantity) -> bool:
        """Whether limits carried along a few ties are already too narrow."""
        ties = self._sums.touching(
            self._sums.around([quantity], self._limits.__contains__, FIRST - 1)
        )
        limits = {q: self._limits[q] for q in counts_in(ties) if q in self._limits} | {
            quantity: self._limits[quantity]
        }
        low, high = narrowed(ties, self._truth, limits)[quantity]
        return high - low < self._least(quantity)

    def _moves(self, quantity: Quantity, near: Sequence[Quantity]) -> bool:
        """Whether the count can differ enough while only these do; what is found is noted for all of them."""
        ties = self._sums.touching(near)
        if not all(q in self._truth for q in counts_in(ties)):
            return False
        limits = {q: self._limits[q] for q in near}
        tables = [{q: self._truth[q] for q in near}]
        for sign in (-1, 1):
            table = extreme(quantity, sign, ties=ties, known=self._truth, limits=limits)
            if table is None or not self._holds(table, ties):
                return False
            tables.append(table)
            self._note(tables)
            if quantity in self._moved:
                return True
        return False

    def _holds(self, table: Mapping[Quantity, int], ties: Sequence[Tie]) -> bool:
        """Whether a table fits in whole numbers, whatever the solver's tolerance."""
        values = {q: table.get(q, self._truth[q]) for q in counts_in(ties)}
        return all(fits(tie, values) for tie in ties)

    def _note(self, tables: Sequence[Mapping[Quantity, int]]) -> None:
        """Which counts differ enough between two tables, and what must stay hidden for that."""
        one = tables[-1]
        for other in tables[:-1]:
            moved = frozenset(q for q in one if not one[q] == other[q] == self._truth[q])
            for quantity in moved:
                if abs(one[quantity] - other[quantity]) >= self._least(quantity):
                    self._moved[quantity] = moved
