"""Answers as marks and coverage, of the same form as those of every maker."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bedside.codebook import Codebook
from bedside.model.marks import UNDERSTOOD
from bedside.store.study import Study
from bedside.understand.llm.cache import Answers, Kept, has_answers
from bedside.understand.llm.prompt import prompt_version

__all__ = ["MAKER", "answers_key", "asked_marks"]

MAKER = "language_model"
Stretch = tuple[str, str, int, int]
"""A moment's key, the part it stands in, start and end."""
SCORE = 0.7  # as of a rule: a model's own word on how sure it is says little


def _versions(study: Study, book: Codebook) -> dict[str, str]:
    """Version of the maker for each layer asked about, as model and codebook stand."""
    model = study.config.llm
    return {
        name: prompt_version(model, book.layers[name])
        for name in model.layers
        if model.model and name in book.layers
    }


def answers_key(study: Study, book: Codebook) -> list[Any]:
    """What figures that count the model's marks depend on; empty where they do not."""
    versions = _versions(study, book)
    if not study.config.llm.counts or not versions or not has_answers(study):
        return []
    with Answers(study) as answers:
        return [versions, *answers.state()]


def asked_marks(
    study: Study, book: Codebook, posts: pa.Table, moments: pa.Table | None = None
) -> pa.Table:
    """Marks and coverage that the model gave, about texts as they stand.

    Parameters
    ----------
    study : Study
    book : Codebook
        As it stands; answers under other definitions are not in it.
    posts : pyarrow.Table
        post_key, text_key and source of the posts.
    moments : pyarrow.Table, optional
        post_key, subject_key and spans of the moments that the house's makers found: a code of a layer about moments
        belongs to the one that holds its words.

    Returns
    -------
    pyarrow.Table
        UNDERSTOOD. A source that does not permit a model is `refused_permission`; a text that was not asked about has no
        row: there no mark means nothing.
    """
    versions = _versions(study, book)
    if not versions or not has_answers(study):
        return UNDERSTOOD.empty_table()
    with Answers(study) as answers:
        kept = list(answers.read(set(versions.values())))
    of_text: dict[str, list[str]] = {}
    allowed = {name for name, source in study.sources.items() if source.llm_allowed}
    wanted = pc.is_in(posts["text_key"], pa.array([one.text_key for one in kept], pa.string()))
    for row in posts.filter(wanted).to_pylist():
        if row["source"] in allowed:
            of_text.setdefault(row["text_key"], []).append(row["post_key"])
    hashes = book.hashes()
    rows: list[dict[str, Any]] = []
    stretches = _stretches(moments)
    for one in kept:
        told = book.layer(one.layer).about == "moment"
        for post_key in of_text.get(one.text_key, ()):
            held = stretches.get(post_key, ()) if told else ()
            rows += _rows(one, post_key, hashes[one.layer], held)
    rows += _refused(posts, versions, allowed)
    return pa.Table.from_pylist(rows, schema=UNDERSTOOD)


def _stretches(moments: pa.Table | None) -> dict[str, list[Stretch]]:
    """For each post its moments and where each stands: the first span of a moment's mark is the whole of it."""
    found: dict[str, list[Stretch]] = {}
    for row in moments.to_pylist() if moments is not None else ():
        if row["spans"]:
            span = row["spans"][0]
            place = (row["subject_key"], span["part"], span["start"], span["end"])
            found.setdefault(row["post_key"], []).append(place)
    return found


def _moment(spans: Sequence[tuple[str, int, int]], stretches: Sequence[Stretch]) -> str | None:
    """The moment that holds the first words."""
    part, start, _ = spans[0]
    return next((key for key, of, a, b in stretches if of == part and a <= start < b), None)


def _rows(
    one: Kept, post_key: str, hashes: Mapping[str, str], stretches: Sequence[Stretch]
) -> Iterable[dict[str, Any]]:
    about = {
        "subject_kind": "post",
        "subject_key": post_key,
        "post_key": post_key,
        "text_key": one.text_key,
        "layer": one.layer,
        "maker": MAKER,
        "maker_version": one.version,
    }
    for said in one.said:
        spans = [{"part": part, "start": start, "end": end} for part, start, end in said.spans]
        yield about | {
            "row": "mark",
            "code": said.code,
            "assertion": said.assertion,
            "moment": _moment(said.spans, stretches),
            "spans": spans,
            "score": SCORE,
            "code_hash": hashes.get(said.code),
        }
    yield about | {"row": "coverage", "coverage": one.state}


def _refused(
    posts: pa.Table, versions: Mapping[str, str], allowed: set[str]
) -> Iterable[dict[str, Any]]:
    keep = pc.invert(pc.is_in(posts["source"], pa.array(sorted(allowed), pa.string())))
    for row in posts.filter(keep).to_pylist():
        for layer, version in versions.items():
            yield {
                "row": "coverage",
                "subject_kind": "post",
                "subject_key": row["post_key"],
                "post_key": row["post_key"],
                "text_key": row["text_key"],
                "layer": layer,
                "maker": MAKER,
                "maker_version": version,
                "coverage": "refused_permission",
            }
