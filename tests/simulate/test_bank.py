"""The phrase bank is large, well formed, and its held-out fifth is apart."""

from collections import Counter

import pytest

from bedside.errors import FormatError
from bedside.simulate.bank import FIXED_SLOTS, load_bank, read_phrases
from bedside.simulate.rates import Rates
from bedside.simulate.world import DEFAULT, Plan, World, known_conditions, read_data

CODES = {
    "feel": "fear_anxiety sadness anger_frustration relief gratitude hope confusion shame loneliness joy",
    "think": "question belief expectation preference doubt trust",
    "do": "searched_online asked_online saw_professional sought_test_or_referral prepared challenged_professional "
    "second_opinion self_treated started_treatment stopped_treatment switched_treatment complained "
    "recommended_provider advised_others",
}
LISTS = {
    "info_source": "search_engine forum_or_social social_video health_website doctor nurse pharmacist family_friends "
    "leaflet study_or_paper news_media ai_assistant",
    "mode": "in_person phone video message",
    "support_needed": "informational emotional esteem network practical",
    "support_given": "informational emotional esteem network practical",
    "content": "complaint daily_struggle disease_progression unmet_need adverse_reaction suggestion resource_wanted "
    "workaround turning_point",
    "special_situation": "lack_of_effect overdose misuse_or_abuse medication_error pregnancy_or_lactation off_label "
    "product_complaint",
    "professional_act": "referral safety_net lifestyle prevention reassurance empathy medication_advice asks_back "
    "diagnosis_opinion",
}


def test_the_bank_holds_more_than_1500_phrases() -> None:
    assert len({phrase.text for phrase in load_bank("all").phrases}) > 1500


def test_the_held_out_fifth_is_disjoint_and_about_a_fifth() -> None:
    main = {phrase.text for phrase in load_bank("main").phrases}
    held = {phrase.text for phrase in load_bank("held_out").phrases}
    assert not main & held
    assert main | held == {phrase.text for phrase in load_bank("all").phrases}
    assert 0.15 < len(held) / len(main | held) < 0.26


def test_every_slot_can_be_filled() -> None:
    world = World(Plan(1, 1, tuple(known_conditions()), Rates(), "all", ("reddit",)))
    words = world.words
    known = (
        set(FIXED_SLOTS) | set(words["lists"]) | set(words["uk"]) | {"delay", "n", "profs", "dxage"}
    )
    known |= {
        "symptom",
        "symptom2",
        "symptom3",
        "test",
        "misdx",
        "ruledout",
        "habit",
        "procedure",
        "option",
        "option2",
    }
    unknown = {slot for phrase in world.bank.phrases for slot in phrase.slots} - known
    assert not unknown
    assert set(words["uk"]) == set(words["us"])


def test_every_code_of_the_codebook_can_be_said() -> None:
    phrases = load_bank("all").phrases
    for layer, names in CODES.items():
        said = {
            code for p in phrases for field, codes in p.moment if field == layer for code in codes
        }
        assert said == set(names.split()), layer
    for layer, names in LISTS.items():
        said = {
            code for p in phrases for field, codes in p.lists if field == layer for code in codes
        }
        assert said == set(names.split()), layer


def test_every_stage_can_be_told_by_and_about_whoever_is_ill() -> None:
    bank = load_bank("main")
    stages = "at_risk first_symptoms searching first_consultation tests_referral diagnosis choosing_treatment"
    stages += " starting_treatment living_with change_or_flare remission_or_relapse end_of_life"
    for stage in stages.split():
        for who in ("own", "cared"):
            assert bank.find("event", who=who, v="neg", stage=stage), (stage, who)


def test_a_misspelt_tag_is_refused() -> None:
    text = '[[group]]\nuse = "event"\nlines = "It hurts. || feal=sadness"\n'
    with pytest.raises(FormatError, match="feal"):
        read_phrases("x.toml", text)


def test_a_line_adds_to_the_codes_of_its_group() -> None:
    text = '[[group]]\nuse = "event"\ndo = "saw_professional"\nlines = "It hurts. || do=prepared"\n'
    assert read_phrases("x.toml", text)[0].moment == (("do", ("saw_professional", "prepared")),)


def test_conditions_and_claims_are_complete() -> None:
    conditions = read_data("conditions")
    assert set(DEFAULT) <= set(conditions)
    claimed = Counter(claim["condition"] for claim in read_data("claims")["claim"])
    assert set(claimed) == set(conditions)
