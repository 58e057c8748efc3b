"""Parts every chapter is made of: headings, tables, the evidence line, the figure with its twin, badges."""

import re
from collections.abc import Sequence
from html import unescape
from typing import NamedTuple
from urllib.parse import quote

from bedside.model.figures import Judging
from bedside.report.figures import Shelf, Shown, shelve
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import Material
from bedside.report.printing import NARROW, STAR, count, share
from bedside.report.tables import COLUMNS, figures_csv
from bedside.report.words import BADGES, SAMPLING_ONLY, plain

__all__ = [
    "Chapter",
    "Column",
    "Desk",
    "Plate",
    "badges",
    "chapter",
    "csv_link",
    "desk",
    "evidence_line",
    "figure",
    "number_of",
    "paragraph",
    "roll",
    "share_of",
    "shared_method",
    "table",
    "twin",
]

_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.S)
_TAGS = re.compile(r"<[^>]+>")
_SAID_BESIDE = ("measure", "refused", "method")  # the chart and its evidence line say these
_BEST_FIRST = {"judged": 1, "counted": 2, "machine": 3}
_AFTER_BEFORE = (
    "trends.changes",
    "misinformation.follows",
)  # `of`: the stretch before, no denominator
_LONG_TWIN = 60  # rows from which a twin is left out of print; its numbers are in the CSV


class Plate(NamedTuple):
    """A drawn figure of the report without its drawing: what it finds, of whom, and the numbers in their order."""

    name: str
    title: str  # the finding, as a sentence
    sub: str  # what is drawn, of whom
    note: str  # how to read it
    figures: tuple[Shown, ...]
    drawn: Markup = NOTHING  # as the report shows it


class Desk(NamedTuple):
    """What lies on the desk while a report is written: the material, its figures by measure, plates drawn so far."""

    material: Material
    shelf: Shelf
    plates: dict[str, Plate]

    @property
    def small(self) -> int:
        """Fewest accounts that are shown."""
        return self.material.small_count

    @property
    def codebook(self) -> str:
        """Version of the codebook."""
        return self.material.study.codebook


class Chapter(NamedTuple):
    """A finished chapter: anchor, headline, body, the plates in it, and what a writer said around it, as lines."""

    anchor: str
    head: str
    body: Markup
    plates: tuple[Plate, ...] = ()
    said: tuple[str, ...] = ()


class Column(NamedTuple):
    """A column of a table; `numeric` ones are set flush right."""

    head: str
    numeric: bool = False


def desk(material: Material) -> Desk:
    """Lay out the material; suppressed figures lose their numbers here, before any chapter reads them."""
    return Desk(material, shelve(material.figures, small=material.small_count), {})


def chapter(part: Chapter) -> Markup:
    """A chapter as a section under its heading."""
    head = tag("h2", part.head, id=part.anchor)
    return tag("section", head, part.body, aria_labelledby=part.anchor)


def paragraph(*inside: str, kind: str | None = None) -> Markup:
    """A paragraph; empty parts make none."""
    return tag("p", *inside, class_=kind) if any(inside) else NOTHING


def badges(figures: Sequence[Shown]) -> Markup:
    """How good the numbers are, in words: one badge for each basis among the figures."""
    held = [f for f in figures if f.known] or figures
    bases = sorted({f.basis for f in held}, key=lambda basis: (_BEST_FIRST.get(basis, 0), basis))
    marks = []
    for basis in bases:
        words, kind = BADGES.get(basis, (plain(basis), "badge cn"))
        judged = max((f.judging.judged for f in held if f.basis == basis and f.judging), default=0)
        if basis == "judged" and judged:
            words = f"{words}, n = {judged:,}"
        marks.append(tag("span", words, class_=kind))
    return join(marks, " ")


def number_of(figure: Shown | None, *, small: int = 1) -> str:
    """A counted figure as it is printed; `*` where there is none to show."""
    if figure is None or not figure.known:
        return STAR
    return count(round(figure.mid), small)


def share_of(figure: Shown) -> str:
    """A share and its interval as it is printed; `*` where suppressed, `no number` where refused."""
    if figure.known:
        return share(figure.mid, figure.low, figure.high)
    return STAR if figure.suppressed else "no number"


def evidence_line(figures: Sequence[Shown], codebook: str, *, small: int) -> Markup:
    """The line under a figure or a claim: badge, estimator, posts, accounts, interval, codebook, evidence id.

    One figure prints its own numbers and id; several print what they share and point to the table.
    """
    known = [f for f in figures if f.known] or list(figures)
    if not known:
        return NOTHING
    counted = all(f.basis == "counted" for f in known)
    method = "" if counted else f" {shared_method(known)}"
    parts: list[str] = [join([badges(known), method])]
    alone = known[0].judging if len(known) == 1 else None
    parts += _counts(known, small) if alone is None else _judged_counts(known[0], alone, small)
    parts += [_interval(known), join(["codebook ", tag("code", codebook or "not stated")])]
    if len(known) == 1:
        parts.append(join(["evidence ", tag("code", known[0].id)]))
    else:
        parts.append("evidence ids in the table")
    return tag("p", join([part for part in parts if part], " · "), class_="ev")


def shared_method(figures: Sequence[Shown]) -> str:
    """The method of one figure; of several, the clauses at its end that all of them share.

    Examples
    --------
    >>> two = [
    ...     Shown(id="", measure="", keys={}, unit="", method=f"{a}; Wilson; sampling only")
    ...     for a in "ab"
    ... ]
    >>> shared_method(two)
    'Wilson; sampling only'
    """
    clauses = [f.method.split("; ") for f in figures]
    shared: list[str] = []
    for column in zip(*(reversed(c) for c in clauses), strict=False):
        if len(set(column)) > 1:
            break
        shared.insert(0, column[0])
    return "; ".join(shared) or "method of each number in the CSV of all figures"


def _counts(known: Sequence[Shown], small: int) -> list[str]:
    """Posts and accounts: numerator and denominator of one figure, the shared denominator of several."""
    out = []
    for name in ("posts", "accounts"):
        of = {getattr(f, f"of_{name}") for f in known} - {None}
        if len(known) > 1:
            out.append(f"of {count(of.pop(), small)} {name}" if len(of) == 1 else "")
            continue
        hits = getattr(known[0], f"hits_{name}")
        if known[0].measure in _AFTER_BEFORE and hits is not None and of:
            out.append(f"{count(hits, small)} {name} after, {count(of.pop(), small)} before")
            continue
        whole = f" of {count(of.pop(), small)}" if of else ""
        out.append(f"{count(hits, small)}{whole} {name}" if hits is not None else "")
    if len(known) == 1 and known[0].no_author:
        out.append(f"{count(known[0].no_author, small)} posts without author")
    return out


def _judged_counts(figure: Shown, judging: Judging, small: int) -> list[str]:
    """What people read of one judged figure, what the machine alone says, and what more judging would buy."""
    read = f"{judging.judged:,} {figure.unit}"
    positives = "" if judging.positives is None else f"{judging.positives:,} of "
    machine = "" if judging.machine is None else share(judging.machine, None, None)
    marks = getattr(figure, f"hits_{figure.unit}", None)
    return [
        f"{positives}{read} of sample {judging.sample} {'judged to carry it' if positives else 'judged'}",
        f"the machine alone says {machine} ({count(marks, small)} {figure.unit})"
        if machine
        else "",
        figure.advice,
    ]


def _interval(known: Sequence[Shown]) -> str:
    """What the interval holds, unless the method has said so."""
    if all(f.basis == "counted" and f.low is None for f in known):
        return "no interval needed"
    if "machine error" in shared_method(known):
        return ""
    if any(f.basis == "machine" for f in known):
        return SAMPLING_ONLY
    return f"95{NARROW}% interval"


def csv_link(
    figures: Sequence[Shown], name: str, *, small: int, words: str = "CSV", whole: bool = False
) -> Markup:
    """A link that holds the figures as CSV, so that one file is enough; methods only where `whole`."""
    columns = COLUMNS if whole else [name for name in COLUMNS if name not in _SAID_BESIDE]
    data = quote(figures_csv(figures, small=small, columns=columns), safe=",;:=()-_./*")
    return tag("a", words, href=f"data:text/csv;charset=utf-8,{data}", download=f"{name}.csv")


def table(
    caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], kind: str = ""
) -> Markup:
    """A table; the first cell of a row is its header, a column's head goes with each cell on a narrow screen."""
    head = [tag("th", c.head, scope="col", class_="n" if c.numeric else None) for c in columns]
    body = [tag("tr", *_cells(columns, row)) for row in rows]
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head)),
        tag("tbody", *body),
        class_=kind or None,
    )


def _cells(columns: Sequence[Column], row: Sequence[str]) -> list[Markup]:
    """Cells of one row."""
    first = tag("th", row[0], scope="row")
    rest = [
        tag("td", cell, class_="n" if column.numeric else None, data_h=column.head)
        for column, cell in zip(columns[1:], row[1:], strict=True)
    ]
    return [first, *rest]


def twin(inner: Markup, rows: int, *, words: str = "The same as a table") -> Markup:
    """A table behind a line that opens it; opened in print unless it is long."""
    kind = "twin long" if rows >= _LONG_TWIN else "twin"
    return tag("details", tag("summary", words), roll(inner, words), class_=kind)


def roll(inner: Markup, words: str = "") -> Markup:
    """A wide table that is moved sideways, by keys too; it is called what its caption says unless words are given."""
    told = words or unescape(_TAGS.sub("", "".join(_CAPTION.findall(inner)[:1]))) or "A table"
    return tag("div", inner, class_="roll", tabindex="0", role="region", aria_label=told)


def figure(
    laid: Desk,
    figures: Sequence[Shown],
    *,
    name: str,
    title: str,
    sub: str,
    chart: Markup,
    twins: Markup,
    note: str = "",
    kind: str | None = None,
) -> Markup:
    """A figure: the finding, what is drawn of whom, the chart, one reading note, evidence, twin and CSV.

    It is noted on the desk as a `Plate`, from which slides, workbook and explorer draw their own.
    """
    drawn = tag(
        "figure",
        tag("figcaption", title),
        paragraph(sub, kind="sub"),
        chart,
        paragraph(note, kind="sub"),
        evidence_line(figures, laid.codebook, small=laid.small),
        tag("div", twins, csv_link(figures, name, small=laid.small), class_="under"),
        class_=kind,
        id=f"fig-{name}",
    )
    laid.plates[name] = Plate(name, title, sub, note, tuple(figures), drawn)
    return drawn
