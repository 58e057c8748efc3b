"""Agreeing: for each code how far coders agree, how sure that is, where they differ, and how many more codings help."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bedside.codebook import Codebook
from bedside.judge.advice import TENTATIVE, codings_for_alpha
from bedside.judge.agreement import (
    Coefficient,
    Counts,
    Metric,
    ac1,
    alpha,
    bootstrapped,
    count_ratings,
    fleiss,
    raw_agreement,
)
from bedside.judge.dawid_skene import dawid_skene
from bedside.judge.kappas import cohen, cross_table
from bedside.judge.reliability import Ratings, ratings_of, ratings_of_layer

__all__ = ["CodeAgreement", "Coder", "Disagreement", "agree", "disagreements"]

LEAST_OF_A_KIND = (
    5  # posts that the consensus takes for present (absent), to tell how often a coder misses them
)
ENOUGH_CODERS = 3  # with two, Dawid and Skene's errors are not determined
NUMBERED: dict[bool, Metric] = {True: "interval", False: "nominal"}


class Coder(msgspec.Struct, frozen=True, kw_only=True):
    """How one coder stands to the consensus of Dawid and Skene.

    `sensitivity`: says present where it is; `specificity`: says absent where it is not. None with fewer than three
    coders, or where the consensus knows fewer than five posts of the kind.
    """

    name: str
    posts: int
    sensitivity: float | None = None
    specificity: float | None = None


class CodeAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement on one code, or on a layer with one answer (`code` = `*`).

    Attributes
    ----------
    posts : int
        Coded by at least two.
    coded : int
        Coded by at least one.
    differ : int
        Of `posts`: those on which coders differ.
    prevalence : float or None
        Mean share of coders who say present.
    raw, alpha, ac1, fleiss : Coefficient
    cohen : float or None
        Where exactly two coders overlap.
    metric : str
        Of alpha.
    consensus : float or None
        Share present by Dawid and Skene; with three coders or more.
    more : int or None
        Further posts to be coded twice until an alpha of `smallest` would be told from a worse one; None where no
        share of the code is known to reckon with.
    smallest : float
    note : str
        What stands in the way, if anything does.
    """

    layer: str
    code: str
    posts: int
    coded: int
    differ: int
    prevalence: float | None
    raw: Coefficient
    alpha: Coefficient
    ac1: Coefficient
    fleiss: Coefficient
    cohen: float | None
    metric: Metric
    coders: tuple[Coder, ...]
    consensus: float | None
    more: int | None
    smallest: float
    note: str = ""


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """A text on which coders differ: coder to decision (1 present, 0 absent)."""

    subject_key: str
    text_key: str | None
    layer: str
    code: str
    said: dict[str, int]


def agree(
    judgements: pa.Table,
    book: Codebook,
    *,
    layers: Sequence[str] = (),
    metric: Metric | None = None,
    smallest: float = TENTATIVE,
    resamples: int = 1000,
) -> list[CodeAgreement]:
    """Agreement on every code that was judged, and on each layer with one answer as a whole.

    Parameters
    ----------
    judgements : pyarrow.Table
        Columns `reliability.COLUMNS`, oldest first.
    book : Codebook
    layers : sequence of str
        Empty: all that were judged.
    metric : {"nominal", "ordinal", "interval", "ratio"}, optional
        For layers with one answer; by default interval where codes are numbers, else nominal. Of present or absent
        all metrics are one.
    smallest : float, default 0.667
        Alpha to be reached; .80 for conclusions that others rely on.
    resamples : int

    Returns
    -------
    list of CodeAgreement
        In the order of the codebook.
    """
    there = set(pc.unique(judgements["layer"]).to_pylist())
    found: list[CodeAgreement] = []
    for layer in layers or [name for name in book.layers if name in there]:
        about = book.layer(layer)
        if not about.several:
            whole = ratings_of_layer(judgements, book, layer)
            numbers = all(name.lstrip("-").isdigit() for name in about.names())
            if whole.texts:
                found.append(
                    _one(layer, "*", whole, metric or NUMBERED[numbers], smallest, resamples)
                )
        for code, ratings in ratings_of(judgements, book, layer):
            found.append(_one(layer, code, ratings, "nominal", smallest, resamples))
    return found


def _one(
    layer: str, code: str, ratings: Ratings, metric: Metric, smallest: float, resamples: int
) -> CodeAgreement:
    table = ratings.table
    there = ~np.isnan(table)
    codes = there.sum(axis=1)
    binary = code != "*"
    counts = count_ratings(table, values=[0, 1] if binary else None)
    twice = int((codes > 1).sum())
    differ = (
        (np.nanmax(table[codes > 1], axis=1) != np.nanmin(table[codes > 1], axis=1)).sum()
        if twice
        else 0
    )
    share = _share(counts) if binary and there.any() else None
    rarest = min(_shares(counts), default=0.0)
    needed = codings_for_alpha(rarest, alpha=smallest) if 0 < rarest < 1 else None
    coders, consensus = _coders(ratings, binary)
    return CodeAgreement(
        layer=layer,
        code=code,
        posts=twice,
        coded=int((codes > 0).sum()),
        differ=int(differ),
        prevalence=share,
        raw=bootstrapped(raw_agreement, counts, resamples=resamples),
        alpha=bootstrapped(alpha, counts, metric, resamples=resamples),
        ac1=bootstrapped(ac1, counts, resamples=resamples),
        fleiss=fleiss(counts),
        cohen=_cohen(ratings),
        metric=metric,
        coders=coders,
        consensus=consensus,
        more=None if needed is None else max(0, needed - twice),
        smallest=smallest,
        note=_note(ratings, twice),
    )


def _shares(counts: Counts) -> list[float]:
    """Share of each category among all codes given, those that nobody gave left out."""
    total = counts.posts @ counts.table
    return [float(one / total.sum()) for one in total if one > 0]


def _share(counts: Counts) -> float:
    codes = counts.table.sum(axis=1)
    kept = codes > 0
    each = counts.table[kept, 1] / codes[kept]
    return float(each @ counts.posts[kept] / counts.posts[kept].sum())


def _cohen(ratings: Ratings) -> float | None:
    active = [n for n in range(len(ratings.coders)) if not np.isnan(ratings.table[:, n]).all()]
    if len(active) != 2:
        return None
    table = cross_table(ratings.table[:, active[0]], ratings.table[:, active[1]])
    return cohen(table).value if table.sum() else None


def _coders(ratings: Ratings, binary: bool) -> tuple[tuple[Coder, ...], float | None]:
    """Coders with their errors, and the consensus' share; errors only where the model is determined."""
    there = ~np.isnan(ratings.table)
    posts = there.sum(axis=0)
    active = np.flatnonzero(posts)
    if not binary or len(active) < ENOUGH_CODERS:
        plain = (Coder(name=ratings.coders[n], posts=int(posts[n])) for n in active)
        return tuple(plain), None
    kept = there.any(axis=1)
    codes = np.stack([ratings.table == 0, ratings.table == 1], axis=2)[kept][:, active]
    model = dawid_skene(codes.astype(float))
    enough = model.shares * len(codes) >= LEAST_OF_A_KIND
    found = (
        Coder(
            name=ratings.coders[n],
            posts=int(posts[n]),
            sensitivity=float(model.errors[place, 1, 1]) if enough[1] else None,
            specificity=float(model.errors[place, 0, 0]) if enough[0] else None,
        )
        for place, n in enumerate(active)
    )
    return tuple(found), float(model.shares[1])


def _note(ratings: Ratings, twice: int) -> str:
    active = [n for n in range(len(ratings.coders)) if not np.isnan(ratings.table[:, n]).all()]
    names = [ratings.coders[n] for n in active]
    if len(names) < 2:
        return f"only {names[0] if names else 'nobody'} has judged; let a second person judge the same sample"
    if not twice:
        return f"{', '.join(names[:-1])} and {names[-1]} have no post in common; let them judge the same sample"
    return ""


def disagreements(
    judgements: pa.Table, book: Codebook, *, layers: Sequence[str] = ()
) -> list[Disagreement]:
    """Texts on which coders differ, code by code.

    Parameters
    ----------
    judgements : pyarrow.Table
        Columns `reliability.COLUMNS`, oldest first.
    book : Codebook
    layers : sequence of str
        Empty: all that were judged.
    """
    there = set(pc.unique(judgements["layer"]).to_pylist())
    found = []
    for layer in layers or [name for name in book.layers if name in there]:
        for code, ratings in ratings_of(judgements, book, layer):
            found += [
                Disagreement(
                    subject_key=text[0], text_key=text[1], layer=layer, code=code, said=said
                )
                for text, said in _differing(ratings)
            ]
    return found


def _differing(ratings: Ratings) -> list[tuple[tuple[str, str | None], dict[str, int]]]:
    table = ratings.table
    low, high = (
        np.where(np.isnan(table), 2, table).min(axis=1),
        np.where(np.isnan(table), -1, table).max(axis=1),
    )
    rows: list[Any] = np.flatnonzero((low == 0) & (high == 1)).tolist()
    return [
        (
            ratings.texts[row],
            {
                coder: int(value)
                for coder, value in zip(ratings.coders, table[row], strict=True)
                if not np.isnan(value)
            },
        )
        for row in rows
    ]
