"""Phrases that behave like symptoms or drugs and stand in no list, for the analyst to teach (F29).

A phrase behaves like a symptom where a harm's reaction is told in the writer's own words; a word behaves like a drug
where it is taken, in milligrams, or begun and stopped like one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bedside.understand.fuzzy import ordinary_words
from bedside.understand.lexicon import load_scanner
from bedside.understand.text import canonical

__all__ = ["Phrase", "rank_phrases", "unknown_phrases"]

MOST_WORDS = 5  # of a phrase that is shown
_DRUG = re.compile(
    r" (?:on|taking|take|takes|took|started|starting|stopped|prescribed|tried|off|of|mg|switched to|put on|dose of) "
    r"(?P<word>[a-z]{5,20}) (?=(?:\d+ ?(?:mg|mcg|ml|units)|\d+mg|for|and|but|since|last|a|twice|once|daily|every|at|\.|,|to help|again|for my) )"
)
_DULL = frozenset(
    [
        "the",
        "a",
        "an",
        "my",
        "his",
        "her",
        "me",
        "him",
        "it",
        "so",
        "like",
        "and",
        "was",
        "is",
        "very",
        "really",
        "to",
        "of",
        "that",
        "this",
        "i",
        "feel",
        "feeling",
    ]
)


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """An unknown phrase with the numbers of accounts and of posts that use it."""

    phrase: str
    kind: str
    accounts: int
    posts: int


def unknown_phrases(
    posts: Sequence[Mapping[str, Any]], harms: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str, str | None, str]]:
    """Kind, phrase, account key and post key of what stands in no list.

    Parameters
    ----------
    posts : sequence of mapping
        post_key, account_key, title and body of a page.
    harms : sequence of mapping
        Marks of the layer harm of the same page: post_key, slot, concept, spans.
    """
    by_key = {row["post_key"]: row for row in posts}
    for mark in harms:
        row = by_key.get(mark["post_key"])
        if row is None or mark["slot"] != "reaction" or mark["concept"] or not mark["spans"]:
            continue
        span = mark["spans"][0]
        words = str(row.get(span["part"]) or "")[span["start"] : span["end"]]
        phrase = _short(words)
        if phrase:
            yield "symptom", phrase, row["account_key"], row["post_key"]
    for row in posts:
        for word in _drug_words(str(row.get("body") or "")):
            yield "drug", word, row["account_key"], row["post_key"]


def _short(words: str) -> str:
    said = canonical([("body", words)]).text.split()
    while said and said[0] in _DULL:
        said.pop(0)
    return " ".join(said[:MOST_WORDS])


def _drug_words(body: str) -> set[str]:
    """Words that are taken like a drug, in no list and in no general talk."""
    text = canonical([("body", body)]).text
    scanner = load_scanner()
    return {
        word
        for match in _DRUG.finditer(text)
        if (word := match["word"]) not in ordinary_words() and not scanner.knows(word)
    }


def rank_phrases(found: Iterable[tuple[str, str, str | None, str]]) -> list[Phrase]:
    """Phrases by the number of accounts that use them; posts of unknown authors count as posts only."""
    accounts: dict[tuple[str, str], set[str]] = {}
    posts: dict[tuple[str, str], set[str]] = {}
    for kind, phrase, account, post in found:
        posts.setdefault((kind, phrase), set()).add(post)
        accounts.setdefault((kind, phrase), set()).update([account] if account else [])
    ranked = [
        Phrase(phrase=phrase, kind=kind, accounts=len(accounts[kind, phrase]), posts=len(keys))
        for (kind, phrase), keys in posts.items()
    ]
    return sorted(ranked, key=lambda p: (-p.accounts, -p.posts, p.kind, p.phrase))
