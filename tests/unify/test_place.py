"""Place comes from what somebody said, with its basis, and from nothing else."""

import time
from typing import Any

import pytest

from bedside.unify.place import Place, find_place, stated_place

NOBODY = Place()


def place(
    text: str = "", bio: str | None = None, about: Any = None, given: Any = (None, None, None)
) -> Place:
    return find_place(collected=given, text=text, bio=bio, about=about)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("I'm in the UK and waiting", "GB"),
        ("i live in manchester with my cat", "GB"),
        ("We're here in Ireland and it is the same", "IE"),
        ("I am originally from New Zealand", "NZ"),
        ("I'm from Reading, hello", "GB"),
        ("Hi, I'm currently living in Boston, Lincolnshire and", "GB"),
        ("I live in Boston these days", "US"),
        ("I'm in the US so it costs", "US"),
        ("i live in the uk - it rains", "GB"),
        ("we're in the us, if that matters", "US"),
        ("Writing from Canada. Day nine", "CA"),
        ("over here in Australia we wait too", "AU"),
    ],
)
def test_a_place_said_of_oneself_counts(text: str, country: str) -> None:
    found = place(text)
    assert (found.country, found.basis) == (country, "post_text")


@pytest.mark.parametrize(
    "text",
    [
        "I'm not in the UK",
        "I used to live in France",
        "if I lived in Canada",
        "when I'm in London I feel worse",
        "my sister lives in Spain",
        "I'm in pain and in bath water",
        "I'm reading about it, is it from us?",
        "people in India take this",
        "they told us here in us all",
        "Wo kann ich hier Hilfe finden? Ich habe seit Wochen Schmerzen",
        "I live in hope",
    ],
)
def test_a_place_not_said_of_oneself_does_not(text: str) -> None:
    assert place(text) == NOBODY


@pytest.mark.parametrize(
    ("bio", "country"),
    [
        ("mum | endo | 📍Leeds, UK", "GB"),
        ("London", "GB"),
        ("Nurse from Texas.", "US"),
        ("crohn's warrior 🇮🇪", "IE"),
    ],
)
def test_a_place_in_the_profile_counts(bio: str, country: str) -> None:
    assert (place(bio=bio).country, place(bio=bio).basis) == (country, "bio")


@pytest.mark.parametrize(
    "bio", ["Manchester United till I die", "🇮🇪🇬🇧", "turkey and chips", "Paris Hilton fan", ""]
)
def test_a_profile_that_only_sounds_like_a_place_does_not(bio: str) -> None:
    assert place(bio=bio) == NOBODY


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("the NHS was great", "GB"),
        ("nine hours in A&E", "GB"),
        ("the GP surgery never picks up", "GB"),
        ("my copay doubled", "US"),
        ("went to the ER, insurance refused", "US"),
        ("few clinics bulk bill any more", "AU"),
    ],
)
def test_words_of_a_health_service_tell_the_country(text: str, country: str) -> None:
    assert place(text) == Place(country, None, "service_words")


@pytest.mark.parametrize(
    "text",
    [
        "wish we had the NHS",
        "unlike the NHS",
        "NHS and copay in one post",
        "a nicer network of friends",
        "insurance is hard",
    ],
)
def test_words_of_a_service_somebody_does_not_have_tell_nothing(text: str) -> None:
    assert place(text) == NOBODY


def test_what_the_source_gives_comes_first() -> None:
    assert place("I'm in the UK", given=("fr", "Lyon", "post")) == Place("FR", "Lyon", "post")
    assert place(given=("uk", None, "account_registration")) == Place(
        "GB", None, "account_registration"
    )
    assert place(given=(None, "Cork, Ireland", "author_declared")) == Place(
        "IE", "Cork, Ireland", "author_declared"
    )
    assert place(given=(None, "the moon", "author_declared")) == Place(
        None, "the moon", "author_declared"
    )


def test_where_somebody_searched_is_no_place() -> None:
    assert place(given=("GB", "Leeds", "query")) == NOBODY


def test_the_scheme_of_a_provider_tells_its_country() -> None:
    about = [{"kind": "organisation", "scheme": "ODS", "id": "R1A", "name": "Hillview"}]
    assert place(about=about) == Place("GB", None, "provider")


def test_text_is_stronger_than_words_of_a_service() -> None:
    assert place("I live in Dublin, went to A&E").country == "IE"


def test_a_country_behind_a_city_decides() -> None:
    assert stated_place("London, Ontario") == ("CA", "london")


@pytest.mark.parametrize(
    "text", ["a.b." * 20_000, "i live in " * 10_000, "," * 50_000, "from uk " * 5_000]
)
def test_a_hostile_profile_takes_no_longer_than_its_length(text: str) -> None:
    start = time.process_time()
    place(text, bio=text)
    assert time.process_time() - start < 2
