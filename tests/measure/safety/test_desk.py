"""The way of a case: who may do what when, and what is kept of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bedside.cli.casework import at_desk
from bedside.cli.ending import run_app
from bedside.cli.erasing import erase_from
from bedside.cli.running import run
from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.judge.caselog import open_cases
from bedside.store.imports import collected_pages
from bedside.store.keys import load_keys
from bedside.store.study import open_study
from tests.decoding import found_in
from tests.measure.safety.conftest import case_of, post, queue, step


def post_id(folder: Path, native: str) -> str:
    """Full id of a post, as the vault has it."""
    rows = [r for page in collected_pages(open_study(folder)) for r in page.to_pylist()]
    return str(next(r["post_id"] for r in rows if r["native_id"] == native))


def test_the_queue_puts_serious_first_and_names_no_words_of_posts(study: Path) -> None:
    lines = queue(study)
    assert [bool(line.serious) for line in lines] == [True, False, False]
    assert all(line.waits == "waits for a person to see it" for line in lines)
    assert {line.product for line in lines} == {"metformin"}


def test_a_serious_case_goes_all_the_way(study: Path) -> None:
    case = case_of(study)
    assert step(study, case, "in_review") == "in_review"
    assert step(study, case, "seriousness", criterion="hospitalisation", holds=True) == "in_review"
    assert step(study, case, "valid") == "valid"
    assert step(study, case, "handed_over", by="Olga", to="PV desk") == "handed_over"
    assert step(study, case, "acknowledged", positive=False, number="R1") == "refused"
    assert step(study, case, "handed_over", by="olga", to="PV desk") == "handed_over"
    assert step(study, case, "acknowledged", positive=True, number="R1") == "acknowledged"
    with at_desk(study, datetime.now(UTC)) as desk:
        log = desk.case(case).log
    assert [e.kind for e in log] == [
        "proposed", "in_review", "seriousness", "valid", "handed_over", "acknowledged", "handed_over", "acknowledged"
    ]  # fmt: skip
    assert all(e.by and e.at.tzinfo for e in log)


def test_a_rejected_serious_case_waits_for_another_reader(study: Path) -> None:
    case = case_of(study)
    assert step(study, case, "rejected", reason="known") == "awaiting_second"
    with pytest.raises(PermissionRefused, match="somebody else"):
        step(study, case, "upheld", by="ada")
    assert step(study, case, "overruled", by="Bob") == "in_review"
    assert step(study, case, "rejected", by="Bob", reason="known") == "awaiting_second"
    assert step(study, case, "upheld") == "rejected"


def test_a_rejection_that_is_not_serious_needs_no_second_reader_but_a_reason(study: Path) -> None:
    case = case_of(study, serious=False)
    with pytest.raises(InputError, match="needs its reason"):
        step(study, case, "rejected", reason="")
    with pytest.raises(InputError, match="needs words"):
        step(study, case, "rejected", reason="other")
    assert step(study, case, "rejected", reason="not_meant") == "rejected"
    assert case in {line.case_id for line in queue(study)}  # kept


def test_a_case_that_lacks_an_element_is_not_valid_until_a_person_knows_better(study: Path) -> None:
    case = next(line.case_id for line in queue(study) if line.special)
    with pytest.raises(InputError, match="reporter not met"):
        step(study, case, "valid")
    for element in ("reporter", "patient", "reaction"):
        step(study, case, "element", element=element, state="met", words="rang us")
    assert step(study, case, "valid") == "valid"


def test_a_special_situation_may_be_valid_without_a_reaction(study: Path) -> None:
    case = next(line.case_id for line in queue(study) if line.special)
    for element in ("reporter", "patient"):
        step(study, case, "element", element=element, state="met", words="rang us")
    assert step(study, case, "valid", **{"as": "special"}) == "valid"


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        ("element", {"element": "reporter", "state": "met"}, "say why"),
        (
            "element",
            {"element": "repoter", "state": "met", "words": "x"},
            "did you mean 'reporter'",
        ),
        (
            "element",
            {"element": "reporter", "state": "perhaps", "words": "x"},
            "met, doubtful or not_met",
        ),
        ("seriousness", {"criterion": "bad", "holds": True}, "no criterion"),
        ("acknowledged", {"positive": True}, "can follow on"),
        ("upheld", {}, "can follow on"),
        ("folded", {"into": "case-none", "words": "same"}, "no cases answer"),
        ("dance", {}, "no step"),
    ],
)
def test_steps_that_do_not_fit_are_refused(
    study: Path, kind: str, about: dict[str, Any], words: str
) -> None:
    with pytest.raises((InputError, NotFoundError), match=words):
        step(study, case_of(study), kind, **about)


def test_every_step_needs_a_person(study: Path) -> None:
    with pytest.raises(InputError, match="--by"):
        step(study, case_of(study), "in_review", by=" ")


def test_only_named_officers_look_into_the_vault_and_every_look_is_kept(study: Path) -> None:
    case = case_of(study)
    with at_desk(study, datetime.now(UTC)) as desk:
        with pytest.raises(PermissionRefused, match="officers"):
            desk.look(case, by="Ada", why="curious")
        with pytest.raises(InputError, match="why"):
            desk.look(case, by="Olga", why=" ")
        (contact,) = desk.look(case, by="Olga", why="to write to the reporter")
        assert contact.screen_name == "ann" and contact.link
        looks = [e for e in desk.case(case).log if e.kind == "looked"]
        shown = json.dumps(desk.case(case).candidate.__repr__())
    assert [(e.by, e.about["words"]) for e in looks] == [("Olga", "to write to the reporter")]
    assert "ann" not in shown


def test_the_clock_starts_with_the_first_look_of_a_person(study: Path) -> None:
    case = case_of(study)
    step(study, case, "seen")
    with at_desk(study, datetime.now(UTC)) as desk:
        clock = desk.case(case).clock
    assert clock.day_zero == datetime.now(UTC).date() and {d.what for d in clock.dues} == {
        "hand_over",
        "EU",
    }
    assert clock.times.first_seen_by_person_at is not None and clock.times.ingested_at is not None
    later = queue(study, datetime.now(UTC) + timedelta(days=20))
    assert next(line for line in later if line.case_id == case).state == "overdue"


def test_whoever_decides_on_a_case_has_seen_it(study: Path) -> None:
    case = case_of(study, serious=False)
    step(study, case, "valid")
    with at_desk(study, datetime.now(UTC)) as desk:
        assert desk.case(case).clock.day_zero == datetime.now(UTC).date()


def test_a_judgement_of_the_post_is_a_look_too(study: Path) -> None:
    from bedside.judge.decisions import open_log

    with at_desk(study, datetime.now(UTC)) as desk:
        key = desk.case(case_of(study)).candidate.posts[0]
    early = datetime(2026, 2, 1, tzinfo=UTC)
    row = {
        "subject_key": key,
        "layer": "harm",
        "code": "reaction",
        "decision": "present",
        "coder": "x",
    }
    with open_log(open_study(study)) as log:
        log.record([row | {"decided_at": early, "code_hash": "h", "proposal_shown": False}])
    with at_desk(study, datetime.now(UTC)) as desk:
        assert desk.case(case_of(study)).clock.times.first_seen_by_person_at == early


def test_a_significant_follow_up_has_a_clock_of_its_own(study: Path) -> None:
    case = case_of(study)
    step(study, case, "seen")
    step(study, case, "follow_up", significant=False, words="thanks")
    step(study, case, "follow_up", significant=True, words="back in hospital")
    with at_desk(study, datetime.now(UTC)) as desk:
        found = desk.case(case)
    assert len(found.follow_up_clocks) == 1
    assert found.follow_up_clocks[0].day_zero == datetime.now(UTC).date()


def test_any_post_can_be_sent_by_hand_with_its_clock(study: Path) -> None:
    with at_desk(study, datetime.now(UTC)) as desk:
        plain = load_keys(desk.study.config.id).post_key(post_id(study, "n4"))
        seen = datetime.now(UTC) - timedelta(days=2)
        case = desk.send(plain, by="Ada", product="Nurofen", seen_at=seen)
        found = desk.case(case)
        assert (
            found.line.product == "ibuprofen" and found.clock.times.first_seen_by_person_at == seen
        )
        assert found.verdict.state == "not_valid" and "reaction" in found.verdict.missing
        with pytest.raises(InputError, match="already"):
            desk.send(plain, by="Ada", product="ibuprofen")
        with pytest.raises(InputError, match="future"):
            desk.send(plain, by="Ada", seen_at=datetime.now(UTC) + timedelta(days=1))
        with pytest.raises(NotFoundError, match="no such post"):
            desk.send("0" * 32, by="Ada")


def test_a_second_run_adds_no_case_twice_and_a_new_post_joins_its_case(
    study: Path, tmp_path: Path
) -> None:
    import bedside
    from tests.measure.safety.conftest import ANSWERS

    before = queue(study)
    run(study, now=datetime.now(UTC), workers=1)
    assert queue(study) == before
    more = tmp_path / "more.jsonl"
    more.write_text(
        json.dumps(post(9, "Metformin gave me nausea again and I feel awful.", "ann", "2026-01-09"))
    )
    bedside.add(study, more, source="forum", **ANSWERS)
    run(study, now=datetime.now(UTC), workers=1)
    after = queue(study)
    assert {line.case_id for line in after} == {line.case_id for line in before}
    assert next(line.posts for line in after if line.case_id == case_of(study)) == 2


def test_erasure_leaves_a_stub_that_says_so_and_nothing_of_the_post(study: Path) -> None:
    case = case_of(study)
    with at_desk(study, datetime.now(UTC)) as desk:
        key = desk.case(case).candidate.posts[0]
    step(study, case, "note", words="she wrote of the terrible nausea")
    needles = [key, "terrible nausea"]
    assert all(found_in(study, needle) for needle in needles)
    erase_from(study, account="ann", now=datetime.now(UTC))
    assert not any(found_in(study, needle) for needle in needles)
    with open_cases(open_study(study)) as log:
        kinds = [e.kind for e in log.read(case)]
    assert kinds[0] == "proposed" and kinds[-1] == "erased"
    run(study, now=datetime.now(UTC), workers=1)
    line = next(line for line in queue(study) if line.case_id == case)
    assert line.erased == 1 and line.posts == 0 and line.verdict == "erased"


def test_a_person_may_fold_a_case_into_another_with_words(study: Path) -> None:
    first, second = case_of(study), case_of(study, serious=False)
    assert step(study, second, "folded", into=first, words="told us so") == "duplicate"


def test_the_command_line_walks_a_case(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str, code: int = 0) -> str:
        assert run_app(["cases", str(study), *words]) == code
        told = capsys.readouterr()
        return told.out + told.err

    case = case_of(study)
    assert case in said("list")
    assert "hospitalisation" in said("show", case, "--by", "Ada")
    assert "in review" in said("review", case, "--by", "Ada", "--set", "hospitalisation=yes")
    assert "valid" in said("valid", case, "--by", "Ada")
    assert "--by" in said("valid", case, code=2)
    assert "ann" in said("look", case, "--by", "Olga", "--because", "to follow up")
    lines = json.loads(said("list", "--json"))
    assert lines[0]["case_id"] == case and lines[0]["state"] in ("running", "due_soon")
    assert "no status" in said("list", "--status", "odd", code=2)
    assert "valid" in said("note", case, "--by", "Ada", "--because", "rang back")
    assert "needs words" in said("note", case, "--by", "Ada", code=2)
    late = "2999-01-01T00:00Z"
    assert "future" in said("follow-up", case, "--by", "A", "--received", late, code=2)
    assert "no cases answer" in said("show", "case-zzzz", "--by", "A", code=4)


def test_pairs_of_a_study_are_of_its_cases_and_stay_inside(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_app(["disproportionality", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "WEB-RADR" in found["caveat"] and "refused" in found["ebgm"]
    pairs = {(r["product"], r["event"]): (r["n"], r["cases"]) for r in found["rows"]}
    assert pairs[("metformin", "Nausea")] == (2, 3)
    step(study, case_of(study, serious=False), "rejected", reason="known")
    assert run_app(["disproportionality", str(study), "--json", "--stratum", "source"]) == 0
    assert {r["cases"] for r in json.loads(capsys.readouterr().out)["rows"]} == {2}
    out = tmp_path / "pairs.csv"
    assert run_app(["disproportionality", str(study), "--out", str(out)]) == 2
    assert "leave it through its report" in capsys.readouterr().err and not out.exists()
    assert run_app(["disproportionality", str(study), "--stratum", "sex"]) == 2
