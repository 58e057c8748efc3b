"""The verb `team`: who may log in to a study that is opened for a team. Nothing heavy is imported before it runs."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, say, there

__all__ = ["team"]

team = typer.Typer(
    help="Keep the list of people who may log in: bedside open STUDY --team --listen HOST:PORT.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="As it stands with decisions.", show_default=False)]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role", help="reader, coder, 'safety officer', lead or 'raw text'; may be given again."
    ),
]


@team.command(name="list")
def list_(study: StudyFolder, as_json: AsJson = False) -> None:
    """List people and their roles."""
    there(study)
    from bedside.cli.teaming import list_text

    value, text = list_text(study)
    say(value, text, as_json=as_json)


@team.command()
def add(
    study: StudyFolder,
    name: Name,
    role: Roles,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line given.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Enter a person; the password is asked for twice and kept as an argon2id hash."""
    there(study)
    from bedside.cli.teaming import add_text

    password = (
        typer.get_text_stream("stdin").readline().rstrip("\r\n")
        if password_stdin
        else str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
    )
    value, text = add_text(study, name, role, password)
    say(value, text, as_json=as_json)


@team.command()
def roles(study: StudyFolder, name: Name, role: Roles, as_json: AsJson = False) -> None:
    """Give a person other roles; they count from the next page on."""
    there(study)
    from bedside.cli.teaming import roles_text

    value, text = roles_text(study, name, role)
    say(value, text, as_json=as_json)


@team.command()
def remove(study: StudyFolder, name: Name, as_json: AsJson = False) -> None:
    """Take a person out; they are logged out at once, and what they decided stays."""
    there(study)
    from bedside.cli.teaming import remove_text

    value, text = remove_text(study, name)
    say(value, text, as_json=as_json)
