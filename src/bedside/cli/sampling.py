"""`sample`: draw, extend, choose to learn from, list, and advise."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec
import pyarrow as pa

from bedside.cli.opened import Opened, opened
from bedside.errors import InputError
from bedside.judge.allocation import Way, allocate, spread
from bedside.judge.decisions import has_log, open_log
from bedside.judge.judged import judged_sample
from bedside.judge.qualifying import disqualify
from bedside.judge.samples import Sample, list_samples
from bedside.judge.sampling import Unit, draw_learning, draw_sample, extend_sample
from bedside.judge.strata import population_of, sizes_of
from bedside.judge.uncertain import code_probabilities
from bedside.judge.versions import keep_version
from bedside.store.study import open_study
from bedside.understand.learnt.study import current_versions, read_study

__all__ = ["advise", "draw", "extend", "learn", "list_text", "parse_code"]

Told = tuple[dict[str, Any], str]


def parse_code(text: str) -> tuple[str, str]:
    """Read LAYER/CODE.

    Raises
    ------
    InputError
        If there is no stroke in it.

    Examples
    --------
    >>> parse_code("care/listening:praise")
    ('care', 'listening:praise')
    """
    layer, stroke, code = text.partition("/")
    if not stroke or not code:
        raise InputError(f"got the code '{text}'; give it as LAYER/CODE, such as feel/relief")
    return layer, code


def _told(sample: Sample) -> dict[str, Any]:
    return msgspec.to_builtins(sample)  # type: ignore[no-any-return]


def _spreads(at: Opened, population: pa.Table, pilot: str) -> dict[str, float] | None:
    """Spread of each stratum from what was judged of a code so far; strata without it are left out."""
    if not pilot:
        return None
    layer, code = parse_code(pilot)
    judged = judged_sample(at.study, at.ask, at.book, layer=layer, code=code)
    strata = dict(
        zip(population["subject_key"].to_pylist(), population["stratum"].to_pylist(), strict=True)
    )
    found: dict[str, list[int]] = {}
    for row in judged.table.to_pylist():
        if row["subject_key"] in strata:
            found.setdefault(strata[row["subject_key"]], []).append(row["decision"])
    if not found:
        raise InputError(
            f"nothing of {pilot} has been judged yet ({judged.reason or 'the sample is open'}); judge a random sample "
            "first, then it can serve as a pilot"
        )
    return {name: spread(sum(said), len(said)) for name, said in found.items()}


def draw(
    folder: Path,
    name: str,
    *,
    size: int,
    layers: Sequence[str],
    by: Sequence[str],
    way: Way,
    pilot: str,
    unit: Unit,
    query: str,
    seed: str,
    now: datetime,
) -> Told:
    """Draw a random or stratified sample."""
    with opened(folder) as at, at.study.locked():
        spreads = None
        if pilot:
            population = population_of(at.ask, at.book, by=by, query=query, unit=unit)
            spreads = _spreads(at, population, pilot)
        sample = draw_sample(
            at.study,
            at.ask,
            at.book,
            at.snapshot,
            name=name,
            size=size,
            now=now,
            layers=layers,
            unit=unit,
            by=by,
            query=query,
            way=way,
            spreads=spreads,
            seed=seed,
        )
        keep_version(at.study, at.book)
    return _told(sample), "\n".join(
        [
            f"{sample.id}: {sample.drawn:,} of {sample.population:,} {unit} drawn (about {size:,} were asked for; each is "
            f"drawn on its own with a known probability)",
            *_strata_lines(sample),
            f"next: bedside judge {quote(str(folder))} --coder NAME --sample {sample.id}",
        ]
    )


def _strata_lines(sample: Sample) -> list[str]:
    if len(sample.probabilities) < 2:
        return []
    return [
        f"  {name}: {sample.sizes[name]:,}, each drawn with probability {chance:.4g}"
        for name, chance in sample.probabilities.items()
    ]


def extend(folder: Path, name: str, *, size: int | None) -> Told:
    """Draw by the same rule from posts that came since."""
    with opened(folder) as at, at.study.locked():
        before = {sample.id: sample.drawn for sample in list_samples(at.study)}
        sample = extend_sample(at.study, at.ask, at.book, at.snapshot, name=name, size=size)
    grown = sample.drawn - before[name]
    return _told(sample), (
        f"{name}: {sample.drawn:,} of {sample.population:,} {sample.unit} now ({grown:+,}); those drawn before stay"
    )


def learn(folder: Path, name: str, *, code: str, size: int, now: datetime) -> Told:
    """Choose the posts the machine is least sure about."""
    layer, wanted = parse_code(code)
    with opened(folder) as at, at.study.locked():
        sample = draw_learning(
            at.study,
            at.ask,
            at.book,
            at.snapshot,
            name=name,
            layer=layer,
            code=wanted,
            size=size,
            now=now,
            scores=_scores(at, layer, wanted),
        )
        keep_version(at.study, at.book)
    return _told(sample), (
        f"{name}: {size:,} posts to learn {code} from, the least certain first. Its queue shows what the machine proposes; "
        "its decisions never enter an estimate."
    )


def _scores(at: Opened, layer: str, code: str) -> dict[str, float] | None:
    """What the study's own classifier makes of posts; None where it has learnt nothing of the code."""
    serving, _ = current_versions(at.study.folder / "learnt", at.book.hashes())
    if layer not in serving:
        return None
    maker = read_study(at.study.folder / "learnt" / layer)
    return code_probabilities(at.ask, maker, code) if code in maker.models[0].codes else None


def advise(
    folder: Path,
    *,
    size: int,
    by: Sequence[str],
    pilot: str,
    unit: Unit,
    query: str,
) -> Told:
    """Show how a sample could be shared out among strata."""
    with opened(folder) as at:
        population = population_of(at.ask, at.book, by=by, query=query, unit=unit)
        sizes, spreads = sizes_of(population), _spreads(at, population, pilot)
    ways: dict[str, Mapping[str, float]] = {
        "proportional": allocate(sizes, size),
        "equal": allocate(sizes, size, way="equal"),
    }
    if spreads is not None:
        ways["neyman"] = allocate(sizes, size, way="neyman", spreads=spreads)
    width = max([len(name) for name in sizes] + [7])
    head = f"  {'stratum':{width}}  {'of':>9}  " + "  ".join(f"{way:>12}" for way in ways)
    lines = [
        f"  {name:{width}}  {of:>9,}  " + "  ".join(f"{ways[way][name]:>12.1f}" for way in ways)
        for name, of in sizes.items()
    ]
    advice = (
        "neyman gives the shortest interval for the whole share of the pilot's code; proportional serves all codes alike"
        if spreads is not None
        else "proportional serves all codes alike; equal compares strata; neyman needs --pilot LAYER/CODE, judged before"
    )
    told = {"sizes": sizes, **{way: dict(numbers) for way, numbers in ways.items()}}
    return told, "\n".join([head, *lines, advice])


def list_text(folder: Path) -> Told:
    """List the samples of a study and mark those that lost a layer."""
    study = open_study(folder)
    if has_log(study):
        with open_log(study) as log:
            disqualify(study, log.looks())
    samples = list_samples(study)
    lines = [line for sample in samples for line in _about(sample)]
    empty = (
        f"no sample yet; draw one with: bedside sample draw {quote(str(folder))} round-1 --size 400"
    )
    return {"samples": [_told(sample) for sample in samples]}, "\n".join(lines or [empty])


def _about(sample: Sample) -> list[str]:
    kind = "for learning" if sample.kind == "learning" else sample.kind
    what = f", {sample.code}" if sample.code else ""
    layers = ", ".join(sample.layers) or "any layer"
    lines = [
        f"{sample.id}: {kind}, {sample.drawn:,} of {sample.population:,} {sample.unit}, for {layers}{what}, drawn "
        f"{sample.drawn_at:%Y-%m-%d} from {sample.snapshot}"
        + (f" where {sample.query}" if sample.query else "")
    ]
    lines += _strata_lines(sample)
    return lines + [f"  not for {layer}: {why}" for layer, why in sample.disqualified.items()]
