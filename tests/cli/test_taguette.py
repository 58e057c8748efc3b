"""A real Taguette server takes our codebook in, and we take its codebook back."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from bedside.codebook import load_codebook
from bedside.judge.exchange.codebook_table import read_codebook_table, write_codebook_table
from bedside.judge.exchange.refi_codebook import parse_xml, read_qdc
from bedside.judge.exchange.refi_rules import violations

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60  # seconds


@pytest.fixture
def taguette(tmp_path: Path) -> Iterator[httpx.Client]:
    """A server of one user on loopback, logged in."""
    program = Path(
        os.environ.get("BEDSIDE_TAGUETTE", ROOT / ".venv" / "taguette" / "bin" / "taguette")
    )
    if not program.exists():
        pytest.skip("Taguette is not installed beside: make e2e installs it into .venv/taguette")
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    port = 17000 + os.getpid() % 10_000
    said = tmp_path / "said.txt"
    with said.open("w") as out:
        running = subprocess.Popen(
            [str(program), "--no-browser", "-p", str(port), "--database", str(tmp_path / "t.sqlite3")],
            stdout=out, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONUNBUFFERED": "1", "HOME": str(tmp_path)},
        )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as client:
            _log_in(client, said, running)
            yield client
    finally:
        running.terminate()
        running.wait(20)


def _log_in(client: httpx.Client, said: Path, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and running.poll() is None:
        found = re.search(r"\?token=(\w+)", said.read_text())
        if found:
            try:
                assert client.get(f"/?token={found[1]}").status_code == 200
            except httpx.TransportError:
                pass
            else:
                return
        time.sleep(0.2)
    pytest.fail(f"Taguette did not start:\n{said.read_text()[-2000:]}")


def _form(page: str) -> dict[str, str]:
    """The hidden and text fields of a form, its boxes ticked, as a browser would send them."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        told = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in told and told.get("type") != "file":
            ticked = told.get("type") != "checkbox" or " checked" in tag
            if ticked:
                fields[told["name"]] = told.get("value", "on").replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")  # fmt: skip
    return fields


def test_taguette_imports_our_codebook_and_gives_it_back(
    taguette: httpx.Client, tmp_path: Path
) -> None:
    book = load_codebook()
    names = [f"{layer.layer}.{name}" for layer in book for name in layer.names()]
    new = _form(taguette.get("/project/new").text)
    made = taguette.post("/project/new", data=new | {"name": "ours", "description": ""})
    project = str(made.url).rsplit("/", 1)[-1]
    upload = _form(taguette.get(f"/project/{project}/import_codebook").text)
    shown = taguette.post(
        f"/project/{project}/import_codebook",
        data=upload,
        files={"file": ("codebook.csv", write_codebook_table(book).encode(), "text/csv")},
    )
    assert shown.status_code == 200, shown.text[-500:]
    done = taguette.post(f"/project/{project}/import_codebook", data=_form(shown.text))
    assert done.status_code == 200
    table = tmp_path / "codebook.csv"
    table.write_text(taguette.get(f"/project/{project}/export/codebook.csv").text)
    back = read_codebook_table(table)
    assert set(names) <= {f"{layer.layer}.{code.name}" for layer in back for code in layer.code} | {
        n for n in names if ":" in n or "-" in n
    }
    assert back.find("feel", "relief").definition.startswith("Relieved: a weight is off.")
    theirs = tmp_path / "codebook.qdc"
    theirs.write_text(taguette.get(f"/project/{project}/export/codebook.qdc").text)
    assert [
        v for v in violations(parse_xml(theirs.read_bytes(), "x")) if "0 of Set," not in v
    ] == []
    assert sum(len(layer.code) for layer in read_qdc(theirs)) >= len(names)
