"""How good the groups behind themes are: held against people's labels, and from seed to seed.

    python -m bench.groups DATA

Texts with one label each. Twice: posts seen from the middle of the corpus, as `bedside run` does it, and as they stand.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bedside.evaluate.sets import read_set
from bedside.understand.learnt.features import embedded, read_units
from bedside.understand.text import canonical
from bedside.understand.themes.clusters import adjusted_rand, find_groups, stability
from bedside.understand.themes.discover import SEEDS, how_many
from bedside.understand.themes.vectors import LEAST_WORDS, SCALE, middle, unpacked_rows

SETS = ("pxtextmining_phase2", "pxtextmining_phase1", "careopinion")
MOST = 6_000


def labelled(name: str, data: Path) -> tuple[list[str], list[str]]:
    """Texts of a set that carry one aspect of care, and the aspect."""
    texts, labels = [], []
    for row in read_set(name, data):
        told = [code for moment in row.labels[0]["moments"] for code in moment.get("care", ())]
        codes = sorted({code.split(":")[0] for code in told} - {"overall"})
        if len(codes) == 1:
            texts.append(row.text)
            labels.append(codes[0])
    return texts[:MOST], labels[:MOST]


def packed(texts: Sequence[str]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Directions as the stage `vectors` keeps them, and which texts have one."""
    counts = read_units([canonical([("body", text)]).text for text in texts], characters=False)
    said = np.asarray(counts.pieces.sum(axis=1)).ravel() >= LEAST_WORDS
    return np.rint(embedded(counts) * SCALE).astype(np.int8)[said], said


def main(data: Path) -> None:
    """Print one line a set and a way."""
    print(
        "| set | texts | groups | seen from | seeds agree | with labels | largest group |\n|---|---|---|---|---|---|---|"
    )
    for name in SETS:
        texts, labels = labelled(name, data)
        rows, said = packed(texts)
        truth = np.unique(np.array(labels)[said], return_inverse=True)[1].astype(np.int64)
        count = how_many(len(rows))
        for seen, origin in (("the middle", middle(rows)), ("nowhere", np.zeros(rows.shape[1]))):
            found = [find_groups(unpacked_rows(rows, origin), count, seed)[0] for seed in SEEDS]
            told = float(np.mean([adjusted_rand(labels, truth) for labels in found]))
            largest = float(np.mean([np.bincount(labels).max() / len(rows) for labels in found]))
            print(f"| {name} | {len(rows):,} | {count} | {seen} | {stability(found):.2f} | {told:.3f} | {largest:.0%} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
