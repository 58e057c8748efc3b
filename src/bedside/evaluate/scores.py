"""Scores of codes against labels: F1 for each code, macro and micro, with intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from bedside.errors import InputError, suggest
from bedside.evaluate.codes import LAYERS, Coding, codes_of, codes_used
from bedside.evaluate.counts import Counts, Table, draws_of, spread

__all__ = ["CodeScore", "LayerScore", "score_against", "score_codes", "score_tables"]


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


def _table(codings: Sequence[Coding], layer: str, codes: list[str]) -> npt.NDArray[np.uint8]:
    """Posts by codes: 1 where the post has the code."""
    column = {code: i for i, code in enumerate(codes)}
    table = np.zeros((len(codings), len(codes)), np.uint8)
    for row, coding in enumerate(codings):
        for code in codes_of(coding, layer) & column.keys():
            table[row, column[code]] = 1
    return table


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _score_codes(counts: Counts, codes: list[str], boots: Table) -> list[CodeScore]:
    f1 = np.nan_to_num(counts.code_f1(counts.times[None])[0])
    (low, high), (precision, recall, specificity) = spread(boots), counts.rates()
    support, found, readers = counts.support(), counts.found(), counts.readers_f1()
    return [
        CodeScore(
            code=code,
            support=int(support[i]),
            found=int(found[i]),
            f1=float(f1[i]),
            low=float(low[i]),
            high=float(high[i]),
            precision=_known(precision[i]),
            recall=_known(recall[i]),
            specificity=_known(specificity[i]),
            readers=_known(readers[i]) if len(counts.golds) > 1 else None,
        )
        for i, code in enumerate(codes)
    ]


def _layer_score(
    layer: str, ids: list[str], counts: Counts, codes: list[str], few: dict[str, int], seed: int
) -> LayerScore:
    draws = [(counts.code_f1(w), counts.micro(w)) for w in draws_of(ids, counts.times, seed)]
    boots, micros = (np.concatenate(part) for part in zip(*draws, strict=True))
    scored = _score_codes(counts, codes, boots)
    macro = float(np.mean([c.f1 for c in scored]))
    macro_low, macro_high = spread(np.nan_to_num(boots).mean(axis=1))
    micro_low, micro_high = spread(micros)
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
        micro=float(np.nan_to_num(counts.micro(counts.times[None])[0])),
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
    counts = Counts([t[:, keep] for t in tables], _table(coded, layer, codes))
    return _layer_score(layer, ids, counts, codes, few, seed)


def score_tables(
    name: str,
    ids: Sequence[str],
    gold: npt.NDArray[np.bool_],
    machine: npt.NDArray[np.bool_],
    codes: Sequence[str],
    *,
    least: int = 6,
    seed: int = 1,
) -> LayerScore:
    """Score decisions that already stand in tables, such as those of cross-validation.

    Parameters
    ----------
    name : str
        What is scored.
    ids : sequence of str
    gold, machine : numpy.ndarray of bool
        Posts by codes.
    codes : sequence of str
    least : int, default 6
        Labelled posts that a code needs.
    seed : int, default 1
        Of the bootstrap over posts.

    Returns
    -------
    LayerScore
    """
    support = gold.sum(axis=0)
    keep = [i for i, n in enumerate(support) if n >= least]
    few = {code: int(n) for code, n in zip(codes, support, strict=True) if n < least}
    if not keep:
        return LayerScore(layer=name, posts=len(ids), codes=[], few=few)
    order = np.argsort(np.asarray(ids), kind="stable")
    tables = [table[order][:, keep].astype(np.uint8) for table in (gold, machine)]
    counts = Counts([tables[0]], tables[1])
    return _layer_score(name, sorted(ids), counts, [codes[i] for i in keep], few, seed)


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
