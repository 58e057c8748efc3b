"""Programs that read pictures and listen to speech, behind one small seam; installed by the extra `bedside[media]` (F07).

RapidOCR (Apache-2.0) carries its models, Moonshine (MIT) an English one: neither fetches anything.
"""

import io
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.collect.reading import RecordProblem

__all__ = ["Heard", "listen", "read_picture", "samples_of"]

RATE = 16_000  # samples a second, what the acoustic model was trained on
LEAST_SURE = 0.5  # confidence of a line of text in a picture; below, letters are guessed
PIECE = 60  # seconds of sound recognised at a time, cut where it is quietest nearby
LOOK = 5  # seconds on either side in which a quieter place is looked for
SMALL = 4_000_000  # pixels up to which a picture is doubled: the spaces between small letters are then seen
LARGEST_PICTURE = 40_000_000  # pixels; more is a decompression bomb or a poster
MISSING = "its {what} can be read once the extra is installed: pip install 'bedside[media]'"
Floats = NDArray[np.float64]


class Heard(NamedTuple):
    """A stretch of text that a program read or heard; times in milliseconds, None in a picture."""

    text: str
    confidence: float | None
    tool: str
    start_ms: int | None = None
    end_ms: int | None = None


@lru_cache(maxsize=1)
def _ocr() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise RecordProblem(f"a picture; {MISSING.format(what='text')}") from error
    return RapidOCR()


def read_picture(data: bytes) -> list[Heard]:
    """Lines of text in a picture, from top to bottom.

    Raises
    ------
    RecordProblem
        If the extra is not installed, or the picture is damaged or too large.
    """
    ocr = _ocr()
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > LARGEST_PICTURE:
                raise RecordProblem("a picture of more than 40 million pixels; make it smaller")
            seen = picture.convert("RGB")
            if seen.width * seen.height <= SMALL:
                seen = seen.resize((2 * seen.width, 2 * seen.height))
            pixels = np.asarray(seen)[:, :, ::-1]
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise RecordProblem("a picture that cannot be opened; save it anew") from error
    found, _ = ocr(np.ascontiguousarray(pixels))
    tool = f"rapidocr {version('rapidocr-onnxruntime')}"
    return [
        Heard(str(text).strip(), round(float(sure), 3), tool)
        for _, text, sure in found or ()
        if float(sure) >= LEAST_SURE and str(text).strip()
    ]


@lru_cache(maxsize=1)
def _ear() -> Any:
    try:
        from moonshine_voice import ModelArch, Transcriber, get_model_path
    except (ImportError, OSError) as error:
        raise RecordProblem(f"a recording; {MISSING.format(what='speech')}") from error
    return Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY)


def listen(data: bytes) -> list[Heard]:
    """What is said in a recording (English), sentence by sentence.

    Raises
    ------
    RecordProblem
        If the extra is not installed, or the recording cannot be read.
    """
    ear = _ear()
    sound = samples_of(data)
    tool = f"moonshine tiny-en {version('moonshine-voice')}"
    heard = []
    for start, end in _pieces(sound):
        for line in ear.transcribe_without_streaming(sound[start:end].tolist(), RATE).lines:
            begun = 1000 * start // RATE + round(1000 * line.start_time)
            if line.text.strip():
                over = begun + round(1000 * line.duration)
                heard.append(Heard(line.text.strip(), None, tool, begun, over))
    return heard


def samples_of(data: bytes) -> Floats:
    """A recording as numbers between -1 and 1, 16,000 a second, one channel.

    Parameters
    ----------
    data : bytes
        A WAV file of whole numbers; other kinds are read by ffmpeg where it is installed.

    Raises
    ------
    RecordProblem
        If it is neither.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        return _by_ffmpeg(data)
    if width not in (1, 2, 4) or not channels or not rate:
        raise RecordProblem("a WAV file of a width that is not read; save it with 16 bits")
    kind = {1: "u1", 2: "<i2", 4: "<i4"}[width]
    numbers = np.frombuffer(frames[: len(frames) // (width * channels) * width * channels], kind)
    sound = numbers.astype(np.float64) / 2 ** (8 * width - 1) - (width == 1)
    return _resampled(sound.reshape(-1, channels).mean(axis=1), rate)


def _resampled(sound: Floats, rate: int) -> Floats:
    if rate == RATE or not len(sound):
        return sound
    from scipy.signal import resample_poly

    common = int(np.gcd(rate, RATE))
    heard: Floats = resample_poly(sound, RATE // common, rate // common)
    return heard.clip(-1, 1)


def _by_ffmpeg(data: bytes) -> Floats:
    """Sound of any kind that ffmpeg reads; its own file, so that formats that seek can be read."""
    if shutil.which("ffmpeg") is None:
        raise RecordProblem("a recording that is no WAV file; save it as WAV, or install ffmpeg")
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "recording"
        path.write_bytes(data)
        command = ["ffmpeg", "-v", "quiet", "-nostdin", "-protocol_whitelist", "file", "-i", str(path), "-vn",
                   "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if done.returncode or not done.stdout:
        raise RecordProblem("a recording that ffmpeg cannot read; save it as WAV")
    sound: Floats = np.frombuffer(done.stdout, "<i2").astype(np.float64) / 32768
    return sound


def _pieces(sound: Floats) -> Iterator[tuple[int, int]]:
    """First and last sample of stretches of about a minute, parted where it is quiet."""
    start, step = 0, RATE // 10
    while len(sound) - start > (PIECE + LOOK) * RATE:
        around = range(start + (PIECE - LOOK) * RATE, start + (PIECE + LOOK) * RATE, step)
        end = min(around, key=lambda at: float(np.abs(sound[at : at + step]).max()))
        yield start, end
        start = end
    if len(sound) > start:
        yield start, len(sound)
