"""Words: how patients say it and how professionals do."""

from bedside.measure.language.dictionary import SIDES
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.page import (
    Chapter,
    Column,
    Desk,
    evidence_line,
    paragraph,
    roll,
    share_of,
    table,
    twin,
)
from bedside.report.printing import count, listed
from bedside.report.rows import sized

__all__ = ["words"]

_ANCHOR, _HEAD = "words", "Words"
_MOST = 40
_OFFERED = 4
_TOPICS = {
    "symptom": "symptoms",
    "condition": "conditions",
    "drug": "medicines",
    "procedure": "procedures and tests",
}


def words(laid: Desk) -> Chapter | None:
    """Words; None where nothing is shared by enough accounts."""
    figures = [f for f in pick(laid.shelf, "language.phrases") if f.known]
    patients = [f for f in figures if f.keys["side"] == SIDES[0]]
    if not patients:
        return None
    body = [
        paragraph(_lead(patients), " ", _grades(laid)),
        _gap(laid),
        _table(laid, figures),
        _new(laid),
    ]
    note = (
        "To check a leaflet against these words: bedside leaflet STUDY FILE. Words that no list holds for a thing are "
        "not found; a word stands here from 8 accounts on."
    )
    return Chapter(_ANCHOR, _HEAD, join([*body, paragraph(note, kind="small soft")]))


def _lead(patients: list[Shown]) -> str:
    """The thing whose name patients use least beside their own word for it."""
    by_concept: dict[str, list[Shown]] = {}
    for f in patients:
        by_concept.setdefault(f.keys["concept"], []).append(f)
    lay = [
        (ranked[0], concept)
        for concept, held in by_concept.items()
        if (ranked := sized(held))
        and ranked[0].keys["words"] != concept
        and (ranked[0].low or 0) > 0.5
    ]
    lay.sort(key=lambda pair: -(pair[0].hits_accounts or 0))
    if not lay:
        return f"For {len(by_concept)} things the words of patients can be counted."
    named = [
        f"“{f.keys['words']}” for {concept} ({count(f.hits_accounts)} of {count(f.of_accounts)} accounts)"
        for f, concept in lay[:3]
    ]
    return f"Patients write {listed(named)}."


def _new(laid: Desk) -> Markup:
    """Words that came up since the last snapshot."""
    found = sized(pick(laid.shelf, "language.new"))
    named = [
        f"“{f.keys['words']}” for {f.keys['concept']} ({count(f.hits_accounts, laid.small)} accounts)"
        for f in found[:_OFFERED]
        if f.known
    ]
    return paragraph(f"New since the last snapshot: {listed(named)}.") if named else NOTHING


def _grades(laid: Desk) -> str:
    """School grades of each side."""
    found = [one(laid.shelf, "language.grade", side=side, topic="all") for side in SIDES]
    said = [
        f"{f.keys['side']} {'at' if number else 'write at school grade'} {_grade(f)}"
        for number, f in enumerate(f for f in found if f is not None and f.known)
    ]
    return f"In texts of 30 words and more {listed(said)} (Flesch–Kincaid)." if said else ""


def _grade(figure: Shown) -> str:
    if figure.low is None or figure.high is None:
        return f"{figure.mid:.1f}"
    return f"{figure.mid:.1f} ({figure.low:.1f}–{figure.high:.1f})"


def _gap(laid: Desk) -> Markup:
    """Topic by topic who writes medical names, and at which grade."""
    shown: list[Shown] = []
    rows = []
    for topic, plural in _TOPICS.items():
        cells = []
        for side in SIDES:
            medical = one(laid.shelf, "language.medical", topic=topic, side=side)
            grade = one(laid.shelf, "language.grade", topic=topic, side=side)
            shown += [f for f in (medical, grade) if f is not None and f.known]
            cells += [
                "–" if medical is None else share_of(medical),
                "–" if grade is None or not grade.known else _grade(grade),
            ]
        rows.append([plural, *cells])
    if not shown:
        return NOTHING
    columns = [Column("topic")]
    for side in SIDES:
        columns += [Column(f"{side}: medical name", numeric=True), Column("grade", numeric=True)]
    head = "How far apart they write"
    note = (
        "Medical name: accounts that write a thing's name as the lists of terms do at least once, of accounts that write of "
        "such things. Grade: mean school grade of their texts on the topic."
    )
    inner = table("Medical names and school grades by topic", columns, rows, "stack close")
    return join([
        tag("h3", head),
        roll(inner),
        paragraph(note, kind="small soft"),
        evidence_line(shown, laid.codebook, small=laid.small),
    ])  # fmt: skip


def _table(laid: Desk, figures: list[Shown]) -> Markup:
    """One row a concept: what either side writes."""
    most: dict[str, int] = {}
    for f in figures:
        most[f.keys["concept"]] = max(most.get(f.keys["concept"], 0), f.of_accounts or 0)
    names = sorted(most, key=lambda c: (-most[c], c))[:_MOST]
    rows = [
        [
            name,
            *(
                _said([f for f in figures if f.keys["concept"] == name and f.keys["side"] == side])
                for side in SIDES
            ),
        ]
        for name in names
    ]
    columns = [
        Column("thing"),
        *(Column(f"{side} write") for side in SIDES),
    ]
    inner = table(
        "Words for the same thing, with the accounts that use them", columns, rows, "stack"
    )
    return join([
        tag("h3", "The dictionary of this corpus"),
        twin(inner, len(rows), words="Words for the same thing"),
        evidence_line(figures, laid.codebook, small=laid.small),
    ])  # fmt: skip


def _said(figures: list[Shown]) -> str:
    named = [f"{f.keys['words']} ({count(f.hits_accounts)})" for f in sized(figures)[:_OFFERED]]
    return ", ".join(named) or "–"
