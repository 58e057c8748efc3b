"""Records of a release: figures that have passed suppression, and what a release holds."""

from datetime import datetime
from typing import Any

import msgspec

from bedside.model.figures import Evidence, Figure, Judging, Quote

__all__ = ["Release", "ReleasedFigure"]


class ReleasedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as it may leave: the fields of `model.figures.Figure`, numbers None where suppressed.

    Attributes
    ----------
    suppressed : bool
        All numbers are None then, so that nothing behind this door can leak them.
    reason : str
        Why: `small` (1-7 accounts) or `complement` (would give another suppressed count away). Never shown
        in a report, where both are `*`.
    """

    id: str
    measure: str
    keys: dict[str, str]
    unit: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    hits_accounts: int | None = None
    hits_posts: int | None = None
    of_accounts: int | None = None
    of_posts: int | None = None
    no_author: int | None = None
    basis: str = "machine"
    method: str = ""
    refused: str = ""
    judging: Judging | None = None
    advice: str = ""
    suppressed: bool = False
    reason: str = ""
    evidence: Evidence = Evidence(posts_sql="")

    def figure(self) -> Figure:
        """The figure again, as its evidence opens it; suppressed numbers stay None."""
        fields: dict[str, Any] = {n: getattr(self, n) for n in Figure.__struct_fields__}
        return Figure(**fields | {"no_author": self.no_author or 0})


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What left, or may leave, at one time.

    Attributes
    ----------
    id : str
        `r-` + 10 hexadecimal digits of its content.
    round_to : int
        Counts are rounded to this; 0: exact. Set by the policy, or because an earlier release differs by
        so few accounts that exact counts would tell about them.
    notes : tuple of str
        What a reader of the log should know, such as counts that an earlier release had already shown.
    """

    id: str
    at: datetime
    snapshot: str
    small_count: int
    round_to: int
    figures: tuple[ReleasedFigure, ...]
    quotes: tuple[Quote, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
