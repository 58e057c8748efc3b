"""A page for each measure, made from the chapters and figures of the report: a new chapter appears by itself."""

from collections.abc import Callable, Iterable

from starlette.routing import Route

from bedside.explore.chapters import chapters_for, long_table, opened_chapter
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.view import Table, View
from bedside.report.figures import Shown
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import paragraph

__all__ = ["figure_table", "routes"]

MEASURES = {
    "journey": ("Journey", ("journey", "codes", "contrasts")),
    "care": ("Care", ("care",)),
    "community": ("Community", ("community",)),
    "exchange": ("Exchange", ("exchange",)),
    "misinformation": ("Misinformation", ("misinformation", "claims")),
    "language": ("Language", ("language",)),
    "trends": ("Trends", ("trends",)),
}
"""Page -> its title, and the measures whose figures are its data."""
NUMBERS = (
    "estimate",
    "low",
    "high",
    "hits_accounts",
    "of_accounts",
    "hits_posts",
    "of_posts",
    "no_author",
)
COLUMNS = ("id", "measure", "about", "unit", *NUMBERS, "basis", "suppressed", "refused", "method")
NOT_RELEASED = (
    "Nothing of this snapshot has been released yet, so there are no numbers to show: give `bedside run`, "
    "and if it refuses, do what it says."
)


def routes(house: House) -> list[Route]:
    """One page a measure, and one for each table that is too long to stand on it."""
    pages = [
        route
        for name in MEASURES
        for route in house.page(f"/{name}", _maker(house, name), keep=True)
    ]
    tables = house.page(
        "/table/{figure}", lambda asked: table_view(house.ground(), asked), keep=True
    )
    return [*pages, *tables]


def table_view(ground: Ground, asked: Asked) -> View:
    """The table of a figure, whole, with the way back to the figure."""
    plate, page, body = long_table(ground, asked.path["figure"])
    back = tag("p", tag("a", "Back to the figure", href=f"/{page}#fig-{plate.name}"))
    shown = tag("div", body, class_="roll", tabindex="0", role="region", aria_label=plate.title)
    return View(
        title=plate.title,
        body=join([paragraph(plate.sub, kind="sub"), back, shown]),
        tables=[figure_table(plate.figures)],
    )


def _maker(house: House, name: str) -> Callable[[Asked], View]:
    def make(asked: Asked) -> View:
        ground = house.ground()
        return house.keep(ground, ("measure", name), lambda: measure_view(ground, name))

    return make


def measure_view(ground: Ground, name: str) -> View:
    """What one measure says: its chapters, and every released figure as a table."""
    title, measures = MEASURES[name]
    figures = _figures(ground, measures)
    chapters = chapters_for(ground, name)
    body = join([opened_chapter(ground, part) for part in chapters]) or _empty(
        ground, title, figures
    )
    return View(
        title=title,
        template="measure.html",
        context={
            "contents": [(part.anchor, part.head) for part in chapters],
            "figures": len(figures),
        },
        body=body,
        tables=[figure_table(figures)],
    )


def _figures(ground: Ground, measures: Iterable[str]) -> list[Shown]:
    """Released figures of some measures."""
    if ground.desk is None:
        return []
    wanted = set(measures)
    return [
        figure
        for measure, figures in ground.desk.shelf.items()
        if measure.partition(".")[0] in wanted
        for figure in figures
    ]


def _empty(ground: Ground, title: str, figures: list[Shown]) -> Markup:
    """Why there is no chapter."""
    if ground.desk is None:
        return paragraph(NOT_RELEASED)
    if figures:
        return paragraph("These figures have no chapter yet; they are in the table of data.")
    told = f"Nothing that these posts tell of has a figure on {title.lower()} yet."
    return join([paragraph(told), NOTHING])


def figure_table(figures: Iterable[Shown]) -> Table:
    """Figures as data; suppressed numbers are absent."""
    return Table(
        name="figures",
        columns=COLUMNS,
        rows=[
            [
                f.id,
                f.measure,
                f.keys,
                f.unit,
                *(getattr(f, name) for name in NUMBERS),
                f.basis,
                f.suppressed,
                f.refused,
                f.method,
            ]
            for f in figures
        ],
    )


def all_figures(figures: Iterable[Shown]) -> Markup:
    """Evidence ids as a list of links."""
    return tag("ul", *(tag("li", tag("a", f.id, href=f"/evidence/{f.id}")) for f in figures))
