"""Who speaks: the role of each account."""

from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.comparing import Comparison, Finding, compare
from bedside.report.figures import Shown, pick
from bedside.report.markup import NOTHING, Markup, join
from bedside.report.page import Chapter, Desk, figure, paragraph, twin
from bedside.report.printing import NARROW
from bedside.report.rows import dot_of, highest, share_table, sized, star_note
from bedside.report.words import ROLES, plain

__all__ = ["roles", "roles_finding"]


def _name(figure: Shown) -> str:
    """The role as it stands after "write as"."""
    role = figure.keys.get("role", "")
    return ROLES.get(role, plain(role))


_ROLES = Comparison(
    "Who speaks",
    "write on the question",
    "write as",
    _name,
    "anyone else",
    "roles",
    "Who speaks",
    "",
)


def _accounts(laid: Desk) -> list[Shown]:
    """Shares of accounts by role."""
    return [
        f for f in pick(laid.shelf, "roles.share") if f.keys.get("of", "accounts") == "accounts"
    ]


def roles_finding(laid: Desk) -> Finding | None:
    """The role that most accounts write in."""
    return compare(_accounts(laid), _ROLES, small=laid.small)


def roles(laid: Desk) -> Chapter | None:
    """Who speaks; None without figures."""
    if not _accounts(laid):
        return None
    found = roles_finding(laid)
    caution = "The role is the one an account writes in most often. Those who read and never write are not here."
    body = [paragraph(found.sentence if found else "", " ", caution)]
    body.append(_plot(laid, found.lead if found else "No role may be shown"))
    return Chapter(_ROLES.anchor, _ROLES.head, join(body))


def _plot(laid: Desk, title: str) -> Markup:
    """Roles of accounts as dots; shares of posts in a table of their own."""
    ranked = sized(_accounts(laid))
    of_posts = pick(laid.shelf, "roles.share", of="posts")
    rows = [DotRow(plain(f.keys.get("role", "")), [dot_of(f)]) for f in ranked]
    told = f"{len(rows)} roles with 95 % intervals, largest share of accounts first; numbers are in the table."
    posts = twin(
        share_table("Share of posts by role", "role", of_posts),
        len(of_posts),
        words="Shares of posts",
    )
    twins = [
        twin(share_table("Share of accounts by role", "role", ranked), len(ranked)),
        posts if of_posts else NOTHING,
    ]
    return figure(
        laid,
        ranked,
        name="roles",
        title=title,
        sub="Per cent of accounts, by the role they write in most often." + star_note(ranked),
        chart=dot_plot(
            "roles", title, told, rows, nice_axis(highest(ranked), f"{NARROW}%", limit=100)
        ),
        twins=join(twins),
    )
