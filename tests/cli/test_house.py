"""The whole house from the command line: files to report, evidence, check, erasure, interruption."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bedside.store.study import open_study
from tests.decoding import decoded, found_in

pytestmark = pytest.mark.e2e
POSTS = 2_500


def bedside(*arguments: object, keys: Path, code: int = 0) -> str:
    """Run the command line in a process of its own; gives what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "bedside", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"BEDSIDE_KEYS": str(keys)},
        check=False,
        timeout=600,
    )
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo study made once for these tests; its keys lie beside it."""
    folder = tmp_path_factory.mktemp("house")
    said = bedside("demo", folder / "demo", "--posts", POSTS, keys=folder / "keys")
    assert "Open this page:" in said
    return folder


@pytest.fixture
def study(room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo study that a test may spoil."""
    monkeypatch.setenv("BEDSIDE_KEYS", str(room / "keys"))
    return Path(shutil.copytree(room / "demo" / "study", tmp_path / "study"))


def test_the_demo_ends_in_a_report_that_says_it_is_simulated_and_unchecked(room: Path) -> None:
    html = (room / "demo" / "study" / "report.html").read_text()
    assert "Simulated posts" in html and "machine count, not checked" in html
    assert "<script" not in html and not re.search(r"""(?:src|href)=["']https?:""", html)
    assert len(html) < 1_500_000


def test_records_add_up_from_file_to_corpus(room: Path) -> None:
    from bedside.measure.kept import read_figures
    from bedside.store.snapshots import latest_snapshot

    study = open_study(room / "demo" / "study")
    snapshot = latest_snapshot(study)
    assert snapshot is not None
    flow = {
        f.keys["step"]: int(f.estimate or 0)
        for f in read_figures(study, snapshot)
        if f.measure == "inclusion.flow"
    }
    assert flow["read"] == flow["kept"] + flow["tombstoned"] + flow["rejected"] + flow["no_post"]
    aside = ("same_post", "exact", "near", "repost", "withdrawn", "erased")
    assert flow["kept"] == flow["unique"] + sum(flow[step] for step in aside)
    left = ("other_language", "not_relevant", "other_place", "language_unknown", "after_snapshot")
    assert flow["unique"] == flow["relevant"] + sum(flow[step] for step in left)
    assert flow["relevant"] == snapshot.posts > 0


def test_every_evidence_id_of_the_report_opens_and_everything_holds(
    study: Path, room: Path
) -> None:
    html = (study / "report.html").read_text()
    ids = sorted(set(re.findall(r"ev-[0-9a-f]{10}-[a-z-]+", html)))
    assert len(ids) > 10
    for evidence in ids[:: max(1, len(ids) // 5)]:
        assert "posts" in bedside("open", study, evidence, "--limit", 2, keys=room / "keys")
    assert "everything holds" in bedside("check", study, keys=room / "keys")


def test_a_second_run_changes_nothing(study: Path, room: Path) -> None:
    before = dict(decoded(study))
    assert "nothing had changed" in bedside("run", study, keys=room / "keys")
    assert dict(decoded(study)) == before


def test_adding_the_same_files_again_changes_nothing(study: Path, room: Path) -> None:
    files = sorted((room / "demo" / "simulated-posts").glob("reddit_*"))
    said = bedside("add", study, *files, "--source", "reddit", keys=room / "keys")
    assert "0 records read" in said and "2 files were here already" in said
    assert "nothing had changed" in bedside("run", study, keys=room / "keys")


def test_an_erased_account_is_gone_and_stays_gone_and_figures_are_stale(
    study: Path, room: Path
) -> None:
    keys = room / "keys"
    handle, body = _busy_author(study)
    assert found_in(study, handle) and found_in(study, body)
    said = bedside("erase", study, "--account", handle, keys=keys)
    assert "stale" in said
    assert not found_in(study, handle) and not found_in(study, body)
    assert "Stale." in (study / "report.html").read_text()
    renamed = study.parent / "again.ndjson"
    source = room / "demo" / "simulated-posts" / "reddit_submissions.ndjson"
    renamed.write_text(source.read_text() + "\n")
    bedside("add", study, renamed, "--source", "reddit", keys=keys)
    bedside("run", study, keys=keys)
    assert not found_in(study, handle)
    assert "everything holds" in bedside("check", study, keys=keys)


def _busy_author(study: Path) -> tuple[str, str]:
    """Handle of an author of a forum post in the corpus, and the post's text."""
    from bedside.store.imports import collected_pages

    for page in collected_pages(open_study(study)):
        for row in page.select(["source", "author_handle", "body", "kind"]).to_pylist():
            long = len(row["body"]) > 150 and "\n" not in row["body"] and "'" not in row["body"]
            if (
                row["source"] == "reddit"
                and row["kind"] == "post"
                and row["author_handle"]
                and long
            ):
                return row["author_handle"], row["body"]
    raise AssertionError("the demo has no long forum post")


def test_a_run_that_is_killed_goes_on_and_gives_the_same_bytes(
    study: Path, room: Path, tmp_path: Path
) -> None:
    shutil.rmtree(study / "pages")
    for name in ("manifest.json", "report.html", "report.json", "figures.csv"):
        (study / name).unlink()
    for folder in ("figures", "snapshots", "releases"):
        shutil.rmtree(study / folder)
    whole = Path(shutil.copytree(study, tmp_path / "whole" / "study"))
    bedside("run", whole, keys=room / "keys")
    environment = os.environ | {"BEDSIDE_KEYS": str(room / "keys")}
    for seconds in (1.0, 2.5, 4.0):
        running = subprocess.Popen(
            [sys.executable, "-m", "bedside", "run", str(study)], env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(seconds)
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    bedside("run", study, keys=room / "keys")
    kept = ("pages", "figures", "snapshots", "report.html", "figures.csv")
    first, second = _files(whole, kept), _files(study, kept)
    assert first == second


def _hear_interrupts() -> None:
    """A test that was itself started in the background of a shell would hand down that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_ends_a_run_with_a_word_and_no_worker_and_it_goes_on(
    study: Path, room: Path
) -> None:
    shutil.rmtree(study / "pages")
    (study / "manifest.json").unlink()
    running = subprocess.Popen(
        [sys.executable, "-m", "bedside", "run", str(study), "--workers", "2"], start_new_session=True,
        env=os.environ | {"BEDSIDE_KEYS": str(room / "keys")}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, preexec_fn=_hear_interrupts,
    )  # fmt: skip
    while not list(study.glob("pages/unify/*.parquet")):
        time.sleep(0.02)
        assert running.poll() is None
    assert "another bedside is working" in bedside("run", study, keys=room / "keys", code=6)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and "goes on from there" in said and "Traceback" not in said
    left = subprocess.run(["pgrep", "-g", str(running.pid)], capture_output=True, check=False)
    assert left.stdout == b""
    assert "report:" in bedside("run", study, keys=room / "keys")


def _files(folder: Path, kept: tuple[str, ...]) -> dict[str, bytes]:
    import json

    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name.startswith(kept) and "/.part-" not in name:
            found[name] = path.read_bytes()
            if name.startswith("snapshots/") and name.endswith(".json"):
                about = json.loads(found[name])
                del about["taken_at"]
                found[name] = json.dumps(about, sort_keys=True).encode()
    return found


def test_a_full_disk_is_named_and_the_run_goes_on_after_it(
    study: Path, room: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    size = sum(p.stat().st_size for p in (study / "vault").iterdir()) + 1_500_000
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small tmpfs here")
    try:
        target = small / "study"
        keep = shutil.ignore_patterns(
            "pages", "manifest.json", "report*", "figures*", "snapshots", "releases", "kept.duckdb"
        )
        shutil.copytree(study, target, ignore=keep)
        said = bedside("run", target, keys=room / "keys", code=5)
        assert "disk" in said and "free some space" in said
        subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
        assert "report:" in bedside("run", target, keys=room / "keys")
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_study_that_names_nobody_for_crisis_posts_may_not_release(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    posts = tmp_path / "posts.csv"
    posts.write_text(
        "id,author,text\n1,ann,My endo pain is back and the GP listened\n2,bea,Same here with endo\n"
    )
    bedside("new", tmp_path / "s", "--title", "t", keys=keys)
    answers = (
        "--set",
        "access_basis=own_data",
        "--set",
        "lawful_basis=consent",
        "--set",
        "dpia_ref=D1",
    )
    bedside("add", tmp_path / "s", posts, "--source", "mine", *answers, keys=keys)
    assert "[crisis]" in bedside("run", tmp_path / "s", keys=keys, code=3)
    config = tmp_path / "s" / "study.toml"
    text = config.read_text().replace('who = ""', 'who = "duty nurse"')
    config.write_text(re.sub(r"within_hours = 0(\.0)?", "within_hours = 4", text))
    assert "report:" in bedside("run", tmp_path / "s", keys=keys)
    html = (tmp_path / "s" / "report.html").read_text()
    assert "Simulated" not in html and "endo pain is back" not in html


def test_messages_say_what_to_do(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    assert "bedside new" in bedside("run", tmp_path / "none", keys=keys, code=4)
    bedside("new", tmp_path / "s", "--title", "t", keys=keys)
    assert "bedside add" in bedside("run", tmp_path / "s", keys=keys, code=2)
    assert "did you mean" in bedside("evaluate", "judgd", "--data", tmp_path, keys=keys, code=4)
    assert "exactly one" in bedside("erase", tmp_path / "s", keys=keys, code=2)
    assert "column" in bedside("new", tmp_path / "q", "--query", "(endo OR", keys=keys, code=2)
