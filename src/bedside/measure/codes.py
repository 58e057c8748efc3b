"""Codes: what share of the posts carries each code of the codebook, the plainest question one can put to people."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_post_share
from bedside.measure.shares import ClusterSums
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["APART", "measure_codes", "read_rows", "told_rows"]

MEASURE = "codes.share"
APART = (
    "role",
    "crisis",
)  # roles have a measure of their own; crisis posts are for a queue, not for a count


def _read(layers: tuple[str, ...]) -> str:
    """Posts of the corpus that were read for a layer. Columns post_key, account_key, layer."""
    return f"""
SELECT DISTINCT c.post_key, c.account_key, v.layer
FROM corpus c JOIN coverage v ON c.post_key = v.post_key
WHERE v.coverage = 'done' AND v.layer IN {listed(layers)}"""  # noqa: S608


def _told(layers: tuple[str, ...]) -> str:
    """What posts are marked with; a maker that marked a text has read it. Columns post_key, account_key, layer, code."""
    return f"""
SELECT DISTINCT m.post_key, m.account_key, m.layer, m.code
FROM corpus_marks m
WHERE m.layer IN {listed(layers)} AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608


def _sizes(ask: Ask, of_rows: Rows) -> dict[str, tuple[int, int, int]]:
    """For each layer: posts read, accounts, sum of squared posts by account."""
    sql = f"""
SELECT layer, SUM(posts) AS posts, COUNT(*) AS accounts, SUM(posts * posts) AS posts_posts
FROM (SELECT layer, COALESCE(account_key, post_key) AS voice, COUNT(*) AS posts
      FROM ({of_rows.sql}) r GROUP BY layer, COALESCE(account_key, post_key)) v
GROUP BY layer ORDER BY layer"""  # noqa: S608
    table = ask(Aggregate(name="sizes of accounts", sql=sql, needs=of_rows.needs), {})
    return {
        row["layer"]: (int(row["posts"]), int(row["accounts"]), int(row["posts_posts"]))
        for row in table.to_pylist()
    }


def _products(ask: Ask, rows: Rows, of_rows: Rows) -> dict[tuple[str, str], tuple[int, int, int]]:
    """For each layer and code: hits, sum of hits^2, sum of hits x posts, over accounts."""
    voice = "COALESCE(account_key, post_key)"
    sql = f"""
SELECT h.layer, h.code, SUM(h.hits) AS hits, SUM(h.hits * h.hits) AS hits_hits, SUM(h.hits * n.posts) AS hits_posts
FROM (SELECT layer, code, {voice} AS voice, COUNT(*) AS hits FROM ({rows.sql}) r
      GROUP BY layer, code, {voice}) h
JOIN (SELECT layer, {voice} AS voice, COUNT(*) AS posts FROM ({of_rows.sql}) d
      GROUP BY layer, {voice}) n ON h.layer = n.layer AND h.voice = n.voice
GROUP BY h.layer, h.code ORDER BY h.layer, h.code"""  # noqa: S608
    table = ask(Aggregate(name="clusters of codes", sql=sql, needs=rows.needs), {})
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


def read_rows(layers: tuple[str, ...]) -> Rows:
    """Posts that were read for these layers; key layer."""
    return Rows(sql=_read(layers), keys=("layer",))


def measure_codes(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Posts that carry a code: `codes.share`, keys {"layer", "code"}, of posts that were read for the layer.

    Every code of the codebook except roles, which have their own measure, and crisis posts, which are for a queue.
    A post may carry several codes: the shares of a layer do not add up.
    """
    layers = tuple(name for name in context.codes if name not in APART)
    if not layers:
        return []
    rows, of_rows = told_rows(layers), read_rows(layers)
    counts, of = count_rows(ask, rows, "codes of posts"), count_rows(ask, of_rows, "posts read")
    sizes, products = _sizes(ask, of_rows), _products(ask, rows, of_rows)
    figures = []
    for layer in layers:
        posts, accounts, posts_posts = sizes.get(layer, (0, 0, 0))
        for code in context.codes[layer]:
            hits, hits_hits, hits_posts = products.get((layer, code), (0, 0, 0))
            figures.append(
                make_post_share(
                    context,
                    MEASURE,
                    {"layer": layer, "code": code},
                    hits=counts.get((layer, code), Count()),
                    of=of.get((layer,), Count()),
                    sums=ClusterSums(posts, hits, accounts, hits_hits, hits_posts, posts_posts),
                    hits_rows=rows,
                    of_rows=of_rows,
                    row_keys={"layer": layer, "code": code},
                    what="posts that carry the code, of posts that were read for its layer",
                    asked=Asked(layer, (code,)),
                )
            )
    return figures
