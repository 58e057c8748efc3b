"""Marks and coverage as one Arrow batch of `bedside.model.marks.UNDERSTOOD`, in the order of the posts."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from bedside.model.marks import SPAN, UNDERSTOOD
from bedside.understand.marks import Maker, Proposal
from bedside.understand.text import Canonical

__all__ = ["Made", "Subject", "understood_batch"]


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
    covered = _coverage(subjects, coverage)
    order = np.concatenate(
        [
            np.fromiter((2 * m.post for m in made), np.int64, len(made)),
            np.tile(
                2 * np.arange(len(subjects), dtype=np.int64) + 1,
                covered.num_rows // max(1, len(subjects)),
            ),
        ]
    )
    table = pa.Table.from_batches([marks, covered]).take(pa.array(np.argsort(order, kind="stable")))
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=UNDERSTOOD)


def _marks(
    subjects: Sequence[Subject],
    canons: Mapping[int, Canonical],
    made: Sequence[Made],
    codes: Mapping[str, Mapping[str, str]],
) -> pa.RecordBatch:
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
    spans = _spans(canons, made)
    arrays = [
        spans if field.name == "spans" else pa.array(columns[field.name], field.type)
        for field in UNDERSTOOD
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=UNDERSTOOD)


def _spans(canons: Mapping[int, Canonical], made: Sequence[Made]) -> pa.Array:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    offsets = [0]
    for one in made:
        canon = canons[one.post]
        for start, end in one.proposal.places:
            part, begin, stop = canon.span(start, end)
            parts.append(part)
            starts.append(begin)
            ends.append(stop)
        offsets.append(len(parts))
    values = pa.StructArray.from_arrays(
        [pa.array(parts, pa.string()), pa.array(starts, pa.int32()), pa.array(ends, pa.int32())],
        fields=list(SPAN),
    )
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def _coverage(
    subjects: Sequence[Subject], coverage: Sequence[tuple[Maker, pa.Array]]
) -> pa.RecordBatch:
    of_layers = [(maker, layer, states) for maker, states in coverage for layer in maker.layers]
    posts, rows = len(subjects), len(subjects) * len(of_layers)
    which = pa.array(np.repeat(np.arange(len(of_layers)), posts), pa.int64())
    post = pa.array(np.tile(np.arange(posts), len(of_layers)), pa.int64())

    def per_row(values: Sequence[str], rows: pa.Array) -> pa.Array:
        return pa.array(values, pa.string()).take(rows)

    keys = per_row([s.post_key for s in subjects], post)
    columns = {
        "row": pa.repeat(pa.scalar("coverage", pa.string()), rows),
        "subject_kind": pa.repeat(pa.scalar("post", pa.string()), rows),
        "subject_key": keys,
        "post_key": keys,
        "text_key": per_row([s.text_key for s in subjects], post),
        "layer": per_row([layer for _, layer, _ in of_layers], which),
        "maker": per_row([maker.name for maker, _, _ in of_layers], which),
        "maker_version": per_row([maker.version for maker, _, _ in of_layers], which),
        "coverage": pa.concat_arrays([pa.array([], pa.string()), *(s for _, _, s in of_layers)]),
    }
    arrays = [columns.get(field.name, pa.nulls(rows, field.type)) for field in UNDERSTOOD]
    return pa.RecordBatch.from_arrays(arrays, schema=UNDERSTOOD)
