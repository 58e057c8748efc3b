"""Decisions as CSV or JSON lines, one row a decision; what is written can be read back without loss."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bedside.errors import FormatError, InputError, suggest
from bedside.judge.taking import Coding

__all__ = ["COLUMNS", "read_decisions", "write_decisions"]

COLUMNS = (
    "post", "layer", "code", "decision", "coder", "decided_at", "memo", "spans", "text_key", "code_hash", "sample_id",
    "probability", "proposal_shown", "kind",
)  # fmt: skip
NEEDED = ("post", "layer", "code")
ALSO = {"post": ("subject_key", "post_key", "post_id", "id")}  # other names for a column
IGNORED = ("sample_id", "probability", "text")  # said anew when taken in


def write_decisions(judgements: Iterable[Mapping[str, Any]]) -> str:
    """Decisions as CSV.

    Parameters
    ----------
    judgements : iterable of Mapping
        Rows of JUDGEMENTS.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in judgements:
        told = {**row, "post": row["subject_key"], "decided_at": row["decided_at"].isoformat()}
        writer.writerow([told[name] for name in COLUMNS])
    return out.getvalue()


def read_decisions(path: Path, *, layer: str = "") -> Iterator[Coding]:
    """Read decisions from a CSV or JSONL file.

    Parameters
    ----------
    path : Path
        `.csv`, `.jsonl` or `.ndjson`. Needed are `post` (key or id), `layer` (or the parameter) and `code`; `decision` is
        present where it is not said.
    layer : str
        For files without a column of that name.

    Raises
    ------
    FormatError
        If the file cannot be read as a table.
    InputError
        If a column is missing or a value has no meaning.
    """
    rows = _lines(path) if path.suffix.lower() in (".jsonl", ".ndjson") else _csv(path)
    for place, row in rows:
        yield _coding(f"{path.name}, {place}", row, layer)


def _csv(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            _check(path, reader.fieldnames or ())
            for row in reader:
                yield f"line {reader.line_num}", {k: v for k, v in row.items() if k and v}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FormatError(
            f"{path.name} cannot be read as CSV in UTF-8 ({type(error).__name__}); save it anew as UTF-8"
        ) from error


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"{path.name} cannot be read as text in UTF-8") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise FormatError(f"{path.name}, line {number} is not JSON") from error
            if not isinstance(row, dict):
                raise FormatError(f"{path.name}, line {number} is no object with fields")
            _check(path, list(row))
            yield f"line {number}", {k: v for k, v in row.items() if v not in (None, "")}


def _check(path: Path, names: Iterable[str]) -> None:
    known = {*COLUMNS, *(other for others in ALSO.values() for other in others), *IGNORED}
    there = set(names)
    if not there & {"post", *ALSO["post"]}:
        raise InputError(f"{path.name} has no column 'post'; it names the post by its key or id")
    if "code" not in there:
        raise InputError(f"{path.name} has no column 'code'; {suggest('code', sorted(there))}")
    if unknown := sorted(there - known):
        raise InputError(
            f"{path.name} has the column '{unknown[0]}'; {suggest(unknown[0], sorted(known))}"
        )


def _coding(place: str, row: Mapping[str, Any], layer: str) -> Coding:
    post = next((row[name] for name in ("post", *ALSO["post"]) if row.get(name)), "")
    told = {"post": post, "layer": row.get("layer") or layer, "code": row.get("code")}
    for name in NEEDED:
        if not told[name]:
            raise InputError(
                f"{place}: '{name}' is empty; every decision needs {', '.join(NEEDED)}"
            )
    spans = row.get("spans")
    return Coding(
        subject=str(post),
        layer=str(told["layer"]),
        code=str(told["code"]),
        decision=str(row.get("decision") or "present"),
        coder=str(row.get("coder") or ""),
        decided_at=_time(place, row.get("decided_at")),
        memo=row.get("memo"),
        spans=spans if spans is None or isinstance(spans, str) else json.dumps(spans),
        text_key=row.get("text_key"),
        code_hash=row.get("code_hash"),
        kind=str(row.get("kind") or "coding"),
        prompted=str(row.get("proposal_shown")).lower() in ("true", "1", "yes"),
        place=place,
    )


def _time(place: str, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError(
            f"{place}: decided_at is no time; write it as 2026-03-01T09:00:00+00:00"
        ) from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
