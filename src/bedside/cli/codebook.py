"""The verb `codebook` and its actions."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, say, there

__all__ = ["codebook"]

codebook = typer.Typer(
    help="Show the codebook, compare versions, and find decisions that are out of date.",
    no_args_is_help=True,
)


@codebook.command()
def show(
    study: StudyFolder,
    what: Annotated[str, typer.Argument(help="LAYER or LAYER/CODE; all layers if not given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show layers, codes and what they mean."""
    there(study)
    from bedside.cli.codebooks import show_text

    value, text = show_text(study, what)
    say(value, text, as_json=as_json)


@codebook.command()
def edit(
    study: StudyFolder,
    layer: Annotated[str, typer.Argument(help="Layer to change.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Copy a built-in layer into the study, where it can be edited."""
    there(study)
    from bedside.cli.codebooks import copy_layer

    value, text = copy_layer(study, layer)
    say(value, text, as_json=as_json)


@codebook.command()
def check(study: StudyFolder, as_json: AsJson = False) -> None:
    """Read the codebook and say what is wrong with it, or could be better."""
    there(study)
    from bedside.cli.codebooks import check_text

    value, text = check_text(study)
    say(value, text, as_json=as_json)


@codebook.command()
def diff(
    study: StudyFolder,
    old: Annotated[
        str, typer.Argument(help="A version, or 'built-in'; the one before if not given.")
    ] = "",
    new: Annotated[str, typer.Argument(help="A version; as it stands if not given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell two versions apart, and which decisions a change sends to be checked again."""
    there(study)
    from bedside.cli.codebooks import diff_text

    value, text = diff_text(study, old, new)
    say(value, text, as_json=as_json)


@codebook.command()
def outdated(study: StudyFolder, as_json: AsJson = False) -> None:
    """List decisions made under a definition, or about a text, that has changed since."""
    there(study)
    from bedside.cli.codebooks import outdated_text

    value, text = outdated_text(study)
    say(value, text, as_json=as_json)
