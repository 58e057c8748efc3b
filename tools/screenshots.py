"""Pictures of the explorer for the docs, from the demo study: python tools/screenshots.py STUDY [FOLDER] [--all].

Needs Playwright and the system's Chromium, and sends nothing anywhere but to this machine. Without --all it takes the few
that the docs show; with it every page in light, dark, print and 400 px, to be looked at.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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
    "explorer-journey": ("/journey#journey", "light"),
    "explorer-evidence": ("EVIDENCE", "light"),
    "explorer-themes": ("/themes", "dark"),
}
MODES = ("light", "dark", "print", "narrow")


def pages(page):
    """Addresses of the navigation, a figure, a post with its thread, an account."""
    page.goto("/")
    found = [link.get_attribute("href") for link in page.locator("header nav a").all()]
    inside = [link.get_attribute("href") for link in page.locator("article footer a").all()]
    posts = [a for a in inside if a.startswith("/post/")][:1]
    accounts = [a for a in inside if a.startswith("/account/")][:1]
    return [*found, *posts, *accounts, first_figure(page)]


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
    page.screenshot(path=path, full_page=whole)
    sys.stdout.write(f"{path} {os.path.getsize(path) // 1000} kB\n")


def main():
    """Serve the study, open it, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs"))
    parser.add_argument("--all", action="store_true")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "bedside", "open", str(chosen.study), "--no-browser", "--as", "Ann"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        entrance = next(line for line in server.stdout if "token=" in line).split()[-1]
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
                args=FLAGS,
            )
            context = browser.new_context(base_url=entrance.partition("/enter")[0])
            page = context.new_page()
            page.goto(entrance)
            if chosen.all:
                for address in pages(page):
                    name = re.sub(r"\W+", "-", address).strip("-")[:40] or "reading"
                    for mode in MODES:
                        take(page, address, mode, chosen.folder / f"{name}-{mode}.png", whole=True)
            else:
                figure = first_figure(page)
                for name, (address, mode) in SHOWN.items():
                    take(
                        page,
                        figure if address == "EVIDENCE" else address,
                        mode,
                        chosen.folder / f"{name}.png",
                    )
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
