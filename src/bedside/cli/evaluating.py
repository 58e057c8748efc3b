"""`evaluate`: the makers against labels, or a simulated study against its truth."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote
from typing import Any, Literal, cast

import msgspec
import pyarrow.parquet as pq

from bedside.errors import InputError, NotFoundError
from bedside.evaluate.cards import score_text, set_text, study_text, validated_text
from bedside.evaluate.claims import claims_text, count_false_claims, score_rumours, stance_text
from bedside.evaluate.folder import FEW, evaluate_folder, machine_lines, sets_under
from bedside.evaluate.machine import code_texts
from bedside.evaluate.run import evaluate_study, score_labelled
from bedside.evaluate.sets import SETS, read_set
from bedside.evaluate.validation import PROTOCOLS, validate
from bedside.evaluate.written import WRITTEN, evaluate_written, written_text
from bedside.store.imports import collected_pages
from bedside.store.keys import load_keys
from bedside.store.manifest import read_manifest
from bedside.store.study import Study, open_study
from bedside.understand.coded import coded_posts

__all__ = ["evaluate_text", "post_names"]

Half = Literal["odd", "even"] | None

LEAST = 6  # labelled posts that a code needs where nothing else is asked for
HEADER_ROWS = 1  # a table's rows are counted with its header, the truth's without
NAMED_BY = ("post_id", "native_id", "source_file", "source_locator")
ROW = re.compile(r"\d+")


def evaluate_text(
    what: str,
    *,
    data: Path | None = None,
    truth: Path | None = None,
    half: str | None = None,
    least: int | None = None,
    kept: Path | None = None,
    characters: bool | None = None,
    write: Path | None = None,
) -> tuple[Any, str]:
    """Score the makers.

    Parameters
    ----------
    what : str
        Name of a labelled set, `written` (posts written apart from the makers), `claims` (claims found by
        mistake), `rumoureval` (stance in rumour threads), a protocol of cross-validation (`nhs`, `emotions`,
        `stories`), a folder of labelled sets, or a study's folder.
    data : Path, optional
        Folder of the labelled sets.
    truth : Path, optional
        TRUTH file of a simulated study; looked for beside the study if not given.
    half, least
        As `bedside.evaluate.run.evaluate_set` takes them.
    kept : Path, optional
        Folder with texts kept back: train on all of `data`, test on these.
    characters : bool, optional
        Cross-validate with character n-grams, or without; as each task does best if not given.
    write : Path, optional
        Where to write the machine's codes, one JSON line a post, in the form of the judged ones.

    Returns
    -------
    tuple of dict and str
        For programs, and for people.
    """
    if half not in (None, "odd", "even"):
        raise InputError(f"--half is odd or even, got '{half}'")
    if (Path(what) / "study.toml").exists():
        return _study(Path(what), truth, least or LEAST)
    if what == "written":
        names = {f"{name}.jsonl" for name in WRITTEN}
        held = data and any(p.name in names for deep in ("*", "*/*") for p in data.glob(deep))
        scores = evaluate_written(data if data and held else Path("tests/understand/written"))
        return {"written": msgspec.to_builtins(scores)}, written_text(scores)
    if Path(what).is_dir() and sets_under(Path(what)):
        return _folder(Path(what), cast("Half", half), least or FEW, write)
    if data is None:
        raise InputError(
            "name the folder of labelled data: --data FOLDER, or BEDSIDE_DATA in the environment"
        )
    if what in ("claims", "rumoureval"):
        return _claims(what, data)
    if what in PROTOCOLS:
        found = list(validate(what, data, kept=kept, characters=characters))
        return msgspec.to_builtins(found), "\n\n".join(map(validated_text, found))
    return _set(what, data, cast("Half", half), least or LEAST, write)


def _set(name: str, data: Path, half: Half, least: int, write: Path | None) -> tuple[Any, str]:
    labelled = list(read_set(name, data))
    machine = code_texts(((p.id, p.text) for p in labelled), kind=SETS[name].kind)
    if write:
        _write(write, {name: machine})
    score = score_labelled(labelled, machine, name=name, half=half, least=least)
    return msgspec.to_builtins(score), score_text(score)


def _folder(folder: Path, half: Half, least: int, write: Path | None) -> tuple[Any, str]:
    scores, codings = evaluate_folder(folder, half=half, least=least)
    if write:
        _write(write, codings)
    return msgspec.to_builtins(scores), "\n\n".join(map(set_text, scores))


def _write(path: Path, codings: Mapping[str, Mapping[str, Any]]) -> None:
    """Write machine codes; readable by their owner alone, since they may hold a post's own words."""
    with path.open("wb") as file:
        path.chmod(0o600)
        file.writelines(machine_lines(codings))


def _claims(what: str, data: Path) -> tuple[dict[str, Any], str]:
    """Claims found by mistake, or stance in rumour threads."""
    if what == "claims":
        alarms = count_false_claims(data)
        return cast("dict[str, Any]", msgspec.to_builtins(alarms)), claims_text(alarms)
    stance = score_rumours(data)
    return cast("dict[str, Any]", msgspec.to_builtins(stance)), stance_text(stance)


def _study(folder: Path, truth: Path | None, least: int) -> tuple[dict[str, Any], str]:
    study = open_study(folder)
    names = post_names(study)
    score = evaluate_study(
        _truth(folder, truth), _coded(study, names), folds=_folds(study, names), least=least
    )
    return cast("dict[str, Any]", msgspec.to_builtins(score)), study_text(score)


def _truth(folder: Path, given: Path | None) -> Path:
    places = [given] if given else sorted(folder.resolve().parent.glob("*/TRUTH.jsonl*"))
    found = [place for place in places if place is not None and place.exists()]
    if not found:
        raise NotFoundError(f"no TRUTH.jsonl beside {folder}; name it: --truth FILE")
    return found[0]


def post_names(study: Study) -> dict[str, str]:
    """Post key -> post id as the truth writes it; rows of a table without ids go by their place in the file."""
    keys = load_keys(study.config.id)
    found = {}
    for page in collected_pages(study, NAMED_BY):
        for row in page.to_pylist():
            found[keys.post_key(row["post_id"])] = _truth_name(row)
    return found


def _truth_name(row: Mapping[str, str | None]) -> str:
    """The name in the truth: the id; for the simulator's tables, their id column or their row."""
    file, place = row["source_file"] or "", ROW.search(row["source_locator"] or "")
    if "survey" in file and place:
        return f"survey:{int(place.group()) - HEADER_ROWS}"
    if "reviews" in file:
        return f"reviews:{row['native_id']}"
    return str(row["post_id"])


def _coded(study: Study, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    datasets = read_manifest(study.folder).datasets
    if "understood" not in datasets:
        raise NotFoundError(
            f"{study.folder.name} has not been run yet; give: bedside run {quote(str(study.folder))}"
        )
    pages = zip(datasets["understood"].pages, datasets["posts"].pages, strict=True)
    return {
        names[coded["post_key"]]: coded
        for marks, posts in pages
        for coded in _page(study.folder / marks.file, study.folder / posts.file)
        if coded["post_key"] in names
    }


def _page(marks: Path, posts: Path) -> Iterator[dict[str, Any]]:
    texts = pq.read_table(posts, columns=["post_key", "title", "body"])
    yield from coded_posts(pq.read_table(marks), texts)


def _folds(study: Study, names: Mapping[str, str]) -> dict[str, str]:
    page = read_manifest(study.folder).datasets["folds"].pages[0]
    rows = pq.read_table(
        study.folder / page.file, columns=["post_key", "fold_key", "how"]
    ).to_pylist()
    return {
        names[row["post_key"]]: names[row["fold_key"]]
        for row in rows
        if row["how"] in ("exact", "near", "repost", "kept") and row["fold_key"] in names
    }
