"""Where information came from, whom people turned to first, how they were seen, and worry from searching (F24, F25, F28)."""

import re
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

_AS_PATIENT = re.compile(
    r" (?:myself|as a patient|(?:asking|here) for (?:me|my (?:mum|mom|dad|son|daughter|husband|wife|own))|my own (?:diagnosis|treatment|surgery|operation|scan|health|symptoms)|other side of) "
)
"""A clinician who tells of being treated."""


@dataclass(frozen=True)
class SourceMaker:
    """Marks info_source, first_turned_to, mode and search_worry."""

    name: str = "sources"
    version: str = "9"
    layers: tuple[str, ...] = ("info_source", "first_turned_to", "mode", "search_worry")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Marks of the four layers."""
        if doc.voice.role == "clinician" and doc.post.is_reply:
            return
        yield from propose_codes(doc, "info_source", coded(doc, "info_source"))
        yield from search_worry(doc)
        yield from first_turned(doc)
        clinical = doc.voice.role == "clinician" and not _AS_PATIENT.search(doc.text)
        if doc.voice.role != "organisation" and not clinical:
            yield from propose_modes(doc)


SOURCES = SourceMaker()
