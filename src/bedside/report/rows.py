"""From figures to the rows of charts and tables."""

from collections.abc import Sequence

from bedside.report.charts.dots import Dot
from bedside.report.charts.heat import Cell, CodeRow, heat_table, shade_key
from bedside.report.figures import Shown
from bedside.report.markup import Markup, join, tag
from bedside.report.page import Column, Desk, number_of, share_of, table
from bedside.report.printing import STAR, count
from bedside.report.sentences import by_size
from bedside.report.words import GROUPS, plain

__all__ = [
    "cell_of",
    "checked",
    "column_head",
    "dot_of",
    "highest",
    "posts_accounts",
    "share_table",
    "sized",
    "stage_chart",
    "star_note",
]


def checked(figure: Shown) -> bool:
    """Whether people judged it, or nothing was estimated: such marks are drawn filled."""
    return figure.basis != "machine"


def sized(figures: Sequence[Shown]) -> list[Shown]:
    """Largest first; those without a number last, in the order of release, which says nothing of their size."""
    return [*by_size(figures), *(f for f in figures if not f.known)]


def highest(figures: Sequence[Shown]) -> float:
    """The highest per cent that is drawn, intervals included; 0 where nothing is."""
    return max(
        (100 * (f.high if f.high is not None else f.mid) for f in figures if f.known), default=0
    )


def dot_of(figure: Shown | None) -> Dot:
    """A share as a dot in per cent; a text alone where there is no number."""
    if figure is None:
        return Dot(None, None, None, "–")
    if not figure.known:
        return Dot(None, None, None, share_of(figure))
    low, high = (None if x is None else 100 * x for x in (figure.low, figure.high))
    return Dot(100 * figure.mid, low, high, share_of(figure), checked(figure))


def share_table(
    caption: str, key: str, figures: Sequence[Shown], *, more: Sequence[str] = (), folded: str = ""
) -> Markup:
    """The twin of a plot of shares: what, basis, accounts, of, posts, share, evidence id.

    `more` are further keys, a column each, or all in one of the name `folded` where a row has only one of them.
    """
    further = [folded] if folded else list(more)
    columns = [Column(plain(key)), *(Column(plain(name)) for name in further), Column("basis")]
    columns += [Column(name, numeric=True) for name in ("accounts", "of", "posts", "share")]
    rows = [
        [
            plain(f.keys.get(key, "")),
            *([_folded(f, more)] if folded else [plain(f.keys.get(name, "")) for name in more]),
            f.basis,
            count(f.hits_accounts),
            count(f.of_accounts),
            count(f.hits_posts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in figures
    ]
    return table(caption, [*columns, Column("evidence")], rows)


def _folded(figure: Shown, names: Sequence[str]) -> str:
    """The keys that a figure has, with their values."""
    held = [(name, figure.keys.get(name, "")) for name in names]
    return ", ".join(f"{plain(name)}: {plain(value)}" for name, value in held if value)


def cell_of(figure: Shown | None) -> Cell:
    """A share as a cell of a map; a figure that was never measured, or was refused, is an empty cell."""
    if figure is None:
        return Cell(None)
    return Cell(
        figure.estimate,
        figure.low,
        figure.high,
        hidden=figure.suppressed,
        judged=figure.basis == "judged",
        evidence=figure.id,
    )


def column_head(group: str, accounts: Sequence[int | None], small: int) -> tuple[str, str]:
    """Head of a stage's column: its name, and the accounts its cells are shares of; they may differ by layer."""
    of = sorted({n for n in accounts if n is not None})
    ends = [count(number, small) for number in (*of[:1], *of[1:][-1:])] or [STAR]
    return plain(group), f"n = {'–'.join(ends)}"


def star_note(figures: Sequence[Shown]) -> str:
    """What `*` means, where a chart has one; empty elsewhere."""
    return f" {STAR} is not shown." if any(f.suppressed for f in figures) else ""


def posts_accounts(figures: Sequence[Shown]) -> list[str]:
    """Posts and accounts of counted figures, whether they come as one figure or as one a unit."""
    posts = next((f for f in figures if f.unit == "posts"), None)
    accounts = next((f for f in figures if f.unit == "accounts"), None)
    if not figures:
        return ["0", "0"]
    shown_accounts = (
        number_of(accounts) if accounts else count(posts.hits_accounts if posts else None)
    )
    shown_posts = number_of(posts) if posts else count(accounts.hits_posts if accounts else None)
    return [shown_posts, shown_accounts]


def stage_chart(
    laid: Desk, figures: Sequence[Shown], *, title: str, across: str, codes: Sequence[str]
) -> Markup:
    """Codes by group of stages as a shaded table with its key: what figures with keys {"group", "code"} tell.

    Parameters
    ----------
    laid : Desk
    figures : sequence of Shown
    title : str
    across : str
        What the rows are, such as `source`.
    codes : sequence of str
        Rows in their order.
    """
    groups = [g for g in (*GROUPS, "all") if any(f.keys.get("group") == g for f in figures)]
    at = {(f.keys.get("group"), f.keys.get("code")): f for f in figures}
    rows = [CodeRow(plain(code), [cell_of(at.get((g, code))) for g in groups]) for code in codes]
    heads = [
        column_head(g, [f.of_accounts for f in figures if f.keys.get("group") == g], laid.small)
        for g in groups
    ]
    judged = any(checked(f) and f.known for f in figures)
    key = shade_key("% of accounts", judged=judged)
    return join([key, heat_table(title, across, heads, [("", rows)])])
