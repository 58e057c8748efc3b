"""Hashtags that a study names: what is praised and complained of under them."""

import msgspec
import pytest

from bedside.errors import InputError
from bedside.measure.care.hashtags import followed_hashtags
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from tests.measure.conftest import Study, mark, post


def test_praise_and_complaint_are_counted_under_the_hashtags_that_the_study_names(
    study: Study, context: MeasureContext
) -> None:
    posts = [post(f"p{n}", record_no=n, hashtags=["#Waiting"] if n < 10 else ["other"]) for n in range(14)]  # fmt: skip
    marks = [mark(f"p{n}", "care", "waiting:complaint") for n in range(14)]
    marks += [mark("p0", "care", "manner:praise")]
    tags = [{"record_no": n, "post_key": f"p{n}", "hashtag": "#Waiting"} for n in range(10)]
    followed = msgspec.structs.replace(context, hashtags=("waiting", "silent"))
    ask = study(posts, marks, post_hashtags=tags)
    found = {(f.keys["tag"], f.keys["valence"]): f for f in followed_hashtags(ask, followed)}
    told = found["waiting", "complaint"]
    assert (told.hits_accounts, told.of_accounts) == (10, 10)
    assert found["waiting", "praise"].hits_accounts == 1
    assert found["silent", "praise"].refused
    assert recount(ask, told)[0].accounts == 10
    assert followed_hashtags(ask, context) == []


def test_a_hashtag_that_could_not_stand_in_a_query_is_refused(context: MeasureContext) -> None:
    with pytest.raises(InputError, match="write letters, digits and _"):
        msgspec.structs.replace(context, hashtags=("a' OR 1",))
