"""Themes of a study: found by `run`, listed and decided on by the analyst."""

from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec
import pyarrow as pa

from bedside.store.files import content_key
from bedside.store.manifest import Dataset
from bedside.store.stages import Ask
from bedside.store.study import open_study
from bedside.understand.themes.changing import change_decisions, theme_rows
from bedside.understand.themes.decisions import (
    read_decisions,
    read_memory,
    settle_memory,
    write_memory,
)

__all__ = ["change_themes", "find_themes", "list_themes"]

VERSION = "2"
Table = Callable[[str, str, Callable[[], pa.Table]], Dataset]
"""Finds a global table by name and key, or makes it."""


def find_themes(
    folder: Path, ask: Ask, table: Table, corpus_key: str, bind: Callable[[], None]
) -> None:
    """Make the tables `themes` and `theme_names` where the corpus or the decisions changed.

    Parameters
    ----------
    folder : Path
        Of the study.
    ask : Ask
    table : callable
    corpus_key : str
        Of everything that the themes are found in.
    bind : callable
        Shows the corpus to `ask`; called only if something must be found.
    """
    decisions = read_decisions(folder)
    key = content_key("themes", VERSION, corpus_key, msgspec.to_builtins(decisions))
    made: list[Any] = []

    def found() -> Any:
        if not made:
            from bedside.understand.themes.discover import discover

            bind()
            made.append(discover(ask, decisions, read_memory(folder)))
            write_memory(folder, key, made[0].memory)
        return made[0]

    table("themes", key, lambda: found().themes)
    table("theme_names", key, lambda: found().names)
    settle_memory(folder, key)


def list_themes(folder: Path) -> tuple[list[dict[str, Any]], str]:
    """Themes as they stand: for programs, and for people."""
    open_study(folder)
    rows = theme_rows(folder)
    if not rows:
        return rows, "no themes: fewer than 40 posts can be placed"
    decided = read_decisions(folder)
    lines = [
        f"{row['theme']:<8} {row['posts']:>8,}  {row['name']}"
        + (f"  [{', '.join(row['words'][:6])}]" if row["named_by"] == "analyst" else "")
        + (f"  ({', '.join(row['codes'])})" if row["codes"] else "")
        for row in rows
    ]
    first = rows[0]
    lines.append(
        f"{first['outliers']:,} of {first['placed']:,} posts are near no theme; groups found from three seeds agree "
        f"with adjusted Rand index {first['stability'] / 1000:.2f} (1: the same groups, 0: chance)"
    )
    lines += [f"merged: {gone} into {taker}" for gone, taker in sorted(decided.merges.items())]
    lines += [f"split: {theme} into {parts}" for theme, parts in sorted(decided.splits.items())]
    return rows, "\n".join(lines)


def change_themes(folder: Path, **change: Any) -> str:
    """Keep one more decision; see `bedside.understand.themes.decisions.decide`."""
    change_decisions(open_study(folder), **change)
    return (
        f"kept in themes/decisions.json; it counts from the next: bedside run {quote(str(folder))}"
    )
