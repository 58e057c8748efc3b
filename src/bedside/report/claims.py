"""Claims in a report: which are shown, by what name, and what the knowledge base says of them."""

from bedside.report.figures import pick
from bedside.report.material import ClaimNote
from bedside.report.page import Desk
from bedside.report.words import plain

__all__ = ["ANY", "UNTRUE", "claim_name", "claims_in", "noted"]

ANY = "any"
UNTRUE = ("false", "misleading")


def noted(laid: Desk, claim: str) -> ClaimNote | None:
    """What the knowledge base says of a claim; None where it does not hold it any more."""
    return next((note for note in laid.material.claims if note.id == claim), None)


def claim_name(laid: Desk, claim: str) -> str:
    """A claim in a few words."""
    if claim == ANY:
        return "any claim"
    note = noted(laid, claim)
    return note.name if note else plain(claim)


def claims_in(laid: Desk) -> list[str]:
    """Claims of the figures, those of most accounts first."""
    figures = pick(laid.shelf, "misinformation.stances")
    return [c for c in dict.fromkeys(f.keys["claim"] for f in figures) if c != ANY]
