"""The whole house: raw files to the finished report, again with nothing changed, and with 1 % more; and how all grows.

usage: python -m bench.house [--anew] [POSTS ...]  sizes, 10,000 and 100,000 by default; 1000000 is for a quiet machine

Writes a table to standard output and bench/results/house-DATE.md, after each size. What was measured of the same
version on the same day is kept in the folder for temporary files and not measured again, so that a bench that was
interrupted goes on with the next size; `--anew` forgets it. CPU seconds count every process of the tree; on a machine
that is shared they say more than the clock.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import msgspec

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


def _kept_at() -> Path:
    """File of what was measured of this version today."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    said = subprocess.run(
        asked, capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    )
    version = said.stdout.strip() or "unversioned"
    return Path(tempfile.gettempdir()) / f"bedside-house-{time.strftime('%Y-%m-%d')}-{version}.json"


def _read_kept(path: Path) -> dict[int, dict[str, Measured]]:
    if not path.exists():
        return {}
    kept: dict[int, dict[str, Measured]] = msgspec.json.decode(
        path.read_bytes(), type=dict[int, dict[str, Measured]]
    )
    return kept


def _text(made: Mapping[int, dict[str, Measured]], load: float) -> str:
    sizes = dict(sorted(made.items()))
    return "\n".join(
        [
            f"# The whole house, {time.strftime('%Y-%m-%d')}",
            "",
            f"Simulated posts, {os.cpu_count()} cores; load of the machine before the first step: {load:.1f}. "
            "Made by `python -m bench.house`. A step of `run` shorter than two seconds is told with the next one; "
            "steps that go on side by side are told as they end.",
            "",
            *(line for posts, steps in sizes.items() for line in _table(posts, steps)),
            *_growth(sizes),
            *_floors(sizes),
        ]
    )


def main(sizes: list[int], *, anew: bool = False) -> None:
    """Measure and write the tables."""
    load, path = os.getloadavg()[0], _kept_at()
    made = {} if anew else {n: m for n, m in _read_kept(path).items() if n in sizes}
    target = Path(__file__).parent / "results" / f"house-{time.strftime('%Y-%m-%d')}.md"
    target.parent.mkdir(exist_ok=True)
    for posts in (posts for posts in sizes if posts not in made):
        with tempfile.TemporaryDirectory() as room:
            os.environ["BEDSIDE_KEYS"] = str(Path(room) / "keys")
            made[posts] = _measured(Path(room), posts)
        path.write_bytes(msgspec.json.encode(made))
        target.write_text(_text(made, load))
        print(f"{posts:,} posts measured", file=sys.stderr)
    target.write_text(_text(made, load))
    print(_text(made, load))


if __name__ == "__main__":
    words = [value for value in sys.argv[1:] if value != "--anew"]
    main([int(value) for value in words] or list(SIZES), anew="--anew" in sys.argv)
