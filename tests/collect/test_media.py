"""Pictures and recordings that these tests make: what is read of them, and what is said of those left unread."""

import importlib.util
import io
import json
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from bedside.collect import recognisers
from bedside.collect.reading import RecordProblem
from tests.collect.conftest import Take, import_all

READS = importlib.util.find_spec("rapidocr_onnxruntime") is not None
HEARS = importlib.util.find_spec("moonshine_voice") is not None
reads = pytest.mark.skipif(not READS, reason="the extra bedside[media] is not installed")
hears = pytest.mark.skipif(
    not HEARS or shutil.which("espeak-ng") is None, reason="no bedside[media], or no espeak-ng"
)
LINES = ("Seven years until a doctor listened to me.", "The leaflet never said hair loss!")
SAID = "I was told that the pain was normal and that I should take a tablet."


def picture(*lines: str, kind: str = "PNG", size: int = 26) -> bytes:
    image = Image.new("RGB", (900, 60 + 60 * len(lines)), "white")
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((20, 20 + 60 * number), line, fill="black", font=ImageFont.load_default(size))
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def tone(seconds: float = 0.2, rate: int = 8000, channels: int = 2) -> bytes:
    out = io.BytesIO()
    wave_at = np.sin(np.arange(int(seconds * rate)) * 0.3) * 9000
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(wave_at.astype("<i2"), channels).tobytes())
    return out.getvalue()


def spoken(text: str) -> bytes:
    command = ["espeak-ng", "-w", "/dev/stdout", "-s", "140", text]
    return subprocess.run(command, capture_output=True, check=True).stdout


@reads
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_text_in_a_picture_becomes_text_of_the_post_marked_as_such(take: Take, kind: str) -> None:
    rows, report = take(picture(*LINES, kind=kind), f"card.{kind.lower()}")
    assert report.format == "image" and report.kept == 1
    segments = rows[0]["segments"]
    assert [s["origin"] for s in segments] == ["ocr", "ocr"]
    assert [s["text"] for s in segments] == list(LINES)
    assert all(s["confidence"] > 0.5 and s["tool"].startswith("rapidocr") for s in segments)
    assert rows[0]["kind"] == "image" and not rows[0]["body"]
    assert "taken at home" not in str(rows), "data of the camera are not read"


@hears
def test_what_is_said_in_a_recording_becomes_text_with_its_times(take: Take) -> None:
    rows, report = take(spoken(SAID), "voice.wav")
    assert report.format == "sound"
    segments = rows[0]["segments"]
    heard = " ".join(s["text"] for s in segments).lower().strip(".").split()
    wanted = SAID.lower().strip(".").split()
    assert len(set(wanted) & set(heard)) >= 0.8 * len(set(wanted)), heard
    assert {s["origin"] for s in segments} == {"voice_to_text"}
    assert segments[0]["start_ms"] < segments[0]["end_ms"] <= 8000


@reads
def test_a_file_beside_a_picture_says_whose_it_is(tmp_path: Path) -> None:
    info = {"id": "77", "extractor": "board", "webpage_url": "https://board.example/77", "uploader_id": "u9",
            "upload_date": "20250304", "description": "my results"}  # fmt: skip
    (tmp_path / "card.png").write_bytes(picture(*LINES))
    (tmp_path / "card.info.json").write_text(json.dumps(info))
    rows, report = import_all(tmp_path)
    assert report.kept == 1 and report.no_post == 1, "the info file is read with the picture"
    assert rows[0]["native_id"] == "77" and rows[0]["body"] == "my results"
    assert [s["text"] for s in rows[0]["segments"]] == list(LINES)


def test_a_thumbnail_and_a_recording_with_subtitles_are_no_posts_of_their_own(
    tmp_path: Path,
) -> None:
    info = {"id": "5", "extractor": "tube", "webpage_url": "https://tube.example/5", "duration": 9}
    (tmp_path / "talk.info.json").write_text(json.dumps(info))
    (tmp_path / "talk.jpg").write_bytes(picture("thumb", kind="JPEG"))
    (tmp_path / "talk.wav").write_bytes(tone())
    (tmp_path / "talk.en.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nIt hurts\n")
    rows, report = import_all(tmp_path)
    assert (report.kept, report.no_post, report.rejected) == (1, 3, 0)
    assert [s["text"] for s in rows[0]["segments"]] == ["It hurts"]


def test_without_the_extra_what_stays_unread_is_counted_and_no_post_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise RecordProblem(f"a picture; {recognisers.MISSING.format(what='text')}")

    monkeypatch.setattr(recognisers, "_ocr", missing)
    info = {"id": "77", "extractor": "board", "webpage_url": "https://board.example/77"}
    (tmp_path / "card.png").write_bytes(picture(*LINES))
    (tmp_path / "card.info.json").write_text(json.dumps(info))
    (tmp_path / "alone.png").write_bytes(picture(*LINES))
    rows, report = import_all(tmp_path)
    assert [row["native_id"] for row in rows] == ["77"]
    assert report.rejected == 1 and "bedside[media]" in str(report.rejects[0])


@reads
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (picture(*LINES)[:200], "cannot be opened"),
        (picture(""), "no text was found"),
    ],
)
def test_a_damaged_or_empty_picture_is_refused_with_its_reason(
    take: Take, data: bytes, reason: str
) -> None:
    _, report = take(data, "card.png")
    assert report.rejected == 1 and reason in str(report.rejects[0])


def test_sound_of_any_rate_and_width_becomes_one_channel_of_16000_a_second() -> None:
    sound = recognisers.samples_of(tone(0.5, 44100, 2))
    assert len(sound) == 8000 and 0.2 < float(np.abs(sound).max()) <= 0.31


def test_long_sound_is_cut_where_it_is_quiet_and_nothing_is_lost() -> None:
    sound = np.ones(150 * recognisers.RATE)
    quiet = 58 * recognisers.RATE
    sound[quiet : quiet + recognisers.RATE // 2] = 0
    pieces = list(recognisers._pieces(sound))
    assert pieces[0] == (0, quiet)
    assert [end for _, end in pieces[:-1]] == [start for start, _ in pieces[1:]]
    assert pieces[-1][1] == len(sound)


def test_a_recording_that_nothing_reads_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(RecordProblem, match="save it as WAV, or install ffmpeg"):
        recognisers.samples_of(b"ID3\x03 no sound")
