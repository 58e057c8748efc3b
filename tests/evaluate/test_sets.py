"""Labelled sets: read in one form, translated into our codes; no real post stands here."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from bedside.codebook import load_codebook
from bedside.errors import FormatError, NotFoundError
from bedside.evaluate.sets import SETS, read_lines, read_set
from bedside.understand.learnt.labels import (
    ASPECT_OF_CODE,
    ASPECT_OF_THEME,
    FEEL_OF_EMOTION,
    SPEAKER_OF_ROLE,
)


def _put(folder: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / SETS[name].file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return path


def test_every_translation_ends_in_a_code_of_the_codebook() -> None:
    book = load_codebook()
    aspects = {c.name for c in book.layer("care").code}
    assert set(ASPECT_OF_CODE.values()) == set(ASPECT_OF_THEME.values()) <= aspects
    assert set(FEEL_OF_EMOTION.values()) <= set(book.layer("feel").names())
    assert set(SPEAKER_OF_ROLE.values()) <= set(book.layer("role").names())


def test_comments_with_one_code_are_read_with_the_side_of_their_criticality(tmp_path: Path) -> None:
    row = {"meta": {"question": "Q1"}}
    _put(
        tmp_path,
        "pxtextmining_phase1",
        [
            {"id": "1", "text": "Kind porter.", "labels": {"code": "sa", "criticality": 3}, **row},
            {"id": "2", "text": "Cold soup.", "labels": {"code": "ef", "criticality": -2}, **row},
            {"id": "3", "text": "Soup.", "labels": {"code": "ef", "criticality": None}, **row},
            {"id": "4", "text": "Nothing.", "labels": {"code": "xn", "criticality": 0}, **row},
            {
                "id": "5",
                "text": "Did not answer",
                "labels": {"code": "cc", "criticality": 1},
                **row,
            },
        ],
    )
    got = list(read_set("pxtextmining_phase1", tmp_path))
    assert [p.id for p in got] == ["1", "2", "3"]
    care = [p.labels[0]["moments"][0]["care"] for p in got]
    assert care == [["manner:praise"], ["environment:complaint"], ["environment"]]
    assert got[0].extra == {"question": "Q1"}


def test_themes_are_read_and_unlabelled_comments_left_out(tmp_path: Path) -> None:
    def row(number: int, themes: list[str], mood: int | None) -> dict[str, Any]:
        labels = {"themes": themes, "sentiment_1pos_5neg": mood}
        return {"id": str(number), "text": "Fine.", "labels": labels, "meta": {"Trust": "T"}}

    rows = [
        row(1, ["Timeliness of care", "Parking"], 5),
        row(2, ["Labelling not possible"], None),
        row(3, ["Not assigned", "Parking"], 1),
        row(4, ["Mental Health Act"], 1),
    ]
    _put(tmp_path, "pxtextmining_phase2", rows)
    got = list(read_set("pxtextmining_phase2", tmp_path))
    assert [p.id for p in got] == ["1"]
    assert got[0].labels[0]["moments"][0]["care"] == ["environment:complaint", "waiting:complaint"]


def test_only_the_test_part_of_emotions_is_scored(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "Yay", "labels": {"emotion": ["joy", "love"]}, "split": "test"},
        {"id": "b", "text": "Hm", "labels": {"emotion": ["neutral"]}, "split": "test"},
        {"id": "c", "text": "Boo", "labels": {"emotion": ["anger"]}, "split": "train"},
    ]
    _put(tmp_path, "goemotions", rows)
    assert [p.labels[0]["moments"][0]["feel"] for p in read_set("goemotions", tmp_path)] == [
        ["joy"],
        [],
    ]


def test_slips_of_the_pen_among_codes_are_passed_over(tmp_path: Path) -> None:
    rows = [
        {
            "id": "s",
            "text": "Long.",
            "labels": {"subcategory_codes": ["ml", "xx", "dl"], "criticality": 4},
        }
    ]
    _put(tmp_path, "careopinion", rows)
    assert next(read_set("careopinion", tmp_path)).labels[0]["moments"][0]["care"] == [
        "listening:praise"
    ]


def test_answers_of_doctors_are_clinicians(tmp_path: Path) -> None:
    rows = [
        {"id": r, "text": "x", "labels": {"role": r, "site": "s"}} for r in ("patient", "doctor")
    ]
    _put(tmp_path, "online_doctor_qa", rows)
    assert [p.labels[0]["role"] for p in read_set("online_doctor_qa", tmp_path)] == [
        "patient",
        "clinician",
    ]


def _judged(folder: Path, second: str = "a") -> None:
    (folder / "judged").mkdir()
    for reader, post in ((1, "a"), (2, second)):
        line = json.dumps({"set": "mine", "id": post, "role": "patient"})
        (folder / "judged" / f"reader{reader}.jsonl").write_text(line + "\n\n", encoding="utf-8")
    (folder / "open").mkdir()
    (folder / "open" / "mine.jsonl.gz").write_bytes(
        gzip.compress(b'{"id": "a", "text": "Hello"}\n')
    )


def test_judged_posts_take_their_texts_from_the_sets_they_name(tmp_path: Path) -> None:
    _judged(tmp_path)
    post = next(read_set("judged", tmp_path))
    assert (post.id, post.text, len(post.labels)) == ("mine/a", "Hello", 2)


def test_readers_of_different_posts_are_refused(tmp_path: Path) -> None:
    _judged(tmp_path, second="b")
    with pytest.raises(FormatError, match="different posts"):
        next(read_set("judged", tmp_path))


def test_judged_posts_without_a_text_are_refused(tmp_path: Path) -> None:
    _judged(tmp_path)
    (tmp_path / "open" / "mine.jsonl.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(FormatError, match="1 judged posts"):
        next(read_set("judged", tmp_path))


def test_unknown_sets_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="did you mean 'goemotions'"):
        read_set("goemotion", tmp_path)
    with pytest.raises(NotFoundError, match="no file"):
        next(read_set("goemotions", tmp_path))


@pytest.mark.parametrize(
    "row", [{"id": "1"}, {"id": "1", "labels": []}, {"labels": {"role": "vet"}, "id": 1}]
)
def test_a_record_of_another_form_is_refused_by_line_without_its_text(
    tmp_path: Path, row: dict[str, Any]
) -> None:
    _put(tmp_path, "online_doctor_qa", [{**row, "text": "private words"}])
    with pytest.raises(FormatError, match="line 1") as caught:
        next(read_set("online_doctor_qa", tmp_path))
    assert "private" not in str(caught.value)


def test_a_broken_line_is_refused_by_number_without_its_text(tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text('{"a": 1}\n{"private words', encoding="utf-8")
    with pytest.raises(FormatError, match="line 2") as caught:
        list(read_lines(path))
    assert "private" not in str(caught.value)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n' * 99)[:-12])
    with pytest.raises(FormatError, match="cut short"):
        list(read_lines(path))


def test_zstd_files_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    path.write_bytes(zstandard.compress(b'{"a": 1}\n{"a": 2}'))
    assert [r["a"] for r in read_lines(path)] == [1, 2]


@pytest.mark.parametrize("name", sorted(SETS))
def test_real_sets_are_read_whole(name: str, data: Path) -> None:
    posts = list(read_set(name, data))
    least = {"judged": 222, "careopinion": 900, "goemotions": 3000, "online_doctor_qa": 6000}
    assert len(posts) >= least.get(name, 3000)
    assert len({p.id for p in posts}) == len(posts)
    assert len({len(p.labels) for p in posts}) == 1
