"""An attacker who knows which posts are behind every table, and so every sum that is true, but not the hidden numbers.

He is told more than any reader: not what the release believes adds up, but all that does. For each table he puts rows
together in every way, and looks whether they make up a set that some table shows; he takes the same set for the same
in all tables, and two releases together. Then he solves for the least and the most that each hidden count may be.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from bedside.measure.evidence import authors_of, tables_in, used_params
from bedside.model.figures import Figure
from bedside.release.suppression import SMALL, Decision
from bedside.release.tables import of_set, own_set, quantities
from bedside.store.stages import Aggregate, Ask

Set = frozenset[str]
Count = tuple[
    Set, str
]  # posts behind it, and what is counted: the same set is the same count in every table
ENDLESS = 100_000


class Sum(NamedTuple):
    """Counts that add up to another, or are at least as many."""

    whole: Count
    parts: tuple[Count, ...]
    least_only: bool  # parts overlap: they are at least the whole


class Behind(NamedTuple):
    """Posts and accounts behind each set of a release."""

    posts: dict[str, Set]
    authors: dict[str, str]  # post to account

    def accounts(self, posts: Iterable[str]) -> set[str]:
        """Accounts that wrote them."""
        return {self.authors[post] for post in posts if post in self.authors}


def open_all(ask: Ask, figures: Sequence[Figure]) -> Behind:
    """Open every figure, numerator and denominator."""
    behind = Behind({}, {})
    for figure in figures:
        evidence = figure.evidence
        for name, sql in ((own_set(figure), evidence.posts_sql), (of_set(figure), evidence.of_sql)):
            if name is None or not sql or name in behind.posts:
                continue
            text = f"SELECT DISTINCT e.post_key, a.account_key FROM ({sql}) e LEFT JOIN {authors_of(sql)} a ON e.post_key = a.post_key"
            rows = ask(Aggregate(name="open", sql=text, needs=tables_in(text)), used_params(sql, evidence.params))  # fmt: skip
            keys, authors = rows["post_key"].to_pylist(), rows["account_key"].to_pylist()
            behind.posts[name] = frozenset(keys)
            behind.authors.update((k, a) for k, a in zip(keys, authors, strict=True) if a)
    return behind


def true_sums(figures: Sequence[Figure], behind: Behind) -> list[Sum]:
    """Rows of a table that make up a set shown anywhere; and two sets that make up a third."""
    shown = set(behind.posts.values()) - {frozenset()}
    groups = {g for rows in _tables(figures, behind) for g in _groups(rows)}
    sums = [s for group in groups for s in _made_up(group, shown, behind)]
    return list(dict.fromkeys([*sums, *_pairs(_near(figures, behind), shown, behind)]))


def _near(figures: Sequence[Figure], behind: Behind) -> dict[Set, set[str]]:
    """Measures that show each set."""
    near: dict[Set, set[str]] = defaultdict(set)
    for figure in figures:
        for name in (own_set(figure), of_set(figure)):
            if name is not None and behind.posts.get(name):
                near[behind.posts[name]].add(figure.measure)
    return near


def _tables(figures: Sequence[Figure], behind: Behind) -> Iterator[list[tuple[Mapping[str, str], Set]]]:  # fmt: skip
    for side in (own_set, of_set):
        tables: dict[str, list[tuple[Mapping[str, str], Set]]] = defaultdict(list)
        for figure in figures:
            posts = behind.posts.get(side(figure) or "")
            if posts:
                tables[figure.measure].append((figure.keys, posts))
        yield from tables.values()


def _groups(rows: Sequence[tuple[Mapping[str, str], Set]]) -> Iterator[frozenset[Set]]:
    keys = sorted({key for told, _ in rows for key in told})
    for number in range(len(keys)):
        for by in combinations(keys, number):
            held = defaultdict(set)
            for told, posts in rows:
                held[tuple(told.get(key, "") for key in by)].add(posts)
            for group in held.values():
                largest = max(group, key=len)
                for parts in (group, group - {largest}):  # a total may stand among its parts
                    if len(parts) > 1:
                        yield frozenset(parts)


def _made_up(group: frozenset[Set], shown: set[Set], behind: Behind) -> Iterator[Sum]:
    whole = frozenset().union(*group)
    if whole not in shown or whole in group:
        return
    parts = tuple(sorted(group, key=sorted))
    yield Sum((whole, "posts"), tuple((p, "posts") for p in parts), sum(map(len, parts)) > len(whole))  # fmt: skip
    people = [behind.accounts(p) for p in parts]
    overlap = sum(map(len, people)) > len(behind.accounts(whole))
    yield Sum((whole, "accounts"), tuple((p, "accounts") for p in parts), overlap)


def _pairs(near: Mapping[Set, set[str]], shown: set[Set], behind: Behind) -> Iterator[Sum]:
    """Two sets of one table, without a post in common, that make up a third, none of them of one post only."""
    by_size = sorted((s for s in shown if len(s) > 1), key=len)
    people = {s: behind.accounts(s) for s in by_size}
    for part in by_size:
        for whole in by_size:
            rest = whole - part
            if len(rest) < len(part) or rest not in shown or not part < whole:
                continue
            if near[part] & near[rest]:
                yield Sum((whole, "posts"), ((part, "posts"), (rest, "posts")), False)
                overlap = len(people[part]) + len(people[rest]) > len(people[whole])
                yield Sum((whole, "accounts"), ((part, "accounts"), (rest, "accounts")), overlap)


class Release(NamedTuple):
    """Figures, what was decided about them, and the truth behind them."""

    figures: Sequence[Figure]
    decision: Decision
    behind: Behind


def given_away(releases: Sequence[Release], *, small: int = 8) -> list[tuple[str, str, int, int]]:
    """Hidden small counts that leave fewer than two values: measure and keys, unit, least, most."""
    known: dict[Count, tuple[int, int]] = {}
    secret: dict[Count, str] = {}
    values: dict[Count, set[int]] = defaultdict(set)
    for figures, decision, behind in releases:
        for figure in figures:
            for quantity, value in quantities(figure).items():
                if quantity.unit not in ("posts", "accounts") or not behind.posts.get(quantity.of):
                    continue
                count = (behind.posts[quantity.of], quantity.unit)
                values[count].add(value)
                if quantity.of not in decision.hidden:
                    known[count] = _told(value, decision.round_to, known.get(count))
                elif decision.hidden[quantity.of] == SMALL and 0 < value < small:
                    secret[count] = f"{figure.measure} {figure.keys}"
    sums = {s for r in releases for s in true_sums(r.figures, r.behind)}
    usable = [s for s in sums if _holds(s, values)]
    return list(_solved(secret, known, usable, small))


def _holds(one: Sum, values: Mapping[Count, set[int]]) -> bool:
    """Whether a sum of sets is one of counts too: some tables count askers, or accounts by their commonest role."""
    held = [values.get(count, set()) for count in (one.whole, *one.parts)]
    if any(len(counts) != 1 for counts in held):
        return False
    whole, *parts = (min(counts) for counts in held)
    return sum(parts) >= whole if one.least_only else sum(parts) == whole


def _told(value: int, step: int, before: tuple[int, int] | None) -> tuple[int, int]:
    """What a shown count tells: itself, or the numbers that round to it."""
    low, high = (value, value)
    if step > 1 and value:
        middle = (2 * value + step) // (2 * step) * step
        low, high = max(1, middle - step // 2), middle + step // 2
    return (low, high) if before is None else (max(low, before[0]), min(high, before[1]))


def _solved(
    secret: Mapping[Count, str],
    known: Mapping[Count, tuple[int, int]],
    sums: Sequence[Sum],
    small: int,
) -> Iterator[tuple[str, str, int, int]]:
    for count in secret.keys() & known.keys():  # another release, or another table, shows it
        if known[count][1] - known[count][0] < 1:
            yield secret[count], count[1], *known[count]
    for group in _joined(sums, known):
        asked = [c for c in group if c in secret]
        if not asked:
            continue
        rows = [s for s in sums if not group.isdisjoint((s.whole, *s.parts))]
        places = {c: i for i, c in enumerate({c for s in rows for c in (s.whole, *s.parts)} | group)}  # fmt: skip
        box = [known.get(c, (1, small - 1) if c in secret and c[1] == "accounts" else (1, ENDLESS)) for c in places]  # fmt: skip
        matrix = np.zeros((len(rows), len(places)))
        for number, one in enumerate(rows):
            matrix[number, places[one.whole]] -= 1
            for part in one.parts:
                matrix[number, places[part]] += 1
        tops = [np.inf if s.least_only else 0 for s in rows]
        sure = LinearConstraint(matrix, np.zeros(len(rows)), tops)
        bounds = Bounds([low for low, _ in box], [high for _, high in box])
        for count in asked:
            ends = [_end(places[count], len(places), sign, sure, bounds) for sign in (1, -1)]
            if ends[1] - ends[0] < 1:
                yield secret[count], count[1], ends[0], ends[1]


def _end(place: int, size: int, sign: int, sure: LinearConstraint, bounds: Bounds) -> int:
    aim = np.zeros(size)
    aim[place] = sign
    answer = milp(aim, constraints=sure, bounds=bounds, integrality=np.ones(size))
    assert answer.x is not None, "what is shown contradicts itself"
    return round(float(answer.x[place]))


def _joined(sums: Sequence[Sum], known: Mapping[Count, tuple[int, int]]) -> list[set[Count]]:
    """Counts that are not known exactly, in groups that no sum joins."""
    groups: list[set[Count]] = []
    for one in sums:
        open_ = {c for c in (one.whole, *one.parts) if len(set(known.get(c, (0, 1)))) > 1}
        near = [group for group in groups if not group.isdisjoint(open_)]
        groups = [group for group in groups if group not in near]
        if open_:
            groups.append(open_.union(*near))
    return groups
