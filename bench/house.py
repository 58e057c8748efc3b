"""The whole house: raw files to the finished report, again with nothing changed, and with 1 % more; and how all grows.

usage: python -m bench.house [POSTS ...]      sizes, 10,000 and 100,000 by default; 1000000 is for a quiet machine

Writes a table to standard output and bench/results/house-DATE.md. CPU seconds count every process of the tree; on a
machine that is shared they say more than the clock.
"""

import os
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from bench.tree import Measured, measure_command

__all__ = ["main"]

BEDSIDE = (sys.executable, "-m", "bedside")
SIZES = (10_000, 100_000)
CONDITIONS = ("endometriosis", "PCOS", "type 2 diabetes")
WHOLE, AGAIN, MORE = "files to report", "again, nothing changed", "with 1 % more posts"
GROWTH = 11  # times the time for ten times the posts, at most
MOST_MIB = 4096


def _measured(room: Path, posts: int) -> dict[str, Measured]:
    """Every step of one size, in a folder of its own."""
    corpus, more, study = room / "corpus", room / "more", room / "study"
    asked = [word for name in CONDITIONS for word in ("--condition", name)]
    add = [*BEDSIDE, "add", str(study), "--source", "simulated", "--preset", "simulated"]
    run = [*BEDSIDE, "run", str(study)]
    made = {
        "simulate": measure_command(
            [*BEDSIDE, "simulate", str(corpus), "--posts", str(posts), "--seed", "11"]
        )
    }
    _hold_back(corpus, more, max(1, posts // 100))
    measure_command([*BEDSIDE, "new", str(study), "--title", "Bench", *asked])
    made["add (import)"] = measure_command([*add, *_posts(corpus)])
    made["run (to report)"] = measure_command(run)
    made[WHOLE] = _together(made["add (import)"], made["run (to report)"])
    made[AGAIN] = measure_command(run)
    measure_command([*add, *_posts(more)])
    made[MORE] = measure_command(run)
    return made


def _together(*parts: Measured) -> Measured:
    return Measured(
        sum(part.seconds for part in parts),
        sum(part.cpu for part in parts),
        max(part.peak_mib for part in parts),
        "",
    )


def _hold_back(corpus: Path, more: Path, posts: int) -> None:
    """Move the last comments to another folder: what a study finds new the next day."""
    file = max(corpus.glob("reddit_comments*.ndjson"))
    lines = file.read_bytes().splitlines(keepends=True)
    more.mkdir()
    (more / file.name).write_bytes(b"".join(lines[-posts:]))
    file.write_bytes(b"".join(lines[:-posts]))


def _posts(corpus: Path) -> list[str]:
    """Files of a simulated corpus without the truth."""
    return [str(path) for path in sorted(corpus.iterdir()) if not path.name.startswith("TRUTH")]


def _table(posts: int, made: dict[str, Measured]) -> list[str]:
    lines = [
        f"## {posts:,} posts",
        "",
        "| step | seconds | CPU seconds | posts a second | peak memory of the process tree, MiB |",
        "|---|---|---|---|---|",
    ]
    for name, found in made.items():
        lines.append(_row(name, posts, found.seconds, found.cpu, found.peak_mib))
        for step in found.steps:
            lines.append(_row(f"… {step.name}", posts, *step[1:]))
    return [*lines, ""]


def _row(name: str, posts: int, seconds: float, cpu: float, peak: float) -> str:
    return f"| {name} | {seconds:.1f} | {cpu:.1f} | {posts / seconds:,.0f} | {peak:,.0f} |"


def _growth(sizes: dict[int, dict[str, Measured]]) -> list[str]:
    """How time and memory grow from each size to the next."""
    lines = ["## Growth", "", "| from | to | step | time | CPU time | peak memory |"]
    lines.append("|---|---|---|---|---|---|")
    for (few, small), (many, large) in pairwise(sorted(sizes.items())):
        for name in (WHOLE, AGAIN, MORE):
            one, other = small[name], large[name]
            lines.append(
                f"| {few:,} | {many:,} | {name} | × {other.seconds / one.seconds:.1f} | "
                f"× {other.cpu / max(one.cpu, 0.01):.1f} | × {other.peak_mib / one.peak_mib:.2f} |"
            )
    return [*lines, ""]


def _floors(sizes: dict[int, dict[str, Measured]]) -> list[str]:
    """The floors that these sizes can be held against, on a quiet machine of two cores."""
    lines = []
    for posts, made in sorted(sizes.items()):
        floor = {100_000: 90.0, 1_000_000: 840.0}.get(posts)
        whole = made[WHOLE]
        if floor is not None:
            lines.append(_held(f"{posts:,} posts to the report, s", whole.seconds, floor))
        lines.append(_held(f"{posts:,} posts, peak MiB", whole.peak_mib, MOST_MIB))
        lines.append(_held(f"{posts:,} posts again, s", made[AGAIN].seconds, 3.0))
    for (few, small), (many, large) in pairwise(sorted(sizes.items())):
        most = GROWTH * many / few / 10
        times = large[WHOLE].seconds / small[WHOLE].seconds
        lines.append(_held(f"{few:,} to {many:,} posts, times the time", times, most))
    return ["## Floors", "", "| what | measured | floor | held |", "|---|---|---|---|", *lines, ""]


def _held(what: str, value: float, most: float) -> str:
    return f"| {what} | {value:,.1f} | {most:,.1f} | {'yes' if value <= most else 'no'} |"


def main(sizes: list[int]) -> None:
    """Measure and write the tables."""
    load = os.getloadavg()[0]
    made: dict[int, dict[str, Measured]] = {}
    for posts in sizes:
        with tempfile.TemporaryDirectory() as room:
            os.environ["BEDSIDE_KEYS"] = str(Path(room) / "keys")
            made[posts] = _measured(Path(room), posts)
    text = "\n".join(
        [
            f"# The whole house, {time.strftime('%Y-%m-%d')}",
            "",
            f"Simulated posts, {os.cpu_count()} cores; load of the machine before the first step: {load:.1f}. "
            "Made by `python -m bench.house`. A step of `run` shorter than two seconds is told with the next one.",
            "",
            *(line for posts, steps in made.items() for line in _table(posts, steps)),
            *_growth(made),
            *_floors(made),
        ]
    )
    target = Path(__file__).parent / "results" / f"house-{time.strftime('%Y-%m-%d')}.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text)
    print(text)


if __name__ == "__main__":
    main([int(value) for value in sys.argv[1:]] or list(SIZES))
