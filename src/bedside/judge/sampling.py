"""Sampling: draw a sample of the corpus, extend it to posts that came since, or choose posts to learn from."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.codebook import Codebook
from bedside.errors import InputError
from bedside.judge.allocation import Way, allocate
from bedside.judge.drawing import ALL, ITEMS, draw, place_of
from bedside.judge.samples import (
    Sample,
    find_sample,
    list_samples,
    read_items,
    read_population,
    write_sample,
)
from bedside.judge.strata import population_of, sizes_of
from bedside.store.keys import load_keys
from bedside.store.snapshots import Snapshot
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study

__all__ = ["draw_learning", "draw_sample", "extend_sample"]

Unit = Literal["posts", "accounts"]
SCORES = Aggregate(
    name="judge.scores",
    needs=("corpus_marks",),
    sql="""
SELECT post_key, max(score) AS score FROM corpus_marks
WHERE layer = $layer AND code = $code AND (assertion IS NULL OR assertion = 'asserted')
GROUP BY post_key ORDER BY post_key
""",
)
READ = Aggregate(
    name="judge.read",
    needs=("corpus", "coverage"),
    sql="""
SELECT DISTINCT c.post_key FROM corpus c JOIN coverage v ON v.post_key = c.post_key
WHERE v.layer = $layer AND v.coverage = 'done' ORDER BY c.post_key
""",
)
EVEN = 0.5  # the score that says least
UNMARKED = 0.0  # of a text that was read and not marked


def draw_sample(
    study: Study,
    ask: Ask,
    book: Codebook,
    snapshot: Snapshot,
    *,
    name: str,
    size: int,
    now: datetime,
    layers: Sequence[str] = (),
    unit: Unit = "posts",
    by: Sequence[str] = (),
    query: str = "",
    way: Way = "proportional",
    spreads: Mapping[str, float] | None = None,
    seed: str = "",
) -> Sample:
    """Draw a random sample of the corpus, stratified where `by` says so, and keep it in the study.

    Parameters
    ----------
    study : Study
    ask : Ask
        Over the study's tables as of the snapshot.
    book : Codebook
    snapshot : Snapshot
        The population.
    name : str
        Small letters, digits, - and _.
    size : int
        Expected number; the number drawn varies by about its root, since each post is drawn on its own.
    now : datetime
    layers : sequence of str
        Layers to judge; empty: any.
    unit : {"posts", "accounts"}
    by, query
        As `strata.population_of` takes them.
    way, spreads
        As `allocation.allocate` takes them.
    seed : str
        Hexadecimal; by default made from the study's key and the name.

    Raises
    ------
    InputError
        If the name is taken, or the sample larger than the population.
    NotFoundError
        If the codebook lacks a layer.
    """
    _check_new(study, book, name, layers)
    secret = _seed(study, name, seed)
    population = population_of(ask, book, by=by, query=query, unit=unit)
    sizes = sizes_of(population)
    expected = allocate(sizes, size, way=way, spreads=spreads)
    probabilities = {stratum: expected[stratum] / sizes[stratum] for stratum in sizes}
    items = draw(population, seed=secret, probabilities=probabilities)
    sample = Sample(
        id=name,
        kind="stratified" if by else "random",
        unit=unit,
        layers=tuple(layers),
        seed=secret.hex(),
        snapshot=snapshot.id,
        query=query,
        population=population.num_rows,
        by=tuple(by),
        probabilities=probabilities,
        sizes=sizes,
        drawn_at=now,
        drawn=items.num_rows,
    )
    write_sample(study, sample, items, population if by else None)
    return sample


def _check_new(study: Study, book: Codebook, name: str, layers: Sequence[str]) -> None:
    for layer in layers:
        book.layer(layer)
    if any(sample.id == name for sample in list_samples(study)):
        raise InputError(
            f"there is already a sample '{name}'; extend it with: bedside sample extend, or choose another name"
        )


def _seed(study: Study, name: str, given: str) -> bytes:
    if not given:
        return hmac.digest(load_keys(study.config.id).sample, name.encode(), "sha256")[:16]
    try:
        return bytes.fromhex(given)
    except ValueError as error:
        raise InputError(f"got the seed '{given}'; it must be hexadecimal, such as 2a") from error


def extend_sample(
    study: Study,
    ask: Ask,
    book: Codebook,
    snapshot: Snapshot,
    *,
    name: str,
    size: int | None = None,
) -> Sample:
    """Draw from posts that came since by the same rule, and with a larger size more of all; those drawn stay.

    Parameters
    ----------
    size : int, optional
        New expected number; at least what the probabilities now give. None: probabilities stay.

    Raises
    ------
    InputError
        If it is a learning sample, or the new size would be smaller.

    Notes
    -----
    Strata that were made from marks or columns keep to what they were for posts that were there; a stratum that is
    new takes the largest probability of the others.
    """
    sample = find_sample(study, name)
    if sample.kind == "learning":
        raise InputError("a learning sample is not extended: choose again under another name")
    population = population_of(ask, book, by=sample.by, query=sample.query, unit=sample.unit)
    population = _with_old_strata(population, read_population(study, sample))
    sizes = sizes_of(population)
    largest = max(sample.probabilities.values(), default=1.0)
    chances = {stratum: sample.probabilities.get(stratum, largest) for stratum in sizes}
    if size is not None:
        chances = _raised(chances, sizes, size)
    items = draw(population, seed=bytes.fromhex(sample.seed), probabilities=chances)
    grown = msgspec.structs.replace(
        sample,
        snapshot=snapshot.id,
        population=population.num_rows,
        probabilities=chances,
        sizes=sizes,
        drawn=items.num_rows,
    )
    write_sample(study, grown, items, population if sample.by else None)
    return grown


def _with_old_strata(population: pa.Table, old: pa.Table | None) -> pa.Table:
    if old is None:
        return population
    known = dict(zip(old["subject_key"].to_pylist(), old["stratum"].to_pylist(), strict=True))
    keys, fresh = population["subject_key"].to_pylist(), population["stratum"].to_pylist()
    kept = [known.get(key, now) for key, now in zip(keys, fresh, strict=True)]
    place = population.schema.get_field_index("stratum")
    return population.set_column(place, population.schema.field(place), pa.array(kept, pa.string()))


def _raised(chances: Mapping[str, float], sizes: Mapping[str, int], size: int) -> dict[str, float]:
    """Probabilities raised by one factor until they give the size; none above 1."""
    expected = sum(chances[name] * sizes[name] for name in sizes)
    total = sum(sizes.values())
    if not expected <= size <= total:
        raise InputError(
            f"got a size of {size:,}; the sample now expects {expected:,.0f} of {total:,} and can only grow: give a "
            "size between"
        )
    factors = {name: sizes[name] * chances[name] for name in sizes}
    grown = dict.fromkeys(sizes, 0.0)
    open_, left = set(sizes), float(size)
    while open_:
        factor = left / sum(factors[name] for name in open_)
        full = {name for name in open_ if factor * chances[name] > 1}
        if not full:
            return grown | {name: min(1.0, factor * chances[name]) for name in open_}
        grown |= dict.fromkeys(full, 1.0)
        left -= sum(sizes[name] for name in full)
        open_ -= full
    return grown


def draw_learning(
    study: Study,
    ask: Ask,
    book: Codebook,
    snapshot: Snapshot,
    *,
    name: str,
    layer: str,
    code: str,
    size: int,
    now: datetime,
    scores: Mapping[str, float] | None = None,
) -> Sample:
    """Choose posts to learn a code from, those first about which the machine is least sure.

    Parameters
    ----------
    layer, code : str
    size : int
        Exact number.
    scores : mapping of post_key to float, optional
        In 0..1; by default the score of the machine's asserted marks, and 0 for texts that were read and not marked.

    Returns
    -------
    Sample
        Of kind learning: its posts have no drawing probability and never enter an estimate. Posts of samples that
        were drawn to check the layer are left out, so that nobody sees a proposal on one of them.

    Raises
    ------
    InputError
        If the name is taken, or fewer posts than `size` are left to choose from.
    """
    _check_new(study, book, name, [layer])
    book.find(layer, code)
    secret = _seed(study, name, "")
    known = scores or _scores(ask, layer, code)
    left = _unseen(study, population_of(ask, book), layer, known)
    if not 1 <= size <= left.num_rows:
        raise InputError(
            f"got {size:,} posts to learn {layer}/{code} from, and there are {left.num_rows:,} that were read and stand "
            "in no sample that checks the layer; give a smaller size"
        )
    drawn = _least_sure(left, known, secret)[:size]
    sample = Sample(
        id=name,
        kind="learning",
        layers=(layer,),
        seed=secret.hex(),
        snapshot=snapshot.id,
        population=left.num_rows,
        sizes={ALL: left.num_rows},
        code=code,
        drawn_at=now,
        drawn=size,
    )
    write_sample(study, sample, pa.Table.from_pylist(drawn, schema=ITEMS))
    return sample


def _unseen(study: Study, population: pa.Table, layer: str, known: Mapping[str, float]) -> pa.Table:
    """Posts with a score that stand in no sample which checks the layer."""
    scored = pc.is_in(population["post_key"], pa.array(sorted(known), pa.string()))
    checked = pc.is_in(population["post_key"], _checked(study, layer))
    return population.filter(pc.and_(scored, pc.invert(checked)))


def _least_sure(left: pa.Table, known: Mapping[str, float], secret: bytes) -> list[dict[str, Any]]:
    """Items of a sample, those first whose score says least; equals in an order that the secret gives."""
    rows = sorted(
        left.to_pylist(),
        key=lambda row: (
            abs(known[row["post_key"]] - EVEN),
            place_of(secret, row["post_key"]),
        ),
    )
    return [row | {"rank": float(rank), "probability": None} for rank, row in enumerate(rows)]


def _scores(ask: Ask, layer: str, code: str) -> dict[str, float]:
    read = ask(READ, {"layer": layer})["post_key"].to_pylist()
    marked = ask(SCORES, {"layer": layer, "code": code}).to_pylist()
    given = {row["post_key"]: float(row["score"]) for row in marked if row["score"] is not None}
    return dict.fromkeys(read, UNMARKED) | given


def _checked(study: Study, layer: str) -> pa.Array:
    """Posts of the samples that were drawn to check a layer."""
    tables = [read_items(study, s) for s in list_samples(study, layer=layer) if s.estimates]
    keys = {key for table in tables for key in table["post_key"].to_pylist() if key}
    return pa.array(sorted(keys), pa.string())
