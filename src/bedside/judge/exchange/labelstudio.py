"""Label Studio: tasks with annotations as JSON, the labelling interface as XML, and back."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from bedside.codebook import Codebook
from bedside.errors import FormatError
from bedside.judge.decisions import WHOLE
from bedside.judge.exchange.documents import Document
from bedside.judge.taking import Coding

__all__ = ["labelling_interface", "read_tasks", "write_tasks"]

TEXT = "text"
WORDS = "_words"  # of the control for stretches of text: feel_words
MEMO = "memo"


def labelling_interface(book: Codebook, layers: Sequence[str]) -> str:
    """The interface to paste into a project's settings: for each layer a choice, and labels for the words.

    Parameters
    ----------
    book : Codebook
    layers : sequence of str
    """
    lines = ["<View>", f'  <Text name="{TEXT}" value="${TEXT}"/>']
    for name in layers:
        layer = book.layer(name)
        kind = "multiple" if layer.several else "single"
        lines += [
            f"  <Header value={quoteattr(layer.question)}/>",
            f'  <Choices name="{name}" toName="{TEXT}" choice="{kind}">',
        ]
        lines += [
            f"    <Choice value={quoteattr(code)} hint={quoteattr(layer.find(code).definition)}/>"
            for code in layer.names()
        ]
        lines += ["  </Choices>", f'  <Labels name="{name}{WORDS}" toName="{TEXT}">']
        lines += [f"    <Label value={quoteattr(code)}/>" for code in layer.names()]
        lines.append("  </Labels>")
    lines += [f'  <TextArea name="{MEMO}" toName="{TEXT}"/>', "</View>", ""]
    return "\n".join(lines)


def write_tasks(documents: Mapping[str, Document], judgements: Sequence[Mapping[str, Any]]) -> str:
    """Tasks with the annotations of every coder.

    Parameters
    ----------
    documents : mapping of post_key to Document
    judgements : sequence of Mapping
        Rows of JUDGEMENTS as they stand; only codings of complete layers make annotations.
    """
    by_text: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for row in judgements:
        if row["kind"] == "coding":
            by_text.setdefault(row["subject_key"], {}).setdefault(row["coder"], []).append(row)
    tasks = [
        {
            "id": number,
            "data": {
                TEXT: document.text,
                "post_key": key,
                "text_key": document.text_key,
                "platform": document.platform,
            },
            "annotations": [
                _annotation(coder, rows, document)
                for coder, rows in sorted(by_text.get(key, {}).items())
            ],
        }
        for number, (key, document) in enumerate(sorted(documents.items()), 1)
    ]
    return json.dumps(tasks, ensure_ascii=False, indent=1)


def _annotation(
    coder: str, rows: Sequence[Mapping[str, Any]], document: Document
) -> dict[str, Any]:
    done = sorted({row["layer"] for row in rows if row["decision"] == "layer_complete"})
    aside = sorted({row["layer"] for row in rows if row["decision"] == "set_aside"})
    result: list[dict[str, Any]] = []
    for layer in done:
        present = [r for r in rows if r["layer"] == layer and r["decision"] == "present"]
        result.append(_result(layer, "choices", {"choices": [row["code"] for row in present]}))
        result += [
            _result(
                f"{layer}{WORDS}",
                "labels",
                {"start": a, "end": b, "text": document.text[a:b], "labels": [row["code"]]},
            )
            for row in present
            for a, b in document.offsets(row["spans"])
        ]
    if memos := [row["memo"] for row in rows if row["memo"]]:
        result.append(_result(MEMO, "textarea", {"text": memos}))
    return {
        "completed_by": {"email": coder},
        "result": result,
        "was_cancelled": bool(aside and not done),
        "created_at": max(row["decided_at"] for row in rows).isoformat(),
        "meta": {"layers": done, "set_aside": aside},
    }


def _result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": TEXT, "type": kind, "value": value}


def read_tasks(path: Path, book: Codebook) -> Iterator[Coding]:
    """Decisions of a file that Label Studio exported as JSON.

    Parameters
    ----------
    path : Path
    book : Codebook

    Yields
    ------
    Coding
        An annotation completes every layer whose control it used, or that bedside named in its `meta`; a cancelled one
        sets them aside. Places are those in the text.

    Raises
    ------
    FormatError
        If it is no such file.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FormatError(f"{path.name} is no JSON as Label Studio exports it") from error
    if not isinstance(tasks, list):
        raise FormatError(
            f"{path.name} is no list of tasks; export from Label Studio as JSON, not JSON-MIN"
        )
    for number, task in enumerate(tasks, 1):
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            raise FormatError(
                f"{path.name}: task {number} has no data; export as JSON, not JSON-MIN"
            )
        for annotation in task.get("annotations") or ():
            yield from _codings(task["data"], annotation, book, f"{path.name}, task {number}")


def _codings(
    data: Mapping[str, Any], annotation: Mapping[str, Any], book: Codebook, place: str
) -> Iterable[Coding]:
    results = annotation.get("result") or []
    layers = _layers(results, annotation, book)
    memo = "; ".join(t for r in results if r.get("from_name") == MEMO for t in _texts(r)) or None
    about: dict[str, Any] = {
        "subject": str(data.get("post_key") or data.get("id") or ""),
        "text_key": data.get("text_key"),
        "coder": _coder(annotation.get("completed_by")),
        "decided_at": _time(annotation.get("created_at")),
        "place": place,
    }
    for layer in layers:
        if annotation.get("was_cancelled"):
            reason = memo or "skipped in Label Studio"
            yield Coding(layer=layer, code=WHOLE, decision="set_aside", memo=reason, **about)
            continue
        spans = _spans(results, layer)
        present = {
            c for r in results if r.get("from_name") == layer for c in r["value"].get("choices", [])
        }
        for code in sorted(present | set(spans)):
            where = json.dumps(spans[code]) if code in spans else None
            yield Coding(layer=layer, code=code, spans=where, **about)
        left = [name for name in book.layer(layer).names() if name not in present | set(spans)]
        yield from (Coding(layer=layer, code=code, decision="absent", **about) for code in left)
        yield Coding(layer=layer, code=WHOLE, decision="layer_complete", memo=memo, **about)


def _layers(
    results: Sequence[Mapping[str, Any]], annotation: Mapping[str, Any], book: Codebook
) -> list[str]:
    meta = annotation.get("meta") or {}
    told = meta.get("set_aside" if annotation.get("was_cancelled") else "layers") or []
    used = {str(r.get("from_name", "")).removesuffix(WORDS) for r in results} & set(book.layers)
    return sorted(used | {name for name in told if name in book.layers})


def _spans(results: Sequence[Mapping[str, Any]], layer: str) -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = {}
    for result in results:
        if result.get("from_name") == f"{layer}{WORDS}":
            value = result["value"]
            for code in value.get("labels", []):
                found.setdefault(code, []).append([int(value["start"]), int(value["end"])])
    return found


def _texts(result: Mapping[str, Any]) -> list[str]:
    text = result["value"].get("text", [])
    return [text] if isinstance(text, str) else list(text)


def _coder(by: object) -> str:
    if isinstance(by, Mapping):
        return str(by.get("email") or by.get("username") or by.get("id") or "")
    return "" if by is None else f"label-studio-{by}"


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return time if time is not None and time.tzinfo else None
