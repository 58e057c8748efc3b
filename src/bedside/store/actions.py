"""The action list of a study: `actions.toml`, written by `bedside actions` and readable by anybody."""

import tomllib
from collections.abc import Sequence
from datetime import date
from json import dumps

import msgspec

from bedside.errors import InputError, NotFoundError, suggest
from bedside.model.actions import STATUSES, Action, Step
from bedside.store.files import write_text
from bedside.store.study import Study

__all__ = ["add_action", "move_action", "read_actions"]

FILE = "actions.toml"
_HEAD = "# What is done about what people told. Steps are only ever added: the last is where an action stands.\n"


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    action: list[Action] = []


def read_actions(study: Study) -> list[Action]:
    """The actions of a study in order of entry; none where there is no list.

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
        actions = msgspec.convert(tomllib.loads(text), _Kept).action
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise InputError(
            f"{FILE} cannot be read: {error}; mend it by hand, an action has id, what, owner and steps with "
            f"on = YYYY-MM-DD and status = one of {', '.join(STATUSES)}"
        ) from error
    if any(not action.steps for action in actions):
        raise InputError(f"{FILE}: an action has no steps; give it one with on and status")
    return actions


def _write(study: Study, actions: Sequence[Action]) -> None:
    parts = [_HEAD]
    for action in actions:
        parts.append("\n[[action]]\n")
        for name in ("id", "what", "owner", "aspect", "remedy"):
            if value := getattr(action, name):
                parts.append(f"{name} = {_quoted(value)}\n")
        for step in action.steps:
            reason = f"\nreason = {_quoted(step.reason)}" if step.reason else ""
            parts.append(
                f'\n[[action.steps]]\non = {step.on.isoformat()}\nstatus = "{step.status}"{reason}\n'
            )
    write_text(study.folder / FILE, "".join(parts))


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for DEL."""
    return dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _step(status: str, on: date, reason: str) -> Step:
    if status not in STATUSES:
        raise InputError(f"status '{status}' is none of {', '.join(STATUSES)}")
    if status == "declined" and not reason.strip():
        raise InputError("a declined action needs its reason: people asked for it; give --reason")
    return Step(on=on, status=status, reason=reason.strip())  # type: ignore[arg-type]


def add_action(
    study: Study,
    *,
    what: str,
    owner: str,
    on: date,
    status: str = "planned",
    reason: str = "",
    aspect: str = "",
    remedy: str = "",
) -> Action:
    """Enter an action in the list of a study that is locked.

    Raises
    ------
    InputError
        Without words, owner or a known status, or where it is declined without a reason.
    """
    if not what.strip() or not owner.strip():
        raise InputError(
            "an action needs what is done and who answers for it; give WHAT and --owner (a post or team)"
        )
    actions = read_actions(study)
    number = max((int(a.id[1:]) for a in actions if a.id[1:].isdigit()), default=0) + 1
    action = Action(
        id=f"a{number}",
        what=what.strip(),
        owner=owner.strip(),
        aspect=aspect,
        remedy=remedy,
        steps=[_step(status, on, reason)],
    )
    _write(study, [*actions, action])
    return action


def move_action(
    study: Study, name: str, *, status: str, on: date, reason: str = "", owner: str = ""
) -> Action:
    """Add where an action stands now; nothing that stood before is lost.

    Raises
    ------
    NotFoundError
        If no action has this id.
    InputError
        As for `add_action`.
    """
    actions = read_actions(study)
    places = {action.id: at for at, action in enumerate(actions)}
    if name not in places:
        raise NotFoundError(f"no action '{name}' in this study; {suggest(name, list(places))}")
    old = actions[places[name]]
    moved = msgspec.structs.replace(
        old, owner=owner.strip() or old.owner, steps=[*old.steps, _step(status, on, reason)]
    )
    actions[places[name]] = moved
    _write(study, actions)
    return moved
