"""Sources: what came in from where, on which basis, what was left out, and who is not heard."""

from starlette.routing import Route

from bedside.explore.chapters import chapters_for, opened_chapter
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.view import Table, View
from bedside.report.markup import join, tag
from bedside.report.page import Column, table

__all__ = ["routes"]

ANSWERS = (
    "name",
    "access_basis",
    "lawful_basis",
    "dpia_ref",
    "store",
    "quotes",
    "llm_allowed",
    "retention_days",
    "simulated",
)
REGISTER = "The register as it stands"
HEADS = (
    "source",
    "how it came",
    "lawful basis",
    "impact assessment",
    "stored",
    "quotes",
    "language model",
    "kept for days",
    "simulated",
)


def routes(house: House) -> list[Route]:
    """The page of the register and the flow."""

    def make(asked: Asked) -> View:
        ground = house.ground()
        return house.keep(ground, "sources", lambda: sources_view(ground))

    return house.page("/sources", make)


def sources_view(ground: Ground) -> View:
    """The register as it stands, and the report's chapters on how we listened."""
    register = [ground.study.sources[name] for name in sorted(ground.study.sources)]
    rows = [[getattr(source, name) for name in ANSWERS] for source in register]
    chapters = chapters_for(ground, "sources")
    shown = table(
        "Every answer is enforced, none is decoration",
        [Column(head) for head in HEADS],
        [[_said(value) for value in row] for row in rows],
        "stack",
    )
    registered = tag(
        "section", tag("h2", REGISTER, id="register"), shown, aria_labelledby="register"
    )
    return View(
        title="Sources",
        template="measure.html",
        context={
            "contents": [*((part.anchor, part.head) for part in chapters), ("register", REGISTER)],
            "figures": 0,
        },
        body=join([*(opened_chapter(ground, part) for part in chapters), registered]),
        tables=[Table(name="register", columns=HEADS, rows=rows)],
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "no limit stated" if isinstance(value, int) else value or "not stated")
