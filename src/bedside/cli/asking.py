"""`llm`: ask a language model about the corpus, and score what it said beside the other makers."""

from pathlib import Path
from typing import Any

import msgspec

from bedside.cli.opened import opened
from bedside.errors import NotFoundError
from bedside.judge.judged import JudgedSamples
from bedside.measure.shares import wilson
from bedside.store.config import LanguageModel
from bedside.store.engine import Progress
from bedside.store.stages import Aggregate, Ask
from bedside.understand.llm.marks import MAKER
from bedside.understand.llm.round import Round, ask_round, layers_asked

__all__ = ["ask_text", "score_text"]

Told = tuple[dict[str, Any], str]
PROPOSED = Aggregate(
    name="llm.proposed",
    needs=("proposals",),
    sql="""
SELECT DISTINCT post_key, text_key, code, CASE WHEN maker = $maker THEN 'model' ELSE 'rules' END AS whose
FROM proposals
WHERE layer = $layer AND code IS NOT NULL AND (assertion IS NULL OR assertion = 'asserted')
ORDER BY post_key, code, whose
""",
)
ANSWERED = Aggregate(
    name="llm.answered",
    needs=("asked",),
    sql="""
SELECT DISTINCT text_key FROM asked WHERE row = 'coverage' AND coverage = 'done' AND layer = $layer ORDER BY text_key
""",
)


def ask_text(
    folder: Path,
    *,
    limit: int | None,
    most_cost: float | None,
    again: bool,
    foretell: bool,
    progress: Progress | None,
) -> Told:
    """Ask about what has no answer yet; see `understand.llm.round.ask_round`."""
    with opened(folder) as at:
        done = ask_round(
            at.study,
            at.ask,
            at.book,
            limit=limit,
            most_cost=most_cost,
            again=again,
            foretell=foretell,
            progress=progress,
        )
    model = at.study.config.llm
    told = msgspec.to_builtins(done) | {"costs": done.costs(model), "currency": model.currency}
    return told, "\n".join(_lines(done, model, foretell))


def _lines(done: Round, model: LanguageModel, foretell: bool) -> list[str]:
    costs = f"{done.costs(model):.2f} {model.currency}"
    if foretell:
        lines = [
            f"{done.left:,} questions are open, {done.known:,} are answered; about {done.tokens_in:,} tokens to read and "
            f"{done.tokens_out:,} to write, {costs}"
        ]
    else:
        rate = (
            f", {60 * done.asked / done.seconds:.0f} a minute"
            if done.asked and done.seconds
            else ""
        )
        lines = [
            f"{done.asked:,} questions asked{rate}, {done.known:,} were answered before; {done.tokens_in:,} tokens read, "
            f"{done.tokens_out:,} written, {costs}"
        ]
        if done.left:
            lines.append(f"{done.left:,} questions left; the same command goes on from there")
    if done.nonsense:
        lines.append(
            f"{done.nonsense:,} answers were nonsense, twice: these texts count as not read (--again asks anew)"
        )
    if done.unsupported:
        lines.append(
            f"{done.unsupported:,} codes left out: the words given for them are not in the post"
        )
    if done.too_long:
        lines.append(
            f"{done.too_long:,} posts are too long for it and are left to the other makers"
        )
    lines += [
        f"{name}: {posts:,} posts not shown, its register does not permit a language model"
        for name, posts in sorted(done.forbidden.items())
    ]
    use = (
        "Its marks count in figures ([llm] counts = true); sources that it may not see are then read otherwise than the rest."
        if model.counts
        else "Its marks are proposals: in learning queues and --score, in no figure ([llm] counts = false)."
    )
    return [*lines, use]


def score_text(folder: Path) -> Told:
    """Compare the model and the other makers with what people decided on random samples.

    Raises
    ------
    NotFoundError
        If nothing that it was asked about has been judged.
    """
    with opened(folder) as at:
        judged = JudgedSamples(at.study, at.ask, at.book)
        rows = [
            row
            for layer in layers_asked(at.study, at.book)
            for row in _scores(judged, at.ask, layer.layer, layer.names())
        ]
    if not rows:
        raise NotFoundError(
            "nothing that the model was asked about has been judged; draw a sample of its layers and give: bedside judge"
        )
    head = f"{'':32} {'judged':>6} {'present':>7}   {'recall and precision of the model':38} of the other makers"
    lines = [
        f"{row['layer'] + '/' + row['code']:32} {row['posts']:>6} {row['present']:>7}   "
        f"{_two(row['model']):38} {_two(row['rules'])}"
        for row in rows
    ]
    note = (
        "On posts of a random sample that both people and the model have read; intervals 95 %, Wilson's. A dozen positives "
        "say little."
    )
    return {"scores": rows}, "\n".join([head, *lines, note])


def _scores(
    judged: JudgedSamples, ask: Ask, layer: str, codes: tuple[str, ...]
) -> list[dict[str, Any]]:
    answered = set(ask(ANSWERED, {"layer": layer})["text_key"].to_pylist())
    proposed: dict[tuple[str, str], set[str]] = {}
    for row in ask(PROPOSED, {"layer": layer, "maker": MAKER}).to_pylist():
        proposed.setdefault((row["whose"], row["code"]), set()).add(row["text_key"])
    found = []
    for code in codes:
        table = judged.of(layer, code).table
        said = {
            r["text_key"]: r["decision"] for r in table.to_pylist() if r["text_key"] in answered
        }
        if said:
            both = {
                whose: _rates(said, proposed.get((whose, code), set()))
                for whose in ("model", "rules")
            }
            about = {
                "layer": layer,
                "code": code,
                "posts": len(said),
                "present": sum(said.values()),
            }
            found.append(about | both)
    return found


def _rates(said: dict[str, int], marked: set[str]) -> dict[str, list[float] | None]:
    """Recall and precision with their intervals, each [value, low, high]; None where nothing was there to take it of."""
    hits = sum(yes for text, yes in said.items() if text in marked)
    of = {"recall": sum(said.values()), "precision": sum(text in marked for text in said)}
    rates: dict[str, list[float] | None] = {}
    for name, total in of.items():
        share = wilson(hits, total) if total else None
        rates[name] = share and [share.value or 0.0, share.low or 0.0, share.high or 0.0]
    return rates


def _two(rates: dict[str, list[float] | None]) -> str:
    def one(rate: list[float] | None) -> str:
        return "none" if rate is None else f"{rate[0]:.2f} ({rate[1]:.2f} to {rate[2]:.2f})"

    return f"{one(rates['recall'])}, {one(rates['precision'])}"
