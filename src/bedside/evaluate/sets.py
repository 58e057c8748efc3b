"""Read the labelled sets that a folder holds, in one form."""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from bedside.errors import FormatError, NotFoundError, suggest
from bedside.evaluate.codes import Coding
from bedside.understand.learnt.labels import (
    ASPECT_OF_CODE,
    ASPECT_OF_THEME,
    FEEL_OF_EMOTION,
    SPEAKER_OF_ROLE,
    UNLABELLED,
)

__all__ = ["SETS", "Labelled", "LabelledSet", "read_lines", "read_set"]

Record = dict[str, Any]


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled text.

    Attributes
    ----------
    id : str
        Unique in the set.
    text : str
        As published; never printed or written by this room.
    labels : tuple of Coding
        In our codes: one set of labels, or one for each reader.
    extra : dict
        What else the protocol needs: split, question, trust.
    """

    id: str
    text: str
    labels: tuple[Coding, ...]
    extra: dict[str, Any] = {}


class LabelledSet(msgspec.Struct, frozen=True, kw_only=True):
    """What a set is for.

    Attributes
    ----------
    file : str
        Path in the data folder.
    layers : tuple of str
        Layers that its labels can score; empty: all that were read.
    least : int
        Labelled posts that a code needs under the set's protocol.
    about : str
        One line for the model card.
    kind : str
        What its texts are, as a study's source would say: `post` or `review`.
    """

    file: str
    layers: tuple[str, ...]
    least: int
    about: str
    kind: str = "post"


SETS: dict[str, LabelledSet] = {
    "judged": LabelledSet(
        file="judged/reader1.jsonl",
        layers=(),
        least=1,
        about="real posts coded by two readers under this codebook; test only",
    ),
    "pxtextmining_phase1": LabelledSet(
        file="open/pxtextmining_phase1.jsonl.gz",
        layers=("care aspect", "valence"),
        least=30,
        about="NHS comments of three trusts, one subcategory each (MIT, NHS England); the classifiers that ship learnt from them: see `nhs` for texts unseen",
        kind="review",
    ),
    "pxtextmining_phase2": LabelledSet(
        file="open/pxtextmining_phase2.jsonl.gz",
        layers=("care aspect", "valence"),
        least=30,
        about="NHS Friends and Family comments of two trusts, several themes each (MIT, NHS England); the classifiers that ship learnt from them: see `nhs` for texts unseen",
        kind="review",
    ),
    "goemotions": LabelledSet(
        file="open/goemotions.jsonl.gz",
        layers=("feel",),
        least=30,
        about="Reddit comments with 28 emotions, test part only (Apache-2.0); general talk, not patients'",
    ),
    "careopinion": LabelledSet(
        file="evaluate/careopinion_multilabel.jsonl.gz",
        layers=("care aspect", "valence"),
        least=30,
        about="patients' stories with several subcategories each (CC BY-NC-SA); test only",
        kind="review",
    ),
    "online_doctor_qa": LabelledSet(
        file="evaluate/online_doctor_qa.jsonl.gz",
        layers=("speaker",),
        least=30,
        about="questions and doctors' answers of three sites; the asker may be a carer; test only",
    ),
}


def read_lines(path: Path) -> Iterator[Record]:
    """Objects of a JSON-lines file, also compressed with gzip or zstd; blank lines are passed over.

    Raises
    ------
    NotFoundError
        If the file is not there.
    FormatError
        If a line is no JSON object; the message names the line, never its content.
    """
    if not path.is_file():
        raise NotFoundError(
            f"no file {path.name} in {path.parent.name}; give the folder that holds the labelled sets"
        )
    decode = msgspec.json.Decoder(Record).decode
    for number, line in enumerate(_raw_lines(path), 1):
        if line.strip():
            try:
                yield decode(line)
            except msgspec.DecodeError as error:
                raise FormatError(
                    f"{path.name}, line {number}: not a JSON object; mend or remove the line"
                ) from error


def _raw_lines(path: Path) -> Iterator[bytes]:
    try:
        if path.suffix == ".zst":
            import zstandard

            with (
                path.open("rb") as file,
                zstandard.ZstdDecompressor().stream_reader(file) as stream,
            ):
                yield from _split(stream.read)
        else:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
                yield from lines
    except (gzip.BadGzipFile, EOFError) as error:
        raise FormatError(f"{path.name} is cut short or not gzip; fetch it again") from error


def _split(read: Callable[[int], bytes]) -> Iterator[bytes]:
    rest = b""
    while block := read(1 << 20):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    yield rest


def _care(aspects: set[str], side: str | None) -> Coding:
    """Aspects with the side that the whole comment has; without one they stand for the aspect alone."""
    return {
        "moments": [{"stage": None, "care": sorted(f"{a}:{side}" if side else a for a in aspects)}]
    }


def _side(criticality: int | None) -> str | None:
    return None if not criticality else "praise" if criticality > 0 else "complaint"


def _from_codes(codes: list[str], criticality: int | None) -> Coding | None:
    aspects = {ASPECT_OF_CODE[c] for c in codes if c in ASPECT_OF_CODE}
    return _care(aspects, _side(criticality)) if aspects else None


def _phase1(record: Record) -> tuple[Coding | None, Record]:
    labels = record["labels"]
    return _from_codes([labels["code"]], labels.get("criticality")), {
        "question": record["meta"].get("question")
    }


def _careopinion(record: Record) -> tuple[Coding | None, Record]:
    labels = record["labels"]
    return _from_codes(labels["subcategory_codes"], labels.get("criticality")), {}


def _phase2(record: Record) -> tuple[Coding | None, Record]:
    themes, mood = set(record["labels"]["themes"]), record["labels"].get("sentiment_1pos_5neg")
    aspects = {ASPECT_OF_THEME[t] for t in themes if t in ASPECT_OF_THEME}
    side = None if mood in (None, 3) else "praise" if mood < 3 else "complaint"
    extra = {k: record["meta"].get(k) for k in ("Trust", "FFT question")}
    return (_care(aspects, side) if aspects and not themes & UNLABELLED else None), extra


def _goemotions(record: Record) -> tuple[Coding | None, Record]:
    feel = {FEEL_OF_EMOTION[e] for e in record["labels"]["emotion"] if e in FEEL_OF_EMOTION}
    test = record.get("split") == "test"
    return ({"moments": [{"stage": None, "feel": sorted(feel)}]} if test else None), {
        "split": record.get("split")
    }


def _doctor_qa(record: Record) -> tuple[Coding | None, Record]:
    return {"role": SPEAKER_OF_ROLE[record["labels"]["role"]]}, {
        "site": record["labels"].get("site")
    }


_READERS: dict[str, Callable[[Record], tuple[Coding | None, Record]]] = {
    "pxtextmining_phase1": _phase1,
    "pxtextmining_phase2": _phase2,
    "goemotions": _goemotions,
    "careopinion": _careopinion,
    "online_doctor_qa": _doctor_qa,
}


def read_set(name: str, folder: Path) -> Iterator[Labelled]:
    """Read a labelled set in its own order.

    Parameters
    ----------
    name : str
        One of `SETS`.
    folder : Path
        Folder of the sets (what BEDSIDE_DATA names).

    Yields
    ------
    Labelled
        Records without a usable label are left out: nobody labelled them, no answer was given, or no label
        has a counterpart in the codebook.

    Raises
    ------
    NotFoundError
        If there is no such set, or its file is not in the folder.
    FormatError
        If its file does not hold what the set's own description says.
    """
    if name not in SETS:
        raise NotFoundError(f"no labelled set '{name}'; {suggest(name, list(SETS))}")
    return _read_judged(folder) if name == "judged" else _read_labelled(name, folder)


def _read_labelled(name: str, folder: Path) -> Iterator[Labelled]:
    path, read = folder / SETS[name].file, _READERS[name]
    for number, record in enumerate(read_lines(path), 1):
        try:
            labels, extra = read(record)
            text, key = str(record["text"]), str(record["id"])
        except (KeyError, TypeError, AttributeError) as error:
            raise FormatError(
                f"{path.name}, line {number}: not a record of {name} ({type(error).__name__})"
            ) from error
        if labels is not None and text.strip() and text.strip() not in UNLABELLED:
            yield Labelled(id=key, text=text, labels=(labels,), extra=extra)


def _read_judged(folder: Path) -> Iterator[Labelled]:
    readers = [
        {(r["set"], r["id"]): r for r in read_lines(folder / "judged" / f"reader{n}.jsonl")}
        for n in (1, 2)
    ]
    if readers[0].keys() != readers[1].keys():
        raise FormatError(
            "the two readers of judged coded different posts; both files must hold the same ones"
        )
    texts = _texts_of({name for name, _ in readers[0]}, folder)
    missing = sum(key not in texts for key in readers[0])
    if missing:
        raise FormatError(
            f"{missing} judged posts are not in the sets they name; fetch the sets again"
        )
    for key, first in readers[0].items():
        yield Labelled(id="/".join(key), text=texts[key], labels=(first, readers[1][key]))


def _texts_of(names: set[str], folder: Path) -> Mapping[tuple[str, str], str]:
    """Texts of whole sets by (set, id); a set's file may lie in open/ or evaluate/."""
    found: dict[tuple[str, str], str] = {}
    for name in sorted(names):
        if not re.fullmatch(r"\w+", name):
            raise FormatError("judged names a set with a sign that no set's name has")
        places = [folder / part / f"{name}.jsonl.gz" for part in ("evaluate", "open")]
        path = next((p for p in places if p.is_file()), places[0])
        found.update({(name, str(r["id"])): str(r.get("text") or "") for r in read_lines(path)})
    return found
