"""How far those who judged agree, code by code, with the interval of each coefficient."""

from collections.abc import Sequence
from statistics import median

from bedside.report.markup import NOTHING, Markup, join, tag
from bedside.report.material import AgreedRow
from bedside.report.page import Column, Desk, paragraph, table
from bedside.report.words import plain

__all__ = ["agreed", "agreement_sentence"]

RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff (2018), Content Analysis, 4th ed., ch. 12


def agreement_sentence(rows: Sequence[AgreedRow]) -> str:
    """Agreement in one sentence; empty where no text was coded by two."""
    known = [row for row in rows if row.alpha is not None]
    if not known:
        return ""
    values = [row.alpha or 0.0 for row in known]
    lowest = min(known, key=lambda row: row.alpha or 0.0)
    codes = "1 code" if len(known) == 1 else f"{len(known)} codes"
    reached = sum(value >= RELIABLE for value in values)
    weak = sum(value < TENTATIVE for value in values)
    return (
        f"Krippendorff's α of the {codes} that two or more coded: median {median(values):.2f}, lowest {lowest.alpha:.2f} "
        f"({plain(lowest.code if lowest.code != '*' else lowest.layer)}); {reached} at {RELIABLE:g} or more, {weak} under "
        f"{TENTATIVE:g}."
    )


def agreed(laid: Desk) -> Markup:
    """The table of agreement, lowest first; nothing where no text was coded by two."""
    rows = sorted(
        laid.material.agreement,
        key=lambda row: (row.alpha is None, row.alpha or 0.0, row.layer, row.code),
    )
    said = agreement_sentence(rows)
    if not said:
        return NOTHING
    columns = [Column("layer"), Column("code"), Column("coded by two", numeric=True)]
    columns += [Column("differ", numeric=True), Column("α (95 %)", numeric=True)]
    columns += [Column("AC1", numeric=True)]
    cells = [
        [plain(row.layer), "any" if row.code == "*" else plain(row.code), f"{row.posts:,}", f"{row.differ:,}",
         _alpha(row), "–" if row.ac1 is None else f"{row.ac1:.2f}"]
        for row in rows
    ]  # fmt: skip
    inner = table("Agreement of those who judged, by code", columns, cells)
    head = "How far those who judged agree"
    note = (
        f"α of {RELIABLE:g} allows conclusions, {TENTATIVE:g} tentative ones; of a rare code α is low although coders nearly "
        "always agree: AC1 keeps its meaning there. –: everybody said the same, so chance cannot be told from agreement."
    )
    return join([
        tag("h3", head), paragraph(said),
        tag("div", inner, class_="roll", tabindex="0", role="region", aria_label=head),
        paragraph(note, kind="small soft"),
    ])  # fmt: skip


def _alpha(row: AgreedRow) -> str:
    if row.alpha is None:
        return "–"
    if row.low is None or row.high is None:
        return f"{row.alpha:.2f}"
    return f"{row.alpha:.2f} ({row.low:.2f} to {row.high:.2f})"
