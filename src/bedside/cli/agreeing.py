"""`agreement`: one line a code, then what stands in the way, and the posts that differ."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from bedside.errors import NotFoundError
from bedside.judge.agreeing import CodeAgreement, Disagreement, agree, disagreements
from bedside.judge.agreement import Coefficient, Metric
from bedside.judge.decisions import has_log, open_log
from bedside.judge.reliability import COLUMNS
from bedside.judge.samples import find_sample
from bedside.measure.bound import study_codebook
from bedside.store.study import open_study

__all__ = ["agreement_text"]


def agreement_text(
    folder: Path,
    *,
    layers: Sequence[str] = (),
    sample: str = "",
    metric: Metric | None = None,
    smallest: float = 0.667,
    coder: str = "",
    posts: bool = False,
) -> tuple[dict[str, Any], str]:
    """Agreement of a study's coders; a coder who asks sees only differences on posts already coded.

    Raises
    ------
    NotFoundError
        If nobody has judged yet, or the layer or sample is not there.
    """
    study = open_study(folder)
    book = study_codebook(study)
    for layer in layers:
        book.layer(layer)
    only = {"sample_id": find_sample(study, sample).id} if sample else {}
    judgements = None
    if has_log(study):
        with open_log(study) as log:
            judgements = log.read(columns=COLUMNS, **only)
    if judgements is None or not judgements.num_rows:
        raise NotFoundError("nobody has judged yet; draw a sample and give: bedside judge")
    found = agree(judgements, book, layers=layers, metric=metric, smallest=smallest)
    if not found:
        raise NotFoundError(
            "no unprompted decision under the codebook's present definitions; judge a sample with: bedside judge"
        )
    told: dict[str, Any] = {"codes": msgspec.to_builtins(found)}
    lines = _table(found)
    if posts:
        differ = [d for d in disagreements(judgements, book, layers=layers) if _may_see(d, coder)]
        told["differ"] = msgspec.to_builtins(differ)
        lines += ["", f"{len(differ):,} decisions differ", *(_difference(d) for d in differ)]
    return told, "\n".join(lines)


def _may_see(one: Disagreement, coder: str) -> bool:
    """Whether who asks may see who said what: a coder only what that coder has coded."""
    return not coder or coder in one.said


def _table(found: Sequence[CodeAgreement]) -> list[str]:
    names = [
        f"{one.layer}/{one.code}" if one.code != "*" else f"{one.layer} ({one.metric})"
        for one in found
    ]
    width = max(len(name) for name in names)
    lines = [
        f"{'':{width}}  posts  differ  present  raw            alpha                 AC1                   kappa  more"
    ]
    for name, one in zip(names, found, strict=True):
        present = "" if one.prevalence is None else f"{one.prevalence:.2f}"
        kappa = one.cohen if one.cohen is not None else one.fleiss.value
        more = "" if one.more is None else f"{one.more:,}"
        lines.append(
            f"{name:{width}}  {one.posts:>5}  {one.differ:>6}  {present:>7}  {_number(one.raw):13}  "
            f"{_with_limits(one.alpha):20}  {_with_limits(one.ac1):20}  {'' if kappa is None else f'{kappa:.2f}':>5}  {more}"
        )
    return lines + _words(found)


def _number(one: Coefficient) -> str:
    return "undefined" if one.value is None else f"{one.value:.2f}"


def _with_limits(one: Coefficient) -> str:
    if one.value is None or one.low is None or one.high is None:
        return _number(one)
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def _words(found: Sequence[CodeAgreement]) -> list[str]:
    smallest = found[0].smallest
    lines = [
        "",
        "posts: coded by two or more. alpha: Krippendorff's; .667 allows tentative conclusions, .80 reliable ones. AC1 keeps "
        "its meaning where a code is rare. kappa: Cohen's of two coders, else Fleiss'. Intervals: 95 %, by resampling posts.",
        f"more: posts to be coded twice besides, until an alpha of {smallest:g} would be told from a worse one.",
    ]
    notes: dict[str, list[str]] = {}
    for one in found:
        for note in filter(None, (one.note, one.alpha.reason)):
            notes.setdefault(note, []).append(f"{one.layer}/{one.code}")
    lines += [f"{note}: {_few(codes)}" for note, codes in notes.items()]
    lines += [
        f"{one.layer}/{one.code}: {_coder_words(one)}"
        for one in found
        if one.consensus is not None and any(c.sensitivity is not None for c in one.coders)
    ]
    return lines


def _few(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _coder_words(one: CodeAgreement) -> str:
    said = ", ".join(
        f"{c.name} finds {c.sensitivity:.2f} of what is there and leaves out {c.specificity:.2f} of what is not"
        for c in one.coders
        if c.sensitivity is not None and c.specificity is not None
    )
    return f"by Dawid and Skene {one.consensus:.2f} present; {said}"


def _difference(one: Disagreement) -> str:
    said = ", ".join(f"{who}: {'present' if yes else 'absent'}" for who, yes in one.said.items())
    return f"  {one.subject_key}  {one.layer}/{one.code}  {said}"
