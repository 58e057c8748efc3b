"""Codes: what share of the posts carries each code of the codebook, the plainest question one can put to people."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_post_share
from bedside.measure.reading import (
    MOST_LAYERS,
    Reading,
    layer_bits,
    masks_sql,
    read_by_layer,
    read_rows,
    reads_sql,
)
from bedside.measure.shares import ClusterSums
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask, sharing

__all__ = ["APART", "measure_codes", "told_rows"]

MEASURE = "codes.share"
UNREAD = Reading(Count(), 0, 0)
APART = (
    "role",
    "crisis",
)  # roles have a measure of their own; crisis posts are for a queue, not for a count


def _told(layers: tuple[str, ...]) -> str:
    """What posts are marked with; a maker that marked a text has read it. Columns post_key, account_key, layer, code."""
    return f"""
SELECT DISTINCT m.post_key, m.account_key, m.layer, m.code
FROM corpus_marks m
WHERE m.layer IN {listed(layers)} AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608


def _products(ask: Ask, layers: tuple[str, ...]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """For each layer and code: hits, sum of hits^2, sum of hits x posts, over accounts.

    A post without author is an account of its own, with one post and one hit. What an account was read for comes in
    rows of its posts that were read for the same layers (`reads_sql`); hits are taken with the first of them.
    """
    first = "COALESCE(n.place, 1) = 1"
    sql = f"""
SELECT h.layer, h.code, SUM(CASE WHEN {first} THEN h.hits ELSE 0 END) AS hits,
  SUM(CASE WHEN h.account_key IS NULL THEN h.hits WHEN {first} THEN h.hits * h.hits ELSE 0 END) AS hits_hits,
  SUM(CASE WHEN h.account_key IS NULL THEN h.hits WHEN (n.mask & b.bit) <> 0 THEN h.hits * n.posts ELSE 0 END)
    AS hits_posts
FROM (SELECT layer, code, account_key, COUNT(*) AS hits FROM ({_told(layers)}) r
      GROUP BY layer, code, account_key) h
JOIN {layer_bits(layers)} b ON b.layer = h.layer
LEFT JOIN (SELECT account_key, mask, posts, ROW_NUMBER() OVER (PARTITION BY account_key ORDER BY mask) AS place
           FROM ({reads_sql(layers)}) d WHERE account_key IS NOT NULL) n ON n.account_key = h.account_key
GROUP BY h.layer, h.code ORDER BY h.layer, h.code"""  # noqa: S608
    needs = ("corpus", "corpus_marks", "coverage")
    table = ask(Aggregate(name="clusters of codes", sql=sql, needs=needs), {})
    return {
        (row["layer"], row["code"]): (
            int(row["hits"]),
            int(row["hits_hits"]),
            int(row["hits_posts"]),
        )
        for row in table.to_pylist()
    }


def told_rows(layers: tuple[str, ...]) -> Rows:
    """Posts that are marked with codes of these layers; keys layer, code."""
    return Rows(sql=_told(layers), keys=("layer", "code"))


def measure_codes(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Posts that carry a code: `codes.share`, keys {"layer", "code"}, of posts that were read for the layer.

    Every code of the codebook except roles, which have their own measure, and crisis posts, which are for a queue.
    A post may carry several codes: the shares of a layer do not add up.
    """
    layers = tuple(name for name in context.codes if name not in APART)
    if not layers:
        return []
    ask = sharing(ask, *(masks_sql(layers[at : at + MOST_LAYERS]) for at in range(0, len(layers), MOST_LAYERS)))  # fmt: skip
    rows, of_rows = told_rows(layers), read_rows(layers)
    counts, read = count_rows(ask, rows, "codes of posts"), read_by_layer(ask, layers)
    products: dict[tuple[str, str], tuple[int, int, int]] = {}
    for first in range(0, len(layers), MOST_LAYERS):
        products |= _products(ask, layers[first : first + MOST_LAYERS])
    figures = []
    for layer in layers:
        of = read.get(layer, UNREAD)
        for code in context.codes[layer]:
            hits, hits_hits, hits_posts = products.get((layer, code), (0, 0, 0))
            figures.append(
                make_post_share(
                    context,
                    MEASURE,
                    {"layer": layer, "code": code},
                    hits=counts.get((layer, code), Count()),
                    of=of.counted,
                    sums=ClusterSums(
                        of.counted.posts, hits, of.voices, hits_hits, hits_posts, of.squares
                    ),
                    hits_rows=rows,
                    of_rows=of_rows,
                    row_keys={"layer": layer, "code": code},
                    what="posts that carry the code, of posts that were read for its layer",
                    asked=Asked(layer, (code,)),
                )
            )
    return figures
