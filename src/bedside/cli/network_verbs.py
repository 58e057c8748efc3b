"""`bedside network` and `bedside alike`."""

from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, say, there

__all__ = ["networks"]

networks = typer.Typer(add_completion=False, rich_markup_mode=None)


@networks.command()
def network(
    study: StudyFolder,
    format_: Annotated[str, typer.Option("--format", help="gexf or graphml.")] = "gexf",
    out: Annotated[
        Path | None, typer.Option(help="File; by default in the study's folder.")
    ] = None,
    accounts: Annotated[
        bool,
        typer.Option("--accounts", help="Accounts under numbers drawn by lot: never for release."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the network of communities that the last release shows, for Gephi and others."""
    there(study)
    from bedside.cli.networks import write_network

    value, text = write_network(study, format_, out, accounts=accounts)
    say(value, text, as_json=as_json)


@networks.command()
def alike(
    study: StudyFolder,
    text: Annotated[str | None, typer.Argument(help="A situation in words; kept nowhere.")] = None,
    post: Annotated[str | None, typer.Option(help="A post of the study: its key or id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what people in a like situation tell: composites of at least 8 accounts, never a person."""
    there(study)
    from bedside.cli.networks import find_alike

    value, words = find_alike(study, text, post)
    say(value, words, as_json=as_json)
