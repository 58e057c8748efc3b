"""`cases STUDY ...`: the safety inbox from the command line."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bedside.cli.saying import AsJson
from bedside.cli.saying import now as _now
from bedside.cli.saying import say as _say
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
Form = Annotated[str, typer.Option("--as", help="cioms, csv or e2b.")]
MeddraFolder = Annotated[
    Path | None, typer.Option("--meddra", help="Folder of your own MedDRA release.")
]
Llt = Annotated[
    list[str] | None, typer.Option("--llt", help="REACTION=CODE, a current term of your MedDRA.")
]
Schema = Annotated[Path | None, typer.Option("--schema", help="Folder of the ICH schema files.")]


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


@cases.command()
def back(ctx: typer.Context, case: CaseId, by: By = "", as_json: AsJson = False) -> None:
    """Take your last step on a case back; the log keeps both."""
    from bedside.cli.casework import as_values, at_desk, standing_text

    with at_desk(ctx.obj, _now()) as desk:
        at = desk.take_back(case, by=by)
    _say(as_values(at), standing_text(at.case_id, at.status), as_json=as_json)


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
def note(
    ctx: typer.Context, case: CaseId, by: By = "", because: Because = "", as_json: AsJson = False
) -> None:
    """Keep a note on a case; an erasure of its posts takes the words along."""
    if not because.strip():
        raise InputError("a note needs words: --because WORDS")
    _step(ctx, case, "note", by, as_json, words=because)


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


@cases.command()
def export(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE]...", help="Cases; all if none.")
    ] = None,
    form: Form = "csv",
    out: Annotated[Path | None, typer.Option(help="File to write.")] = None,
    meddra: MeddraFolder = None,
    llt: Llt = None,
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Write cases as a CIOMS-like page, a line list or an E2B(R3) message; masked words only."""
    from bedside.cli.casefiles import FORMS, export_cases
    from bedside.cli.casework import at_desk

    path = out or Path(f"cases.{FORMS.get(form, 'csv')}")
    with at_desk(ctx.obj, _now()) as desk:
        value, text = export_cases(
            desk, names or [], form, out=path, meddra=meddra, llt=llt or [], schema=schema
        )
    _say(value, text, as_json=as_json)


@cases.command(name="hand-over")
def hand_over(
    ctx: typer.Context,
    case: CaseId,
    to: Annotated[str, typer.Option(help="Who receives it.")] = "",
    form: Form = "cioms",
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("handed-over"),
    meddra: MeddraFolder = None,
    llt: Llt = None,
    schema: Schema = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Hand a valid case over, with what the receiver needs to follow up; for named officers."""
    from bedside.cli.casefiles import hand_over as hand
    from bedside.cli.casework import at_desk

    with at_desk(ctx.obj, _now()) as desk:
        value, text = hand(
            desk, case, form, to=to, by=by, out=out, meddra=meddra, llt=llt or [], schema=schema
        )
    _say(value, text, as_json=as_json)


@cases.command()
def ack(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="An acknowledgement file.")] = None,
    case: Annotated[str, typer.Option(help="A case that was answered without a file.")] = "",
    positive: Annotated[
        bool | None, typer.Option("--positive/--negative", help="What was answered.")
    ] = None,
    number: Annotated[str, typer.Option(help="The receiver's number of the report.")] = "",
    by: By = "",
    because: Because = "",
    as_json: AsJson = False,
) -> None:
    """Read the receiver's answer back into its case."""
    from bedside.cli.casefiles import take_answers
    from bedside.cli.casework import at_desk

    if file is None:
        if not case or positive is None:
            raise InputError(
                "give an acknowledgement file, or --case with --positive or --negative"
            )
        _step(
            ctx, case, "acknowledged", by, as_json, positive=positive, number=number, words=because
        )
        return
    with at_desk(ctx.obj, _now()) as desk:
        value, text = take_answers(desk, file, by=by)
    _say(value, text, as_json=as_json)


@cases.command()
def check(
    file: Annotated[Path, typer.Argument(help="An E2B(R3) file.")],
    schema: Schema = None,
    as_json: AsJson = False,
) -> None:
    """Check an E2B(R3) file before it leaves."""
    from bedside.cli.casefiles import check_file

    value, text, good = check_file(file, now=_now(), schema=schema)
    _say(value, text, as_json=as_json)
    if not good:
        raise typer.Exit(6)


@cases.command()
def screening(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show the screening log: what was read of each source, what was found, what may have been missed."""
    from bedside.cli.screening import screening_log

    value, text = screening_log(ctx.obj, _now())
    _say(value, text, as_json=as_json)


@cases.command()
def reconcile(
    ctx: typer.Context,
    start: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = "",
    received: Annotated[
        Path | None, typer.Option(help="The receiver's list: a CSV, ids in its first column.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set what was sent against what was received, for a period."""
    from bedside.cli.screening import reconciliation

    value, text, agrees = reconciliation(ctx.obj, _now(), start=start, end=end, received=received)
    _say(value, text, as_json=as_json)
    if not agrees:
        raise typer.Exit(6)
