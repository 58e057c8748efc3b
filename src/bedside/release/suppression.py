"""Suppression: which counts may be shown, so that none of the hidden ones can be worked out (R26).

1-7 accounts are hidden, zero is shown. Then the exact solver asks, for every hidden count, what a reader
could conclude from the shown ones, the sums between them and everything an earlier release of the same
snapshot showed; while the answer is too narrow, one more count is hidden.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bedside.model.figures import Figure
from bedside.release.families import NO_GROUPS
from bedside.release.remembering import Shown, figure_accounts, figure_key, sides
from bedside.release.sameness import named_sets, same_sets, sums_told
from bedside.release.solver import given_away, ties_around
from bedside.release.tables import (
    UNITS,
    Quantity,
    Tie,
    find_ties,
    of_set,
    own_set,
    quantities,
)
from bedside.store.config import Privacy

__all__ = [
    "COMPLEMENT",
    "SMALL",
    "Decision",
    "decide",
]

SMALL, COMPLEMENT = "small", "complement"
MOST_SEARCHED = 2_500
"""Figures up to which sums that only the numbers tell are searched: deciding takes 15 s for so many, minutes for half as many again."""
ROUND_TO = 5  # NHS Digital's rule; the whole release is rounded where hiding does not do
BACKBONE = ("read", "kept", "unique", "relevant", "accounts")
"""Steps of the flow that stand below figures everywhere as what they are shares of: a star there would hide nothing."""


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
    lost : int
        Small counts that no further hiding shields.
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
    twins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lost: int = 0
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
        """Suppress a set wherever it stands: its counts become unknown, within what the reason tells."""
        for twin in self.twins.get(name, (name,)):
            if twin == name or twin not in self.hidden:
                self._hide(twin, reason, policy)

    def _hide(self, name: str, reason: str, policy: Privacy) -> None:
        self.hidden[name] = reason
        for quantity, value in self._of_set.get(name, ()):
            if quantity not in self.shown_before:
                small = reason == SMALL and quantity.unit == "accounts"
                most = max(policy.small_count - 1, value) if small else None
                least = 1 if value and quantity.unit != "no_author" else 0
                self.limits[quantity] = (least, most)

    def show(self, name: str) -> list[str]:
        """Take back that a set was hidden to shield others, under each of its names; gives the names."""
        names = [n for n in self.twins.get(name, (name,)) if self.hidden.get(n) == COMPLEMENT]
        for twin in names:
            del self.hidden[twin]
            for quantity, value in self._of_set.get(twin, ()):
                self.limits.pop(quantity, None)
                self._known[quantity] = self.shown_before.get(quantity, value)
        return names

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


def _start(
    figures: Sequence[Figure],
    policy: Privacy,
    earlier: Sequence[Shown],
    groups: Mapping[str, Sequence[str]],
) -> Decision:
    """Everything known and tied so far; hidden is what earlier releases of the snapshot hid."""
    counts = {q: value for figure in figures for q, value in quantities(figure).items()}
    named = named_sets(figures)
    twins = same_sets(named)
    sums = (
        *find_ties(figures, groups),
        *(sums_told(figures, named, twins, counts) if len(figures) <= MOST_SEARCHED else ()),
        *_twin_ties(twins, counts),
    )
    decision = Decision(
        hidden={},
        counts=counts,
        shown_before={q: value for shown in earlier for q, value in shown.known.items()},
        ties=list(dict.fromkeys((*sums, *(t for s in earlier for t in s.ties)))),
        round_to=policy.round_to,
        twins=twins,
    )
    for shown in earlier:
        for quantity in shown.hidden_counts:
            small = shown.hidden[quantity.of] == SMALL and quantity.unit == "accounts"
            if quantity not in decision.shown_before:
                decision.limits[quantity] = (0, shown.most) if small else (0, None)
        for name in sorted(shown.hidden):
            decision.hide(name, shown.hidden[name], policy)
    return decision


def _twin_ties(twins: Mapping[str, Sequence[str]], counts: Mapping[Quantity, int]) -> Iterator[Tie]:
    """A set under several names has one number of each unit."""
    for names in dict.fromkeys(tuple(names) for names in twins.values()):
        for unit in UNITS:
            held = [q for name in names if (q := Quantity(name, unit)) in counts]
            pairs = pairwise(held)
            yield from (Tie(a, (b,), "=") for a, b in pairs if counts[a] == counts[b])


def _reckon_with(
    decision: Decision, figures: Sequence[Figure], earlier: Sequence[Shown], policy: Privacy
) -> None:
    """Take the same numbers in an earlier release of other posts for the same posts, and keep its shields hidden.

    Also where counts will be rounded: two sums of rounded counts may leave one value.
    """
    exact = [shown for shown in earlier if shown.exact]
    for figure in figures if exact else ():
        key = figure_key(figure)
        for side, (name, now) in enumerate(zip((own_set(figure), of_set(figure)), sides(figure), strict=True)):  # fmt: skip
            if name is None or name in decision.hidden:
                continue
            told = [shown.numbers[key][side] for shown in exact if key in shown.numbers]
            if now and now in told:
                decision.shown_before |= {Quantity(name, unit): n for unit, n in now.items()}
            elif any((key, side) in s.shields for s in exact) and name not in decision.spared:
                decision.hide(name, COMPLEMENT, policy)


def decide(
    figures: Sequence[Figure],
    policy: Privacy,
    earlier: Sequence[Shown] = (),
    *,
    groups: Mapping[str, Sequence[str]] = NO_GROUPS,
) -> Decision:
    """Choose what to hide, over all figures together and all earlier releases.

    Parameters
    ----------
    figures : sequence of Figure
        All that is to be released.
    policy : Privacy
        Smallest shown number of accounts, of reviewers of a provider, rounding.
    earlier : sequence of Shown
        Earlier releases of the study, from the ledger.
    groups : mapping of str to sequence of str, optional
        Stages of each group of the codebook: who has it knows which stages make up a group.

    Returns
    -------
    Decision

    Notes
    -----
    Not covered: what readers know from elsewhere, and shares of nearly everybody (99 of 100 accounts), where
    the few others are a count that no table holds.
    """
    coarse = bool(policy.round_to) or _nearly_agrees(figures, policy, earlier)
    decision = _decided(figures, policy, earlier, groups)
    backbone = _backbone(figures)
    lost = {n for n in backbone if decision.hidden.get(n) == COMPLEMENT}
    if lost and not any(name in shown.hidden for shown in earlier for name in lost):
        decision = _decided(figures, policy, earlier, groups, spared=backbone)
        decision.round_to = max(decision.round_to, ROUND_TO)
        decision.notes.append(
            f"counts are rounded to {decision.round_to}: fewer than {policy.small_count} accounts were left out of the "
            "corpus for one reason, and exact totals would tell about them"
        )
    if not decision.round_to and coarse:
        decision.round_to = ROUND_TO
        decision.notes.append(
            f"counts are rounded to {ROUND_TO}: an earlier release differs by fewer than "
            f"{policy.small_count} accounts or posts somewhere, and the difference would tell about them"
        )
    if decision.lost and not decision.round_to:
        decision.round_to = ROUND_TO
        decision.notes.append(
            f"counts are rounded to {ROUND_TO}: with what earlier releases showed, exact totals would tell small counts"
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
    groups: Mapping[str, Sequence[str]],
    *,
    spared: frozenset[str] = frozenset(),
) -> Decision:
    """Hide what is small, and what would give it away but for the spared sets."""
    decision = _start(figures, policy, earlier, groups)
    twins = decision.twins
    decision.spared = frozenset(twin for name in spared for twin in twins.get(name, (name,)))
    for name in sorted(_small_sets(figures, policy)):
        decision.hide(name, SMALL, policy)
    out = [q for q in decision.counts if q.of in decision.hidden and q in decision.shown_before]
    if out:
        decision.notes.append(
            f"{len(out)} hidden counts stand in an earlier release for all to read"
        )
    _reckon_with(decision, figures, earlier, policy)
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
    for quantity in _given_away(weak, decision, policy):
        added: list[str] = []
        while _given_away([quantity], decision, policy):
            complement = _complement([quantity], decision, uses)
            if complement is None:
                decision.lost += 1
                break
            decision.hide(complement, COMPLEMENT, policy)
            added.append(complement)
        _show_again(added[:-1], quantity, decision, policy)
    if decision.lost and not decision.spared:
        decision.notes.append(
            f"{decision.lost} hidden counts can be narrowed down with the help of earlier releases"
        )


def _show_again(
    added: Sequence[str], quantity: Quantity, decision: Decision, policy: Privacy
) -> None:
    """Of sets hidden one after the other for a count, show those again without which it is shielded too."""
    for name in added:
        before = decision.show(name)
        if _given_away([quantity], decision, policy):
            for twin in before:
                decision.hide(twin, COMPLEMENT, policy)


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
            and not _shown_before(quantity, decision)
            and decision.counts.get(quantity)
        ]
        if costs:
            return min(costs)[-1]
    return None


def _shown_before(quantity: Quantity, decision: Decision) -> bool:
    """Whether a reader has the count from an earlier release, under any of its names."""
    names = decision.twins.get(quantity.of, (quantity.of,))
    return any(Quantity(name, quantity.unit) in decision.shown_before for name in names)


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
