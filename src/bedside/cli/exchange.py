"""The verb `exchange` and its actions."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["exchange"]

exchange = typer.Typer(
    help="Give codebook and decisions to other coding tools, and take them back.",
    no_args_is_help=True,
)
File = Annotated[Path, typer.Argument(help="The file.", show_default=False)]


class Kind(str, Enum):  # noqa: UP042  typer shows the values of this kind
    """Whose format."""

    qdc = "qdc"
    qdpx = "qdpx"
    taguette = "taguette"
    labelstudio = "labelstudio"
    doccano = "doccano"
    csv = "csv"


As = Annotated[Kind, typer.Option("--as", help="Format of the file.", show_default=False)]


@exchange.command(name="export")
def export_(
    study: StudyFolder,
    file: File,
    kind: As,
    layer: Annotated[
        list[str] | None, typer.Option(help="Only this layer; may be given again.")
    ] = None,
    sample: Annotated[str, typer.Option(help="Posts of this sample; else posts judged.")] = "",
    coder: Annotated[str, typer.Option(help="Only this coder's decisions.")] = "",
    blank: Annotated[
        bool, typer.Option("--blank", help="Without decisions, to be coded there blind.")
    ] = False,
    spans: Annotated[
        bool, typer.Option("--spans", help="For doccano: labels at the words that say so.")
    ] = False,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Text without masks, where the study permits it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write codebook (qdc, taguette), project (qdpx) or decisions (labelstudio, doccano, csv)."""
    there(study)
    from bedside.cli.exchanging import Wanted, export_to

    wanted = Wanted(
        layers=tuple(layer or ()),
        sample=sample,
        coder=coder,
        blank=blank,
        spans=spans,
        unmasked=unmasked,
    )
    value, text = export_to(study, file, kind.value, wanted, now=now())
    say(value, text, as_json=as_json)


@exchange.command(name="import")
def import_(
    study: StudyFolder,
    file: File,
    kind: As,
    sample: Annotated[str, typer.Option(help="The sample that was judged.")] = "",
    coder: Annotated[str, typer.Option(help="For decisions that name no coder.")] = "",
    prompted: Annotated[
        bool, typer.Option("--prompted", help="Coders saw proposals; no estimate uses it.")
    ] = False,
    skip: Annotated[
        bool, typer.Option("--skip", help="Leave out posts that are not there.")
    ] = False,
    codebook: Annotated[
        bool, typer.Option("--codebook", help="With qdpx: take in its codebook too.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace layers that the study already changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take in a codebook or decisions; a file twice adds nothing."""
    there(study)
    from bedside.cli.exchanging import import_from

    value, text = import_from(
        study,
        file,
        kind.value,
        sample=sample,
        coder=coder,
        prompted=prompted,
        skip=skip,
        codebook=codebook,
        replace=replace,
        now=now(),
    )
    say(value, text, as_json=as_json)
