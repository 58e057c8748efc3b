"""Suppression: which counts may be shown, so that none of the hidden ones can be worked out (R26).

1-7 accounts are hidden, zero is shown. Then the exact solver asks, for every hidden count, what a reader
could conclude from the shown ones, the sums between them and everything an earlier release of the same
snapshot showed; while the answer is too narrow, one more count is hidden.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from bedside.model.figures import Figure
from bedside.release.decision import COMPLEMENT, SMALL, Decision
from bedside.release.families import NO_GROUPS
from bedside.release.remembering import Shown, figure_accounts, figure_key, sides
from bedside.release.sameness import NO_PRINTS, named_sets, same_sets, sums_told
from bedside.release.shielding import hide_complements
from bedside.release.snapshots import as_of_now, sums_between, ties_between
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

ROUND_TO = 5  # NHS Digital's rule; the whole release is rounded where hiding does not do
BACKBONE = ("read", "kept", "unique", "relevant", "accounts")
"""Steps of the flow that stand below figures everywhere as what they are shares of: a star there would hide nothing."""


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


class _Told(NamedTuple):
    """What the tables of a release say: counts, sums between them, and names of the same set."""

    counts: dict[Quantity, int]
    ties: list[Tie]
    unseen: list[Tie]
    twins: Mapping[str, tuple[str, ...]]
    across: list[tuple[str, tuple[str, ...]]]  # sets of one snapshot that those of another make up
    printed: frozenset[str]  # sets whose posts are at hand


def _told(
    figures: Sequence[Figure],
    counts: dict[Quantity, int],
    groups: Mapping[str, Sequence[str]],
    prints: Mapping[str, int],
    earlier: Sequence[Shown],
) -> _Told:
    named = named_sets(figures, prints)
    twins = same_sets(named)
    written, read = find_ties(figures, groups), sums_told(figures, named, twins, counts)
    ties = list(dict.fromkeys((*written, *read, *_twin_ties(twins, counts))))
    unseen = sums_told(figures, named, twins, counts, small=True)
    across = sums_between(figures, named, twins, earlier)
    return _Told(counts, ties, unseen, twins, across, frozenset(prints))


def _start(policy: Privacy, earlier: Sequence[Shown], told: _Told) -> Decision:
    """Everything known and tied so far; hidden is what earlier releases of the snapshot hid."""
    near = {q.of for q in told.counts}.union(*((whole, *parts) for whole, parts in told.across))
    before = [shown for shown in earlier if any(q.of in near for q in _counted(shown))]
    decision = Decision(
        hidden={},
        counts=told.counts,
        shown_before={q: value for shown in before for q, value in shown.known.items()},
        ties=list(
            dict.fromkeys((*told.ties, *(t for s in before if not s.prints for t in s.ties)))
        ),
        unseen=told.unseen,
        round_to=policy.round_to,
        twins=told.twins,
        hidden_before=frozenset(q for shown in before for q in shown.hidden_counts),
        about=_about(before),
    )
    for quantity, ends in decision.about.items():
        if quantity not in decision.known:
            decision.limits[quantity] = ends
    for shown in before:
        for quantity in shown.hidden_counts:
            small = shown.hidden[quantity.of] == SMALL and quantity.unit == "accounts"
            if quantity not in decision.shown_before:
                decision.limits[quantity] = (0, shown.most) if small else (0, None)
        for name in sorted(shown.hidden):
            decision.hide(name, shown.hidden[name], policy)
    kept = (tie for shown in before if shown.prints for tie in shown.ties)
    decision.across = list(dict.fromkeys((*kept, *ties_between(told.across, decision))))
    return decision


def _about(before: Iterable[Shown]) -> dict[Quantity, tuple[int, int]]:
    """What releases that rounded tell together: to 5 and to 10, a count is known better than from either."""
    found: dict[Quantity, tuple[int, int]] = {}
    for shown in before:
        for quantity, (low, high) in shown.about.items():
            least, most = found.get(quantity, (low, high))
            found[quantity] = (max(least, low), min(most, high))
    return found


def _counted(shown: Shown) -> Iterator[Quantity]:
    """Counts of an earlier release: of another snapshot those are counts of this one whose posts are the same."""
    yield from shown.known
    yield from shown.about
    yield from shown.hidden_counts


def _twin_ties(twins: Mapping[str, Sequence[str]], counts: Mapping[Quantity, int]) -> Iterator[Tie]:
    """A set under several names has one number of each unit."""
    for names in dict.fromkeys(tuple(names) for names in twins.values()):
        for unit in UNITS:
            held = [q for name in names if (q := Quantity(name, unit)) in counts]
            pairs = pairwise(held)
            yield from (Tie(a, (b,), "=") for a, b in pairs if counts[a] == counts[b])


def _reckon_with(
    decision: Decision,
    figures: Sequence[Figure],
    earlier: Sequence[Shown],
    policy: Privacy,
    printed: frozenset[str],
) -> None:
    """Take the same numbers in an earlier release of other posts for the same posts, and keep its shields hidden.

    Numbers are taken for that only where the posts of one of the two are not at hand. Also where counts will be rounded:
    two sums of rounded counts may leave one value.
    """
    exact = [shown for shown in earlier if shown.exact]
    for figure in figures if exact else ():
        key = figure_key(figure)
        for side, (name, now) in enumerate(zip((own_set(figure), of_set(figure)), sides(figure), strict=True)):  # fmt: skip
            if name is None or name in decision.hidden:
                continue
            guessed = (s for s in exact if not s.prints or name not in printed)
            told = [shown.numbers[key][side] for shown in guessed if key in shown.numbers]
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
    prints: Mapping[str, int] = NO_PRINTS,
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
    prints : mapping of str to int, optional
        Print of the posts of each set, from `tables.set_prints`: with them sums are known, without them guessed by numbers.

    Returns
    -------
    Decision

    Notes
    -----
    Not covered: what readers know from elsewhere, and shares of nearly everybody (99 of 100 accounts), where
    the few others are a count that no table holds.
    """
    coarse = bool(policy.round_to) or _nearly_agrees(figures, policy, earlier)
    counts = {q: value for figure in figures for q, value in quantities(figure).items()}
    earlier = as_of_now(earlier, counts, prints)
    told = _told(figures, counts, groups, prints, earlier)
    decision = _decided(figures, policy, earlier, told)
    backbone = _backbone(figures)
    lost = {n for n in backbone if decision.hidden.get(n) == COMPLEMENT}
    if lost and not any(name in shown.hidden for shown in earlier for name in lost):
        decision = _decided(figures, policy, earlier, told, spared=backbone)
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
            f"counts are rounded to {ROUND_TO}: with what must stay shown, or was shown before, exact totals would tell small counts"
        )
    return decision


def _told_by_limits(figures: Iterable[Figure], small: Collection[str]) -> frozenset[str]:
    """Sets whose share is the middle line of a funnel, where it stands with any provider: a star there would hide nothing."""
    about = ("origin", "valence")
    funnels = {
        tuple(f.keys[name] for name in about)
        for f in figures
        if f.measure == "care.limits" and own_set(f) not in small
    }
    return frozenset(
        name
        for f in figures
        if f.measure == "care.all_providers" and tuple(f.keys[n] for n in about) in funnels
        for name in (own_set(f), of_set(f))
        if name is not None
    )


def _backbone(figures: Iterable[Figure]) -> frozenset[str]:
    """Sets of the flow that every report names again below its figures."""
    flow = (f for f in figures if f.measure == "inclusion.flow")
    return frozenset(own_set(f) for f in flow if f.keys.get("step") in BACKBONE)


def _decided(
    figures: Sequence[Figure],
    policy: Privacy,
    earlier: Sequence[Shown],
    told: _Told,
    *,
    spared: frozenset[str] = frozenset(),
) -> Decision:
    """Hide what is small, and what would give it away but for the spared sets."""
    decision = _start(policy, earlier, told)
    twins, small = decision.twins, _small_sets(figures, policy)
    kept = spared | _told_by_limits(figures, small)
    decision.spared = frozenset(twin for name in kept for twin in twins.get(name, (name,)))
    for name in sorted(small):
        decision.hide(name, SMALL, policy)
    out = [q for q in decision.counts if q.of in decision.hidden and q in decision.shown_before]
    if out:
        decision.notes.append(
            f"{len(out)} hidden counts stand in an earlier release for all to read"
        )
    _reckon_with(decision, figures, earlier, policy, told.printed)
    hide_complements(decision, policy, figures)
    if decision.lost and not spared:
        decision.notes.append(
            f"{decision.lost} hidden counts can be narrowed down by what must stay shown, or was shown before"
        )
    return decision


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
