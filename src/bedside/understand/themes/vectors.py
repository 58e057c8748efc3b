"""The stage `vectors`: each post as one direction of 256 whole numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bedside.store.stages import Stage
from bedside.store.views import VECTORS
from bedside.understand.learnt.features import Counts, Floats, embedded, read_units
from bedside.understand.text import canonical

__all__ = [
    "SCALE", "SIZE", "Packed", "middle", "rows_of", "text_vector", "unpacked", "unpacked_rows", "vector_batch",
    "vector_stage",
]  # fmt: skip

Packed = npt.NDArray[np.int8]
"""Posts by 256: directions, each number times `SCALE`."""

VERSION = "1"
SIZE = 256
SCALE = 127  # a number of a vector is kept in 8 bits
LEAST_WORDS = 4  # word pieces below which a post is about nothing that can be told
CHUNK = 512


def vector_stage(settings: Mapping[str, Any]) -> Stage:
    """Stage that gives every readable English post its vector; null where it has none.

    Parameters
    ----------
    settings : mapping
        `languages`: of the study; the embedding knows English only.
    """
    return Stage(
        name="vectors",
        version=VERSION,
        kernel="bedside.understand.themes.vectors:vector_batch",
        schema=VECTORS,
        settings={"languages": list(settings["languages"])},
    )


def vector_batch(batch: pa.RecordBatch, settings: Mapping[str, Any]) -> pa.RecordBatch:
    """Vectors of a batch of posts: record_no, post_key, vector.

    Notes
    -----
    The static embedding is for English; a post whose language is not known is read, another language is not.
    """
    columns = {n: batch.column(n).to_pylist() for n in ("title", "body", "lang", "text_state")}
    english = "en" in settings["languages"]
    texts = [
        canonical([("title", title or ""), ("body", body or "")]).text
        if english and state == "kept" and (not lang or lang.split("-")[0] == "en")
        else ""
        for title, body, lang, state in zip(*columns.values(), strict=True)
    ]
    packed: list[bytes | None] = []
    for first in range(0, len(texts), CHUNK):
        packed += _packed(read_units(texts[first : first + CHUNK], characters=False))
    return pa.RecordBatch.from_arrays(
        [
            batch.column("record_no"),
            batch.column("post_key"),
            pa.array(packed, VECTORS.field("vector").type),
        ],
        schema=VECTORS,
    )


def _packed(counts: Counts) -> list[bytes | None]:
    said = np.asarray(counts.pieces.sum(axis=1)).ravel() >= LEAST_WORDS
    rows = np.rint(embedded(counts) * SCALE).astype(np.int8)
    return [row.tobytes() if known else None for row, known in zip(rows, said, strict=True)]


def rows_of(vectors: pa.ChunkedArray | pa.Array) -> Packed:
    """Packed vectors as rows of 256 signed bytes, without a Python object for any; none may be null."""
    chunks = vectors.chunks if isinstance(vectors, pa.ChunkedArray) else [vectors]
    flat = [
        np.frombuffer(fixed.buffers()[1], np.int8)[fixed.offset * SIZE :][: len(fixed) * SIZE]
        for fixed in (chunk.cast(pa.binary(SIZE)) for chunk in chunks if len(chunk))
    ]
    return np.concatenate([np.zeros(0, np.int8), *flat]).reshape(-1, SIZE)


def middle(rows: Packed) -> Floats:
    """Mean of packed rows: what all of them have in common. A sum of whole numbers, so exact in any order."""
    return np.asarray(rows.sum(axis=0, dtype=np.int64) / max(1, len(rows)), np.float64)


def unpacked_rows(rows: Packed, origin: Floats | float = 0.0) -> npt.NDArray[np.float32]:
    """Packed rows as vectors of length 1, seen from an origin. Takes 20 times the room: for a block, not for a corpus."""
    whole: Floats = rows.astype(np.float64) - origin
    length = np.maximum(np.sqrt((whole * whole).sum(axis=1, keepdims=True)), 1e-9)
    return np.asarray(whole / length, np.float32)


def unpacked(vectors: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.float32]:
    """Vectors of length 1 as rows; none may be null."""
    return unpacked_rows(rows_of(vectors))


def text_vector(text: str) -> npt.NDArray[np.float32] | None:
    """Direction of one English text that is no post; None where too little is said."""
    (packed,) = _packed(read_units([canonical([("body", text)]).text], characters=False))
    return None if packed is None else np.asarray(unpacked(pa.array([packed]))[0], np.float32)
