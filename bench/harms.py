"""Planted harms and the screen: recall by kind of phrasing, and precision at natural rates (R12).

usage: python -m bench.harms [POSTS] [SEED ...]      writes bench/results/harms.md

Simulates corpora in which most told medicines have a reaction, takes the files in, runs the makers, and sets the case
candidates against what was planted, post by post. The phrases are the simulator's own, written apart from the makers'
patterns; they are not patients' words, and a real corpus holds kinds that nobody planted.
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bedside.cli.adding import add, make_source
from bedside.cli.demo import CONDITIONS, simulated_sources
from bedside.cli.evaluating import post_names
from bedside.cli.running import run
from bedside.measure.bound import bind_tables
from bedside.measure.safety.gather import telling_posts
from bedside.measure.shares import clopper_pearson
from bedside.simulate.bank import load_bank
from bedside.simulate.corpus import simulate
from bedside.simulate.rates import Rates
from bedside.store.engine import EmbeddedEngine
from bedside.store.study import create_study, open_study

__all__ = ["main"]

SEEDS = (7,)
RAISED = Rates(harm=0.4, special=0.3, drug=0.5)
NATURAL = (0.07, 0.018)  # harm in posts that name a medicine; reportable posts about a brand (R12)
LEAST = 300


def _study(room: Path, posts: int, seed: int) -> tuple[Path, list[dict[str, Any]]]:
    """A study of a raised corpus, run; and the truth about each of its posts."""
    corpus, folder = room / f"corpus-{seed}", room / f"study-{seed}"
    simulate(corpus, posts=posts, seed=seed, rates=RAISED)
    create_study(folder, title="Harms", conditions=CONDITIONS)
    for source, files in simulated_sources(corpus).items():
        add(folder, files, source=make_source(source, "simulated", {}), now=datetime.now(UTC))
    run(folder, now=datetime.now(UTC))
    with (corpus / "TRUTH.jsonl").open() as file:
        return folder, [json.loads(line) for line in file]


def _flagged(folder: Path) -> tuple[set[str], set[str]]:
    """Truth names of posts that were read and unique, and of those that the screen flagged."""
    study = open_study(folder)
    names = post_names(study)
    with EmbeddedEngine(study) as engine:
        bind_tables(study, engine)
        flagged = {names[key] for key in telling_posts(engine.ask) if key in names}
        rows = engine.connection.sql(
            "SELECT p.post_key FROM posts p JOIN folds f ON f.record_no = p.record_no "
            "WHERE f.keep AND p.post_key IN (SELECT post_key FROM coverage WHERE layer = 'harm' AND coverage = 'done')"
        ).fetchall()
    return {names[key] for (key,) in rows if key in names}, flagged


def _kinds() -> dict[str, tuple[str, str]]:
    """Phrase -> what it plants: (harm, its kind) or (special, its code)."""
    found = {}
    for phrase in load_bank("all").phrases:
        if phrase.use == "harm":
            found[phrase.name] = ("harm", phrase.keys[0])
        for field, codes in phrase.lists:
            if field == "special_situation":
                found.setdefault(phrase.name, ("special", codes[0]))
    return found


def _count(
    truth: list[dict[str, Any]],
    read: set[str],
    flagged: set[str],
    kinds: dict[str, tuple[str, str]],
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], Counter[str]]:
    """Planted and found by kind; and posts that name a medicine without harm, by whether they were flagged."""
    planted, found, quiet = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[str]()
    for line in truth:
        name = _name(line)
        if name not in read:
            continue
        told = {kinds[p] for p in line["phrases"] if p in kinds}
        for kind in told:
            planted[kind] += 1
            found[kind] += name in flagged
        if not line["harm"] and not line["special_situation"] and line["treatment"]:
            quiet["flagged" if name in flagged else "left"] += 1
    return planted, found, quiet


def _name(line: dict[str, Any]) -> str:
    if "survey" in (line["file"] or ""):
        return f"survey:{line['row']}"
    return f"reviews:{line['native_id']}" if "reviews" in (line["file"] or "") else line["post_id"]


def _rate(hits: int, of: int) -> str:
    if not of:
        return "–"
    share = clopper_pearson(hits, of)
    low, high = share.low or 0.0, share.high if share.high is not None else 1.0
    return f"{share.value:.1%} ({low:.1%} to {high:.1%})"


def _precision(recall: float, alarm: float, natural: float) -> float:
    """Share of flagged posts that tell of a harm where `natural` of the posts do."""
    hits = recall * natural
    return hits / (hits + alarm * (1 - natural)) if hits else 0.0


def _lines(
    planted: Counter[tuple[str, str]], found: Counter[tuple[str, str]], of: str
) -> list[str]:
    lines = [f"| {of} | posts | recall (95 %, exact) | |", "|---|---|---|---|"]
    for kind in sorted((k for k in planted if k[0] == of), key=lambda k: -planted[k]):
        few = "" if planted[kind] >= LEAST else f"under {LEAST}"
        lines.append(
            f"| {kind[1]} | {planted[kind]} | {_rate(found[kind], planted[kind])} | {few} |"
        )
    return lines


def main(posts: int, seeds: list[int]) -> None:
    """Simulate, run, count, and write the table."""
    kinds = _kinds()
    planted, found, quiet = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[str]()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as room:
        os.environ["BEDSIDE_KEYS"] = str(Path(room) / "keys")
        for seed in seeds:
            folder, truth = _study(Path(room), posts, seed)
            more = _count(truth, *_flagged(folder), kinds)
            planted.update(more[0])
            found.update(more[1])
            quiet.update(more[2])
    harms = [k for k in planted if k[0] == "harm"]
    hits, of = sum(found[k] for k in harms), sum(planted[k] for k in harms)
    alarms, silent = quiet["flagged"], quiet["flagged"] + quiet["left"]
    recall, alarm = hits / max(1, of), alarms / max(1, silent)
    lines = [
        f"# Planted harms: {posts:,} simulated posts a seed, seeds {', '.join(map(str, seeds))}, {time.strftime('%Y-%m-%d')}",
        "",
        "Posts that the screen flags (a candidate case), of posts in which a harm was planted, by kind of phrasing. Copies "
        "count once. Made by `python -m bench.harms`. Phrases are the simulator's, written apart from the makers'.",
        "",
        *_lines(planted, found, "harm"),
        "",
        f"All kinds together, as the simulator mixes them: {_rate(hits, of)}. A mean over kinds means little: people do not "
        "use them in these parts.",
        "",
        *_lines(planted, found, "special"),
        "",
        "## Precision",
        "",
        f"Flagged of {silent:,} posts that tell of a treatment and hold neither harm nor special situation: {_rate(alarms, silent)}.",
        f"In these raised corpora {of / max(1, of + silent):.0%} of the posts hold a harm; reweighted to natural rates:",
        "",
        "| of the posts hold a harm | precision of a flag |",
        "|---|---|",
        *(f"| {natural:.1%} | {_precision(recall, alarm, natural):.0%} |" for natural in NATURAL),
        "",
        f"Took {time.perf_counter() - start:.0f} s.",
    ]
    target = Path(__file__).parent / "results" / "harms.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join(lines) + "\n")
    print(target.read_text())


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:]]
    main(given[0] if given else 26_000, given[1:] or list(SEEDS))
