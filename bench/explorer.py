"""Speed of the explorer: ten people read while two code, on a simulated study of any size.

python -m bench.explorer [STUDY] [--posts 100000] [--readers 10] [--coders 2] [--seconds 60] [--after 0]

Without STUDY one is made under build/explorer-POSTS and kept. A STUDY that is given gets two samples and the decisions of
those who code, so give a copy (`cp -rl STUDY COPY; cp --remove-destination STUDY/*.sqlite COPY` takes no room for its pages).
The server is `bedside open`, as people start it. Each reader follows links of its own: a view that nobody has seen, views that
were seen before, a page, a figure; each coder saves a post and reads the next. What counts is the finished answer, gzip on
the wire; of that, what the server says of itself (its header `Server-Timing`): how long the request waited for its turn, was worked at,
and computed in its thread. `--after` waits that many seconds once the server answers: at 1,000,000 posts it sorts the marks for the figures during
the first minute and a half, beside what people ask.
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
from pathlib import Path
from tempfile import TemporaryFile
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
PAGES = (
    "/journey", "/care", "/community", "/exchange", "/misinformation", "/language", "/trends", "/themes", "/evidence",
    "/sources", "/safety", "/crisis", "/codebook", "/report",
)  # fmt: skip
LAYERS = ("feel", "stage")  # one for each of two who code at once
BUDGET = {
    "seen before, p95 ms": 300.0,
    "page, p95 ms": 300.0,
    "new filter, p95 ms": 1500.0,
    "next post, p95 ms": 100.0,
    "largest answer, kB": 100.0,
    "failed": 0.0,
    "decisions lost": 0.0,
    "lines in the log": 0.0,
}


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
        self.spans: dict[str, list[float]] = {}
        self.largest, self.failed, self.saved = 0, 0, 0

    def note(self, kind: str, seconds: float, answer: httpx.Response) -> None:
        """Keep one."""
        size = int(answer.headers.get("content-length", 0))
        told = re.findall(r"(\w+);dur=([\d.]+)", answer.headers.get("server-timing", ""))
        with self._lock:
            self.taken.setdefault(kind, []).append(1000 * seconds)
            for span, milliseconds in told:
                self.spans.setdefault(f"{kind}: {span}", []).append(float(milliseconds))
            self.largest = max(self.largest, size)
            self.failed += answer.status_code >= 400

    def percentile(self, kind: str, part: float) -> float:
        """In milliseconds."""
        held = sorted(self.taken.get(kind) or self.spans.get(kind) or [0.0])
        return held[min(len(held) - 1, int(part * len(held)))]

    def inside(self) -> dict[str, str]:
        """What the server says of each kind: p50 and p95 of waiting, work and computing, in milliseconds."""
        return {
            kind: ", ".join(f"{self.percentile(kind, part):.1f}" for part in (0.5, 0.95))
            for kind in sorted(self.spans)
        }


class Server:
    """`bedside open`, running: its address and cookie, what it costs, and what it wrote to its log."""

    def __init__(self, study: Path) -> None:
        started = time.perf_counter()
        self._log = TemporaryFile("w+")  # noqa: SIM115 - closed with the server
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bedside", "open", str(study), "--no-browser", "--as", "bench"],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        entrance = next(line for line in self.process.stdout or () if "token=" in line).split()[-1]
        self.address = entrance.partition("/enter")[0]
        answer = httpx.get(entrance)
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        self.client().get("/", timeout=900)
        self.ready = time.perf_counter() - started

    def client(self) -> httpx.Client:
        """A browser of somebody."""
        headers = {"cookie": self.cookie, "accept-encoding": "gzip"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=600)

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Most memory that it held, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1000  # type: ignore[index]

    def stop(self) -> list[str]:
        """End it; gives the lines that it wrote to its log, which name places of the program and no words."""
        self.process.terminate()
        self.process.wait(60)
        self._log.seek(0)
        return [line.strip() for line in self._log]


def ask(client: httpx.Client, times: Times, kind: str, path: str) -> None:
    """One page, timed."""
    started = time.perf_counter()
    answer = client.get(path)
    times.note(kind, time.perf_counter() - started, answer)


def read(client: httpx.Client, times: Times, seed: int, end: float) -> None:
    """One reader: a new view, a page, a figure of it, and views that were seen before."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    seen = favourites()
    figures = sorted(set(re.findall(r"/evidence/ev-[0-9a-z-]+", client.get("/journey").text)))
    while time.perf_counter() < end:
        ask(client, times, "new filter", new_filter(dice))
        for path in dice.sample(seen, 3):
            ask(client, times, "seen before", path)
        ask(client, times, "page", dice.choice(PAGES))
        if figures and dice.random() < 0.2:
            ask(client, times, "figure", dice.choice(figures))
        time.sleep(dice.uniform(0.5, 3.0))  # people look at what they asked for


def code(client: httpx.Client, times: Times, layer: str, end: float) -> None:
    """One who codes: saves a post, is given the next, and reads it."""
    dice = random.Random(layer)  # noqa: S311 - no secret
    at = f"/coding/speed-{layer}"
    page = client.get(at, params={"layers": layer}).text
    sign = re.search(r'data-sign="([0-9a-f]+)"', page)
    headers = {"hx-request": "true", "x-sign": sign[1] if sign else ""}
    codes = re.findall(rf'name="c:{layer}" value="([^"]+)"', page)
    while time.perf_counter() < end:
        post = re.search(r'data-post="([^"]+)"', page)
        if post is None:
            break
        form = {"layers": layer, "post": post[1], "do": "save", f"c:{layer}": dice.choice(codes)}
        started = time.perf_counter()
        answer = client.post(at, data=form, headers=headers)
        times.note("next post", time.perf_counter() - started, answer)
        times.saved += answer.status_code == 200
        page = answer.text
        time.sleep(dice.uniform(0.5, 2.0))


def draw_samples(study: Path) -> None:
    """A sample for each who codes, where the study has none yet."""
    for layer in LAYERS:
        if not (study / "samples" / f"speed-{layer}.json").exists():
            subprocess.run(
                [sys.executable, "-m", "bedside", "sample", "draw", str(study), f"speed-{layer}", "--size", "2000", "--layer", layer],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip


def done_in(study: Path) -> int:
    """Posts that people are done with, as the log of decisions has it."""
    from bedside.judge.decisions import WHOLE, open_log
    from bedside.store.study import open_study

    with open_log(open_study(study)) as log:
        return len(log.read(columns=["code"], code=WHOLE))


def make_study(posts: int) -> Path:
    """A simulated study of that size, made once."""
    folder = Path("build") / f"explorer-{posts}"
    if not (folder / "study" / "report.html").exists():
        subprocess.run(
            [sys.executable, "-m", "bedside", "demo", str(folder), "--posts", str(posts)],
            check=True,
        )
    return folder / "study"


def measure(server: Server, times: Times, readers: int, coders: int, seconds: float) -> None:
    """Let people read and code at once, each page having been opened once before."""
    first = server.client()
    for path in (*PAGES, *favourites()):
        first.get(path)
    for layer in LAYERS[:coders]:
        first.get(f"/coding/speed-{layer}", params={"layers": layer})
    end = time.perf_counter() + seconds
    people = [
        threading.Thread(target=read, args=(server.client(), times, n + 100, end))
        for n in range(readers)
    ] + [
        threading.Thread(target=code, args=(server.client(), times, layer, end))
        for layer in LAYERS[:coders]
    ]
    for thread in people:
        thread.start()
    for thread in people:
        thread.join()


def main() -> None:
    """Measure and print, one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("study", nargs="?", type=Path)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--coders", type=int, default=2, choices=(0, 1, 2))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--after", type=float, default=0)
    chosen = parser.parse_args()
    study = chosen.study or make_study(chosen.posts)
    times, load = Times(), os.getloadavg()[0]
    draw_samples(study)
    before = done_in(study)
    server = Server(study)
    try:
        time.sleep(chosen.after)
        used = server.cpu()
        measure(server, times, chosen.readers, chosen.coders, chosen.seconds)
        used, memory = server.cpu() - used, server.memory()
    finally:
        written = server.stop()
    requests = sum(map(len, times.taken.values()))
    told: dict[str, Any] = {
        "load before": round(load, 1),
        "seconds until the first page": round(server.ready, 1),
        "seconds waited then": chosen.after,
        "most memory, MB": round(memory),
        "requests": requests,
        "cpu of the server a request, ms": round(1000 * used / max(requests, 1), 1),
        **{
            f"{kind}, {name} ms": round(times.percentile(kind, part), 1)
            for kind in sorted(times.taken)
            for name, part in (("p50", 0.5), ("p95", 0.95))
        },
        "inside the server, p50 and p95 ms": times.inside(),
        "largest answer, kB": round(times.largest / 1000, 1),
        "failed": times.failed,
        "decisions lost": times.saved - (done_in(study) - before),
        "lines in the log": len(written),
        "first of them": written[:3],
    }
    told["holds"] = {name: told.get(name, 0) <= limit for name, limit in BUDGET.items()}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
