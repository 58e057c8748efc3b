"""What people judged: every share that rests on judgements, beside what the machine alone would have said."""

from collections.abc import Sequence

from bedside.model.figures import Judging
from bedside.report.figures import Shown
from bedside.report.markup import Markup, join, tag
from bedside.report.page import (
    Chapter,
    Column,
    Desk,
    csv_link,
    evidence_line,
    paragraph,
    share_of,
    table,
)
from bedside.report.printing import listed, share
from bedside.report.words import plain

__all__ = ["judged"]

Pair = tuple[Shown, Judging]


def judged(laid: Desk) -> Chapter | None:
    """Shares that rest on judgements; None while nobody has judged."""
    found = [
        (figure, figure.judging)
        for figures in laid.shelf.values()
        for figure in figures
        if figure.judging is not None and figure.known
    ]
    if not found:
        return None
    body = [
        paragraph(_said(found)),
        paragraph(
            "Posts were drawn at random and read without sight of what the program proposes. Where at least 20 carry "
            "the code the program's marks on all posts make the interval narrower; under 20 the judged posts speak "
            "alone. Posts of one account count as alike."
        ),
        _table(found),
        evidence_line([f for f, _ in found], laid.codebook, small=laid.small),
        tag(
            "div",
            csv_link([f for f, _ in found], "judged", small=laid.small, whole=True),
            class_="under",
        ),
    ]
    return Chapter("judged", "What people judged", join(body))


def _said(found: Sequence[Pair]) -> str:
    """How often the machine alone would have misled."""
    told = [pair for pair in found if pair[1].machine is not None and pair[0].low is not None]
    missed = sum(
        not (f.low or 0.0) <= (j.machine or 0.0) <= (1.0 if f.high is None else f.high)
        for f, j in told
    )
    shares = "1 share rests" if len(found) == 1 else f"{len(found):,} shares rest"
    return (
        f"{shares} on what people judged. The program's own count lies outside the interval of {missed:,} of them: "
        f"there it alone would have misled. Samples: {listed(sorted({j.sample for _, j in found}))}."
    )


def _table(found: Sequence[Pair]) -> Markup:
    columns = [
        Column("what"),
        Column("of"),
        Column("judged share", numeric=True),
        Column("machine alone", numeric=True),
    ]
    columns += [Column("judged", numeric=True), Column("with the code", numeric=True)]
    columns += [Column("how"), Column("more judging"), Column("evidence")]
    rows = [
        [
            " · ".join(plain(value) for name, value in f.keys.items() if name != "of"),
            f.unit,
            share_of(f),
            "" if j.machine is None else share(j.machine, None, None),
            f"{j.judged:,}",
            "few" if j.positives is None else f"{j.positives:,}",
            j.estimator,
            f.advice,
            tag("code", f.id),
        ]
        for f, j in found
    ]
    inner = table("Shares that rest on judgements", columns, rows)
    return tag(
        "div", inner, class_="roll", tabindex="0", role="region", aria_label="What people judged"
    )
