"""Exchange: who answers whom, what belongs to one exchange with a professional, and how it ended."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.measure.exchange import dialogues as conversing
from bedside.measure.exchange.all import measure_exchange
from bedside.measure.exchange.dialogues import OUTCOMES, find_dialogues
from bedside.measure.exchange.mixing import assortativity, mixing, reciprocity
from bedside.measure.exchange.offline import outcomes, turns
from bedside.measure.exchange.profiles import (
    acts,
    answers_given,
    audience,
    engagement,
    reach,
    topics,
)
from bedside.measure.exchange.speakers import INFLUENCER, REPLIES_OF, SPEAKERS_OF
from bedside.measure.exchange.waiting import answer_times
from bedside.measure.exchange.ways import WAYS, ways
from bedside.model.figures import Figure
from bedside.store.stages import Ask
from tests.measure.conftest import Rows, Study, mark, post

START = datetime(2024, 1, 10, 12, tzinfo=UTC)


def said(
    key: str, account: str | None, parent: str | None = None, minute: int = 0, **more: Any
) -> dict[str, Any]:
    """A post in a thread named after its first letter; the role of its account stands in `role`."""
    return post(
        key,
        account,
        published_at=START + timedelta(minutes=minute),
        thread_key=key[0],
        parent_key=parent,
        depth=more.pop("depth", 0 if parent is None else 1),
        parent_state="root" if parent is None else "attached",
        **more,
    )


def heard(posts: Rows, roles: Mapping[str, str], *marks: dict[str, Any]) -> Rows:
    """Marks of the role of each post's account, and those given."""
    return [
        *(mark(row["post_key"], "role", roles[row["post_key"]], slot="role") for row in posts),
        *marks,
    ]


@pytest.fixture
def whole(study: Study) -> Any:
    """Make an Ask that also holds the tables of exchanges, as a run makes them."""

    def make(posts: Rows, marks: Rows, unsafe: frozenset[str] = frozenset(), **given: Rows) -> Ask:
        given = {"threads": posts, **given}
        marks = [row for row in marks if row["post_key"] in {p["post_key"] for p in posts}]
        speakers = study(posts, marks, **given)(SPEAKERS_OF, {}).to_pylist()
        heard_of = study(posts, marks, speakers=speakers, **given)
        given["replies"] = heard_of(REPLIES_OF, {}).to_pylist()
        found = find_dialogues(heard_of, unsafe)
        exchanges, dialogues = (table.to_pylist() for table in found)
        return study(
            posts, marks, speakers=speakers, exchanges=exchanges, dialogues=dialogues, **given
        )

    return make


def cell(figures: list[Figure], **keys: str) -> Figure:
    (found,) = [f for f in figures if keys.items() <= f.keys.items()]
    return found


def thread(roles: dict[str, str], *marks: dict[str, Any]) -> tuple[Rows, Rows]:
    """A patient asks twice, a GP and a carer answer; the patient answers the GP."""
    posts = [
        said("q", "pat"),
        said("r", "pat"),
        said("q1", "doc", "q"),
        said("q2", "kin", "q"),
        said("q3", "pat", "q1", depth=2),
        said("q4", "pat", "q"),
    ]
    return posts, heard(posts, roles, *marks)


ROLES = {
    "q": "patient",
    "r": "patient",
    "q3": "patient",
    "q4": "patient",
    "q1": "clinician",
    "q2": "family_or_carer",
}


def test_who_answers_whom_counts_replies_to_others_posts_and_a_row_adds_up(
    whole: Any, context: MeasureContext
) -> None:
    posts, marks = thread(ROLES, mark("q1", "role", "GP", slot="role_detail"))
    figures = mixing(whole(posts, marks), context)
    there = cell(figures, answers="clinician", answered="patient")
    assert (there.estimate, there.hits_posts, there.of_posts) == (1.0, 1, 1)
    back = cell(figures, answers="patient", answered="clinician")
    assert (back.estimate, back.of_posts) == (1.0, 1), "an answer to one's own post is none"
    assert not [f for f in figures if f.keys["level"] != "roles"], "one kind is all of them"
    assert cell(figures, answers="organisation", answered="patient").refused
    row = [f for f in figures if f.keys["answers"] == "patient" and f.keys["answered"] in
           ("patient", "family_or_carer", "clinician", "influencer", "organisation", "other", "unclear")]  # fmt: skip
    assert sum(f.hits_posts or 0 for f in row) == 1


def test_how_people_talk_is_counted_within_who_talks_to_whom(
    whole: Any, context: MeasureContext
) -> None:
    """Ten patients ask; ten others answer each: all inform, four comfort, three correct; two are thanked, one by a question."""
    posts = [said(f"q{n}", f"p{n}") for n in range(10)]
    posts += [said(f"r{n}", f"d{n}", f"q{n}", 5) for n in range(10)]
    posts += [said(f"s{n}", f"p{n}", f"r{n}", 9) for n in range(9)]
    roles = {p["post_key"]: "clinician" if p["post_key"][0] == "r" else "patient" for p in posts}
    marks = heard(posts, roles, mark("s2", "think", "question"))
    marks += [mark(f"r{n}", "support_given", "informational") for n in range(10)]
    marks += [mark(f"r{n}", "professional_act", "empathy") for n in range(3)]
    marks += [mark(f"r{n}", "support_given", "emotional") for n in range(4)]
    marks += [mark(f"r{n}", "claim", "corrects", slot="worded") for n in range(2)]
    marks += [mark("r5", "professional_act", "correction"), mark("s0", "feel", "gratitude")]
    marks += [mark("s1", "acknowledgement", "helped"), mark("s3", "feel", "gratitude", assertion="negated")]  # fmt: skip
    ask = whole(posts, marks)
    figures = ways(ask, context)
    told = {
        (f.keys["answers"], f.keys["how"]): (f.hits_posts, f.of_posts)
        for f in figures
    }  # fmt: skip
    assert told["clinician", "answer"] == (10, 10) and told["clinician", "comfort"] == (4, 10)
    assert told["clinician", "correction"] == (3, 10) and told["clinician", "thanks"] == (0, 10)
    assert told["patient", "thanks"] == (2, 9) and told["patient", "question"] == (1, 9)
    assert len(figures) == 2 * len(WAYS)  # pairs with fewer than eight accounts are not there
    mixed = {f.keys["answers"]: f for f in mixing(ask, context) if f.hits_posts}
    for f in figures:
        assert f.of_posts == mixed[f.keys["answers"]].hits_posts
        assert f.evidence.of_sql == mixed[f.keys["answers"]].evidence.posts_sql
        assert f.low is not None and f.estimate is not None and f.low <= f.estimate
        hits, of = recount(ask, f)
        assert (hits.posts, of and of.posts) == (f.hits_posts, f.of_posts)


def test_replies_without_authors_are_counted_as_posts_and_raise_no_account(
    whole: Any, context: MeasureContext
) -> None:
    posts = [said("q", None), said("q1", None, "q")]
    marks = heard(posts, {"q": "patient", "q1": "clinician"})
    ask = whole(posts, marks)
    figure = cell(mixing(ask, context), answers="clinician", answered="patient")
    assert (figure.estimate, figure.hits_posts, figure.hits_accounts) == (1.0, 1, 0)
    assert figure.no_author == 1
    assert all(f.refused for f in reciprocity(ask, context)), "nobody can answer back unnamed"


def test_an_answer_that_comes_back_makes_one_pair_and_two_ties(
    whole: Any, context: MeasureContext
) -> None:
    posts, marks = thread(ROLES)
    figures = reciprocity(whole(posts, marks), context)
    assert cell(figures, of="ties").estimate == pytest.approx(2 / 3)
    assert cell(figures, of="pairs").estimate == pytest.approx(1 / 2)
    assert cell(figures, of="pairs").hits_posts == 2


def test_roles_that_only_answer_each_other_are_disassortative(
    whole: Any, context: MeasureContext
) -> None:
    posts = [said(f"{n}q", f"p{n}") for n in range(9)]
    posts += [said(f"{n}a", f"d{n}", f"{n}q") for n in range(9)]
    posts += [said(f"{n}b", f"p{n}", f"{n}a", depth=2) for n in range(9)]
    roles = {
        row["post_key"]: "clinician" if row["post_key"][1] == "a" else "patient" for row in posts
    }
    (figure,) = assortativity(whole(posts, heard(posts, roles)), context)
    assert figure.estimate == pytest.approx(-1)


def test_a_person_with_reach_is_an_influencer_and_a_professional_with_reach_stays_one(
    whole: Any,
) -> None:
    posts = [
        said("a", "one", followers=INFLUENCER),
        said("b", "two", followers=INFLUENCER - 1),
        said("c", "three", followers=INFLUENCER, account_kind="organisation"),
        *(said(f"d{n}", f"doc{n}", followers=INFLUENCER) for n in range(8)),
    ]
    roles = {row["post_key"]: "patient" for row in posts} | {f"d{n}": "clinician" for n in range(8)}
    rows = whole(posts, heard(posts, roles))(SPEAKERS_OF, {}).to_pylist()
    assert [(r["role"], r["kind"]) for r in rows[:4]] == [
        ("influencer", None),
        ("patient", None),
        ("organisation", None),
        ("clinician", "medical_influencer"),
    ]


@pytest.mark.parametrize(("doctors", "kind"), [(7, "other_clinician"), (8, "gp")])
def test_a_kind_of_fewer_than_eight_professionals_is_not_told_apart(
    whole: Any, doctors: int, kind: str
) -> None:
    posts = [said(f"d{n}", f"doc{n}") for n in range(doctors)]
    gps = [mark(row["post_key"], "role", "GP", slot="role_detail") for row in posts]
    marks = heard(posts, {row["post_key"]: "clinician" for row in posts}, *gps)
    rows = whole(posts, marks)(SPEAKERS_OF, {}).to_pylist()
    assert {row["kind"] for row in rows} == {kind}


def test_every_figure_opens_to_what_it_counted(whole: Any, context: MeasureContext) -> None:
    posts, marks = thread(ROLES)
    ask = whole(posts, marks)
    figures = measure_exchange(ask, context)
    told = [f for f in figures if f.hits_posts] + figures[::40]
    assert len(told) > 10
    for figure in told:
        hits, of = recount(ask, figure)
        assert (hits.accounts, hits.posts) == (figure.hits_accounts, figure.hits_posts), figure.keys
        assert of is None or (of.accounts, of.posts) == (figure.of_accounts, figure.of_posts)


def test_an_empty_study_gives_refusals_and_no_error(whole: Any, context: MeasureContext) -> None:
    assert all(f.refused or not f.estimate for f in measure_exchange(whole([], []), context))


def asked_of(
    parts: Mapping[str, str], outcome_marks: Mapping[str, tuple[str, ...]]
) -> tuple[Rows, Rows]:
    """One exchange: q by a patient, a by a professional, t by the patient again; marks as layer.code."""
    posts = [said("q", "pat"), said("qa", "doc", "q", 10), said("qt", "pat", "qa", 30, depth=2)]
    posts = [p for p in posts if p["post_key"] in parts]
    marks = [
        mark(key, *code.split(".", 1)) for key, codes in outcome_marks.items() for code in codes
    ]
    return posts, heard(posts, parts, *marks)


WHO = {"q": "patient", "qa": "clinician", "qt": "patient"}
SETTLED = {"qt": ("acknowledgement.settled",)}
REFERS = {"qa": ("professional_act.referral",)}


@pytest.mark.parametrize(
    ("marks", "outcome"),
    [
        ({}, "no_word"),
        (SETTLED, "settled"),
        (REFERS, "sent"),
        ({**SETTLED, **REFERS}, "sent"),
        ({"qa": ("professional_act.asks_back",)}, "open"),
        ({**SETTLED, "qa": ("professional_act.asks_back",)}, "settled"),
        ({"qt": ("acknowledgement.settled", "acknowledgement.not_settled")}, "no_word"),
        ({"qt": ("acknowledgement.helped",)}, "no_word"),
        ({"q": ("acknowledgement.settled",)}, "no_word"),
    ],
)
def test_an_exchange_ends_as_its_posts_say_and_thanks_settle_nothing(
    whole: Any, context: MeasureContext, marks: dict[str, tuple[str, ...]], outcome: str
) -> None:
    figures = outcomes(whole(*asked_of(WHO, marks)), context)
    for code in set(OUTCOMES) - {"unsafe"}:
        figure = cell(figures, about="all", outcome=code)
        assert (figure.hits_posts, figure.of_posts) == (int(code == outcome), 1)


def test_an_answer_is_unsafe_only_where_a_clinician_judged_it_so(
    whole: Any, context: MeasureContext
) -> None:
    posts, marks = asked_of(WHO, SETTLED)
    figures = outcomes(whole(posts, marks, frozenset(["qa"])), context)
    assert cell(figures, about="all", outcome="unsafe").hits_posts == 1
    figures = outcomes(whole(posts, marks, frozenset(["elsewhere"])), context)
    assert not [f for f in figures if f.keys["outcome"] == "unsafe"], "unjudged is not safe"


def test_what_others_say_settles_nothing(whole: Any, context: MeasureContext) -> None:
    posts = [*asked_of(WHO, {})[0][:2], said("qo", "other", "qa", 20, depth=2)]
    marks = heard(posts, {**WHO, "qo": "patient"}, mark("qo", "acknowledgement", "settled"))
    figures = outcomes(whole(posts, marks), context)
    assert cell(figures, about="all", outcome="no_word").hits_posts == 1


def test_thanks_to_somebody_else_in_the_thread_are_not_part_of_the_exchange(
    whole: Any, context: MeasureContext
) -> None:
    posts = [
        *asked_of(WHO, {})[0][:2],
        said("qk", "kin", "q", 15),
        said("qt", "pat", "qk", 20, depth=2),
    ]
    marks = heard(posts, {**WHO, "qk": "family_or_carer"}, mark("qt", "acknowledgement", "settled"))
    assert (
        cell(outcomes(whole(posts, marks), context), about="all", outcome="settled").hits_posts == 0
    )


def test_a_question_below_a_professionals_post_is_unanswered_until_one_answers(
    whole: Any, context: MeasureContext
) -> None:
    posts = [
        said("v", "doc", kind="video"),
        said("v1", "ann", "v"),
        said("v2", "bob", "v"),
        said("v3", "doc", "v2", depth=2),
        said("v4", "cat", "v"),
        said("v5", "dan", "v1", depth=2),
    ]
    roles = dict.fromkeys(("v1", "v2", "v4", "v5"), "patient") | dict.fromkeys(
        ("v", "v3"), "clinician"
    )
    asks = [mark(key, "do", "asked_online") for key in ("v1", "v2")]
    figures = outcomes(whole(posts, heard(posts, roles, *asks)), context)
    assert cell(figures, about="all", outcome="unanswered").hits_posts == 1
    assert cell(figures, about="all", outcome="no_word").hits_posts == 1
    assert cell(figures, about="all", outcome="settled").of_posts == 2, "a remark is no question"


def test_a_dialogue_that_goes_on_is_one_exchange_and_its_turns_are_counted(
    whole: Any, context: MeasureContext
) -> None:
    posts = [
        said("q", "pat"),
        said("q1", "doc", "q", 10),
        said("q2", "pat", "q1", 20, depth=2),
        said("q3", "doc", "q2", 30, depth=3),
        said("q4", "pat", "q3", 40, depth=4),
    ]
    roles = {p["post_key"]: "patient" if p["account_key"] == "pat" else "clinician" for p in posts}
    asks = [mark(key, "do", "asked_online") for key in ("q", "q2", "q4")]
    figures = turns(whole(posts, heard(posts, roles, *asks)), context)
    found = {f.keys["turns"]: f.hits_posts for f in figures}
    assert found == {"1": 0, "2": 0, "3-4": 1, "5 or more": 0}
    assert cell(figures, turns="1").of_posts == 1


def test_an_exchange_whose_question_is_not_of_the_corpus_is_none(
    whole: Any, context: MeasureContext
) -> None:
    posts, marks = asked_of(WHO, {})
    figures = outcomes(whole(posts, marks, corpus=posts[1:]), context)
    assert cell(figures, about="all", outcome="settled").of_posts == 0
    figures = outcomes(whole(posts, marks, corpus=posts[:1]), context)
    assert cell(figures, about="all", outcome="no_word").hits_posts == 1, "answers fit no query"


def test_outcomes_are_told_by_stage_condition_and_act(whole: Any, context: MeasureContext) -> None:
    posts, marks = asked_of(WHO, {**SETTLED, "qa": ("professional_act.reassurance",)})
    marks = heard(posts, WHO, *marks[3:], mark("q", "stage", "searching"),
                  mark("q", "mention", "condition", concept="endometriosis"))  # fmt: skip
    told = msgspec.structs.replace(context, conditions=("endometriosis",))
    figures = outcomes(whole(posts, marks), told)
    for about, what in (("stage", "searching"), ("condition", "endometriosis"), ("act", "reassurance")):  # fmt: skip
        figure = cell(figures, about=about, what=what, outcome="settled")
        assert (figure.hits_posts, figure.of_posts) == (1, 1), about
    assert not [f for f in figures if f.keys["what"] == "before"], (
        "what nobody asks about is no row"
    )


def test_a_busy_professional_widens_the_interval(whole: Any, context: MeasureContext) -> None:
    def many(doctors: int) -> Figure:
        posts: Rows = []
        marks: Rows = []
        roles: dict[str, str] = {}
        for n in range(60):
            key, doctor = f"{n:02}", n % doctors
            posts += [said(f"{key}q", f"p{n}"), said(f"{key}a", f"d{doctor}", f"{key}q", 5)]
            roles |= {f"{key}q": "patient", f"{key}a": "clinician"}
            if doctor % 2:
                marks.append(mark(f"{key}a", "professional_act", "referral"))
        for row in posts:
            row["thread_key"] = row["post_key"][:2]
        return cell(outcomes(whole(posts, heard(posts, roles, *marks)), context), about="all", outcome="sent")  # fmt: skip

    def width(figure: Figure) -> float:
        assert figure.low is not None and figure.high is not None
        return figure.high - figure.low

    assert many(60).estimate == many(6).estimate == 0.5
    assert width(many(6)) > 1.5 * width(many(60))


def below_a_video() -> tuple[Rows, Rows]:
    """A specialist's video with three questions, of which the specialist answers one and a carer another."""
    posts = [
        said("v", "doc", kind="video"),
        said("v1", "ann", "v", 10),
        said("v2", "bob", "v", 20),
        said("v3", "cat", "v", 30),
        said("v4", "doc", "v1", 70, depth=2),
        said("v5", "kin", "v2", 50, depth=2),
    ]
    roles = dict.fromkeys(("v1", "v2", "v3"), "patient")
    roles |= dict.fromkeys(("v", "v4"), "clinician") | {"v5": "family_or_carer"}
    marks = [
        *(mark(key, "do", "asked_online") for key in ("v1", "v2", "v3")),
        *(mark(key, "role", "specialist", slot="role_detail") for key in ("v", "v4")),
        mark("v", "professional_act", "correction"),
        mark("v", "professional_act", "warns", slot="parts"),
        mark("v4", "professional_act", "reassurance"),
        mark("v", "mention", "drug", concept="metformin"),
        mark("v1", "mention", "symptom", concept="nausea"),
    ]
    return posts, heard(posts, roles, *marks)


def test_a_profile_says_what_a_kind_is_asked_and_what_it_answers_itself(
    whole: Any, context: MeasureContext
) -> None:
    figures = answers_given(whole(*below_a_video()), context)
    for who in ("clinician",):
        given = [f for f in figures if f.measure == "exchange.answered" and f.keys["who"] == who]
        assert [(f.hits_posts, f.of_posts) for f in given] == [(1, 3)]
        asked = cell(
            [f for f in figures if f.measure == "exchange.asked"], who=who, topic="symptom"
        )
        assert (asked.hits_posts, asked.of_posts) == (1, 3)


def test_acts_are_told_apart_in_replies_and_posts_of_their_own_with_the_parts_of_corrections(
    whole: Any, context: MeasureContext
) -> None:
    figures = acts(whole(*below_a_video()), context)
    assert cell(figures, where="own", act="correction").estimate == 1
    assert cell(figures, where="replies", act="correction").estimate == 0
    assert cell(figures, where="replies", act="reassurance").estimate == 1
    assert cell(figures, act="part:warns").estimate == 1
    assert cell(figures, act="part:repeats_fact").estimate == 0


def test_topics_and_the_audience_that_answers_are_those_of_the_kind(
    whole: Any, context: MeasureContext
) -> None:
    ask = whole(*below_a_video())
    assert cell(topics(ask, context), who="clinician", topic="drug").hits_posts == 1
    assert cell(audience(ask, context), answers="patient", answered="clinician").estimate == 1
    assert not [f for f in topics(ask, context) if f.keys["who"] == "patient"]


def test_reach_and_engagement_are_told_in_bands_that_add_up(
    whole: Any, context: MeasureContext
) -> None:
    posts = [said(f"{n}p", f"d{n}", followers=f) for n, f in enumerate((5, 500, 50_000))]
    posts.append(said("4p", "d4"))
    roles = {row["post_key"]: "clinician" for row in posts}
    likes = [
        {"post_key": key, "metric": "likes", "value": value}
        for key, value in (("0p", 0), ("1p", 12), ("1p", 7))
    ] + [{"post_key": "2p", "metric": "views", "value": 10**6}]
    ask = whole(posts, heard(posts, roles), post_engagement=likes)
    bands = [f for f in reach(ask, context) if f.keys["who"] == "clinician"]
    assert [f.hits_accounts for f in bands] == [2, 0, 1, 0]
    assert {f.of_accounts for f in bands} == {3}, "of accounts whose followers are told"
    liked = {f.keys["likes"]: f.hits_posts for f in engagement(ask, context) if f.keys["who"] == "clinician"}  # fmt: skip
    assert liked == {"0": 1, "1-9": 0, "10-99": 1, "100 or more": 0}


def test_unanswered_questions_are_watched_until_their_source_was_last_collected(
    whole: Any, context: MeasureContext
) -> None:
    posts: Rows = []
    for n in range(20):
        posts.append(said(f"{n:02}q", f"p{n}", collected_at=START + timedelta(days=2)))
        if n < 10:
            posts.append(said(f"{n:02}a", f"k{n}", f"{n:02}q", 30))
    for row in posts:
        row["thread_key"] = row["post_key"][:2]
    roles = {row["post_key"]: "patient" for row in posts}
    asks = [mark(f"{n:02}q", "do", "asked_online") for n in range(20)]
    figures = answer_times(whole(posts, heard(posts, roles, *asks)), context)
    first = cell(figures, by="anyone", hours="1")
    assert (first.estimate, first.hits_posts, first.of_posts) == (0.5, 10, 20)
    assert first.low is not None and first.low < 0.5
    assert not [f for f in figures if f.keys["by"] == "clinician"], "no point without 8 people"
    assert {f.keys["hours"] for f in figures} == {"1"}, "no later point adds anybody"


def test_exchanges_are_read_in_whole_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = ["a", "a", "a", "b", "c", "c", "d"]
    table = pa.table({"thread_key": threads, "number": range(len(threads))})
    monkeypatch.setattr(conversing, "AT_ONCE", 2)
    parts = [part["thread_key"].to_pylist() for part in conversing._threads(table)]
    assert parts == [["a", "a", "a"], ["b", "c", "c"], ["d"]]
    assert not list(conversing._threads(table.slice(0, 0)))
