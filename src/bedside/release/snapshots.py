"""Snapshots: what earlier releases of other posts told, under the names that the sets have now.

A set has another name in each snapshot, though few of its posts may have come or gone since, or none. Where the ledger
holds the prints of the sets of an earlier release, a set with the same print is the same set: what that release showed or
hid of it, and the sums in which it stood, then hold of the one to be decided.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from bedside.model.figures import Figure
from bedside.release.decision import SMALL, Decision
from bedside.release.remembering import Shown
from bedside.release.sameness import Named, sums_across
from bedside.release.tables import Quantity, Tie, of_set, own_set, tie_of

__all__ = ["as_of_now", "rounded_from", "sums_between", "ties_between"]

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
        changed = _changed(shown, numbers, prints)
        if shown.prints or changed:
            shown = _renamed(shown, names | changed)
        found.append(shown)
    return found


def _changed(
    shown: Shown, numbers: Mapping[str, Numbers], prints: Mapping[str, int]
) -> dict[str, str]:
    """A name for what a set of this snapshot was before somebody judged more: other posts stand behind its own name now."""
    told = _numbers(shown.known)
    names = {name for name in told if name in numbers and not _agree(numbers[name], told[name])}
    names |= {n for n, value in shown.prints.items() if prints.get(n, value) != value}
    return {name: f"{name}.{shown.prints.get(name, 'before')}" for name in sorted(names)}


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
        called=names,
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


def sums_between(
    figures: Sequence[Figure],
    named: Mapping[str, Named],
    twins: Mapping[str, Sequence[str]],
    earlier: Iterable[Shown],
) -> list[tuple[str, tuple[str, ...]]]:
    """Sets of earlier snapshots only that rows of now make up, and sets of now only that rows of an earlier one do.

    Parameters
    ----------
    figures : sequence of Figure
        Of the release to be decided.
    named, twins
        Its sets, and those that are the same, as of `sameness`.
    earlier : iterable of Shown
        As of `as_of_now`.

    Returns
    -------
    list of (str, tuple of str)
        Each set with what makes it up.
    """
    first = {name: names[0] for name, names in twins.items()}
    found = []
    for shown in earlier:
        gone = {name: told for name, told in shown.prints.items() if name not in named}
        found += sums_across(figures, named, first, gone)
        new = {n: one.print for n, one in named.items() if one.print and n not in shown.prints}
        found += sums_across(*_as_rows(shown), shown.called, new) if shown.prints else []
    return list(dict.fromkeys(found))


def _as_rows(shown: Shown) -> tuple[list[Figure], dict[str, Named]]:
    """Figures of an earlier release and their sets, of which some numbers are not kept: prints tell which are empty."""
    figures, named = [], {}
    for figure in shown.rows:
        names = [(n, shown.called.get(n, n)) for n in (own_set(figure), of_set(figure)) if n]
        for _, name in names:
            posts = shown.known.get(Quantity(name, "posts"), 0)
            told = shown.prints.get(name)
            named[name] = Named(name, 0, posts or bool(told), frozenset(), frozenset(), told)
        filled = bool(named[names[0][1]].posts)
        figures.append(msgspec.structs.replace(figure, hits_posts=int(filled)))
    return figures, named


def ties_between(found: Iterable[tuple[str, Sequence[str]]], decision: Decision) -> Iterator[Tie]:
    """What sets that make up another tell of its counts, also where some of them are hidden and not kept."""
    for whole, parts in found:
        for unit in ("accounts", "posts"):
            held = [Quantity(name, unit) for name in (whole, *parts)]
            if all(q in decision.counts or q in decision.shown_before for q in held):
                tie = tie_of(
                    decision.shown_before | decision.counts, whole, parts, unit, disjoint=True
                )
                yield from () if tie is None else (tie,)
            elif all(
                q in decision.counts or q in decision.known or q in decision.limits for q in held
            ):
                yield Tie(held[0], tuple(held[1:]), "=" if unit == "posts" else ">=")


def rounded_from(value: int, step: int) -> tuple[int, int]:
    """Least and most of the counts that are shown as this one is, rounded to a step; zero is shown as it is."""
    if step < 2 or not value:
        return value, value
    middle = (2 * value + step) // (2 * step) * step
    return max(1, middle - step // 2), middle + step // 2
