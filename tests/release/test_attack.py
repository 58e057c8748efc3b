"""An attacker who knows every true sum solves for the hidden counts of two releases of one study, and finds none."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from bedside.measure.care.all import measure_care
from bedside.measure.codes import measure_codes
from bedside.measure.context import MeasureContext
from bedside.measure.journey.all import measure_journey
from bedside.measure.prints import prints_of
from bedside.measure.trends.all import measure_trends
from bedside.model.figures import Figure
from bedside.release import suppression
from bedside.release.ledger import entry_of
from bedside.release.records import Release as Released
from bedside.release.remembering import Shown
from bedside.release.showing import release_figures
from bedside.release.suppression import Decision, decide
from bedside.release.tables import set_prints
from bedside.store.config import Privacy
from tests.measure.conftest import Rows, Study, context, mark, study
from tests.release.attacking import Release, given_away, open_all
from tests.release.test_new_tables import LAYERS, invented

__all__ = ["context", "study"]  # fixtures
POLICY = Privacy()
CARE = ("access", "waiting", "manner")


def told(seed: int, people: int, weeks: int) -> tuple[Rows, Rows]:
    """An invented community, some of whose posts praise care or complain of it."""
    posts, marks = invented(seed, people, weeks)
    for number, row in enumerate(posts):
        if number % 3 == 0:
            aspect, valence = CARE[number % 7 % 3], ("complaint", "praise")[number % 5 < 1]
            marks.append(mark(row["post_key"], "care", f"{aspect}:{valence}"))
    return posts, marks


def opened(study: Study, context: MeasureContext, posts: Rows, marks: Rows, earlier: Rows, memory: Sequence[Shown]) -> Release:  # fmt: skip
    coverage = [
        {"post_key": p["post_key"], "layer": layer, "coverage": "done"}
        for p in posts
        for layer in LAYERS
    ]
    ask = study(posts, marks, coverage=coverage, earlier=earlier)
    parts = (measure_codes, measure_journey, measure_care, measure_trends)
    figures = [figure for part in parts for figure in part(ask, context)]
    prints = set_prints(figures, prints_of(ask, figures))
    decision = decide(figures, POLICY, memory, groups=context.stage_groups, prints=prints)
    return Release(figures, decision, open_all(ask, figures))


def remembered(figures: Sequence[Figure], decision: Decision) -> Shown:
    """What the ledger of a study holds of a release."""
    made = Released(
        id="r-1",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        snapshot="s-test",
        small_count=POLICY.small_count,
        round_to=decision.round_to,
        figures=release_figures(figures, decision),
    )
    return entry_of(made, decision, most=9).shown()


def two_releases(
    study: Study, context: MeasureContext, seed: int, people: int, more: int
) -> tuple[Release, Release]:
    codes = {**context.codes, "search_worry": ("yes", "no")}
    wide = msgspec.structs.replace(context, codes=codes, conditions=("endometriosis", "pcos", "asthma"))  # fmt: skip
    posts, marks = told(seed, people, 16)
    first = opened(study, wide, posts, marks, [], ())
    added, added_marks = told(seed + 100, more, 18)
    earlier = [{"record_no": p["record_no"], "post_key": p["post_key"]} for p in posts]
    later = msgspec.structs.replace(wide, snapshot="s-later")
    memory = [remembered(first.figures, first.decision)]
    second = opened(study, later, [*posts, *added], [*marks, *added_marks], earlier, memory)
    return first, second


@pytest.mark.parametrize(("seed", "people", "more"), [(1, 150, 4), (2, 150, 60), (3, 45, 3)])
def test_no_hidden_count_is_recovered_from_all_tables_of_two_releases(
    study: Study, context: MeasureContext, seed: int, people: int, more: int
) -> None:
    """A few posts more, many more, and a thin study."""
    first, second = two_releases(study, context, seed, people, more)
    assert first.decision.hidden, "nothing was hidden: the test asks nothing"
    assert given_away([first]) == []
    assert given_away([first, second]) == []


def test_without_what_numbers_tell_the_attacker_finds_counts(
    study: Study, context: MeasureContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppression, "find_ties", lambda *_: [])
    monkeypatch.setattr(suppression, "sums_told", lambda *_, **__: [])
    monkeypatch.setattr(suppression, "same_sets", lambda _: {})
    assert given_away([two_releases(study, context, 1, 150, 4)[0]])
