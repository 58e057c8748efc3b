"""The judged sample: only what may enter an estimate is in it."""

from typing import Any

import msgspec
import pytest

from bedside.codebook import Code
from bedside.codebook.records import Codebook, codebook_version
from bedside.errors import NotFoundError
from bedside.judge.decisions import WHOLE, open_log
from bedside.judge.judged import JUDGED_SAMPLE, Judged, judged_sample
from bedside.judge.qualifying import disqualify, own_rules
from bedside.judge.samples import Sample, find_sample, forget_in_samples, read_items
from bedside.judge.sampling import draw_learning, draw_sample
from tests.judge.conftest import NOW, SNAPSHOT_NOW, World, covered, decided, key_of, post

LAYER, CODE = "feel", "relief"


@pytest.fixture
def drawn(world: World) -> World:
    """Forty posts, all of them drawn."""
    world.holds([post(n) for n in range(40)])
    draw_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="round-1", size=40, now=NOW, layers=[LAYER]
    )  # fmt: skip
    return world


def row(world: World, number: int, decision: str = "present", **more: Any) -> dict[str, Any]:
    return decided(world.book, number, LAYER, more.pop("code", CODE), decision, **more)


def record(world: World, *rows: dict[str, Any]) -> None:
    with open_log(world.study) as log:
        log.record(rows)


def judged(world: World, **more: Any) -> Judged:
    return judged_sample(world.study, world.ask, world.book, layer=LAYER, code=CODE, **more)


def decisions(found: Judged) -> dict[str, int]:
    rows = found.table.to_pylist()
    return {r["text_key"]: r["decision"] for r in rows}


def test_one_row_a_post_with_what_an_estimate_needs(drawn: World) -> None:
    record(drawn, row(drawn, 1), row(drawn, 2, "absent"))
    found = judged(drawn)
    assert found.table.schema == JUDGED_SAMPLE and found.reason == ""
    assert decisions(found) == {"t1": 1, "t2": 0}
    first = found.table.to_pylist()[0]
    assert first["probability"] == 1.0 and first["stratum"] == "all" and first["how"] == "single"
    assert first["coders"] == ["ann"] and first["sample_id"] == "round-1"
    assert {r["account_key"] for r in found.table.to_pylist()} == {"a0", "a1"}
    (stratum,) = found.strata
    assert (stratum.population, stratum.drawn, stratum.judged, stratum.open) == (40, 40, 2, 38)


def test_what_a_complete_layer_does_not_name_is_absent(drawn: World) -> None:
    record(drawn, row(drawn, 1, "layer_complete", code=WHOLE), row(drawn, 2, code="hope"))
    assert decisions(judged(drawn)) == {"t1": 0}


def test_two_who_agree_make_one_decision_and_two_who_differ_none(drawn: World) -> None:
    for number in (1, 2):
        record(drawn, row(drawn, number), row(drawn, number, coder="ben"))
    record(drawn, row(drawn, 2, "absent", coder="ben"))
    found = judged(drawn)
    assert decisions(found) == {"t1": 1}
    assert found.table.to_pylist()[0]["how"] == "agreed"
    assert found.strata[0].disagreed == 1


def test_adjudication_decides_whatever_the_coders_said(drawn: World) -> None:
    record(drawn, row(drawn, 1), row(drawn, 1, "absent", coder="ben"))
    record(drawn, row(drawn, 1, "absent", coder="cem", kind="adjudication", memo="only hoped"))
    (found,) = judged(drawn).table.to_pylist()
    assert (found["decision"], found["how"], found["coders"]) == (0, "adjudicated", ["ann", "ben"])


def test_a_majority_and_the_first_decide_where_asked(drawn: World) -> None:
    said = {"ann": "absent", "ben": "present", "cem": "present"}
    for coder, decision in said.items():
        record(drawn, row(drawn, 1, decision, coder=coder))
    record(drawn, row(drawn, 2, "absent"), row(drawn, 2, coder="ben"))
    assert decisions(judged(drawn)) == {}
    assert decisions(judged(drawn, rule="majority")) == {"t1": 1}
    assert decisions(judged(drawn, rule="first")) == {"t1": 0, "t2": 0}


@pytest.mark.parametrize(
    ("change", "fate"),
    [
        ({"proposal_shown": True}, "open"),
        ({"code_hash": "older"}, "outdated"),
        ({"text_key": "before the edit"}, "open"),
        ({"sample_id": "elsewhere"}, "open"),
        ({"decision": "withdrawn"}, "open"),
        ({"decision": "set_aside", "code": WHOLE}, "set_aside"),
    ],
)
def test_what_may_not_enter_an_estimate_does_not(
    drawn: World, change: dict[str, Any], fate: str
) -> None:
    record(drawn, row(drawn, 1) | change, row(drawn, 2))
    found = judged(drawn)
    assert decisions(found) == {"t2": 1}
    assert getattr(found.strata[0], fate) == (39 if fate == "open" else 1)


def test_an_edited_text_sends_its_judgement_to_recheck(drawn: World) -> None:
    record(drawn, row(drawn, 1), row(drawn, 2))
    drawn.holds([post(n, text_key="t1-edited" if n == 1 else f"t{n}") for n in range(40)])
    found = judged(drawn)
    assert decisions(found) == {"t2": 1} and found.strata[0].outdated == 1


def test_a_deleted_post_is_no_longer_judged(drawn: World) -> None:
    record(drawn, row(drawn, 1), row(drawn, 2))
    drawn.holds([post(n) for n in range(40) if n != 1])
    found = judged(drawn)
    assert decisions(found) == {"t2": 1} and found.strata[0].drawn == 39


def test_a_changed_definition_sends_its_own_code_to_recheck_and_no_other(drawn: World) -> None:
    record(drawn, row(drawn, 1), row(drawn, 1, code="hope"))
    layer = drawn.book.layer(LAYER)
    codes = [
        msgspec.structs.replace(c, definition="Relieved, said outright.") if c.name == CODE else c
        for c in layer.code
    ]
    drawn.book = _with(drawn.book, codes)
    assert judged(drawn).table.num_rows == 0
    other = judged_sample(drawn.study, drawn.ask, drawn.book, layer=LAYER, code="hope")
    assert other.table.num_rows == 1


def test_editing_seeds_makes_nothing_out_of_date(drawn: World) -> None:
    record(drawn, row(drawn, 1), row(drawn, 2, "layer_complete", code=WHOLE))
    seeded = [msgspec.structs.replace(c, seeds=["x"]) for c in drawn.book.layer(LAYER).code]
    drawn.book = _with(drawn.book, seeded)
    assert decisions(judged(drawn)) == {"t1": 1, "t2": 0}


def _with(book: Codebook, codes: list[Code]) -> Codebook:
    layer = msgspec.structs.replace(book.layer(LAYER), code=codes)
    layers = book.layers | {LAYER: layer}
    return Codebook(layers=layers, version=codebook_version(layers))


def test_a_learning_sample_never_enters_an_estimate(drawn: World) -> None:
    drawn.holds([post(n) for n in range(60)], [covered(n, LAYER) for n in range(60)])
    draw_learning(
        drawn.study, drawn.ask, drawn.book, SNAPSHOT_NOW, name="learn", layer=LAYER, code=CODE, size=5, now=NOW
    )  # fmt: skip
    keys = read_items(drawn.study, find_sample(drawn.study, "learn"))["post_key"].to_pylist()
    assert all(int(key, 16) >= 40 for key in keys)
    record(drawn, row(drawn, int(keys[0], 16), sample_id="learn"))
    assert judged(drawn).table.num_rows == 0
    named = judged(drawn, sample="learn")
    assert named.table.num_rows == 0 and "learning" in named.reason


def test_rules_changed_after_a_look_disqualify_the_sample_for_that_layer(drawn: World) -> None:
    record(drawn, row(drawn, 1))
    look(drawn, "ann")
    assert judged(drawn).table.num_rows == 1
    patterns = drawn.study.folder / "patterns"
    patterns.mkdir()
    (patterns / "own.toml").write_text('[do.complained]\nphrases = ["wrote to them"]\n')
    assert judged(drawn).table.num_rows == 1
    (patterns / "own.toml").write_text('[feel.relief]\nphrases = ["at long last"]\n')
    found = judged(drawn)
    assert (
        found.table.num_rows == 0 and "ann" in found.reason and "draw a new sample" in found.reason
    )


def test_each_rule_of_a_study_reaches_its_own_layers(world: World) -> None:
    layers = ("feel", "claim", "harm")
    before = {layer: own_rules(world.study, layer) for layer in layers}

    def changed() -> set[str]:
        return {layer for layer in layers if own_rules(world.study, layer) != before[layer]}

    for folder, reached in (("claims", {"claim"}), ("vocabularies", {"harm"})):
        path = world.study.folder / folder / "own.toml"
        path.parent.mkdir()
        path.write_text("x = 1")
        assert changed() == reached
        path.unlink()
    config = world.study.config
    world.study.config = msgspec.structs.replace(config, products=["Somedrug"])
    assert changed() == {"harm"}
    model = msgspec.structs.replace(config.llm, model="small", layers=["feel"], counts=True)
    world.study.config = msgspec.structs.replace(config, llm=model)
    assert changed() == {"feel"}


def test_a_mark_of_disqualification_stays_when_the_rule_is_changed_back(drawn: World) -> None:
    record(drawn, row(drawn, 1))
    look(drawn, "ann")
    (drawn.study.folder / "patterns").mkdir()
    own = drawn.study.folder / "patterns" / "own.toml"
    own.write_text('[feel.relief]\nphrases = ["at long last"]\n')
    with open_log(drawn.study) as log:
        assert list(disqualify(drawn.study, log.looks())) == ["round-1"]
        own.unlink()
        assert disqualify(drawn.study, log.looks()) == {}
    assert "feel" in find_sample(drawn.study, "round-1").disqualified
    assert judged(drawn).table.num_rows == 0


def test_only_looks_of_those_who_write_rules_count_where_they_are_named(drawn: World) -> None:
    config = drawn.study.config
    judging = msgspec.structs.replace(config.judge, rule_authors=["cem"])
    drawn.study.config = msgspec.structs.replace(config, judge=judging)
    record(drawn, row(drawn, 1))
    look(drawn, "ann")
    (drawn.study.folder / "patterns").mkdir()
    (drawn.study.folder / "patterns" / "own.toml").write_text('[feel.relief]\nphrases = ["x"]\n')
    assert judged(drawn).table.num_rows == 1


def look(world: World, coder: str) -> None:
    with open_log(world.study) as log:
        log.note_looks(
            [
                {
                    "coder": coder,
                    "subject_key": key_of(1),
                    "layer": LAYER,
                    "sample_id": "round-1",
                    "looked_at": NOW,
                    "rules": own_rules(world.study, LAYER),
                    "shown": "text",
                }
            ]
        )


def test_a_sample_of_accounts_is_judged_by_account(world: World) -> None:
    world.holds([post(n) for n in range(40)])
    sample = draw_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name="people", size=20, now=NOW, unit="accounts"
    )  # fmt: skip
    assert sample.population == sample.drawn == 20
    record(world, row(world, 1, subject_key="a3", text_key=None, sample_id="people"))
    assert judged(world).table.num_rows == 0
    (found,) = judged(world, unit="accounts").table.to_pylist()
    assert (found["subject_key"], found["account_key"], found["post_key"]) == ("a3", "a3", None)


def test_of_several_samples_the_one_with_most_judged_answers(drawn: World) -> None:
    draw_sample(drawn.study, drawn.ask, drawn.book, SNAPSHOT_NOW, name="round-2", size=40, now=NOW)
    record(drawn, row(drawn, 1), *(row(drawn, n, sample_id="round-2") for n in (1, 2)))
    found = judged(drawn)
    assert isinstance(found.sample, Sample) and found.sample.id == "round-2"
    assert judged(drawn, sample="round-1").table.num_rows == 1


def test_an_erased_post_leaves_every_sample(drawn: World) -> None:
    assert forget_in_samples(drawn.study, {key_of(3)}, {"a5"}) == 3
    left = read_items(drawn.study, find_sample(drawn.study, "round-1"))
    assert left.num_rows == 37


def test_without_a_sample_the_reason_is_said(world: World) -> None:
    world.holds([post(1)])
    assert judged(world).reason == "no sample of posts was drawn for feel"
    with pytest.raises(NotFoundError, match="no sample 'x'"):
        judged(world, sample="x")
