"""Samples of a study: what was drawn, how, from what, and for which layers; kept in its folder `samples`."""

import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bedside.errors import InputError, NotFoundError, StorageError, suggest
from bedside.judge.drawing import ITEMS, POPULATION
from bedside.store.files import read_json, replace_file
from bedside.store.study import Study

__all__ = [
    "Sample",
    "find_sample",
    "forget_in_samples",
    "list_samples",
    "read_items",
    "read_population",
    "write_sample",
]

Kind = Literal["random", "stratified", "learning"]
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """How a sample was drawn, and from what.

    Attributes
    ----------
    id : str
        Its name, such as `round-1`.
    kind : str
        random | stratified | learning; a learning sample never enters an estimate.
    unit : str
        posts | accounts: what is drawn and judged.
    layers : tuple of str
        Layers it is for; empty: any.
    seed : str
        Hexadecimal; HMAC(seed, key) < probability draws a post.
    snapshot, query : str
        The population: posts of the snapshot that the Boolean query finds (empty: all of them).
    population : int
        Posts (or accounts) of it.
    by : tuple of str
        Columns or marks that make the strata, as `judge.strata` reads them.
    probabilities : dict of str to float
        Drawing probability of each stratum (`all` where there are none); empty in a learning sample.
    sizes : dict of str to int
        Population of each stratum.
    code : str
        Of a learning sample: the code whose uncertain posts come first.
    drawn_at : datetime
    drawn : int
        Items.
    disqualified : dict of str to str
        Layer to the reason why this sample can no longer check it.
    """

    id: str
    kind: Kind
    unit: Literal["posts", "accounts"] = "posts"
    layers: tuple[str, ...] = ()
    seed: str
    snapshot: str
    query: str = ""
    population: int
    by: tuple[str, ...] = ()
    probabilities: dict[str, float] = {}
    sizes: dict[str, int] = {}
    code: str = ""
    drawn_at: datetime
    drawn: int
    disqualified: dict[str, str] = {}

    def is_for(self, layer: str) -> bool:
        """Whether the sample was drawn to judge this layer."""
        return not self.layers or layer in self.layers

    @property
    def estimates(self) -> bool:
        """Whether its drawing probabilities are known, so that it may enter an estimate."""
        return self.kind != "learning"


def _paths(study: Study, name: str) -> tuple[Path, Path, Path]:
    folder = study.folder / "samples"
    return folder / f"{name}.json", folder / f"{name}.parquet", folder / f"{name}.strata.parquet"


def write_sample(
    study: Study, sample: Sample, items: pa.Table | None = None, population: pa.Table | None = None
) -> None:
    """Keep a sample: its items, and where strata were made from marks the stratum of every post of its population.

    Raises
    ------
    InputError
        If its name is unfit for a file.
    """
    if not NAME.fullmatch(sample.id):
        raise InputError(
            f"a sample cannot be called '{sample.id}'; use small letters, digits, - and _, such as round-1"
        )
    about, drawn, strata = _paths(study, sample.id)
    for path, table in ((drawn, items), (strata, population)):
        if table is not None:
            _write(path, table)
    data = msgspec.json.format(msgspec.json.encode(sample), indent=1)
    replace_file(about, lambda file: file.write(data))


def _write(path: Path, table: pa.Table) -> None:
    replace_file(path, lambda file: pq.write_table(table, file, compression="zstd"))


def list_samples(study: Study, *, layer: str | None = None) -> list[Sample]:
    """Samples of a study in the order in which they were drawn; of a layer: those drawn for it.

    Raises
    ------
    StorageError
        If the record of one is damaged.
    """
    found = [read_json(path, Sample) for path in (study.folder / "samples").glob("*.json")]
    found.sort(key=lambda sample: (sample.drawn_at, sample.id))
    return found if layer is None else [sample for sample in found if sample.is_for(layer)]


def find_sample(study: Study, name: str) -> Sample:
    """Sample of that name.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    known = {sample.id: sample for sample in list_samples(study)}
    if name not in known:
        hint = suggest(name, list(known)) if known else "draw one with: bedside sample draw"
        raise NotFoundError(f"no sample '{name}' in this study; {hint}")
    return known[name]


def read_items(study: Study, sample: Sample) -> pa.Table:
    """What was drawn: ITEMS, in the order of the queue."""
    return _read(_paths(study, sample.id)[1], ITEMS)


def read_population(study: Study, sample: Sample) -> pa.Table | None:
    """Strata of the population as they were when the sample was drawn; None where they are not kept."""
    path = _paths(study, sample.id)[2]
    return _read(path, POPULATION) if path.exists() else None


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    try:
        return pq.read_table(path, schema=schema)
    except (FileNotFoundError, pa.ArrowException) as error:
        raise StorageError(
            f"samples/{path.name} is missing or damaged; bring it back from a copy of the study"
        ) from error


def forget_in_samples(study: Study, posts: Collection[str], accounts: Collection[str]) -> int:
    """Take erased posts and accounts out of every sample; gives how many items went."""
    gone = 0
    for sample in list_samples(study):
        _, *paths = _paths(study, sample.id)
        for path, schema in zip(paths, (ITEMS, POPULATION), strict=True):
            if path.exists():
                table = _read(path, schema)
                left = table.filter(pc.invert(_among(table, posts, accounts)))
                if left.num_rows < table.num_rows:
                    gone += (table.num_rows - left.num_rows) if schema is ITEMS else 0
                    _write(path, left)
    return gone


def _among(table: pa.Table, posts: Collection[str], accounts: Collection[str]) -> pa.ChunkedArray:
    def is_in(column: str, keys: Collection[str]) -> pa.ChunkedArray:
        return pc.is_in(table[column], pa.array(sorted(keys), pa.string()))

    return pc.or_(is_in("post_key", posts), is_in("account_key", accounts))
