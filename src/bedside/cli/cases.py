"""`cases STUDY ...`: the safety inbox from the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bedside.errors import InputError

__all__ = ["cases"]

cases = typer.Typer(
    help="Work safety cases: from a post to a case that a drug-safety officer can use.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="Id of a case, or its beginning.")]
By = Annotated[
    str, typer.Option("--by", envvar="BEDSIDE_NAME", help="Who does it; kept with every step.")
]
Because = Annotated[str, typer.Option("--because", help="Why, in your words.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]


def _say(value: Any, text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str) if as_json else text)


def _now() -> datetime:
    return datetime.now(UTC)


@cases.callback()
def _study(
    ctx: typer.Context,
    study: Annotated[Path, typer.Argument(help="The study's folder.", show_default=False)],
) -> None:
    """Work safety cases of a study: oldest and most serious first."""
    ctx.obj = study


@cases.command(name="list")
def list_(
    ctx: typer.Context,
    status: Annotated[str, typer.Option(help="Only cases that stand there.")] = "",
    due: Annotated[str, typer.Option(help="Only cases that are overdue or soon.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the queue: oldest and most serious first."""
    from bedside.cli.casework import as_values, at_desk, queue_text
    from bedside.measure.safety.workflow import STATUSES

    if status and status not in STATUSES:
        raise InputError(f"no status '{status}'; known here: {', '.join(STATUSES)}")
    if due not in ("", "overdue", "soon"):
        raise InputError(f"--due is overdue or soon, got '{due}'")
    with at_desk(ctx.obj, _now()) as desk:
        lines = desk.queue(status=status, open_only=not everything and not status)
    wanted = {"overdue": ("overdue",), "soon": ("overdue", "due_soon")}.get(due)
    lines = [line for line in lines if wanted is None or line.state in wanted]
    _say(as_values(lines), queue_text(lines), as_json=as_json)


@cases.command()
def show(ctx: typer.Context, case: CaseId, by: By = "", as_json: AsJson = False) -> None:
    """Show one case; the look is kept with your name, and may start its clock."""
    from bedside.cli.casework import as_values, at_desk, case_text

    with at_desk(ctx.obj, _now()) as desk:
        desk.step(case, "seen", by=by)
        found = desk.case(case)
    _say(as_values(found), case_text(found), as_json=as_json)


@cases.command()
def send(
    ctx: typer.Context,
    post: Annotated[str, typer.Argument(help="Key or id of a post.")],
    product: Annotated[str, typer.Option(help="The product it is about.")] = "",
    seen: Annotated[str, typer.Option(help="When you first saw it, if before now.")] = "",
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Send any post to the inbox by hand."""
    from bedside.cli.casework import at_desk, moment_of
    from bedside.store.keys import load_keys

    now = _now()
    with at_desk(ctx.obj, now) as desk:
        key = load_keys(desk.study.config.id).post_key(post) if ":" in post else post
        made = desk.send(key, by=by, product=product, words=because, seen_at=moment_of(seen, now))
    _say({"case_id": made}, f"{made} is in the inbox", as_json=as_json)


def _step(ctx: typer.Context, case: str, kind: str, by: str, as_json: bool, **about: Any) -> None:
    from bedside.cli.casework import as_values, at_desk, standing_text

    with at_desk(ctx.obj, _now()) as desk:
        at = desk.step(case, kind, by=by, **about)
    _say(as_values(at), standing_text(at.case_id, at.status), as_json=as_json)


@cases.command()
def review(
    ctx: typer.Context,
    case: CaseId,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="ELEMENT=met|doubtful|not_met, or CRITERION=yes|no."),
    ] = None,
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Take a case up; set what you know better than the machine."""
    from bedside.cli.casework import as_values, at_desk, standing_text
    from bedside.model.cases import SERIOUS

    with at_desk(ctx.obj, _now()) as desk:
        at = desk.step(case, "seen", by=by)
        if at.status == "new":
            at = desk.step(case, "in_review", by=by)
        for words in sets or []:
            name, mark, value = words.partition("=")
            if not mark:
                raise InputError(f"--set wants NAME=VALUE, got '{words}'")
            if name in SERIOUS:
                if value not in ("yes", "no"):
                    raise InputError(f"a criterion holds or not: {name}=yes or {name}=no")
                at = desk.step(
                    case, "seriousness", by=by, criterion=name, holds=value == "yes", words=because
                )
            else:
                at = desk.step(case, "element", by=by, element=name, state=value, words=because)
    _say(as_values(at), standing_text(at.case_id, at.status), as_json=as_json)


@cases.command()
def valid(
    ctx: typer.Context,
    case: CaseId,
    special: Annotated[
        bool, typer.Option("--special", help="A special situation without a reaction.")
    ] = False,
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Find a case valid: the four elements are there."""
    _step(
        ctx, case, "valid", by, as_json, words=because, **{"as": "special" if special else "case"}
    )


@cases.command()
def reject(
    ctx: typer.Context,
    case: CaseId,
    reason: Annotated[str, typer.Option(help="no_reporter, no_patient, no_product, ...")] = "",
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Find a case not valid; a serious one then waits for a second reader."""
    _step(ctx, case, "rejected", by, as_json, reason=reason, words=because)


@cases.command()
def second(
    ctx: typer.Context,
    case: CaseId,
    uphold: Annotated[
        bool | None, typer.Option("--uphold/--overrule", help="Whether the rejection stands.")
    ] = None,
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Read a rejected serious case a second time."""
    if uphold is None:
        raise InputError("say whether the rejection stands: --uphold or --overrule")
    _step(ctx, case, "upheld" if uphold else "overruled", by, as_json, words=because)


@cases.command()
def fold(
    ctx: typer.Context,
    case: CaseId,
    into: Annotated[str, typer.Option(help="The case that it duplicates.")] = "",
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Fold a case into another that tells of the same person, product and episode."""
    _step(ctx, case, "folded", by, as_json, into=into, words=because)


@cases.command(name="follow-up")
def follow_up(
    ctx: typer.Context,
    case: CaseId,
    significant: Annotated[
        bool,
        typer.Option("--significant/--minor", help="Medically significant: a clock of its own."),
    ] = False,
    received: Annotated[str, typer.Option(help="When it was received, if before now.")] = "",
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Note further information about a case."""
    from bedside.cli.casework import moment_of

    at = moment_of(received, _now())
    when = at.isoformat() if at else None
    _step(ctx, case, "follow_up", by, as_json, significant=significant, when=when, words=because)


@cases.command()
def look(
    ctx: typer.Context, case: CaseId, by: By = "", because: Because = "", as_json: AsJson = False
) -> None:
    """Look up link, site and screen name in the vault; for named officers, every look is kept."""
    from bedside.cli.casework import as_values, at_desk

    with at_desk(ctx.obj, _now()) as desk:
        found = desk.look(case, by=by, why=because)
    lines = [
        f"{c.link}  {c.site}  {c.screen_name or c.name or 'no name'}  {c.country}" for c in found
    ]
    _say(
        as_values(found), "\n".join(lines) or "the vault no longer holds its posts", as_json=as_json
    )
