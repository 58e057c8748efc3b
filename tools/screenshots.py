"""Pictures of the explorer and the report for the docs, from a demo study: python tools/screenshots.py STUDY [FOLDER] [--all].

Needs Playwright and the system's Chromium, and sends nothing anywhere but to this machine. It works on a copy of the study,
in which two invented people code a sample, a paraphrase waits and a plan is begun, so that no page is empty. Without --all it
takes the few pictures that README and docs show; with it every page in light, dark, print and 400 px, to be looked at.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from bedside.cli.opened import opened
from bedside.cli.planning import start_text
from bedside.judge.decisions import open_log
from bedside.judge.rows import Stamp, coding_rows
from bedside.judge.samples import read_items
from bedside.judge.sampling import draw_sample
from bedside.release.paraphrases import Move, Paraphrases

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOWN = {  # file: address, mode
    "explorer-reading": ("/?feel=relief", "light"),
    "explorer-journey": ("/journey#fig-map", "light"),
    "explorer-evidence": ("FIGURE", "light"),
    "explorer-themes": ("/themes", "dark"),
    "bench-coding": ("/coding/round-1", "light"),
    "safety-inbox": ("/safety", "light"),
    "report": ("REPORT", "light"),
}
MODES = ("light", "dark", "print", "narrow")
SAMPLE = "round-1"
CODED, ALIKE = 60, 5  # posts that both have coded; of so many they differ on one
LONGEST = 8_000  # px of a picture: what is below looks as what is above
OTHERS = (
    "/safety/log", "/safety/send", "/crisis", f"/coding/{SAMPLE}", f"/coding/{SAMPLE}/settle", f"/coding/{SAMPLE}/queue?name=done",
    f"/coding/{SAMPLE}/agreement", "/codebook/feel", "/codebook/versions", "/paraphrase/pick", "/report/preview",
    "/report/documents", "/no-such-page",
)  # fmt: skip


def fill(folder):
    """Let two people code the same posts, one write a paraphrase, and begin a plan."""
    now = datetime.now(UTC)
    with opened(folder) as at:
        sample = draw_sample(
            at.study, at.ask, at.book, at.snapshot, name=SAMPLE, size=200, now=now, layers=["feel"]
        )
        items = read_items(at.study, sample).to_pylist()[:CODED]
        layer = at.book.layer("feel")
        with open_log(at.study) as log:
            for coder in ("Ann", "Ben"):
                for n, item in enumerate(items):
                    stamp = Stamp(
                        subject_key=item["subject_key"], text_key=item["text_key"], coder=coder, sample_id=sample.id,
                        decided_at=now + timedelta(seconds=n), probability=item["probability"],
                    )  # fmt: skip
                    other = coder == "Ben" and n % ALIKE == 0
                    log.record(coding_rows(layer, stamp, [layer.names()[(n + other) % 4]]))
        words = "Somebody tells how a usual day had to be arranged anew around the illness"
        post = items[0]["subject_key"]
        kinds = ("written", "offered")
        for kind in kinds:
            move = Move(id="p1a2b3c4", kind=kind, at=now, by="Ann", text=words, post_keys=(post,))
            Paraphrases(folder).add(move)
    start_text(folder, now=now)


@contextmanager
def explorer(folder):
    """A page of the explorer of a study, opened by Ann."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bedside", "open", str(folder), "--no-browser", "--as", "Ann"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        entrance = next(line for line in server.stdout if "token=" in line).split()[-1]
        with sync_playwright() as driver:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_context(base_url=entrance.partition("/enter")[0]).new_page()
            page.set_default_timeout(120_000)
            page.goto(entrance)
            yield page
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


def pages(page):
    """Addresses of the navigation and of the pages behind it, of a figure, a post, an account and a case."""
    page.goto("/")
    found = [link.get_attribute("href") for link in page.locator("header nav a").all()]
    inside = [link.get_attribute("href") for link in page.locator("article footer a").all()]
    for start in ("/post/", "/account/"):
        found += [a for a in inside if a.startswith(start)][:1]
    page.goto("/safety")
    found += [page.locator("tbody th a").first.get_attribute("href")]
    return [*dict.fromkeys(found), *OTHERS, first_figure(page)]


def first_figure(page):
    """A figure that the journey page links to."""
    page.goto("/journey")
    return re.search(r"/evidence/ev-[\w-]+", page.content()).group()


def take(page, address, mode, path, *, whole=False):
    """One picture."""
    page.set_viewport_size({"width": 400 if mode == "narrow" else 1280, "height": 860})
    page.emulate_media(
        color_scheme="dark" if mode == "dark" else "light",
        media="print" if mode == "print" else "screen",
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth")
    options = {}
    if whole:
        tall = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
        options = {
            "full_page": True,
            "clip": {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": tall},
        }
    page.screenshot(path=path, **options)
    note = " WIDER THAN THE SCREEN" if wide > page.viewport_size["width"] else ""
    sys.stdout.write(f"{path} {os.path.getsize(path) // 1000} kB{note}\n")


def main():
    """Fill a copy of the study, open it, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs"))
    parser.add_argument("--all", action="store_true")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as room:
        folder = Path(shutil.copytree(chosen.study, Path(room) / "study"))
        fill(folder)
        with explorer(folder) as page:
            if chosen.all:
                for address in pages(page):
                    name = re.sub(r"\W+", "-", address).strip("-")[:40] or "reading"
                    for mode in MODES:
                        take(page, address, mode, chosen.folder / f"{name}-{mode}.png", whole=True)
                return
            places = {"FIGURE": first_figure(page), "REPORT": (folder / "report.html").as_uri()}
            for name, (address, mode) in SHOWN.items():
                take(page, places.get(address, address), mode, chosen.folder / f"{name}.png")


if __name__ == "__main__":
    main()
