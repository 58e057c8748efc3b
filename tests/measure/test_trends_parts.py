"""Trends: series, seasons, changes, bursts, alarms, hashtags, and what is new."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.measure.trends.all import measure_trends
from bedside.measure.trends.changes import alarms, bursts, changes, recent
from bedside.measure.trends.news import came_up, hashtags, new_since, since
from bedside.measure.trends.seasons import months_of_year, weekdays
from bedside.measure.trends.told import told_series
from bedside.measure.trends.volume import volume
from bedside.model.figures import Figure
from tests.measure.conftest import Rows, Study, mark, post

MONDAY = datetime(2022, 1, 3, 12, tzinfo=UTC)


@pytest.fixture
def wide(context: MeasureContext) -> MeasureContext:
    codes = {**context.codes, "search_worry": ("yes", "no")}
    return msgspec.structs.replace(context, codes=codes)


def weekly(counts: list[int], *, key: str = "w", **more: Any) -> Rows:
    """So many posts in each week, each by an account of its own."""
    return [
        post(f"{key}{week}-{i}", published_at=MONDAY + timedelta(weeks=week, hours=i), **more)
        for week, count in enumerate(counts)
        for i in range(count)
    ]


def worried(posts: Rows, every: int) -> Rows:
    return [mark(row["post_key"], "search_worry", "yes") for row in posts[::every]]


def test_a_count_carries_the_interval_of_chance(study: Study, context: MeasureContext) -> None:
    posts = [post(f"p{i}", "busy" if i < 20 else "") for i in range(30)]
    found = {f.keys["unit"]: f for f in volume(study(posts), context)}
    accounts, all_posts = found["accounts"], found["posts"]
    assert (accounts.low, accounts.high) == pytest.approx((5.491, 19.682), abs=1e-3)  # Garwood
    assert all_posts.low is not None and all_posts.high is not None
    assert all_posts.high / all_posts.low > 13  # twenty of the thirty came together


def test_a_planted_change_is_found_within_one_week(study: Study, context: MeasureContext) -> None:
    counts = [20 + week % 3 for week in range(30)] + [40 + week % 3 for week in range(30)]
    (found,) = changes(study(weekly(counts)), context)
    assert found.keys == {"about": "volume", "period": "2022-W31"}
    assert found.estimate == pytest.approx(41 / 21, rel=0.02)
    assert found.low is not None and found.low > 1.5
    hits, of = recount(study(weekly(counts)), found)
    assert (hits.accounts, of and of.accounts) == (found.hits_accounts, found.of_accounts)


def test_a_level_series_has_no_change_no_burst_and_no_alarm(
    study: Study, wide: MeasureContext
) -> None:
    posts = weekly([20 + (7 * week) % 5 for week in range(60)])
    ask = study(posts, worried(posts, 2))
    assert changes(ask, wide) == []
    assert bursts(ask, wide) == []
    assert alarms(ask, wide) == []
    (now,) = recent(ask, wide)
    assert now.estimate is not None and now.estimate < 0.5


def test_the_newest_weeks_alarm_and_the_level_is_seen_to_change(
    study: Study, context: MeasureContext
) -> None:
    ask = study(weekly([20 + week % 3 for week in range(40)] + [60, 61, 62, 60]))
    found = alarms(ask, context)
    assert found[0].keys == {"about": "volume", "week": "2022-W41", "method": "C1 C2 C3"}
    (now,) = recent(ask, context)
    assert now.estimate is not None and now.estimate > 0.9


def test_a_series_comes_in_the_finest_periods_that_show_people(
    study: Study, wide: MeasureContext
) -> None:
    often, seldom = weekly([40] * 30), weekly([40] * 60)
    weeks = told_series(study(often, worried(often, 2)), wide)
    assert {f.keys["period"][4:6] for f in weeks} == {"-W"}
    assert {f.estimate for f in weeks} == {0.5}
    months = told_series(study(seldom, worried(seldom, 10)), wide)
    assert {len(f.keys["period"]) for f in months} == {7} and months[3].keys["period"] == "2022-04"
    assert told_series(study(seldom, worried(seldom, 400)), wide) == []


def test_a_burst_is_more_of_those_who_write_not_more_writers(
    study: Study, wide: MeasureContext
) -> None:
    posts = weekly([40] * 20 + [120] * 3 + [40] * 20)
    marks = worried(posts, 4)
    assert bursts(study(posts, marks), wide) == []
    crowd = weekly([60] * 3, key="b")
    for row in crowd:
        row["published_at"] += timedelta(weeks=30)
    ask = study([*posts, *crowd], [*marks, *worried(crowd, 1)])
    (found,) = bursts(ask, wide)
    assert found.keys == {
        "layer": "search_worry",
        "code": "yes",
        "first": "2022-W31",
        "last": "2022-W33",
    }
    assert found.estimate is not None and found.estimate > 0.6


def test_days_of_the_week_are_those_of_the_calendar(study: Study, context: MeasureContext) -> None:
    posts = [post(f"p{i}", published_at=MONDAY + timedelta(days=i)) for i in range(15)]
    found = {f.keys["weekday"]: f.hits_posts for f in weekdays(study(posts), context)}
    assert found["monday"] == 3 and found["sunday"] == 2
    assert sum(n or 0 for n in found.values()) == 15


def test_months_need_two_whole_years(study: Study, context: MeasureContext) -> None:
    short = study(weekly([3] * 100))
    assert months_of_year(short, context) == []
    found = months_of_year(study(weekly([3] * 120)), context)
    assert [f.keys["month"] for f in found][:2] == ["january", "february"]
    assert "last 2 whole years" in found[0].method
    assert {f.of_posts for f in found} == {3 * 104}


def test_a_hashtag_that_few_use_is_never_named(study: Study, context: MeasureContext) -> None:
    posts = [post(f"p{i}") for i in range(10)]
    tags = [{"record_no": p["record_no"], "post_key": p["post_key"], "hashtag": "#Endo"} for p in posts[:8]]  # fmt: skip
    tags += [{"record_no": posts[9]["record_no"], "post_key": "p9", "hashtag": "mystreet"}]
    (found,) = hashtags(study(posts, post_hashtags=tags), context)
    assert (found.keys["tag"], found.hits_accounts, found.of_accounts) == ("endo", 8, 10)


def named(posts: Rows, what: str) -> Rows:
    return [mark(row["post_key"], "mention", "", slot="drug", concept=what) for row in posts]


def test_what_came_up_lately_is_dated_by_its_eighth_account(
    study: Study, context: MeasureContext
) -> None:
    old, new = weekly([1] * 80, key="o"), weekly([1] * 80, key="n")
    marks = [*named(old, "Metformin"), *named(new[68:77], "Semaglutide"), *named(new[:7], "Rare")]
    (found,) = came_up(study([*old, *new], marks), context)
    assert found.keys == {"kind": "drug", "what": "semaglutide", "month": "2023-06"}
    assert found.hits_accounts == 9


def test_what_joined_since_the_last_snapshot_is_told_apart(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"p{i}") for i in range(60)]
    earlier = [{"record_no": p["record_no"], "post_key": p["post_key"]} for p in posts[:30]]
    marks = [mark(p["post_key"], "feel", "relief") for p in posts[28:58]]
    marks += named(posts[40:50], "Semaglutide") + named(posts[20:50], "Metformin")
    ask = study(posts, marks, earlier=earlier)
    (new,) = new_since(ask, context)
    assert (new.keys["what"], new.hits_accounts) == ("semaglutide", 10)
    sides = {f.keys["side"]: (f.hits_accounts, f.of_accounts) for f in since(ask, context)}
    assert sides == {"before": (2, 30), "since": (28, 30)}
    assert new_since(study(posts, marks), context) == since(study(posts, marks), context) == []


def test_without_dates_and_with_a_community_of_forty_nothing_breaks(
    study: Study, wide: MeasureContext
) -> None:
    undated = study([post(f"p{i}", published_at=None) for i in range(40)])
    assert measure_trends(undated, wide) == []
    forty = weekly([2] * 20)
    found = measure_trends(study(forty, worried(forty, 2)), wide)
    assert {f.measure for f in found} >= {"trends.volume", "trends.weekdays"}


def test_one_account_that_wrote_everything_makes_no_trend(
    study: Study, wide: MeasureContext
) -> None:
    posts = [{**row, "account_key": "one"} for row in weekly([1] * 30 + [30] * 30)]
    ask = study(posts, worried(posts, 1))
    assert [f for f in measure_trends(ask, wide) if f.measure == "trends.changes"] == []
    assert [f.estimate for f in volume(ask, wide) if f.keys["unit"] == "accounts"] == [1.0] * 60


def test_every_figure_of_trends_opens_to_what_it_counted(
    study: Study, wide: MeasureContext
) -> None:
    posts = weekly([10] * 20 + [30] * 20)
    ask = study(posts, worried(posts, 3), earlier=[{"record_no": 1, "post_key": "w0-0"}])
    found: list[Figure] = measure_trends(ask, wide)
    assert len({f.id for f in found}) == len(found)
    for figure in found:
        hits, of = recount(ask, figure)
        assert (hits.accounts, hits.posts) == (figure.hits_accounts, figure.hits_posts), figure
        if of is not None:
            assert (of.accounts, of.posts) == (figure.of_accounts, figure.of_posts), figure
