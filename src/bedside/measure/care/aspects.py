"""Aspects of care: what is praised and what is complained of."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Count, Rows, count_all, count_rows
from bedside.measure.judging import Asked
from bedside.measure.making import make_share
from bedside.measure.told import asserted
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["CARE", "VALENCES", "aspect_names", "aspects"]

VALENCES = ("praise", "complaint")

CARE = f"""
SELECT m.post_key, m.account_key, m.code
FROM corpus_marks m
WHERE m.layer = 'care' AND m.code IS NOT NULL AND {asserted("m")}"""  # noqa: S608


def aspect_names(context: MeasureContext) -> list[str]:
    """Aspects in the codebook's order, whether its codes carry the valence or not."""
    return list(dict.fromkeys(code.split(":")[0] for code in context.codes.get("care", ())))


def _asked(context: MeasureContext, code: str) -> Asked | None:
    """How an aspect would be put to people, of accounts that tell of any."""
    codes = context.codes.get("care", ())
    return Asked("care", (code,), of=codes) if code in codes else None


def aspects(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Praise and complaint by aspect: `care.aspects`, keys {"aspect", "valence"}.

    Accounts that praise (or complain of) the aspect, of accounts that tell of care at all. Those who chose
    to write are not those who were cared for.
    """
    rows, of_rows = Rows(sql=CARE, keys=("code",)), Rows(sql=CARE)
    counts, of = count_rows(ask, rows, "care"), count_all(ask, of_rows, "told care")
    return [
        make_share(
            context,
            "care.aspects",
            {"aspect": aspect, "valence": valence},
            hits=counts.get((f"{aspect}:{valence}",), Count()),
            of=of,
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"code": f"{aspect}:{valence}"},
            what=f"accounts with a {valence} of the aspect, of accounts that tell of care",
            asked=_asked(context, f"{aspect}:{valence}"),
        )
        for aspect in aspect_names(context)
        for valence in VALENCES
    ]
