"""Marks and coverage as one Arrow batch of `bedside.model.marks.UNDERSTOOD`, in the order of the posts."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.model.marks import SPAN, UNDERSTOOD
from bedside.understand.marks import Maker, Proposal
from bedside.understand.text import Canonical, Span

__all__ = ["Made", "Subject", "understood_batch"]

Integers = npt.NDArray[np.int64]


class Subject(NamedTuple):
    """The post that marks are about."""

    post_key: str
    text_key: str


class Made(NamedTuple):
    """One proposal, the number of its post in the batch, and its maker."""

    post: int
    maker: Maker
    proposal: Proposal


def understood_batch(
    subjects: Sequence[Subject],
    canons: Mapping[int, Canonical],
    made: Sequence[Made],
    coverage: Sequence[tuple[Maker, pa.Array]],
    *,
    codes: Mapping[str, Mapping[str, str]],
) -> pa.RecordBatch:
    """Arrow batch of all marks and coverage rows.

    Parameters
    ----------
    subjects : sequence of Subject
        The posts of the batch, in order.
    canons : mapping of int to Canonical
        Canonical text of the posts that were read, by number.
    made : sequence of Made
        Proposals, those of one post in the order in which they shall stand.
    coverage : sequence of (maker, states)
        For each maker one state a post; it holds for each of the maker's layers.
    codes : mapping of layer to mapping of code to code_hash
        Of the codebook; a code that is not there has no hash.

    Returns
    -------
    pyarrow.RecordBatch
        Schema UNDERSTOOD; rows in post order, marks of a post before its coverage.
    """
    marks = _marks(subjects, canons, made, codes)
    of_layers = [(maker, layer, states) for maker, states in coverage for layer in maker.layers]
    rows = _Rows.of([m.post for m in made], len(subjects), len(of_layers))
    covered = _coverage(subjects, of_layers, rows)
    of_mark = pa.array(rows.mark, mask=rows.mark < 0)
    return pa.RecordBatch.from_arrays(
        [
            _joined(marks[field.name], *covered[field.name], rows)
            if field.name in covered
            else marks[field.name].take(of_mark)
            for field in UNDERSTOOD
        ],
        schema=UNDERSTOOD,
    )


class _Rows(NamedTuple):
    """The rows of the batch: the post of each, and the number of its mark or of its layer, below 0 where it has none."""

    post: Integers
    mark: Integers
    layer: Integers

    @classmethod
    def of(cls, marked: Sequence[int], posts: int, layers: int) -> "_Rows":
        """Rows by post, its marks before its layers; `marked`: post of each mark."""
        post = np.concatenate(
            [np.array(marked, np.int64), np.repeat(np.arange(posts, dtype=np.int64), layers)]
        )
        order = np.argsort(post, kind="stable")
        layer = np.where(order < len(marked), -1, (order - len(marked)) % max(1, layers))
        return cls(post[order], np.where(order < len(marked), order, -1), layer)


def _joined(of_marks: pa.Array, values: pa.Array, which: Integers, rows: _Rows) -> pa.Array:
    """A column: of the marks where a row is one, else of some other values the one it names."""
    place = np.where(rows.mark < 0, len(of_marks) + which, rows.mark)
    return pa.concat_arrays([of_marks, values]).take(pa.array(place))


def _marks(
    subjects: Sequence[Subject],
    canons: Mapping[int, Canonical],
    made: Sequence[Made],
    codes: Mapping[str, Mapping[str, str]],
) -> dict[str, pa.Array]:
    proposals = [m.proposal for m in made]
    keys = [subjects[m.post].post_key for m in made]
    moments = [
        None if p.moment is None else f"{key}:m{p.moment}"
        for key, p in zip(keys, proposals, strict=True)
    ]
    columns: dict[str, Any] = {
        "row": ["mark"] * len(made),
        "subject_kind": [p.subject for p in proposals],
        "subject_key": [
            (moment or key) if p.subject == "moment" else key
            for key, moment, p in zip(keys, moments, proposals, strict=True)
        ],
        "post_key": keys,
        "text_key": [subjects[m.post].text_key for m in made],
        "moment": moments,
        "maker": [m.maker.name for m in made],
        "maker_version": [m.maker.version for m in made],
        "code_hash": [codes.get(p.layer, {}).get(p.code or "") for p in proposals],
        "coverage": [None] * len(made),
    }
    told = zip(*proposals, strict=True) if proposals else ((),) * len(Proposal._fields)
    columns |= {
        name: values
        for name, values in zip(Proposal._fields, told, strict=True)
        if name not in ("places", "moment", "subject")
    }
    arrays = {f.name: pa.array(columns[f.name], f.type) for f in UNDERSTOOD if f.name != "spans"}
    return {**arrays, "spans": _spans(canons, made)}


def _spans(canons: Mapping[int, Canonical], made: Sequence[Made]) -> pa.Array:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    offsets = [0]
    known: dict[tuple[int, int], Span] = {}
    post = -1
    for one in made:
        if one.post != post:
            post, known = one.post, {}
        for place in one.proposal.places:
            span = known.get(place)
            if span is None:
                span = known[place] = canons[post].span(*place)
            parts.append(span[0])
            starts.append(span[1])
            ends.append(span[2])
        offsets.append(len(parts))
    values = pa.StructArray.from_arrays(
        [pa.array(parts, pa.string()), pa.array(starts, pa.int32()), pa.array(ends, pa.int32())],
        fields=list(SPAN),
    )
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def _coverage(
    subjects: Sequence[Subject], of_layers: Sequence[tuple[Maker, str, pa.Array]], rows: _Rows
) -> dict[str, tuple[pa.Array, Integers]]:
    """What coverage rows say in each column that they fill, and which of it each row says."""
    states = pa.concat_arrays([pa.array([], pa.string()), *(s for _, _, s in of_layers)])
    same = np.zeros_like(rows.post)

    def told(values: Sequence[str], which: Integers) -> tuple[pa.Array, Integers]:
        return pa.array(values, pa.string()), which

    keys = told([s.post_key for s in subjects], rows.post)
    return {
        "row": told(["coverage"], same),
        "subject_kind": told(["post"], same),
        "subject_key": keys,
        "post_key": keys,
        "text_key": told([s.text_key for s in subjects], rows.post),
        "layer": told([layer for _, layer, _ in of_layers], rows.layer),
        "maker": told([maker.name for maker, _, _ in of_layers], rows.layer),
        "maker_version": told([maker.version for maker, _, _ in of_layers], rows.layer),
        "coverage": (states, rows.layer * len(subjects) + rows.post),
    }
