"""Exchange: who answers whom, what belongs to one exchange with a professional, and how it ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.measure.exchange.all import measure_exchange
from bedside.measure.exchange.dialogues import find_dialogues
from bedside.measure.exchange.mixing import assortativity, mixing, reciprocity
from bedside.measure.exchange.speakers import INFLUENCER, SPEAKERS_OF
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


def heard(posts: Rows, roles: dict[str, str], *marks: dict[str, Any]) -> Rows:
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
        speakers = study(posts, marks, **given)(SPEAKERS_OF, {}).to_pylist()
        found = find_dialogues(study(posts, marks, speakers=speakers, **given), unsafe)
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
    assert cell(figures, answers="gp", answered="patient").hits_posts == 1
    assert cell(figures, answers="patient", answered="gp").hits_posts == 1
    assert cell(figures, answers="organisation", answered="patient").refused
    row = [f for f in figures if f.keys["answers"] == "patient" and f.keys["answered"] in
           ("patient", "family_or_carer", "clinician", "influencer", "organisation", "other", "unclear")]  # fmt: skip
    assert sum(f.hits_posts or 0 for f in row) == 1


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
        said("b", "two", followers=INFLUENCER),
        said("c", "three", followers=INFLUENCER - 1),
        said("d", "four", followers=INFLUENCER, account_kind="organisation"),
    ]
    roles = {"a": "patient", "b": "clinician", "c": "patient", "d": "patient"}
    rows = whole(posts, heard(posts, roles))(SPEAKERS_OF, {}).to_pylist()
    assert [(r["role"], r["kind"]) for r in rows] == [
        ("influencer", None),
        ("clinician", "medical_influencer"),
        ("patient", None),
        ("organisation", None),
    ]


def test_every_figure_opens_to_what_it_counted(whole: Any, context: MeasureContext) -> None:
    posts, marks = thread(ROLES)
    ask = whole(posts, marks)
    for figure in measure_exchange(ask, context):
        hits, of = recount(ask, figure)
        assert (hits.accounts, hits.posts) == (figure.hits_accounts, figure.hits_posts), figure.keys
        assert of is None or (of.accounts, of.posts) == (figure.of_accounts, figure.of_posts)


def test_an_empty_study_gives_refusals_and_no_error(whole: Any, context: MeasureContext) -> None:
    assert all(f.refused or not f.estimate for f in measure_exchange(whole([], []), context))
