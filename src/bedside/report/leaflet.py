"""A leaflet with the words marked that patients do not use, as one page."""

from collections.abc import Sequence
from importlib.resources import files

from bedside.measure.language.leaflet import FEWEST, KNOWN, Leaflet, Marked
from bedside.report.markup import Markup, join, tag
from bedside.report.page import Column, table
from bedside.report.printing import STAR, count

__all__ = ["leaflet_page"]


_INSTEAD = {"theirs": "the same", "no one word": f"no one word that {FEWEST} share"}


def leaflet_page(text: str, found: Leaflet, *, name: str) -> str:
    """Show the leaflet as a self-contained page: marked text, then a table of words with what patients write instead."""
    sheet = files("bedside.report").joinpath("look.css").read_text(encoding="utf-8")
    body = join([
        tag("h1", f"{name}: words"),
        tag("p", _score(found), class_="lead"),
        _table(found.marked),
        tag("h2", "The leaflet", class_="plain"),
        *(tag("p", line) for line in _lines(text, found.marked)),
    ])  # fmt: skip
    style = Markup("<style>\n") + Markup(sheet) + Markup("</style>")  # our own file
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("title", name),
        style,
    )
    page = tag("body", tag("main", body, style="max-width:46rem;margin:0 auto;padding:1.5rem"))
    return f"<!doctype html>\n{tag('html', head, page, lang='en-GB')}\n"


def _score(found: Leaflet) -> str:
    known = [m for m in found.marked if m.verdict in KNOWN]
    grade = (
        "" if found.grade is None else f" Its school grade is {found.grade:.0f} (Flesch-Kincaid)."
    )
    if not known:
        return f"None of its words for illness and care is spoken of by {FEWEST} patients of this study.{grade}"
    theirs = sum(m.verdict == "theirs" for m in known)
    return f"{theirs} of {len(known)} of its words for illness and care are patients' own; the others are marked.{grade}"


def _table(marked: Sequence[Marked]) -> Markup:
    columns = [
        Column("the leaflet says"),
        Column("accounts", numeric=True),
        Column("of", numeric=True),
        Column("patients write"),
    ]
    rows = [
        [
            m.words,
            count(m.accounts, FEWEST),
            count(m.of, FEWEST),
            ", ".join(f"{w} ({n:,})" for w, n in m.offers) or _INSTEAD[m.verdict],
        ]
        for m in marked
        if m.verdict != "not spoken of"
    ]
    caption = f"Patients' accounts of this study that use the word, of those that speak of the thing; {STAR}: 1 to {FEWEST - 1}"
    return table(caption, columns, rows)


def _lines(text: str, marked: Sequence[Marked]) -> list[Markup]:
    """Paragraphs with marks."""
    places = sorted(
        (start, end, m) for m in marked if m.verdict == "other words" for start, end in m.places
    )
    parts: list[str] = []
    at = 0
    for start, end, m in places:
        if start < at:
            continue
        title = "they write " + ", ".join(w for w, _ in m.offers)
        parts += [text[at:start], tag("mark", text[start:end], title=title)]
        at = end
    parts.append(text[at:])
    return [Markup(line) for line in join(parts).split("\n") if line.strip()]
