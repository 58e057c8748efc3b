"""Key press to next post at the coding bench, in a browser, with 300,000 decisions in the log.

    python bench/coding.py [STUDY] [--posts 6000] [--rows 300000] [--presses 150]

Makes a study of simulated posts, fills its log with what two other coders said, opens the explorer, and codes by
keyboard. A STUDY that is given gets a sample of up to 6,000 posts named `speed` and the decisions of ann, ben and cem, so give
a copy; --rows 0 leaves its log to ann. Needs playwright and a Chromium on this machine. Prints milliseconds from the key to the painted next post.
"""

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bedside.cli.opened import Opened
    from bedside.judge.samples import Sample

SAMPLE, MOST = "speed", 6_000
LAYERS = ("feel", "stage", "do")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRESS = """async (many) => {
  const paint = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
  const told = [];
  for (let n = 0; n < many; n += 1) {
    press(String(n % 10));
    const before = document.querySelector("#sheet").dataset.post, from = performance.now();
    press("Enter");
    while (!document.querySelector("#sheet") || document.querySelector("#sheet").dataset.post === before)
      await new Promise((done) => setTimeout(done, 1));
    await paint();
    told.push(performance.now() - from);
    await new Promise((done) => setTimeout(done, 150));
  }
  return told;
}"""


def make_study(room: Path, posts: int) -> Path:
    """A run study in which three code each post."""
    from bedside.cli.demo import run_demo

    run_demo(room, posts=posts, seed=7, now=NOW, say=lambda _: None)
    toml = room / "study" / "study.toml"
    toml.write_text(toml.read_text().replace("coders = 2", "coders = 3"))
    return room / "study"


def prepare(folder: Path, rows: int) -> tuple[int, int]:
    """A sample whose items two others have coded; gives items and rows."""
    from bedside.cli.opened import opened
    from bedside.judge.sampling import draw_sample

    with opened(folder) as at:
        sample = draw_sample(
            at.study, at.ask, at.book, at.snapshot,
            name=SAMPLE, size=min(at.snapshot.posts, MOST), now=NOW, layers=list(LAYERS),
        )  # fmt: skip
        return sample.drawn, _fill(at, sample, rows)


def _fill(at: "Opened", sample: "Sample", rows: int) -> int:
    """What two others decided on every item of the sample, over and over until there are so many rows."""
    from bedside.judge.decisions import open_log
    from bedside.judge.rows import Stamp, coding_rows
    from bedside.judge.samples import read_items

    items = read_items(at.study, sample).to_pylist()
    rng, written, round_ = np.random.default_rng(7), 0, 0
    with open_log(at.study) as log:
        while written < rows:
            for coder in ("ben", "cem"):
                batch = []
                for n, item in enumerate(items):
                    stamp = Stamp(
                        subject_key=item["subject_key"], text_key=item["text_key"], coder=coder, sample_id=sample.id,
                        decided_at=NOW + timedelta(seconds=n + 100_000 * round_), probability=item["probability"],
                    )  # fmt: skip
                    for layer in LAYERS:
                        about = at.book.layer(layer)
                        names = about.names()
                        batch += coding_rows(about, stamp, [names[rng.integers(len(names))]])
                written += log.record(batch)
            round_ += 1
    return written


def press(entrance: str, address: str, many: int, pid: int) -> tuple[list[float], float]:
    """Milliseconds of each press, and of the server's processor a press."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(600_000)
        page.goto(entrance)
        page.goto(address)
        page.locator("#sheet").wait_for()
        page.evaluate(PRESS, 3)  # the first opens what later ones find
        began = cpu_of(pid)
        told: list[float] = page.evaluate(PRESS, many)
        spent = cpu_of(pid) - began
        browser.close()
    return told, 1000 * spent / many


def measure(folder: Path, layers: Sequence[str], many: int) -> dict[str, float]:
    """Serve the study and code it as ann."""
    command = [sys.executable, "-m", "bedside", "open", str(folder), "--no-browser", "--as", "ann"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})  # fmt: skip
    try:
        entrance = server.stdout.readline().split()[-1]  # type: ignore[union-attr]
        entrance += "&to=/coding"
        base = entrance.partition("/enter")[0]
        address = f"{base}/coding/{SAMPLE}?layers={','.join(layers)}"
        told, cpu = press(entrance, address, many, server.pid)
    finally:
        server.terminate()
        server.wait(20)
    clock = {f"p{q}": round(float(np.percentile(told, q)), 1) for q in (50, 90, 95, 100)}
    return clock | {"server cpu a press": round(cpu, 1)}


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Make, measure, print."""
    parser = ArgumentParser()
    parser.add_argument("study", nargs="?", type=Path)
    parser.add_argument("--posts", type=int, default=6000)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--presses", type=int, default=150)
    asked = parser.parse_args()
    room = Path(mkdtemp(prefix="bedside-coding-"))
    try:
        if asked.study is None:
            os.environ["BEDSIDE_KEYS"] = str(room / "keys")
        folder = asked.study or make_study(room, asked.posts)
        items, written = prepare(folder, asked.rows)
        sys.stdout.write(f"{items:,} items, {written:,} decisions, load {os.getloadavg()[0]:.1f}\n")
        for layers in (LAYERS[:1], LAYERS):
            told = {"layers": len(layers), "presses": asked.presses}
            sys.stdout.write(json.dumps(told | measure(folder, layers, asked.presses)) + "\n")
    finally:
        shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    main()
