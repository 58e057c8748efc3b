"""Where information came from, whom people turned to first, how they were seen, and worry from searching (F24, F25, F28)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bedside.understand.asserted import coded
from bedside.understand.doc import Doc
from bedside.understand.makers.codes import propose_codes
from bedside.understand.makers.modes import propose_modes
from bedside.understand.makers.turning import first_turned
from bedside.understand.makers.worrying import search_worry
from bedside.understand.marks import Proposal

__all__ = ["SOURCES", "SourceMaker"]


@dataclass(frozen=True)
class SourceMaker:
    """Marks info_source, first_turned_to, mode and search_worry."""

    name: str = "sources"
    version: str = "8"
    layers: tuple[str, ...] = ("info_source", "first_turned_to", "mode", "search_worry")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the four layers."""
        if doc.voice.role == "clinician" and doc.post.is_reply:
            return
        yield from propose_codes(doc, "info_source", coded(doc, "info_source"))
        yield from search_worry(doc)
        yield from first_turned(doc)
        if doc.voice.role not in ("clinician", "organisation"):
            yield from propose_modes(doc)


SOURCES = SourceMaker()
