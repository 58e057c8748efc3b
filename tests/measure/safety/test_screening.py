"""What the screen finds and misses: from judged posts, and said above all where nothing was handed over (R52)."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from bedside.cli.running import run
from bedside.cli.screening import reconciliation, screening_log
from bedside.codebook import code_hash, layer_hash
from bedside.errors import InputError, NotFoundError
from bedside.judge.decisions import WHOLE, open_log
from bedside.judge.judged import JUDGED_SAMPLE, Judged
from bedside.judge.sampling import draw_sample
from bedside.measure.bound import bind_study, study_codebook
from bedside.measure.kept import read_figures
from bedside.measure.safety.reconcile import reconcile
from bedside.measure.safety.screening import recall_of
from bedside.measure.safety.workflow import Standing
from bedside.model.figures import Figure
from bedside.store.engine import EmbeddedEngine
from bedside.store.imports import collected_pages
from bedside.store.keys import load_keys
from bedside.store.snapshots import latest_snapshot
from bedside.store.study import open_study
from tests.measure.safety.conftest import Make, case_of, post, queue, step, write_safety

FOUND, HIDDEN, NOTHING = 60, 20, 40
DAY = datetime(2026, 3, 10, 9, tzinfo=UTC)


def judged(
    told: list[bool], accounts: list[str] | None = None, probability: list[float] | None = None
) -> Judged:
    rows = [
        {
            "subject_key": f"p{i}", "post_key": f"p{i}", "account_key": (accounts or [f"a{i}" for i in range(len(told))])[i],
            "layer": "harm", "code": "reaction", "decision": int(there), "how": "single",
            "probability": (probability or [1.0] * len(told))[i], "stratum": "all", "coders": ["ann"], "sample_id": "s",
        }
        for i, there in enumerate(told)
    ]  # fmt: skip
    return Judged(pa.Table.from_pylist(rows, schema=JUDGED_SAMPLE), None)


def test_recall_holds_the_interval_of_clopper_and_pearson_and_is_hardly_wider() -> None:
    """15 of 20 found: Clopper-Pearson .5090 to .9134 (R, binom.test)."""
    found = recall_of(judged([True] * 20 + [False] * 30), frozenset(f"p{i}" for i in range(15)))
    assert (found.found, found.told, found.judged) == (15, 20, 50)
    assert found.value == pytest.approx(0.75)
    assert found.low is not None and found.high is not None
    assert 0.49 < found.low <= 0.5090 and 0.9134 <= found.high < 0.93
    assert found.missed_high is not None and 5 / 35 < found.missed_high < 0.35


def test_posts_that_were_drawn_less_often_count_for_more() -> None:
    told = [True] * 20
    found = recall_of(
        judged(told, probability=[1.0] * 10 + [0.1] * 10), frozenset(f"p{i}" for i in range(10))
    )
    assert found.value == pytest.approx(10 / 110)


def test_posts_of_one_account_are_one_voice() -> None:
    flagged = frozenset(f"p{i}" for i in range(15))
    apart = recall_of(judged([True] * 20), flagged)
    together = recall_of(judged([True] * 20, accounts=["x"] * 15 + ["y"] * 5), flagged)
    assert apart.low and together.low is not None and together.low < apart.low


def test_without_judged_harms_nothing_is_claimed_but_what_may_be_missed() -> None:
    nothing = recall_of(judged([False] * 100), frozenset())
    assert nothing.value is None and "judge more" in nothing.why
    assert nothing.missed_high == pytest.approx(0.0362, abs=5e-4)  # 0 of 100, Clopper-Pearson
    empty = recall_of(Judged(JUDGED_SAMPLE.empty_table(), None, (), ""), frozenset())
    assert empty.value is None and "no sample" in empty.why


@pytest.fixture
def screened(make: Make) -> Path:
    """A study of which everything was judged: 60 harms that the makers read, 20 told in words they do not, 40 none."""
    posts = [
        post(i, f"Metformin gave me nausea, really bad, on day {i} of it.") for i in range(FOUND)
    ]
    posts += [
        post(100 + i, f"Those little white ones left my insides in bits, {i} nights running.")
        for i in range(HIDDEN)
    ]
    posts += [
        post(200 + i, f"The waiting room had {i} chairs and a fish tank.") for i in range(NOTHING)
    ]
    folder = make(posts)
    study, book = open_study(folder), study_codebook(open_study(folder))
    snapshot = latest_snapshot(study)
    assert snapshot is not None
    with EmbeddedEngine(study) as engine:
        bind_study(study, engine, snapshot)
        draw_sample(
            study, engine.ask, book, snapshot, name="round-1", size=120, now=DAY, layers=["harm"]
        )
        texts = dict(engine.connection.sql("SELECT post_key, text_key FROM posts").fetchall())
    keys = load_keys(study.config.id)
    layer = book.layer("harm")
    with open_log(study) as log:
        for page in collected_pages(study):
            for row in page.to_pylist():
                key = keys.post_key(row["post_id"])
                about = {"subject_key": key, "text_key": texts[key], "layer": "harm", "coder": "ann", "decided_at": DAY,
                         "sample_id": "round-1", "probability": 1.0, "proposal_shown": False}  # fmt: skip
                told = int(row["native_id"].removeprefix("n")) < 200
                rows = [
                    about
                    | {
                        "code": "reaction",
                        "decision": "present" if told else "absent",
                        "code_hash": code_hash(layer, "reaction"),
                    }
                ]
                rows.append(
                    about
                    | {"code": WHOLE, "decision": "layer_complete", "code_hash": layer_hash(layer)}
                )
                log.record(rows)
    path = folder / "study.toml"
    path.write_text(
        path.read_text().replace(
            '[crisis]\nwho = ""\nwithin_hours = 0', '[crisis]\nwho = "Nurse"\nwithin_hours = 4'
        )
    )
    return folder


def figures(folder: Path) -> dict[str, Figure]:
    study = open_study(folder)
    snapshot = latest_snapshot(study)
    assert snapshot is not None
    return {
        f.measure: f
        for f in read_figures(study, snapshot)
        if f.measure.startswith("safety.") and "source" not in f.keys
    }


def test_planted_recall_is_found_again_in_log_figure_and_report(screened: Path) -> None:
    import bedside

    told, text = screening_log(screened, DAY)
    assert told["recall"]["found"] == FOUND and told["recall"]["told"] == FOUND + HIDDEN
    assert told["recall"]["value"] == pytest.approx(0.75)
    assert "No case was handed over, of 120 posts screened." in text and "75% (" in text
    assert re.search(r"Up to \d+ of 60 posts that it did not flag", text)
    bedside.run(screened)
    found = figures(screened)
    assert (
        found["safety.recall"].estimate == pytest.approx(0.75)
        and found["safety.recall"].basis == "judged"
    )
    assert found["safety.missed"].estimate == pytest.approx(20 / 60)
    assert found["safety.told"].estimate == pytest.approx(80 / 120)
    html = re.sub("<[^>]+>", " ", (screened / "report.html").read_text()).replace("\u202f", " ")
    assert "No case was handed over, of 120 posts screened" in html
    assert "finds about 7.5 in 10" in html and "may tell of a harm" in html
    from bedside.cli.checking import check_report

    assert check_report(screened)[2], check_report(screened)[1]


def test_without_judgements_figure_and_log_say_that_nobody_knows(study: Path) -> None:
    run(study, now=DAY, workers=1)
    found = figures(study)
    for name in ("safety.recall", "safety.missed"):
        assert found[name].estimate is None and "nobody has judged" in found[name].refused
    assert found["safety.handed_over"].estimate == 0
    told, text = screening_log(study, DAY)
    assert told["handed_over"] == 0 and "is not known" in text and "4 posts screened" in text


def test_the_log_tells_each_source_its_owner_and_its_cases(study: Path) -> None:
    path = study / "sources" / "forum.toml"
    path.write_text(
        path.read_text().replace(
            "under_mah_responsibility = false", "under_mah_responsibility = true"
        )
    )
    told, text = screening_log(study, DAY)
    (source,) = told["sources"]
    assert source["under_mah_responsibility"] and source["screened"] == 4 and source["flagged"] == 3
    assert source["cases"] == {"new": 3} and "under the company's responsibility" in text
    assert all(line.under_mah_responsibility for line in queue(study))


def test_a_case_handed_over_is_counted_in_the_next_run(study: Path) -> None:
    case = case_of(study)
    step(study, case, "in_review")
    step(study, case, "seriousness", criterion="hospitalisation", holds=True)
    step(study, case, "valid")
    step(study, case, "handed_over", by="Olga", to="PV")
    run(study, now=DAY, workers=1)
    assert figures(study)["safety.handed_over"].estimate == 1


def test_a_study_may_screen_every_post_that_names_its_product(study: Path) -> None:
    path = study / "study.toml"
    path.write_text(path.read_text().replace("products = []", 'products = ["Glucophage"]'))
    write_safety(study, officers=["Olga"], screen="named")
    run(study, now=DAY, workers=1)
    told, _ = screening_log(study, DAY)
    assert (
        told["sources"][0]["flagged"] == 3
    )  # the three that name metformin; the fourth names nothing
    assert len(queue(study)) == 3 and all(line.listed for line in queue(study))


def sent(case: str, day: int, answer: bool | None = None) -> Standing:
    answers = [] if answer is None else [{"positive": answer}]
    at = datetime(2026, 3, day, 23, 30, tzinfo=UTC)
    return Standing(
        case_id=case,
        status="handed_over",
        handed_over=[(at, "PV", f"GB-X-{case}-1")],
        answers=answers,
    )


def test_reconciliation_sets_sent_against_received() -> None:
    standings = [
        sent("case-a", 1, True),
        sent("case-b", 5),
        sent("case-c", 9, False),
        sent("case-d", 31, True),
        Standing(case_id="case-e", status="valid"),
    ]
    found = reconcile(standings, start=date(2026, 3, 1), end=date(2026, 3, 30), time_zone="UTC",
                      received=["GB-X-case-a-1", "case-b", "stranger"])  # fmt: skip
    assert [s.case_id for s in found.sent] == ["case-a", "case-b", "case-c"]
    assert found.unanswered == ("case-b",) and found.refused == ("case-c",)
    assert found.not_received == ("case-c",) and found.unknown == ("stranger",)
    assert found.valid_not_sent == ("case-e",) and not found.agrees


def test_a_period_is_of_the_studys_own_days() -> None:
    """23:30 UTC on the 1st is the 2nd in Berlin."""
    for zone, number in (("UTC", 1), ("Europe/Berlin", 0)):
        found = reconcile(
            [sent("case-a", 1)], start=date(2026, 3, 1), end=date(2026, 3, 1), time_zone=zone
        )
        assert len(found.sent) == number


def test_all_agrees_where_everything_was_answered_and_listed(study: Path, tmp_path: Path) -> None:
    found = reconcile(
        [sent("case-a", 1, True)],
        start=date(2026, 3, 1),
        end=date(2026, 3, 2),
        time_zone="UTC",
        received=["case-a"],
    )
    assert found.agrees
    listed = tmp_path / "theirs.csv"
    listed.write_text("id,state\ncase-1234,open\n")
    told, text, agrees = reconciliation(study, DAY, start="2026-03-01", end="", received=listed)
    assert list(told["unknown"]) == ["case-1234"] and not agrees and "never sent from here" in text


def test_periods_and_lists_that_cannot_be_are_told(study: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="before it starts"):
        reconciliation(study, DAY, start="2026-03-09", end="2026-03-01", received=None)
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        reconciliation(study, DAY, start="March", end="", received=None)
    with pytest.raises(NotFoundError, match="no file"):
        reconciliation(study, DAY, start="", end="", received=tmp_path / "none.csv")
