"""Pain points, options and recommendations: what is counted, of whom, and what is planted is found again."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from bedside.errors import InputError
from bedside.measure.care.options import measure_options
from bedside.measure.care.pains import badness, halves, months, said, told
from bedside.measure.care.recommending import recommendations
from bedside.measure.care.themes import any_of, load_themes
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.model.figures import Figure
from tests.measure.conftest import Rows, Study, mark, post


@pytest.fixture
def whole(context: MeasureContext) -> MeasureContext:
    codes = {
        **context.codes,
        "content": ("suggestion", "workaround", "resource_wanted", "unmet_need"),
        "do": ("recommended_provider",),
    }
    return msgspec.structs.replace(context, codes=codes)


def by(figures: list[Figure], *keys: str) -> dict[tuple[str, ...], Figure]:
    return {tuple(f.keys[key] for key in keys): f for f in figures}


def complaints(many: int, aspect: str, body: str, *codes: str, start: int = 0) -> tuple[Rows, Rows]:
    """Posts of different accounts that complain of an aspect, with codes of content."""
    keys = [f"{aspect}{start + n}" for n in range(many)]
    marks = [mark(key, "care", f"{aspect}:complaint") for key in keys]
    marks += [mark(key, "content", code) for key in keys for code in codes]
    first = 1000 * len(aspect) + start
    posts = [post(k, title=None, body=body, record_no=first + n) for n, k in enumerate(keys)]
    return posts, marks


def test_planted_causes_and_remedies_come_out_on_top(study: Study, whole: MeasureContext) -> None:
    posts, marks = complaints(
        20, "listening", "Short-staffed. They should listen to us!", "suggestion"
    )
    for many, body in ((9, "I wish they had longer appointments"), (3, "better parking please")):
        more = complaints(many, "listening", body, "suggestion", start=len(posts))
        posts, marks = posts + more[0], marks + more[1]
    quiet = complaints(10, "cost", "They listen to us and call back.")
    ask = study(posts + quiet[0], marks + quiet[1])
    figures = said(ask, whole)
    found = by(figures, "aspect", "kind", "code")
    remedies = {
        code: f.hits_accounts
        for (a, k, code), f in found.items()
        if (a, k) == ("listening", "remedy")
    }
    assert remedies == {"all": 32, "listen": 20, "more_time": 9}, (
        "three accounts make no figure of an aspect"
    )
    assert found["all", "remedy", "rooms_and_parking"].hits_accounts == 3
    assert found["listening", "cause", "too_few_staff"].estimate == pytest.approx(20 / 32)
    assert ("cost", "remedy", "listen") not in found, "no wish, no remedy"
    for figure in figures:
        hits, of = recount(ask, figure)
        assert (hits.accounts, of and of.accounts) == (figure.hits_accounts, figure.of_accounts)


def test_a_complaint_counts_once_an_account_and_only_where_it_is_meant(
    study: Study, whole: MeasureContext
) -> None:
    posts = [post("p", "one"), post("q", "one"), post("r", "two"), post("s", "three")]
    marks = [mark(k, "care", "listening:complaint") for k in ("p", "q")]
    marks += [
        mark("r", "care", "cost:complaint", assertion="negated"),
        mark("s", "care", "cost:praise"),
    ]
    found = by(told(study(posts, marks), whole), "valence")
    assert [(found[v,].hits_accounts, found[v,].of_accounts) for v in ("complaint", "praise")] == [
        (1, 2),
        (1, 2),
    ]


def test_how_bad_is_the_mean_of_the_worst_grade_of_each_account(
    study: Study, whole: MeasureContext
) -> None:
    posts, marks = complaints(8, "listening", "bad")
    grades = [-1, -2, -3, -4, -1, -2, -3, -4]
    marks += [
        mark(p["post_key"], "criticality", str(g), value=float(g))
        for p, g in zip(posts, grades, strict=True)
    ]
    posts.append(post("again", posts[0]["account_key"], body="worse"))
    marks += [
        mark("again", "care", "listening:complaint"),
        mark("again", "criticality", "-4", value=-4.0),
    ]
    found = by(badness(study(posts, marks), whole), "aspect")
    figure = found["listening",]
    assert figure.estimate == pytest.approx(-23 / 8)
    assert figure.low is not None and figure.high is not None and figure.low < -23 / 8 < figure.high
    assert found["cost",].estimate is None and "8 accounts" in found["cost",].refused


def dated(key: str, month: int) -> dict[str, object]:
    return {**post(key, body="b"), "published_at": datetime(2024, month, 5, tzinfo=UTC)}


def test_the_halves_are_cut_in_the_middle_of_the_months_and_short_spans_have_none(
    study: Study, whole: MeasureContext
) -> None:
    posts = [dated(f"p{n}", n) for n in range(1, 9)]
    marks = [
        mark(f"p{n}", "care", f"listening:{'complaint' if n > 5 else 'praise'}")
        for n in range(1, 9)
    ]
    found = by(halves(study(posts, marks), whole), "aspect", "valence", "half")
    later, earlier = (found["listening", "complaint", half] for half in ("later", "earlier"))
    assert later.keys["since"] == "2024-05"
    assert [(f.hits_accounts, f.of_accounts) for f in (earlier, later)] == [(0, 4), (3, 4)]
    assert halves(study(posts[:5], marks[:5]), whole) == []


def test_months_without_anybody_are_there_as_refused_and_undated_posts_in_none(
    study: Study, whole: MeasureContext
) -> None:
    posts = [dated("p1", 1), dated("p3", 3), {**post("u"), "published_at": None}]
    marks = [mark(k, "care", "cost:praise") for k in ("p1", "p3", "u")]
    found = by(months(study(posts, marks), whole), "valence", "month")
    assert [(m, found["praise", m].of_accounts) for m in ("2024-01", "2024-02", "2024-03")] == [
        ("2024-01", 1), ("2024-02", 0), ("2024-03", 1),
    ]  # fmt: skip
    assert months(study(posts[2:], marks[2:]), whole) == []


def test_options_are_side_by_side_in_the_order_of_name_with_switches_between(
    study: Study, whole: MeasureContext
) -> None:
    posts, marks = [], []
    for n in range(10):
        key = f"p{n}"
        posts.append(post(key))
        told: list[tuple[Any, ...]] = [
            (
                "Zoladex",
                0,
                ("status", "switched"),
                ("outcome", "harmed"),
                ("reason", "side_effects"),
            )
        ]
        told += [("Dienogest", 1, ("status", "on"), ("outcome", "helped" if n else "no_help"))]
        for name, group, *slots in told:
            marks.append(mark(key, "treatment", None, slot="option", concept=name, group=group))
            marks += [mark(key, "treatment", code, slot=slot, group=group) for slot, code in slots]
    figures = measure_options(study(posts, marks), whole)
    outcomes = by([f for f in figures if f.measure == "care.options"], "option", "what", "code")
    assert list(dict.fromkeys(option for option, *_ in outcomes)) == ["dienogest", "zoladex"]
    assert outcomes["dienogest", "outcome", "helped"].hits_accounts == 9
    assert outcomes["zoladex", "reason", "side_effects"].estimate == 1.0
    assert outcomes["zoladex", "outcome", "helped"].hits_accounts == 0
    (switch,) = [f for f in figures if f.measure == "care.switches"]
    assert (switch.keys, switch.hits_accounts) == ({"from": "zoladex", "to": "dienogest"}, 10)


def test_who_asks_and_who_gives_a_recommendation_and_by_what(
    study: Study, whole: MeasureContext
) -> None:
    posts = [
        post("p", body="Can anyone recommend a specialist near me?"),
        post("q", body="A kind doctor, go there"),
    ]
    marks = [mark("p", "role", "patient"), mark("q", "do", "recommended_provider")]
    figures = recommendations(study([*posts, post("r", body="hello")], marks), whole)
    who = by([f for f in figures if f.measure == "care.recommends"], "act", "role")
    assert (who["asks", "all"].hits_accounts, who["asks", "all"].of_accounts) == (1, 3)
    assert who["asks", "patient"].estimate == 1.0
    what = by([f for f in figures if f.measure == "care.criteria"], "act", "criterion")
    assert {key for key, f in what.items() if f.hits_accounts} == {
        ("asks", "near"), ("asks", "expertise"), ("gives", "kind"),
    }  # fmt: skip


def test_every_phrase_of_the_themes_can_be_asked() -> None:
    for codes in load_themes().values():
        for phrases in codes.values():
            assert phrases == tuple(p.lower() for p in phrases)
            assert any_of(phrases).startswith("(words LIKE ")
    with pytest.raises(InputError, match="holds one of"):
        any_of(("100% sure",))


def test_counts_without_posts_are_zero(study: Study, whole: MeasureContext) -> None:
    assert all(f.hits_accounts == 0 for f in said(study([post("p", body="")]), whole))
