"""Shares that rest on judgements: planted truth, a bad machine, a scripted coder, the real decisions log."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import pytest

from bedside.codebook import layer_hash
from bedside.codebook.records import code_hash
from bedside.judge.decisions import WHOLE, open_log
from bedside.judge.judged import JudgedSamples
from bedside.judge.samples import read_items
from bedside.judge.sampling import draw_sample
from bedside.measure.codes import measure_codes
from bedside.measure.context import MeasureContext, make_context
from bedside.measure.estimates.judged import EXACT, JUDGED_ONLY, POWERED
from bedside.measure.journey.sources import first_turned, information_sources
from bedside.measure.judging import JudgedShares
from bedside.measure.roles import measure_roles
from bedside.model.figures import Figure
from tests.judge.conftest import NOW, SNAPSHOT_NOW, World, covered, key_of, mark, post

POSTS = 2_000
PLANTED = {"relief": 0.3, "shame": 0.02}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "study")
    with made.engine:
        yield made


@pytest.fixture
def truth(world: World) -> dict[str, set[int]]:
    """Posts that carry each code; the machine finds 60 % of them and marks 10 % of the others."""
    chance = np.random.default_rng(11)
    planted = {
        code: {int(n) for n in np.flatnonzero(chance.random(POSTS) < rate)}
        for code, rate in PLANTED.items()
    }
    marks = [covered(n, layer) for n in range(POSTS) for layer in ("feel", "info_source")]
    for code, carrying in planted.items():
        found = chance.random(POSTS)
        marks += [
            mark(n, "feel", code)
            for n in range(POSTS)
            if found[n] < (0.6 if n in carrying else 0.1)
        ]
    marks += [mark(n, "role", "patient") for n in range(POSTS) if n % 3]
    world.holds([post(n) for n in range(POSTS)], marks)
    return planted


Unit = Literal["posts", "accounts"]
Says = Callable[[str], Sequence[str]]


def judge(
    world: World,
    layer: str,
    says: Says,
    *,
    size: int = 500,
    unit: Unit = "posts",
    leave_out: Callable[[int], bool] = lambda place: False,
    **more: Any,
) -> None:
    """Draw a sample and have a coder complete the layer of all that was drawn."""
    sample = draw_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name=f"{layer}-{unit}", size=size, now=NOW,
        layers=[layer], unit=unit, seed="2a", **more,
    )  # fmt: skip
    held = world.book.layer(layer)
    rows = []
    for place, item in enumerate(read_items(world.study, sample).to_pylist()):
        if leave_out(place):
            continue
        about = {
            "subject_key": item["subject_key"],
            "text_key": item["text_key"],
            "layer": layer,
            "coder": "ann",
            "decided_at": NOW + timedelta(minutes=1),
            "sample_id": sample.id,
            "probability": item["probability"],
            "proposal_shown": False,
        }
        rows += [
            about | {"code": code, "decision": "present", "code_hash": code_hash(held, code)}
            for code in says(item["subject_key"])
        ]
        rows.append(
            about | {"code": WHOLE, "decision": "layer_complete", "code_hash": layer_hash(held)}
        )
    with open_log(world.study) as log:
        log.record(rows)


def context_of(world: World) -> MeasureContext:
    judged = JudgedShares(world.ask, JudgedSamples(world.study, world.ask, world.book))
    return make_context(world.book, snapshot="s-1", judged=judged)


def by_truth(truth: dict[str, set[int]]) -> Says:
    keys = {code: {key_of(n) for n in posts} for code, posts in truth.items()}
    return lambda key: [code for code, posts in keys.items() if key in posts]


def code_figure(figures: Sequence[Figure], code: str) -> Figure:
    return next(f for f in figures if f.keys.get("code") == code)


def test_without_a_sample_a_share_is_a_machine_count_and_says_what_would_help(
    world: World, truth: dict[str, set[int]]
) -> None:
    figure = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert (figure.basis, figure.judging) == ("machine", None)
    assert "machine error not included" in figure.method
    assert figure.estimate == pytest.approx(0.3 * 0.6 + 0.7 * 0.1, abs=0.03)
    assert figure.advice.startswith("to make it evidence judge about 3")


def test_with_a_judged_sample_the_same_call_gives_a_share_that_holds(
    world: World, truth: dict[str, set[int]]
) -> None:
    judge(world, "feel", by_truth(truth))
    figure = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert figure.basis == "judged" and figure.evidence.coders == ("ann",)
    judging = figure.judging
    assert judging is not None and judging.estimator == POWERED and 0 < judging.weight <= 1
    assert 430 < judging.judged < 570
    assert figure.low is not None and figure.high is not None
    assert figure.low <= len(truth["relief"]) / POSTS <= figure.high
    assert judging.machine is not None and not figure.low <= judging.machine <= figure.high
    assert "prediction-powered" in figure.method and "machine error" not in figure.method
    assert "would narrow it" in figure.advice
    assert figure.hits_posts is not None  # still opens to the posts that the machine marks


def test_a_rare_code_gets_the_exact_interval_of_the_judged_posts(
    world: World, truth: dict[str, set[int]]
) -> None:
    judge(world, "feel", by_truth(truth))
    figure = code_figure(measure_codes(world.ask, context_of(world)), "shame")
    assert figure.judging is not None and figure.judging.estimator == EXACT
    assert figure.low is not None and figure.high is not None
    assert figure.low <= len(truth["shame"]) / POSTS <= figure.high
    assert figure.judging.machine is not None and figure.judging.machine > figure.high
    assert "with the code, from where the machine can help" in figure.advice


def test_a_stratified_sample_is_weighed_back(world: World, truth: dict[str, set[int]]) -> None:
    """Half of the judged posts are from a stratum that the machine marks, a quarter of all."""
    judge(world, "feel", by_truth(truth), by=("feel/relief",), way="equal")
    figure = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert figure.basis == "judged" and figure.low is not None and figure.high is not None
    assert figure.low <= len(truth["relief"]) / POSTS <= figure.high


def test_a_sample_of_posts_says_nothing_of_accounts(
    world: World, truth: dict[str, set[int]]
) -> None:
    judge(world, "role", lambda key: ["patient"] if int(key, 16) % 2 else ["clinician"])
    figures = measure_roles(world.ask, context_of(world))
    patients = {f.keys["of"]: f for f in figures if f.keys["role"] == "patient"}
    assert patients["posts"].basis == "judged"
    assert patients["posts"].estimate == pytest.approx(0.5, abs=0.07)
    assert patients["accounts"].basis == "machine"


def test_a_sample_of_accounts_makes_shares_of_accounts(
    world: World, truth: dict[str, set[int]]
) -> None:
    judge(
        world,
        "info_source",
        lambda key: ["doctor"] if int(key[1:]) % 4 == 0 else [],
        unit="accounts",
    )
    judge(
        world, "first_turned_to", lambda key: [["internet"], ["doctor"], [], []][int(key[1:]) % 4], unit="accounts"
    )  # fmt: skip
    context = context_of(world)
    found = information_sources(world.ask, context)
    doctor = next(f for f in found if f.keys == {"group": "all", "code": "doctor"})
    assert doctor.basis == "judged" and doctor.unit == "accounts"
    assert doctor.low is not None and doctor.high is not None and doctor.low <= 0.25 <= doctor.high
    assert (
        next(f for f in found if f.keys == {"group": "diagnosis", "code": "doctor"}).basis
        == "machine"
    )


def test_of_those_who_say_so_is_judged_in_numerator_and_denominator(
    world: World, truth: dict[str, set[int]]
) -> None:
    marks = [covered(n, "first_turned_to") for n in range(POSTS)]
    marks += [mark(n, "first_turned_to", "doctor") for n in range(0, POSTS, 5)]
    world.holds([post(n) for n in range(POSTS)], marks)
    judge(
        world, "first_turned_to", lambda key: [["internet"], ["internet"], ["doctor"], []][int(key[1:]) % 4],
        unit="accounts", size=1000,
    )  # fmt: skip
    found = code_figure(first_turned(world.ask, context_of(world)), "internet")
    assert found.judging is not None and found.judging.estimator == JUDGED_ONLY
    assert found.estimate == pytest.approx(2 / 3)  # every account was judged
    assert found.judging.judged == 750  # those that say so, whether the machine noticed or not


def test_posts_that_came_after_the_sample_take_its_word_away(
    world: World, truth: dict[str, set[int]]
) -> None:
    judge(world, "feel", by_truth(truth))
    more = POSTS + 200
    world.holds([post(n) for n in range(more)], [covered(n, "feel") for n in range(more)])
    figure = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert figure.basis == "machine" and "bedside sample extend" in figure.advice


def test_posts_passed_over_in_the_queue_take_its_word_away(
    world: World, truth: dict[str, set[int]]
) -> None:
    """Who judges only what looks interesting has judged no random part."""
    judge(world, "feel", by_truth(truth), leave_out=lambda place: place % 5 == 0)
    figure = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert figure.basis == "machine" and "passed over in its queue" in figure.advice


def test_who_stops_early_has_judged_a_random_part(world: World, truth: dict[str, set[int]]) -> None:
    judge(world, "feel", by_truth(truth), leave_out=lambda place: place >= 150)
    figure = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert figure.judging is not None and figure.judging.judged == 150
    assert figure.low is not None and figure.high is not None
    assert figure.low <= len(truth["relief"]) / POSTS <= figure.high


def test_unsettled_differences_take_its_word_away(world: World, truth: dict[str, set[int]]) -> None:
    judge(world, "feel", by_truth(truth))
    with open_log(world.study) as log:
        held = log.current(layer="feel", code="relief").to_pylist()[:60]
        log.record([row | {"coder": "ben", "decision": "absent"} for row in held])
    figure = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert figure.basis == "machine" and "bedside judge --adjudicate" in figure.advice


def test_a_decision_taken_back_makes_another_figure(
    world: World, truth: dict[str, set[int]]
) -> None:
    judge(world, "feel", by_truth(truth))
    context = context_of(world)
    before = code_figure(measure_codes(world.ask, context), "relief")
    assert context.judged is not None and before.judging is not None
    assert context.judged.again(before).decisions == before.judging.decisions
    with open_log(world.study) as log:
        first = log.current(layer="feel", code="relief").to_pylist()[0]
        log.undo(first, at=NOW + timedelta(hours=1))
    after = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert after.judging is not None and after.id != before.id
    assert after.judging.positives == (before.judging.positives or 0) - 1


def test_a_judged_figure_survives_json_and_old_figures_still_read() -> None:
    old = b'{"id":"ev-1","measure":"m","keys":{},"unit":"posts","estimate":0.5}'
    assert msgspec.json.decode(old, type=Figure).judging is None


def test_judged_posts_are_weighed_to_margins_that_are_given(
    world: World, truth: dict[str, set[int]]
) -> None:
    """Shares by platform among the judged, weighed by the platforms' posts: by hand, with no weight of the machine."""
    marks = [covered(n, "feel") for n in range(POSTS)]
    world.holds([post(n) for n in range(POSTS)], marks)

    def carries(n: int) -> bool:
        return n % 3 == 0 and n % 5 < 3

    judge(world, "feel", lambda key: ["relief"] if carries(int(key, 16)) else [], size=400)
    samples = JudgedSamples(world.study, world.ask, world.book)
    judged = JudgedShares(world.ask, samples, margins=("platform",))
    context = make_context(world.book, snapshot="s-1", judged=judged)
    weighed = code_figure(measure_codes(world.ask, context), "relief")
    drawn = [int(key, 16) for key, _ in judged.again(weighed).decided]
    by_hand = 0.0
    for place in range(3):
        own = [carries(n) for n in drawn if n % 3 == place]
        by_hand += sum(n % 3 == place for n in range(POSTS)) / POSTS * sum(own) / len(own)
    assert weighed.estimate == pytest.approx(by_hand, abs=1e-12)
    assert weighed.judging is not None and weighed.judging.weight == 0
    plain = code_figure(measure_codes(world.ask, context_of(world)), "relief")
    assert plain.low is not None and plain.high is not None
    assert weighed.low is not None and weighed.high is not None
    assert weighed.high - weighed.low < plain.high - plain.low
