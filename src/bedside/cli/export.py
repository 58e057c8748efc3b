"""The verb `export`. Nothing heavy is imported before it runs."""

from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["export"]


def export(
    study: StudyFolder,
    to: Annotated[
        list[str],
        typer.Option(
            help="report, slides, workbook, csv, json, parquet or community; may be given again."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; documents/ of the study if not given.")
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Of the figures as they stand, although the plan is frozen."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write documents of released figures: the planned report, slides, a workbook, tables, a page for those who wrote."""
    there(study)
    from bedside.cli.exporting import export_text

    value, text = export_text(study, to, out=out, live=live, now=now())
    say(value, text, as_json=as_json)
