"""Shielding: more sets hidden, so that none of the small ones can be worked out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from bedside.model.figures import Figure
from bedside.release.decision import COMPLEMENT, SMALL, Decision
from bedside.release.reader import Reader
from bedside.release.solver import ENDLESS, Limits, extreme, nearest
from bedside.release.sums import Sums, counts_in
from bedside.release.tables import Quantity, Tie, of_set, own_set
from bedside.store.config import Privacy

__all__ = ["hide_complements"]

SEARCHES = ((3, False), (inf, False), (inf, True))
"""How sets to hide are looked for: ties between them and the count; whether in whole numbers, which takes longer."""
NO_MORE = 1e-6  # the solver's tolerance


def least_width(quantity: Quantity, policy: Privacy) -> int:
    """How far apart the smallest and largest possible value of a hidden count must be."""
    return 1 if quantity.unit == "no_author" else max(1, (policy.small_count - 1) // 2)


def _uses(figures: Iterable[Figure]) -> Counter[str]:
    """How many figures would be lost if a set were hidden."""
    return Counter(name for f in figures for name in {own_set(f), of_set(f)} if name is not None)


class _Shielding:
    """The hiding of more sets, one weak count after the other."""

    def __init__(
        self,
        decision: Decision,
        policy: Privacy,
        uses: Mapping[str, int],
        ties: Sequence[Tie],
        least: Callable[[Quantity], int],
    ) -> None:
        self._decision, self._policy, self._least = decision, policy, least
        self._uses, self._truth = uses, decision.counts | decision.shown_before
        for joined in ([*ties, *decision.across], ties):
            self._sums = Sums(joined)
            fitting = _taken(self._sums, self._truth, decision.limits)
            if fitting is not None:
                self._truth |= fitting
                break  # else tables count in other ways now: sums of earlier snapshots do not hold
        self._reader = Reader(self._sums, self._truth, decision.limits, least)

    def shield(self, quantity: Quantity) -> bool:
        """Hide more until the count is told by nothing, if that can be; hiding never narrows another."""
        while self._reader.tells(quantity):
            added = self._complements(quantity)
            if not added:
                return False
            for name in added:
                self._decision.hide(name, COMPLEMENT, self._policy)
            if len(added) > 1 and not self._reader.tells(quantity):
                for name in added:
                    self._show_again(name, quantity)
        return True

    def told_before(self, quantity: Quantity) -> bool:
        """Whether a hidden count stood in earlier snapshots only, and what they showed told it already."""
        decision = self._decision
        if quantity in decision.counts or not decision.across:
            return False
        own = decision.counts.keys() - decision.shown_before.keys() - decision.hidden_before
        sums = Sums([t for t in decision.across if own.isdisjoint((t.total, *t.parts))])
        limits = {
            q: decision.limits.get(q, (0, None))
            for q in counts_in(sums.ties)
            if q in decision.limits or q in decision.hidden_before
        }
        return Reader(sums, self._truth, limits, self._least).tells(quantity)

    def _complements(self, quantity: Quantity) -> list[str]:
        """The shown sets whose loss costs least and lets the count be another by as much as it must."""
        width = self._least(quantity)
        for steps, whole in SEARCHES if quantity in self._truth else ():
            near = self._sums.around([quantity], self._may_move, steps)
            found = [self._moving(quantity, width * sign, near, whole=whole) for sign in (1, -1)]
            costs = min((c for c in found if c), key=lambda c: sum(c.values()), default={})
            if costs:
                return sorted({q.of for q in costs})
        return []

    def _moving(
        self, quantity: Quantity, by: int, near: Sequence[Quantity], *, whole: bool
    ) -> dict[Quantity, float]:
        """Shown counts that are others in the cheapest table in which this one is so much larger, with their costs."""
        decision, truth = self._decision, self._truth
        low, high = decision.limits[quantity]
        value = truth[quantity] + by
        if value < low or (high is not None and value > high):
            return {}
        limits = {q: decision.limits.get(q, (1, None)) for q in near} | {quantity: (value, value)}
        costs = {q: self._cost(q) for q in near if q not in decision.limits}
        table = nearest(
            ties=self._sums.touching(near),
            known=truth,
            limits=limits,
            truth=truth,
            costs=costs,
            whole=whole,
        )
        return {q: c for q, c in costs.items() if table and abs(table[q] - truth[q]) > NO_MORE}

    def _may_move(self, quantity: Quantity) -> bool:
        """Whether a count is hidden, or could be: it is none, spared or known from an earlier release otherwise."""
        decision = self._decision
        return quantity in decision.limits or (
            quantity.of not in decision.spared
            and not _shown_before(quantity, decision)
            and bool(decision.counts.get(quantity))
        )

    def _cost(self, quantity: Quantity) -> float:
        """Figures that would be lost; of as many the smaller set."""
        largest = self._decision.largest(quantity.of)
        return self._uses[quantity.of] + largest / ENDLESS

    def _show_again(self, name: str, quantity: Quantity) -> None:
        """Show a set again if the count is shielded without it."""
        before = self._decision.show(name)
        if self._reader.tells(quantity):
            for twin in before:
                self._decision.hide(twin, COMPLEMENT, self._policy)


def hide_complements(decision: Decision, policy: Privacy, figures: Iterable[Figure]) -> None:
    """Hide more sets until no small count can be narrowed down.

    One count after the other: what is hidden for one often shields those that stand in the same sums, which then need
    not be attacked again and again.
    """
    uses = _uses(figures)
    weak = sorted(q for q in decision.limits if _is_secret(q, decision))
    shielding = _Shielding(decision, policy, uses, decision.ties, lambda q: least_width(q, policy))
    bare = [quantity for quantity in weak if not shielding.shield(quantity)]
    decision.lost += sum(not shielding.told_before(quantity) for quantity in bare)
    if decision.unseen:
        ties = [*decision.ties, *decision.unseen]
        guessing = _Shielding(decision, policy, uses, ties, lambda _: 1)
        for quantity in weak:
            guessing.shield(quantity)


def _is_secret(quantity: Quantity, decision: Decision) -> bool:
    """Whether a hidden count must not be worked out: those of complements may, they are large."""
    if decision.hidden.get(quantity.of) != SMALL or not decision.counts.get(quantity, 1):
        return False
    # where all posts are without author, their number is the number of posts
    nobody = decision.counts.get(Quantity(quantity.of, "accounts")) == 0
    return quantity.unit != "no_author" or nobody


def _taken(sums: Sums, truth: Mapping[Quantity, int], limits: Limits) -> dict[Quantity, int] | None:
    """For counts that only earlier releases hid, values that fit the truth of all others: theirs is not kept."""
    lost = {q: limits[q] for q in limits if q in sums and q not in truth}
    if not lost:
        return {}
    return extreme(next(iter(lost)), 1, ties=sums.touching(lost), known=truth, limits=lost)


def _shown_before(quantity: Quantity, decision: Decision) -> bool:
    """Whether a reader has the count from an earlier release, under any of its names."""
    names = decision.twins.get(quantity.of, (quantity.of,))
    return any(Quantity(name, quantity.unit) in decision.shown_before for name in names)
