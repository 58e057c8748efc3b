"""Chapters of the report as pages: each goes where its figures belong, and every number in it opens."""

import re
from collections import Counter
from collections.abc import Sequence

from bedside.errors import NotFoundError
from bedside.explore.ground import Ground
from bedside.explore.linking import linked_numbers
from bedside.explore.nav import FOUND, WORK
from bedside.report.figures import Shown
from bedside.report.markup import Markup
from bedside.report.page import Chapter, Desk, Plate
from bedside.report.page import chapter as section_of

__all__ = [
    "chapters_for",
    "long_table",
    "opened",
    "opened_chapter",
    "opened_first_page",
    "page_for",
    "page_of",
    "without_long_tables",
]

_EVIDENCE = re.compile(r"ev-[0-9a-f]{10}-([a-z]+)[a-z0-9-]*")
_EVIDENCE_ID = re.compile(r"ev-[0-9a-f]{10}-[a-z0-9-]+")
_CODE = re.compile(r"<code>(ev-[0-9a-f]{10}-[a-z0-9-]+)</code>")
_ITEM = re.compile(r"(<li>.*?</li>)", re.S)
_ROW = re.compile(r"<tr>.*?</tr>", re.S)
_NUMBER = re.compile(r'(<td class="n"[^>]*>)([^<]+)(</td>)')
_CELL = re.compile(r'<td class="([^"]+)" data-ev="(ev-[0-9a-f]{10}-[a-z0-9-]+)">([^<]+)')
_FIGURE = re.compile(r'<figure[^>]* id="fig-([\w-]+)".*?</figure>', re.S)
_LONG = re.compile(
    r'<details class="twin long"><summary>([^<]*)</summary><div [^>]*>(.*?)</div></details>', re.S
)
_CSV = re.compile(r'<a href="data:text/csv[^"]*" download="([\w.-]+)">[^<]*</a>')
OURS = '<p class="lead">'  # with what the writer wrote before it page one begins; the last of these is ours
PLACED = {  # chapters whose figures alone do not say where people look for them, or which may hold none
    "one": "",
    "conclude": "sources",
    "inclusion": "sources",
    "judged": "sources",
    "limits": "sources",
    "back": "",
    "mending": "care",
    "options": "care",
    "exchange-offline": "exchange",
    "words": "language",
    "safety": "safety",
    "roles": "sources",
}
MEASURES = {"codes": "journey", "contrasts": "journey", "roles": "sources", "inclusion": "sources"}


def page_of(chapter: Chapter) -> str:
    """Name of the page that a chapter stands on: said, or that of the measure whose figures it shows most.

    Parameters
    ----------
    chapter : Chapter

    Returns
    -------
    str
        Such as `journey`; empty: on no page of its own, as page one.
    """
    if chapter.anchor in PLACED:
        return PLACED[chapter.anchor]
    shown = Counter(_EVIDENCE.findall(chapter.body))
    if not shown:
        return chapter.anchor
    measure: str = shown.most_common(1)[0][0]
    return MEASURES.get(measure, measure)


def page_for(measure: str) -> str:
    """Name of the page where a measure's figures stand; empty where none does."""
    name = measure.partition(".")[0]
    page = MEASURES.get(name, name)
    return page if f"/{page}" in {address for address, _ in (*FOUND, *WORK)} else ""


def chapters_for(ground: Ground, page: str) -> list[Chapter]:
    """The report's chapters that stand on a page, in the report's order; empty where nothing was released."""
    return [part for part in ground.chapters if page_of(part) == page]


def opened_chapter(ground: Ground, part: Chapter) -> Markup:
    """A chapter as a section in which every number opens: those of its sentences by the figures that it shows."""
    laid = ground.desk
    if laid is None:
        return section_of(part)
    near = [figure for plate in part.plates for figure in plate.figures]
    tiers = _tiers(laid, str(part.body), near, page_of(part))
    short = Markup(without_long_tables(str(section_of(part))))
    html = linked_numbers(str(opened(short)), tiers, small=laid.small)
    return Markup(html)  # our own markup, escaped when it was made


def opened_first_page(laid: Desk, first: Markup) -> Markup:
    """Page one of a report, in which every number of ours opens; a number that its writer typed before them opens to nothing.

    A finding's numbers are first of all those of the figures that it names: another finding may print the same.
    """
    html = str(opened(Markup(without_long_tables(str(first)))))
    before, mark, ours = html.rpartition(OURS)
    near, *further = _tiers(laid, ours, [], "inclusion")
    linked = [
        linked_numbers(part, [_named(near, part), near, *further], small=laid.small)
        for part in _ITEM.split(mark + ours)
    ]
    return Markup(before + "".join(linked))  # our own markup


def _named(figures: list[Shown], html: str) -> list[Shown]:
    named = set(_EVIDENCE_ID.findall(html))
    return [figure for figure in figures if figure.id in named]


def _tiers(laid: Desk, html: str, near: list[Shown], page: str) -> tuple[list[Shown], ...]:
    """Figures that numbers of some markup may be of: those shown or named in it, those of their measures, those of their rooms."""
    figures = [figure for shelf in laid.shelf.values() for figure in shelf]
    near = near + _named(figures, html)
    measures = {figure.measure for figure in near}
    around = [figure for figure in figures if figure.measure in measures]
    rooms = {measure.partition(".")[0] for measure in measures} | {page}
    return near, around, [f for f in figures if f.measure.partition(".")[0] in rooms]


def without_long_tables(section: str) -> str:
    """Long tables stand on pages of their own: with every row's evidence they are most of a page's weight."""
    return _FIGURE.sub(
        lambda figure: _LONG.sub(lambda t: _way_to(figure[1], t), figure[0]), section
    )


def _way_to(figure: str, table: re.Match[str]) -> str:
    rows = table[2].count("<tr>") - table[2].count("<thead>")
    return f'<a href="/table/{figure}">{table[1]}, {rows:,} rows</a>'


def long_table(ground: Ground, figure: str) -> tuple[Plate, str, Markup]:
    """The long table of a figure, with its numbers linked; its plate, and the page that the figure stands on.

    Raises
    ------
    NotFoundError
        If no chapter has such a figure, or its table is short and stands beside it.
    """
    for part in ground.chapters:
        for plate in part.plates:
            tables = _LONG.findall(str(plate.drawn)) if plate.name == figure else []
            if tables:
                made = "".join(inner for _, inner in tables)
                return plate, page_of(part), opened(Markup(made))  # our own markup
    raise NotFoundError("no figure of that name has a table of its own in this snapshot")


def opened(body: Markup) -> Markup:
    """A chapter's markup with its numbers linked to what they stand on.

    Evidence ids become links; in a row of a table that names one id the row's numbers do too, and so do the cells of a map. Files that a report
    carries inside itself are left to the page's own `.csv`.
    """
    linked = _ROW.sub(lambda row: _open_row(row.group()), str(body))
    linked = _CODE.sub(r'<a href="/evidence/\1"><code>\1</code></a>', linked)
    linked = _CELL.sub(r'<td class="\1"><a href="/evidence/\2">\3</a>', linked)
    return Markup(_CSV.sub("", linked))  # our own markup, escaped when it was made


def _open_row(row: str) -> str:
    ids: Sequence[str] = _CODE.findall(row)
    if len(ids) != 1:
        return row
    return _NUMBER.sub(rf'\1<a href="/evidence/{ids[0]}">\2</a>\3', row)
