"""The action list of a study: `actions.toml`, written by `bedside actions` and readable by anybody."""

from datetime import date

import msgspec

from bedside.errors import InputError
from bedside.model.actions import STATUSES, Action, Step
from bedside.store.entries import Entries
from bedside.store.study import Study
from bedside.store.toml import quoted

__all__ = ["add_action", "move_action", "read_actions"]


def _text(action: Action) -> str:
    """An action as TOML."""
    parts = [
        f"{name} = {quoted(value)}\n"
        for name in ("id", "what", "owner", "aspect", "remedy")
        if (value := getattr(action, name))
    ]
    for step in action.steps:
        reason = f"\nreason = {quoted(step.reason)}" if step.reason else ""
        parts.append(
            f'\n[[action.steps]]\non = {step.on.isoformat()}\nstatus = "{step.status}"{reason}\n'
        )
    return "".join(parts)


ENTRIES = Entries(
    Action,
    "action",
    head="# What is done about what people told. Steps are only ever added: the last is where an action stands.\n",
    shape=f"id, what, owner and steps with on = YYYY-MM-DD and status = one of {', '.join(STATUSES)}",
    write=_text,
)


def read_actions(study: Study) -> list[Action]:
    """The actions of a study in order of entry; none where there is no list.

    Raises
    ------
    InputError
        If the file was damaged by hand: what is wrong, and where.
    """
    actions = ENTRIES.read(study)
    if any(not action.steps for action in actions):
        raise InputError(f"{ENTRIES.file}: an action has no steps; give it one with on and status")
    return actions


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
    action = Action(
        id=ENTRIES.next_id(study),
        what=what.strip(),
        owner=owner.strip(),
        aspect=aspect,
        remedy=remedy,
        steps=[_step(status, on, reason)],
    )
    return ENTRIES.add(study, action)


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
    step = _step(status, on, reason)
    return ENTRIES.change(
        study,
        name,
        lambda old: msgspec.structs.replace(
            old, owner=owner.strip() or old.owner, steps=[*old.steps, step]
        ),
    )
