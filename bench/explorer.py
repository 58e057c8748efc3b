"""Speed of the explorer: ten people read while two write, on a simulated study of any size.

python -m bench.explorer [STUDY] [--posts 100000] [--readers 10] [--writers 2] [--seconds 20]

Without STUDY one is made under build/explorer-POSTS and kept. The server is `bedside open`, as people start it. Each
reader follows links of its own: first views that nobody has seen, then the same views again. What counts is the finished
answer, gzip on the wire.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

WORDS = (
    "pain", "endo*", "doctor", "gp", "tired", "insulin", "metformin", "period", "sugar", "hospital", "waiting", "scan",
    "surgery", "diet", "pill", "nurse", "work", "sleep", "normal", "believe*", "forum", "google", "letter", "blood",
)  # fmt: skip
FACETS = {
    "feel": (
        "relief",
        "sadness",
        "joy",
        "hope",
        "confusion",
        "anger_frustration",
        "fear_anxiety",
        "gratitude",
    ),
    "stage": ("before", "searching", "diagnosis", "treatment", "living_with"),
    "source": ("reddit", "x", "youtube", "survey", "patient-forum", "bluesky"),
    "role": ("patient", "family_or_carer", "clinician"),
}
PAGES = ("/journey", "/care", "/trends", "/language", "/sources", "/evidence")
BUDGET = {"seen before, p95 ms": 300.0, "new filter, p95 ms": 1500.0, "largest answer, kB": 100.0}


def new_filter(dice: random.Random) -> str:
    """An address that is hardly ever asked for twice."""
    parts = [f"q={quote(' OR '.join(dice.sample(WORDS, 2)))}"] if dice.random() < 0.6 else []
    for facet in dice.sample(list(FACETS), dice.choice((1, 2))):
        parts.append(f"{facet}={dice.choice(FACETS[facet])}")
    year, month = dice.choice((2023, 2024, 2025)), dice.randint(1, 12)
    parts.append(f"since={year}-{month:02}-{dice.randint(1, 28):02}")
    return "/?" + "&".join(parts)


def favourites() -> list[str]:
    """Views that everybody looks at."""
    return [new_filter(random.Random(n)) for n in range(8)]  # noqa: S311 - no secret


class Times:
    """What was measured, by kind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.taken: dict[str, list[float]] = {}
        self.largest, self.failed = 0, 0

    def note(self, kind: str, seconds: float, answer: httpx.Response) -> None:
        """Keep one."""
        size = int(answer.headers.get("content-length", 0))
        with self._lock:
            self.taken.setdefault(kind, []).append(1000 * seconds)
            self.largest = max(self.largest, size)
            self.failed += answer.status_code >= 400

    def percentile(self, kind: str, part: float) -> float:
        """In milliseconds."""
        held = sorted(self.taken.get(kind, [0.0]))
        return held[min(len(held) - 1, int(part * len(held)))]


@contextmanager
def serving(study: Path) -> Iterator[tuple[str, str, float]]:
    """`bedside open`: its address, its cookie, and the seconds until it answered."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bedside", "open", str(study), "--no-browser", "--as", "bench"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        entrance = next(line for line in process.stdout or () if "token=" in line).split()[-1]
        address = entrance.partition("/enter")[0]
        answer = httpx.get(entrance)
        cookie = answer.headers["set-cookie"].partition(";")[0]
        httpx.get(f"{address}/", headers={"cookie": cookie}, timeout=600)
        yield address, cookie, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(20)


def ask(client: httpx.Client, times: Times, kind: str, path: str) -> None:
    """One page, timed."""
    started = time.perf_counter()
    answer = client.get(path)
    times.note(kind, time.perf_counter() - started, answer)


def read(client: httpx.Client, times: Times, seed: int, end: float) -> None:
    """One reader: a new view, the pages, then views again."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    seen = favourites()
    while time.perf_counter() < end:
        ask(client, times, "new filter", new_filter(dice))
        for path in dice.sample(seen, 3):
            ask(client, times, "seen before", path)
        ask(client, times, "page", dice.choice(PAGES))
        time.sleep(dice.uniform(0.2, 1.0))  # people look at what they asked for


def decide(client: httpx.Client, times: Times, seed: int, end: float) -> None:
    """One who writes: names a theme and forgets it again, as often as a hand can."""
    page = client.get("/themes").text
    sign = re.search(r'data-sign="([0-9a-f]+)"', page)
    themes = re.findall(r'name="theme" value="([^"]+)"', page)
    dice = random.Random(seed)  # noqa: S311 - no secret
    while sign and themes and time.perf_counter() < end:
        theme = dice.choice(themes)
        for path, form in (("/themes/rename", {"name": "bench"}), ("/themes/forget", {})):
            started = time.perf_counter()
            answer = client.post(path, data={"sign": sign[1], "theme": theme, **form})
            if answer.status_code != 409:  # the other one was writing: told, and nothing lost
                times.note("decision", time.perf_counter() - started, answer)
        time.sleep(0.5)


def make_study(posts: int) -> Path:
    """A simulated study of that size, made once."""
    folder = Path("build") / f"explorer-{posts}"
    if not (folder / "study" / "report.html").exists():
        subprocess.run(
            [sys.executable, "-m", "bedside", "demo", str(folder), "--posts", str(posts)],
            check=True,
        )
    return folder / "study"


def main() -> None:
    """Measure and print, one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("study", nargs="?", type=Path)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20)
    chosen = parser.parse_args()
    study = chosen.study or make_study(chosen.posts)
    times = Times()
    with serving(study) as (address, cookie, ready):
        clients = [
            httpx.Client(
                base_url=address, headers={"cookie": cookie, "accept-encoding": "gzip"}, timeout=60
            )
            for _ in range(chosen.readers + chosen.writers)
        ]
        for path in (*PAGES, *favourites()):
            clients[0].get(path)
        end = time.perf_counter() + chosen.seconds
        threads = [
            threading.Thread(
                target=read if n < chosen.readers else decide, args=(client, times, n + 100, end)
            )
            for n, client in enumerate(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    told: dict[str, Any] = {
        "seconds until the first page": round(ready, 1),
        "requests": sum(map(len, times.taken.values())),
        "failed": times.failed,
        **{
            f"{kind}, {name} ms": round(times.percentile(kind, part), 1)
            for kind in sorted(times.taken)
            for name, part in (("median", 0.5), ("p95", 0.95))
        },
        "largest answer, kB": round(times.largest / 1000, 1),
    }
    told["holds"] = {name: told.get(name, 0) <= limit for name, limit in BUDGET.items()}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
