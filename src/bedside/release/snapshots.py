"""Snapshots: what earlier releases of other posts told, under the names that the sets have now.

A set has another name in each snapshot, though few of its posts may have come or gone since, or none. Where the ledger
holds the prints of the sets of an earlier release, a set with the same print is the same set: what that release showed or
hid of it, and the sums in which it stood, then hold of the one to be decided.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bedside.release.decision import SMALL
from bedside.release.remembering import Shown
from bedside.release.tables import Quantity, Tie

__all__ = ["as_of_now", "rounded_from"]

Numbers = dict[str, int]  # counts of a set by unit


def as_of_now(
    earlier: Iterable[Shown], counts: Mapping[Quantity, int], prints: Mapping[str, int]
) -> list[Shown]:
    """Earlier releases with the names of now for the sets that are still the same.

    Parameters
    ----------
    earlier : iterable of Shown
        Oldest first; those without prints are given back as they are.
    counts : Mapping of Quantity to int
        Every count of the release to be decided.
    prints : Mapping of str to int
        Print of the posts of each of its sets.

    Returns
    -------
    list of Shown
        Counts that were shown rounded stand in `about`, not in `known`.
    """
    numbers = _numbers(counts)
    now: dict[int, list[str]] = defaultdict(list)
    for name in sorted(numbers):
        if prints.get(name):
            now[prints[name]].append(name)
    gone: dict[tuple[int, tuple[tuple[str, int], ...]], str] = {}
    found = []
    for shown in earlier:
        names = _names(shown, numbers, now, gone)
        found.append(_renamed(shown, names) if shown.prints else shown)
    return found


def _numbers(counts: Mapping[Quantity, int]) -> dict[str, Numbers]:
    found: dict[str, Numbers] = defaultdict(dict)
    for quantity, value in counts.items():
        found[quantity.of][quantity.unit] = value
    return found


def _names(
    shown: Shown,
    numbers: Mapping[str, Numbers],
    now: Mapping[int, Sequence[str]],
    gone: dict[tuple[int, tuple[tuple[str, int], ...]], str],
) -> dict[str, str]:
    """What each set of an earlier release is called now; one that is no more, as the first release that had it."""
    told = _numbers(shown.known)
    names: dict[str, str] = {}
    left = {}
    for name, value in shown.prints.items():
        if not value or name in numbers:
            continue
        had = told.get(name, {})
        same = [other for other in now.get(value, ()) if _agree(numbers[other], had)]
        if same and all(numbers[other] == numbers[same[0]] for other in same):
            names[name] = same[0]
        else:  # no more, or tables count askers, or roles, in place of all behind its posts
            key = (value, tuple(sorted(had.items())))
            names[name] = gone.get(key, name)
            left[key] = names[name]
    gone |= left
    return names


def _agree(one: Numbers, other: Numbers) -> bool:
    return all(one[unit] == value for unit, value in other.items() if unit in one)


def _renamed(shown: Shown, names: Mapping[str, str]) -> Shown:
    def of_now(quantity: Quantity) -> Quantity:
        return Quantity(names.get(quantity.of, quantity.of), quantity.unit)

    known = {of_now(q): value for q, value in shown.known.items()}
    about = {}
    if not shown.exact:
        about = {q: rounded_from(value, shown.round_to) for q, value in known.items()}
        known = {}
    ties = (
        Tie(of_now(tie.total), tuple(of_now(q) for q in tie.parts), tie.kind) for tie in shown.ties
    )
    hidden: dict[str, str] = {}
    for name, reason in shown.hidden.items():
        new = names.get(name, name)
        hidden[new] = SMALL if SMALL in (reason, hidden.get(new)) else reason
    return msgspec.structs.replace(
        shown,
        known=known,
        about=about,
        hidden=hidden,
        prints={names.get(name, name): value for name, value in shown.prints.items()},
        hidden_counts=tuple(dict.fromkeys(of_now(q) for q in shown.hidden_counts)),
        ties=tuple(
            tie
            for tie in dict.fromkeys(ties)
            if tie.total not in tie.parts and not known.keys() >= {tie.total, *tie.parts}
        ),
    )


def rounded_from(value: int, step: int) -> tuple[int, int]:
    """Least and most of the counts that are shown as this one is, rounded to a step; zero is shown as it is."""
    if step < 2 or not value:
        return value, value
    middle = (2 * value + step) // (2 * step) * step
    return max(1, middle - step // 2), middle + step // 2
