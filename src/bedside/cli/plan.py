"""The verb `plan`. Nothing heavy is imported before it runs."""

from typing import Annotated

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say, there

__all__ = ["plan"]

plan = typer.Typer(
    help="Plan the report: choose findings, put them in order, write around them, freeze it.",
    no_args_is_help=True,
)
PartId = Annotated[str, typer.Argument(help="Id of a part, such as p1.", show_default=False)]
Heading = Annotated[str | None, typer.Option(help="Heading; of a finding, instead of its own.")]
Before = Annotated[
    str | None, typer.Option(help="Words before it; {EVIDENCE-ID} becomes a live figure.")
]
After = Annotated[str | None, typer.Option(help="Words after it.")]


@plan.command()
def show(study: StudyFolder, as_json: AsJson = False) -> None:
    """Show the plan, what it may choose, and what of it cannot be done."""
    there(study)
    from bedside.cli.planning import plan_text

    value, text = plan_text(study, now=now())
    say(value, text, as_json=as_json)


@plan.command()
def start(study: StudyFolder, as_json: AsJson = False) -> None:
    """Begin a plan with every chapter, in the report's order."""
    there(study)
    from bedside.cli.planning import start_text

    value, text = start_text(study, now=now())
    say(value, text, as_json=as_json)


@plan.command()
def add(
    study: StudyFolder,
    finding: Annotated[str, typer.Option(help="Name of a figure with its finding.")] = "",
    chapter: Annotated[str, typer.Option(help="Name of a chapter.")] = "",
    heading: Heading = None,
    before: Before = None,
    after: After = None,
    at: Annotated[int | None, typer.Option(help="Place, from 1; at the end if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put in a chapter, a finding, or words of your own."""
    there(study)
    from bedside.cli.planning import add_text
    from bedside.model.plans import Part

    part = Part(
        finding=finding,
        chapter=chapter,
        heading=heading or "",
        before=before or "",
        after=after or "",
    )
    value, text = add_text(study, part, at=at, now=now())
    say(value, text, as_json=as_json)


@plan.command()
def move(
    study: StudyFolder,
    part: PartId,
    to: Annotated[int, typer.Argument(help="Place, from 1.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Move a part."""
    there(study)
    from bedside.cli.planning import move_text

    value, text = move_text(study, part, to)
    say(value, text, as_json=as_json)


@plan.command()
def drop(study: StudyFolder, part: PartId, as_json: AsJson = False) -> None:
    """Take a part out."""
    there(study)
    from bedside.cli.planning import drop_text

    value, text = drop_text(study, part)
    say(value, text, as_json=as_json)


@plan.command()
def write(
    study: StudyFolder,
    part: PartId,
    heading: Heading = None,
    before: Before = None,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Write around a part."""
    there(study)
    from bedside.cli.planning import word_text

    value, text = word_text(study, part, now=now(), heading=heading, before=before, after=after)
    say(value, text, as_json=as_json)


@plan.command()
def title(
    study: StudyFolder,
    words: Annotated[str, typer.Argument(help="Headline; empty: as the figures say.")],
    lead: Annotated[str | None, typer.Option(help="First paragraph of page one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give page one another headline."""
    there(study)
    from bedside.cli.planning import title_text

    value, text = title_text(study, words, lead, now=now())
    say(value, text, as_json=as_json)


@plan.command()
def freeze(
    study: StudyFolder,
    by: Annotated[str, typer.Option("--as", help="Who freezes it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Freeze it: figures follow no later post, and exports are of this until it is thawed."""
    there(study)
    from bedside.cli.planning import freeze_text

    value, text = freeze_text(study, by=by, now=now())
    say(value, text, as_json=as_json)


@plan.command()
def thaw(study: StudyFolder, as_json: AsJson = False) -> None:
    """Let figures be live again."""
    there(study)
    from bedside.cli.planning import thaw_text

    value, text = thaw_text(study)
    say(value, text, as_json=as_json)
