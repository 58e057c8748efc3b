"""Files of cases: written, handed over, answered, checked."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bedside.cli.casework import as_values
from bedside.errors import InputError, NotFoundError
from bedside.measure.safety.desk import Desk
from bedside.report.handover import FORMS, Made, check_form, hand_over_case, make_file
from bedside.report.icsr.answers import Answer, read_answers
from bedside.report.icsr.reading import read_message
from bedside.report.icsr.rules import check_message
from bedside.report.icsr.schema import validate_schema
from bedside.store.files import replace_file

__all__ = ["FORMS", "check_file", "export_cases", "hand_over", "take_answers"]

Said = tuple[dict[str, Any], str]


def export_cases(
    desk: Desk,
    names: Sequence[str],
    form: str,
    *,
    out: Path,
    meddra: Path | None = None,
    llt: Sequence[str] = (),
    schema: Path | None = None,
) -> Said:
    """Write cases as a file, masked; all of them where none is named, one for a CIOMS page.

    Raises
    ------
    InputError
        If the form is unknown, or a CIOMS page is asked of several cases.
    """
    chosen = names or [line.case_id for line in desk.queue()]
    if check_form(form) == "cioms" and len(chosen) != 1:
        raise InputError(f"a CIOMS page holds one case; {len(chosen)} were asked for: name one")
    made = make_file(desk, [desk.case(name) for name in chosen], form, meddra, llt, schema)
    replace_file(out, lambda file: file.write(made.data))
    told = {
        "file": str(out),
        "cases": len(chosen),
        "findings": [f._asdict() for f in made.findings],
        "schema": made.schema,
        "submittable": not made.schema and not any(f.severity == "reject" for f in made.findings),
    }
    return told, "\n".join([f"{len(chosen)} case(s) in {out.name}", *made.told])


def hand_over(
    desk: Desk,
    name: str,
    form: str,
    *,
    to: str,
    by: str,
    out: Path,
    meddra: Path | None = None,
    llt: Sequence[str] = (),
    schema: Path | None = None,
) -> Said:
    """Write a valid case and what the receiver needs to follow up, and log both; for named officers.

    Notes
    -----
    The contact sheet comes out of the vault: it holds links and screen names. Files outside the study are the
    user's to keep safe and to erase.
    """
    name = desk.case(name).line.case_id
    files = [out / f"{name}.{FORMS[check_form(form)]}", out / f"{name}-contact.csv"]

    def write(made: Made, sheet: bytes) -> None:
        out.mkdir(parents=True, exist_ok=True)
        replace_file(files[0], lambda file: file.write(made.data))
        replace_file(files[1], lambda file: file.write(sheet))

    made, at = hand_over_case(
        desk, name, form, to=to, by=by, deliver=write, meddra=meddra, llt=llt, schema=schema
    )
    told = as_values(at) | {
        "files": [str(f) for f in files],
        "findings": [f._asdict() for f in made.findings],
    }
    lines = [
        f"{name} is handed over to {to}: {', '.join(f.name for f in files)}",
        "The contact sheet names the reporter: keep it safe, and erase it when it is no longer needed.",
    ]
    return told, "\n".join([*lines, *made.told])


def take_answers(desk: Desk, path: Path, *, by: str) -> Said:
    """Read an acknowledgement back into the cases it is about.

    Raises
    ------
    NotFoundError
        If the file is not there, or no case sent such a message.
    """
    if not path.is_file():
        raise NotFoundError(f"no file {path.name}; give the path of an acknowledgement")
    sent = {
        message: at.case_id
        for at in desk.standings().values()
        for _, _, message in at.handed_over
        if message
    }
    found = [(answer, _case_for(answer, sent)) for answer in read_answers(path)]
    if not any(case for _, case in found):
        raise NotFoundError(f"{path.name} answers no message that was sent from this study")
    lines = []
    for answer, case in found:
        if not case:
            lines.append("an answer to a message that this study did not send was passed over")
            continue
        about = {k: v for k, v in as_values(answer).items() if v not in ("", None)}
        at = desk.step(case, "acknowledged", by=by, **about)
        lines.append(f"{case} is {at.status}: {answer.words or answer.code}")
    return {"answers": [as_values(a) | {"case_id": c} for a, c in found]}, "\n".join(lines)


def _case_for(answer: Answer, sent: dict[str, str]) -> str:
    """The case that sent the message: some receivers write the case's own number after it."""
    return next(
        (sent[word] for word in [answer.message, *answer.message.split()] if word in sent), ""
    )


def check_file(
    path: Path, *, now: datetime, schema: Path | None = None
) -> tuple[dict[str, Any], str, bool]:
    """Check an E2B(R3) file by the rules, and by the user's schema where it is given."""
    if not path.is_file():
        raise NotFoundError(f"no file {path.name}; give the path of a message")
    findings = check_message(read_message(path), now=now)
    objections = validate_schema(path.read_bytes(), schema) if schema else []
    good = not objections and not any(f.severity == "reject" for f in findings)
    lines = [f"{f.severity} {f.rule} {f.element}: {f.words}" for f in findings] + objections
    told = {"findings": [f._asdict() for f in findings], "schema": objections, "holds": good}
    return told, "\n".join(lines) or "nothing found against it", good
