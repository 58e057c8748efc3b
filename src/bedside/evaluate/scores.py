"""Scores of codes against labels: F1 for each code, macro and micro, with intervals."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from bedside.errors import InputError, suggest
from bedside.evaluate.codes import LAYERS, Coding, codes_of, codes_used

__all__ = ["CodeScore", "LayerScore", "score_against", "score_codes"]

DRAWS = 400  # bootstrap draws: the ends of a 95 % interval then vary by about a tenth of its width
CHUNK = 20  # draws made at once, to keep memory flat on sets of 40,000 posts
Table = npt.NDArray[np.float64]


class CodeScore(msgspec.Struct, frozen=True, kw_only=True):
    """How well one code was found.

    Attributes
    ----------
    code : str
    support : int
        Posts on which the label, or either reader, has the code.
    found : int
        Posts on which the machine has it.
    f1, precision, recall, specificity : float or None
        Mean over the readers where there are several; None where nothing was there to count.
    low, high : float
        95 % interval of F1, percentile bootstrap over posts.
    readers : float or None
        F1 of one reader against the other.
    """

    code: str
    support: int
    found: int
    f1: float
    low: float
    high: float
    precision: float | None
    recall: float | None
    specificity: float | None
    readers: float | None = None


class LayerScore(msgspec.Struct, frozen=True, kw_only=True):
    """How well one layer was coded.

    Attributes
    ----------
    layer : str
    posts : int
    codes : list of CodeScore
        Codes with enough support.
    few : dict of str to int
        Codes with less support than asked for, and their support: not measured.
    macro, macro_low, macro_high : float or None
        Mean F1 over `codes`; None when there are none.
    micro, micro_low, micro_high : float or None
        F1 over all decisions on `codes`.
    readers, ratio : float or None
        Macro-F1 of reader against reader, and macro divided by it.
    """

    layer: str
    posts: int
    codes: list[CodeScore]
    few: dict[str, int]
    macro: float | None = None
    macro_low: float | None = None
    macro_high: float | None = None
    micro: float | None = None
    micro_low: float | None = None
    micro_high: float | None = None
    readers: float | None = None
    ratio: float | None = None


def _table(codings: Sequence[Coding], layer: str, codes: list[str]) -> Table:
    rows = [codes_of(coding, layer) for coding in codings]
    return np.array([[code in row for code in codes] for row in rows], float).reshape(
        len(rows), len(codes)
    )


def _divide(a: Table, b: Table) -> Table:
    out: Table = np.full(np.broadcast(a, b).shape, np.nan)
    np.divide(a, b, out=out, where=b > 0)
    return out


def _f1(right: Table, gold: Table, machine: Table) -> Table:
    return _divide(2 * right, gold + machine)


def _weights(ids: Sequence[str], draws: int, seed: int) -> Table:
    """How often each post is drawn: rows are draws. The same posts give the same draws, in any order of input."""
    digest = hashlib.blake2b(
        "\0".join(ids).encode(), digest_size=8, salt=seed.to_bytes(8, "big")
    ).digest()
    rng = np.random.default_rng(int.from_bytes(digest, "big"))
    return np.stack(
        [np.bincount(rng.integers(0, len(ids), len(ids)), minlength=len(ids)) for _ in range(draws)]
    )


def _mean(values: list[Table]) -> Table:
    """Mean over readers; a reader without a value is left out."""
    stacked = np.stack(values)
    known = ~np.isnan(stacked)
    return _divide(np.where(known, stacked, 0).sum(axis=0), known.sum(axis=0).astype(float))


def _spread(values: Table) -> tuple[Table, Table]:
    filled = np.where(
        np.isnan(values), 0.0, values
    )  # a draw without any positive: nothing was found
    low, high = np.quantile(filled, [0.025, 0.975], axis=0)
    return low, high


class _Counts:
    """Posts right, labelled and found for each code and reader, under any weighting of posts."""

    def __init__(self, golds: list[Table], machine: Table) -> None:
        self.golds, self.machine = golds, machine
        self.right = [gold * machine for gold in golds]

    def code_f1(self, weights: Table) -> Table:
        """F1 of each code: rows are weightings."""
        found = weights @ self.machine
        return _mean(
            [
                _f1(weights @ r, weights @ g, found)
                for r, g in zip(self.right, self.golds, strict=True)
            ]
        )

    def micro(self, weights: Table) -> Table:
        """F1 over all decisions: one value for each weighting."""
        found = weights @ self.machine.sum(axis=1)
        pairs = zip(self.right, self.golds, strict=True)
        return _mean(
            [_f1(weights @ r.sum(axis=1), weights @ g.sum(axis=1), found) for r, g in pairs]
        )

    def rates(self) -> tuple[Table, Table, Table]:
        """Precision, recall and specificity of each code."""
        found, n = self.machine.sum(axis=0), float(len(self.machine))
        rows = [(r.sum(axis=0), g.sum(axis=0)) for r, g in zip(self.right, self.golds, strict=True)]
        precision = _mean([_divide(r, found) for r, _ in rows])
        recall = _mean([_divide(r, g) for r, g in rows])
        specificity = _mean([_divide(n - g - found + r, n - g) for r, g in rows])
        return precision, recall, specificity


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _score_codes(counts: _Counts, codes: list[str], boots: Table) -> list[CodeScore]:
    one = np.ones((1, len(counts.machine)))
    f1 = np.nan_to_num(counts.code_f1(one)[0])
    (low, high), rates = _spread(boots), counts.rates()
    support = np.max(np.stack(counts.golds), axis=0).sum(axis=0)
    readers = _f1(
        (counts.golds[0] * counts.golds[-1]).sum(0), counts.golds[0].sum(0), counts.golds[-1].sum(0)
    )
    return [
        CodeScore(
            code=code,
            support=int(support[i]),
            found=int(counts.machine[:, i].sum()),
            f1=float(f1[i]),
            low=float(low[i]),
            high=float(high[i]),
            precision=_known(rates[0][i]),
            recall=_known(rates[1][i]),
            specificity=_known(rates[2][i]),
            readers=_known(readers[i]) if len(counts.golds) > 1 else None,
        )
        for i, code in enumerate(codes)
    ]


def _layer_score(
    layer: str, ids: list[str], counts: _Counts, codes: list[str], few: dict[str, int], seed: int
) -> LayerScore:
    parts = [
        (counts.code_f1(w), counts.micro(w))
        for step in range(DRAWS // CHUNK)
        for w in [_weights(ids, CHUNK, seed * DRAWS + step)]
    ]
    boots, micros = (np.concatenate(p) for p in zip(*parts, strict=True))
    scored = _score_codes(counts, codes, boots)
    macro = float(np.mean([c.f1 for c in scored]))
    (macro_low, macro_high), (micro_low, micro_high) = (
        _spread(np.nan_to_num(boots).mean(axis=1)),
        _spread(micros),
    )
    agreed = [c.readers for c in scored if c.readers is not None]
    readers = float(np.mean(agreed)) if agreed else None
    return LayerScore(
        layer=layer,
        posts=len(ids),
        codes=scored,
        few=few,
        macro=macro,
        macro_low=float(macro_low),
        macro_high=float(macro_high),
        micro=float(np.nan_to_num(counts.micro(np.ones((1, len(ids))))[0])),
        micro_low=float(micro_low),
        micro_high=float(micro_high),
        readers=readers,
        ratio=macro / readers if readers else None,
    )


def _check(golds: Sequence[Mapping[str, Coding]], layer: str, least: int) -> None:
    if layer not in LAYERS:
        raise InputError(f"no layer '{layer}' can be scored; {suggest(layer, list(LAYERS))}")
    if least < 1:
        raise InputError(f"least = {least}; a code needs at least 1 labelled post to be scored")
    if not golds or any(g.keys() != golds[0].keys() for g in golds):
        raise InputError(
            "the readers coded different posts; give labels of the same posts, at least one set of them"
        )


def score_against(
    golds: Sequence[Mapping[str, Coding]],
    machine: Mapping[str, Coding],
    layer: str,
    *,
    least: int = 6,
    seed: int = 1,
) -> LayerScore:
    """Score a machine against one or several readers of the same posts.

    Parameters
    ----------
    golds : sequence of dict of post id to Coding
        Labels, or the codings of each reader; all of the same posts.
    machine : dict of post id to Coding
        A post that it lacks counts as coded with nothing; posts beyond those of `golds` are left aside.
    layer : str
        One of `evaluate.codes.LAYERS`.
    least : int, default 6
        Posts on which the label (or either reader) must have a code for it to be scored.
    seed : int, default 1
        Of the bootstrap; the draws depend on it and on the ids only.

    Returns
    -------
    LayerScore
        The machine's F1 is the mean of its F1 against each reader. Posts are drawn with replacement for
        the intervals, which assumes that posts are independent: with many posts by few people they are
        too narrow.

    Raises
    ------
    InputError
        If the layer is unknown, `least` < 1, or the readers coded different posts.

    Notes
    -----
    Where one reader never uses a code and the machine neither, the machine's F1 against that reader is
    undefined and the other reader decides alone. (The script beside the judged posts leaves such a code out
    of the machine's mean; counting it is the stricter reading.)

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13: percentile interval.
    """
    _check(golds, layer, least)
    ids = sorted(golds[0])
    rows = [[g[i] for i in ids] for g in golds]
    coded: list[Coding] = [machine.get(i, {}) for i in ids]
    used = codes_used([c for r in rows for c in r], layer)
    tables = [_table(r, layer, used) for r in rows]
    support = np.max(np.stack(tables), axis=0).sum(axis=0) if used else np.zeros(0)
    keep = [i for i in range(len(used)) if support[i] >= least]
    codes = [used[i] for i in keep]
    few = {code: int(n) for code, n in zip(used, support, strict=True) if n < least}
    if not codes:
        return LayerScore(layer=layer, posts=len(ids), codes=[], few=few)
    counts = _Counts([t[:, keep] for t in tables], _table(coded, layer, codes))
    return _layer_score(layer, ids, counts, codes, few, seed)


def score_codes(
    gold: Mapping[str, Coding],
    machine: Mapping[str, Coding],
    layer: str,
    least: int = 6,
    **options: Any,
) -> LayerScore:
    """Score a machine against one set of labels; see `score_against`.

    Examples
    --------
    >>> gold = {"a": {"role": "patient"}, "b": {"role": "patient"}, "c": {"role": "clinician"}}
    >>> machine = {"a": {"role": "patient"}, "b": {"role": "clinician"}, "c": {"role": "clinician"}}
    >>> [(c.code, round(c.f1, 3)) for c in score_codes(gold, machine, "role", least=1).codes]
    [('clinician', 0.667), ('patient', 0.667)]
    """
    return score_against([gold], machine, layer, least=least, **options)
