"""Resting a figure on judgements: what it then says, and what it says where nobody has judged."""

from collections.abc import Mapping

import msgspec

from bedside.measure.estimates.advice import aim_for, judgements_for, more_judging, positives_for
from bedside.measure.estimates.judged import EXACT, JUDGED_ONLY, POWERED, JudgedShare
from bedside.measure.evidence import evidence_id
from bedside.measure.judging import Asked, Found
from bedside.model.figures import Figure, Judging

__all__ = ["first_sample", "rest_on"]

_ESTIMATORS: Mapping[str, str] = {
    EXACT: "exact (Clopper-Pearson) 95 % interval of the judged {unit} alone, clustered by account",
    JUDGED_ONLY: "Wilson 95 % interval of the judged {unit} alone, clustered by account",
    POWERED: "prediction-powered (PPI++) from the judged {unit}, Wilson 95 % interval clustered by account",
}


def rest_on(figure: Figure, found: Found, asked: Asked, *, what: str) -> Figure:
    """The figure resting on judgements; or as it was, with what is lacking.

    Parameters
    ----------
    figure : Figure
        As the machine counts it.
    found : Found
    asked : Asked
    what : str
        The estimand in words.
    """
    share = found.share
    if share is None:
        lacking = f"not used, {found.reason}" if found.reason else first_sample(figure)
        return msgspec.structs.replace(figure, advice=lacking)
    if share.value is None:
        lacking = f"sample {found.sample}: {share.refused}; {first_sample(figure)}"
        return msgspec.structs.replace(figure, advice=lacking)
    evidence = msgspec.structs.replace(figure.evidence, coders=found.coders)
    judging = _judging(figure, found, share, asked)
    parts = {**figure.keys, "decisions": found.decisions, "sample": found.sample}
    return msgspec.structs.replace(
        figure,
        id=evidence_id(figure.measure, parts, evidence),
        estimate=share.value,
        low=share.low,
        high=share.high,
        basis="judged",
        method=f"{what}; {_ESTIMATORS[share.estimator].format(unit=figure.unit)}",
        judging=judging,
        advice=more_judging(share, figure.unit),
        evidence=evidence,
    )


def _judging(figure: Figure, found: Found, share: JudgedShare, asked: Asked) -> Judging:
    return Judging(
        sample=found.sample,
        layer=asked.layer,
        codes=asked.codes,
        of=asked.of,
        estimator=share.estimator,
        judged=share.judged,
        positives=share.positives,
        accounts=share.accounts,
        weight=share.weight,
        machine=figure.estimate,
        machine_low=figure.low,
        machine_high=figure.high,
        decisions=found.decisions,
    )


def first_sample(figure: Figure) -> str:
    """The sample that would make a machine count evidence, going by what the machine counts."""
    share, whole = (
        figure.estimate,
        figure.of_posts if figure.unit == "posts" else figure.of_accounts,
    )
    if share is None or not whole:
        return ""
    aim = aim_for(share)
    needed = judgements_for(max(share, aim / 2), aim)
    rare = positives_for(share) if 0 < share < 1 else needed
    if needed >= whole:
        return (
            f"to make it evidence judge all {whole:,} {figure.unit}: a sample of so few says little"
        )
    said = f"to make it evidence judge about {needed:,} {figure.unit} drawn at random (±{100 * aim:.0f} points)"
    few = f"; fewer than {rare:,} will hold under 20 with the code, which is then given exactly, without the machine's help"
    return said + (few if rare > needed else "")
