"""Word groups of claims are looked for only where their triggers stand."""

from bedside.understand.book import load_classes
from bedside.understand.claims.book import load_claims
from bedside.understand.claims.match import ClaimIndex, _gathered, _Groups, _is_out, _near
from bedside.understand.text import normal_term


def _index_and_texts() -> tuple[ClaimIndex, list[str]]:
    claims = load_claims().claims
    texts = [f" {normal_term(text)} " for c in claims for text in (c.statement, *c.wordings)]
    return ClaimIndex(claims, load_classes()), texts


def _every(index: ClaimIndex) -> list[_Groups]:
    return [groups for topic in index.rules for groups in index.groups(topic)]


def _present(index: ClaimIndex, text: str) -> int:
    present = 0
    for _, bits in index.woken(text):
        present |= bits
    return present


def test_no_word_group_that_stands_in_a_wording_is_passed_over() -> None:
    index, texts = _index_and_texts()
    groups = {g.bit: g for each in _every(index) for g in (*each.others, *each.deny)}
    held = 0
    for text in texts:
        present, places = _present(index, text), dict.fromkeys(at for at, _ in index.woken(text))
        for group in groups.values():
            if group.phrase.expression.search(text):
                held += 1
                assert group.bit & present
        assert all(text[at - 1] == " " != text[at] for at in places)
    assert held > len(texts)  # most wordings hold some group of their claim or of another


def test_a_claim_that_is_given_up_by_its_triggers_would_not_have_been_found() -> None:
    index, texts = _index_and_texts()
    every = _every(index)
    all_bits = (1 << len({g.bit for e in every for g in (*e.others, *e.deny)})) - 1
    out = 0
    for text in texts:
        present = _present(index, text)
        where, nowhere = (1, len(text) - 1), (0, 0)
        for groups in every:
            if _is_out(groups, present):
                out += 1
                assert _gathered(text, groups, all_bits, where, nowhere) is None
                assert not any(_near(text, g, all_bits, where, nowhere) for g in groups.deny)
    assert 0.2 < out / (len(every) * len(texts)) < 1
