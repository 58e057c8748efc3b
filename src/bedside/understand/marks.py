"""What a maker gives (`Proposal`), what a maker is (`Maker`), and which makers there are."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from bedside.errors import InputError, suggest

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["BUILT_IN", "Maker", "Proposal", "load_makers", "register_maker"]


class Proposal(NamedTuple):
    """One mark as its maker proposes it; places are in canonical text.

    Attributes
    ----------
    layer, code : str
        Of the codebook; code may be None where the layer has only values.
    places : tuple of (start, end)
        The words that say so.
    assertion : str
        One of model.marks.ASSERTIONS.
    group, slot : int, str
        Marks of one statement share a group.
    moment : int or None
        Number of the moment that holds it; `OWN_MOMENT` asks the kernel to look it up by place.
    subject : str
        `post`, or `moment` for the mark that is a moment.
    """

    layer: str
    code: str | None
    places: tuple[tuple[int, int], ...]
    assertion: str = "asserted"
    value: float | None = None
    unit: str | None = None
    concept_id: str | None = None
    concept: str | None = None
    score: float = 0.7
    group: int | None = None
    slot: str | None = None
    moment: int | None = None
    subject: str = "post"


@runtime_checkable
class Maker(Protocol):
    """Proposes marks of some layers for one post at a time; pure, and quiet about what it reads."""

    name: str
    version: str
    layers: Sequence[str]
    languages: Sequence[str]

    def propose(self, doc: "Doc") -> Iterable[Proposal]:
        """Marks of one post."""
        ...


_HOME = "bedside.understand.makers."
BUILT_IN: dict[str, str] = {
    "voice": f"{_HOME}voice:VOICE",
    "journey": f"{_HOME}journey:JOURNEY",
    "moments": f"{_HOME}codes:MOMENT_CODES",
    "care": f"{_HOME}care:CARE",
    "content": f"{_HOME}content:POST_CODES",
    "sources": f"{_HOME}sources:SOURCES",
    "mentions": f"{_HOME}mentions:MENTIONS",
    "diagnosis": f"{_HOME}diagnosis:DIAGNOSIS",
    "treatment": f"{_HOME}treatment:TREATMENT",
    "scales": f"{_HOME}scales:SCALES",
    "safety": f"{_HOME}safety:SAFETY",
    "acts": f"{_HOME}acts:ACTS",
    "acknowledging": f"{_HOME}acknowledging:ACKNOWLEDGEMENT",
    "claims": f"{_HOME}claims:CLAIMS",
    "seriousness": f"{_HOME}seriousness:SERIOUSNESS",
}
"""Name to import string of every maker that ships with bedside."""


def register_maker(name: str, target: str) -> None:
    """Make a further maker known under a name, for this process.

    Workers load makers by import string, so a study that uses it names the target itself in its settings.

    Raises
    ------
    InputError
        If the name is taken by another target.
    """
    if BUILT_IN.setdefault(name, target) != target:
        raise InputError(f"there is already a maker named {name}; choose another name")


@lru_cache(maxsize=16)
def load_makers(names: tuple[str, ...] | None = None) -> tuple[Maker, ...]:
    """Load makers by name or import string; None loads all that are known.

    Raises
    ------
    InputError
        If a name is unknown or the object is no maker.
    """
    return tuple(_load(name) for name in (BUILT_IN if names is None else names))


def _load(name: str) -> Maker:
    target = name if ":" in name else BUILT_IN.get(name)
    if target is None:
        raise InputError(f"no maker named '{name}'; {suggest(name, list(BUILT_IN))}")
    module, _, attribute = target.partition(":")
    try:
        maker = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"maker '{name}' cannot be loaded from {target}; check the import string"
        ) from error
    if not isinstance(maker, Maker):
        raise InputError(
            f"{target} is no maker; it needs name, version, layers, languages and propose()"
        )
    return maker
