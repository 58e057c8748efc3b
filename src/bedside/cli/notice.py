"""The verbs `crisis` and `phrases`. Nothing heavy is imported before they run."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, say, there

__all__ = ["crisis", "phrases"]


def crisis(study: StudyFolder, as_json: AsJson = False) -> None:
    """List posts that may show a crisis, for the person who acts on them; never their words."""
    there(study)
    from bedside.cli.noticing import crisis_text

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
