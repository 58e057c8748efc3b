"""What a reader is given (`Choice`, `Reading`) and what it gives for each record (`Found`, `Passed`, `Rejected`)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bedside.collect.mapping import Mapping
from bedside.errors import FormatError
from bedside.model.posts import CollectedPost

__all__ = [
    "Choice",
    "DamagedFileError",
    "Found",
    "NoPost",
    "Outcome",
    "Passed",
    "Reading",
    "RecordProblem",
    "Rejected",
    "Sample",
]


class DamagedFileError(FormatError):
    """The rest of a file cannot be read: cut off, corrupt, or a decompression bomb."""


class RecordProblem(Exception):
    """One record cannot be mapped; the message is the reason and never holds content."""


class Found(msgspec.Struct, gc=False):
    """A record that is a post; `raw` are the record's bytes, as read."""

    locator: str
    raw: bytes
    post: CollectedPost


class Passed(msgspec.Struct):
    """A record that is no post; `what` says what it was."""

    locator: str
    what: str


class Rejected(msgspec.Struct):
    """A record that could not be read; place and reason, never content."""

    locator: str
    reason: str


Outcome = Found | Passed | Rejected


class NoPost(msgspec.Struct, frozen=True):
    """A mapper's answer for a record that is no post: a user, a count, an error."""

    what: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the person importing decides; every default can stay.

    Attributes
    ----------
    format : str or None
        Name of a format, overruling recognition from the content.
    mapping : Mapping or None
        Columns of a table; None: proposed from the header.
    kept : Mapping or None
        Mapping that the study keeps for this source: used for tables that have its column of text.
    service : str or None
        Host of a federated or self-hosted site where the file does not say it.
    query : str or None
        The query that gave the file, kept with every row.
    max_record_bytes : int
        A longer line or cell is rejected, the rest of the file goes on.
    max_document_bytes : int
        A JSON page, feed or workbook that must be read whole is rejected above this.
    max_ratio : int
        Expansion of a compressed file above which it is taken for a decompression bomb.
    max_expanded_bytes : int
        Size after decompression above which one file is refused, whatever the ratio.
    """

    format: str | None = None
    mapping: Mapping | None = None
    kept: Mapping | None = None
    service: str | None = None
    query: str | None = None
    max_record_bytes: int = 64 << 20
    max_document_bytes: int = 256 << 20
    max_ratio: int = 200
    max_expanded_bytes: int = 1 << 40


@dataclass
class Reading:
    """One import under way: the choice, and what must be remembered between files.

    Attributes
    ----------
    choice : Choice
    source : str
        Name of the source; part of the ids of rows that have none.
    ordinals : Counter
        How often an equal row was met, so that equal survey answers stay different people.
    notes : Counter
        Notes of the present file and how often each applied.
    """

    choice: Choice
    source: str
    ordinals: Counter[bytes] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def note(self, text: str, times: int = 1) -> None:
        """Remember something the reader of the report should know."""
        self.notes[text] += times


class Sample(msgspec.Struct):
    """The beginning of a file, as recognisers see it.

    Attributes
    ----------
    name : str
        File name: a hint, never proof.
    head : bytes
    text : str
        The head decoded.
    values : list
        JSON values at the beginning: lines, or the one document (its end repaired when cut off).
    header : tuple of str
        Cells of the header row when the head looks like delimited text.
    """

    name: str
    head: bytes
    text: str
    values: list[Any]
    header: tuple[str, ...]


Read = Callable[[Any, Reading], Any]
