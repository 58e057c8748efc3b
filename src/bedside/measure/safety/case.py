"""A case as a reader of the study sees it: a line of the queue, and the whole."""

from datetime import datetime

import msgspec

from bedside.measure.safety.clock import Clock
from bedside.measure.safety.elements import Verdict
from bedside.measure.safety.narrative import Details, Sentence
from bedside.measure.safety.workflow import Standing
from bedside.model.cases import Candidate, CaseEvent, Element

__all__ = ["Case", "Line"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A case in the queue: enough to choose it, no words of any post.

    `due` and `state` are of the earliest due date that is open; `verdict` is of the four elements.
    """

    case_id: str
    status: str
    product: str
    listed: bool
    serious: tuple[str, ...]
    special: tuple[str, ...]
    reactions: tuple[str, ...]
    verdict: str
    posts: int
    opened_at: datetime
    due: str = ""
    days_left: int | None = None
    state: str = ""
    waits: str = ""
    under_mah_responsibility: bool = False
    erased: int = 0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case with everything a reader of the study may see: masked words, never a handle or an address."""

    line: Line
    standing: Standing
    candidate: Candidate
    elements: tuple[Element, ...]
    words: dict[str, list[str]]
    verdict: Verdict
    clock: Clock
    follow_up_clocks: tuple[Clock, ...]
    narrative: tuple[Sentence, ...]
    missing: tuple[str, ...]
    details: Details
    sources: tuple[str, ...]
    reporter_role: str
    possible_duplicates: tuple[str, ...]
    log: tuple[CaseEvent, ...]
    texts: dict[str, str]  # post_key -> text_key, as shown
