"""Who was read for which layers: coverage packed into one number a post, so that a million posts are counted once.

A post is read for a layer or it is not, and most posts are read for the same layers: each post's layers become the
bits of one number, posts are counted by account and number, and every layer is told from those few rows.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.measure.evidence import Count, Counting, Rows
from bedside.measure.prints import PRINT, SUM_OF_PRINTS
from bedside.measure.told import listed
from bedside.store.stages import Aggregate, Ask

__all__ = [
    "MOST_LAYERS",
    "Reading",
    "covered_texts",
    "layer_bits",
    "masks_sql",
    "read_by_layer",
    "read_rows",
    "reads_sql",
]

Integers = npt.NDArray[np.integer]
MOST_LAYERS = 60  # bits of a whole number


class Reading(NamedTuple):
    """Of a layer: posts that were read for it, and over accounts the sum of their squared numbers of posts.

    A post without author is an account of its own in `voices` and `squares`.
    """

    counted: Count
    voices: int
    squares: int


def layer_bits(layers: Sequence[str]) -> str:
    """Table `layer`, `bit` of at most 60 layers, as SQL."""
    quoted = (layer.replace("'", "''") for layer in layers)
    rows = (f"('{layer}', CAST({1 << place} AS BIGINT))" for place, layer in enumerate(quoted))
    return f"(SELECT * FROM (VALUES {', '.join(rows)}) AS t(layer, bit))"  # noqa: S608


def read_rows(layers: Sequence[str]) -> Rows:
    """Posts of the corpus that were read for these layers; key layer."""
    sql = f"""
SELECT DISTINCT c.post_key, c.account_key, v.layer
FROM corpus c JOIN coverage v ON c.post_key = v.post_key
WHERE v.coverage = 'done' AND v.layer IN {listed(layers)}"""  # noqa: S608
    return Rows(sql=sql, keys=("layer",))


def masks_sql(layers: Sequence[str]) -> str:
    """The same posts, each once, with their layers as the bits of a number. Columns post_key, account_key, mask."""
    return f"""
SELECT c.post_key, c.account_key, BIT_OR(b.bit) AS mask
FROM corpus c JOIN coverage v ON c.post_key = v.post_key JOIN {layer_bits(layers)} b ON b.layer = v.layer
WHERE v.coverage = 'done' GROUP BY c.post_key, c.account_key"""  # noqa: S608


def reads_sql(layers: Sequence[str]) -> str:
    """Posts of the corpus by account and by the layers they were read for. Columns account_key, mask, posts."""
    return f"""
SELECT account_key, mask, COUNT(*) AS posts FROM ({masks_sql(layers)}) r GROUP BY account_key, mask"""  # noqa: S608


def _prints(layers: Sequence[str]) -> str:
    """Prints of `read_rows`, from posts that are counted once for all their layers."""
    return f"""
SELECT b.layer, CAST(SUM(m.print) AS BIGINT) AS print
FROM (SELECT mask, {SUM_OF_PRINTS} AS print FROM (SELECT mask, {PRINT} AS d FROM ({masks_sql(layers)}) r) p
      GROUP BY mask) m
JOIN {layer_bits(layers)} b ON (m.mask & b.bit) <> 0 GROUP BY b.layer ORDER BY b.layer"""  # noqa: S608


def read_by_layer(ask: Ask, layers: Sequence[str]) -> dict[str, Reading]:
    """Posts and accounts that were read for each layer; layers for which none was read are left out.

    Parameters
    ----------
    ask : Ask
        Over `corpus` and `coverage`.
    layers : sequence of str
    """
    found: dict[str, Reading] = {}
    for some in _parts(layers):
        sql = f"{reads_sql(some)} ORDER BY account_key, mask"
        asked = Counting(
            name="posts read",
            sql=sql,
            needs=("corpus", "coverage"),
            of=read_rows(layers),
            prints=_prints(some) if len(some) == len(layers) else "",
        )
        table = ask(asked, {})
        account = table["account_key"].combine_chunks().dictionary_encode()
        masks, posts = table["mask"].to_numpy(), table["posts"].to_numpy()
        known = account.is_valid().to_numpy(zero_copy_only=False)
        whose = account.indices.fill_null(0).to_numpy()
        for place, layer in enumerate(some):
            told = (masks >> place) & 1 == 1
            if told.any():
                found[layer] = _reading(posts[told], whose[told], known[told])
    return found


def _reading(posts: Integers, whose: Integers, known: npt.NDArray[np.bool_]) -> Reading:
    own = np.bincount(whose[known], weights=posts[known]).astype(np.int64)
    lone, accounts = int(posts[~known].sum()), int((own > 0).sum())
    count = Count(accounts, int(posts.sum()), lone)
    return Reading(count, accounts + lone, int((own * own).sum()) + lone)


def covered_texts(ask: Ask) -> list[tuple[str, str, int]]:
    """Layer, state of coverage, and posts of the corpus in that state; sorted."""
    layers = ask(
        Aggregate(
            name="layers that were read for",
            sql="SELECT DISTINCT layer FROM coverage ORDER BY layer",
            needs=("coverage",),
        ),
        {},
    )["layer"].to_pylist()
    counts: dict[tuple[str, str], int] = {}
    for some in _parts(layers):
        sql = f"""
SELECT coverage, mask, COUNT(*) AS posts FROM (
  SELECT c.post_key, v.coverage, BIT_OR(b.bit) AS mask
  FROM corpus c JOIN coverage v ON c.post_key = v.post_key JOIN {layer_bits(some)} b ON b.layer = v.layer
  GROUP BY c.post_key, v.coverage
) r GROUP BY coverage, mask ORDER BY coverage, mask"""  # noqa: S608
        told = Aggregate(name="coverage by layer", sql=sql, needs=("corpus", "coverage"))
        for row in ask(told, {}).to_pylist():
            for place, layer in enumerate(some):
                if row["mask"] >> place & 1:
                    key = (layer, row["coverage"])
                    counts[key] = counts.get(key, 0) + row["posts"]
    return [(layer, state, posts) for (layer, state), posts in sorted(counts.items())]


def _parts(layers: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(layers), MOST_LAYERS):
        yield layers[first : first + MOST_LAYERS]
