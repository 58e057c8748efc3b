"""The dictionary: terms people say, each with its kind and concept, and the automaton that finds them.

The automaton holds the terms of the vocabularies and the triggers of the pattern book, each between spaces, and
reads the canonical text of a whole batch in one pass (Aho & Corasick 1975, doi:10.1145/360825.360855).
Overlapping matches are asked for and the longest kept per place, because leftmost-longest matching of
delimited terms swallows the space that the next term needs.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import zstandard
from ahocorasick_rs import AhoCorasick, MatchKind

from bedside.understand.book import Book, Found, Integers, load_book, load_classes
from bedside.understand.claims.book import load_claims, unpack_claims
from bedside.understand.claims.match import ClaimIndex
from bedside.understand.fuzzy import FuzzyNames, ordinary_words
from bedside.understand.text import normal_term

__all__ = ["KINDS", "Entry", "Scan", "Scanner", "Term", "known_terms", "load_scanner"]

KINDS = ("condition", "drug", "procedure", "symptom")  # a term of two kinds is read as the first


@dataclass(frozen=True, slots=True)
class Entry:
    """What a term means: its kind, concept id (may be empty) and the concept's name."""

    kind: str
    concept_id: str
    concept: str


class Term(NamedTuple):
    """A term found at start..end of canonical text; `misspelt` when its spelling stands in no list."""

    start: int
    end: int
    entry: Entry
    misspelt: bool = False


class Scan(NamedTuple):
    """What one pass found in the texts of a batch: the terms of each, and what phrases find in them."""

    terms: list[list[Term]]
    found: Found


class Scanner:
    """Terms and triggers in one automaton.

    Parameters
    ----------
    entries : mapping of str to str
        Canonical term to what it means: kind, concept id and concept, with tabs between. Kept as text, so that the
        collector of garbage has no 80,000 records to walk.
    book : Book
        Phrases whose triggers are looked for.
    claims : ClaimIndex, optional
        Claims whose topics stand in the book's layer `claim`.
    spoken : iterable of str
        Terms that are also found misspelt.
    """

    def __init__(
        self,
        entries: Mapping[str, str],
        book: Book,
        claims: ClaimIndex | None = None,
        spoken: Iterable[str] = (),
    ) -> None:
        self.book = book
        self.claims = claims or ClaimIndex((), {})
        self.fuzzy = FuzzyNames(
            {term: entries[term] for term in spoken if term in entries},
            _words(entries),
        )
        self.lay = {
            code: replace(
                _entry(entries.get(normal_term(code), f"symptom\t\t{code}")), kind="symptom"
            )
            for code, _ in book.layers.get("lay", ())
        }
        self.symptoms = frozenset(code.lower() for code in self.lay)
        woken = book.triggers.values()
        self._woken = np.array([phrase for phrases in woken for phrase in phrases], np.int64)
        self._wakes = np.cumsum([0, *map(len, woken)])  # where the phrases of each trigger begin
        self._entries = list(entries.values())
        patterns = [*book.triggers, *(f" {term} " for term in entries)]
        self._automaton = AhoCorasick(patterns, matchkind=MatchKind.Standard, store_patterns=False)

    def knows(self, word: str) -> bool:
        """Whether a canonical word is a term of its own, or nearly the name of one."""
        return bool(self.scan([f" {word} "]).terms[0])

    def scan(self, texts: Sequence[str]) -> Scan:
        """Scan canonical texts of a batch in one pass."""
        whole = "".join(texts)
        bounds = np.cumsum([0, *map(len, texts)])
        matches = self._automaton.find_matches_as_indexes(whole, overlapping=True)
        found = np.fromiter(chain.from_iterable(matches), np.int64, 3 * len(matches)).reshape(-1, 3)
        is_term = found[:, 0] >= len(self._wakes) - 1
        terms = self._with_misspelt(whole, self._longest(found[is_term]))
        triggers, places, ends = found[~is_term].T
        many = self._wakes[triggers + 1] - self._wakes[triggers]
        within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        phrases = self._woken[np.repeat(self._wakes[triggers], many) + within]
        woken = phrases, np.repeat(places, many), np.repeat(ends - places, many)
        book = Found(self.book, whole, bounds, woken)
        return Scan(_by_text(terms, bounds), book)

    def _longest(self, found: Integers) -> list[Term]:
        """Of overlapping terms the longest, then the first; terms that only share a space do not overlap."""
        pattern, start, end = found[np.lexsort((found[:, 0], found[:, 2], found[:, 1]))].T
        reach = np.maximum.accumulate(end)
        heads = np.flatnonzero(np.concatenate([[True], start[1:] >= reach[:-1] - 1])[: len(start)])
        kept: list[tuple[int, int, int]] = []
        spans = list(zip(start.tolist(), end.tolist(), pattern.tolist(), strict=True))
        for first, last in pairwise([*heads.tolist(), len(spans)]):
            kept += spans[first:last] if last - first == 1 else _resolved(spans[first:last])
        first_term = len(self._wakes) - 1
        return [Term(s + 1, e - 1, _entry(self._entries[n - first_term])) for s, e, n in kept]

    def _with_misspelt(self, text: str, terms: list[Term]) -> list[Term]:
        """Add names spelt otherwise, where no term stands."""
        ends = [term.end for term in terms]
        more = []
        for start, end, meaning in self.fuzzy.find(text):
            after = bisect_right(ends, start)
            if after == len(terms) or terms[after].start >= end:
                more.append(Term(start, end, _entry(meaning), misspelt=True))
        return sorted(terms + more, key=lambda term: term.start) if more else terms


def _resolved(cluster: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    kept: list[tuple[int, int, int]] = []
    for start, end, number in sorted(cluster, key=lambda f: (f[0] - f[1], f[0])):
        if all(end - 1 <= other[0] or start >= other[1] - 1 for other in kept):
            kept.append((start, end, number))
    return sorted(kept)


def _by_text(terms: list[Term], bounds: Integers) -> list[list[Term]]:
    """Terms of a batch by text, with places as each text counts them."""
    starts = np.array([term.start for term in terms], np.int64)
    cuts = np.searchsorted(starts, bounds).tolist()
    return [
        [Term(start - base, end - base, entry, slip) for start, end, entry, slip in terms[low:high]]
        for base, low, high in zip(bounds.tolist(), cuts, cuts[1:], strict=False)
    ]


@lru_cache(maxsize=4096)
def _entry(line: str) -> Entry:
    return Entry(*line.split("\t"))


def _read(kind: str) -> list[str]:
    packed = (files("bedside.understand") / "vocabulary" / f"{kind}.tsv.zst").read_bytes()
    return zstandard.ZstdDecompressor().decompress(packed).decode().split("\n")


@lru_cache(maxsize=4)
def known_terms(kind: str) -> Mapping[str, Entry]:
    """Canonical terms of one shipped vocabulary, each with what it means.

    Examples
    --------
    >>> known_terms("drug")["nurofen"].concept
    'ibuprofen'
    """
    lines = (line.partition("\t") for line in _read(kind) if line)
    return {term: Entry(kind, *meaning.split("\t")) for term, _, meaning in lines}


@lru_cache(maxsize=4)
def load_scanner(
    conditions: tuple[str, ...] = (), products: tuple[str, ...] = (), claims: str = ""
) -> Scanner:
    """Scanner over the shipped vocabularies and pattern book, with a study's own words.

    Parameters
    ----------
    conditions, products : tuple of str
        Names that the study adds; a name already known keeps its concept.
    claims : str
        The study's claims as `bedside.understand.claims.book.pack_claims` packs them; empty: the starter set.
    """
    entries: dict[str, str] = {}
    for kind in KINDS:
        for line in _read(kind):
            term, _, meaning = line.partition("\t")
            entries.setdefault(term, f"{kind}\t{meaning}")
    for kind, names in (("condition", conditions), ("drug", products)):
        for name in names:
            term = normal_term(name)
            if term and not entries.get(term, "").startswith(kind):
                entries[term] = f"{kind}\t\t{term}"
    known = unpack_claims(claims) if claims else load_claims().claims
    index = ClaimIndex(known, load_classes())
    return Scanner(entries, load_book({"claim": index.rules}), index, _spoken(entries))


def _spoken(entries: Mapping[str, str]) -> list[str]:
    """Single words of the hand-written lists that mean nothing else: what people say, and misspell."""
    found = []
    for name in ("drugs", "conditions", "symptoms"):
        text = (files("bedside.understand") / "vocabulary" / "hand" / f"{name}.tsv").read_text(
            "utf-8"
        )
        for line in text.splitlines():
            concept, *more = line.split("\t")
            aliases = more[-1] if more else ""
            found += [normal_term(word) for word in (concept, *aliases.split("|"))]
    plain = ordinary_words()
    return [
        term
        for term in found
        if term in entries
        and " " not in term
        and not (entries[term].startswith("symptom") and term in plain)
    ]


def _words(entries: Mapping[str, str]) -> set[str]:
    """Words of the terms; of drugs' names only those that stand alone, since a longer name may hold a foreign form."""
    found = set(entries)
    for term, meaning in entries.items():
        if " " in term and not meaning.startswith("drug"):
            found.update(term.split())
    return found
