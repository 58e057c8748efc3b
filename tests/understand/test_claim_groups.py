"""Word groups of claims are looked for only where words begin as theirs do."""

from bedside.understand.book import load_classes
from bedside.understand.claims.book import load_claims
from bedside.understand.claims.match import BEGINNING, ClaimIndex, _gathered, _is_out, _near
from bedside.understand.text import normal_term


def test_no_word_group_that_stands_in_a_wording_is_passed_over_by_how_its_words_begin() -> None:
    claims = load_claims().claims
    index = ClaimIndex(claims, load_classes())
    texts = [f" {normal_term(text)} " for c in claims for text in (c.statement, *c.wordings)]
    begun = [frozenset(word[:BEGINNING] for word in text.split()) for text in texts]
    groups = {
        group.phrase.source: group
        for topic in index.rules
        for each in index.groups(topic)
        for group in (*each.others, *each.deny)
    }
    held = 0
    for group in groups.values():
        for text, beginnings in zip(texts, begun, strict=True):
            if group.phrase.expression.search(text):
                held += 1
                assert not group.begins or not group.begins.isdisjoint(beginnings)
    assert held > len(texts)  # most wordings hold some group of their claim or of another


def test_a_claim_that_is_given_up_by_how_words_begin_would_not_have_been_found() -> None:
    claims = load_claims().claims
    index = ClaimIndex(claims, load_classes())
    texts = [f" {normal_term(text)} " for c in claims for text in (c.statement, *c.wordings)]
    every = [groups for topic in index.rules for groups in index.groups(topic)]
    out = 0
    for text in texts:
        begun = frozenset(word[:BEGINNING] for word in text.split())
        where, nowhere = (1, len(text) - 1), (0, 0)
        for groups in every:
            if _is_out(groups, begun):
                out += 1
                assert _gathered(text, groups, begun, where, nowhere) is None
                assert not any(_near(text, g, begun, where, nowhere) for g in groups.deny)
    assert 0.2 < out / (len(every) * len(texts)) < 1
