"""Building the vocabularies, on a tiny source of each kind and on the real one."""

from collections import Counter
from pathlib import Path

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
