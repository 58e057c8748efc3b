"""Scores of diagnosis records and of the time a diagnosis took."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bedside.evaluate.codes import Coding

__all__ = ["MonthsScore", "RecordScore", "score_diagnoses", "score_months"]

_WORD = re.compile(r"[a-z]{3,}")


class RecordScore(msgspec.Struct, frozen=True, kw_only=True):
    """F1 of diagnosis records: same status, and at least one word of the condition shared.

    Attributes
    ----------
    gold, machine : int
        Records in the labels (both readers together where there are two) and by the machine.
    f1, precision, recall : float or None
        Mean over the readers.
    readers, ratio : float or None
        F1 of reader against reader, and F1 divided by it.
    """

    gold: int
    machine: int
    f1: float | None
    precision: float | None
    recall: float | None
    readers: float | None = None
    ratio: float | None = None


class MonthsScore(msgspec.Struct, frozen=True, kw_only=True):
    """Time to diagnosis: on how many of the posts where every reader states months the machine states the same."""

    posts: int
    equal: int
    invented: int  # posts on which the machine states months and no reader does


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _records(coding: Coding) -> list[Mapping[str, Any]]:
    return list(coding.get("diagnosis") or ())


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    shared = _words(str(one.get("condition") or "")) & _words(str(other.get("condition") or ""))
    return bool(shared) and one.get("status") == other.get("status")


def _count_right(one: Coding, other: Coding) -> int:
    left, right = _records(other), 0
    for record in _records(one):
        match = next((r for r in left if _same(record, r)), None)
        if match is not None:
            left.remove(match)
            right += 1
    return right


def _compare(a: Mapping[str, Coding], b: Mapping[str, Coding]) -> tuple[int, int, int]:
    """Records that agree, records of the first, records of the second."""
    right = sum(_count_right(a[i], b.get(i, {})) for i in a)
    return (
        right,
        sum(len(_records(c)) for c in a.values()),
        sum(len(_records(b.get(i, {}))) for i in a),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def _ratio(a: float, b: float) -> float | None:
    return a / b if b else None


def score_diagnoses(
    golds: Sequence[Mapping[str, Coding]], machine: Mapping[str, Coding]
) -> RecordScore:
    """Score diagnosis records against one or two readers.

    Parameters
    ----------
    golds : sequence of dict of post id to Coding
    machine : dict of post id to Coding

    Returns
    -------
    RecordScore

    Notes
    -----
    Records of a post are matched one to one in order; a record counts once. Conditions agree when they
    share a word of three letters or more.

    Examples
    --------
    >>> gold = {"a": {"diagnosis": [{"condition": "coeliac disease", "status": "confirmed"}]}}
    >>> score_diagnoses(
    ...     [gold], {"a": {"diagnosis": [{"condition": "Coeliac", "status": "confirmed"}]}}
    ... ).f1
    1.0
    """
    counts = [_compare(gold, machine) for gold in golds]
    f1 = _mean([_ratio(2 * r, g + m) for r, g, m in counts])
    readers = None
    if len(golds) > 1:
        right, first, second = _compare(golds[0], golds[1])
        readers = _ratio(2 * right, first + second)
    return RecordScore(
        gold=sum(g for _, g, _ in counts),
        machine=counts[0][2],
        f1=f1,
        precision=_mean([_ratio(r, m) for r, _, m in counts]),
        recall=_mean([_ratio(r, g) for r, g, _ in counts]),
        readers=readers,
        ratio=f1 / readers if f1 is not None and readers else None,
    )


def _months(coding: Coding) -> list[float]:
    return sorted(float(r["months"]) for r in _records(coding) if r.get("months") is not None)


def score_months(
    golds: Sequence[Mapping[str, Coding]], machine: Mapping[str, Coding]
) -> MonthsScore:
    """Compare the stated months to a diagnosis, post by post."""
    said = [i for i in golds[0] if all(_months(g[i]) for g in golds)]
    none = [i for i in golds[0] if not any(_months(g[i]) for g in golds)]
    equal = sum(any(_months(machine.get(i, {})) == _months(g[i]) for g in golds) for i in said)
    return MonthsScore(
        posts=len(said), equal=equal, invented=sum(bool(_months(machine.get(i, {}))) for i in none)
    )
