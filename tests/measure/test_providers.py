"""Providers: reviewers counted, few never shown, origin kept apart, no clinician compared."""

from typing import Any

import msgspec
import pytest

from bedside.measure.care.providers import measure_providers
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.model.figures import Figure
from bedside.release.showing import release_figures
from bedside.release.suppression import decide
from bedside.release.tables import find_ties
from bedside.store.config import Privacy
from tests.measure.conftest import Rows, Study, hash_number, mark, post


def reviews(
    provider: str,
    many: int,
    bad: int,
    *,
    source: str = "reviews",
    kind: str = "provider",
    **more: Any,
) -> tuple[Rows, Rows, Rows]:
    """Posts, marks and what they are about: `bad` of `many` reviewers complain, the others praise."""
    keys = [f"{source}-{provider}-{n}" for n in range(many)]
    posts = [
        post(key, source=source, kind="review", record_no=hash_number(str(hash(key))), **more)
        for key in keys
    ]
    marks = [
        mark(key, "care", f"cost:{'complaint' if n < bad else 'praise'}")
        for n, key in enumerate(keys)
    ]
    about = [
        {
            "record_no": p["record_no"],
            "post_key": p["post_key"],
            "kind": kind,
            "scheme": "ods",
            "id": provider,
            "name": None,
        }
        for p in posts
    ]
    return posts, marks, about


def measured(
    study: Study, context: MeasureContext, *parts: tuple[Rows, Rows, Rows]
) -> list[Figure]:
    posts, marks, about = ([row for part in parts for row in part[at]] for at in range(3))
    for number, row in enumerate(posts):
        row["record_no"] = number
    for number, row in enumerate(about):
        row["record_no"] = number
    read = [{"post_key": p["post_key"], "layer": "care", "coverage": "done"} for p in posts]
    ask = study(posts, marks, post_about=about, coverage=read)
    figures = measure_providers(ask, context)
    for figure in figures[::5]:
        hits, of = recount(ask, figure)
        assert (hits.accounts, of and of.accounts) == (figure.hits_accounts, figure.of_accounts)
    return figures


def of(figures: list[Figure], measure: str, **keys: str) -> list[Figure]:
    return [f for f in figures if f.measure == measure and keys.items() <= f.keys.items()]


def six(worst: int = 30) -> list[tuple[Rows, Rows, Rows]]:
    sizes = {"b": 40, "c": 60, "d": 80, "e": 100, "f": 120}
    return [reviews("a", 60, worst), *(reviews(name, n, n // 5) for name, n in sizes.items())]


def test_one_worse_provider_is_outside_the_limits_and_the_order_is_that_of_names(
    study: Study, context: MeasureContext
) -> None:
    figures = measured(study, context, *six())
    limits = of(figures, "care.limits", valence="complaint")
    assert [f.keys["provider"] for f in limits] == list("abcdef")
    assert [f.method.split(";")[0] for f in limits] == ["above the limits"] + [
        "within the limits"
    ] * 5
    crude, drawn = (
        of(figures, m, provider="a", valence="complaint")[0]
        for m in ("care.providers", "care.shrunk")
    )
    assert crude.estimate == 0.5 and drawn.estimate is not None and 0.25 < drawn.estimate < 0.5
    rank = of(figures, "care.ranks", provider="a", valence="complaint")[0]
    assert rank.estimate == pytest.approx(6, abs=0.05) and "of 6 providers" in rank.method


def test_providers_with_few_reviewers_enter_no_figure(
    study: Study, context: MeasureContext
) -> None:
    figures = measured(study, context, *six(), reviews("tiny", 9, 9))
    assert not of(figures, "care.providers", provider="tiny")
    (together,) = of(figures, "care.all_providers", valence="complaint")
    assert together.of_accounts == 460


def test_one_provider_only_is_compared_with_nobody(study: Study, context: MeasureContext) -> None:
    figures = measured(study, context, reviews("a", 60, 30))
    assert {f.measure for f in figures} == {
        "care.providers",
        "care.all_providers",
        "care.praise_origin",
    }


def test_solicited_reviews_and_praise_that_organisations_show_are_counted_apart(
    study: Study, context: MeasureContext
) -> None:
    context = msgspec.structs.replace(context, solicited=("survey",))
    figures = measured(
        study,
        context,
        reviews("a", 20, 10),
        reviews("a", 30, 0, source="survey"),
        reviews("a", 12, 0, source="site", account_kind="organisation"),
    )
    assert {f.keys["origin"]: f.of_accounts for f in of(figures, "care.praise_origin")} == {
        "own": 20, "solicited": 30, "republished": 12,
    }  # fmt: skip
    shares = {f.keys["origin"]: f.estimate for f in of(figures, "care.providers", valence="praise")}
    assert shares == {"own": 0.5, "solicited": 1.0}


def test_clinicians_are_never_compared(study: Study, context: MeasureContext) -> None:
    assert measured(study, context, reviews("dr", 60, 30, kind="practitioner")) == []


def test_numbers_of_a_provider_are_hidden_together_and_cannot_be_worked_out(
    study: Study, context: MeasureContext
) -> None:
    figures = measured(study, context, *six(), reviews("g", 40, 5))
    decision = decide(figures, Privacy())
    released = release_figures(figures, decision)
    hidden = {
        (f.keys["provider"], f.measure)
        for f in released
        if f.suppressed and f.keys.get("valence") == "complaint" and "provider" in f.keys
    }
    lost = {name for name, _ in hidden}
    assert "g" in lost and len(lost) > 1, "one hidden provider alone would follow from the total"
    measures = {"care.providers", "care.shrunk", "care.ranks", "care.limits"}
    assert hidden == {(name, measure) for name in lost for measure in measures}
    assert find_ties(figures)


def test_the_middle_of_a_funnel_is_hidden_only_where_no_provider_shows_it(
    study: Study, context: MeasureContext
) -> None:
    """It stands with each provider: a star on the total would hide nothing, but where all stars stand there."""
    figures = measured(study, context, reviews("g", 40, 7), reviews("h", 40, 7))
    released = release_figures(figures, decide(figures, Privacy()))
    told = [f for f in released if f.keys.get("valence") == "complaint"]
    assert {f.measure for f in told if not f.suppressed} == set()
    assert any(f.measure == "care.all_providers" for f in told)
