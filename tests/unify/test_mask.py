"""What points at a person is masked, character for character; what does not stays."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bedside.unify.addresses import find_emails, find_handles
from bedside.unify.mask import FILL, MASK_KINDS, _signs_of, mask_places, mask_text
from bedside.unify.names import find_names, known_names
from bedside.unify.numbers import ages_in_words, find_numbers
from bedside.unify.references import find_references
from bedside.unify.towns import find_towns
from bedside.unify.words import read_lines, read_words, words_of

# R20: one fixture for each HIPAA Safe Harbor identifier that stands in text; `[...]` marks what must go.
SAFE_HARBOR = {
    "name": "I saw Dr [Adeyemi] on the ward",
    "geography: street": "we live at [14 Orchard Road] with the dog",
    "geography: postcode": "the surgery is near [LS6 2QT] I think",
    "geography: zip": "moved to Tulsa, OK [74103-2210] last spring",
    "date": "admitted on [14 March] 2019 and home by [2/4]/2019",
    "date of birth": "DOB: [09/11]/1972 as I told them",
    "age over 89": "my nan is [93] years old and sharp",
    "telephone": "ring me on [0113 496 0123] after six",
    "fax": "fax it to [(555) 010-7788] please",
    "e-mail": "write to [jo.bloggs+knee@mail.example.org] if you can",
    "social security": "they had my SSN [078-05-1120] on the form",
    "national insurance": "my NI is [QQ 12 34 56 C] apparently",
    "medical record": "MRN [00482913] on the wristband",
    "NHS number": "NHS number [943 476 5919] on every page",
    "health plan": "member id [XGH4482910] with the plan",
    "account": "account number [55012874] was charged twice",
    "licence": "licence number [MORGA657054] was on the desk",
    "vehicle": "parked as [AB12 CDE] outside A&E",
    "device": "the pump, serial number [PJN7712345H], failed",
    "URL": "photos at [https://pics.example/u/77?s=1] if you dare",
    "IP address": "logged in from [203.0.113.77] at night",
    "handle": "ask [@knee_warrior77] or [u/quiet-otter]",
    "other number": "case [20391184] is still open",
}


@pytest.mark.parametrize("text", SAFE_HARBOR.values(), ids=SAFE_HARBOR.keys())
def test_safe_harbor_identifier_is_masked(text: str) -> None:
    wanted = re.sub(r"\[(.*?)\]", lambda hit: FILL * len(hit[1]), text)
    assert mask_text(re.sub(r"[\[\]]", "", text))[0] == wanted


KEPT = (
    "Crohn's, Parkinson's, Hashimoto's, Graves and Raynaud's, Sjogren's, Ehlers-Danlos, Addison's disease",
    "Dr Google and Doctor Who are no help, dr said rest, the nurse said rest, Nurse Practitioner",
    "took 20mg at 8.30, then 500-1000 mg, 3 x 2 tablets, vitamin B12 5mg, D3 4000 IU, T4 1.25",
    "BP 120/80 then 135/90, HR 92, temp 101.2, score 7/10, week 12-14, 24/7 pain since 9/11",
    "weights 10 20 30 40 50 kg, doses 0.25 0.50 0.75, years 2018 2019 2020 2021, in March",
    "1,250,000 people, 2 in 5 may need it, I may 2 march on, at 95 % of 110 kg",
    "MS patients, MS Society, MR scan, an aloe vera gel, Christmas eve, ANA test, TED hose",
    "Queen Elizabeth Hospital, St John's ward, the Florence unit, Boston in April",
    "Humira, Yasmin and Accutane; lot EN6198; batch no 4472819; and/or; he/she; e.g. this",
    "I'm Happy to wait. I'm From Leeds. It's hope, grace and a will to live. Sue them. Mark my words",
    "Ask your doctor. Hope it helps. I told the nurse. Good luck. My sister. Said so",
    "2 miles down the road, a 5 minute walk, 10 mile road trip, 100 u/day of insulin",
    "call 999 or 111, ward 12, bed 4, room 301, form 1099",
    "I did the DESMOND course and the other desmond course",
    "Bill Gates did not put chips in it",
)


@pytest.mark.parametrize("text", KEPT)
def test_what_names_nobody_stays(text: str) -> None:
    assert mask_text(text) == (text, [])


NAMED = (
    "dr. [okoro] and Mr. [O'Brien], Mrs [Brown-Lee], Prof [J. K. Devi]",
    "nurse [Julie] and consultant Dr [White] were lovely, thank you [Sarah] and [Karen Hughes]",
    "THANK YOU [SARAH] AND DR [PATEL]",
    "my daughter [Hope] and my husband [Jack], my name is [xander]",
    "Kind regards,\n[Bronwen P]",
    "I'm [Ruby Tanner] from the group",
    "pop round, I'm [98] and bored",
)


@pytest.mark.parametrize("text", NAMED)
def test_names_of_people_are_masked(text: str) -> None:
    wanted = re.sub(r"\[(.*?)\]", lambda hit: FILL * len(hit[1]), text)
    assert mask_text(re.sub(r"[\[\]]", "", text))[0] == wanted


def test_names_stay_where_the_study_says_so_but_identifiers_never_do() -> None:
    assert mask_text("Dr Okoro, a@b.example", names=False)[0] == "Dr Okoro, " + FILL * 11


SPELT = (
    "jo dot bloggs at gmail dot com",
    "jo_bloggs (at) hotmail.co.uk",
    "insta: jo_bloggs",
    "www.example.com/jo",
    "example.org",
    "clinic.example.co.in",
    "HTTP://EXAMPLE.ORG/JO",
    "youtu.be/abc",
    "＠someone",
    "@some.one@social.example",
    "lol@you",
)


@pytest.mark.parametrize("text", SPELT)
def test_addresses_written_in_other_ways_are_masked(text: str) -> None:
    assert FILL * 3 in mask_text(f"see {text} ok")[0]


def test_the_names_a_record_carries_are_masked_in_its_text() -> None:
    known = known_names(
        ["@Pat_B77", "Hope Okafor", "migraine", "quietotter.example.social", "reddit:t2_x9zz"]
    )
    text = (
        "pat_b77 here, Hope to you. Hope Okafor hopes; migraine; quietotter.example.social; t2_x9zz"
    )
    masked = mask_text(text, known)[0]
    assert (
        masked
        == f"{FILL * 7} here, {FILL * 4} to you. {FILL * 11} hopes; migraine; {FILL * 25}; {FILL * 7}"
    )


def test_known_names_match_whole_words_and_survive_growing_capitals() -> None:
    assert mask_text("İİ cats, catsy", known_names(["catsy"]))[0] == f"İİ cats, {FILL * 5}"


def test_kinds_are_those_declared() -> None:
    text = " ".join(re.sub(r"[\[\]]", "", text) for text in SAFE_HARBOR.values())
    assert {kind for _, _, kind in mask_text(text)[1]} <= set(MASK_KINDS)


PIECES = st.sampled_from(
    [
        "@",
        "dr ",
        "Dr ",
        "Sarah ",
        "a@b.co ",
        "http://x.y/z ",
        "07700 900123",
        "u/",
        "SW1A 1AA ",
        "born ",
        " 3 May 1931",
        "\n",
    ]
)
MESSY = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join)


@given(MESSY)
@example("Dr Sarah@x.yz 07700 900123@")
def test_masks_keep_the_length_and_say_exactly_what_is_filled(text: str) -> None:
    text = text.replace(FILL, "")
    masked, masks = mask_text(text)
    assert len(masked) == len(text)
    filled = [False] * len(text)
    for start, end, _ in masks:
        assert start < end and not any(filled[start:end])
        filled[start:end] = [True] * (end - start)
    assert masked == "".join(
        FILL if hide else char for char, hide in zip(text, filled, strict=True)
    )


@given(MESSY)
def test_no_handle_address_or_link_is_left(text: str) -> None:
    masked = mask_text(text)[0]
    assert not re.search(r"[@＠]\w|https?://\w|\w@\w", masked)


HOSTILE = (
    "a" * 50_000,
    "a." * 25_000,
    "1 " * 25_000,
    "@" * 50_000,
    "a@" * 25_000,
    "Dr " * 15_000,
    "1-" * 25_000,
    "A1" * 25_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:4] for text in HOSTILE])
def test_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    start = time.process_time()
    mask_text(text)
    assert time.process_time() - start < 2


LISTED = sorted(
    {"thanks\n", "my", "daughter", "called", "I'm", "it's", "at", "in", "7 May", "aged", "@", "photo 12345", ".jpg", "dot com"}
    | read_words("first_names") | read_words("titles") | read_words("networks") | read_words("mail_providers")
    | read_words("ordinary") | set(sorted(read_lines("towns"))[::7])
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(LISTED), st.booleans()), max_size=12))
def test_a_text_s_few_words_that_some_list_names_find_the_same_as_all_of_them(
    drawn: list[tuple[str, bool]],
) -> None:
    text = " ".join(word.capitalize() if capital else word for word, capital in drawn)
    few, every = _signs_of(text), words_of(text)
    assert few <= every
    for find in (
        find_names,
        find_towns,
        find_references,
        ages_in_words,
        find_emails,
        find_handles,
        find_numbers,
    ):
        if find is not find_numbers or any(map(str.isdigit, text)):
            assert list(find(text, few)) == list(find(text, every))


@pytest.mark.parametrize(
    "name", ["King's Lynn", "Kings Lynn", "King’s Lynn", "O'Fallon", "N'Djamena", "Coeur d'Alene"]
)
def test_a_town_with_an_apostrophe_is_masked_however_it_is_spelt(name: str) -> None:
    masked = mask_places(f"The clinic in {name} was kind, and my son's leg is well")[0]
    assert masked == f"The clinic in {FILL * len(name)} was kind, and my son's leg is well"


@pytest.mark.parametrize("name", ["Reading", "READING", "reading", "rEADING"])
def test_a_town_that_is_another_word_too_is_masked_with_a_capital_only(name: str) -> None:
    masked = mask_places(f"We moved to {name}, and it was late")[0]
    assert (FILL in masked) == (name[0].isupper())
