"""Mentions of the terms of the user's own vocabularies (MedDRA, SNOMED CT, lists): a code, never a licensed name."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from bedside.store.keys import load_keys
from bedside.store.vocabularies import Vocabulary, open_vocabulary
from bedside.understand.context import assertion
from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal
from bedside.understand.text import normal_term

__all__ = ["VocabularyMaker", "vocabulary_makers"]

OWN_GROUPS = (
    100_000  # statements of this maker never share a number with those of the built-in dictionary
)
SHORT = 3  # letters; shorter terms are ordinary words far more often


class VocabularyMaker:
    """Marks `mention` with the vocabulary, its version and the term's code as the concept.

    Parameters
    ----------
    vocabulary : Vocabulary
    key : str
        Names its contents; part of the version.

    Notes
    -----
    The concept's name stays in the vocabulary, so that nothing licensed leaves with a mark, a figure or an export.
    Terms are found as they are written, in canonical text; of overlapping ones the longest.
    """

    layers: Sequence[str] = ("mention",)
    languages: Sequence[str] = ("en",)

    def __init__(self, vocabulary: Vocabulary, key: str) -> None:
        self.name = f"vocabulary-{vocabulary.name}"
        self.version = f"1+{vocabulary.version}+{key[:8]}"
        self._prefix = f"{vocabulary.kind.upper()}:{vocabulary.version}:"
        found: dict[str, tuple[str, str]] = {}
        for term, code, kind in vocabulary.terms:
            canonical = normal_term(term)
            if len(canonical) >= SHORT:
                found.setdefault(canonical, (code or canonical.replace(" ", "_"), kind))
        self._meanings = list(found.values())
        self._automaton = AhoCorasick(
            [f" {term} " for term in found], matchkind=MatchKind.Standard, store_patterns=False
        )

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """One mark a mention."""
        for group, (number, start, end) in enumerate(self._found(doc.canon.text), OWN_GROUPS):
            code, kind = self._meanings[number]
            yield Proposal(
                "mention",
                kind,
                ((start, end),),
                assertion=assertion(doc, start, end),
                concept_id=self._prefix + code,
                score=0.8,
                group=group,
                slot=kind,
                moment=doc.moment_at(start),
            )

    def _found(self, text: str) -> list[tuple[int, int, int]]:
        """Of overlapping terms the longest, then the first; places without the spaces around."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        kept: list[tuple[int, int, int]] = []
        reach = 0
        for number, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
            if start + 1 >= reach:
                kept.append((number, start + 1, end - 1))
                reach = end - 1
        return kept


def vocabulary_makers(settings: Mapping[str, Any]) -> tuple[VocabularyMaker, ...]:
    """Makers of the vocabularies that the settings of `understand` name: {name: key}, their files in `files`."""
    named = settings.get("vocabularies") or {}
    places = settings.get("files") or {}
    study = settings.get("study_id") or ""
    return tuple(
        _load(places[f"vocabularies/{name}"], key, study) for name, key in sorted(named.items())
    )


@lru_cache(maxsize=8)
def _load(place: str, key: str, study: str) -> VocabularyMaker:
    path = Path(place)
    vocabulary = open_vocabulary(path.read_bytes(), load_keys(study).vault, path.name)
    return VocabularyMaker(vocabulary, key)
