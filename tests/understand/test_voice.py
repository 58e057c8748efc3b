"""Who writes, and whose experience it is."""

from collections.abc import Callable
from typing import Any

import pytest

from bedside.understand.doc import Doc

MakeDoc = Callable[..., Doc]


@pytest.mark.parametrize(
    ("text", "more", "role", "experiencer"),
    [
        ("I have had asthma since I was a kid.", {}, "patient", "own"),
        (
            "My daughter has had a rash for a week, she cries all night.",
            {},
            "family_or_carer",
            "cared_for",
        ),
        ("I'm a GP and I tell my patients to rest.", {}, "clinician", "general"),
        (
            "You should see a cardiologist. Kindly consult a physician, an ECG is recommended. Regards",
            {"is_reply": True},
            "clinician",
            "other_person",
        ),
        ("Lol same.", {"is_reply": True}, "unclear", "general"),
        ("Is there a vaccine against shingles?", {}, "unclear", "general"),
        ("New leaflet out now.", {"account_kind": "organisation"}, "organisation", "general"),
        ("Staff lovely, clean ward.", {"kind": "review"}, "patient", "own"),
        (
            "Dry skin is common with it.",
            {"bio": "Consultant dermatologist"},
            "clinician",
            "general",
        ),
        ("My knee hurts.", {"role_declared": "carer"}, "patient", "own"),
    ],
)
def test_roles_are_heard(
    doc: MakeDoc, text: str, more: dict[str, Any], role: str, experiencer: str
) -> None:
    voice = doc(text, **more).voice
    assert (voice.role, voice.experiencer) == (role, experiencer)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("My son has had a fever all week and he is so pale", "parent"),
        ("My husband had a stroke, he can't talk", "partner"),
        ("My mum was diagnosed with dementia, she forgets my name", "child"),
        ("I'm a nurse and my patients ask me this", "nurse"),
        ("I'm a neurologist and my patients ask me this", "specialist"),
    ],
)
def test_details_are_kept_where_stated(doc: MakeDoc, text: str, detail: str) -> None:
    assert doc(text).voice.detail == detail


def test_a_bio_never_overrules_a_clinicians_own_illness(doc: MakeDoc) -> None:
    assert doc("I have had my own biopsy and I am scared.", bio="Nurse").voice.role == "patient"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Our free helpline is open every day. Share your story with us below.", "organisation"),
        ("New barrier cream, fragrance free. Link in bio, use code SOFT10.", "organisation"),
        (
            "We are sorry to hear about your wait. Please ring our team so that we can look into it.",
            "organisation",
        ),
        (
            "I am working on a piece about waits for hip surgery and would love to hear from you.",
            "other",
        ),
        ("I am doing a school project about sickle cell. What causes it?", "other"),
        ("My lips bleed and my joints are sore. Our team at work laughs.", "patient"),
        (
            "Holy moly, you went through so much. I can't imagine. Did you tell your doctor? Are you better?",
            "unclear",
        ),
        ("Now have pink discharge, is that bad?", "patient"),
    ],
)
def test_persons_are_told_from_brands_charities_and_people_at_work(
    coded: Callable[..., dict[str, Any]], text: str, role: str
) -> None:
    assert coded(text)["role"] == role


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (
            "In my opinion this could be a strained ligament. I recommend you rest it and have an MRI done. "
            "Let me know your age and whether there is any swelling.",
            "clinician",
        ),
        (
            "I need more details about the rash. Are you taking any medication? Have you had any allergy test done? "
            "It could be eczema, get a patch test done.",
            "clinician",
        ),
        ("Medication helps some, and meditation too.", "unclear"),
        (
            "Message: which metal is in the stent? Does metformin interact with it?",
            "unclear",
        ),
        ("I think it's eczema. I have had it on my hands for weeks, let me know.", "patient"),
        (
            "Could you tell me your opinion? I have taken lisinopril for years. You say on your page that it makes you cough. Do you know if mine is that?",
            "patient",
        ),
    ],
)
def test_an_i_that_opines_advises_or_asks_back_has_no_illness(
    doc: MakeDoc, text: str, role: str
) -> None:
    assert doc(text).voice.role == role


def test_an_article_that_addresses_nobody_is_no_clinicians_answer(doc: MakeDoc) -> None:
    study = (
        "Serum levels of the metabolite were measured in bilateral lesions, and the pathology suggests that "
        "inflammation may be due to acute oxidative stress. "
    )
    assert doc(study * 8).voice.role == "unclear"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("As a retired nurse I was so impressed by the ward that nursed my mum.", "review"),
        (
            "I'm a nurse myself and I have had this rash since May. I took the tablets and I feel worse.",
            "post",
        ),
    ],
)
def test_a_clinician_who_tells_of_care_had_is_no_clinician_there(
    doc: MakeDoc, text: str, kind: str
) -> None:
    assert doc(text, kind=kind).voice.role in ("patient", "family_or_carer")
