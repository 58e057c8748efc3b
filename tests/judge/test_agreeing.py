"""Agreement read out of the log: per code, with what stands in the way said."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bedside.codebook import Codebook, load_codebook
from bedside.errors import InputError
from bedside.judge.agreeing import CodeAgreement, agree, disagreements
from bedside.judge.decisions import WHOLE, DecisionLog
from bedside.judge.reliability import COLUMNS, ratings_of, ratings_of_layer
from tests.judge.conftest import decided

BOOK = load_codebook()


@pytest.fixture
def book() -> Codebook:
    return BOOK


def logged(folder: Path, rows: list[dict[str, Any]]) -> pa.Table:
    with DecisionLog(folder / "log.sqlite") as log:
        log.record(rows)
        return log.read(columns=COLUMNS)


def says(coder: str, present: dict[int, list[str]], layer: str = "feel") -> list[dict[str, Any]]:
    """A coder who completes the layer for each post and names what is present."""
    rows = []
    for number, codes in present.items():
        rows += [decided(BOOK, number, layer, code, coder=coder) for code in codes]
        rows.append(decided(BOOK, number, layer, WHOLE, "layer_complete", coder=coder))
    return rows


def of(found: list[CodeAgreement], code: str) -> CodeAgreement:
    return next(one for one in found if one.code == code)


def test_each_code_has_its_own_agreement(tmp_path: Path, book: Codebook) -> None:
    ann = says("ann", {1: ["relief"], 2: ["relief"], 3: [], 4: []})
    ben = says("ben", {1: ["relief"], 2: ["hope"], 3: [], 5: ["relief"]})
    found = agree(logged(tmp_path, ann + ben), book, layers=["feel"])
    relief = of(found, "relief")
    assert (relief.posts, relief.coded, relief.differ) == (3, 5, 1)
    assert relief.raw.value == pytest.approx(2 / 3)
    assert relief.prevalence == pytest.approx((1 + 0.5 + 0 + 0 + 1) / 5)
    assert relief.alpha.value == pytest.approx(1 - (2 / 6) / (2 * 3 * 3 / (6 * 5)))
    assert relief.cohen == pytest.approx(0.4)
    hope = of(found, "hope")
    assert hope.differ == 1 and hope.alpha.value == pytest.approx(0.0)
    assert {one.layer for one in found} == {"feel"}


def test_the_posts_that_differ_are_listed_with_who_said_what(
    tmp_path: Path, book: Codebook
) -> None:
    ann, ben = says("ann", {1: ["relief"], 2: []}), says("ben", {1: [], 2: []})
    (found,) = disagreements(logged(tmp_path, ann + ben), book)
    assert (found.layer, found.code, found.text_key) == ("feel", "relief", "t1")
    assert found.said == {"ann": 1, "ben": 0}


def test_what_was_seen_with_a_proposal_is_no_agreement(tmp_path: Path, book: Codebook) -> None:
    prompted = [row | {"proposal_shown": True} for row in says("ben", {1: ["relief"]})]
    assert of(agree(logged(tmp_path, says("ann", {1: []}) + prompted), book), "relief").posts == 0


def test_decisions_under_another_definition_are_not_compared(
    tmp_path: Path, book: Codebook
) -> None:
    older = [row | {"code_hash": "older"} for row in says("ben", {1: ["relief"]})]
    assert of(agree(logged(tmp_path, says("ann", {1: []}) + older), book), "relief").posts == 0


def test_drafts_and_what_was_set_aside_are_no_absences(tmp_path: Path, book: Codebook) -> None:
    rows = [
        decided(book, 1, "feel", "relief"),
        decided(book, 2, "feel", WHOLE, "layer_complete"),
        decided(book, 2, "feel", WHOLE, "set_aside"),
    ]
    tables = dict(ratings_of(logged(tmp_path, rows), book, "feel"))
    assert list(tables) == ["relief"]
    assert tables["relief"].table.tolist()[0] == [1.0]


def test_adjudications_are_no_codings(tmp_path: Path, book: Codebook) -> None:
    rows = says("ann", {1: ["relief"]}) + says("ben", {1: []})
    rows.append(decided(book, 1, "feel", "relief", coder="cem", kind="adjudication"))
    assert of(agree(logged(tmp_path, rows), book), "relief").coders[-1].name == "ben"


def test_a_layer_with_one_answer_is_also_told_as_a_whole(tmp_path: Path, book: Codebook) -> None:
    ann = says("ann", {1: ["patient"], 2: ["patient"], 3: ["clinician"], 4: []}, "role")
    ben = says("ben", {1: ["patient"], 2: ["other"], 3: ["clinician"], 4: []}, "role")
    whole = of(agree(logged(tmp_path, ann + ben), book), "*")
    assert whole.metric == "nominal" and whole.posts == 4 and whole.differ == 1
    assert whole.raw.value == pytest.approx(0.75)


def test_codes_that_are_numbers_are_compared_by_distance(tmp_path: Path, book: Codebook) -> None:
    ann = says("ann", {1: ["-4"], 2: ["3"], 3: ["1"], 4: ["-2"]}, "criticality")
    near = says("ben", {1: ["-3"], 2: ["4"], 3: ["1"], 4: ["-2"]}, "criticality")
    log = logged(tmp_path, ann + near)
    assert of(agree(log, book), "*").metric == "interval"
    values = [of(agree(log, book, metric=m), "*").alpha.value for m in ("nominal", "interval")]
    assert (values[1] or 0) > 0.9 > (values[0] or 0)
    assert set(ratings_of_layer(log, book, "criticality").table.ravel()) <= {-4, -3, 1, 3, 4, -2}


def test_a_layer_with_several_answers_has_no_agreement_as_a_whole(book: Codebook) -> None:
    empty = pa.table({name: pa.array([], pa.string()) for name in COLUMNS})
    with pytest.raises(InputError, match="code by code"):
        ratings_of_layer(empty, book, "feel")


def test_what_stands_in_the_way_is_said(tmp_path: Path, book: Codebook) -> None:
    alone = agree(logged(tmp_path / "a", says("ann", {1: ["relief"]})), book)
    assert "only ann has judged" in of(alone, "relief").note
    apart = says("ann", {1: ["relief"]}) + says("ben", {2: []})
    found = of(agree(logged(tmp_path / "b", apart), book), "relief")
    assert "ann and ben have no post in common" in found.note and found.alpha.value is None
    same = says("ann", {1: [], 2: []}) + says("ben", {1: [], 2: []})
    never = of(agree(logged(tmp_path / "c", same), book), "relief")
    assert never.alpha.value is None and "same category" in never.alpha.reason
    assert never.more is None


def test_three_coders_show_who_errs(tmp_path: Path, book: Codebook) -> None:
    dice = np.random.default_rng(2)
    truth = dice.random(150) < 0.4
    rows = []
    for coder, error in {"ann": 0.02, "ben": 0.05, "cem": 0.35}.items():
        said = truth ^ (dice.random(150) < error)
        rows += says(coder, {n: ["relief"] if said[n] else [] for n in range(150)})
    found = of(agree(logged(tmp_path, rows), book), "relief")
    sensitivity = {coder.name: coder.sensitivity or 0 for coder in found.coders}
    assert sensitivity["ann"] > 0.9 and sensitivity["cem"] < 0.8
    assert found.consensus == pytest.approx(truth.mean(), abs=0.05)
    assert found.alpha.low is not None and found.cohen is None


def test_advice_counts_what_is_coded_twice_already(tmp_path: Path, book: Codebook) -> None:
    posts = {n: ["relief"] if n < 2 else [] for n in range(8)}
    log = logged(tmp_path, says("ann", posts) + says("ben", posts | {7: ["relief"]}))
    found = of(agree(log, book, smallest=0.667), "relief")
    assert found.more == 70 - 8  # R30 with p = 5/16: 2 x 1.645^2 (3.889 / 0.2862 - 0.667) = 69.9


def test_of_a_code_that_nobody_found_no_misses_are_told(tmp_path: Path, book: Codebook) -> None:
    rows = [row for who in ("ann", "ben", "cem") for row in says(who, {n: [] for n in range(30)})]
    found = of(agree(logged(tmp_path, rows), book), "relief")
    assert {coder.sensitivity for coder in found.coders} == {None}
    assert {coder.specificity for coder in found.coders} == {1.0}
