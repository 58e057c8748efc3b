"""What posts are about: themes found without a codebook, as a table."""

from bedside.report.figures import Shown, pick
from bedside.report.markup import Markup, join, tag
from bedside.report.page import Chapter, Column, Desk, evidence_line, paragraph, share_of, table
from bedside.report.printing import count

__all__ = ["CAUTION", "themes"]

CAUTION = (
    "Posts were put into groups by how alike their words are, before anybody said what to look for. A group's name is "
    "the words that set it apart, each said by at least eight accounts, or the analyst's own. Groups blur into each "
    "other: read some posts before you speak of one. They show what is talked about, not how many people live with it."
)


def themes(laid: Desk) -> Chapter | None:
    """Themes by share of accounts, largest first; None where none were found."""
    found = pick(laid.shelf, "themes.share")
    if not found:
        return None
    ranked = sorted(found, key=lambda f: (-(f.estimate or 0), f.keys.get("name", "")))
    lines = evidence_line(ranked, laid.codebook, small=laid.small)
    return Chapter(
        "themes", "What posts are about", join([paragraph(CAUTION), _table(ranked), lines])
    )


def _table(figures: list[Shown]) -> Markup:
    columns = [
        Column("theme"),
        Column("accounts", numeric=True),
        Column("posts", numeric=True),
        Column("share of accounts", numeric=True),
        Column("evidence"),
    ]
    rows = [
        [
            f.keys.get("name", ""),
            count(f.hits_accounts),
            count(f.hits_posts),
            share_of(f),
            tag("code", f.id),
        ]
        for f in figures
    ]
    caption = "Themes, largest first; a post is on one, an account may be on several"
    return table(caption, columns, rows, "stack")
