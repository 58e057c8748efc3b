"""Words: what patients and professionals write for one thing, and a leaflet held against it."""

import pytest

from bedside.errors import InputError
from bedside.measure.context import MeasureContext
from bedside.measure.evidence import recount
from bedside.measure.language.dictionary import measure_language
from bedside.measure.language.leaflet import Usage, check_leaflet
from bedside.measure.language.readability import school_grade, syllables
from bedside.understand.lexicon import load_scanner
from tests.measure.conftest import Rows, Study, mark, post

PAIN = "dysmenorrhea"
USAGE: Usage = {
    "hysterectomy": {"": 40, "hysterectomy": 38},
    PAIN: {"": 100, "period pain": 90, "period cramps": 30, "bad periods": 5, "dysmenorrhea": 2},
    "headache": {"": 30, "headaches": 29},
    "nausea": {"": 3, "nausea": 3},
}  # fmt: skip
LEAFLET = """Your operation. Dysmenorrhea is a reason for which some people are offered a hysterectomy. After it you
may have a headache or nausea for a day. Dysmenorrhea goes away when there are no more periods. Ask the ward team what
you can do at home, and who you can ring if you are worried about anything after you have left us."""


def written(side: str, many: int, body: str, words: str, concept: str) -> tuple[Rows, Rows, Rows]:
    """Posts of accounts of a side that use the words for the concept."""
    keys = [f"{side}-{words}-{n}" for n in range(many)]
    at = body.index(words)
    posts = [
        post(key, title=None, body=body, text_key=key, record_no=hash(key) % 10**12) for key in keys
    ]
    marks = [mark(key, "role", side) for key in keys]
    mentions = [
        {"post_key": key, "text_key": key, "kind": "symptom", "concept": concept, "part": "body", "first": at, "past": at + len(words)}
        for key in keys
    ]  # fmt: skip
    return posts, marks, mentions


def test_words_of_both_sides_are_counted_and_rare_ones_are_no_figure(
    study: Study, context: MeasureContext
) -> None:
    parts = [
        written("patient", 12, "My period pain again", "period pain", "Dysmenorrhea"),
        written("patient", 3, "such crippling cramps", "crippling cramps", "Dysmenorrhea"),
        written("organisation", 9, "On dysmenorrhea today", "dysmenorrhea", "Dysmenorrhea"),
        written("other", 9, "On dysmenorrhea too", "dysmenorrhea", "Dysmenorrhea"),
        written("family_or_carer", 8, "Her period pain", "period pain", "Dysmenorrhea"),
    ]
    posts, marks, mentions = ([row for part in parts for row in part[at]] for at in range(3))
    ask = study(posts, marks, mention_words=mentions)
    figures = [f for f in measure_language(ask, context) if f.measure == "language.phrases"]
    found = {(f.keys["side"], f.keys["words"]): (f.hits_accounts, f.of_accounts) for f in figures}
    assert found == {
        ("patients", "period pain"): (12, 15),
        ("families", "period pain"): (8, 8),
        ("professionals", "dysmenorrhea"): (9, 9),
    }
    for figure in figures:
        hits, of = recount(ask, figure)
        assert (hits.accounts, of and of.accounts) == (figure.hits_accounts, figure.of_accounts)


def test_the_gap_between_the_sides_is_told_topic_by_topic(
    study: Study, context: MeasureContext
) -> None:
    plain = "My period pain was bad. I went to bed. " * 6
    hard = "Dysmenorrhea necessitates multidisciplinary gynaecological evaluation and individualised medication. " * 5  # fmt: skip
    parts = [
        written("patient", 10, plain, "period pain", "Dysmenorrhea"),
        written("clinician", 9, hard, "Dysmenorrhea", "Dysmenorrhea"),
    ]
    posts, marks, mentions = ([row for part in parts for row in part[at]] for at in range(3))
    ask = study(posts, marks, mention_words=mentions)
    figures = measure_language(ask, context)
    medical = {f.keys["side"]: f for f in figures if f.measure == "language.medical"}
    assert (medical["patients"].hits_accounts, medical["patients"].of_accounts) == (0, 10)
    assert (medical["professionals"].hits_accounts, medical["professionals"].of_accounts) == (9, 9)
    grade = {(f.keys["side"], f.keys["topic"]): f for f in figures if f.measure == "language.grade"}
    low, high = grade["patients", "symptom"].estimate, grade["professionals", "symptom"].estimate
    assert low is not None and high is not None and high - low > 5
    assert grade["patients", "drug"].refused
    for figure in [*medical.values(), *grade.values()]:
        hits, of = recount(ask, figure)
        assert hits.accounts == figure.hits_accounts
        assert of is None or of.accounts == figure.of_accounts


def test_words_that_nobody_wrote_before_the_last_snapshot_are_new(
    study: Study, context: MeasureContext
) -> None:
    parts = [
        written("patient", 10, "My period pain again", "period pain", "Dysmenorrhoea"),
        written("patient", 9, "such crippling cramps", "crippling cramps", "Dysmenorrhoea"),
    ]
    posts, marks, mentions = ([row for part in parts for row in part[at]] for at in range(3))
    earlier = [{"record_no": p["record_no"], "post_key": p["post_key"]} for p in posts[:2]]
    for known, new in ((earlier, ["crippling cramps"]), ([], [])):
        ask = study(posts, marks, mention_words=mentions, earlier=known)
        figures = measure_language(ask, context)
        found = [f.keys["words"] for f in figures if f.measure == "language.new"]
        assert found == new


def test_the_grade_of_a_side_needs_eight_accounts_with_text_enough(
    study: Study, context: MeasureContext
) -> None:
    long = "The cat sat on the mat and was well. " * 6
    posts, marks, _ = written("patient", 8, long, "cat", "x")
    grades = {
        f.keys["side"]: f
        for f in measure_language(study(posts, marks), context)
        if f.measure == "language.grade" and f.keys["topic"] == "all"
    }
    assert grades["patients"].estimate == pytest.approx(school_grade(long))
    assert grades["professionals"].estimate is None and grades["professionals"].refused


def test_a_leaflet_is_told_what_patients_write_instead() -> None:
    found = check_leaflet(LEAFLET, USAGE, load_scanner())
    by = {m.words: m for m in found.marked}
    pain = by["dysmenorrhea"]
    assert (pain.verdict, pain.times) == ("other words", 2)
    assert pain.offers == (("period pain", 90), ("period cramps", 30)), "none under eight accounts"
    assert [LEAFLET[a:b].lower() for a, b in pain.places] == ["dysmenorrhea"] * 2
    assert by["hysterectomy"].verdict == by["headache"].verdict == "theirs"
    assert by["nausea"].verdict == "not spoken of"
    assert found.score == pytest.approx(2 / 3)


def test_a_word_that_few_use_beside_no_clearly_commoner_one_is_nobodys_own() -> None:
    """Six of sixteen write "headaches", the others each their own words: nothing is said of whose word it is."""
    few = {**USAGE, "headache": {"": 16, "headaches": 6, "sore head": 5}}
    found = check_leaflet(LEAFLET, few, load_scanner())
    assert {m.words: m.verdict for m in found.marked}["headache"] == "no one word"
    assert found.score == pytest.approx(1 / 2), "neither for nor against the leaflet"


def test_a_leaflet_in_another_language_or_without_text_is_refused() -> None:
    german = (
        "Die Endometriose ist eine häufige Erkrankung, bei der Gewebe außerhalb der Gebärmutter wächst. "
        * 5
    )
    with pytest.raises(InputError, match="seems to be in 'de'"):
        check_leaflet(german, USAGE, load_scanner())
    with pytest.raises(InputError, match="scanned PDF holds pictures"):
        check_leaflet("", USAGE, load_scanner())


def test_grades_are_those_of_the_formula() -> None:
    """Kincaid et al. (1975): 0.39 * 6 + 11.8 * 1 - 15.59 for six one-syllable words a sentence."""
    assert school_grade("The cat sat on the mat. " * 6) == pytest.approx(-1.45)
    assert school_grade("Too short.") is None
    words = {
        "period": 3,
        "doctor": 2,
        "pain": 1,
        "moved": 1,
        "wanted": 2,
        "table": 2,
        "hysterectomy": 5,
        "disease": 2,
    }
    assert {word: syllables(word) for word in words} == words
