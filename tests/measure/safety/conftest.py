"""A small study of invented posts, read by the real makers, for tests of cases."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import bedside
from bedside.cli.casework import at_desk
from bedside.cli.running import run
from bedside.measure.safety.candidates import Scope, assemble
from bedside.measure.safety.desk import Case, Line
from bedside.measure.safety.gather import Post as ReadPost
from bedside.measure.safety.gather import _mark
from bedside.model.cases import Candidate
from bedside.understand.stage import understand_batch
from tests.understand.conftest import batch_of

ANSWERS = {"access_basis": "own_data", "lawful_basis": "consent", "dpia_ref": "D1"}
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
Post = dict[str, Any]


def post(
    number: int, text: str, author: str | None = "", day: str = "2026-01-05", **more: Any
) -> Post:
    """One post; its author is named after it unless given; None: no author."""
    named = {} if author is None else {"author": author or f"writer{number}"}
    return {"id": f"n{number}", "text": text, "created_at": f"{day}T12:00:00Z", **named, **more}


def write_safety(folder: Path, **settings: Any) -> None:
    """Put [safety] settings into study.toml."""
    path = folder / "study.toml"
    lines = path.read_text().split("[safety]")[0].rstrip()
    text = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    path.write_text(f"{lines}\n\n[safety]\n{text}\n")


Make = Callable[..., Path]


def make_study(
    room: Path, posts: list[Post], *, safety: dict[str, Any] | None = None, **settings: Any
) -> Path:
    """Make and run a study of these posts."""
    folder = room / "study"
    bedside.new(folder, title="t", **settings)
    write_safety(folder, officers=["Olga"], **(safety or {}))
    path = room / "posts.jsonl"
    path.write_text("\n".join(map(json.dumps, posts)))
    bedside.add(folder, path, source="forum", **ANSWERS)
    run(folder, now=datetime.now(UTC), workers=1)
    return folder


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make and run a study of these posts: `make([post(1, "...")], products=[...])`."""
    return partial(make_study, tmp_path)


def queue(folder: Path, now: datetime | None = None) -> list[Line]:
    with at_desk(folder, now or datetime.now(UTC)) as desk:
        return desk.queue()


def only_case(folder: Path) -> Case:
    with at_desk(folder, datetime.now(UTC)) as desk:
        (line,) = desk.queue()
        return desk.case(line.case_id)


def states(case: Case | Candidate) -> dict[str, str]:
    return {e.name: e.state for e in case.elements}


def _read(
    bodies: tuple[str, ...], products: tuple[str, ...], kind: str, row: dict[str, Any]
) -> dict[str, ReadPost]:
    rows = [{"body": body, "account_key": "a1", **row} for body in bodies]
    settings = {"languages": ["en"], "products": list(products)}
    out = understand_batch(batch_of(rows), settings).to_pylist()
    posts = {}
    for number, body in enumerate(bodies):
        key = f"p{number}"
        marks = tuple(_mark(m) for m in out if m["row"] == "mark" and m["post_key"] == key)
        posts[key] = ReadPost(
            key, rows[number]["account_key"], f"t{number}", "s", "forum", "", "en", "",
            kind, NOW, NOW, "kept", key, {"body": body}, marks,
        )  # fmt: skip
    return posts


def read_post(body: str, **row: Any) -> ReadPost:
    """A text as the real makers read it, without a study."""
    return _read((body,), (), "", row)["p0"]


def read(
    *bodies: str, products: tuple[str, ...] = (), account_kind: str = "", **row: Any
) -> list[Candidate]:
    """Candidates of texts as the real makers read them; all by one account unless said."""
    return assemble(_read(bodies, products, account_kind, row), {}, Scope.of(products))


def specials(*bodies: str) -> set[str]:
    return {t.code for c in read(*bodies) for t in c.told if t.kind == "special"}
