"""Training texts for the rare layers: the project's own posts, coded as a whole, and texts that tell of nothing the kind.

A post is coded as a whole and read sentence by sentence, so it has to be learnt which of its sentences says it. A
first classifier learns whole posts; of each post with a code, the sentence that it is surest of is taken for the one
that says it, and the post's other sentences are left out. All sentences of the other posts are without the code.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from bedside.understand.learnt.features import Counts, read_units
from bedside.understand.learnt.fit import Recipe, fit_classifier
from bedside.understand.learnt.near import written_prototypes
from bedside.understand.learnt.open_sets import Sample, open_records
from bedside.understand.learnt.reading import AROUND
from bedside.understand.sentences import sentences
from bedside.understand.text import canonical

__all__ = ["RARE", "RareLayer", "rare_posts", "rare_windows", "saying", "told_in"]

Flags = npt.NDArray[np.bool_]
LEARNT = 9
"""The last round of `training/rare` that is learnt from. With the tenth as well figurative and mode gained up to .03 on plain posts, but of a
thousand simulated posts 39 were proposed as figures of speech, not 29 (advertisements, mostly), and 32 wrongly as in person, not 29."""
ROUNDS = 2  # times that the sentence which says it is looked for


class RareLayer(NamedTuple):
    """A rare layer: its codes, the open sets that show what does not tell it, how many of each, and more of our own."""

    codes: tuple[str, ...]
    without: tuple[tuple[str, int], ...]
    corpus: bool


RARE: dict[str, RareLayer] = {
    "figurative": RareLayer(
        ("yes",), (("pxtextmining_phase1", 1000), ("meqsum", 500), ("goemotions", 700)), True
    ),
    "crisis": RareLayer(
        ("now", "past"), (("pxtextmining_phase1", 320), ("meqsum", 220), ("goemotions", 960)), True
    ),
    "mode": RareLayer(
        ("in_person", "message", "phone", "video"), (("meqsum", 400), ("goemotions", 1100)), False
    ),
}
"""NHS comments tell of people being seen and are no texts without a mode; the written corpus codes a mode only where much is said of it."""


class _Post(NamedTuple):
    group: str
    sentences: list[str]
    codes: frozenset[str]


def rare_posts(layer: str, data: Path, written: Path) -> list[_Post]:
    """Posts of a layer with their codes, and texts of the open sets without any.

    Parameters
    ----------
    layer : str
        Of `RARE`.
    data : Path
        Folder that holds `open/`.
    written : Path
        Folder of the written corpus; the wordings of the rare layers stand beside it, in `rare/`.
    """
    told = RARE[layer]
    posts = _prototypes() if layer == "crisis" else []
    posts += list(_own([written.parent / "rare" / f"{layer}.jsonl"], "expect", told))
    if told.corpus:
        posts += _own(sorted(written.glob("*.jsonl")), layer, told)
    for name, many in told.without:
        for row in list(open_records(data, name))[:many]:
            posts.append(_Post(f"{name} {row['id']}", _split("", row["text"]), frozenset()))
    return posts


def _own(paths: Sequence[Path], key: str, layer: RareLayer) -> Iterator[_Post]:
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            post: dict[str, Any] = msgspec.json.decode(line)
            if post.get("round", 0) > LEARNT:
                continue
            said = post.get(key)
            codes = frozenset(said if isinstance(said, list) else [said])
            parts = _split(post.get("title") or "", post["text"])
            yield _Post(post["id"], parts, codes & frozenset(layer.codes))


def _prototypes() -> list[_Post]:
    """The written sentences that show a crisis, and those that look alike and are none (`near.py`)."""
    shown, alike = written_prototypes("crisis")
    posts = [_Post(text, [text], frozenset({"now"})) for text in shown]
    return posts + [_Post(text, [text], frozenset()) for text in alike]


def _split(title: str, body: str) -> list[str]:
    text = canonical([("title", title), ("body", body)]).text
    return [text[start:end] for start, end in sentences(text)]


def rare_windows(layer: str, data: Path, written: Path) -> Sample:
    """Posts as a whole; of a text without codes that is longer than the stretch that is read at once, its beginning."""
    posts = rare_posts(layer, data, written)
    most = 2 * AROUND + 1
    texts = [" ".join(p.sentences if p.codes else p.sentences[:most]) for p in posts]
    return _sample(texts, [p.group for p in posts], RARE[layer].codes, _labels(layer, posts))


def told_in(layer: str, data: Path, written: Path) -> Sample:
    """Sentences with the codes that they say, and the posts as a whole; see the module's text."""
    posts = rare_posts(layer, data, written)
    labels = _labels(layer, posts)
    whole = [" ".join(post.sentences) for post in posts]
    units = [sentence for post in posts for sentence in post.sentences]
    of_post = np.repeat(np.arange(len(posts)), [len(post.sentences) for post in posts])
    counts, parts = (read_units(texts, characters=False) for texts in (whole, units))
    rows, said = np.zeros(0, np.int64), np.zeros((0, labels.shape[1]), bool)
    for _ in range(ROUNDS):
        every = parts.take(rows).joined(counts)
        margins = _margins(every, np.vstack([said, labels]), RARE[layer].codes, parts)
        rows, said = saying(margins, labels, of_post)
    groups = [posts[int(n)].group for n in of_post[rows]] + [post.group for post in posts]
    texts = [units[int(n)] for n in rows] + whole
    return _sample(texts, groups, RARE[layer].codes, np.vstack([said, labels]))


def _margins(
    counts: Counts, labels: Flags, codes: Sequence[str], parts: Counts
) -> npt.NDArray[np.float64]:
    groups = [str(n) for n in range(len(labels))]
    model = fit_classifier(
        counts,
        labels,
        codes,
        groups,
        name="first",
        version="0",
        recipe=Recipe(penalty=1.0, places=0, draws=0),
    )
    return model.margins(parts)


def saying(
    margins: npt.NDArray[np.float64], labels: Flags, of_post: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Flags]:
    """Rows of sentences to learn from, and their codes: the surest of each post with a code, and all of the other posts.

    Parameters
    ----------
    margins : array, sentences by codes
    labels : array of bool, posts by codes
    of_post : array
        Number of each sentence's post, in order.
    """
    said = np.zeros(margins.shape, bool)
    starts = np.searchsorted(of_post, np.arange(len(labels) + 1))
    for post, code in zip(*np.nonzero(labels), strict=True):
        first, last = starts[post], starts[post + 1]
        if last > first:
            said[first + int(np.argmax(margins[first:last, code])), code] = True
    without: Flags = ~np.asarray(labels.any(axis=1), bool)
    keep = said.any(axis=1) | without[of_post]
    return np.flatnonzero(keep), said[keep]


def _labels(layer: str, posts: Sequence[_Post]) -> Flags:
    return np.array([[code in post.codes for code in RARE[layer].codes] for post in posts])


def _sample(texts: list[str], groups: list[str], codes: tuple[str, ...], labels: Flags) -> Sample:
    nobody = [""] * len(texts)
    return Sample(texts, groups, codes, labels, groups, nobody)
