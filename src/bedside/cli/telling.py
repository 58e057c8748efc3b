"""What a person sees while work goes on, and how an error is told."""

import os
import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = ["Teller", "console", "emptied_lines", "tell_error"]

SLOW = 2.0  # seconds after which a person wants to see that something moves
WORDS = {
    "simulate": "inventing posts",
    "files": "files read",
    "collect": "requests answered",
    "recheck": "requests answered",
    "records": "records read",
    "unify": "cleaning and masking posts",
    "folds": "folding duplicates",
    "threads": "joining threads",
    "relevance": "asking the query of each post",
    "understand": "reading posts",
    "vectors": "placing posts by what they are about",
    "themes": "finding themes",
    "theme_names": "naming themes",
    "communities": "finding communities",
    "community_names": "naming communities",
    "speakers": "telling who speaks",
    "replies": "following who answers whom",
    "exchanges": "following exchanges with professionals",
    "dialogues": "following exchanges with professionals",
    "claim_posts": "following claims",
    "measure": "measuring",
    "report": "writing the report",
    "llm": "asking the language model",
}


def console(*, stderr: bool = False) -> Console:
    """Make a console that wraps nothing when its output is a file."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


class Teller:
    """Shows progress of anything that takes longer than two seconds; one line a step when nobody watches."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.bars: Progress | None = None
        self.tasks: dict[str, Any] = {}
        self.began: dict[str, float] = {}
        self.console = console(stderr=True)

    def __enter__(self) -> "Teller":
        return self

    def __exit__(self, *_: object) -> None:
        if self.bars is not None:
            self.bars.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note of progress: `done` of `total` pages or files of a step; a negative total is not known."""
        if self.quiet or total == 0:
            return
        now = time.monotonic()
        if done == 0 or what not in self.began:
            self.began[what] = now
        if self.console.is_terminal and not os.environ.get("CI"):
            self._bar(WORDS.get(what, what), done, total)
        elif done == total and now - self.began[what] > SLOW:
            self.console.print(f"  {WORDS.get(what, what)}: {now - self.began[what]:.0f} s")

    def _bar(self, what: str, done: int, total: int) -> None:
        if self.bars is None:
            columns = (
                TextColumn("  {task.description}"),
                BarColumn(24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            self.bars = Progress(*columns, console=self.console, transient=True)
            self.bars.start()
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(what, total=None)
        self.bars.update(self.tasks[what], completed=done, total=total if total > 0 else None)


def tell_error(message: str) -> None:
    """Print an error for a person: the message, no stack."""
    sys.stderr.write(f"bedside: {message}\n")


def emptied_lines(by_source: dict[str, int]) -> list[str]:
    """Say which sources lost text because the register says so."""
    return [
        f"{name}: {posts:,} posts lost their text, as the register of the source says (store, retention_days)"
        for name, posts in sorted(by_source.items())
    ]
