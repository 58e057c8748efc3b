"""Doccano: JSON lines with a text and its labels, and back; one file a coder, as doccano exports them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bedside.codebook import Codebook
from bedside.errors import FormatError, InputError, suggest
from bedside.judge.decisions import WHOLE
from bedside.judge.exchange.documents import Document
from bedside.judge.taking import Coding

__all__ = ["read_labels", "write_labels"]


def write_labels(
    documents: Mapping[str, Document],
    judgements: Sequence[Mapping[str, Any]],
    *,
    coder: str,
    spans: bool = False,
) -> str:
    """What one coder decided, for import into doccano.

    Parameters
    ----------
    documents : mapping of post_key to Document
    judgements : sequence of Mapping
        Rows of JUDGEMENTS as they stand.
    coder : str
    spans : bool
        For a project of sequence labelling: labels at the words that say so; codes without words are left out.
    """
    own = [row for row in judgements if row["coder"] == coder and row["kind"] == "coding"]
    lines = []
    for key, document in sorted(documents.items()):
        rows = [row for row in own if row["subject_key"] == key]
        present = [row for row in rows if row["decision"] == "present"]
        done = sorted({row["layer"] for row in rows if row["decision"] == "layer_complete"})
        label: list[Any] = (
            [[a, b, _label(row)] for row in present for a, b in document.offsets(row["spans"])]
            if spans
            else [_label(row) for row in present]
        )
        about = {"post_key": key, "text_key": document.text_key, "layers": done}
        lines.append(
            json.dumps({"text": document.text, "label": label, **about}, ensure_ascii=False)
        )
    return "\n".join(lines) + "\n"


def _label(row: Mapping[str, Any]) -> str:
    return f"{row['layer']}/{row['code']}"


def read_labels(path: Path, book: Codebook, *, coder: str = "") -> Iterator[Coding]:
    """Decisions of a file that doccano exported as JSONL.

    Parameters
    ----------
    path : Path
        Labels are `LAYER/CODE`, alone or with start and end. The post is named by `post_key`, at the top or in `meta`.
    book : Codebook
    coder : str
        Empty: the file's name, as doccano names a file after its annotator.

    Yields
    ------
    Coding
        A line completes the layers that it names in `layers`; other layers keep what is labelled, and no more.

    Raises
    ------
    FormatError
        If it is no JSON lines, or a line has no text or label.
    InputError
        If a label is no LAYER/CODE of the codebook.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"{path.name} cannot be read as text in UTF-8") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield from _line(path, number, line, book, coder or path.stem)


def _line(path: Path, number: int, line: str, book: Codebook, coder: str) -> Iterator[Coding]:
    place = f"{path.name}, line {number}"
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise FormatError(f"{place} is not JSON; export from doccano as JSONL") from error
    if not isinstance(row, dict) or ("label" not in row and "labels" not in row):
        raise FormatError(f"{place} has no label; export from doccano as JSONL")
    meta = row.get("meta")
    about = {**row, **(meta if isinstance(meta, dict) else {})}
    shared: dict[str, Any] = {
        "subject": str(about.get("post_key") or about.get("id") or ""),
        "text_key": about.get("text_key"),
        "coder": coder,
        "place": place,
    }
    found: dict[tuple[str, str], list[list[int]]] = {}
    for label in row.get("label") or row.get("labels") or []:
        start_end, name = (label[:2], label[2]) if isinstance(label, list) else ([], label)
        key = _known(place, str(name), book)
        found.setdefault(key, []).extend([[int(x) for x in start_end]] if start_end else [])
    for (layer, code), places in found.items():
        yield Coding(layer=layer, code=code, spans=json.dumps(places) if places else None, **shared)
    for layer in about.get("layers") or ():
        for code in book.layer(layer).names():
            if (layer, code) not in found:
                yield Coding(layer=layer, code=code, decision="absent", **shared)
        yield Coding(layer=layer, code=WHOLE, decision="layer_complete", **shared)


def _known(place: str, label: str, book: Codebook) -> tuple[str, str]:
    known = {
        f"{layer.layer}/{code}": (layer.layer, code) for layer in book for code in layer.names()
    }
    if label not in known:
        raise InputError(
            f"{place}: the label '{label}' is no LAYER/CODE; {suggest(label, list(known)[:400])}"
        )
    return known[label]
