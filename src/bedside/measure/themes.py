"""Themes: what posts are about, found without a codebook."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.making import make_share
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask

__all__ = ["measure_themes"]

PLACED = """
SELECT c.post_key, c.account_key, t.theme FROM corpus c JOIN themes t ON t.post_key = c.post_key"""
NAMES = Aggregate(
    name="theme names",
    needs=("theme_names",),
    sql="SELECT theme, name, posts, stability, outliers, placed FROM theme_names ORDER BY posts DESC, theme",
)


def measure_themes(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Accounts that wrote on each theme: `themes.share`, keys {"theme", "name"}, largest first.

    Of accounts with a post that could be placed, posts near no theme counted with them. A post is on one theme, an
    account may be on several.
    """
    names = ask(NAMES, {}).to_pylist()
    if not names:
        return []
    rows = Rows(sql=f"{PLACED} WHERE t.theme IS NOT NULL", keys=("theme",))
    of_rows = Rows(sql=PLACED)
    counts, of = count_rows(ask, rows, "themes"), count_all(ask, of_rows, "placed posts")
    return [
        make_share(
            context,
            "themes.share",
            {"theme": row["theme"], "name": row["name"]},
            hits=counts.get((row["theme"],), Count()),
            of=of,
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"theme": row["theme"]},
            what=f"accounts with a post on the theme, of accounts with a post that could be placed (groups found from "
            f"three seeds agree with adjusted Rand index {row['stability'] / 1000:.2f}; {row['outliers']} of {row['placed']} "
            "posts are near no theme)",
        )
        for row in names
    ]
