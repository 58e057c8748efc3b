"""Claims: how they spread, who corrects them, what follows, what nobody answers; on planted studies and bad input."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.measure.exchange.speakers import SPEAKERS_OF
from bedside.measure.misinformation.all import measure_misinformation
from bedside.measure.misinformation.corrections import after_corrections, answered, correction_parts
from bedside.measure.misinformation.follows import follows
from bedside.measure.misinformation.shapes import cascades, matched, stars
from bedside.measure.misinformation.spread import find_claim_posts
from bedside.measure.misinformation.voids import void_growth, voids
from bedside.model.figures import Figure
from bedside.model.interventions import Intervention
from bedside.store.stages import Ask
from bench.voids import Setting, simulate
from tests.measure.conftest import Rows, Study, mark, post

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
Make = Callable[..., Ask]


def said(
    key: str, account: str | None = "", parent: str | None = None, day: int = 0, **more: Any
) -> dict[str, Any]:
    """A post of a thread, `day` days after the start."""
    return post(
        key,
        account,
        published_at=START + timedelta(days=day),
        collected_at=more.pop("collected_at", START + timedelta(days=4000)),
        thread_key=more.pop("thread_key", key[0]),
        parent_key=parent,
        depth=0 if parent is None else 1,
        parent_state=more.pop("parent_state", "root" if parent is None else "attached"),
        **more,
    )


def stance(key: str, code: str, claim: str = "c", **more: Any) -> dict[str, Any]:
    return mark(key, "claim", code, concept_id=claim, concept=f"name of {claim}", **more)


@pytest.fixture
def whole(study: Study) -> Make:
    """Make an Ask that also holds speakers and cascades of claims, as a run makes them."""

    def make(posts: Rows, marks: Rows, /, **given: Rows) -> Ask:
        given = {"threads": posts, **given}
        speakers = study(posts, marks, **given)(SPEAKERS_OF, {}).to_pylist()
        found = find_claim_posts(study(posts, marks, **given)).to_pylist()
        return study(posts, marks, speakers=speakers, claim_posts=found, **given)

    return make


def keyed(figures: list[Figure], measure: str, **keys: str) -> Figure:
    (figure,) = [
        f
        for f in figures
        if f.measure == f"misinformation.{measure}"
        and all(f.keys[name] == value for name, value in keys.items())
    ]
    return figure


def test_a_cascade_begins_where_nothing_above_words_the_claim(study: Study) -> None:
    """An opening question, a claim below it, an answer that words nothing, and one that corrects it."""
    posts = [said("a0"), said("a1", parent="a0"), said("a2", parent="a1"), said("a3", parent="a2")]
    marks = [stance("a1", "repeats"), stance("a3", "corrects")]
    rows = find_claim_posts(study(posts, marks, threads=posts)).to_pylist()
    told = [(r["post_key"], r["start_key"], r["level"], r["via"], r["stance"]) for r in rows]
    assert told == [
        ("a1", "a1", 0, "start", "repeats"),
        ("a2", "a1", 1, "reply", None),
        ("a3", "a1", 2, "reply", "corrects"),
    ]


def test_reposts_quotes_and_stitches_carry_a_claim_on(study: Study) -> None:
    posts = [said("a0"), *(said(f"{letter}0") for letter in "bcd")]
    kinds = {"b0": "repost", "c0": "quote", "d0": "stitch"}
    relations = [
        {"record_no": p["record_no"], "post_key": p["post_key"], "rel": kinds[p["post_key"]], "target_key": "a0"}
        for p in posts[1:]
    ]  # fmt: skip
    ask = study(posts, [stance("a0", "repeats")], threads=posts, post_relations=relations)
    rows = find_claim_posts(ask).to_pylist()
    assert {r["post_key"]: r["via"] for r in rows} == {"a0": "start", **kinds}
    assert {r["start_key"] for r in rows} == {"a0"}


def test_what_is_told_as_anothers_opinion_starts_nothing(study: Study) -> None:
    posts = [said("a0")]
    marks = [stance("a0", "repeats", assertion="others")]
    assert find_claim_posts(study(posts, marks, threads=posts)).num_rows == 0


def test_circles_unknown_parents_and_deleted_posts_lose_nobody(study: Study) -> None:
    """Three posts that answer each other in a circle, one whose parent was never collected, times that run backwards."""
    posts = [
        said("a0", parent="a2", day=9),
        said("a1", parent="a0", day=3),
        said("a2", None, parent="a1", day=5),
        said("b1", parent="gone", parent_state="not_collected"),
    ]
    marks = [stance(p["post_key"], "repeats") for p in posts]
    rows = find_claim_posts(study(posts, marks, threads=posts)).to_pylist()
    assert sorted(r["post_key"] for r in rows) == ["a0", "a1", "a2", "b1"]
    assert sum(r["level"] == 0 for r in rows) == 2
    assert {r["account_key"] for r in rows if r["post_key"] == "a2"} == {None}


def told_everywhere(posts: int) -> tuple[Rows, Rows]:
    """One hub that everybody answers, every post wording the claim."""
    tree = [said("a0"), *(said(f"a{at}", parent="a0", day=at % 50) for at in range(1, posts))]
    return tree, [stance(p["post_key"], "repeats") for p in tree]


def test_one_hub_and_a_claim_that_matches_everything_are_measured(
    whole: Make, context: MeasureContext
) -> None:
    figures = measure_misinformation(whole(*told_everywhere(400)), context)
    assert keyed(figures, "stances", claim="c", stance="repeats").estimate == 1.0
    assert keyed(figures, "stars", platform="forum").estimate == 1.0
    assert (
        keyed(figures, "parts_taken", claim="c", part="carries", role="unclear").hits_posts == 399
    )


def test_nothing_gives_no_figure_and_no_error(whole: Make, context: MeasureContext) -> None:
    assert measure_misinformation(whole([], []), context) == []
    quiet = [said(f"{letter}0", None) for letter in "abc"]
    assert measure_misinformation(whole(quiet, []), context) == []


def planted(threads: int = 12) -> tuple[Rows, Rows]:
    """Threads that open with a claim: a nurse corrects every second, whose answer a patient repeats in every fourth."""
    posts: Rows = []
    marks: Rows = []
    for at in range(threads):
        root, answer, back = (f"t{at:02}{part}" for part in "rab")
        posts.append(said(root, thread_key=root, day=at))
        marks += [stance(root, "repeats"), mark(root, "role", "patient", slot="role")]
        if at % 2:
            continue
        posts.append(said(answer, parent=root, thread_key=root, day=at))
        marks += [
            stance(answer, "corrects"),
            mark(answer, "role", "clinician", slot="role"),
            mark(answer, "professional_act", "correction"),
            mark(answer, "professional_act", "states_fact", slot="parts"),
        ]
        if at % 4 == 0:
            posts.append(said(back, parent=answer, thread_key=root, day=at))
            marks += [stance(back, "repeats"), mark(back, "role", "patient", slot="role")]
    return posts, marks


def test_corrections_are_counted_with_their_parts_and_what_answers_them(
    whole: Make, context: MeasureContext
) -> None:
    ask = whole(*planted(24))
    parts = correction_parts(ask, context)
    fact = keyed(parts, "correction_parts", claim="c", part="states_fact")
    assert (fact.hits_posts, fact.of_posts) == (12, 12)
    assert keyed(parts, "correction_parts", claim="c", part="warns").hits_posts == 0
    figures = answered(ask, context)
    by_nurse = keyed(figures, "answered", claim="c", answer="corrected_by_professional")
    assert (by_nurse.hits_posts, by_nurse.of_posts) == (12, 30)
    after = after_corrections(ask, context)
    back = keyed(after, "after_corrections", by_whom="professionals", answer="repeats")
    assert (back.hits_posts, back.of_posts) == (6, 12)
    assert keyed(after, "after_corrections", by_whom="others", answer="any").of_posts == 0
    fact = keyed(after, "after_corrections", by_whom="states_fact", answer="repeats")
    assert (fact.hits_posts, fact.of_posts) == (6, 12)
    assert keyed(after, "after_corrections", by_whom="warns", answer="any").of_posts == 0


def test_parts_are_those_of_roles_and_add_up(whole: Make, context: MeasureContext) -> None:
    figures = measure_misinformation(whole(*planted(24)), context)
    for part, roles in (("starts", {"patient": 24}), ("corrects", {"clinician": 12})):
        held = [f for f in figures if f.keys.get("part") == part and f.keys.get("claim") == "c"]
        held = [f for f in held if f.measure == "misinformation.parts_taken"]
        assert {f.keys["role"]: f.hits_accounts for f in held if f.hits_accounts} == roles
        assert sum(f.hits_accounts or 0 for f in held) == held[0].of_accounts


def test_figures_open_to_exactly_the_posts_that_they_count(
    whole: Make, context: MeasureContext
) -> None:
    """Posts beside the corpus (an answer that the query did not find) are opened and counted too."""
    posts, marks = planted(24)
    beside = said("x1", parent="t01r", thread_key="t01r", day=1)
    ask = whole(posts, marks, posts=[*posts, beside], threads=[*posts, beside], folds=[
        {**row, "keep": True, "how": "kept"} for row in [*posts, beside]
    ])  # fmt: skip
    figures = measure_misinformation(ask, context)
    assert len(figures) > 40
    for figure in figures:
        hits, of = recount(ask, figure)
        assert hits.posts == (figure.hits_posts or 0), figure.measure
        assert hits.accounts == (figure.hits_accounts or 0), figure.measure
        if of is not None:
            assert (of.posts, of.accounts) == (figure.of_posts or 0, figure.of_accounts or 0)
    shape = keyed(figures, "cascades", claim="c", platform="forum", shape="size")
    assert (
        shape.hits_posts == 13
    )  # twelve that were corrected, and the one answered beside the corpus


def test_that_no_professional_corrects_is_said(whole: Make, context: MeasureContext) -> None:
    """A study without any professional: nine people correct a claim, none of them one."""
    posts = [said(f"p{at}", thread_key=f"p{at}") for at in range(9)]
    marks = [stance(p["post_key"], "corrects") for p in posts]
    marks += [mark(p["post_key"], "role", "patient", slot="role") for p in posts]
    figures = measure_misinformation(whole(posts, marks), context)
    nobody = keyed(figures, "parts_taken", claim="c", part="corrects", role="clinician")
    assert (nobody.hits_accounts, nobody.of_accounts) == (0, 9)
    assert not any(f.measure == "misinformation.correction_parts" for f in figures)


def test_shapes_are_medians_over_cascades_and_stars_are_said_to_be_stars(
    whole: Make, context: MeasureContext
) -> None:
    ask = whole(*planted(24))
    depth = keyed(cascades(ask, context), "cascades", claim="c", platform="forum", shape="depth")
    assert depth.estimate == 1.5  # six of one answer, six of two
    star = keyed(stars(ask, context), "stars", platform="forum")
    assert star.estimate == 0.5
    assert "collected" in depth.method


def test_untrue_claims_are_compared_at_equal_size_or_refused(
    whole: Make, context: MeasureContext
) -> None:
    posts: Rows = []
    marks: Rows = []
    rng = np.random.default_rng(6)
    for at in range(120):
        root = f"t{at:03}"
        posts.append(said(f"{root}r", thread_key=root))
        marks.append(stance(f"{root}r", "repeats", f"c{at % 12}"))
        before = [f"{root}r"]
        for step in range(int(rng.integers(1, 5))):
            posts.append(said(f"{root}{step}", parent=before[rng.integers(len(before))], thread_key=root))  # fmt: skip
            before.append(posts[-1]["post_key"])
    ask = whole(posts, marks)
    verdicts = {f"c{at}": "false" if at % 2 else "true" for at in range(12)}
    told = msgspec.structs.replace(context, verdicts=verdicts)
    depth = keyed(matched(ask, told), "matched", shape="depth")
    assert depth.low is not None and depth.high is not None and depth.low < 0 < depth.high
    few = msgspec.structs.replace(context, verdicts={"c0": "true", "c1": "false"})
    assert "5 are needed" in keyed(matched(ask, few), "matched", shape="depth").refused


def weekly(levels: list[int], claim: str, day0: int = 0, platform: str = "forum") -> tuple[Rows, Rows]:  # fmt: skip
    """So many accounts a week that repeat a claim, each its own, and as many that write of nothing."""
    posts: Rows = []
    marks: Rows = []
    for week, level in enumerate(levels):
        for at in range(level):
            key = f"{claim}{platform[0]}{week:03}-{at:03}"
            posts.append(said(key, day=day0 + 7 * week + at % 7, thread_key=key, platform=platform))
            marks.append(stance(key, "repeats", claim))
    return posts, marks


def joined(*parts: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    return [p for posts, _ in parts for p in posts], [m for _, marks in parts for m in marks]


def logged(context: MeasureContext, **more: Any) -> MeasureContext:
    entry = Intervention(id="i1", on=more.pop("on"), what="A video.", by="press office", noted=date(2026, 1, 1), **more)  # fmt: skip
    return msgspec.structs.replace(
        context, interventions=(entry,), verdicts={"c": "false", "d": "false"}
    )


def test_a_planted_fall_after_an_intervention_lies_in_its_interval(
    whole: Make, context: MeasureContext
) -> None:
    """Of claim c only half is left after 20 weeks; d goes on as before."""
    rng = np.random.default_rng(12)
    falls = [int(n) for n in rng.poisson(np.repeat([24, 12], 20))]
    ask = whole(*joined(weekly(falls, "c"), weekly([int(n) for n in rng.poisson(24, 40)], "d")))
    told = logged(context, on=(START + timedelta(weeks=20)).date(), about="c")
    figures = follows(ask, told)
    beside = keyed(figures, "follows", event="i1", compared="other_claims")
    assert beside.low is not None and beside.high is not None and beside.high < 1
    assert beside.low < 0.5 < beside.high
    assert beside.method.startswith("change beyond the comparison")
    alone = keyed(figures, "follows", event="i1", compared="none")
    assert alone.method.startswith("before and after")
    assert not any("effect" in f.method for f in figures)


def test_an_intervention_on_one_platform_is_held_against_the_others(
    whole: Make, context: MeasureContext
) -> None:
    rng = np.random.default_rng(13)
    level = np.repeat([20, 10], 20)
    both = [[int(n) for n in rng.poisson(level)] for _ in range(2)]
    ask = whole(*joined(weekly(both[0], "c"), weekly(both[1], "c", platform="video")))
    told = logged(context, on=(START + timedelta(weeks=20)).date(), about="c", where="video")
    beside = keyed(follows(ask, told), "follows", event="i1", compared="other_platforms")
    assert beside.low is not None and beside.high is not None
    assert beside.low < 1 < beside.high  # it fell everywhere alike


def test_a_series_that_is_too_short_or_a_day_outside_it_is_refused_with_the_reason(
    whole: Make, context: MeasureContext
) -> None:
    ask = whole(*weekly([12] * 12, "c"))
    for on in (START + timedelta(weeks=6), START - timedelta(days=900), START + timedelta(days=900)):  # fmt: skip
        figures = follows(ask, logged(context, on=on.date(), about="c"))
        assert figures
        assert all(f.estimate is None and "needed on each side" in f.refused for f in figures)


def test_a_wave_of_corrections_is_before_and_after_and_says_that_claims_fall_after_peaks(
    whole: Make, context: MeasureContext
) -> None:
    posts, marks = weekly([12] * 30, "c")
    fixing = [said(f"z{at:02}", day=7 * 15 + at % 7, thread_key=f"z{at}") for at in range(9)]
    ask = whole(posts + fixing, marks + [stance(p["post_key"], "corrects") for p in fixing])
    figures = follows(ask, msgspec.structs.replace(context, verdicts={"c": "false"}))
    wave = keyed(figures, "follows", event="corrections", compared="none")
    assert wave.keys["on"] == "2024-04-15"
    assert "before and after" in wave.method
    assert "fall after peaks by themselves" in wave.method


def questions(number: int, answered_ones: int, day: int = 0, kind: str = "c") -> tuple[Rows, Rows]:
    posts: Rows = []
    marks: Rows = []
    for at in range(number):
        key = f"q{kind}{day}-{at:02}"
        posts.append(said(key, day=day, thread_key=key))
        marks += [mark(key, "think", "question"), mark(key, "mention", "condition", concept=kind)]
        if at < answered_ones:
            posts.append(said(f"{key}a", parent=key, thread_key=key, day=day))
    return posts, marks


def test_questions_without_reply_are_ranked_and_open_to_their_posts(
    whole: Make, context: MeasureContext
) -> None:
    ask = whole(*joined(questions(30, 20, kind="lupus"), questions(20, 5, kind="gout"), questions(12, 9, kind="rare")))  # fmt: skip
    found = voids(ask, context)
    assert [(f.keys["what"], f.hits_accounts, f.of_accounts) for f in found] == [
        ("gout", 15, 20),
        ("lupus", 10, 30),
    ]
    assert recount(ask, found[0])[0].posts == 15
    assert all("good" not in f.method for f in found)  # R59


def test_a_reply_that_the_platform_counts_or_a_question_just_asked_is_no_void(
    whole: Make, context: MeasureContext
) -> None:
    posts, marks = questions(30, 1, kind="gout")
    counted = [
        {"record_no": p["record_no"], "post_key": p["post_key"], "metric": "comments", "value": 2}
        for p in posts[1:16]
    ]
    ask = whole(posts, marks, post_engagement=counted)
    (one,) = voids(ask, context)
    assert one.hits_accounts == 30 - 1 - 14
    fresh = [{**p, "collected_at": START + timedelta(days=3)} for p in posts]
    assert voids(whole(fresh, marks), context) == []


@pytest.mark.parametrize(
    ("setting", "least", "most"),
    [(Setting(80, 0.0, 1.0), 0.94, 0.99), (Setting(400, 0.0, 2.0), 0.93, 0.985), (Setting(400, 0.4, 1.0), 0.95, 1.0)],
)  # fmt: skip
def test_the_interval_of_growth_holds_and_no_void_is_said_to_grow_by_chance(
    setting: Setting, least: float, most: float
) -> None:
    """Wider than it says where people ask in both halves, never narrower (`bench/results/voids.md`)."""
    held = simulate(setting, 150)
    assert held.listed > 800
    assert least <= held.holds <= most
    assert held.said_wrongly < 0.015
    assert held.found is None or held.found > 0.4


def test_answering_oneself_is_no_reply(whole: Make, context: MeasureContext) -> None:
    posts, marks = questions(10, 1, kind="gout")
    posts += [said(f"{p['post_key']}s", p["account_key"], parent=p["post_key"]) for p in posts[2:]]
    (one,) = voids(whole(posts, marks), context)
    assert (one.hits_accounts, one.of_accounts) == (9, 10)


def test_a_topic_that_grows_is_said_to_grow(whole: Make, context: MeasureContext) -> None:
    early = [questions(3, 1, day=day, kind="gout") for day in range(0, 180, 30)]
    late = [questions(14, 1, day=day, kind="gout") for day in range(190, 360, 30)]
    others = [questions(12, 6, day=day, kind="lupus") for day in range(0, 360, 30)]
    figures = void_growth(whole(*joined(*early, *late, *others)), context)
    gout = keyed(figures, "void_growth", what="gout")
    assert gout.low is not None and gout.low > 1
    assert gout.method.startswith("growing")
    assert keyed(figures, "void_growth", what="lupus").method.startswith("not shown to grow")
