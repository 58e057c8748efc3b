"""Suppression: which counts may be shown, so that none of the hidden ones can be worked out (R26).

1-7 accounts are hidden, zero is shown. Then the exact solver asks, for every hidden count, what a reader
could conclude from the shown ones, the sums between them and everything an earlier release of the same
snapshot showed; while the answer is too narrow, one more count is hidden.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from bedside.model.figures import Figure
from bedside.release.solver import given_away, ties_around
from bedside.release.tables import Quantity, Tie, find_ties, of_set, own_set, quantities
from bedside.store.config import Privacy

__all__ = [
    "COMPLEMENT",
    "SMALL",
    "Decision",
    "Shown",
    "decide",
    "figure_accounts",
    "figure_key",
]

SMALL, COMPLEMENT = "small", "complement"
ABOUT_PEOPLE = ("trends.hashtags",)  # plain counts that say something about people
ROUND_TO = 5  # NHS Digital's rule; the whole release is rounded where hiding does not do
BACKBONE = ("read", "kept", "unique", "relevant", "accounts")
"""Steps of the flow that stand below figures everywhere as what they are shares of: a star there would hide nothing."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader knows of one earlier release.

    Attributes
    ----------
    known : Mapping
        Counts that it showed.
    hidden : Mapping
        Sets that it suppressed, with the reason.
    hidden_counts : tuple of Quantity
        Counts of those sets, without their values.
    most : int
        Largest number of accounts that it hid for being small.
    ties : tuple of Tie
    figures : Mapping
        Accounts by measure and keys, to find releases that differ by a few accounts.
    exact : bool
        Whether its counts were not rounded.
    """

    known: Mapping[Quantity, int] = {}
    hidden: Mapping[str, str] = {}
    hidden_counts: tuple[Quantity, ...] = ()
    most: int = 7
    ties: tuple[Tie, ...] = ()
    figures: Mapping[str, tuple[int | None, ...]] = {}
    exact: bool = True


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
    limits : dict
        For every hidden count the least and most (None: no limit) that the rules themselves tell.
    ties : list of Tie
    round_to : int
    notes : list of str
    """

    hidden: dict[str, str]
    counts: dict[Quantity, int]
    shown_before: dict[Quantity, int]
    ties: list[Tie]
    spared: frozenset[str] = frozenset()
    limits: dict[Quantity, tuple[int, int | None]] = field(default_factory=dict)
    round_to: int = 0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort the counts by their set once: a set is hidden hundreds of times."""
        self._of_set: dict[str, list[tuple[Quantity, int]]] = {}
        for quantity, value in self.counts.items():
            self._of_set.setdefault(quantity.of, []).append((quantity, value))
        self._known = self.shown_before | self.counts

    def largest(self, name: str) -> int:
        """Largest count of a set."""
        return max((value for _, value in self._of_set.get(name, ())), default=0)

    def hide(self, name: str, reason: str, policy: Privacy) -> None:
        """Suppress a set: its counts become unknown, within what the reason tells."""
        self.hidden[name] = reason
        for quantity, value in self._of_set.get(name, ()):
            if quantity not in self.shown_before:
                small = reason == SMALL and quantity.unit == "accounts"
                most = max(policy.small_count - 1, value) if small else None
                least = 1 if value and quantity.unit != "no_author" else 0
                self.limits[quantity] = (least, most)

    @property
    def known(self) -> dict[Quantity, int]:
        """Counts that a reader will know."""
        for quantity in self.limits:
            if quantity in self.shown_before:
                self._known[quantity] = self.shown_before[quantity]
            else:
                self._known.pop(quantity, None)
        return self._known


def least_width(quantity: Quantity, policy: Privacy) -> int:
    """How far apart the smallest and largest possible value of a hidden count must be."""
    return 1 if quantity.unit == "no_author" else max(1, (policy.small_count - 1) // 2)


def _is_small(accounts: int | None, posts: int | None, small_count: int) -> bool:
    """Few accounts; or posts so few that, without authors, they can be only of a few people."""
    people = accounts or posts or 0
    return 0 < people < small_count


def _small_sets(figures: Iterable[Figure], policy: Privacy) -> set[str]:
    small = set()
    for figure in figures:
        if figure.keys.get("step") == "no_author":
            continue  # "n posts, of which m without author" is always said, and is said of nobody
        own, of = own_set(figure), of_set(figure)
        if _is_small(figure.hits_accounts, figure.hits_posts, policy.small_count):
            small.add(own)
        if of is not None and _is_small(figure.of_accounts, figure.of_posts, policy.small_count):
            small.add(of)
        reviewers = figure.hits_accounts if of is None else figure.of_accounts
        if "provider" in figure.keys and (reviewers or 0) < policy.provider_minimum:
            small.add(own)
    return small


def _start(figures: Sequence[Figure], policy: Privacy, earlier: Sequence[Shown]) -> Decision:
    """Everything known and tied so far; hidden is what earlier releases of the snapshot hid."""
    decision = Decision(
        hidden={},
        counts={q: value for figure in figures for q, value in quantities(figure).items()},
        shown_before={q: value for shown in earlier for q, value in shown.known.items()},
        ties=list(dict.fromkeys((*find_ties(figures), *(t for s in earlier for t in s.ties)))),
        round_to=policy.round_to,
    )
    for shown in earlier:
        for quantity in shown.hidden_counts:
            small = shown.hidden[quantity.of] == SMALL and quantity.unit == "accounts"
            if quantity not in decision.shown_before:
                decision.limits[quantity] = (0, shown.most) if small else (0, None)
        for name in sorted(shown.hidden):
            decision.hide(name, shown.hidden[name], policy)
    return decision


def decide(figures: Sequence[Figure], policy: Privacy, earlier: Sequence[Shown] = ()) -> Decision:
    """Choose what to hide, over all figures together and all earlier releases.

    Parameters
    ----------
    figures : sequence of Figure
        All that is to be released.
    policy : Privacy
        Smallest shown number of accounts, of reviewers of a provider, rounding.
    earlier : sequence of Shown
        Earlier releases of the study, from the ledger.

    Returns
    -------
    Decision

    Notes
    -----
    Not covered: what readers know from elsewhere, and shares of nearly everybody (99 of 100 accounts), where
    the few others are a count that no table holds.
    """
    decision = _decided(figures, policy, earlier)
    backbone = _backbone(figures)
    lost = {n for n in backbone if decision.hidden.get(n) == COMPLEMENT}
    if lost and not any(name in shown.hidden for shown in earlier for name in lost):
        decision = _decided(figures, policy, earlier, spared=backbone)
        decision.round_to = max(decision.round_to, ROUND_TO)
        decision.notes.append(
            f"counts are rounded to {decision.round_to}: fewer than {policy.small_count} accounts were left out of the "
            "corpus for one reason, and exact totals would tell about them"
        )
    if not decision.round_to and _nearly_agrees(figures, policy, earlier):
        decision.round_to = ROUND_TO
        decision.notes.append(
            f"counts are rounded to {ROUND_TO}: an earlier release differs by fewer than "
            f"{policy.small_count} accounts somewhere, and the difference would tell about them"
        )
    return decision


def _backbone(figures: Iterable[Figure]) -> frozenset[str]:
    """Sets of the flow that every report names again below its figures."""
    flow = (f for f in figures if f.measure == "inclusion.flow")
    return frozenset(own_set(f) for f in flow if f.keys.get("step") in BACKBONE)


def _decided(
    figures: Sequence[Figure],
    policy: Privacy,
    earlier: Sequence[Shown],
    *,
    spared: frozenset[str] = frozenset(),
) -> Decision:
    """Hide what is small, and what would give it away but for the spared sets."""
    decision = _start(figures, policy, earlier)
    decision.spared = spared
    for name in sorted(_small_sets(figures, policy)):
        decision.hide(name, SMALL, policy)
    out = [q for q in decision.counts if q.of in decision.hidden and q in decision.shown_before]
    if out:
        decision.notes.append(
            f"{len(out)} hidden counts stand in an earlier release for all to read"
        )
    _hide_complements(decision, policy, _uses(figures))
    return decision


def _uses(figures: Iterable[Figure]) -> Counter[str]:
    """How many figures would be lost if a set were hidden."""
    return Counter(name for f in figures for name in {own_set(f), of_set(f)} if name is not None)


def _hide_complements(decision: Decision, policy: Privacy, uses: Mapping[str, int]) -> None:
    """Hide more sets until no small count can be narrowed down; hiding never narrows another.

    One count after the other: what is hidden for one often shields those that stand in the same sums, which then need
    not be attacked again and again.
    """
    tied = {q for tie in decision.ties for q in (tie.total, *tie.parts)}
    weak = sorted(q for q in decision.limits if q in tied and _is_secret(q, decision))
    lost = 0
    for quantity in _given_away(weak, decision, policy):
        while _given_away([quantity], decision, policy):
            complement = _complement([quantity], decision, uses)
            if complement is None:
                lost += 1
                break
            decision.hide(complement, COMPLEMENT, policy)
    if lost and not decision.spared:
        decision.notes.append(
            f"{lost} hidden counts can be narrowed down with the help of earlier releases"
        )


def _is_secret(quantity: Quantity, decision: Decision) -> bool:
    """Whether a hidden count must not be worked out: those of complements may, they are large."""
    if decision.hidden.get(quantity.of) != SMALL or not decision.counts.get(quantity, 1):
        return False
    # where all posts are without author, their number is the number of posts
    nobody = decision.counts.get(Quantity(quantity.of, "accounts")) == 0
    return quantity.unit != "no_author" or nobody


def _given_away(weak: Sequence[Quantity], decision: Decision, policy: Privacy) -> list[Quantity]:
    """Those of the hidden counts whose possible values lie too close together."""
    return given_away(
        weak,
        least={q: least_width(q, policy) for q in weak},
        counts=decision.counts,
        ties=decision.ties,
        known=decision.known,
        bounds=decision.limits,
    )


def _complement(
    weak: Sequence[Quantity], decision: Decision, uses: Mapping[str, int]
) -> str | None:
    """The shown set, tied to a count that is given away, whose loss costs least."""
    direct = [t for t in decision.ties if not set(weak).isdisjoint((t.total, *t.parts))]
    for ties in (direct, ties_around(weak, decision.ties, decision.limits)):
        costs = [
            (quantity == tie.total, uses[quantity.of], decision.largest(quantity.of), quantity.of)
            for tie in ties
            for quantity in (tie.total, *tie.parts)
            if quantity.of not in decision.hidden
            and quantity.of not in decision.spared
            and quantity not in decision.shown_before
            and decision.counts.get(quantity)
        ]
        if costs:
            return min(costs)[-1]
    return None


def figure_key(figure: Figure) -> str:
    """What a figure is about, whatever the snapshot."""
    return msgspec.json.encode((figure.measure, sorted(figure.keys.items()), figure.unit)).decode()


def figure_accounts(figure: Figure) -> tuple[int | None, ...]:
    """Accounts by which two releases may be compared, of figures that say something about people."""
    if figure.basis == "counted" and figure.measure not in ABOUT_PEOPLE:
        return ()
    return (figure.hits_accounts, figure.of_accounts)


def _nearly_agrees(figures: Iterable[Figure], policy: Privacy, earlier: Sequence[Shown]) -> bool:
    """Whether an exact earlier release showed accounts that now differ by 1 to small_count - 1."""
    exact = [shown for shown in earlier if shown.exact]
    for figure in figures:
        for shown in exact:
            before = shown.figures.get(figure_key(figure), ())
            pairs = zip(before, figure_accounts(figure), strict=False)
            for a, b in pairs:
                if a is not None and b is not None and 0 < abs(a - b) < policy.small_count:
                    return True
    return False
