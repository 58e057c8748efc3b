"""Actions: what a service does about what people told; kept in the study, carried from report to report."""

from datetime import date
from typing import Literal

import msgspec

__all__ = ["STATUSES", "Action", "Step"]

STATUSES = ("planned", "made", "declined")


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an action stood from a day on.

    Attributes
    ----------
    on : date
    status : str
        planned | made | declined.
    reason : str
        Why; needed where it is declined.
    """

    on: date
    status: Literal["planned", "made", "declined"]
    reason: str = ""


class Action(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One action.

    Attributes
    ----------
    id : str
        `a1`, `a2`, ... in order of entry; never given twice.
    what : str
        In a sentence that a patient understands.
    owner : str
        Post or team that answers for it, not a person's name.
    aspect, remedy : str
        Aspect of care it is about, and the proposal it follows, where it follows one; empty: neither.
    steps : list of Step
        In order of entry; the last is where it stands.
    """

    id: str
    what: str
    owner: str
    aspect: str = ""
    remedy: str = ""
    steps: list[Step]

    @property
    def now(self) -> Step:
        """Where it stands."""
        return self.steps[-1]
