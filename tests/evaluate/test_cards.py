"""Model cards: JSON values, the same text every time, natural balance beside the set's own."""

import json
from pathlib import Path
from typing import Any

from bedside.evaluate.cards import card_text, model_card, score_text, study_text
from bedside.evaluate.run import evaluate_study, score_labelled
from bedside.evaluate.sets import Labelled


def _score() -> Any:
    gold = [
        {"role": "patient", "harm": ["tea:rash"] if i % 2 else [], "diagnosis": []}
        for i in range(12)
    ]
    posts = [Labelled(id=f"p{i}", text="secret words", labels=(g, g)) for i, g in enumerate(gold)]
    machine = {
        f"p{i}": {"role": "patient", "harm": ["tea:rash"] if i % 3 else [], "diagnosis": []}
        for i in range(12)
    }
    return score_labelled(posts, machine, least=2)


def test_a_card_is_plain_json_and_reads_back_as_text() -> None:
    card = model_card([_score()], makers={"b": "2", "a": "1"}, codebook="abc", made_on="2026-01-02")
    assert json.loads(json.dumps(card)) == card
    text = card_text(json.loads(json.dumps(card)))
    assert text == card_text(card)
    assert text.startswith("Model card of 2026-01-02, codebook abc\nMakers: a 1, b 2")
    assert "macro-F1" in text and "not your corpus" in text


def test_rare_harms_say_their_precision_at_natural_shares() -> None:
    card = model_card([_score()], makers={}, codebook="abc", made_on="2026-01-02")
    layers = {layer["layer"]: layer for layer in card["sets"][0]["layers"]}
    natural = layers["harm (any)"]["codes"][0]["natural_precision"]
    assert set(natural) == {"posts that name a drug", "posts about a brand", "all posts"}
    assert "natural_precision" not in layers["role"]["codes"][0]
    assert "precision among posts that name a drug" in card_text(card)


def test_scores_in_words_hold_what_was_not_measured_and_no_text() -> None:
    text = score_text(_score())
    assert "not coded by the machine or not labelled: experiencer" in text
    assert "readers 1.00" in text
    assert "diagnosis records: 0 by the machine" in text
    assert "secret" not in text


def test_a_planted_study_is_told_with_its_largest_gaps_and_its_copies(tmp_path: Path) -> None:
    truth = tmp_path / "TRUTH.jsonl"
    truth.write_text(
        '{"post_id": "a", "role": "patient"}\n{"post_id": "b", "role": "other", "duplicate_of": "a"}'
    )
    score = evaluate_study(
        truth, {"a": {"role": "patient"}, "b": {"role": "patient"}}, folds={"a": "a", "b": "a"}
    )
    text = study_text(score)
    assert text.startswith("2 posts both planted and coded; 0 planted but not coded")
    assert "planted 50.0%  counted 100.0%  off +50.0" in text
    assert "1 of 1 planted pairs found (1.00), 1 of 1 merges right (1.00)" in text
