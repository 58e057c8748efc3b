"""The verb `interventions`: what the organisation did about claims, and from which day on."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["interventions"]

interventions = typer.Typer(
    help="Keep the dated log of what was done about claims.", no_args_is_help=True
)


@interventions.command(name="list")
def list_(study: StudyFolder, as_json: AsJson = False) -> None:
    """List the interventions in order of entry."""
    there(study)
    from bedside.cli.intervening import list_text

    value, text = list_text(study)
    say(value, text, as_json=as_json)


@interventions.command()
def add(
    study: StudyFolder,
    what: Annotated[str, typer.Argument(help="What was done, in a sentence.", show_default=False)],
    by: Annotated[str, typer.Option(help="Post or team that did it; not a name.")],
    on: Annotated[
        str, typer.Option("--on", help="First day on which it could be seen (YYYY-MM-DD).")
    ],
    about: Annotated[
        str, typer.Option("--for", help="Id of the claim; all claims if not given.")
    ] = "",
    where: Annotated[str, typer.Option(help="Platform on which alone it was done.")] = "",
    kind: Annotated[str, typer.Option(help="Such as post, reply, video, leaflet, event.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter an intervention; the next run looks at what followed."""
    there(study)
    from bedside.cli.intervening import add_text

    value, text = add_text(
        study, what, by=by, on=on, about=about, where=where, kind=kind, noted=now().date()
    )
    say(value, text, as_json=as_json)


@interventions.command()
def withdraw(
    study: StudyFolder,
    intervention: Annotated[str, typer.Argument(help="Id, such as i1.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why the entry does not hold.")],
    as_json: AsJson = False,
) -> None:
    """Say that an entry does not hold; it stays in the log."""
    there(study)
    from bedside.cli.intervening import withdraw_text

    value, text = withdraw_text(study, intervention, reason=reason)
    say(value, text, as_json=as_json)
