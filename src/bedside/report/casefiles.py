"""Case files for people: a CIOMS-like page and a line list; masked words, no handle, no address."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO

from bedside.measure.safety.case import Case
from bedside.measure.safety.narrative import OUTCOMES
from bedside.model.cases import SERIOUS
from bedside.report.icsr.filling import case_number
from bedside.report.markup import Markup, join, tag
from bedside.report.tables import csv_cell
from bedside.store.config import Safety

__all__ = ["LINE_COLUMNS", "cioms_page", "line_list"]

_NOT_TOLD = "not told"
_CRITERIA = {
    "death": "Patient died",
    "life_threatening": "Life threatening",
    "hospitalisation": "Involved or prolonged inpatient hospitalisation",
    "disability": "Involved persistent or significant disability or incapacity",
    "congenital_anomaly": "Congenital anomaly or birth defect",
    "medically_important": "Other medically important condition",
}
_SHEET = """
@page { size: A4; margin: 11mm }
body { font: 10pt/1.35 system-ui, sans-serif; color: #1a1a1a; max-width: 188mm; margin: 0 auto; padding: 4mm }
h1 { font-size: 13pt; margin: 0 0 1mm } h2 { font-size: 10pt; margin: 3mm 0 1mm; border-bottom: 1px solid #444 }
dl { display: grid; grid-template-columns: 52mm 1fr; gap: .6mm 3mm; margin: 0 } dt { color: #555 } dd { margin: 0 }
ul { margin: 0; padding-left: 5mm } p { margin: 1mm 0 } .note { background: #f4f1e8; padding: 1.5mm 2mm }
"""
_SEX = {"1": "male", "2": "female"}
LINE_COLUMNS = (
    "case_id", "control_number", "status", "product", "listed_product", "reactions", "special_situations",
    "serious_proposed", "serious_decided", "reporter", "patient", "product_element", "reaction_element", "verdict",
    "day_zero", "next_due", "due_state", "age", "sex", "outcome", "country", "posts", "sources", "handed_over_at",
    "acknowledgement", "narrative",
)  # fmt: skip


def _rows(pairs: Iterable[tuple[str, str]]) -> Markup:
    return tag(
        "dl", *(join([tag("dt", name), tag("dd", words or _NOT_TOLD)]) for name, words in pairs)
    )


def _section(head: str, *inside: str) -> Markup:
    return tag("section", tag("h2", head), *inside)


def cioms_page(case: Case, *, policy: Safety, now: datetime) -> str:
    """One case on one page, after the order of the CIOMS I form; print it for a PDF.

    Parameters
    ----------
    case : Case
    policy : Safety
        Of the study: who sends.
    now : datetime
        Date of the page.

    Returns
    -------
    str
        HTML, complete with its sheet. What a post does not tell reads "not told"; nothing is guessed.
    """
    title = f"Suspected adverse reaction: case {case_number(case, policy)}"
    body = tag(
        "main",
        tag("h1", title),
        tag(
            "p",
            "Case candidate from social media, in the order of the CIOMS I form. Words are masked; not medically confirmed.",
            class_="note",
        ),
        _section("I. Reaction", _rows(_reaction_rows(case)), _criteria(case), _story(case)),
        _section("II. Suspect product", _rows(_product_rows(case))),
        _section("III. Concomitant products and history", _rows(_history_rows(case))),
        _section("IV. Sender", _rows(_sender_rows(case, policy, now))),
        _section("Missing", tag("ul", *(tag("li", words) for words in case.missing))),
    )
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("title", title), tag("style", Markup(_SHEET))
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', body), lang='en-GB')}\n"


def _reaction_rows(case: Case) -> list[tuple[str, str]]:
    details = case.details
    days = [s.day for s in case.narrative if s.day]
    return [
        ("1. Patient initials", "masked (known but private)"),
        ("1a. Country", details.country),
        (
            "2a. Age",
            ""
            if details.age is None
            else "90 or over"
            if details.age >= 90
            else f"{details.age} years",
        ),
        ("3. Sex", _SEX.get(details.sex, "")),
        ("4–6. Onset", f"{_NOT_TOLD}; first written of on {days[0]}" if days else ""),
        ("7. Reactions", "; ".join(case.line.reactions)),
        (
            "Special situations",
            ", ".join(c.replace("_", " ") for c in case.line.special) or "none told",
        ),
        ("Outcome", OUTCOMES[details.outcome]),
    ]


def _criteria(case: Case) -> Markup:
    items = []
    for code in SERIOUS:
        decided = case.standing.serious.get(code)
        state = (
            "yes (decided)"
            if decided
            else "no (decided)"
            if decided is False
            else "proposed by the machine, not decided"
            if code in case.line.serious
            else ""
        )
        if state:
            items.append(tag("li", f"{_CRITERIA[code]}: {state}"))
    return tag(
        "div", tag("p", "8–12. Seriousness"), tag("ul", *items or [tag("li", "nothing says so")])
    )


def _story(case: Case) -> Markup:
    lines = [tag("p", f"{s.day or 'undated'}, {s.platform}: {s.text}") for s in case.narrative]
    return tag("div", tag("p", "13. Description, in the reporter's words"), *lines)


def _product_rows(case: Case) -> list[tuple[str, str]]:
    words = ", ".join(dict.fromkeys(case.words.get("product", [])))
    return [
        ("14. Product", case.line.product + (f" (written: {words})" if words else "")),
        ("15–19. Dose, route, indication, dates", f"{_NOT_TOLD}, unless in the description"),
        ("20–21. Stopped, given again", f"{_NOT_TOLD}, unless in the description"),
    ]


def _history_rows(case: Case) -> list[tuple[str, str]]:
    return [
        ("22. Other products named", ", ".join(case.candidate.also_named)),
        ("23. History", f"{_NOT_TOLD}, unless in the description"),
    ]


def _sender_rows(case: Case, policy: Safety, now: datetime) -> list[tuple[str, str]]:
    clock = case.clock
    due = clock.next_due
    kind = "follow-up" if case.standing.handed_over else "initial"
    elements = "; ".join(f"{e.name} {e.state.replace('_', ' ')}" for e in case.elements)
    return [
        ("24a. Sender", policy.sender),
        ("24b. Control number", case_number(case, policy)),
        (
            "24c. Date received",
            clock.day_zero.isoformat() if clock.day_zero else f"clock not running: {clock.why}",
        ),
        ("24d. Report source", "consumer, unsolicited, social media"),
        (
            "Due",
            f"{due.due} ({due.what}, {due.state.replace('_', ' ')})" if due else "nothing open",
        ),
        ("25. Report", f"{kind}, {now:%Y-%m-%d}"),
        ("Four elements", elements),
    ]


def line_list(cases: Sequence[Case], *, policy: Safety) -> str:
    """Cases as CSV, one row each; columns LINE_COLUMNS. Masked words; no cell starts a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(LINE_COLUMNS)
    for case in cases:
        writer.writerow([csv_cell(value) for value in _line(case, policy)])
    return out.getvalue()


def _line(case: Case, policy: Safety) -> list[object]:
    line, standing, details = case.line, case.standing, case.details
    states = {e.name: e.state for e in case.elements}
    due = case.clock.next_due
    decided = [
        f"{code}={'yes' if holds else 'no'}" for code, holds in sorted(standing.serious.items())
    ]
    last = standing.answers[-1] if standing.answers else {}
    return [
        line.case_id,
        case_number(case, policy),
        line.status,
        line.product,
        line.listed,
        "; ".join(line.reactions),
        "; ".join(line.special),
        "; ".join(standing.serious_by_machine),
        "; ".join(decided),
        *(states.get(name, "erased") for name in ("reporter", "patient", "product", "reaction")),
        case.verdict.state,
        case.clock.day_zero or "",
        due.due if due else "",
        due.state if due else "",
        "" if details.age is None else details.age,
        _SEX.get(details.sex, ""),
        OUTCOMES[details.outcome],
        details.country,
        line.posts,
        "; ".join(case.sources),
        standing.handed_over[-1][0].isoformat() if standing.handed_over else "",
        ("positive" if last.get("positive") else "negative") if last else "",
        " / ".join(s.text for s in case.narrative),
    ]
