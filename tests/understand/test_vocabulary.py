"""Building the vocabularies, on a tiny source of each kind and on the real one."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bedside.understand.vocabulary.build import conditions, drugs, procedures, symptoms

TABULAR = """<ICD10CM.tabular><chapter><section>
<diag><name>M99</name><desc>Wobbly knee syndrome</desc><inclusionTerm><note>Jelly knee</note></inclusionTerm></diag>
<diag><name>M98</name><desc>Other disorders of knee, not elsewhere classified</desc></diag>
<diag><name>X01</name><desc>Uncontrolled fire</desc></diag>
</section></chapter></ICD10CM.tabular>"""
UNII = """Name\tTYPE\tUNII\tDisplay Name
ZUMVEX\tbn\tAA11\tZUMABINE
ZUMABINE [INN]\tcn\tAA11\tZUMABINE
ZUMABINE\tof\tAA11\tZUMABINE
1,2-ZUMOXIDE\tsys\tAA11\tZUMABINE
HAPPY\tbn\tBB22\tZUMABINE
"""


def test_icd_titles_that_people_can_say_are_kept(tmp_path: Path) -> None:
    (tmp_path / "icd.xml").write_text(TABULAR)
    found = {term: (code, name) for term, code, name in conditions(tmp_path / "icd.xml")}
    assert found["wobbly knee syndrome"][0] == "ICD10CM:M99"
    assert found["jelly knee"][0] == "ICD10CM:M99"
    assert not any("classified" in term or "fire" in term for term in found)
    assert found["pcos"] == ("ICD10CM:E28.2", "polycystic ovary syndrome")


def test_brands_and_official_names_are_kept_and_ordinary_words_are_not(tmp_path: Path) -> None:
    (tmp_path / "unii.txt").write_text(UNII)
    found = {term: name for term, _, name in drugs(tmp_path / "unii.txt", Counter({"happy": 9}))}
    assert found["zumvex"] == found["zumabine"] == "zumabine"
    assert "happy" not in found
    assert found["nurofen"] == "ibuprofen"


def test_procedures_keep_their_aliases() -> None:
    assert ("xray", "", "x ray") in procedures()


def test_real_symptoms_keep_identifiers_and_leave_out_ordinary_words(data: Path) -> None:
    found = {term: (code, name) for term, code, name in symptoms(data, Counter())}
    assert found["tummy ache"] == ("HP:0002027", "Abdominal pain")
    assert {"shock", "tears", "light"}.isdisjoint(found)


EVERYDAY = (
    "malaria", "dengue", "typhoid", "h pylori", "athletes foot", "warts", "a deviated septum", "a collapsed lung", "dvt",
    "a blood clot on the lung", "a hole in the heart", "a leaky valve", "high bp", "a brain bleed", "barretts oesophagus",
    "an anal fissure", "a kidney infection", "placenta praevia", "bv", "a torn meniscus", "an acl tear", "a sprained ankle",
    "a broken wrist", "broken ribs", "a dislocated shoulder", "a trapped nerve", "bulging discs", "bunions", "flat feet", "tmj",
    "an ingrown toenail", "a detached retina", "a perforated eardrum", "an impacted wisdom tooth", "cows milk allergy", "club foot",
    "von willebrand", "itp", "pku", "dcis", "a 22q11 deletion", "a brca mutation", "trisomy 18",
)  # fmt: skip


@pytest.mark.parametrize("said", EVERYDAY)
def test_illnesses_and_injuries_by_their_everyday_names_make_records(
    said: str, coded: Callable[..., dict[str, Any]]
) -> None:
    post = coded(f"My mum has {said} and she is on the ward now. She can not walk far any more.")
    assert [d["status"] for d in post["diagnosis"]] == ["confirmed"]


@pytest.mark.parametrize(
    "text",
    [
        "My eyes have been dry since I started the tablets.",
        "Boil the water before you drink it.",
        "There is a worm in my apple.",
    ],
)
def test_what_is_no_illness_makes_no_record(
    text: str, coded: Callable[..., dict[str, Any]]
) -> None:
    assert not coded(text)["diagnosis"]
