"""The verbs `judge` and `agreement`."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from bedside.cli.saying import AsJson, Database, StudyFolder, now, say, there
from bedside.errors import InputError

__all__ = ["judging"]

judging = typer.Typer()


class Metric(str, Enum):  # noqa: UP042  typer shows the values of this kind
    """How far two codes lie apart."""

    nominal = "nominal"
    ordinal = "ordinal"
    interval = "interval"
    ratio = "ratio"


@judging.command()
def judge(
    study: StudyFolder,
    coder: Annotated[str, typer.Option(help="Who judges; stands with every decision.")] = "",
    sample: Annotated[str, typer.Option(help="Sample; the latest if not given.")] = "",
    layer: Annotated[
        str, typer.Option(help="Layer to judge; of a sample for one layer, that.")
    ] = "",
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Settle what coders decided differently.")
    ] = False,
    source: Annotated[
        Path | None, typer.Option("--from", help="Take in decisions from a CSV or JSONL file.")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="With --from: what a file does not name is absent.")
    ] = False,
    prompted: Annotated[
        bool,
        typer.Option("--prompted", help="With --from: coders saw proposals; no estimate uses it."),
    ] = False,
    skip: Annotated[
        bool, typer.Option("--skip", help="With --from: leave out posts that are not there.")
    ] = False,
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Judge a sample in the terminal, settle differences, or take decisions in from a file."""
    there(study)
    if source is not None:
        from bedside.cli.taking_in import take_in

        value, text = take_in(
            study,
            source,
            coder=coder,
            sample=sample,
            layer=layer,
            complete=complete,
            prompted=prompted,
            skip=skip,
            now=now(),
        )
        say(value, text, as_json=as_json)
        return
    if not coder:
        raise InputError("say who judges: --coder NAME; the name stands with every decision")
    from bedside.cli import judging_session as session

    if adjudicate:
        session.settle_differences(
            study, coder=coder, sample=sample, layer=layer, ask=_line, say=typer.echo
        )
    else:
        session.judge_in_terminal(
            study, coder=coder, sample=sample, layer=layer, ask=_line, say=typer.echo
        )


def _line(prompt: str) -> str:
    """Ask a person for a line; the end of the input ends the sitting."""
    try:
        return input(f"{prompt}: ")
    except EOFError:
        return "q"


@judging.command()
def agreement(
    study: StudyFolder,
    layer: Annotated[
        list[str] | None, typer.Option(help="Layer; may be given again; else all judged.")
    ] = None,
    sample: Annotated[str, typer.Option(help="Only decisions of this sample.")] = "",
    metric: Annotated[
        Metric | None, typer.Option(help="For layers with one answer; nominal if not given.")
    ] = None,
    smallest: Annotated[float, typer.Option(help="Alpha to be reached: .667 or .80.")] = 0.667,
    coder: Annotated[
        str, typer.Option(help="Who asks: a coder sees no difference before coding the post.")
    ] = "",
    posts: Annotated[bool, typer.Option("--posts", help="List the posts that differ.")] = False,
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Tell how far coders agree on each code, where they differ, and how many more codings help."""
    there(study)
    from bedside.cli.agreeing import agreement_text

    value, text = agreement_text(
        study,
        layers=layer or [],
        sample=sample,
        metric=metric.value if metric else None,
        smallest=smallest,
        coder=coder,
        posts=posts,
    )
    say(value, text, as_json=as_json)
