"""An account is what it declares; a person is what nothing contradicts."""

import pytest

from bedside.unify.accounts import account_kind


@pytest.mark.parametrize(
    ("bio", "kind"),
    [
        ("The official account of Hillview Hospital", "organisation"),
        ("Registered charity no. 12345", "organisation"),
        ("We are a helpline for carers", "organisation"),
        ("A charity for people with sore knees", "organisation"),
        ("Shop for sore knees", "brand"),
        ("Breaking news from the valley", "news"),
        ("Natural balms. Free shipping over £20", "brand"),
        ("I am a bot that posts the weather", "bot"),
        ("Automated account", "bot"),
    ],
)
def test_a_bio_that_says_so_is_believed(bio: str, kind: str) -> None:
    assert account_kind(bio=bio) == (kind, "bio")


@pytest.mark.parametrize(
    "bio",
    [
        "",
        None,
        "Nurse. Views my own.",
        "I work for a charity",
        "news junkie",
        "not a bot, honest",
        "mum, robotics teacher",
    ],
)
def test_a_person_stays_a_person(bio: str | None) -> None:
    assert account_kind(bio=bio) == (None, None)


def test_the_flags_of_the_platform_come_first() -> None:
    assert account_kind(is_bot=True, bio="We are a charity") == ("bot", "bot_flag")
    assert account_kind(verified_type="Business") == ("organisation", "verified_type")
    assert account_kind(verified_type="blue") == (None, None)


def test_a_bot_may_say_so_in_its_post() -> None:
    text = "Removed. I am a bot; rules that nobody reads are applied here automatically."
    assert account_kind(text=text) == ("bot", "post_text")
