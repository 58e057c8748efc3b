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
        typer.Option(help="slides, workbook, csv, json or parquet; may be given again."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; documents/ of the study if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write slides, a workbook or tables of all released figures."""
    there(study)
    from bedside.cli.exporting import export_text

    value, text = export_text(study, to, out=out, now=now())
    say(value, text, as_json=as_json)
