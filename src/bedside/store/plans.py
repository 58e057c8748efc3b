"""The plan of a study's report: `plan.toml`, written by `bedside plan` and readable by anybody."""

import tomllib

import msgspec

from bedside.errors import InputError
from bedside.model.plans import Plan
from bedside.store.files import write_text
from bedside.store.study import Study
from bedside.store.toml import quoted

__all__ = ["drop_plan", "read_plan", "write_plan"]

FILE = "plan.toml"
_HEAD = "# What the report holds, in order, and words around it. {measure key=value} is a figure.\n"


def read_plan(study: Study) -> Plan | None:
    """The plan; None where there is none.

    Raises
    ------
    InputError
        If the file was damaged by hand: what is wrong, and where.
    """
    try:
        text = (study.folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        plan = msgspec.convert(tomllib.loads(text), Plan)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise InputError(
            f"{FILE} cannot be read: {error}; mend it by hand, a [[part]] has id, chapter or finding, heading, before, after"
        ) from error
    ids = [part.id for part in plan.part]
    if len(set(ids)) < len(ids) or not all(ids):
        raise InputError(f"{FILE}: each [[part]] needs an id of its own, such as p1")
    return plan


def write_plan(study: Study, plan: Plan) -> None:
    """Write the plan of a study that is locked."""
    lines = [_HEAD]
    lines += [
        f"{name} = {quoted(text)}\n" for name in ("title", "lead") if (text := getattr(plan, name))
    ]
    if plan.frozen is not None:
        held = plan.frozen
        lines.append(
            f"\n[frozen]\nstamp = {quoted(held.stamp)}\non = {held.on.isoformat()}\nby = {quoted(held.by)}\n"
        )
    for part in plan.part:
        lines.append("\n[[part]]\n")
        lines += [
            f"{name} = {quoted(text)}\n"
            for name in part.__struct_fields__
            if (text := getattr(part, name))
        ]
    write_text(study.folder / FILE, "".join(lines))


def drop_plan(study: Study) -> None:
    """Remove the plan; the study's whole report is left as it is."""
    (study.folder / FILE).unlink(missing_ok=True)
