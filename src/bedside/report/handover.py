"""Case files: made, checked, and handed over with what the receiver needs to follow up."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from bedside.collect.meddra import read_meddra
from bedside.errors import InputError, suggest
from bedside.measure.safety.case import Case
from bedside.measure.safety.contact import Contact
from bedside.measure.safety.desk import Desk
from bedside.measure.safety.workflow import Standing
from bedside.report.casefiles import cioms_page, line_list
from bedside.report.icsr.filling import NOT_SUBMITTABLE, fill_message
from bedside.report.icsr.rules import Finding, check_message
from bedside.report.icsr.schema import validate_schema
from bedside.report.icsr.writing import write_message
from bedside.report.tables import csv_cell

__all__ = ["FORMS", "Made", "check_form", "hand_over_case", "make_file"]

FORMS = {"cioms": "html", "csv": "csv", "e2b": "xml"}


def check_form(name: str) -> str:
    """Refuse a form that is none of `FORMS`."""
    if name not in FORMS:
        raise InputError(
            f"files are written as cioms, csv or e2b, got '{name}'; {suggest(name, list(FORMS))}"
        )
    return name


def _pairs(words: Sequence[str]) -> dict[str, str]:
    for pair in words:
        if "=" not in pair:
            raise InputError(f"--llt wants REACTION=CODE, got '{pair}'")
    return {pair.rpartition("=")[0]: pair.rpartition("=")[2] for pair in words}


class Made:
    """A file as it was made, and what was found wrong with it."""

    def __init__(
        self, data: bytes, findings: list[Finding], schema: list[str], message: str
    ) -> None:
        self.data, self.findings, self.schema, self.message = data, findings, schema, message

    @property
    def told(self) -> list[str]:
        """What a person must know about it."""
        lines = [f"{f.severity} {f.rule} {f.element}: {f.words}" for f in self.findings]
        uncoded = any(f.element in ("E.i.2.1a", "E.i.2.1b") for f in self.findings)
        return [*lines, *self.schema, *([NOT_SUBMITTABLE] if uncoded else [])]


def make_file(
    desk: Desk,
    cases: Sequence[Case],
    form: str,
    meddra: Path | None,
    llt: Sequence[str],
    schema: Path | None,
) -> Made:
    """Make a file of cases in a form that `check_form` passed."""
    policy = desk.policy
    if form == "cioms":
        pages = [cioms_page(case, policy=policy, now=desk.now) for case in cases]
        return Made("\n".join(pages).encode(), [], [], "")
    if form == "csv":
        return Made(line_list(cases, policy=policy).encode(), [], [], "")
    release = read_meddra(meddra) if meddra else None
    message = fill_message(cases, policy=policy, now=desk.now, meddra=release, codes=_pairs(llt))
    data = write_message(message)
    return Made(
        data,
        check_message(message, now=desk.now),
        validate_schema(data, schema) if schema else [],
        ", ".join(report.get("N.2.r.1") for report in message.reports),
    )


def hand_over_case(
    desk: Desk,
    name: str,
    form: str,
    *,
    to: str,
    by: str,
    deliver: Callable[[Made, bytes], object],
    after: int | None = None,
    meddra: Path | None = None,
    llt: Sequence[str] = (),
    schema: Path | None = None,
) -> tuple[Made, Standing]:
    """Make the file of a valid case and its contact sheet, deliver both, and log it; for named officers.

    Parameters
    ----------
    form : str
        cioms, csv or e2b.
    to, by : str
        Who receives it, and the officer.
    deliver : callable
        Takes the file and the contact sheet (CSV); only when it returns the hand-over is logged.
    after : int, optional
        As `Desk.step` takes it.

    Raises
    ------
    InputError
        If nobody receives it, or the case cannot be handed over yet.
    PermissionRefused
        If the person is no officer.
    """
    if not to.strip():
        raise InputError("say who receives it: --to NAME")
    form = check_form(form)
    case = desk.case(name)
    desk.allow(case, "handed_over", by=by)
    made = make_file(desk, [case], form, meddra, llt, schema)
    contacts = desk.look(name, by=by, why=f"hand-over to {to}")
    deliver(made, _contact_sheet(contacts).encode())
    at = desk.step(name, "handed_over", by=by, after=after, to=to, message=made.message, form=form)
    return made, at


def _contact_sheet(contacts: Sequence[Contact]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = ("link", "site", "screen_name", "name", "country", "published_at")
    writer.writerow(names)
    writer.writerows([csv_cell(getattr(contact, name)) for name in names] for contact in contacts)
    return out.getvalue()
