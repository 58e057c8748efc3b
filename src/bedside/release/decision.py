"""Decision: what of a release is hidden, what stays known, and the sums that tie both together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bedside.release.tables import Quantity, Tie
from bedside.store.config import Privacy

__all__ = ["COMPLEMENT", "SMALL", "Decision"]

SMALL, COMPLEMENT = "small", "complement"


@dataclass
class Decision:
    """What is hidden, and all that was weighed for it.

    Attributes
    ----------
    hidden : dict
        Sets that are suppressed, with the reason.
    counts : dict
        Every count of the figures.
    shown_before : dict
        Counts that earlier releases showed: they cannot be called back.
    spared : frozenset of str
        Sets that are not hidden to shield others.
    twins : Mapping
        For a set that stands under several names, all of them: they are hidden together.
    about : dict
        Least and most of counts that earlier releases showed rounded.
    lost : int
        Small counts that no further hiding shields.
    limits : dict
        For every hidden count the least and most (None: no limit) that the rules themselves tell.
    ties : list of Tie
    unseen : list of Tie
        Sums of sets that are hidden themselves, which only the posts tell: no reader sees them, but nobody who guessed
        them shall work a count out exactly.
    hidden_before : frozenset of Quantity
        Counts that earlier releases hid.
    across : list of Tie
        Sums in which sets of earlier snapshots stand.
    round_to : int
    notes : list of str
    known : dict
        Counts that a reader will know: all but those in `limits`.
    """

    hidden: dict[str, str]
    counts: dict[Quantity, int]
    shown_before: dict[Quantity, int]
    ties: list[Tie]
    spared: frozenset[str] = frozenset()
    twins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    about: dict[Quantity, tuple[int, int]] = field(default_factory=dict)
    lost: int = 0
    limits: dict[Quantity, tuple[int, int | None]] = field(default_factory=dict)
    unseen: list[Tie] = field(default_factory=list)
    hidden_before: frozenset[Quantity] = frozenset()
    across: list[Tie] = field(default_factory=list)
    round_to: int = 0
    notes: list[str] = field(default_factory=list)
    known: dict[Quantity, int] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the counts by their set once: a set is hidden hundreds of times."""
        self._of_set: dict[str, list[tuple[Quantity, int]]] = {}
        for quantity, value in self.counts.items():
            self._of_set.setdefault(quantity.of, []).append((quantity, value))
        self.known = self.shown_before | self.counts

    def largest(self, name: str) -> int:
        """Largest count of a set."""
        return max((value for _, value in self._of_set.get(name, ())), default=0)

    def hide(self, name: str, reason: str, policy: Privacy) -> None:
        """Suppress a set wherever it stands: its counts become unknown, within what the reason tells."""
        for twin in self.twins.get(name, (name,)):
            if twin == name or twin not in self.hidden:
                self._hide(twin, reason, policy)

    def _hide(self, name: str, reason: str, policy: Privacy) -> None:
        self.hidden[name] = reason
        for quantity, value in self._of_set.get(name, ()):
            if quantity not in self.shown_before:
                self.known.pop(quantity, None)
                small = reason == SMALL and quantity.unit == "accounts"
                most = max(policy.small_count - 1, value) if small else None
                least = 1 if value and quantity.unit != "no_author" else 0
                low, high = self.about.get(quantity, (least, most))
                tops = [top for top in (most, high) if top is not None]
                self.limits[quantity] = (max(least, low), min(tops, default=None))

    def show(self, name: str) -> list[str]:
        """Take back that a set was hidden to shield others, under each of its names; gives the names."""
        names = [n for n in self.twins.get(name, (name,)) if self.hidden.get(n) == COMPLEMENT]
        for twin in names:
            del self.hidden[twin]
            for quantity, value in self._of_set.get(twin, ()):
                self.limits.pop(quantity, None)
                self.known[quantity] = self.shown_before.get(quantity, value)
        return names
