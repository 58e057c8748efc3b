"""A REFI-QDA project (.qdpx) read: its codebook, its codings of texts, and the decisions that bedside laid beside."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from lxml import etree

from bedside.codebook import Codebook
from bedside.errors import FormatError
from bedside.judge.exchange.documents import Document
from bedside.judge.exchange.refi_codebook import as_name, parse_xml, read_tree
from bedside.judge.exchange.refi_project import INSIDE, NOTE
from bedside.judge.exchange.refi_rules import PROJECT, local_name, violations
from bedside.judge.exchange.tables import read_decisions
from bedside.judge.taking import Coding

__all__ = ["Project", "in_parts", "read_qdpx"]

MOST_BYTES = 1 << 30  # of all texts together
MOST_FILES = 1_000_000
_Q = f"{{{PROJECT}}}"
Key = tuple[str, str, str, str]


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """What a .qdpx file holds.

    Attributes
    ----------
    book : Codebook
    codings : tuple of Coding
    texts : dict of str to str
        Text of each source by the subject that codings name.
    unmatched : int
        Codings of kinds that are not read (pictures, sound) or that name no code.
    problems : tuple of str
        Where the file breaks the published rules; it is read as far as it can be.
    """

    book: Codebook
    codings: tuple[Coding, ...]
    texts: dict[str, str]
    unmatched: int = 0
    problems: tuple[str, ...] = ()


def read_qdpx(path: Path) -> Project:
    """What a .qdpx file holds: its codebook, its codings of texts, and the decisions that bedside laid beside.

    Raises
    ------
    FormatError
        If the file is no REFI-QDA project.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            _check_size(path, packed)
            name = next((n for n in packed.namelist() if n.lower().endswith("project.qde")), None)
            if name is None:
                raise FormatError(f"{path.name} is no REFI-QDA project: it holds no project.qde")
            root = parse_xml(packed.read(name), "project.qde")
            inside = {n.rsplit("/", 1)[-1].lower(): n for n in packed.namelist()}
            texts = {
                source.get("guid") or "": _text(packed, inside, source)
                for source in root.iter(f"{_Q}TextSource")
            }
    except (zipfile.BadZipFile, OSError) as error:
        raise FormatError(
            f"{path.name} is no REFI-QDA project: not a zip file that can be read"
        ) from error
    if local_name(root) != "Project":
        raise FormatError(f"{path.name} is no REFI-QDA project: its root is {local_name(root)}")
    return _project(path, root, texts)


def _check_size(path: Path, packed: zipfile.ZipFile) -> None:
    entries = packed.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise FormatError(
            f"{path.name} unpacks to more than {MOST_BYTES:,} bytes; split the project"
        )


def _text(packed: zipfile.ZipFile, inside: Mapping[str, str], source: etree._Element) -> str:
    content = source.find(f"{_Q}PlainTextContent")
    if content is not None:
        return content.text or ""
    name = (source.get("plainTextPath") or "").removeprefix(INSIDE).rsplit("/", 1)[-1].lower()
    return packed.read(inside[name]).decode("utf-8-sig", "replace") if name in inside else ""


def _project(path: Path, root: etree._Element, texts: Mapping[str, str]) -> Project:
    codes = root.find(f"{_Q}CodeBook/{_Q}Codes")
    if codes is None:
        raise FormatError(f"{path.name} holds no codes")
    book, where = read_tree(codes, other=as_name(path.stem))
    users = {
        _plain(u.get("guid")): u.get("name") or u.get("id") or "" for u in root.iter(f"{_Q}User")
    }
    notes = {
        _plain(n.get("guid")): n.findtext(f"{_Q}PlainTextContent") or ""
        for n in root.iter(f"{_Q}Note")
    }
    named = {_plain(n.get("guid")): n.get("name") or "" for n in root.iter(f"{_Q}Note")}
    variables = {_plain(v.get("guid")): v.get("name") or "" for v in root.iter(f"{_Q}Variable")}
    found: dict[Key, Coding] = {}
    matched, kept_texts = 0, {}
    for source in root.iter(f"{_Q}TextSource"):
        about = _values(source, variables)
        subject = about.get("post_key") or source.get("name") or ""
        kept_texts[subject] = texts[source.get("guid") or ""]
        for coding, place in _codings(source):
            target = where.get(_plain(_ref(coding, "CodeRef")))
            if target is not None:
                matched += 1
                said = _coding(coding, place, subject, about, target, users, notes, path.name)
                _merge(found, said)
    beside = [one for guid, name in named.items() if name == NOTE for one in _beside(notes[guid])]
    return Project(
        book=book,
        codings=tuple(_together(found, beside)),
        texts=kept_texts,
        unmatched=sum(1 for _ in root.iter(f"{_Q}Coding")) - matched,
        problems=tuple(violations(root)),
    )


def _plain(guid: str | None) -> str:
    return (guid or "").strip("{}").lower()


def _ref(element: etree._Element, name: str) -> str:
    found = element.find(f"{_Q}{name}")
    return "" if found is None else found.get("targetGUID") or ""


def _values(source: etree._Element, variables: Mapping[str, str]) -> dict[str, str]:
    return {
        variables.get(_plain(_ref(value, "VariableRef")), ""): value.findtext(f"{_Q}TextValue")
        or ""
        for value in source.findall(f"{_Q}VariableValue")
    }


def _codings(source: etree._Element) -> Iterable[tuple[etree._Element, tuple[int, int] | None]]:
    for selection in source.findall(f"{_Q}PlainTextSelection"):
        place = (int(selection.get("startPosition") or 0), int(selection.get("endPosition") or 0))
        for coding in selection.findall(f"{_Q}Coding"):
            yield coding, place
    for coding in source.findall(f"{_Q}Coding"):
        yield coding, None


def _coding(
    element: etree._Element,
    place: tuple[int, int] | None,
    subject: str,
    about: Mapping[str, str],
    target: tuple[str, str],
    users: Mapping[str, str],
    notes: Mapping[str, str],
    name: str,
) -> Coding:
    time = element.get("creationDateTime")
    return Coding(
        subject=subject,
        layer=target[0],
        code=target[1],
        coder=users.get(_plain(element.get("creatingUser")), ""),
        decided_at=_read_time(time),
        memo=notes.get(_plain(_ref(element, "NoteRef"))) or None,
        spans=f"[[{place[0]}, {place[1]}]]" if place else None,
        text_key=about.get("text_key") or None,
        place=f"{name}, source {subject[:12]}",
    )


def _read_time(value: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _key(one: Coding) -> Key:
    return (one.subject, one.layer, one.code, one.coder)


def _merge(found: dict[Key, Coding], said: Coding) -> None:
    """Put several stretches of one code, text and coder into one decision."""
    before = found.get(_key(said))
    if before is None or before.spans is None or said.spans is None:
        found[_key(said)] = before or said
    else:
        spans = json.dumps([*json.loads(before.spans), *json.loads(said.spans)])
        found[_key(said)] = msgspec.structs.replace(before, spans=spans)


def _beside(table: str) -> list[Coding]:
    """Rows that bedside laid beside the codings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.csv"
        path.write_text(table, encoding="utf-8")
        return list(read_decisions(path))


def _together(codings: Mapping[Key, Coding], beside: Iterable[Coding]) -> Iterator[Coding]:
    """Codings as the other tool left them, and what only bedside's rows say; a coding taken out there is no more."""
    known: set[Key] = set()
    for one in beside:
        if one.decision != "present" or one.kind != "coding":
            yield one
        elif (coding := codings.get(_key(one))) is not None:
            known.add(_key(one))
            yield msgspec.structs.replace(one, spans=coding.spans, memo=coding.memo)
    yield from (coding for key, coding in codings.items() if key not in known)


def in_parts(codings: Iterable[Coding], documents: Mapping[str, Document]) -> list[Coding]:
    """Codings whose places in the whole text are told by part, as the log keeps them."""
    found = []
    for one in codings:
        places = [place for place in json.loads(one.spans or "[]") if len(place) == 2]
        if places and one.subject in documents:
            spans = documents[one.subject].spans([(a, b) for a, b in places])
            found.append(msgspec.structs.replace(one, spans=spans))
        else:
            found.append(msgspec.structs.replace(one, spans=None) if places else one)
    return found
