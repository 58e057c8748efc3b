"""Cases: what a person told of a product, as far as the four elements of a report (ICH E2D) are there."""

from datetime import datetime
from typing import Any, Literal

import msgspec

__all__ = [
    "ELEMENTS",
    "SERIOUS",
    "SPECIAL",
    "Candidate",
    "CaseEvent",
    "Element",
    "Said",
    "State",
    "Told",
]

State = Literal["met", "doubtful", "not_met"]
ELEMENTS = ("reporter", "patient", "product", "reaction")
SERIOUS = (
    "death",
    "life_threatening",
    "hospitalisation",
    "disability",
    "congenital_anomaly",
    "medically_important",
)
SPECIAL = (
    "lack_of_effect",
    "overdose",
    "misuse_or_abuse",
    "medication_error",
    "pregnancy_or_lactation",
    "off_label",
    "occupational_exposure",
    "product_complaint",
)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Words that say so: a span of a post's masked text."""

    post_key: str
    part: str
    start: int
    end: int


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four elements: its state, why, and the words that say so. `by` is empty for the machine."""

    name: str
    state: State
    why: str
    said: tuple[Said, ...] = ()
    by: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Something told: a reaction, a special situation or a criterion of seriousness.

    `kind` is reaction, special or serious; `code` the special situation or criterion; `concept` the reaction's name
    in its vocabulary; `doubt` says what makes it doubtful.
    """

    kind: str
    said: tuple[Said, ...]
    code: str = ""
    concept: str = ""
    concept_id: str = ""
    past: bool = False
    doubt: str = ""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What the machine proposes: one account, one product, one episode.

    Attributes
    ----------
    account_key : str or None
        None: the author is not known; the case then stands for its post alone.
    product : str
        Name in the vocabulary, or as the study writes it.
    listed : bool
        Whether it is a product of the study.
    posts : tuple of str
        post_keys in order of time.
    folded : tuple of (str, str)
        post_keys of copies that count with it, and why.
    same_text : tuple of str
        post_keys of other accounts with the same text: possibly the same person, never joined by the machine.
    elements, told : tuple
    also_named : tuple of str
        Other products of these posts.
    """

    account_key: str | None
    product: str
    product_id: str = ""
    listed: bool = False
    posts: tuple[str, ...]
    folded: tuple[tuple[str, str], ...] = ()
    same_text: tuple[str, ...] = ()
    elements: tuple[Element, ...] = ()
    told: tuple[Told, ...] = ()
    also_named: tuple[str, ...] = ()


class CaseEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the case log; never changed. `by` is a person's name, or `machine`."""

    case_id: str
    kind: str
    at: datetime
    by: str
    about: dict[str, Any] = {}
    number: int = 0
