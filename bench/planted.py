"""What was planted and what the machine counts: three simulated studies, share by share.

usage: python -m bench.planted [POSTS] [SEED ...]      writes bench/results/planted.md
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.tree import measure_command

__all__ = ["main"]

BEDSIDE = (sys.executable, "-m", "bedside")
SEEDS = (7, 21, 99)
LAYERS = ("role", "stage group", "stage", "info_source", "first_turned_to")


def _score(room: Path, posts: int, seed: int) -> dict[str, Any]:
    study = room / f"seed-{seed}"
    measure_command([*BEDSIDE, "demo", str(study), "--posts", str(posts), "--seed", str(seed)])
    found: dict[str, Any] = json.loads(
        measure_command([*BEDSIDE, "evaluate", str(study / "study"), "--json"]).output
    )
    return found


def _layer(name: str, scores: dict[int, dict[str, Any]]) -> list[str]:
    seeds = list(scores)
    head = "".join(f" seed {seed}: planted | counted | off |" for seed in seeds)
    lines = ["", f"## {name}", "", f"| code |{head}", "|---|" + "---|---|---|" * len(seeds)]
    gaps = {
        seed: {g["code"]: g for g in score["shares"].get(name, [])}
        for seed, score in scores.items()
    }
    for code in sorted({code for found in gaps.values() for code in found}):
        cells = []
        for seed in seeds:
            gap = gaps[seed].get(code)
            cells.append(_cells(gap) if gap else "– | – | –")
        lines.append(f"| {code} | " + " | ".join(cells) + " |")
    return lines


def _cells(gap: dict[str, Any]) -> str:
    planted, counted = gap["planted"], gap["counted"]
    return f"{planted:.1%} | {counted:.1%} | {100 * (counted - planted):+.1f}"


def main(posts: int, seeds: list[int]) -> None:
    """Make the studies, score them and write the table."""
    with tempfile.TemporaryDirectory() as room:
        os.environ["BEDSIDE_KEYS"] = str(Path(room) / "keys")
        scores = {seed: _score(Path(room), posts, seed) for seed in seeds}
    lines = [
        f"# Planted and counted: {posts:,} simulated posts a seed, {time.strftime('%Y-%m-%d')}",
        "",
        "Shares of posts that carry a code, among posts planted and read; off in percentage points. Made by "
        "`python -m bench.planted`.",
        "",
        "| seed | planted copies found | merges right |",
        "|---|---|---|",
    ]
    for seed, score in scores.items():
        copies = score["duplicates"]
        lines.append(
            f"| {seed} | {copies['found']} of {copies['planted']} | {copies['right']} of {copies['merged']} |"
        )
    for name in LAYERS:
        lines += _layer(name, scores)
    target = Path(__file__).parent / "results" / "planted.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join(lines) + "\n")
    print(target.read_text())


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:]]
    main(given[0] if given else 20_000, given[1:] or list(SEEDS))
