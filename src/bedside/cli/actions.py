"""The verb `actions`: what is done about what people told."""

from datetime import date
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["actions"]

actions = typer.Typer(
    help="Keep the list of actions: what is done, who answers for it, and where it stands.",
    no_args_is_help=True,
)
Status = Annotated[str, typer.Option(help="planned, made or declined.")]
Reason = Annotated[str, typer.Option(help="Why; needed where it is declined.")]
On = Annotated[str, typer.Option("--on", help="Day (YYYY-MM-DD); today if not given.")]


@actions.command(name="list")
def list_(study: StudyFolder, as_json: AsJson = False) -> None:
    """List the actions, and what people propose that no action follows yet."""
    there(study)
    from bedside.cli.acting import list_text

    value, text = list_text(study)
    say(value, text, as_json=as_json)


@actions.command()
def add(
    study: StudyFolder,
    what: Annotated[str, typer.Argument(help="What is done, in a sentence.", show_default=False)],
    owner: Annotated[str, typer.Option(help="Post or team that answers for it; not a name.")],
    about: Annotated[
        str, typer.Option("--for", help="What it follows: ASPECT or ASPECT:PROPOSAL.")
    ] = "",
    status: Status = "planned",
    reason: Reason = "",
    on: On = "",
    as_json: AsJson = False,
) -> None:
    """Enter an action."""
    there(study)
    from bedside.cli.acting import add_text

    day = _day(on)
    value, text = add_text(
        study, what, owner=owner, about=about, status=status, reason=reason, on=day
    )
    say(value, text, as_json=as_json)


@actions.command(name="set")
def set_(
    study: StudyFolder,
    action: Annotated[str, typer.Argument(help="Id, such as a1.", show_default=False)],
    status: Status,
    reason: Reason = "",
    owner: Annotated[str, typer.Option(help="Another post or team.")] = "",
    on: On = "",
    as_json: AsJson = False,
) -> None:
    """Say where an action stands now; what stood before is kept."""
    there(study)
    from bedside.cli.acting import move_text

    value, text = move_text(study, action, status=status, reason=reason, owner=owner, on=_day(on))
    say(value, text, as_json=as_json)


def _day(text: str) -> date:
    from bedside.errors import InputError

    try:
        return date.fromisoformat(text) if text else now().date()
    except ValueError as error:
        raise InputError(f"'{text}' is no day; give it as YYYY-MM-DD") from error
