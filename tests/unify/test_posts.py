"""The kernel gives one masked, keyed post for each record, in the same order."""

from collections.abc import Callable
from typing import Any

import pytest

from bedside.errors import InputError, NotFoundError
from bedside.model.posts import POSTS
from bedside.store.keys import load_keys, text_key
from bedside.unify.clean import to_source_span
from bedside.unify.mask import FILL
from bedside.unify.posts import unify_batch, unify_stage
from tests.unify.records import Row, as_batch, collected

Unify = Callable[..., list[Row]]


def test_every_record_gives_one_row_in_order(unify: Unify) -> None:
    rows = [
        collected(n, body="x" * (n % 3), text_state=state)
        for n, state in enumerate(["kept", "tombstone", "metrics_only"] * 5, 7)
    ]
    assert [row["record_no"] for row in unify(*rows)] == [row["record_no"] for row in rows]
    assert unify() == []


def test_keys_hide_ids_and_hold_together(unify: Unify, study: str) -> None:
    keys = load_keys(study)
    first, second = unify(
        collected(1, author_id="forum:u1", author_handle="quietotter", body="hello"),
        collected(2, author_id="forum:u1", in_reply_to="forum:n1", thread_id="forum:n1"),
    )
    assert (
        first["post_key"]
        == keys.post_key("forum:n1")
        == second["parent_ref"]
        == second["thread_ref"]
    )
    assert first["account_key"] == second["account_key"] == keys.account_key("forum", "forum:u1")
    assert "quietotter" not in str(first) and "forum:u1" not in str(first)


def test_a_post_without_author_has_no_account_unless_each_is_a_person(unify: Unify) -> None:
    rows = [collected(1, source="survey"), collected(2, source="survey"), collected(3)]
    assert [row["account_key"] for row in unify(*rows)] == [None] * 3
    one, other, none = unify(*rows, one_post_one_person=["survey"])
    assert (
        one["account_key"] and other["account_key"] and one["account_key"] != other["account_key"]
    )
    assert none["account_key"] is None


def test_all_text_of_a_record_is_masked_and_named_by_its_key(unify: Unify) -> None:
    (row,) = unify(
        collected(
            1,
            title="Dr Okoro again",
            body="so\u200bre, says @someone",
            segments=[
                {"origin": "subtitle", "text": "ring 07700 900123"},
                {"origin": "alt", "text": None},
            ],
            author_bio="mail me a@b.example",
            author_role_declared="carer of Emily",
        )
    )
    assert row["title"] == f"Dr {FILL * 5} again"
    assert row["body"] == f"sore, says {FILL * 8}"
    assert row["segments"] == [
        {"origin": "subtitle", "text": f"ring {FILL * 12}"},
        {"origin": "alt", "text": ""},
    ]
    assert row["author_bio"] == f"mail me {FILL * 11}"
    assert row["role_declared"] == f"carer of {FILL * 5}"
    assert row["text_key"] == text_key((row["title"], row["body"], row["segments"][0]["text"], ""))
    assert {(mask["part"], mask["start"], mask["end"], mask["kind"]) for mask in row["masks"]} == {
        ("title", 3, 8, "person"),
        ("body", 11, 19, "handle"),
        ("segment:0", 5, 17, "phone"),
    }


def test_a_mask_leads_back_to_the_source(unify: Unify) -> None:
    body = "a\u200bsk\r\n@some\u200bone now"
    (row,) = unify(collected(1, body=body))
    (mask,) = row["masks"]
    offsets = [(entry["at"], entry["shift"]) for entry in row["offsets"]]
    start, end = to_source_span(offsets, mask["start"], mask["end"])
    assert body[start:end] == "@some\u200bone"


@pytest.mark.parametrize("state", ["tombstone", "metrics_only", "precis_only"])
def test_a_tombstone_has_no_text_whatever_the_source_still_sends(unify: Unify, state: str) -> None:
    words = "still here and long enough for a fingerprint of its own if it were kept"
    text = {"title": words, "body": words, "author_bio": words, "author_role_declared": words}
    (row,) = unify(
        collected(1, **text, text_state=state, segments=[{"origin": "alt", "text": words}])
    )
    assert words not in str(row)
    assert (row["masks"], row["bands"], row["content_hash"], row["lang"]) == ([], [], None, None)


def test_handles_of_the_thread_are_masked_in_its_text(unify: Unify) -> None:
    (row,) = unify(
        collected(
            1,
            body="catlady_9 was right, quietotter too",
            mentions=["catlady_9"],
            in_reply_to_author="quietotter",
        )
    )
    assert row["body"] == f"{FILL * 9} was right, {FILL * 10} too"


def test_a_reviewed_practitioner_loses_name_and_id(unify: Unify) -> None:
    about = [
        {"kind": "practitioner", "scheme": "gmc", "id": "7012345", "name": "Dr Ada Okoro"},
        {"kind": "organisation", "scheme": "ods", "id": "R1A", "name": "Hillview Hospital"},
    ]
    (row,) = unify(collected(1, body="kind", about=about))
    assert row["about"] == [{**about[0], "id": None, "name": FILL * 12}, about[1]]


def test_a_community_named_after_a_person_becomes_a_key(unify: Unify) -> None:
    mine, own, theirs = unify(
        collected(1, community_name="Endometriosis"),
        collected(2, community_name="knee_diary", community_id="c7", author_handle="knee_diary"),
        collected(3, community_name="Sarah Bloggs", community_id="c8"),
    )
    assert mine["community"] == "Endometriosis"
    assert len({own["community"], theirs["community"]} - {"knee_diary", "Sarah Bloggs"}) == 2


def test_an_address_in_the_profile_is_masked_in_the_place(unify: Unify) -> None:
    (row,) = unify(collected(1, place_name="14 Orchard Road, Leeds", place_basis="author_declared"))
    assert row["place_name"] == f"{FILL * 15}, Leeds" and row["place_country"] == "GB"


def test_relations_point_at_keys(unify: Unify, study: str) -> None:
    keys = load_keys(study)
    relations = [
        {"rel": "quote", "target_id": "forum:n9", "target_author": "forum:u9", "evidence": "field"},
        {"rel": "stitch", "target_author": "some.one", "evidence": "parsed"},
    ]
    (row,) = unify(collected(1, relations=relations))
    assert row["relations"][0] == {
        "rel": "quote",
        "target_key": keys.post_key("forum:n9"),
        "target_account": keys.account_key("forum", "forum:u9"),
        "evidence": "field",
    }
    assert row["relations"][1]["target_key"] is None


def test_language_place_and_kind_are_filled_in(unify: Unify) -> None:
    (row,) = unify(
        collected(1, body="Waiting for the NHS since May, no answer", author_is_bot=True)
    )
    assert (row["lang"], row["place_country"], row["place_basis"]) == ("en", "GB", "service_words")
    assert (row["account_kind"], row["account_kind_basis"]) == ("bot", "bot_flag")


def test_the_split_into_pages_changes_nothing(unify: Unify) -> None:
    rows = [
        collected(
            n, body=f"Post number {n} says that the clinic rang back after weeks of waiting for it"
        )
        for n in range(9)
    ]
    assert unify(*rows) == [made for row in rows for made in unify(row)]


def test_the_kernel_takes_a_slice_of_a_page(study: str) -> None:
    batch = as_batch([collected(n, body=str(n)) for n in range(6)]).slice(2, 3)
    made = unify_batch(batch, {"study_id": study})
    assert made.schema == POSTS and made.column("record_no").to_pylist() == [2, 3, 4]


def test_the_stage_carries_its_settings() -> None:
    stage = unify_stage({"study_id": "s", "one_post_one_person": ["survey"]})
    assert (stage.name, stage.schema) == ("unify", POSTS)
    assert stage.settings == {
        "study_id": "s",
        "one_post_one_person": ["survey"],
        "mask_names": True,
        "mask_places": True,
        "always": [],
        "never": [],
    }


@pytest.mark.parametrize("settings", [{}, {"study_id": 7}, {"study_id": "s", "mask_name": False}])
def test_settings_without_meaning_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="unify"):
        unify_stage(settings)


def test_a_study_without_a_key_is_refused(study: str) -> None:
    with pytest.raises(NotFoundError):
        unify_batch(as_batch([collected(1)]), {"study_id": "another"})
