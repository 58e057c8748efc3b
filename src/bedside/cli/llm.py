"""The verb `llm`."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, say, there

__all__ = ["asking"]

asking = typer.Typer()


@asking.command()
def llm(
    study: StudyFolder,
    limit: Annotated[int | None, typer.Option(help="Ask at most so many questions.", min=1)] = None,
    most_cost: Annotated[
        float | None, typer.Option("--most-cost", help="End the round at these costs.", min=0)
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Ask anew where only nonsense came.")
    ] = False,
    foretell: Annotated[
        bool,
        typer.Option("--foretell", help="Ask nothing; say what is open and what it would cost."),
    ] = False,
    score: Annotated[
        bool, typer.Option("--score", help="Compare what it said with what people decided.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the language model that study.toml names, as one more maker of proposals."""
    there(study)
    from bedside.cli.asking import ask_text, score_text
    from bedside.cli.telling import Teller

    if score:
        value, text = score_text(study)
    else:
        with Teller(quiet=as_json) as tell:
            value, text = ask_text(
                study,
                limit=limit,
                most_cost=most_cost,
                again=again,
                foretell=foretell,
                progress=tell,
            )
    say(value, text, as_json=as_json)
