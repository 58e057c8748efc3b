"""What people judged: every share that rests on judgements, beside what the machine alone would have said."""

from collections.abc import Sequence

from bedside.model.figures import Judging
from bedside.report.chapters.agreed import agreed
from bedside.report.figures import Shown
from bedside.report.markup import NOTHING, Markup, join, tag
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

_ANCHOR, _HEAD = "judged", "What people judged"
Pair = tuple[Shown, Judging]
CONTRASTS = {
    "codes.difference": (
        "Where platforms differ from the rest",
        "posts on the platform less posts elsewhere",
    ),
    "codes.trend": ("What changes over time", "points a year, along a straight line"),
}
RATE = 0.05  # false discoveries among those called different, at most, on average


def judged(laid: Desk) -> Chapter | None:
    """Shares that rest on judgements, and how far coders agree; None while nobody has judged."""
    every = [
        (figure, figure.judging)
        for figures in laid.shelf.values()
        for figure in figures
        if figure.judging is not None and figure.known
    ]
    found = [pair for pair in every if pair[0].measure not in CONTRASTS]
    reliability = agreed(laid)
    if not found:
        return Chapter(_ANCHOR, _HEAD, reliability) if reliability else None
    body = [
        paragraph(_said(found)),
        paragraph(
            "Posts were drawn at random and read without sight of what the program proposes. Where at least 20 carry "
            "the code the program's marks on all posts make the interval narrower; under 20 the judged posts speak "
            "alone. Posts of one account count as alike."
        ),
        _table(found),
        *(
            _contrasts([p for p in every if p[0].measure == name], *told)
            for name, told in CONTRASTS.items()
        ),
        reliability,
        evidence_line([f for f, _ in found], laid.codebook, small=laid.small),
        tag(
            "div",
            csv_link([f for f, _ in found], "judged", small=laid.small, whole=True),
            class_="under",
        ),
    ]
    return Chapter(_ANCHOR, _HEAD, join(body))


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


def _contrasts(found: Sequence[Pair], head: str, what: str) -> Markup:
    """Differences or trends, those that stand out first; nothing where none was measured."""
    if not found:
        return NOTHING
    ranked = sorted(found, key=lambda pair: (_p(pair[1]), pair[0].id))
    called = sum(_p(j) <= RATE for _, j in found)
    told = (
        f"Of {len(found):,} comparisons {called:,} stand out with at most 1 in 20 false ones among them "
        "(Benjamini–Hochberg); the others cannot be told from none."
    )
    columns = [
        Column("what"),
        Column("points", numeric=True),
        Column("95 % interval", numeric=True),
    ]
    columns += [
        Column("p, adjusted", numeric=True),
        Column("judged", numeric=True),
        Column("evidence"),
    ]
    rows = [
        [
            " · ".join(plain(value) for value in f.keys.values()),
            f"{100 * f.mid:+.1f}",
            "" if f.low is None or f.high is None else f"{100 * f.low:+.1f} to {100 * f.high:+.1f}",
            f"{_p(j):.3f}" if _p(j) >= 0.001 else "< 0.001",
            f"{j.judged:,}",
            tag("code", f.id),
        ]
        for f, j in ranked
    ]
    inner = table(f"{head}: {what}", columns, rows)
    roll = tag("div", inner, class_="roll", tabindex="0", role="region", aria_label=head)
    return join([tag("h3", head), paragraph(told), roll])


def _p(judging: Judging) -> float:
    return 1.0 if judging.adjusted_p is None else judging.adjusted_p
