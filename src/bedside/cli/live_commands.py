"""The verbs of live sources: `collect` and `recheck`. Nothing heavy is imported before one of them runs."""

from typing import Annotated, Any

import typer

from bedside.cli.saying import AsJson, StudyFolder, now, say

__all__ = ["collect", "recheck"]

Names = Annotated[
    list[str] | None,
    typer.Option("--source", help="Name of a live source; may be given again. All if none is."),
]


def collect(
    study: StudyFolder,
    source: Names = None,
    kind: Annotated[
        str | None,
        typer.Option("--from", help="Register the source as one of this kind (docs/LIVE.md)."),
    ] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option("--set", help="KEY=VALUE of the register or of the kind; may be given again."),
    ] = None,
    preset: Annotated[str | None, typer.Option(help="Answers ready made: simulated.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be asked; ask nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read what is new at the live sources of a study."""
    from bedside.cli import collecting
    from bedside.cli.answers import read_answers
    from bedside.cli.collected import plan_lines
    from bedside.cli.live_register import enter
    from bedside.cli.telling import Teller

    if kind:
        enter(study, source or [], kind, read_answers(answers or []), preset)
    names = source or []
    if dry_run:
        plans = collecting.planned(study, names=names, now=now())
        say(plans, "\n".join(plan_lines(plans)), as_json=as_json)
        return
    with Teller(quiet=as_json) as tell:
        done = collecting.collect(study, names=names, now=now(), progress=tell)
    _tell(done, as_json=as_json)


def recheck(study: StudyFolder, source: Names = None, as_json: AsJson = False) -> None:
    """Ask the live sources which posts were deleted or changed, and follow them."""
    from bedside.cli import collecting
    from bedside.cli.telling import Teller

    with Teller(quiet=as_json) as tell:
        done = collecting.recheck(study, names=source or [], now=now(), progress=tell)
    _tell(done, as_json=as_json)


def _tell(done: list[Any], *, as_json: bool) -> None:
    import msgspec

    from bedside.cli.collected import collected_lines

    values = [msgspec.to_builtins(each) for each in done]
    say(values, "\n".join(collected_lines(done)), as_json=as_json)
