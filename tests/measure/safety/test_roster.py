"""The roster: what is kept between looks is what would be read anew."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bedside.judge.caselog import CaseLog, open_cases
from bedside.judge.decisions import open_log
from bedside.measure.bound import bind_tables
from bedside.measure.safety.desk import Desk
from bedside.measure.safety.roster import Roster, decided_in
from bedside.store.engine import EmbeddedEngine
from bedside.store.study import open_study
from tests.measure.safety.conftest import step

NOW = datetime.now(UTC)


def test_a_roster_follows_steps_judgements_and_days_as_a_desk_that_reads_all_anew(
    study: Path,
) -> None:
    opened = open_study(study)
    with EmbeddedEngine(opened) as engine, open_cases(opened) as log:
        bind_tables(opened, engine)
        roster = Roster(engine.ask, log, decided_in(opened))

        def seen(now: datetime, **more: Any) -> Any:
            desk = Desk(opened, engine.ask, log, now, **more)
            lines = desk.queue()
            return lines, desk.overview(lines), desk.standings()

        def same(now: datetime = NOW) -> Any:
            kept = seen(now, roster=roster)
            assert kept == seen(now)
            return kept[0]

        first, second, *_ = [line.case_id for line in same()]
        step(study, first, "in_review")
        step(study, first, "element", element="reporter", state="met", words="it is there")
        assert next(x for x in same() if x.case_id == first).status == "in_review"
        step(study, second, "rejected", reason="known")
        same()
        step(study, second, "taken_back", number=_last(roster, second))
        same()
        post = roster.standings()[second].posts[0]
        with open_log(opened) as decisions:
            decisions.record([_judged(post)])
        assert (
            next(x for x in same() if x.case_id == second).waits != "waits for a person to see it"
        )
        same(NOW + timedelta(days=3))
        late = same(NOW + timedelta(days=60))
        assert any(line.state == "overdue" for line in late)


def test_a_look_after_the_first_reads_no_post_again(study: Path) -> None:
    opened = open_study(study)
    asked: list[str] = []
    with EmbeddedEngine(opened) as engine, open_cases(opened) as log:
        bind_tables(opened, engine)

        def ask(aggregate: Any, params: Any) -> Any:
            asked.append(aggregate.name)
            return engine.ask(aggregate, params)

        roster = Roster(ask, log, decided_in(opened))
        desk = Desk(opened, ask, log, NOW, roster=roster)
        desk.overview(desk.queue())
        asked.clear()
        again = Desk(opened, ask, log, NOW, roster=roster)
        again.overview(again.queue())
    assert asked == []


def test_the_log_tells_which_cases_were_touched_since(study: Path) -> None:
    with open_cases(open_study(study)) as log:
        touched = log.touched(0)
        assert set(touched) == set(_cases(log)) and log.touched(max(touched.values())) == {}
        case = next(iter(touched))
    step(study, case, "in_review")
    with open_cases(open_study(study)) as log:
        assert list(log.touched(max(touched.values()))) == [case]
        assert [e.kind for e in log.latest(1)] == ["in_review"] and log.count() == len(log.read())


def _cases(log: CaseLog) -> list[str]:
    return [event.case_id for event in log.read()]


def _judged(post: str) -> dict[str, Any]:
    return {
        "subject_key": post,
        "text_key": None,
        "layer": "feel",
        "code": "*",
        "code_hash": "h",
        "decision": "layer_complete",
        "coder": "ann",
        "decided_at": NOW - timedelta(hours=3),
        "sample_id": "",
        "proposal_shown": False,
    }


def _last(roster: Roster, case: str) -> int:
    last = roster.standings()[case].last
    assert last is not None
    return last[0]
