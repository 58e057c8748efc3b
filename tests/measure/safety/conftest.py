"""A small study of invented posts, read by the real makers, for tests of cases."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

import bedside
from bedside.cli.casework import at_desk
from bedside.cli.running import run
from bedside.measure.safety.candidates import Scope, assemble
from bedside.measure.safety.case import Case, Line
from bedside.measure.safety.gather import Post as ReadPost
from bedside.measure.safety.gather import _mark
from bedside.model.cases import Candidate
from bedside.store.keys import keys_folder
from bedside.store.study import open_study
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
    *bodies: str,
    products: tuple[str, ...] = (),
    account_kind: str = "",
    named: bool = False,
    **row: Any,
) -> list[Candidate]:
    """Candidates of texts as the real makers read them; all by one account unless said."""
    posts = _read(bodies, products, account_kind, row)
    return assemble(posts, {}, Scope.of(products, named=named))


def specials(*bodies: str) -> set[str]:
    return {t.code for c in read(*bodies) for t in c.told if t.kind == "special"}


SERIOUS = "Metformin gave me terrible nausea and I was admitted to hospital for two nights."
MILD = "Metformin gave me nausea, really bad."
VAGUE = "The metformin tablets crumble and half of the bottle was damaged when it came."


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A run study made once; each test copies it."""
    room = tmp_path_factory.mktemp("desk")
    posts = [
        post(1, SERIOUS, "ann"),
        post(2, MILD, "bea"),
        post(3, VAGUE, None),
        post(4, "I like my nurse.", "cid"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(room / "keys"))
        return make_study(room, posts), next((room / "keys").glob("*.key")).read_bytes()


@pytest.fixture
def study(pattern: tuple[Path, bytes], tmp_path: Path) -> Path:
    folder = Path(copytree(pattern[0], tmp_path / "study"))
    keys_folder().mkdir(parents=True, exist_ok=True)
    (keys_folder() / f"{open_study(folder).config.id}.key").write_bytes(pattern[1])
    return folder


def case_of(folder: Path, *, serious: bool = True) -> str:
    return next(
        line.case_id
        for line in queue(folder)
        if bool(line.serious) == serious and line.verdict == "valid"
    )


def step(folder: Path, case: str, kind: str, by: str = "Ada", **about: Any) -> str:
    with at_desk(folder, datetime.now(UTC)) as desk:
        return desk.step(case, kind, by=by, **about).status
