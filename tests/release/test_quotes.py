"""Quotes: shared wordings, seeded verbatims, and paraphrases that lead back to nobody."""

import msgspec
import pytest

from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.model.sources import Source
from bedside.release.gatelog import GateLog, quote_hash
from bedside.release.haystack import Haystack
from bedside.release.quotes import allowed_verbatims, approve, gate_paraphrase
from bedside.release.wordings import shared_wordings
from bedside.release.words import TextRow, pieces
from tests.release.conftest import NOW, rows

FILLERS = (
    "tired",
    "sleep",
    "garden",
    "kitchen",
    "bus",
    "rain",
    "letter",
    "phone",
    "sister",
    "walk",
)
SHARED = "The nurse lost my blood results."


def forum(shared: str, accounts: int) -> list[TextRow]:
    """Posts of ten accounts, each with words of its own; the first ones also say the shared sentence."""
    own = [f"Nothing but {word} and {word}s here. " for word in FILLERS]
    return rows(*(text + (shared if i < accounts else "") for i, text in enumerate(own)))


def wordings(texts: list[TextRow], **more: object) -> list[str]:
    return [quote.text for quote in shared_wordings(texts, **more)]  # type: ignore[arg-type]


def test_a_wording_of_eight_accounts_is_found_with_its_number() -> None:
    (found,) = shared_wordings(forum(SHARED, 8), about="care")
    assert (found.kind, found.text, found.accounts) == ("wording", "nurse lost my blood results", 8)


def test_a_wording_of_seven_accounts_is_not() -> None:
    assert wordings(forum(SHARED, 7)) == []


def test_one_account_that_repeats_itself_is_one_account() -> None:
    texts = [row._replace(account_key="same") for row in forum(SHARED, 10)]
    assert wordings(texts, least_accounts=2) == []


def test_posts_without_author_make_no_wording() -> None:
    assert wordings([row._replace(account_key=None) for row in forum(SHARED, 10)]) == []


def test_words_that_say_nothing_are_no_wording() -> None:
    assert wordings(forum("And it was just what they said.", 10)) == []


@pytest.mark.parametrize("between", ["▇▇▇▇", ". ", "\n", " (", "! "])
def test_no_wording_reaches_over_a_mask_or_the_end_of_a_sentence(between: str) -> None:
    found = wordings(forum(f"lost blood{between}results twice", 10))
    assert found == []


def test_crisis_posts_and_closed_sources_lend_no_words(register: dict[str, Source]) -> None:
    texts = forum(SHARED, 8)
    assert wordings(texts, avoid={"p0"}) == []
    closed = [row._replace(source="closed") for row in texts]
    assert wordings(closed, register=register) == []
    assert len(wordings(texts, register=register)) == 1


def test_the_most_distinctive_wording_comes_first() -> None:
    usual = forum("My results came late. The porter sang lullabies.", 10)
    also = rows(*["Results came late again, results came late."] * 30, account="b")
    found = wordings([*usual, *[r._replace(post_key=f"q{i}") for i, r in enumerate(also)]])
    assert found[0] == "porter sang lullabies"


def test_wordings_do_not_repeat_each_other() -> None:
    found = wordings(forum("Nurse lost my blood results yesterday morning again.", 10))
    assert len(found) == 1


def test_order_of_posts_changes_no_wording() -> None:
    texts = forum(SHARED, 9)
    assert shared_wordings(texts) == shared_wordings(texts[::-1])


def test_of_too_many_posts_a_fixed_part_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = rows(*(f"{FILLERS[i % 10]}. {SHARED}" for i in range(400)))
    (whole,) = shared_wordings(texts)
    monkeypatch.setattr("bedside.release.wordings.MOST_POSTS", 150)
    (part,) = shared_wordings(texts)
    assert part == shared_wordings(texts[::-1])[0]
    assert part.text == whole.text
    assert 50 < (part.accounts or 0) <= 150 < (whole.accounts or 0)


def test_no_texts_no_wordings() -> None:
    assert shared_wordings([]) == []
    assert shared_wordings(rows("hm", "...")) == []


def test_one_account_s_words_are_never_a_shared_wording() -> None:
    with pytest.raises(InputError):
        shared_wordings([], least_accounts=1)


def test_pieces_keep_apostrophes_and_hyphens() -> None:
    assert list(pieces("Couldn’t sleep; re-tested, twice")) == [
        ["couldn't", "sleep"],
        ["re-tested", "twice"],
    ]


LONG = "It took them {} months to look at the scan and nobody rang me about it."


def test_verbatims_come_only_from_sources_that_allow_them(register: dict[str, Source]) -> None:
    texts = rows(*(LONG.format(n) for n in range(10)))
    assert len(allowed_verbatims(texts, register=register, seed=b"s")) == 3
    for source in ("closed", "unknown"):
        moved = [row._replace(source=source) for row in texts]
        assert allowed_verbatims(moved, register=register, seed=b"s") == []
    register["forum"] = msgspec.structs.replace(register["forum"], quotes="paraphrase")
    assert allowed_verbatims(texts, register=register, seed=b"s") == []


def test_verbatims_are_drawn_by_seed_not_by_order(register: dict[str, Source]) -> None:
    texts = rows(*(LONG.format(n) for n in range(30)))
    drawn = allowed_verbatims(texts, register=register, seed=b"s")
    assert drawn == allowed_verbatims(texts[::-1], register=register, seed=b"s")
    assert drawn != allowed_verbatims(texts, register=register, seed=b"t")


def test_crisis_posts_masked_posts_and_second_posts_of_one_account_are_not_quoted(
    register: dict[str, Source],
) -> None:
    one, two, masked, crisis = rows(*(LONG.format(n) for n in range(4)))
    texts = [one, two._replace(account_key=one.account_key), crisis]
    texts.append(masked._replace(text=LONG.format("▇▇▇")))
    found = allowed_verbatims(texts, register=register, seed=b"s", never={"p3"})
    assert len(found) == 1
    assert found[0].text in (one.text, two.text)


def test_verbatims_are_logged_by_hash_with_their_post(
    register: dict[str, Source], gate: GateLog
) -> None:
    (quote,) = allowed_verbatims(
        rows(LONG.format(1)), register=register, seed=b"s", log=gate, at=NOW
    )
    assert gate.passed(quote)
    assert gate.sources_of(quote) == ("p0",)
    assert quote.text not in gate.path.read_text()
    assert not gate.passed(msgspec.structs.replace(quote, text="something else"))


def test_the_same_decision_again_adds_no_line(register: dict[str, Source], gate: GateLog) -> None:
    for day in (1, 2):
        later = NOW.replace(day=day)
        allowed_verbatims(rows(LONG), register=register, seed=b"s", log=gate, at=later)
    assert len(gate.records()) == 1


def test_an_erased_post_leaves_no_key_in_the_log(
    register: dict[str, Source], gate: GateLog
) -> None:
    texts = rows(LONG.format(1), LONG.format(2))
    quotes = allowed_verbatims(texts, register=register, seed=b"s", log=gate, at=NOW)
    assert len(quotes) == 2
    assert gate.forget(["p0"]) == 1
    assert '"p0"' not in gate.path.read_text()
    assert [gate.passed(quote) for quote in quotes].count(True) == 1


@pytest.fixture
def haystack() -> Haystack:
    """A hundred and twenty posts on waiting for letters, and one about a lost sample."""
    usual = [
        f"Week {n}, still waiting for the letter from the clinic on my scan." for n in range(120)
    ]
    own = "Still waiting for the letter. They mislaid my biopsy sample somewhere between two floors of one hospital."
    return Haystack(rows(*usual, own))


def test_a_run_of_five_words_that_is_one_account_s_own_is_refused(haystack: Haystack) -> None:
    found = gate_paraphrase(
        "Somebody mislaid my biopsy sample somewhere, she says", haystack, sources=["p120"]
    )
    assert found.own_runs == ("mislaid my biopsy sample somewhere",)
    assert not found.passed


def test_a_paraphrase_that_a_search_finds_is_refused(haystack: Haystack) -> None:
    found = gate_paraphrase("the biopsy was mislaid", haystack, sources=["p120"])
    assert found.own_runs == ()
    assert (found.rank_words, found.rank_characters) == (1, 1)
    assert not found.passed
    assert "place 1" in found.reasons[0]


def test_a_paraphrase_in_other_words_passes(haystack: Haystack) -> None:
    found = gate_paraphrase(
        "Tissue got lost inside the building while I kept waiting for a letter from the clinic",
        haystack,
        sources=["p120"],
    )
    assert found.passed, found.reasons


def test_words_that_everybody_uses_lead_to_nobody(haystack: Haystack) -> None:
    found = gate_paraphrase(
        "still waiting for the letter from the clinic", haystack, sources=["p120"]
    )
    assert found.own_runs == ()
    assert found.passed


def test_equals_count_against_the_text_unless_they_are_many() -> None:
    """Of 20 alike any may be among the first ten that a search shows; of 200 hardly this one."""
    for posts, rank in ((20, 2), (200, 20)):
        haystack = Haystack(rows(*["the same words for all of us"] * posts))
        assert gate_paraphrase("same words", haystack, sources=["p13"]).rank_words == rank


def test_bm25_is_the_published_formula() -> None:
    """Robertson and Zaragoza 2009 by hand: two texts, one with the word twice in four words."""
    haystack = Haystack(rows("pain pain at night", "no trouble"))
    idf = 0.6931471805599453  # log(1 + (2 - 1 + .5) / (1 + .5))
    expected = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3))
    assert haystack._bm25.max() == pytest.approx(expected)


def test_runs_do_not_reach_from_one_post_into_the_next() -> None:
    haystack = Haystack(rows("one two three", "four five six"))
    assert haystack.accounts_with(["one", "two", "three"]) == 1
    assert haystack.accounts_with(["three", "four"]) == 0
    assert haystack.accounts_with(["absent"]) == 0


def test_a_paraphrase_names_its_source_and_says_something(haystack: Haystack) -> None:
    with pytest.raises(InputError):
        gate_paraphrase("words", haystack, sources=[])
    with pytest.raises(InputError):
        gate_paraphrase("...", haystack, sources=["p120"])
    with pytest.raises(NotFoundError):
        gate_paraphrase("words of biopsy", haystack, sources=["elsewhere"])


def test_a_crisis_post_is_not_even_paraphrased(haystack: Haystack) -> None:
    with pytest.raises(PermissionRefused):
        gate_paraphrase("other words", haystack, sources=["p120"], never={"p120"})


@pytest.mark.parametrize(("author", "approver"), [("ann", "ann"), ("ann", " "), ("", "ben")])
def test_a_paraphrase_needs_a_second_person(
    haystack: Haystack, gate: GateLog, author: str, approver: str
) -> None:
    result = gate_paraphrase("nothing that anybody wrote", haystack, sources=["p120"])
    with pytest.raises(PermissionRefused, match="second person"):
        approve(result, sources=["p120"], author=author, approver=approver, log=gate, at=NOW)
    (record,) = gate.records()
    assert not record.passed


def test_an_approved_paraphrase_is_logged_and_a_refused_one_too(
    haystack: Haystack, gate: GateLog
) -> None:
    people = {"author": "ann", "approver": "ben"}
    good = gate_paraphrase("nothing that anybody wrote", haystack, sources=["p120"])
    quote = approve(good, sources=["p120"], log=gate, at=NOW, **people)
    assert gate.passed(quote)
    bad = gate_paraphrase("the biopsy was mislaid", haystack, sources=["p120"])
    with pytest.raises(PermissionRefused, match="leads back"):
        approve(bad, sources=["p120"], log=gate, at=NOW, **people)
    assert [record.passed for record in gate.records()] == [True, False]
    assert gate.records()[0].text_hash == quote_hash(quote.text)


def test_an_empty_corpus_can_be_searched() -> None:
    assert Haystack([]).accounts_with(["a"]) == 0
