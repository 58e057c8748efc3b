"""Diagnosis records and months."""

from typing import Any

import pytest

from bedside.evaluate.records import score_diagnoses, score_months


def _post(*records: tuple[str | None, str, float | None]) -> dict[str, Any]:
    return {"diagnosis": [{"condition": c, "status": s, "months": m} for c, s, m in records]}


def test_records_agree_on_status_and_a_word_of_the_condition() -> None:
    gold = {"a": _post(("Coeliac disease", "confirmed", None), ("anaemia", "suspected", None))}
    machine = {"a": _post(("coeliac", "confirmed", None), ("anaemia", "confirmed", None))}
    score = score_diagnoses([gold], machine)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)
    assert score.readers is None


def test_one_record_is_matched_once() -> None:
    gold = {"a": _post(("asthma", "confirmed", None))}
    machine = {"a": _post(("asthma", "confirmed", None), ("bad asthma", "confirmed", None))}
    score = score_diagnoses([gold], machine)
    assert (score.precision, score.recall) == (0.5, 1.0)


def test_two_readers_give_the_mean_and_their_own_agreement() -> None:
    one = {"a": _post(("asthma", "confirmed", None)), "b": _post()}
    two = {"a": _post(("asthma", "confirmed", None)), "b": _post(("gout", "self", None))}
    score = score_diagnoses([one, two], one)
    assert score.readers == pytest.approx(2 / 3)
    assert score.f1 == pytest.approx((1 + 2 / 3) / 2)
    assert score.ratio == pytest.approx((1 + 2 / 3) / 2 / (2 / 3))


def test_nothing_to_score_gives_no_number() -> None:
    score = score_diagnoses([{"a": {}}], {"a": {"diagnosis": None}})
    assert score.f1 is score.precision is score.recall is score.ratio is None
    blank = {"a": {"diagnosis": [{"status": "confirmed"}]}}
    assert score_diagnoses([blank], blank).f1 == 0


def test_months_must_be_equal_where_all_readers_state_them() -> None:
    gold = {
        "a": _post(("x", "confirmed", 48)),
        "b": _post(("x", "confirmed", 6)),
        "c": _post(("x", "self", None)),
    }
    machine = {
        "a": _post(("y", "confirmed", 48.0)),
        "b": _post(("x", "confirmed", 7)),
        "c": _post(("x", "self", 3)),
    }
    score = score_months([gold], machine)
    assert (score.posts, score.equal, score.invented) == (2, 1, 1)
