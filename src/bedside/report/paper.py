"""A plain paper in the look of the report: a title, sections, tables; one file, no script."""

from collections.abc import Sequence

from bedside.report.document import sheet
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import Column, paragraph, table

__all__ = ["facts", "listing", "paper", "section"]


def paper(title: str, lead: str, *sections: Markup, stamp: str = "") -> str:
    """A whole document.

    Parameters
    ----------
    title, lead : str
        Heading, and the sentence under it.
    *sections : Markup
    stamp : str
        Of the release that it rests on, where it leaves the house.

    Returns
    -------
    str
        HTML, complete with its style sheet; every text is escaped.
    """
    style = Markup("<style>\n") + Markup(sheet()) + Markup("</style>")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("meta", name="bedside-release", content=stamp) if stamp else NOTHING,
        tag("title", title),
        style,
    )
    main = tag("main", tag("h1", title), paragraph(lead, kind="lead"), *sections, id="main")
    body = tag("body", tag("div", main, class_="paper"))
    return f"<!doctype html>\n{tag('html', head, body, lang='en-GB')}\n"


def section(head: str, *parts: str) -> Markup:
    """A section under its heading; none where there is nothing to say."""
    held = [part for part in parts if part]
    return tag("section", tag("h2", head), *held) if held else NOTHING


def facts(caption: str, rows: Sequence[tuple[str, str]]) -> Markup:
    """A table of questions and answers."""
    return table(caption, [Column("what"), Column("answer")], [list(row) for row in rows], "stack")


def listing(items: Sequence[str]) -> Markup:
    """A list; none where there are no items."""
    return tag("ul", join([tag("li", item) for item in items])) if items else NOTHING
