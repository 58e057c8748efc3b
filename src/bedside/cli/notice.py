"""The verbs `crisis` and `phrases`. Nothing heavy is imported before they run."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["crisis", "phrases"]


def crisis(
    study: StudyFolder,
    acted: Annotated[str, typer.Option(help="Key of a post on which you acted.")] = "",
    no_crisis: Annotated[str, typer.Option(help="Key of a post that shows no crisis.")] = "",
    send: Annotated[str, typer.Option(help="Key of a post to put into the queue.")] = "",
    back: Annotated[str, typer.Option(help="Key of a post: take your last step back.")] = "",
    by: Annotated[str, typer.Option("--by", envvar="BEDSIDE_NAME", help="Who does it.")] = "",
    because: Annotated[str, typer.Option("--because", help="What was done, or why not.")] = "",
    as_json: AsJson = False,
) -> None:
    """List posts that may show a crisis, never their words; or note what was done about one."""
    there(study)
    from bedside.cli.noticing import crisis_step, crisis_text

    given = {"acted": acted, "no_crisis": no_crisis, "sent": send, "taken_back": back}
    for kind, post in given.items():
        if post:
            said, words = crisis_step(study, post, kind, by=by, because=because, now=now())
            say(said, words, as_json=as_json)
            return
    value, text = crisis_text(study)
    say(value, text, as_json=as_json)


def phrases(
    study: StudyFolder,
    most: Annotated[int, typer.Option(help="Show at most so many.", min=1)] = 50,
    accept: Annotated[str, typer.Option(help="Take this phrase into the study's own list.")] = "",
    kind: Annotated[str, typer.Option(help="symptom, condition, drug or procedure.")] = "symptom",
    as_json: AsJson = False,
) -> None:
    """List phrases that behave like symptoms or drugs and stand in no list; teach one."""
    there(study)
    from bedside.cli.noticing import accept_phrase, phrases_text

    if accept:
        taught, text = accept_phrase(study, accept, kind=kind)
        say(taught, text, as_json=as_json)
        return
    value, text = phrases_text(study, most=most)
    say(value, text, as_json=as_json)
