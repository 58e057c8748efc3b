"""A coded project as REFI-QDA (.qdpx): posts are text sources, coders users, what is present codings.

The standard knows no "absent", no completed layer and nothing set aside. So the rows of the log go along as a note
of the project, as CSV, and a round trip loses nothing; another tool shows it as a note.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from bedside.codebook import Codebook
from bedside.judge.exchange.documents import Document
from bedside.judge.exchange.refi_codebook import ORIGIN, add_codes, add_sets, code_guid
from bedside.judge.exchange.refi_rules import PROJECT
from bedside.judge.exchange.tables import write_decisions

__all__ = ["INSIDE", "NOTE", "write_qdpx"]

INSIDE = "internal://"
NOTE = "bedside: decisions"
VARIABLES = ("post_key", "text_key", "platform", "source", "day")
_Q = f"{{{PROJECT}}}"


def _guid(*names: str) -> str:
    return code_guid("project", *names)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _sub(
    parent: etree._Element, element_name: str, /, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{_Q}{element_name}", attributes)
    element.text = text
    return element


def write_qdpx(
    book: Codebook,
    documents: Mapping[str, Document],
    judgements: Sequence[Mapping[str, Any]],
    *,
    title: str,
    now: datetime,
) -> bytes:
    """A project as the bytes of a .qdpx file.

    Parameters
    ----------
    book : Codebook
    documents : mapping of post_key to Document
    judgements : sequence of Mapping
        Rows of JUDGEMENTS as they stand; those about posts without a document are left out.
    title : str
    now : datetime
    """
    held = [row for row in judgements if row["subject_key"] in documents]
    codings = [row for row in held if row["decision"] == "present" and row["kind"] == "coding"]
    root = etree.Element(
        f"{_Q}Project", {"name": title, "origin": ORIGIN, "creationDateTime": _time(now)}, nsmap={None: PROJECT}
    )  # fmt: skip
    coders = sorted({row["coder"] for row in held})
    if coders:
        users = _sub(root, "Users")
        for coder in coders:
            _sub(users, "User", guid=_guid("user", coder), name=coder)
    add_codes(_sub(root, "CodeBook"), book, PROJECT)
    _add_variables(root)
    notes: list[tuple[str, str, str]] = []
    _add_sources(root, documents, codings, notes)
    if held:
        notes.append((_guid("note", "decisions"), NOTE, write_decisions(held)))
    _add_notes(root, notes)
    add_sets(root, book, PROJECT)
    xml = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return _packed(bytes(xml), documents, now)


def _packed(xml: bytes, documents: Mapping[str, Document], now: datetime) -> bytes:
    out = io.BytesIO()
    stamp = now.astimezone(UTC).timetuple()[:6]

    def entry(name: str) -> zipfile.ZipInfo:
        found = zipfile.ZipInfo(name, stamp)
        found.compress_type = zipfile.ZIP_DEFLATED
        return found

    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(entry("project.qde"), xml)
        for key, document in sorted(documents.items()):
            packed.writestr(entry(f"sources/{_guid('source', key)}.txt"), document.text.encode())
    return out.getvalue()


def _add_variables(root: etree._Element) -> None:
    variables = _sub(root, "Variables")
    for name in VARIABLES:
        _sub(variables, "Variable", guid=_guid("variable", name), name=name, typeOfVariable="Text")


def _add_sources(
    root: etree._Element,
    documents: Mapping[str, Document],
    codings: Sequence[Mapping[str, Any]],
    notes: list[tuple[str, str, str]],
) -> None:
    if not documents:
        return
    sources = _sub(root, "Sources")
    by_post: dict[str, list[Mapping[str, Any]]] = {}
    for row in codings:
        by_post.setdefault(row["subject_key"], []).append(row)
    for key, document in sorted(documents.items()):
        guid = _guid("source", key)
        source = _sub(
            sources, "TextSource", guid=guid, name=f"{document.platform} {key[:12]}", plainTextPath=f"{INSIDE}{guid}.txt"
        )  # fmt: skip
        own = by_post.get(key, [])
        placed = [(row, document.offsets(row["spans"])) for row in own]
        for row, places in placed:
            for place in places:
                _add_selection(source, row, document, place, notes)
        for row, places in placed:
            if not places:
                _add_coding(source, row, notes)
        for name in VARIABLES:
            value = _sub(source, "VariableValue")
            _sub(value, "VariableRef", targetGUID=_guid("variable", name))
            _sub(value, "TextValue", getattr(document, name) or "")


def _identity(row: Mapping[str, Any], *more: object) -> str:
    names = ("subject_key", "text_key", "layer", "code", "coder")
    return _guid("coding", *(str(row[name]) for name in names), *map(str, more))


def _add_selection(
    source: etree._Element,
    row: Mapping[str, Any],
    document: Document,
    place: tuple[int, int],
    notes: list[tuple[str, str, str]],
) -> None:
    start, end = place
    selection = _sub(
        source,
        "PlainTextSelection",
        guid=_identity(row, "at", start, end),
        name=document.text[start:end][:40],
        startPosition=str(start),
        endPosition=str(end),
        creatingUser=_guid("user", row["coder"]),
        creationDateTime=_time(row["decided_at"]),
    )
    _add_coding(selection, row, notes, start, end)


def _add_coding(
    parent: etree._Element,
    row: Mapping[str, Any],
    notes: list[tuple[str, str, str]],
    *more: int,
) -> None:
    guid = _identity(row, *more)
    coding = _sub(
        parent,
        "Coding",
        guid=guid,
        creatingUser=_guid("user", row["coder"]),
        creationDateTime=_time(row["decided_at"]),
    )
    _sub(coding, "CodeRef", targetGUID=code_guid(row["layer"], row["code"]))
    if row["memo"]:
        note = _guid("note", guid)
        _sub(coding, "NoteRef", targetGUID=note)
        notes.append((note, f"{row['layer']}/{row['code']}", row["memo"]))


def _add_notes(root: etree._Element, notes: Iterable[tuple[str, str, str]]) -> None:
    found = list(dict.fromkeys(notes))
    if found:
        element = _sub(root, "Notes")
        for guid, name, text in found:
            _sub(_sub(element, "Note", guid=guid, name=name), "PlainTextContent", text)
