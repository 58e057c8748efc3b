"""Planted against counted: shares of codes, and pairs of near-duplicates."""

from collections.abc import Iterable, Mapping

import msgspec

from bedside.evaluate.codes import Coding, codes_of

__all__ = ["PairScore", "ShareGap", "compare_shares", "count_shares", "score_pairs"]


class ShareGap(msgspec.Struct, frozen=True, kw_only=True):
    """One code: its planted share, the share that the machine counted, and the difference (counted - planted)."""

    code: str
    planted: float
    counted: float
    off: float


class PairScore(msgspec.Struct, frozen=True, kw_only=True):
    """Near-duplicates found again.

    Attributes
    ----------
    planted, found : int
        Known pairs of which both posts are there, and those that were folded together.
    merged, right : int
        Posts folded into another one, and those folded into one that is truly a copy.
    found_share, right_share : float or None
        None where there was nothing to find or nothing was folded.
    """

    planted: int
    found: int
    merged: int
    right: int
    found_share: float | None
    right_share: float | None


def count_shares(codings: Mapping[str, Coding], layer: str) -> dict[str, float]:
    """Share of posts that carry each code of a layer, sorted by code.

    Examples
    --------
    >>> count_shares({"a": {"role": "patient"}, "b": {}}, "role")
    {'patient': 0.5}
    """
    counts: dict[str, int] = {}
    for coding in codings.values():
        for code in codes_of(coding, layer):
            counts[code] = counts.get(code, 0) + 1
    return {code: counts[code] / len(codings) for code in sorted(counts)}


def compare_shares(planted: Mapping[str, float], counted: Mapping[str, float]) -> list[ShareGap]:
    """Put planted and counted shares side by side.

    Parameters
    ----------
    planted, counted : dict of str to float
        Share of each code, 0..1; an absent code has share 0.

    Returns
    -------
    list of ShareGap
        Sorted by code; codes of either side.

    Examples
    --------
    >>> [
    ...     (g.code, round(g.off, 2))
    ...     for g in compare_shares({"relief": 0.10}, {"relief": 0.08, "joy": 0.01})
    ... ]
    [('joy', 0.01), ('relief', -0.02)]
    """
    codes = sorted(planted.keys() | counted.keys())
    pairs = [(c, planted.get(c, 0.0), counted.get(c, 0.0)) for c in codes]
    return [ShareGap(code=c, planted=p, counted=m, off=m - p) for c, p, m in pairs]


class _Clusters:
    """Posts joined by known pairs, whatever the order in which the pairs come."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._above: dict[str, str] = {}
        for one, other in pairs:
            self._above[self.of(one)] = self.of(other)

    def of(self, post: str) -> str:
        top = post
        while self._above.get(top, top) != top:
            top = self._above[top]
        while post != top:
            self._above[post], post = top, self._above[post]
        return top


def score_pairs(pairs: Iterable[tuple[str, str]], folds: Mapping[str, str]) -> PairScore:
    """Score folded near-duplicates against known pairs.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Known copies: (copy, original); copies of copies may be given as a chain.
    folds : dict of str to str
        Post -> representative that it was folded into (itself when kept). Posts that are not in it, such
        as deleted ones, are left aside.

    Returns
    -------
    PairScore

    Examples
    --------
    >>> score = score_pairs(
    ...     [("b", "a"), ("d", "c")], {"a": "a", "b": "a", "c": "c", "d": "d", "e": "a"}
    ... )
    >>> score.found_share, score.right_share
    (0.5, 0.5)
    """
    known = list(pairs)
    there = [(one, other) for one, other in known if one in folds and other in folds]
    clusters = _Clusters(known)
    found = sum(folds[one] == folds[other] for one, other in there)
    merged = [(post, kept) for post, kept in folds.items() if post != kept]
    right = sum(clusters.of(post) == clusters.of(kept) for post, kept in merged)
    return PairScore(
        planted=len(there),
        found=found,
        merged=len(merged),
        right=right,
        found_share=found / len(there) if there else None,
        right_share=right / len(merged) if merged else None,
    )
