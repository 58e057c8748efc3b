"""Safety: what was screened for harms, what people handed over, what the screen finds, and what it may have missed."""

from bedside.report.figures import Shown, one, pick
from bedside.report.markup import Markup, join
from bedside.report.page import (
    Chapter,
    Column,
    Desk,
    evidence_line,
    number_of,
    paragraph,
    table,
)
from bedside.report.printing import NARROW, count

__all__ = ["safety"]

_NOT_A_RATE = (
    "A flag is a machine's proposal and a case is a person's decision; neither is a rate of harm. Those who write of a harm "
    "are not all who had it, and posts say nothing of how many take a product."
)


def safety(laid: Desk) -> Chapter | None:
    """What was screened and what came of it; None where nothing was read for harms."""
    screened = one(laid.shelf, "safety.screening", step="screened")
    if screened is None or (screened.known and not screened.mid):
        return None
    told = [
        f
        for f in (
            one(laid.shelf, name)
            for name in ("safety.handed_over", "safety.recall", "safety.missed")
        )
        if f
    ]
    shown = [screened, *told]
    body = join(
        [
            paragraph(_first(laid, screened)),
            paragraph(_finds(laid)),
            paragraph(_missed(laid, screened)),
            paragraph(_NOT_A_RATE),
            _sources(laid),
            evidence_line(shown, laid.codebook, small=laid.small),
        ]
    )
    return Chapter("safety", "Harms screened", body)


def _first(laid: Desk, screened: Shown) -> str:
    """Cases handed over of posts screened."""
    sent = one(laid.shelf, "safety.handed_over")
    posts = f"{number_of(screened)} posts screened"
    if sent is None or not sent.known:
        return f"A number of cases too small to show was handed over, of {posts}."
    if not sent.mid:
        return f"No case was handed over, of {posts}. That is not to say that nobody was harmed."
    cases = "case was" if sent.mid == 1 else "cases were"
    return f"{count(round(sent.mid))} {cases} handed over, of {posts}."


def _finds(laid: Desk) -> str:
    """What the screen finds, in tenths; or that nobody knows."""
    recall = one(laid.shelf, "safety.recall")
    if recall is None or not recall.known or recall.low is None or recall.high is None:
        why = (recall.refused if recall else "") or "nobody has judged a random sample for harm"
        return f"How many the screen finds is not known: {why.removesuffix('.')}."
    return (
        f"The screen finds about {_tenths(recall.mid)} in 10 of the posts that people say tell of a harm "
        f"(between {_tenths(recall.low)} and {_tenths(recall.high)} in 10)."
    )


def _tenths(share: float) -> str:
    return f"{10 * share:.1f}".removesuffix(".0")


def _missed(laid: Desk, screened: Shown) -> str:
    """The most that it may have missed."""
    missed, flagged = (
        one(laid.shelf, "safety.missed"),
        one(laid.shelf, "safety.screening", step="flagged"),
    )
    known = missed is not None and missed.known and missed.high is not None
    if (
        not known
        or missed is None
        or missed.high is None
        or not screened.known
        or flagged is None
        or not flagged.known
    ):
        return ""
    left = screened.mid - flagged.mid
    return (
        f"Of the {count(round(left))} posts that it did not flag up to {count(round(missed.high * left))} may tell of a harm "
        f"(upper 95{NARROW}% limit)."
    )


def _sources(laid: Desk) -> Markup:
    """The screening log by source; whose responsibility a source is stands beside it."""
    register = {source.name: source for source in laid.material.sources}
    flagged = {f.keys.get("source"): f for f in pick(laid.shelf, "safety.sources", step="flagged")}
    rows = []
    for figure in pick(laid.shelf, "safety.sources", step="screened"):
        name = figure.keys.get("source", "")
        owner = register[name].under_mah_responsibility if name in register else False
        rows.append(
            [
                name,
                number_of(figure),
                number_of(flagged.get(name)),
                "the product's company" if owner else "others",
            ]
        )
    columns = [
        Column("source"),
        Column("posts screened", numeric=True),
        Column("flagged", numeric=True),
        Column("run by"),
    ]
    return table("What was screened, by source", columns, rows)
