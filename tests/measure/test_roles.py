"""Roles: every account and every post has one."""

import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.roles import measure_roles
from bedside.store.stages import Ask
from tests.measure.conftest import Study, mark, post


def roles(ask: Ask, context: MeasureContext, of: str) -> dict[str, tuple[int | None, int | None]]:
    """Accounts and posts of each role that anybody has."""
    found = [f for f in measure_roles(ask, context) if f.keys["of"] == of and f.hits_posts]
    return {f.keys["role"]: (f.hits_accounts, f.hits_posts) for f in found}


def test_an_account_has_the_role_of_most_of_its_posts(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"p{i}", "one") for i in range(3)]
    said = ("patient", "other", "patient")
    ask = study(posts, [mark(f"p{i}", "role", said[i]) for i in range(3)])
    assert roles(ask, context, "accounts") == {"patient": (1, 3)}
    assert roles(ask, context, "posts") == {"patient": (1, 2), "other": (1, 1)}


def test_a_tie_and_an_account_without_marks_are_unclear(
    study: Study, context: MeasureContext
) -> None:
    posts = [post("p0", "one"), post("p1", "one"), post("p2", "two")]
    ask = study(posts, [mark("p0", "role", "patient"), mark("p1", "role", "other")])
    assert roles(ask, context, "accounts") == {"unclear": (2, 3)}


def test_unclear_posts_do_not_outvote_a_clear_one(study: Study, context: MeasureContext) -> None:
    said = ("unclear", "unclear", "patient")
    posts = [post(f"p{i}", "one") for i in range(3)]
    ask = study(posts, [mark(f"p{i}", "role", said[i]) for i in range(3)])
    assert roles(ask, context, "accounts") == {"patient": (1, 3)}


def test_a_detail_of_the_role_is_no_vote(study: Study, context: MeasureContext) -> None:
    marks = [mark("p", "role", "other", slot="role"), mark("p", "role", "gp", slot="role_detail")]
    assert roles(study([post("p")], marks), context, "accounts") == {"other": (1, 1)}


def test_what_the_source_declares_comes_before_marks(study: Study, context: MeasureContext) -> None:
    posts = [post("p0", account_kind="news"), post("p1", account_kind="bot"), post("p2")]
    ask = study(posts, [mark(f"p{i}", "role", "patient") for i in range(3)])
    assert roles(ask, context, "accounts") == {
        "patient": (1, 1),
        "organisation": (1, 1),
        "other": (1, 1),
    }


@pytest.mark.parametrize("of", ["accounts", "posts"])
def test_roles_add_up_to_one(study: Study, context: MeasureContext, of: str) -> None:
    posts = [post(f"p{i}", f"a{i % 7}" if i % 5 else None) for i in range(40)]
    said = ("patient", "other", "unclear", "family_or_carer")
    marks = [mark(f"p{i}", "role", said[i * i % 4]) for i in range(33)]
    shares = [f for f in measure_roles(study(posts, marks), context) if f.keys["of"] == of]
    assert sum(f.estimate or 0 for f in shares) == pytest.approx(1)


def test_posts_of_one_loud_account_widen_the_interval(
    study: Study, context: MeasureContext
) -> None:
    def width(authors: list[str]) -> float:
        posts = [post(f"p{i}", author) for i, author in enumerate(authors)]
        marks = [mark(f"p{i}", "role", "patient" if i < 20 else "other") for i in range(40)]
        found = [f for f in measure_roles(study(posts, marks), context) if f.keys["of"] == "posts"]
        patient = next(f for f in found if f.keys["role"] == "patient")
        assert patient.low is not None and patient.high is not None
        return patient.high - patient.low

    loud = width(["loud"] * 20 + [f"a{i}" for i in range(20)])
    assert loud > width([f"a{i}" for i in range(40)]) * 1.2
