"""The report as one file: open it offline, print it, send it. No script, no font, no picture from elsewhere."""

from collections.abc import Callable
from importlib.resources import files
from typing import NamedTuple

from bedside.report.chapters.back import back
from bedside.report.chapters.before_doctor import before_doctor
from bedside.report.chapters.care import care
from bedside.report.chapters.community import community
from bedside.report.chapters.conclude import conclude
from bedside.report.chapters.exchange import exchange
from bedside.report.chapters.inclusion import inclusion
from bedside.report.chapters.journey import journey
from bedside.report.chapters.judged import judged
from bedside.report.chapters.limits import limits
from bedside.report.chapters.mending import mending
from bedside.report.chapters.misinformation import misinformation
from bedside.report.chapters.offline import offline
from bedside.report.chapters.one_page import findings, one_page, stale_note
from bedside.report.chapters.options import options
from bedside.report.chapters.providers import providers
from bedside.report.chapters.roles import roles
from bedside.report.chapters.safety import safety
from bedside.report.chapters.themes import themes
from bedside.report.chapters.trends import trends
from bedside.report.chapters.visits import modes, visits
from bedside.report.chapters.voices import voices
from bedside.report.chapters.wait import wait
from bedside.report.chapters.words import words
from bedside.report.comparing import Finding
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import Material
from bedside.report.page import Chapter, Desk, chapter, desk, paragraph

__all__ = ["Written", "assemble", "chapters_of", "render", "sheet", "write"]


_TELLING: tuple[Callable[[Desk], Chapter | None], ...] = (
    conclude,
    inclusion,
    roles,
    before_doctor,
    visits,
    wait,
    journey,
    modes,
    care,
    mending,
    providers,
    options,
    community,
    exchange,
    misinformation,
    offline,
    words,
    themes,
    voices,
    safety,
    trends,
    judged,
)


class Written(NamedTuple):
    """A report before it is put into a file: its findings, page one, and the chapters in order."""

    findings: list[Finding]
    page_one: Markup
    chapters: list[Chapter]


def render(material: Material, *, stamp: str = "") -> str:
    """The report as one self-contained HTML file.

    Parameters
    ----------
    material : Material
        Released figures, quotes that passed the gate, and the records of the study.
    stamp : str
        Of the release, by which a file that was carried away is checked later.

    Returns
    -------
    str
        HTML, complete with its style sheet. The same material gives the same text. Every text of the study is
        escaped; a suppressed figure has lost its numbers before any chapter reads it.
    """
    laid = desk(material)
    return assemble(laid, write(laid), stamp=stamp)


def assemble(laid: Desk, written: Written, *, notice: str = "", stamp: str = "") -> str:
    """Put what was written into one file; `notice` is said before anything else."""
    chapters = [chapter(part) for part in written.chapters]
    main = tag("main", written.page_one, *chapters, id="main")
    page = tag("div", _contents(written.chapters), main, class_="page")
    skip = tag("a", "Skip to the report", class_="skip", href="#main")
    body = tag("body", skip, _notice(laid, notice), page)
    return f"<!doctype html>\n{tag('html', _head(laid.material, stamp), body, lang='en-GB')}\n"


def sheet() -> str:
    """The style sheet that reports carry."""
    return files("bedside.report").joinpath("look.css").read_text(encoding="utf-8")


def chapters_of(laid: Desk) -> list[Chapter]:
    """Every chapter that has something to say, in order; page one is none."""
    return write(laid).chapters


def write(laid: Desk) -> Written:
    """Write page one and the chapters that have something to say, in order.

    Parameters
    ----------
    laid : Desk
        Laid out afresh: plates are noted on it as chapters draw them.
    """
    found = findings(laid)
    chapters: list[Chapter] = []
    for tell in _TELLING:
        drawn = len(laid.plates)
        part = tell(laid)
        if part is not None:
            chapters.append(part._replace(plates=tuple(laid.plates.values())[drawn:]))
    return Written(
        found, one_page(laid, found), [*chapters, limits(laid, found), back(laid, found)]
    )


def _head(material: Material, stamp: str) -> Markup:
    """The head of the document; the sheet is our own text and is not escaped."""
    style = Markup("<style>\n") + Markup(sheet()) + Markup("</style>")  # our own file
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("meta", name="bedside-release", content=stamp) if stamp else NOTHING,
        tag("title", material.study.title),
        style,
        _foot(material),
    )


def _foot(material: Material) -> Markup:
    """What stands at the foot of every printed page: the study, its snapshot, and whether its posts are simulated."""
    words = f"{material.study.title} · {material.study.snapshot}".strip(" ·")
    words += " · simulated posts" if material.simulated else ""
    plain = "".join(sign if sign.isalnum() or sign in " ·.,:;-–'" else " " for sign in words)
    said = plain.replace("'", "’")
    rule = f'@page{{@bottom-left{{content:"{said}";font:8pt system-ui,sans-serif;color:#444}}}}'
    return Markup("<style>") + Markup(rule) + Markup("</style>")


def _contents(chapters: list[Chapter]) -> Markup:
    """The list of chapters."""
    items = [("one", "One page"), *((part.anchor, part.head) for part in chapters)]
    links = [tag("li", tag("a", head, href=f"#{anchor}")) for anchor, head in items]
    return tag("nav", tag("ol", *links), class_="toc", aria_label="Contents")


def _notice(laid: Desk, more: str) -> Markup:
    """What a reader must know before anything else: simulated posts, stale figures."""
    simulated = paragraph(
        tag("b", "Simulated posts: nobody wrote them."),
        " The numbers show that bedside works; they say nothing about real patients.",
    )
    parts = [simulated if laid.material.simulated else NOTHING, stale_note(laid), paragraph(more)]
    held = join(parts)
    return tag("aside", held, class_="sample", aria_label="Notice") if held else NOTHING
