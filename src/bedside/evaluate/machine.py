"""Let the makers code plain texts, as they would code posts."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from bedside.codebook import load_codebook
from bedside.evaluate.codes import Coding
from bedside.model.marks import UNDERSTOOD
from bedside.model.posts import POSTS
from bedside.store.keys import text_key

__all__ = ["Coder", "code_texts", "posts_batch"]

BATCH_ROWS = 1024  # texts coded at once: enough to share a scan, little enough to keep memory flat

Coder = Callable[[Iterable[tuple[str, str]]], dict[str, dict[str, Any]]]
"""From (id, text) pairs to id -> coded post."""


def _key(text_id: str) -> str:
    return hashlib.blake2b(text_id.encode(), digest_size=16).hexdigest()


def posts_batch(records: Sequence[tuple[str, str]], kind: str = "post") -> pa.RecordBatch:
    """Posts that hold plain texts as their bodies, masked as `unify` masks them.

    Parameters
    ----------
    records : sequence of (str, str)
        Id and text.
    kind : str
        What they are: `post`, or `review`, in which all is read as told of care.

    Returns
    -------
    pyarrow.RecordBatch
        Of `POSTS`; no author, no title, language English.
    """
    from bedside.unify.mask import mask_text

    rows = []
    for number, (text_id, text) in enumerate(records):
        body, _ = mask_text(text.replace("\x00", " "))
        rows.append(
            {
                "post_key": _key(text_id),
                "text_key": text_key(("", body)),
                "source": "labelled",
                "platform": "labelled",
                "kind": kind,
                "body": body,
                "lang": "en",
                "text_state": "kept",
                "state": "live",
                "record_no": number,
            }
        )
    return pa.RecordBatch.from_pylist(rows, schema=POSTS)


def _chunks(records: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    waiting = iter(records)
    while chunk := list(islice(waiting, BATCH_ROWS)):
        yield chunk


def code_texts(
    records: Iterable[tuple[str, str]],
    *,
    settings: Mapping[str, Any] | None = None,
    kind: str = "post",
) -> dict[str, dict[str, Any]]:
    """Code plain texts with the makers of `understand`.

    Parameters
    ----------
    records : iterable of (str, str)
        Id and text; ids are unique.
    settings : Mapping, optional
        Settings of the stage `understand`; by default English, the built-in codebook, all makers, and no
        conditions or products of a study.
    kind : str
        What the texts are: `post` or `review`.

    Returns
    -------
    dict of str to Coding
        One coded post for each id, in the order of the records.
    """
    from bedside.understand.coded import coded_posts
    from bedside.understand.stage import understand_batch

    chosen = {
        "languages": ["en"],
        "codes": load_codebook().hashes(),
        "conditions": [],
        "products": [],
        "makers": None,
    }
    chosen |= dict(settings or {})
    coded: dict[str, dict[str, Any]] = {}
    for chunk in _chunks(records):
        posts = posts_batch(chunk, kind)
        table = pa.Table.from_batches([understand_batch(posts, chosen)], schema=UNDERSTOOD)
        texts = pa.Table.from_batches([posts])
        by_key: dict[str, Coding] = {c["post_key"]: c for c in coded_posts(table, texts)}
        coded.update({text_id: dict(by_key.get(_key(text_id), {})) for text_id, _ in chunk})
    return coded
