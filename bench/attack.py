"""What an attacker who knows every true sum recovers from the releases of a simulated study, a few posts added between them.

    python -m bench.attack [POSTS] [MORE] [SEED ...]

For each seed a study of POSTS simulated posts is released, what Reddit holds of MORE others is added, and it is released again; the attacker
of `tests/release/attacking.py` is given every figure of both, as the ledger says they left.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bedside.measure.bound import bind_study, current_snapshot
from bedside.measure.kept import read_figures
from bedside.release.decision import COMPLEMENT, Decision
from bedside.release.ledger import Ledger
from bedside.release.tables import of_set, own_set
from bedside.store.engines import open_engine
from bedside.store.study import Study, open_study
from tests.release.attacking import Release, given_away, open_all, true_sums

__all__ = ["main"]

BEDSIDE = (sys.executable, "-m", "bedside")


def _do(*words: str) -> None:
    subprocess.run([*BEDSIDE, *words], check=True, capture_output=True)


def _two_releases(room: Path, posts: int, more: int, seed: int) -> list[Release]:
    """Each opened before the next run: groups, themes and exchanges are made anew by it."""
    _do("demo", str(room / "d"), "--posts", str(posts), "--seed", str(seed))
    study = room / "d" / "study"
    first = _latest(open_study(study))
    _do("simulate", str(room / "more"), "--posts", str(more), "--seed", str(seed + 1000))
    threads = [str(room / "more" / f"reddit_{kind}.ndjson") for kind in ("submissions", "comments")]
    _do("add", str(study), *threads, "--source", "reddit", "--preset", "simulated")
    _do("run", str(study))
    return [first, _latest(open_study(study))]


def _latest(study: Study) -> Release:
    """What left last, as the ledger holds it, with the posts behind it."""
    engine, snapshot = open_engine(study), current_snapshot(study)
    bind_study(study, engine, snapshot)
    figures, entry = read_figures(study, snapshot), Ledger(study.folder).entries()[-1]
    left = Decision(entry.hidden, {}, {}, [], round_to=entry.release.round_to)
    return Release(figures, left, open_all(engine.ask, figures))


def _told(release: Release) -> str:
    """How many figures there are, stars among them, and stars that only shield others."""
    hidden = release.decision.hidden
    stars = [
        {hidden.get(own_set(f)), hidden.get(of_set(f) or "")} - {None} for f in release.figures
    ]
    return (
        f"{len(stars):,} figures, {sum(map(bool, stars)):,} stars, {stars.count({COMPLEMENT}):,} of them to shield others, "
        f"rounded to {release.decision.round_to}"
    )


def main(posts: int, more: int, seeds: list[int]) -> None:
    """Print a line a seed."""
    for seed in seeds:
        with tempfile.TemporaryDirectory() as room:
            os.environ["BEDSIDE_KEYS"] = str(Path(room) / "keys")
            begun = time.process_time()
            releases = _two_releases(Path(room), posts, more, seed)
            sums = sum(len(true_sums(r.figures, r.behind)) for r in releases)
            found = given_away(releases)
            told = "; ".join(map(_told, releases))
            sys.stdout.write(
                f"seed {seed}: {told}; {sums:,} sums; recovered {len(found)}; {time.process_time() - begun:.0f} s\n"
            )
            for one in found:
                sys.stdout.write(f"    {one}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    posts, more, *seeds = numbers or [800, 40]
    main(posts, more, seeds or [5, 6])
