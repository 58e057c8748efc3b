"""The log of own interventions of a study: `interventions.toml`, written by `bedside interventions`, readable by anybody."""

from datetime import date

import msgspec

from bedside.errors import InputError
from bedside.model.interventions import Intervention
from bedside.store.entries import Entries
from bedside.store.study import Study
from bedside.store.toml import quoted

__all__ = ["add_intervention", "read_interventions", "withdraw_intervention"]


def _text(entry: Intervention) -> str:
    """An intervention as TOML."""
    days = [f"{day} = {getattr(entry, day).isoformat()}\n" for day in ("on", "noted")]
    words = ("id", "what", "by", "about", "where", "kind", "withdrawn")
    told = [f"{name} = {quoted(text)}\n" for name in words if (text := getattr(entry, name))]
    return "".join([*days, *told])


ENTRIES = Entries(
    Intervention,
    "intervention",
    head="# What was done about claims, and from which day on. Entries are withdrawn with a reason, never deleted.\n",
    shape="id, on = YYYY-MM-DD, what, by and noted = YYYY-MM-DD",
    write=_text,
)


def read_interventions(study: Study) -> list[Intervention]:
    """The log in order of entry, withdrawn entries among it; empty where there is none.

    Raises
    ------
    InputError
        If the file was damaged by hand: what is wrong, and where.
    """
    return ENTRIES.read(study)


def add_intervention(
    study: Study,
    *,
    on: date,
    what: str,
    by: str,
    noted: date,
    about: str = "",
    where: str = "",
    kind: str = "",
) -> Intervention:
    """Enter an intervention in the log of a study that is locked.

    Raises
    ------
    InputError
        Without words or who did it, or where the day lies after the day of entry: what has not happened is a plan.
    """
    if not what.strip() or not by.strip():
        raise InputError(
            "an intervention needs what was done and who did it; give WHAT and --by (a post or team)"
        )
    if on > noted:
        raise InputError(f"{on} has not come yet; enter an intervention once it can be seen")
    entry = Intervention(
        id=ENTRIES.next_id(study),
        on=on,
        what=what.strip(),
        by=by.strip(),
        about=about,
        where=where.strip(),
        kind=kind.strip(),
        noted=noted,
    )
    return ENTRIES.add(study, entry)


def withdraw_intervention(study: Study, name: str, *, reason: str) -> Intervention:
    """Say that an entry does not hold; it stays in the log, and no figure rests on it.

    Raises
    ------
    NotFoundError
        If no entry has this id.
    InputError
        Without a reason.
    """
    if not reason.strip():
        raise InputError("withdrawing an intervention needs its reason; give --reason")
    return ENTRIES.change(
        study, name, lambda entry: msgspec.structs.replace(entry, withdrawn=reason.strip())
    )
