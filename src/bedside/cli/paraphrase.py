"""The verb `paraphrase`: posts told in other words, by one person and approved by another."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["paraphrase"]

paraphrase = typer.Typer(
    help="Tell posts in other words, so that a report can give voices and nobody is found through them.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="Id, such as p1a2b3c4.", show_default=False)]
By = Annotated[
    str, typer.Option("--by", envvar="BEDSIDE_NAME", help="Who does it; kept with every step.")
]
Because = Annotated[str, typer.Option("--because", help="Why, in your words.")]


@paraphrase.command()
def write(
    study: StudyFolder,
    text: Annotated[str, typer.Argument(help="Your own words.", show_default=False)],
    post: Annotated[
        list[str], typer.Option(help="Key or id of the post it paraphrases; may be given again.")
    ],
    by: By = "",
    about: Annotated[str, typer.Option(help="What it illustrates, such as feel:relief.")] = "",
    evidence: Annotated[str, typer.Option(help="Id of the figure it stands beside.")] = "",
    name: Annotated[str, typer.Option("--as", help="Write this one anew.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write one; where it passes the gate it is offered for approval."""
    there(study)
    from bedside.cli.paraphrasing import write_text

    value, said = write_text(
        study, text, posts=post, by=by, now=now(), name=name, about=about, evidence=evidence
    )
    say(value, said, as_json=as_json)


@paraphrase.command(name="list")
def list_(
    study: StudyFolder,
    state: Annotated[
        str, typer.Option(help="draft, offered, approved, returned or withdrawn.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List them with who wrote and who approved them."""
    there(study)
    from bedside.cli.paraphrasing import list_text

    value, said = list_text(study, state=state)
    say(value, said, as_json=as_json)


@paraphrase.command()
def approve(study: StudyFolder, name: Name, by: By = "", as_json: AsJson = False) -> None:
    """Approve one as a second person; the gate is asked once more."""
    _step(study, name, "approve", by, "", as_json)


@paraphrase.command(name="send-back")
def send_back(
    study: StudyFolder, name: Name, by: By = "", because: Because = "", as_json: AsJson = False
) -> None:
    """Send one back to who wrote it, with what to change."""
    _step(study, name, "send_back", by, because, as_json)


@paraphrase.command()
def withdraw(
    study: StudyFolder, name: Name, by: By = "", because: Because = "", as_json: AsJson = False
) -> None:
    """Withdraw one: no report prints it from now on."""
    _step(study, name, "withdraw", by, because, as_json)


def _step(study: StudyFolder, name: str, kind: str, by: str, words: str, as_json: bool) -> None:
    there(study)
    from bedside.cli.paraphrasing import step_text

    value, said = step_text(study, name, kind, by=by, now=now(), words=words)
    say(value, said, as_json=as_json)
