"""The model card of the makers: what was measured, on what, how well, and what was not."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bedside.evaluate.balance import natural_precision
from bedside.evaluate.folder import SetScore
from bedside.evaluate.run import Score, StudyScore
from bedside.evaluate.scores import CodeScore, LayerScore
from bedside.evaluate.validation import Validated

__all__ = [
    "card_text",
    "model_card",
    "score_text",
    "set_text",
    "study_text",
    "validated_text",
]

WORST = 5  # gaps printed for each layer; all of them are in the score

CAVEATS = (
    "Scores are of these sets, which are not your corpus: judge a random sample of your own posts before a number is evidence.",
    "Intervals are a bootstrap over posts: sampling only, too narrow where few people wrote many posts.",
    "Two readers of judged posts share habits: their agreement is a ceiling, not the truth.",
)


def model_card(
    scores: Iterable[Score], *, makers: Mapping[str, str], codebook: str, made_on: str
) -> dict[str, Any]:
    """Gather scores into one model card.

    Parameters
    ----------
    scores : iterable of Score
    makers : dict of str to str
        Name -> version of every maker that coded.
    codebook : str
        Version of the codebook.
    made_on : str
        Date, ISO 8601; passed in, so that the same scores give the same card.

    Returns
    -------
    dict
        JSON values only; the keys are those of `Score`, and each code that has a known natural share also
        says its precision there.
    """
    return {
        "made_on": made_on,
        "codebook": codebook,
        "makers": dict(sorted(makers.items())),
        "caveats": list(CAVEATS),
        "sets": [_set_card(score) for score in scores],
    }


def _set_card(score: Score) -> dict[str, Any]:
    card: dict[str, Any] = msgspec.to_builtins(score)
    for layer, layer_card in zip(score.layers, card["layers"], strict=True):
        for code, code_card in zip(layer.codes, layer_card["codes"], strict=True):
            natural = natural_precision(layer.layer, code)
            if natural:
                code_card["natural_precision"] = natural
    return card


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _code_line(layer: LayerScore, code: CodeScore) -> str:
    parts = [
        f"    {code.code:<28} n {code.support:>5}  F1 {_two(code.f1)} ({_two(code.low)}–{_two(code.high)})",
        f"precision {_two(code.precision)}  recall {_two(code.recall)}",
    ]
    if code.readers is not None:
        parts.append(f"readers {_two(code.readers)}")
    parts += [
        f"precision among {place}: {value:.1%}"
        for place, value in natural_precision(layer.layer, code).items()
    ]
    return "  ".join(parts)


def _layer_lines(layer: LayerScore) -> list[str]:
    head = f"  {layer.layer}: {len(layer.codes)} codes over {layer.posts} posts"
    if layer.macro is not None:
        head += f", macro-F1 {_two(layer.macro)} ({_two(layer.macro_low)}–{_two(layer.macro_high)})"
        head += f", micro-F1 {_two(layer.micro)} ({_two(layer.micro_low)}–{_two(layer.micro_high)})"
    if layer.readers is not None:
        head += f", readers {_two(layer.readers)}, ratio {_two(layer.ratio)}"
    few = ", ".join(f"{code} {n}" for code, n in layer.few.items())
    return [
        head,
        *(_code_line(layer, c) for c in layer.codes),
        *([f"    too few to measure: {few}"] if few else []),
    ]


def score_text(score: Score) -> str:
    """Scores of one set for a person to read; no text of any post.

    Returns
    -------
    str
        Several lines, two decimals.
    """
    half = f", {score.half} half" if score.half else ""
    lines = [
        f"{score.name}: {score.posts} posts{half}; codes on at least {score.least} posts. {score.about}"
    ]
    for layer in score.layers:
        lines += _layer_lines(layer)
    if score.diagnosis:
        d = score.diagnosis
        lines.append(
            f"  diagnosis records: {d.machine} by the machine, {d.gold} labelled, F1 {_two(d.f1)}, "
            f"precision {_two(d.precision)}, recall {_two(d.recall)}, readers {_two(d.readers)}, ratio {_two(d.ratio)}"
        )
    if score.months:
        m = score.months
        lines.append(
            f"  months to diagnosis: equal on {m.equal} of {m.posts}; stated where no label is: {m.invented}"
        )
    if score.skipped:
        lines.append(f"  not coded by the machine or not labelled: {', '.join(score.skipped)}")
    return "\n".join(lines)


def _confusion_lines(pairs: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        f"    {pair['label']} said to be {pair['said']} {pair['times']} times: {', '.join(pair['ids'])}"
        for pair in pairs
    ]


def set_text(scored: SetScore) -> str:
    """Scores of one set, by platform, with what is taken for what; ids only, no text.

    Returns
    -------
    str
        Several lines, two decimals.
    """
    lines = [score_text(scored.score)]
    for platform, layers in scored.platforms.items():
        lines.append(f"  {platform}:")
        lines += [
            f"    {w['layer']}: {w['codes']} codes over {w['posts']} posts, macro-F1 {_two(w['macro'])}, "
            f"micro-F1 {_two(w['micro'])}"
            for w in layers
        ]
    for layer, pairs in scored.confusions.items():
        lines += [f"  taken for each other, {layer}:", *_confusion_lines(pairs)]
    return "\n".join(lines)


def validated_text(found: Validated) -> str:
    """Scores of one cross-validated task for a person to read; ids only, no text.

    Returns
    -------
    str
        Several lines, two decimals.
    """
    lines = [f"{found.task}: {found.protocol}", *_layer_lines(found.score)]
    if found.confusions:
        lines += ["  taken for each other:", *_confusion_lines(found.confusions)]
    return "\n".join(lines)


def study_text(score: StudyScore) -> str:
    """Planted against counted, for a person to read: scores, and the largest gaps of each layer.

    Returns
    -------
    str
        Several lines; shares in percent with one decimal, gaps in percentage points.
    """
    lines = [
        f"{score.posts} posts both planted and coded; {score.not_coded} planted but not coded, "
        f"{score.not_planted} coded but not planted"
    ]
    for layer in score.layers:
        lines.append(_layer_lines(layer)[0])
        gaps = sorted(score.shares[layer.layer], key=lambda g: (-abs(g.off), g.code))[:WORST]
        lines += [
            f"    {g.code:<28} planted {g.planted:.1%}  counted {g.counted:.1%}  off {g.off * 100:+.1f}"
            for g in gaps
        ]
    lines.append(
        f"  diagnosis records: F1 {_two(score.diagnosis.f1)}; months equal on {score.months.equal} of {score.months.posts}"
    )
    if score.duplicates:
        d = score.duplicates
        lines.append(
            f"  near-duplicates: {d.found} of {d.planted} planted pairs found ({_two(d.found_share)}), "
            f"{d.right} of {d.merged} merges right ({_two(d.right_share)})"
        )
    return "\n".join(lines)


def card_text(card: Mapping[str, Any]) -> str:
    """Text of a model card, for a page or a terminal."""
    head = [
        f"Model card of {card['made_on']}, codebook {card['codebook']}",
        "Makers: "
        + (", ".join(f"{name} {version}" for name, version in card["makers"].items()) or "none"),
    ]
    sets = [score_text(msgspec.convert(s, Score)) for s in card["sets"]]
    return "\n\n".join(["\n".join(head), *sets, "\n".join(f"- {c}" for c in card["caveats"])])
