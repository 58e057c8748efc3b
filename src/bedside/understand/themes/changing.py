"""Themes of a study as they stand, and one more decision about them; the command line and the explorer both stand on this."""

from pathlib import Path
from shlex import quote
from typing import Any

import pyarrow.parquet as pq

from bedside.errors import NotFoundError
from bedside.store.manifest import read_manifest
from bedside.store.study import Study
from bedside.understand.themes.decisions import Decisions, decide, read_decisions, write_decisions

__all__ = ["change_decisions", "theme_rows"]


def theme_rows(folder: Path) -> list[dict[str, Any]]:
    """Rows of `theme_names`, largest first.

    Raises
    ------
    NotFoundError
        If the study was not run since themes are found.
    """
    datasets = read_manifest(folder).datasets
    if "theme_names" not in datasets:
        raise NotFoundError(
            f"{folder.name} has no themes yet; give: bedside run {quote(str(folder))}"
        )
    (page,) = datasets["theme_names"].pages
    rows: list[dict[str, Any]] = pq.read_table(folder / page.file).to_pylist()
    return sorted(rows, key=lambda row: (-row["posts"], row["theme"]))


def change_decisions(study: Study, **change: Any) -> Decisions:
    """Keep one more decision, as `decisions.decide` takes it; it counts from the next run.

    Raises
    ------
    InputError
        If a theme is not known, or a number has no meaning.
    StaleError
        If another bedside is working on the study.
    """
    with study.locked():
        decisions = read_decisions(study.folder)
        known = sorted({row["theme"] for row in theme_rows(study.folder)} | set(decisions.splits))
        made = decide(decisions, known, **change)
        write_decisions(study.folder, made)
    return made
