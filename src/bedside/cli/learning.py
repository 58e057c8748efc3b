"""`learn`: the study's own classifiers from what people decided; `advise`: what more judging would buy."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from bedside.cli.opened import Opened, opened
from bedside.codebook import code_hash
from bedside.errors import InputError
from bedside.evaluate.learnt import LearntCard, card_text, score_learnt
from bedside.judge.curves import LearningPoint, Saturation, learning_curve, saturation
from bedside.judge.learning import learn
from bedside.judge.lessons import codes_in_order, gather_lessons, judged_layers
from bedside.measure.estimates.advice import judgements_for
from bedside.measure.kept import read_figures
from bedside.model.figures import Figure
from bedside.store.stages import Aggregate, Ask
from bedside.understand.learnt.study import write_study

__all__ = ["advise_text", "learn_text"]

Told = tuple[dict[str, Any], str]
OTHERS = Aggregate(
    name="marks of other makers",
    needs=("corpus_marks",),
    sql="""
SELECT DISTINCT code, post_key FROM corpus_marks
WHERE layer = $layer AND maker <> $maker AND code IS NOT NULL AND COALESCE(assertion, 'asserted') = 'asserted'
ORDER BY code, post_key
""",
)


def learn_text(folder: Path, *, layers: Sequence[str], now: datetime) -> Told:
    """Train the classifiers of the layers named, or of all that were judged enough, and write their model cards.

    Raises
    ------
    InputError
        If a layer that was named, or every layer, was judged too little; what was learnt before stays.
    """
    with opened(folder) as at, at.study.locked():
        cards, lacking = [], []
        for layer in layers or judged_layers(at.study):
            try:
                cards.append(_learn_layer(at, layer, now))
            except InputError as error:
                if layers:
                    raise
                lacking.append(str(error))
        if not cards:
            raise InputError("; ".join(lacking) or _nothing_judged(folder))
    text = [card_text(card) for card in cards]
    text += list(dict.fromkeys(caveat for card in cards for caveat in card.caveats))
    text += [f"not learnt: {why}" for why in lacking]
    text.append(f"they mark posts from the next run on: bedside run {quote(str(folder))}")
    told = {"cards": [msgspec.to_builtins(card) for card in cards], "lacking": lacking}
    return told, "\n".join(text)


def _nothing_judged(folder: Path) -> str:
    return (
        f"nobody has judged a post of {folder.name} yet; draw a sample with: bedside sample draw {quote(str(folder))} "
        "round-1, then judge it"
    )


def _learn_layer(at: Opened, layer: str, now: datetime) -> LearntCard:
    held = at.book.layer(layer)
    lessons = gather_lessons(at.study, at.ask, at.book, layer)
    learnt = learn(lessons, languages=at.study.config.languages)
    card = score_learnt(
        learnt,
        before=_others(at.ask, layer),
        made_on=f"{now:%Y-%m-%d}",
        codebook=at.book.version,
        code_hashes={code: code_hash(held, code) for code in held.names()},
    )
    told = msgspec.to_builtins(card) | {"serves": card.serving}
    write_study(at.study.folder / "learnt" / layer, learnt.maker, told, lessons.text_keys)
    return card


def _others(ask: Ask, layer: str) -> dict[str, set[str]]:
    """Posts that the other makers give each code."""
    found: dict[str, set[str]] = {}
    for row in ask(OTHERS, {"layer": layer, "maker": f"learnt-{layer}"}).to_pylist():
        found.setdefault(row["code"], set()).add(row["post_key"])
    return found


def advise_text(folder: Path, *, layers: Sequence[str], within: float | None, curve: bool) -> Told:
    """What more judging would buy: intervals, new codes, and a better classifier.

    Parameters
    ----------
    layers : sequence of str
        Layers; empty: all that were judged.
    within : float or None
        Half-width wanted, in points of a hundred.
    curve : bool
        Work out the learning curve too: twenty trainings a layer.

    Raises
    ------
    InputError
        If nothing was judged.
    """
    if within is not None and not 0 < within < 50:
        raise InputError(f"got --within {within}; give points between 0 and 50, such as 3")
    with opened(folder) as at:
        wanted = list(layers) or judged_layers(at.study)
        if not wanted:
            raise InputError(_nothing_judged(folder))
        figures = read_figures(at.study, at.snapshot)
        told = {layer: _advise_layer(at, layer, figures, within, curve) for layer in wanted}
    return {"layers": told}, "\n".join(
        line for layer, about in told.items() for line in _lines(layer, about)
    )


def _advise_layer(
    at: Opened, layer: str, figures: Sequence[Figure], within: float | None, curve: bool
) -> dict[str, Any]:
    at.book.layer(layer)
    order = codes_in_order(at.study, at.book, layer)
    about: dict[str, Any] = {
        "saturation": msgspec.to_builtins(saturation(order)) if order else None,
        "figures": [_wanted(f, within) for f in figures if f.judging and f.judging.layer == layer],
    }
    if curve:
        try:
            points = learning_curve(gather_lessons(at.study, at.ask, at.book, layer))
            about["learning_curve"] = [point._asdict() for point in points]
        except InputError as error:
            about["learning_curve"] = []
            about["no_curve"] = str(error)
    return about


def _wanted(figure: Figure, within: float | None) -> dict[str, Any]:
    """One judged figure: its interval, and how many more judgements would bring it within so many points."""
    judging = figure.judging
    low, high = figure.low or 0.0, 1.0 if figure.high is None else figure.high
    about: dict[str, Any] = {
        "id": figure.id, "keys": figure.keys, "estimate": figure.estimate, "low": low, "high": high,
        "judged": judging.judged if judging else 0, "advice": figure.advice,
    }  # fmt: skip
    if within is not None and judging is not None:
        share = figure.estimate or high / 2
        now = judgements_for(share, (high - low) / 2, effect=1)
        needed = judgements_for(share, within / 100, effect=judging.judged / now)
        about["more"] = max(0, needed - judging.judged)
    return about


def _lines(layer: str, about: dict[str, Any]) -> list[str]:
    lines = [f"{layer}:"]
    if about["saturation"]:
        lines += _saturation_lines(msgspec.convert(about["saturation"], Saturation))
    for one in about["figures"]:
        if one.get("more") == 0:
            continue
        name = ", ".join(f"{v}" for v in one["keys"].values())
        more = one.get("more")
        needs = one["advice"] if more is None else f"{more:,} more judged for the width asked for"
        interval = (
            f"{100 * (one['estimate'] or 0):.1f} % ({100 * one['low']:.1f}–{100 * one['high']:.1f})"
        )
        lines.append(
            f"  {name}: {interval} from {one['judged']:,} judged" + (f"; {needs}" if needs else "")
        )
    narrow = sum(one.get("more") == 0 for one in about["figures"])
    lines += [f"  {narrow} shares are narrow enough already"] if narrow else []
    points = [LearningPoint(**point) for point in about.get("learning_curve", [])]
    if points:
        drawn = ", ".join(f"{p.posts:,} posts {p.macro:.2f}" for p in points)
        lines.append(
            f"  macro-F1 on accounts it did not learn from, after {drawn}{_rising(points)}"
        )
    if about.get("no_curve"):
        lines.append(f"  no learning curve: {about['no_curve']}")
    return lines


def _saturation_lines(found: Saturation) -> list[str]:
    drawn = ", ".join(f"{posts:,}: {codes:.1f}" for posts, codes in found.curve)
    return [
        f"  {found.codes} codes met in {found.posts:,} judged; {found.new_in_last} of them first in the latest 20; the next "
        f"post shows a new one with a chance of about {100 * found.new_code_chance:.1f} %",
        f"  codes met on average in so many posts drawn from these: {drawn}",
    ]


def _rising(points: Sequence[LearningPoint]) -> str:
    """Whether the last step still helped."""
    if len(points) < 2:
        return ""
    step = points[-1].macro - points[-2].macro
    return (
        "; still rising: more judging helps"
        if step > 0.01
        else "; flat: look at what coders disagree on"
    )
