"""From posts to candidates: one person, one product, one episode; the four elements with their words."""

from datetime import UTC, datetime
from itertools import product as combinations

import pytest

from bedside.cli.casework import at_desk
from bedside.measure.safety.elements import reporter_of, verdict
from bedside.measure.safety.products import is_everyday, product_of, resolve_products
from bedside.model.cases import ELEMENTS, Element, State
from tests.measure.safety.conftest import (
    Make,
    only_case,
    post,
    queue,
    read,
    read_post,
    specials,
    states,
)

FULL = "I'm 34 and female. Metformin gave me terrible nausea and I was admitted to hospital for two nights."


@pytest.mark.parametrize("met", list(combinations([True, False], repeat=4)))
def test_the_truth_table_of_the_four_elements(met: tuple[bool, ...]) -> None:
    """R1: sixteen rows; only all four make a valid report, and what is missing is named."""
    elements = [
        Element(name=name, state="met" if there else "not_met", why="")
        for name, there in zip(ELEMENTS, met, strict=True)
    ]
    found = verdict(elements)
    assert (found.state == "valid") == all(met)
    assert found.missing == tuple(n for n, there in zip(ELEMENTS, met, strict=True) if not there)


def test_a_doubtful_element_is_neither_valid_nor_missing() -> None:
    told: tuple[State, ...] = ("met", "doubtful", "met", "met")
    found = verdict(Element(name=n, state=s, why="") for n, s in zip(ELEMENTS, told, strict=True))
    assert found.state == "doubtful" and not found.missing and found.doubtful == ("patient",)


def test_a_post_becomes_a_case_with_the_words_that_say_so(make: Make) -> None:
    case = only_case(make([post(1, FULL)]))
    assert states(case) == dict.fromkeys(ELEMENTS, "met") and case.verdict.state == "valid"
    assert case.words["product"] == ["Metformin"]
    assert any("nausea" in words for words in case.words["reaction"])
    assert (
        case.line.serious == ("hospitalisation",) and case.standing.serious == {}
    )  # proposed only
    assert (case.details.age, case.details.sex) == (34, "2")
    assert "How it ended is not told." in case.missing
    assert case.narrative[0].day == "2026-01-05" and "nausea" in " ".join(
        s.text for s in case.narrative
    )


def test_three_posts_of_one_account_are_one_case_in_order_of_time(make: Make) -> None:
    folder = make(
        [
            post(1, "Metformin gave me nausea again this week, really bad.", "ann", "2026-01-20"),
            post(
                2,
                "Since starting metformin I have had a horrible headache all day.",
                "ann",
                "2026-01-03",
            ),
            post(
                3,
                "Stopped metformin because it gave me diarrhoea for a month.",
                "ann",
                "2026-02-11",
            ),
        ]
    )
    case = only_case(folder)
    assert case.line.posts == 3
    assert [s.day for s in case.narrative] == sorted(s.day for s in case.narrative)


def test_a_long_silence_opens_another_episode(make: Make) -> None:
    folder = make(
        [
            post(1, "Metformin gave me nausea, really bad.", "ann", "2025-01-03"),
            post(2, "Metformin gave me nausea again, so bad.", "ann", "2026-01-03"),
        ]
    )
    assert len(queue(folder)) == 2


def test_two_accounts_with_the_same_text_are_two_cases_that_name_each_other(make: Make) -> None:
    text = (
        "Metformin gave me terrible nausea and a headache that would not stop for two whole weeks."
    )
    folder = make([post(1, text, "ann"), post(2, text, "bea")])
    lines = queue(folder)
    assert len(lines) == 2
    with at_desk(folder, datetime.now(UTC)) as desk:
        first = desk.case(lines[0].case_id)
        assert first.possible_duplicates == (lines[1].case_id,)


def test_a_copy_by_the_same_account_counts_once_with_the_reason(make: Make) -> None:
    text = (
        "Metformin gave me terrible nausea and a headache that would not stop for two whole weeks."
    )
    case = only_case(make([post(1, text, "ann"), post(2, text, "ann")]))
    assert case.line.posts == 1
    assert [why for _, why in case.standing.folded] == ["the same words, by the same account"]


def test_brand_generic_and_misspelling_are_one_product(make: Make) -> None:
    """Bad input: a product list with three names of one drug."""
    assert [p.written for p in resolve_products(["Glucophage", "metformin", "Metfromin"])] == [
        ("Glucophage", "metformin", "Metfromin")
    ]
    folder = make(
        [
            post(1, "Glucophage gave me nausea, really bad.", "ann", "2026-01-03"),
            post(2, "Metformin gave me vomiting and cramps again.", "ann", "2026-01-05"),
            post(3, "Metfromin gave me diarrhoea today.", "ann", "2026-01-07"),
        ],
        products=["Glucophage", "metformin", "Metfromin"],
    )
    case = only_case(folder)
    assert case.line.product == "metformin" and case.line.posts == 3 and case.line.listed


def test_a_post_naming_five_drugs_is_doubtful_about_which() -> None:
    """Bad input: five drugs in one post."""
    text = (
        "I take metformin, sertraline, ramipril, atorvastatin and omeprazole. One of them is causing side effects, "
        "I have been dizzy since January."
    )
    found = read(text)
    assert found
    for candidate in found:
        assert states(candidate)["product"] == "doubtful" and len(candidate.also_named) == 4


@pytest.mark.parametrize(
    "text",
    [
        "I have been on metformin for a year with no side effects at all.",
        "My doctor said metformin might cause nausea, so I have not started it yet.",
        "Does metformin cause headaches? The leaflet lists nausea.",
    ],
)
def test_what_was_denied_or_only_possible_is_no_case(text: str) -> None:
    """Bad input: "no side effects at all"; "my doctor said it might cause"."""
    assert read(text) == []


def test_sarcasm_makes_a_reaction_doubtful_and_is_not_dropped() -> None:
    """Bad input: sarcasm; a sarcastic report may well be one."""
    (case,) = read("Oh great, metformin gave me nausea all night. Thanks a lot.")
    assert states(case)["reaction"] == "doubtful" and "sarcasm" in case.elements[3].why


def test_a_product_that_is_an_everyday_word_is_doubtful() -> None:
    """Bad input: a product that is a common word."""
    assert is_everyday("calm") and not is_everyday("metformin") and not is_everyday("Nurofen")
    (case,) = read(
        "Since I started taking Calm it gave me a terrible headache.", products=("Calm",)
    )
    assert states(case)["product"] == "doubtful" and "everyday word" in case.elements[2].why


def test_an_author_without_a_name_is_doubtful_and_no_author_is_none(make: Make) -> None:
    """Bad input: an author without a name."""
    case = only_case(make([post(1, FULL, None)]))
    assert states(case)["reporter"] == "not_met"
    assert any("Nobody can be written to" in words for words in case.missing)


def test_an_account_without_any_screen_name_is_doubtful() -> None:
    shown = read_post(FULL)
    assert reporter_of([shown]).state == "met"
    assert reporter_of([shown], frozenset({shown.post_key})).state == "doubtful"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Metformin did not work for me.", True),
        ("Metformin was not very effective for me.", True),
        ("I took metformin for months. Symptoms did not improve.", True),
        ("I switched from metformin to gliclazide.", False),
    ],
)
def test_lack_of_effect_only_where_it_is_said_outright(text: str, found: bool) -> None:
    """R8's four sentences."""
    assert ("lack_of_effect" in specials(text)) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "The metformin tablets crumble and half of the bottle was damaged when it came.",
            "product_complaint",
        ),
        ("Metformin has not worked for me at all.", "lack_of_effect"),
        ("I took metformin through my whole pregnancy.", "pregnancy_or_lactation"),
        ("I took too many metformin tablets, twice the dose.", "overdose"),
        ("I am addicted to my tramadol pills.", "misuse_or_abuse"),
        ("The pharmacy gave me the wrong dose of metformin.", "medication_error"),
        ("I was exposed at work when we crushed methotrexate tablets.", "occupational_exposure"),
        ("My doctor prescribes metformin off label for my weight.", "off_label"),
    ],
)
def test_special_situations_go_to_the_same_queue(text: str, code: str) -> None:
    """R7: one post each."""
    assert code in specials(text)


def test_a_misspelt_name_is_read_and_an_unknown_one_is_kept() -> None:
    assert product_of("metfromin")[0] == "metformin"
    assert product_of("Qwertizine") == ("qwertizine", "")


def test_a_post_about_nothing_of_the_kind_is_no_case() -> None:
    assert read("The weather is nice today, and I walked the dog.") == []


def test_an_organisations_account_is_doubtful_as_reporter() -> None:
    (case,) = read(FULL, account_kind="organisation")
    assert states(case)["reporter"] == "doubtful"


def test_where_the_screen_keeps_all_that_names_a_product_nothing_told_is_no_reaction() -> None:
    texts = ("Picked up my metformin today, lovely weather.", "Nurofen is in the drawer.")
    assert read(*texts, products=("Glucophage",)) == []
    (kept,) = read(*texts, products=("Glucophage",), named=True)
    assert kept.product == "metformin" and kept.listed and len(kept.posts) == 1
    assert states(kept)["product"] == "met" and states(kept)["reaction"] == "not_met"
    told = read("Metformin gave me nausea, really bad.", products=("Glucophage",), named=True)
    assert [t.kind for t in told[0].told] == ["reaction"]
