"""Cross-validation by the protocol of the sets, on comments made up for it."""

import gzip
import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bedside.errors import NotFoundError
from bedside.evaluate.cards import validated_text
from bedside.evaluate.validation import confusions, cross_validate, validate
from bedside.understand.learnt.fit import Recipe
from bedside.understand.learnt.open_sets import (
    STEPS,
    Sample,
    care_codes,
    criticality,
    nhs_codes,
    nhs_themes,
    sample_of,
)

KIND = ["The nurse was kind", "Lovely staff", "Gentle and caring people", "So friendly at the desk"]
LATE = [
    "Waited four hours",
    "The wait was endless",
    "Still waiting for a call",
    "A long queue again",
]
TIMES = [
    "",
    " today",
    " on Monday",
    " last week",
    " in the evening",
    " once more",
    " at the clinic",
]
TRUSTS = ("NEAS", "NHFT")


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


def _comments() -> list[tuple[str, str]]:
    kind = [(f"{a}{b}, ward {n}.", "kind") for a, b, n in product(KIND, TIMES, (1, 2))]
    late = [(f"{a}{b}, ward {n}.", "late") for a, b, n in product(LATE, TIMES, (1, 2))]
    return kind + late


@pytest.fixture
def data(tmp_path: Path) -> Path:
    theme = {"kind": "Staff manner & personal attributes", "late": "Timeliness of care"}
    second = [
        {
            "id": f"s{n}",
            "text": text,
            "labels": {"themes": [theme[side]], "sentiment_1pos_5neg": 1 if side == "kind" else 4},
            "meta": {"Trust": TRUSTS[n % 2], "FFT question": "What was good?"},
        }
        for n, (text, side) in enumerate(_comments())
    ]
    second.append(
        {
            **second[0],
            "id": "unlabelled",
            "labels": {"themes": ["Labelling not possible"], "sentiment_1pos_5neg": None},
        }
    )
    second.append({**second[0], "id": "unanswered", "text": "Did not answer"})
    first = [
        {
            "id": f"f{n}",
            "text": text,
            "labels": {
                "category": "Staff" if side == "kind" else "Access",
                "code": "sa" if side == "kind" else "wa",
                "criticality": 3 if side == "kind" else -2,
            },
            "meta": {"organization": "Trust A", "question": "Trust A - Q1"},
        }
        for n, (text, side) in enumerate(_comments())
    ]
    talk = [
        {
            "id": f"g{n}",
            "text": f"match number {n} was on tv",
            "labels": {"emotion": ["joy" if n % 2 else "anger"]},
            "split": "train",
        }
        for n in range(80)
    ]
    stories = [
        {
            "id": "a",
            "text": "The nurse was kind. I waited four hours.",
            "labels": {"subcategory_codes": ["sa", "wa"]},
        },
        *(
            {"id": f"b{n}", "text": "Lovely staff.", "labels": {"subcategory_codes": ["sa"]}}
            for n in range(25)
        ),
    ]
    _write(tmp_path / "open" / "pxtextmining_phase2.jsonl.gz", second)
    _write(tmp_path / "open" / "pxtextmining_phase1.jsonl.gz", first)
    _write(tmp_path / "open" / "goemotions.jsonl.gz", talk)
    _write(
        tmp_path / "open" / "meqsum.jsonl.gz",
        [{"id": "m", "text": "what is a stent ?", "labels": {}}],
    )
    _write(tmp_path / "evaluate" / "careopinion_multilabel.jsonl.gz", stories)
    return tmp_path


def test_comments_that_nobody_answered_or_labelled_are_dropped(data: Path) -> None:
    sample = nhs_themes(data)
    assert len(sample.texts) == len(_comments())
    assert {"unlabelled", "unanswered"}.isdisjoint(sample.ids)
    assert all(text.startswith(" asked:good ") for text in sample.texts)


def test_labels_under_thirty_texts_are_left_out() -> None:
    rows = [{"id": str(n), "text": f"text {n}"} for n in range(40)]
    sample = sample_of(rows, [["often", "rare"] if n < 5 else ["often"] for n in range(40)])
    assert sample.codes == ("often",)


def test_the_same_words_stand_in_one_group_however_they_are_written() -> None:
    rows = [{"id": "1", "text": "Great  staff!"}, {"id": "2", "text": "great staff"}]
    sample = sample_of(rows, [["a"], ["a"]], least=1)
    assert sample.groups[0] == sample.groups[1]


def test_steps_of_criticality_add_up_to_the_grade(data: Path) -> None:
    sample = criticality(data)
    grade = sample.labels.sum(axis=1) - 4
    assert sample.codes == STEPS
    assert set(grade[[part == "phase1" for part in sample.parts]]) == {3, -2}


def test_care_is_learnt_from_comments_with_a_side_written_sentences_and_talk(
    data: Path, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    written.mkdir()
    moment = {"stage": None, "care": ["manner:praise", "waiting:complaint"]}
    told = {
        "id": "w1",
        "text": "He smiled at us. Then nothing for hours. I take the bus.",
        "moments": [moment],
        "evidence": {
            "care:manner:praise": "He smiled",
            "care:waiting:complaint": "nothing for hours",
        },
    }
    between = {**told, "id": "w2", "evidence": {"care:manner:praise": "He smiled"}}
    (written / "01.jsonl").write_text(json.dumps(told) + "\n" + json.dumps(between) + "\n")
    sample = care_codes(data, written)
    assert sample.codes == ("manner:praise", "waiting:complaint")
    said = {
        key: {sample.codes[k] for k in np.flatnonzero(row)}
        for key, row in zip(sample.ids, sample.labels, strict=True)
        if key.startswith(("w", "g"))
    }
    assert said["w1.0"] == {"manner:praise"} and said["w1.1"] == {"waiting:complaint"}
    assert said["w1.2"] == set() == said["g1"]
    assert said["w2"] == {"manner:praise", "waiting:complaint"}
    groups = dict(zip(sample.ids, sample.groups, strict=True))
    assert groups["w1.0"] == groups["w1.2"] == "w1"


def test_planted_themes_are_found_in_cross_validation(data: Path) -> None:
    themes, sentiment, category, trusts = validate("nhs", data)
    for found in (themes, category, trusts):
        assert found.score.macro is not None and found.score.macro > 0.9
    assert sentiment.score.posts == len(_comments())
    assert "each trust tested" in validated_text(trusts)


def test_a_story_has_the_codes_of_its_sentences_and_rare_codes_are_not_measured(data: Path) -> None:
    (found,) = validate("stories", data)
    assert [code.code for code in found.score.codes] == ["sa"]
    assert found.score.codes[0].recall is not None and found.score.codes[0].recall > 0.9
    assert found.score.few == {"wa": 1}


def test_labels_without_meaning_score_as_chance_does(data: Path) -> None:
    """No leak: labels dealt by lot are found no better than by saying yes to everything."""
    sample = nhs_themes(data)
    rng = np.random.default_rng(3)
    dealt = rng.random((len(sample.texts), 1)) < 0.3
    lot = Sample(sample.texts, sample.groups, ("lot",), dealt, sample.ids, sample.parts)
    chosen = cross_validate(lot, Recipe(folds=3))
    f1 = 2 * (chosen & dealt).sum() / (chosen.sum() + dealt.sum())
    assert f1 < 0.6


def test_texts_kept_back_are_tested_by_what_was_learnt_here(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    rows = [
        {
            "id": f"k{n}",
            "text": f"{text} {n}, thanks",
            "labels": {"themes": [theme], "sentiment_1pos_5neg": grade},
            "meta": {"Trust": "NEAS", "FFT question": "What was good?"},
        }
        for n in range(30)
        for text, theme, grade in (
            ("A kind and gentle nurse", "Staff manner & personal attributes", 1),
            ("Hours of waiting", "Timeliness of care", 4),
        )
    ]
    _write(kept / "open" / "pxtextmining_phase2.jsonl.gz", rows)
    found = next(validate("nhs", data, kept=kept))
    assert found.score.posts == 60
    assert found.score.micro is not None and found.score.micro > 0.9
    assert "kept back" in found.protocol


def test_confusions_name_codes_and_ids_only() -> None:
    labels = np.array([[True, False], [True, False], [False, True]])
    sample = Sample(["x", "y", "z"], ["x", "y", "z"], ("a", "b"), labels, ["1", "2", "3"], [""] * 3)
    chosen = np.array([[False, True], [False, True], [False, True]])
    assert confusions(sample, chosen) == [
        {"label": "a", "said": "b", "times": 2, "ids": ["1", "2"]}
    ]


def test_an_unknown_protocol_is_refused_by_name(data: Path) -> None:
    with pytest.raises(NotFoundError, match="no protocol 'nsh'"):
        list(validate("nsh", data))


def test_codes_of_the_set_with_phase_one_alone(data: Path) -> None:
    assert nhs_codes(data).codes == ("sa", "wa")
