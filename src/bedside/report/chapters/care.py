"""Broken and mended: what accounts praise and complain of in their care. Never a ranking of providers."""

from collections.abc import Sequence

from bedside.report.charts.dots import DotRow, dot_plot
from bedside.report.charts.drawing import nice_axis
from bedside.report.comparing import Comparison, Finding, compare
from bedside.report.figures import Shown, one, pick
from bedside.report.markup import Markup, join
from bedside.report.page import Chapter, Desk, figure, paragraph, twin
from bedside.report.printing import NARROW
from bedside.report.rows import dot_of, highest, share_table, sized, star_note
from bedside.report.sentences import of_whom
from bedside.report.words import COMPLAINTS, PRAISES, plain

__all__ = ["care", "complaint_finding", "praise_finding"]

_ANCHOR, _HEAD, _WHO = "care", "Broken and mended", "tell of their care"
_REST = "anything else in their care"


def _complaint(figure: Shown) -> str:
    """An aspect as it stands after "complain of"."""
    aspect = figure.keys.get("aspect", "")
    return COMPLAINTS.get(aspect, plain(aspect))


def _praise(figure: Shown) -> str:
    """An aspect as it stands after "praise"."""
    aspect = figure.keys.get("aspect", "")
    return PRAISES.get(aspect, COMPLAINTS.get(aspect, plain(aspect)))


_COMPLAINT = Comparison(
    "Complaints",
    _WHO,
    "complain of",
    _complaint,
    _REST,
    _ANCHOR,
    _HEAD,
    "Of what went wrong in care you told most often of",
)
_PRAISE = Comparison(
    "Praise",
    _WHO,
    "praise",
    _praise,
    _REST,
    _ANCHOR,
    _HEAD,
    "Of what went right in care you told most often of",
)


def complaint_finding(laid: Desk) -> Finding | None:
    """What most accounts complain of."""
    return compare(
        pick(laid.shelf, "care.aspects", valence="complaint"), _COMPLAINT, small=laid.small
    )


def praise_finding(laid: Desk) -> Finding | None:
    """What most accounts praise."""
    return compare(pick(laid.shelf, "care.aspects", valence="praise"), _PRAISE, small=laid.small)


def care(laid: Desk) -> Chapter | None:
    """Broken and mended; None without figures."""
    figures = pick(laid.shelf, "care.aspects")
    if not figures:
        return None
    found = [f for f in (complaint_finding(laid), praise_finding(laid)) if f]
    body = join([
        paragraph(*_sentences(found, laid.small)),
        _aspects(laid, figures, found[0].lead if found else "No aspect of care may be shown"),
    ])  # fmt: skip
    return Chapter(_ANCHOR, _HEAD, body)


def _sentences(found: Sequence[Finding], small: int) -> list[str]:
    """The findings one after another; the second does not say again of whom it is."""
    said = [f.sentence for f in found]
    whom = of_whom(found[0].figure, _WHO, small=small) if found else ""
    return [*said[:1], *(s.replace(whom, " Of the same accounts", 1) for s in said[1:])]


_COUNTED_HIGH = (
    " Counts that nobody checked come out high: of 3,811 NHS comments that people had labelled, 9 % complained of access and 9 % "
    "of waiting by their labels, and 13 % each as the program counts."
)


def _aspects(laid: Desk, figures: Sequence[Shown], title: str) -> Markup:
    """The plot of aspects: complaints on the left, praise on the right, on one scale."""
    worst_first = sized(pick(laid.shelf, "care.aspects", valence="complaint"))
    names = list(dict.fromkeys(f.keys.get("aspect", "") for f in [*worst_first, *figures]))
    pairs = [
        [one(laid.shelf, "care.aspects", aspect=name, valence=v) for v in ("complaint", "praise")]
        for name in names
    ]
    rows = [
        DotRow(plain(name), [dot_of(f) for f in pair])
        for name, pair in zip(names, pairs, strict=True)
    ]
    axis = nice_axis(highest(figures), f"{NARROW}%", limit=100)
    told = (
        f"{len(rows)} aspects of care in two panels on one scale, complaints and praise, "
        "ordered by the share that complains; numbers are in the table."
    )
    ordered = [f for pair in pairs for f in pair if f is not None]
    return figure(
        laid,
        ordered,
        name="care",
        title=title,
        sub="Per cent of accounts that tell of their care; one account may tell both."
        + star_note(figures),
        chart=dot_plot("care", title, told, rows, axis, ("complain", "praise")),
        note="Compare the intervals, not the dots: where two overlap, the order of the two is not known."
        + (_COUNTED_HIGH if any(f.basis == "machine" and f.known for f in ordered) else ""),
        twins=twin(
            share_table("Aspects of care", "aspect", ordered, more=["valence"]), len(ordered)
        ),
    )
