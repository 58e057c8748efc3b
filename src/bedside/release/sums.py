"""Sums: ties by the counts in them, and what follows from them by plain reckoning."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from bedside.release.tables import Quantity, Tie

__all__ = ["Sums", "counts_in", "fits", "narrowed"]

SWEEPS = 4  # times that the limits of neighbours are carried on
Interval = tuple[float, float]


class Sums:
    """The ties of a release by the counts in them, sorted once: counts are asked about thousands of times.

    Parameters
    ----------
    ties : sequence of Tie
    """

    def __init__(self, ties: Sequence[Tie]) -> None:
        self.ties = ties
        self._places: dict[Quantity, list[int]] = defaultdict(list)
        for place, tie in enumerate(ties):
            for quantity in dict.fromkeys((tie.total, *tie.parts)):
                self._places[quantity].append(place)

    def __contains__(self, quantity: Quantity) -> bool:
        """Whether a count stands in any sum."""
        return quantity in self._places

    def touching(self, counts: Iterable[Quantity]) -> list[Tie]:
        """Ties in which any of the counts stands, in their order."""
        places = {place for quantity in counts for place in self._places.get(quantity, ())}
        return [self.ties[place] for place in sorted(places)]

    def around(
        self, wanted: Iterable[Quantity], joins: Callable[[Quantity], bool], steps: float = inf
    ) -> list[Quantity]:
        """Counts that ties join to the wanted ones, nearest first, those themselves too.

        Parameters
        ----------
        wanted : iterable of Quantity
        joins : callable
            Whether a count may differ from what it is; others join nothing, as what a reader knows.
        steps : float, optional
            Most ties between a count and the wanted ones.
        """
        reached = dict.fromkeys(wanted)
        used: set[int] = set()
        last = list(reached)
        while last and steps > 0:
            steps -= 1
            places = dict.fromkeys(
                p for q in last for p in self._places.get(q, ()) if p not in used
            )
            used.update(places)
            held = counts_in(self.ties[place] for place in places)
            last = [q for q in held if q not in reached and joins(q)]
            reached |= dict.fromkeys(last)
        return list(reached)


def counts_in(ties: Iterable[Tie]) -> dict[Quantity, None]:
    """Every count in the ties, each once."""
    return dict.fromkeys(q for tie in ties for q in (tie.total, *tie.parts))


def fits(tie: Tie, counts: Mapping[Quantity, int]) -> bool:
    """Whether these counts are as the tie says."""
    added, total = sum(counts[part] for part in tie.parts), counts[tie.total]
    return {"=": added == total, ">=": added >= total, "<=": added <= total}[tie.kind]


def narrowed(
    ties: Sequence[Tie],
    known: Mapping[Quantity, int],
    limits: Mapping[Quantity, tuple[int, int | None]],
) -> dict[Quantity, Interval]:
    """Limits of hidden counts carried along the ties, one tie at a time: never narrower than what a reader can conclude."""
    ends: dict[Quantity, Interval] = {
        q: (low, inf if high is None else high) for q, (low, high) in limits.items()
    }

    def end(quantity: Quantity) -> Interval:
        return ends[quantity] if quantity in ends else (known[quantity], known[quantity])

    for _ in range(SWEEPS):
        before = dict(ends)
        for tie in ties:
            for quantity, interval in _carried(tie, [end(q) for q in tie.parts], end(tie.total)):
                if quantity in ends:
                    low, high = ends[quantity]
                    ends[quantity] = (max(low, interval[0]), min(high, interval[1]))
        if ends == before:
            break
    return ends


def _carried(tie: Tie, parts: Sequence[Interval], total: Interval) -> Iterable[tuple[Quantity, Interval]]:  # fmt: skip
    """What one tie says of each of its counts, from the limits of the others."""
    least = sum(low for low, _ in parts)
    finite = sum(high for _, high in parts if high < inf)
    endless = sum(high == inf for _, high in parts)
    below = tie.kind in ("=", "<=")  # the parts are at most the total
    above = tie.kind in ("=", ">=")  # and at least
    yield tie.total, (least if below else 0, finite if above and not endless else inf)
    for quantity, (low, high) in zip(tie.parts, parts, strict=True):
        others = finite - (high if high < inf else 0)
        bounded = above and not endless - (high == inf)
        yield (
            quantity,
            (
                total[0] - others if bounded else 0,
                total[1] - (least - low) if below else inf,
            ),
        )
