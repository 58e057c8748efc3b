"""The workbook: contents, how it was made, a sheet for each figure of the report, and every other released number."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from xlsxwriter import Workbook

from bedside.report.chapters.limits import points
from bedside.report.document import write
from bedside.report.export.grids import key_words
from bedside.report.export.stable import same_bytes
from bedside.report.figures import Shown
from bedside.report.markup import Markup
from bedside.report.material import Material
from bedside.report.page import Desk, desk
from bedside.report.printing import STAR, day, listed
from bedside.report.scales import Scale, printed, scale_of
from bedside.report.words import BADGES

__all__ = ["HEADS", "workbook"]

HEADS = (
    "accounts", "of accounts", "posts", "of posts", "number", "low", "high", "as printed", "basis", "method", "evidence",
)  # fmt: skip
"""Columns of every sheet of figures, after those of its keys."""
_NUMBERS = ("hits_accounts", "of_accounts", "hits_posts", "of_posts")
_NAME = 31  # characters: the longest name of a sheet
_FORMS = {"count": "#,##0", "share": "0.0%", "wait": "0.0", "ratio": "0.00"}
_FROZEN = 5  # rows above the figures
_LINE = 16  # height of a line in points
_TOLD = 100  # letters that surely fit on one line of the method


class _Sheet(NamedTuple):
    name: str
    title: str
    said: Sequence[str]  # what is drawn, how to read it
    figures: Sequence[Shown]


def workbook(material: Material, *, release: str, at: datetime) -> bytes:
    """All released figures as an Excel file.

    Parameters
    ----------
    material : Material
    release : str
        Id of the release, by which the file is checked later.
    at : datetime
        Of the release.

    Returns
    -------
    bytes
        A .xlsx file. Numbers are as released, to 16 digits; where one may not be shown the cells hold `*`. No cell is a
        formula, whatever it begins with.
    """
    laid = desk(material)
    sheets = list(_sheets(laid))
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        book.set_properties(
            {
                "title": material.study.title,
                "author": "bedside",
                "subject": release,
                "created": at.replace(tzinfo=None),
            }
        )
        looks = _looks(book)
        _contents(book, looks, laid, sheets, release)
        _method(book, looks, laid, release)
        for sheet in sheets:
            _page(book, looks, sheet)
    return same_bytes(out.getvalue())


def _sheets(laid: Desk) -> Iterator[_Sheet]:
    """One for each plate, then one for each measure that has figures on no plate."""
    taken = {"contents", "method"}
    held: set[str] = set()
    for part in write(laid).chapters:
        for plate in part.plates:
            held |= {f.id for f in plate.figures}
            said = [part.head, plate.sub, plate.note]
            yield _Sheet(_name(plate.name, taken), plate.title, said, plate.figures)
    for measure, figures in laid.shelf.items():
        rest = [f for f in figures if f.id not in held]
        if rest:
            title = f"{measure.replace('_', ' ').replace('.', ': ')}"
            yield _Sheet(
                _name(measure, taken), title, ["Figures that no chart of the report draws."], rest
            )


def _name(wanted: str, taken: set[str]) -> str:
    """A name for a sheet that is not taken, whatever capitals are used."""
    base = re.sub(r"[\[\]:*?/\\']", " ", wanted)[:_NAME]
    name, number = base, 2
    while name.lower() in taken:
        name, number = f"{base[: _NAME - 4]} {number}", number + 1
    taken.add(name.lower())
    return name


def _looks(book: Any) -> dict[str, Any]:
    looks = {
        "title": {"bold": True, "font_size": 14},
        "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
        "soft": {"font_color": "#52585E"},
        "wrap": {"text_wrap": True, "valign": "top"},
        "link": {"font_color": "#14507F", "underline": 1},
        "star": {"bg_color": "#E4E4DE", "align": "right"},
        "whole": {"num_format": "#,##0"},
        "text": {},
    }
    looks |= {kind: {"num_format": form} for kind, form in _FORMS.items()}
    return {name: book.add_format(look) for name, look in looks.items()}


def _contents(
    book: Any, looks: dict[str, Any], laid: Desk, sheets: Sequence[_Sheet], release: str
) -> None:
    page = book.add_worksheet("Contents")
    m = laid.material
    page.write_string(0, 0, m.study.title, looks["title"])
    notice = "Simulated posts: nobody wrote them. " if m.simulated else ""
    notice += "Stale: posts were erased after these figures were made. " if m.stale else ""
    page.write_string(
        1, 0, f"{notice}Release {release}, snapshot {m.study.snapshot}.", looks["soft"]
    )
    for column, word in enumerate(("sheet", "what it finds", "figures", "not shown", "basis")):
        page.write_string(3, column, word, looks["head"])
    page.write_url(4, 0, "internal:'Method'!A1", looks["link"], "Method")
    page.write_string(4, 1, "How this was made, and what is missing from these numbers")
    for row, sheet in enumerate(sheets, 5):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", looks["link"], sheet.name)
        page.write_string(row, 1, sheet.title)
        page.write_number(row, 2, len(sheet.figures))
        page.write_number(row, 3, sum(f.suppressed for f in sheet.figures))
        page.write_string(row, 4, listed(sorted({_basis(f) for f in sheet.figures})))
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 120)
    page.set_column(2, 3, 10)
    page.set_column(4, 4, 34)
    page.freeze_panes(4, 0)
    _printed_wide(page)


def _method(book: Any, looks: dict[str, Any], laid: Desk, release: str) -> None:
    page = book.add_worksheet("Method")
    page.write_string(0, 0, "How this was made", looks["title"])
    for row, (what, said) in enumerate(_facts(laid, release), 2):
        page.write_string(row, 0, what, looks["wrap"])
        page.write_string(row, 1, said, looks["wrap"])
        # not every program makes room by itself
        page.set_row(row, _LINE * (1 + len(said) // _TOLD))
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 110)
    _printed_wide(page)


def _printed_wide(page: Any) -> None:
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _facts(laid: Desk, release: str) -> Iterator[tuple[str, str]]:
    m = laid.material
    yield "Question", m.study.question or "not stated"
    yield (
        "Sources",
        listed([source.name for source in m.sources]) if m.sources else "none registered",
    )
    yield "Relevant is", m.study.query_words or "every post"
    yield "Query as it ran", m.study.query_text or "none"
    first, last = m.study.period
    yield "Published", f"{day(first)} to {day(last)}" if first and last else "not known"
    yield "Snapshot", f"{m.study.snapshot}, {day(m.run_date)}"
    yield "Release", release
    yield "Codebook", m.study.codebook
    yield (
        "Judged",
        f"{m.judged:,} posts by {m.coders} people"
        if m.judged
        else "nothing: every share rests on a program alone",
    )
    yield (
        "Made with",
        f"bedside {m.bedside_version}; {listed(list(m.makers)) if m.makers else 'no makers'}",
    )
    yield "Open a number", m.open_command
    yield (
        STAR,
        (
            f"not shown: 1 to {m.small_count - 1} accounts, or a number from which such a one could be worked out"
            + (f"; other counts are rounded to the nearest {m.round_to}" if m.round_to > 1 else "")
        ),
    )
    for basis, (words, _) in BADGES.items():
        yield words, _MEANING[basis]
    for at, point in enumerate(points(laid), 1):
        yield f"Not heard {at}", str(Markup(point).striptags())


_MEANING = {
    "machine": "Read by a program. Nobody has checked a sample. The interval holds the play of chance, not the program's errors.",
    "judged": "Rests on posts drawn at random and read by people who did not see what the program proposed.",
    "counted": "A plain count of records, posts or accounts; nothing is estimated.",
}


def _page(book: Any, looks: dict[str, Any], sheet: _Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, looks["title"])
    page.write_string(1, 0, " ".join(part for part in sheet.said if part), looks["soft"])
    page.write_url(2, 0, "internal:'Contents'!A1", looks["link"], "Contents")
    keys = list(dict.fromkeys(name for f in sheet.figures for name in f.keys))
    scale = scale_of(sheet.figures)
    for column, word in enumerate((*keys, *HEADS)):
        page.write_string(_FROZEN - 1, column, word.replace("_", " "), looks["head"])
    for row, figure in enumerate(sheet.figures, _FROZEN):
        for column, name in enumerate(keys):
            page.write_string(row, column, key_words(name, figure.keys.get(name, "")))
        _row(page, looks, row, len(keys), figure, scale)
    last = len(keys) + len(HEADS) - 1
    page.set_column(0, max(len(keys) - 1, 0), 24)
    page.set_column(len(keys), last - 4, 11)
    page.set_column(last - 3, last - 3, 20)
    page.set_column(last - 2, last - 2, 26)
    page.set_column(last - 1, last, 36)
    page.freeze_panes(_FROZEN, max(len(keys), 1))
    page.autofilter(_FROZEN - 1, 0, _FROZEN - 1 + len(sheet.figures), last)
    _printed_wide(page)
    page.repeat_rows(_FROZEN - 1)


def _row(
    page: Any, looks: dict[str, Any], row: int, start: int, figure: Shown, scale: Scale
) -> None:
    """One figure: counts, number and limits as released, or `*` on grey where they may not be shown."""
    numbers = [getattr(figure, name) for name in _NUMBERS]
    looked = ["whole"] * 4 + [scale.kind] * 3
    for at, value in enumerate([*numbers, figure.estimate, figure.low, figure.high]):
        if figure.suppressed:
            page.write_string(row, start + at, STAR, looks["star"])
        elif value is not None:
            page.write_number(row, start + at, value, looks[looked[at]])
    said = figure.refused if figure.refused and not figure.suppressed else printed(figure, scale)
    method = "" if figure.suppressed else figure.method
    for at, text in enumerate((said, _basis(figure), method, figure.id), start + 7):
        page.write_string(row, at, text)


def _basis(figure: Shown) -> str:
    return BADGES.get(figure.basis, (figure.basis,))[0]
