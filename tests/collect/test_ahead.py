"""Files read ahead by other processes: the same batches and reports, in the same order, whatever happens to a process."""

import signal
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bedside.collect import ahead
from bedside.collect.ahead import FilesAhead
from bedside.collect.formats import FORMATS, Format
from bedside.collect.importing import Choice, ImportReport
from bedside.errors import InputError
from tests.collect.conftest import NOW, OPEN, ndjson

POSTS = 3000


def line(number: int) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "text": f"words {number} " * 40,
        "author": "kim",
        "created_utc": 1700000000 + number,
    }


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A long file, a broken one, an empty one, a table and a long one."""
    made = {
        "a.jsonl": ndjson(*map(line, range(POSTS))),
        "b.jsonl": ndjson(line(1)) + "{broken\n" + ndjson(line(2)),
        "c.jsonl": "",
        "d.csv": "id,text\n1,it was fine\n2,it was late\n",
        "f.jsonl": ndjson(*map(line, range(POSTS, 2 * POSTS))),
    }
    for name, text in made.items():
        (tmp_path / name).write_text(text)
    return [tmp_path / name for name in made]


def read_all(opened: FilesAhead) -> tuple[pa.Table, list[ImportReport]]:
    reports = [ImportReport() for _ in opened.paths]
    with opened:
        found = [batch for n, report in enumerate(reports) for batch in opened.batches(n, report)]
    return pa.Table.from_batches(found), reports


def of(paths: list[Path], workers: int) -> FilesAhead:
    return FilesAhead(paths, source=OPEN, collected_at=NOW, choice=Choice(), workers=workers)


def test_rows_and_reports_do_not_depend_on_the_number_of_processes(files: list[Path]) -> None:
    alone, reports = read_all(of(files, 1))
    beside, told = read_all(of(files, 2))
    assert alone.num_rows == 2 * POSTS + 4
    assert beside.equals(alone)
    assert [r.to_dict() for r in told] == [r.to_dict() for r in reports]
    assert told[1].rejected == 1
    assert told[2].files[0].no_post["empty file"] == 1


def test_a_file_with_an_error_raises_it_where_it_was_asked_for(files: list[Path]) -> None:
    files.insert(1, files[0].with_name("rounded.csv"))
    files[1].write_text("id,text\n1.23E+18,it was fine\n2,it was late\n")
    with of(files, 2) as opened:
        assert sum(b.num_rows for b in opened.batches(0, ImportReport())) == POSTS
        with pytest.raises(InputError, match="rounded"):
            list(opened.batches(1, ImportReport()))
        assert sum(b.num_rows for b in opened.batches(2, ImportReport())) == 2


def test_processes_that_are_killed_cost_nothing_but_time(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "AHEAD_BYTES", 1)
    opened, reports = of(files, 2), [ImportReport() for _ in files]
    with opened:
        found = []
        for number, report in enumerate(reports):
            for batch in opened.batches(number, report):
                found.append(batch)
                for process in opened._processes:
                    process.kill()
    alone, told = read_all(of(files, 1))
    assert pa.Table.from_batches(found).equals(alone)
    assert [r.to_dict() for r in reports] == [r.to_dict() for r in told]


def test_processes_that_are_stopped_and_go_on_lose_nothing(files: list[Path]) -> None:
    alone, _ = read_all(of(files, 1))
    with of(files, 2) as opened:
        found = []
        for number in range(len(files)):
            for batch in opened.batches(number, ImportReport()):
                found.append(batch)
                for process in opened._processes:
                    process.send_signal(signal.SIGSTOP)
                    time.sleep(0.002)
                    process.send_signal(signal.SIGCONT)
    assert pa.Table.from_batches(found).equals(alone)


def test_files_whose_turn_has_not_come_wait_when_much_is_held(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "AHEAD_BYTES", 1)
    alone, _ = read_all(of(files, 1))
    assert read_all(of(files, 2))[0].equals(alone)


def test_an_import_that_is_given_up_ends_its_processes(files: list[Path]) -> None:
    opened = of(files, 2)
    with opened, pytest.raises(KeyboardInterrupt):
        raise KeyboardInterrupt
    assert all(process.poll() is not None for process in opened._processes)


def test_small_imports_and_formats_of_this_program_alone_are_read_here(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def workers() -> int:
        return FilesAhead(files, source=OPEN, collected_at=NOW, choice=Choice()).workers

    assert workers() == 0
    monkeypatch.setattr(ahead, "WORTH_BYTES", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert workers() == 2
    own = Format(
        name="own", licence_note="", verified=True, recognise=lambda _: False, read="none:none"
    )
    monkeypatch.setitem(FORMATS, "own", own)
    assert workers() == 0
