"""The verb `relevance`: how well the query finds what bears on the question."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, Database, StudyFolder, now, say, there
from bedside.errors import InputError

__all__ = ["relevance"]

relevance = typer.Typer(
    help="Measure how well the study's query finds what bears on its question.",
    no_args_is_help=True,
)
Query = Annotated[str, typer.Argument(help="A Boolean query; see docs/QUERY.md.")]


@relevance.command()
def count(study: StudyFolder, query: Query, as_json: AsJson = False) -> None:
    """Say a query back in words, and count what it finds, gains and loses against the study's own."""
    there(study)
    from bedside.cli.relevant import count_text

    value, text = count_text(study, query)
    say(value, text, as_json=as_json)


@relevance.command()
def draw(
    study: StudyFolder,
    size: Annotated[
        int, typer.Option(help="Posts, half of those found, half of the others.")
    ] = 200,
    as_json: AsJson = False,
) -> None:
    """Draw a random sample of what the query finds and of what it misses."""
    there(study)
    from bedside.cli.relevant import draw_text

    value, text = draw_text(study, size=size, now=now())
    say(value, text, as_json=as_json)


@relevance.command()
def judge(
    study: StudyFolder,
    coder: Annotated[str, typer.Option(help="Who judges; stands with every decision.")] = "",
    database: Database = "",
) -> None:
    """Judge the sample in the terminal: whether each post bears on the question."""
    there(study)
    if not coder:
        raise InputError("say who judges: --coder NAME; the name stands with every decision")
    from bedside.cli.judging_session import Ask
    from bedside.cli.relevant import judge_in_terminal

    def line(prompt: str) -> str:
        try:
            return input(f"{prompt}: ")
        except EOFError:
            return "q"

    asked: Ask = line
    judge_in_terminal(study, coder=coder, ask=asked, say=typer.echo)


@relevance.command()
def measure(
    study: StudyFolder,
    query: Annotated[
        str | None, typer.Option(help="Another query, measured on the same judged posts.")
    ] = None,
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Measure precision and recall; of the study's own query they are stored and stand in the report."""
    there(study)
    from bedside.cli.relevant import measure_text

    value, text = measure_text(study, query=query, now=now())
    say(value, text, as_json=as_json)


@relevance.command(name="set")
def set_(study: StudyFolder, query: Query, as_json: AsJson = False) -> None:
    """Write a query into study.toml; it counts from the next run on."""
    there(study)
    from bedside.cli.relevant import set_text

    value, text = set_text(study, query)
    say(value, text, as_json=as_json)
