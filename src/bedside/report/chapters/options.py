"""Options and outcomes side by side: what people who tried a treatment say of it; no ranking, no test (R54)."""

from bedside.report.figures import Shelf, Shown, one, pick
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
)
from bedside.report.printing import count, listed
from bedside.report.rows import sized
from bedside.report.words import plain

__all__ = ["options"]

_ANCHOR, _HEAD = "options", "Options and outcomes"
_OUTCOMES = ("helped", "no_help", "harmed")
_CAUTION = (
    "People who write of a treatment are not all who took it; who was given which, and who stayed to tell, differ. "
    "Read along a line, never down a column: nothing here says that one treatment is better than another."
)


def options(laid: Desk) -> Chapter | None:
    """Options and outcomes; None where no option is told by enough accounts."""
    figures = [f for f in pick(laid.shelf, "care.options", what="outcome") if f.known]
    names = list(dict.fromkeys(f.keys["option"] for f in figures if f.of_accounts))
    if not names:
        return None
    told = [n for n in names if any(f.mid for f in figures if f.keys["option"] == n)]
    lead = (
        f"{len(names)} treatments, each told of by at least {laid.small} accounts, stand here. "
        f"{_said(laid, told)}{_CAUTION}"
    )
    return Chapter(
        _ANCHOR, _HEAD, join([paragraph(lead), _table(laid, names, figures), _switches(laid)])
    )


def _said(laid: Desk, names: list[str]) -> str:
    """The option that most accounts tell of, in the wording of R54."""
    held = [
        f
        for n in names
        for f in pick(laid.shelf, "care.options", option=n, what="outcome")
        if f.known
    ]
    if not held:
        return ""
    most = max(held, key=lambda f: f.of_accounts or 0).keys["option"]
    parts = [
        f"{share_of(f)} that it {words}"
        for code, words in (
            ("helped", "helped"),
            ("no_help", "did not help"),
            ("harmed", "did harm"),
        )
        if (f := one(laid.shelf, "care.options", option=most, what="outcome", code=code))
        and f.known
        and f.mid
    ]
    if not parts:
        return ""
    whole = next(f for f in held if f.keys["option"] == most)
    return f"People who tell of {most} ({count(whole.of_accounts, laid.small)} accounts in these sources) said: {listed(parts)}. "


def _table(laid: Desk, names: list[str], figures: list[Shown]) -> Markup:
    """One row an option, in the order of names."""
    columns = [Column("treatment"), Column("accounts", numeric=True)]
    columns += [Column(plain(code), numeric=True) for code in _OUTCOMES]
    columns += [Column("status told"), Column("reasons and barriers told")]
    rows = []
    for name in names:
        by_code = {
            f.keys["code"]: f for f in pick(laid.shelf, "care.options", option=name, what="outcome")
        }
        accounts = next((f.of_accounts for f in by_code.values() if f.known), None)
        rows.append([
            name, count(accounts, laid.small),
            *(share_of(by_code[c]) if c in by_code else "–" for c in _OUTCOMES),
            _named(laid.shelf, name, "status"), _named(laid.shelf, name, "reason", "barrier"),
        ])  # fmt: skip
    inner = table("Treatments and what accounts say came of them, by name", columns, rows, "stack")
    note = "Of accounts in these sources that tell of the treatment; most say nothing of an outcome. * is not shown."
    return join([
        roll(inner),
        paragraph(note, kind="small soft"),
        evidence_line(figures, laid.codebook, small=laid.small),
    ])  # fmt: skip


def _named(shelf: Shelf, option: str, *kinds: str) -> str:
    found = [f for kind in kinds for f in pick(shelf, "care.options", option=option, what=kind)]
    named = [
        f"{plain(f.keys['code'])} ({count(f.hits_accounts)})" for f in sized(found)[:4] if f.known
    ]
    return listed(named) if named else "–"


def _switches(laid: Desk) -> Markup:
    """Switches from one option to another, by name."""
    found = [f for f in pick(laid.shelf, "care.switches") if f.known]
    if not found:
        return NOTHING
    columns = [
        Column("from"),
        Column("to"),
        Column("accounts", numeric=True),
        Column("of those who tell of the first", numeric=True),
    ]
    rows = [
        [f.keys["from"], f.keys["to"], count(f.hits_accounts, laid.small), share_of(f)]
        for f in found
    ]
    return join([tag("h3", "Switches"), table("Switches told, by name", columns, rows)])
