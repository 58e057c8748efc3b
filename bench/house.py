"""The whole house: raw files to the finished report, again with nothing changed, and with 1 % more.

usage: python -m bench.house [POSTS]      writes a table to standard output and bench/results/house-DATE.md
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from bench.tree import Measured, measure_command

__all__ = ["main"]

BEDSIDE = (sys.executable, "-m", "bedside")
FLOORS = {
    "files to report": "90 s at 100,000 posts",
    "again, nothing changed": "3 s",
    "with 1 % more posts": "5 % of the kernels' time plus the global steps",
}


def _steps(room: Path, posts: int) -> dict[str, Measured]:
    corpus, more, study = room / "corpus", room / "more", room / "study"
    made = {
        "simulate": measure_command(
            [*BEDSIDE, "simulate", str(corpus), "--posts", str(posts), "--seed", "11"]
        )
    }
    _hold_back(corpus / "reddit_comments.ndjson", more, max(1, posts // 100))
    measure_command(
        [
            *BEDSIDE,
            "new",
            str(study),
            "--title",
            "Bench",
            "--condition",
            "endometriosis",
            "--condition",
            "PCOS",
            "--condition",
            "type 2 diabetes",
        ]
    )
    add = [*BEDSIDE, "add", str(study), "--source", "simulated", "--preset", "simulated"]
    made["add (import)"] = measure_command([*add, *_posts(corpus)])
    made["run (to report)"] = measure_command([*BEDSIDE, "run", str(study)])
    made["again, nothing changed"] = measure_command([*BEDSIDE, "run", str(study)])
    measure_command([*add, *_posts(more)])
    made["with 1 % more posts"] = measure_command([*BEDSIDE, "run", str(study)])
    whole = Measured(
        made["add (import)"].seconds + made["run (to report)"].seconds,
        max(made["add (import)"].peak_mib, made["run (to report)"].peak_mib),
        "",
    )
    return made | {"files to report": whole}


def _hold_back(file: Path, more: Path, posts: int) -> None:
    """Move the last lines of a file to another folder: what a study finds new the next day."""
    lines = file.read_bytes().splitlines(keepends=True)
    more.mkdir()
    (more / file.name).write_bytes(b"".join(lines[-posts:]))
    file.write_bytes(b"".join(lines[:-posts]))


def _posts(corpus: Path) -> list[str]:
    """Files of a simulated corpus without the truth."""
    return [str(path) for path in sorted(corpus.iterdir()) if not path.name.startswith("TRUTH")]


def _table(posts: int, made: dict[str, Measured]) -> str:
    lines = [
        f"{posts:,} simulated posts, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}",
        "",
        "| step | seconds | posts a second | peak memory of the process tree, MiB | floor |",
        "|---|---|---|---|---|",
    ]
    for name, found in made.items():
        rate = posts / found.seconds
        lines.append(
            f"| {name} | {found.seconds:.1f} | {rate:,.0f} | {found.peak_mib:,.0f} | {FLOORS.get(name, '')} |"
        )
    return "\n".join(lines) + "\n"


def main(posts: int) -> None:
    """Measure and write the table."""
    with tempfile.TemporaryDirectory() as room:
        os.environ["BEDSIDE_KEYS"] = str(Path(room) / "keys")
        text = _table(posts, _steps(Path(room), posts))
    target = Path(__file__).parent / "results" / f"house-{posts}-{time.strftime('%Y-%m-%d')}.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text)
    print(text)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
