"""The log of own interventions of a study: `interventions.toml`, written by `bedside interventions`, readable by anybody."""

import tomllib
from collections.abc import Sequence
from datetime import date
from json import dumps

import msgspec

from bedside.errors import InputError, NotFoundError, suggest
from bedside.model.interventions import Intervention
from bedside.store.files import write_text
from bedside.store.study import Study

__all__ = ["add_intervention", "read_interventions", "withdraw_intervention"]

FILE = "interventions.toml"
_HEAD = "# What was done about claims, and from which day on. Entries are withdrawn with a reason, never deleted.\n"
_TEXT = ("id", "what", "by", "about", "where", "kind", "withdrawn")


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    intervention: list[Intervention] = []


def read_interventions(study: Study) -> list[Intervention]:
    """The log in order of entry, withdrawn entries among it; empty where there is none.

    Raises
    ------
    InputError
        If the file was damaged by hand: what is wrong, and where.
    """
    try:
        text = (study.folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    try:
        found = msgspec.convert(tomllib.loads(text), _Kept).intervention
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise InputError(
            f"{FILE} cannot be read: {error}; mend it by hand, an intervention has id, on = YYYY-MM-DD, what, by and "
            "noted = YYYY-MM-DD"
        ) from error
    ids = [one.id for one in found]
    if len(set(ids)) < len(ids):
        raise InputError(f"{FILE}: two interventions have one id; give each its own")
    return found


def _write(study: Study, entries: Sequence[Intervention]) -> None:
    parts = [_HEAD]
    for entry in entries:
        parts.append("\n[[intervention]]\n")
        parts += [f"{day} = {getattr(entry, day).isoformat()}\n" for day in ("on", "noted")]
        parts += [f"{n} = {_quoted(getattr(entry, n))}\n" for n in _TEXT if getattr(entry, n)]
    write_text(study.folder / FILE, "".join(parts))


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for DEL."""
    return dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


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
    entries = read_interventions(study)
    number = max((int(e.id[1:]) for e in entries if e.id[1:].isdigit()), default=0) + 1
    entry = Intervention(
        id=f"i{number}",
        on=on,
        what=what.strip(),
        by=by.strip(),
        about=about,
        where=where.strip(),
        kind=kind.strip(),
        noted=noted,
    )
    _write(study, [*entries, entry])
    return entry


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
    entries = read_interventions(study)
    places = {entry.id: at for at, entry in enumerate(entries)}
    if name not in places:
        raise NotFoundError(
            f"no intervention '{name}' in this study; {suggest(name, list(places))}"
        )
    gone = msgspec.structs.replace(entries[places[name]], withdrawn=reason.strip())
    entries[places[name]] = gone
    _write(study, entries)
    return gone
