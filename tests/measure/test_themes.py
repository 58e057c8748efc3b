"""Shares of accounts by theme."""

from typing import Any

import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import open_evidence
from bedside.measure.themes import measure_themes
from tests.measure.conftest import Study, post


def _named(theme: str, name: str, posts: int) -> dict[str, Any]:
    return {
        "theme": theme,
        "name": name,
        "posts": posts,
        "stability": 714,
        "outliers": 1,
        "placed": 5,
    }


def test_a_theme_counts_accounts_once_of_all_whose_posts_were_placed(
    study: Study, context: MeasureContext
) -> None:
    posts = [
        post("1", "a"),
        post("2", "a"),
        post("3", "b"),
        post("4", None),
        post("5", "c"),
        post("6", "d"),
    ]
    placed = [("1", "t1"), ("2", "t1"), ("3", "t2"), ("4", "t1"), ("5", None)]
    ask = study(
        posts,
        themes=[{"post_key": key, "theme": theme} for key, theme in placed],
        theme_names=[_named("t1", "parking", 3), _named("t2", "sleep", 1)],
    )
    parking, sleep = measure_themes(ask, context)
    assert parking.keys == {"theme": "t1", "name": "parking"}
    assert (parking.hits_accounts, parking.hits_posts, parking.no_author) == (1, 3, 1)
    assert parking.of_accounts == sleep.of_accounts == 3
    assert sleep.estimate == pytest.approx(1 / 3)
    assert "index 0.71; 1 of 5 posts" in parking.method
    assert open_evidence(ask, parking)["post_key"].to_pylist() == ["1", "2", "4"]


def test_without_themes_there_is_no_figure(study: Study, context: MeasureContext) -> None:
    assert measure_themes(study([post("1")]), context) == []
