"""A harm is what somebody had from a drug; warnings, plans, fears and the illness itself are none."""

from collections.abc import Callable
from typing import Any

import pytest

from bedside.understand.doc import Post, make_docs
from bedside.understand.lexicon import load_scanner

Coded = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "drug", "reaction"),
    [
        ("Two weeks after starting ramipril I had a dry cough all night.", "ramipril", "cough"),
        ("Sertraline gave me the worst headaches of my life.", "sertraline", "headache"),
        ("The gabapentine made me so dizzy I fell over.", "gabapentin", "vertigo"),
        ("My hair has been falling out since I went on methotrexate.", "methotrexate", "hair loss"),
        ("effexor sweats are the worst, I drip all day", "venlafaxine", "hyperhidrosis"),
        ("Accutane: lips cracked and bleeding, eyes like sandpaper.", "isotretinoin", "cheilitis"),
        ("Day 4 on Mounjaro. Can't keep anything down.", "tirzepatide", "vomiting"),
        ("I came off sertraline because of the nausea.", "sertraline", "nausea"),
        ("Coming off paroxetine, the brain zaps are unreal.", "paroxetine", "electric shock"),
    ],
)
def test_a_reaction_is_tied_to_its_drug(coded: Coded, text: str, drug: str, reaction: str) -> None:
    harms = [harm.lower() for harm in coded(text)["harm"]]
    assert any(h.startswith(drug) and reaction in h for h in harms), harms


@pytest.mark.parametrize(
    "text",
    [
        "They gave me codeine because the pain was unbearable.",
        "I take bisoprolol because of my palpitations and they have all but stopped.",
        "The worry was mine, I brought it along; the fluoxetine just hasn't touched it.",
        "Never had so much as an itch from penicillin.",
        "Levothyroxine gave me my life back: no more fog, no more tears.",
        "I was told pregabalin causes weight gain. Week three and none of that has shown up.",
        "Not a single headache since I started candesartan.",
        "What if the sertraline makes me feel numb? I've not opened the box.",
        "My blood pressure was through the roof so they started me on ramipril.",
        "My hands shake because of the Parkinson's, the levodopa helps but not enough.",
        "A woman at my clinic got terrible hair loss from methotrexate and now I'm scared.",
        "Does anyone know if omeprazole causes bloating? Thinking of asking for it.",
        "Sumatriptan makes my headache vanish.",
        "The tablets haven't touched the itching.",
        "Should I worry that naproxen will give me an ulcer?",
        "Since starting Humira my joints don't ache any more.",
    ],
)
def test_what_nobody_had_from_a_drug_is_no_harm(coded: Coded, text: str) -> None:
    assert coded(text)["harm"] == []


def test_words_that_no_list_holds_are_kept_as_the_writers_own(coded: Coded, marks: Any) -> None:
    body = "That mirtazapine left me like a sack of wet sand every morning."
    harm = [m for m in marks(body) if m["layer"] == "harm"]
    assert {m["slot"] for m in harm} == {"drug", "reaction"}
    reaction = next(m for m in harm if m["slot"] == "reaction")
    assert reaction["concept"] is None and "sack of wet sand" in reaction["said"][0]
    assert coded(body)["harm"]


HARMLESS = (
    'Three months on sertraline and not one of the things on the leaflet has turned up. No nausea, no sweats, sleeping fine.',
    "I'm due to start methotrexate on Monday and terrified of losing my hair. Has anyone kept theirs?",
    "My sister swears ibuprofen gave her ulcers but she'd been on the vodka for years. I take it and I'm grand.",
    'Started metformin for my PCOS, still tired like before, the tiredness is the PCOS my GP says.',
    "My rash was there long before the amoxicillin, it's eczema, had it since I was a baby.",
    "Mum's on donepezil for her dementia. She gets confused in the evening, always has since the diagnosis.",
    "Does prednisolone cause weight gain? I've been offered it for my polymyalgia.",
    'I read that statins give you muscle pain. Four years in, my legs are the best part of me.',
    "The pharmacist warned me that codeine can make you constipated, so I bought prunes. Didn't need them.",
    'I take propranolol because my heart races when I have to speak in public.',
    'Ozempic week 10. People keep asking if I feel sick. Nope. Lost a stone.',
    "Had the flu jab, went to work, came home, had my tea. That's the whole story.",
    'My headaches stopped after two weeks on amitriptyline.',
    "I was so dizzy with the vertigo that they gave me prochlorperazine, and it's settled.",
    "My friend went bald on chemo. I'm on letrozole, a different thing, and have a full head of hair.",
    "If lisinopril gives me that cough everyone talks about I'll ask for something else.",
    'Been on the pill ten years, no clots, no weight gain, no mood swings.',
    "They say you can't drink on metronidazole or you'll be vomiting all night. I didn't risk it.",
    "He takes ramipril for his blood pressure. His ankles swell in summer, it's the heat, they've done it all his life.",
    "Forum says isotretinoin makes you depressed. I was depressed because of my face, and now I'm not.",
    'My bloods on azathioprine have been perfect, liver fine, white cells fine.',
    'Worried that gabapentin will make me foggy as I have exams in May.',
    "Ibuprofen for my back pain. Back pain still there, but that's my job for you.",
    'I had nausea all through my pregnancy and the doctor gave me cyclizine.',
    "Is it true that levothyroxine can cause hair loss? I haven't noticed any, only asking.",
    "My nan thinks every tablet she takes gives her wind. It's the sprouts, Nan.",
    'The anxiety came back when I stopped the citalopram too early, my own fault, the illness not the drug.',
    "Doxycycline for malaria in Ghana, told I'd burn in the sun. Wore a hat. Came home pale as milk.",
    "My son has ADHD and he's on methylphenidate. He never slept well, from the day he was born.",
    'Took my first naproxen an hour ago. Waiting for the stomach ache the internet promised.',
    "On warfarin since my valve. People say you bruise if you look at someone. I don't.",
    'I get migraines with aura and sumatriptan is the only thing that touches them.',
    'They put the drip of antibiotics up because I had a fever of 39 and was shaking.',
    'My psoriasis was cracking and bleeding until they put me on adalimumab.',
    'My husband is on tamsulosin and sleeps through the night now, no dizziness or anything.',
    'Would love to hear from people on spironolactone: did it make you tired?',
    "I'm scared of steroids since my aunt got diabetes, though hers came from cake.",
    'The leaflet for lamotrigine goes on about a rash, I check my arms every night like a madwoman, clear so far.',
    'Two paracetamol for a headache and off to bed.',
    "Sick as a dog with norovirus so I couldn't even keep my omeprazole down.",
)  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_a_drug_without_a_reaction_had_is_no_harm(
    text: str, coded: Callable[..., dict[str, Any]]
) -> None:
    assert not coded(text)["harm"]


def test_what_is_warned_of_reaches_to_the_end_of_its_list(
    coded: Callable[..., dict[str, Any]],
) -> None:
    warned = "The leaflet says amlodipine can cause nausea, dizziness, hair loss, a dry cough, swollen ankles and a rash."
    had = "Amlodipine gave me nausea, dizziness, hair loss, a dry cough, swollen ankles and a rash."
    assert not coded(warned)["harm"]
    assert len(coded(had)["harm"]) >= 4


def test_what_stands_around_a_post_is_read_also_where_it_was_not_likely_to_ask() -> None:
    posts = [
        Post((("body", "lovely weather"),), is_reply=True, parent_body="I take sertraline"),
        Post((("body", "it gave me headaches"),), is_reply=True, parent_body="I take ibuprofen"),
        Post((("body", "good morning"),)),
    ]
    weather, headaches, morning = make_docs(posts, load_scanner())
    assert [term.entry.concept for term in headaches.around] == ["ibuprofen"]
    assert [term.entry.concept for term in weather.around] == ["sertraline"]
    assert morning.around_doc is None
