"""What the makers for scales, sources, safety, treatment and mentions read."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from bedside.understand.coded import coded_posts
from bedside.understand.stage import understand_batch
from tests.understand.conftest import batch_of

Coded = Callable[..., dict[str, Any]]
Marks = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("text", "value", "maximum"),
    [
        ("My pain is 7/10 today", 7, 10),
        ("eight out of ten pain all night", 8, 10),
        ("the pain is a 3", 3, None),
        ("on a bad day it's a nine and I have a headache", 9, None),
        ("On a scale of 1 to 10 my fatigue is 6", 6, 10),
        ("pain level of 4 now", 4, None),
    ],
)
def test_ratings_are_read(coded: Coded, text: str, value: float, maximum: float | None) -> None:
    assert [(s["value"], s["max"]) for s in coded(text)["scale"]] == [(value, maximum)]


@pytest.mark.parametrize(
    "text",
    [
        "My blood pressure was 120/80",
        "4/5 stars, nice ward",
        "the pain is a nightmare",
        "the pain was 3 days long",
        "two out of three doctors agreed",
        "pain for 5 years",
    ],
)
def test_other_numbers_are_no_ratings(coded: Coded, text: str) -> None:
    assert coded(text)["scale"] == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("I googled it first and then went to my GP", "internet"),
        ("First I went to the pharmacist, she sent me to the doctor", "pharmacist"),
        ("Before seeing the doctor I searched online for hours", "internet"),
        (
            "I asked my mum, then I booked a doctor's appointment, I saw the doctor on Friday",
            "family_friends",
        ),
        ("Called 111 first, they sent me to the hospital", "other_professional"),
        ("I saw my doctor", None),
    ],
)
def test_whom_they_turned_to_first_is_read_only_where_order_is_told(
    coded: Coded, text: str, first: str | None
) -> None:
    assert coded(text)["first_turned_to"] == first


@pytest.mark.parametrize(
    "text",
    [
        "I googled my symptoms and now I'm convinced I'm dying",
        "reading about it online made me so anxious",
        "Never google symptoms, Dr Google says I have cancer",
        "I spent the night on webmd and panicked",
    ],
)
def test_worry_from_searching_is_read(coded: Coded, text: str) -> None:
    assert coded(text)["search_worry"] == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "I googled the opening hours of the surgery",
        "I was worried so I called the nurse",
        "I read a book",
    ],
)
def test_searching_alone_or_worry_alone_is_not_search_worry(coded: Coded, text: str) -> None:
    assert coded(text)["search_worry"] == "no"


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        ("I don't want to be here anymore", "now"),
        ("i keep thinking about ending my life", "now"),
        ("been cutting myself again", "now"),
        ("my partner hits me when the pain makes me slow", "now"),
        ("I used to self harm years ago, I'm well now", "past"),
        ("nobody would even notice me gone", "now"),
        ("what is the point of being here", "now"),
        ("I'm not suicidal, just tired", "no"),
        ("suicide prevention week starts on monday", "no"),
        ("the cut on my finger healed", "no"),
    ],
)
def test_crisis_is_read_recall_first(coded: Coded, text: str, crisis: str) -> None:
    assert coded(text)["crisis"] == crisis


def test_figures_of_speech_are_told_from_illness(coded: Coded) -> None:
    assert coded("That film gave me a heart attack when the door slammed")["figurative"] == "yes"
    assert coded("My dad had a heart attack in May")["figurative"] == "no"


@pytest.mark.parametrize(
    ("text", "option", "status"),
    [
        ("I stopped taking sertraline last week", "sertraline", "stopped"),
        ("I'm on metformin twice a day", "metformin", "on"),
        ("My GP refused to prescribe HRT for me", "estradiol", "refused"),
        ("I would like to try ketamine for my depression", "ketamine", "wanted"),
        ("They switched me from omeprazole", "omeprazole", "switched"),
    ],
)
def test_treatments_have_a_status(coded: Coded, text: str, option: str, status: str) -> None:
    assert [(t["option"], t["status"]) for t in coded(text)["treatment"]] == [(option, status)]


def test_a_symptom_tied_to_a_drug_is_a_harm(coded: Coded) -> None:
    record = coded("Lamotrigine gave me a rash and I had to see my GP.")
    assert record["harm"] == ["lamotrigine:Skin rash"] or record["harm"] == ["lamotrigine:Rash"]
    assert "adverse_reaction" in record["content"]


def test_what_a_drug_is_taken_for_is_no_harm(coded: Coded) -> None:
    assert coded("I take propranolol for my migraine, it works.")["harm"] == []


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("i have pcos", "polycystic ovary syndrome"),
        ("my T2D is under control", "type 2 diabetes"),
        ("is it endo?", "endometriosis"),
        ("they think it's EDS", "ehlers danlos syndrome"),
        ("I took nurofen", "ibuprofen"),
        ("tummy ache all day", "Abdominal pain"),
        ("having an x-ray", "x ray"),
    ],
)
def test_lay_words_lead_to_concepts(marks: Marks, text: str, concept: str) -> None:
    assert concept in {m["concept"] for m in marks(text) if m["layer"] == "mention"}


@pytest.mark.parametrize(
    "text", ["What a shock it was", "I was in tears", "the light in the room", "Call it a day"]
)
def test_ordinary_words_are_no_symptoms(marks: Marks, text: str) -> None:
    assert [m for m in marks(text) if m["layer"] == "mention"] == []


def test_feelings_carry_an_intensity(marks: Marks) -> None:
    values = {
        m["code"]: m["value"]
        for m in marks("I was so angry. I'm a bit sad.")
        if m["layer"] == "feel"
    }
    assert values == {"anger_frustration": 2.0, "sadness": 1.0}


def test_not_happy_is_not_joy(coded: Coded) -> None:
    feelings = [f for m in coded("I am not happy about my scan")["moments"] for f in m["feel"]]
    assert "joy" not in feelings


def test_praise_and_complaint_of_one_visit_stand_side_by_side(coded: Coded) -> None:
    record = coded("Nurses were so kind but we waited six hours to be seen.", kind="review")
    care = {code for moment in record["moments"] for code in moment["care"]}
    assert {"manner:praise", "waiting:complaint"} <= care


def test_overall_praise_only_without_other_praise(coded: Coded) -> None:
    alone = coded("Great service!", kind="review")
    beside = coded("Great service, friendly staff.", kind="review")
    assert alone["moments"][0]["care"] == ["overall:praise"]
    assert "overall:praise" not in beside["moments"][0]["care"]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("had a telephone appointment with the nurse", ["phone"]),
        ("The consultation was by video call", ["video"]),
        ("saw the GP face to face", ["in_person"]),
        ("I have gout", []),
    ],
)
def test_the_mode_of_a_consultation_is_read_without_an_i(
    coded: Coded, text: str, mode: list[str]
) -> None:
    assert coded(text)["mode"] == mode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "I was misdiagnosed with IBS for years",
            [("irritable bowel syndrome ibs", "misdiagnosed")],
        ),
        ("I self diagnosed as autistic", [("autistic (autism asd)", "self")]),
        (
            "They ruled out gout but suspect fibromyalgia",
            [("gout", "ruled_out"), ("fibromyalgia fibro", "suspected")],
        ),
        ("I have never had asthma", []),
        ("on the waiting list for an ADHD assessment", [("adhd", "suspected")]),
        ("Doctor says it might be gout", [("gout", "suspected")]),
    ],
)
def test_the_status_of_a_diagnosis_is_read(
    coded: Coded, text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(d["condition"], d["status"]) for d in coded(text)["diagnosis"]] == expected


def reply_to(body: str, title: str, parent: str) -> dict[str, Any]:
    """Coded reply, with what the engine joins to it: the thread's title and the parent's text."""
    posts = batch_of([{"body": body, "kind": "comment", "parent_ref": "p"}])
    joined = posts.append_column("thread_title", pa.array([title])).append_column(
        "parent_body", pa.array([parent])
    )
    out = understand_batch(joined, {"languages": ["en"]})
    return next(coded_posts(pa.Table.from_batches([out]), pa.Table.from_batches([posts])))


def test_a_reply_means_the_drug_of_its_thread() -> None:
    post = reply_to(
        "I stopped taking it after a month.", "Anyone on sertraline?", "How was it for you?"
    )
    assert [(t["option"], t["status"]) for t in post["treatment"]] == [("sertraline", "stopped")]


def test_a_harm_in_a_reply_is_laid_to_the_drug_of_its_thread() -> None:
    post = reply_to("The main side effect I had was headaches.", "Sertraline thread", "")
    assert [h.split(":")[0] for h in post["harm"]] == ["sertraline"]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("I stopped taking it after a month.", "Sertraline or fluoxetine?"),
        ("I stopped taking ibuprofen after a month.", "Sertraline thread"),
        ("Should I stop taking it?", "Sertraline thread"),
        ("Lovely weather here.", "Sertraline thread"),
    ],
)
def test_the_threads_drug_is_not_read_into_what_may_mean_something_else(
    body: str, title: str
) -> None:
    assert not any("sertraline" in t["option"] for t in reply_to(body, title, "")["treatment"])


@pytest.mark.parametrize(
    ("text", "option", "status"),
    [
        ("I took isotretinoin when I was a teenager, for six months.", "isotretinoin", "stopped"),
        ("I am still on methotrexate and it helps.", "methotrexate", "on"),
        ("When should I stop taking amlodipine? I have been on it for years.", "amlodipine", "on"),
        ("I took ibuprofen, no difference.", "ibuprofen", "tried"),
    ],
)
def test_what_became_of_a_drug_is_read(coded: Coded, text: str, option: str, status: str) -> None:
    assert (option, status) in [(t["option"], t["status"]) for t in coded(text)["treatment"]]


def test_what_came_after_the_posts_one_drug_is_its_harm_also_sentences_away(coded: Coded) -> None:
    post = coded(
        "I took isotretinoin ten years ago and I regret taking it. Nobody warned me. My life is different. "
        "My eyes are dry. I have back pain every morning."
    )
    assert any("back pain" in harm.lower() for harm in post["harm"])


@pytest.mark.parametrize(
    "text",
    [
        "I take ibuprofen for my back pain.",
        "Isotretinoin didn't cause any depression for me.",
        "My severe acne was on my back before isotretinoin.",
    ],
)
def test_what_the_drug_is_for_or_did_not_do_is_no_harm(coded: Coded, text: str) -> None:
    assert coded(text)["harm"] == []
