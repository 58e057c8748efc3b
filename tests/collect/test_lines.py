"""Lines, times and markup: the pieces under every format."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.collect.lines import encoding_of, lines
from bedside.collect.markup import html_text
from bedside.collect.times import from_text, from_unix


@given(
    st.lists(st.binary(max_size=30).filter(lambda b: b"\n" not in b), max_size=20),
    st.integers(1, 40),
)
def test_lines_are_those_of_the_file_and_long_ones_are_none(parts: list[bytes], limit: int) -> None:
    data = b"\n".join(parts)
    expected = data.split(b"\n") if data else []
    if expected and expected[-1] == b"":
        expected.pop()
    found = list(lines(io.BytesIO(data), limit))
    assert [number for number, _ in found] == list(range(1, len(expected) + 1))
    assert [line for _, line in found] == [
        line if len(line) <= limit else None for line in expected
    ]


def test_a_line_across_many_chunks_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bedside.collect.lines.CHUNK_BYTES", 4)
    assert list(lines(io.BytesIO(b"abcdefghij\nk\n\nlmnopq"), 100)) == [
        (1, b"abcdefghij"), (2, b"k"), (3, b""), (4, b"lmnopq")
    ]  # fmt: skip


def test_a_line_of_200_mb_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.ndjson"
    good = '{"id":"a%d","body":"hi","created_utc":1700000000,"subreddit":"s"}\n'
    with path.open("w") as file:
        file.write(good % 1 + '{"id":"b","subreddit":"s","created_utc":1,"body":"')
        for _ in range(200):
            file.write("x" * (1 << 20))
        file.write('"}\n' + good % 2)
    code = (
        "import sys, resource; from pathlib import Path; from datetime import datetime, UTC\n"
        "from bedside.collect.importing import ImportReport, import_path\n"
        "from bedside.model.sources import Source\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "r = ImportReport(); s = Source(name='s', access_basis='own_data')\n"
        "n = sum(b.num_rows for b in import_path(Path(sys.argv[1]), source=s, collected_at=datetime.now(UTC), report=r))\n"
        "print(n, r.rejected, r.rejects[0].locator, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    kept, rejected, word, number, grown = done.stdout.split()
    assert (kept, rejected, word, number) == ("2", "1", "line", "2")
    assert int(grown) < 190, "MiB: the limit of a record is 64, held twice at most"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_encodings_are_told_from_the_first_bytes(encoding: str) -> None:
    found = encoding_of("id,text\n1,hello there".encode(encoding))
    assert "hello" in "id,text\n1,hello there".encode(encoding).decode(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
        ("2024-01-31 10:00:00 +0200", "2024-01-31T08:00:00Z"),
        ("Wed, 31 Jan 2024 10:00:00 +0000", "2024-01-31T10:00:00Z"),
        ("Wed Jan 31 10:00:00 +0000 2024", "2024-01-31T10:00:00Z"),
        ("2024-01-31 10:00 PM EST", None),
        ("31.01.2024 10:00", "2024-01-31T10:00:00Z"),
        ("1/31/2024 10:00 PM", "2024-01-31T22:00:00Z"),
        ("1706695200", "2024-01-31T10:00:00Z"),
        ("1706695200123", "2024-01-31T10:00:00.123Z"),
        ("2024-02", "2024-02-01T00:00:00Z"),
        ("soon", None), ("", None), ("99/99/2024", None), ("0000-00-00 00:00:00", None),
    ],
)  # fmt: skip
def test_times_are_read_or_left_empty(text: str, expected: str | None) -> None:
    found = from_text(text)
    wanted = from_text(expected) if expected else None
    assert (found and found[0]) == (wanted and wanted[0])


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.none(), st.booleans()))
def test_no_value_makes_the_reading_of_a_time_fail(value: object) -> None:
    from_text(value)
    from_text(value, day_first=True)


@given(st.integers(min_value=1, max_value=4_000_000_000))
def test_unix_times_are_told_by_their_size(seconds: int) -> None:
    assert from_unix(seconds) == seconds * 1_000_000 == from_unix(float(seconds))


def test_scripts_and_nested_markup_leave_the_text() -> None:
    assert html_text("<ul><li>one</li><li>two<script>no()</script></li></ul>") == "one\ntwo"
    assert html_text("a < b and c > d &amp; e").startswith("a")
    assert "deep" in html_text("<div>" * 3000 + "deep" + "</div>" * 3000)


@given(st.text(max_size=80))
def test_any_markup_gives_some_text(markup: str) -> None:
    assert isinstance(html_text(markup), str)
    assert isinstance(html_text(f"<p>{markup}</p>"), str)
