"""How near a sentence is to a wording of a claim.

BM25 after Robertson and Zaragoza (2009, doi:10.1561/1500000019), over light stems, divided by the score of the wording
against itself, so that 1 means worded alike.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, KeysView, Mapping, Sequence
from functools import lru_cache

from bedside.understand.claims.book import Claim
from bedside.understand.small_words import SMALL_WORDS
from bedside.understand.text import normal_term

__all__ = ["Bm25", "stem", "stems"]

K1, B = 1.2, 0.75
ENDING = re.compile(r"(?:'s|ing|ies|ed|es|s|ly)$")
DULL = SMALL_WORDS | frozenset(
    (
        "anyone",
        "everyone",
        "give",
        "its",
        "make",
        "more",
        "most",
        "one",
        "people",
        "really",
        "some",
        "someone",
        "take",
        "than",
        "their",
        "very",
    )
)


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A word without its commonest ending."""
    return ENDING.sub("", word) if len(word) > 4 else word


def stems(text: str) -> list[str]:
    """Words of canonical text without endings and without the commonest words.

    Examples
    --------
    >>> stems("vaccines are causing autism")
    ['vaccin', 'caus', 'autism']
    """
    return [stem(word) for word in text.split() if word[0].isalnum() and word not in DULL]


class Bm25:
    """Wordings and statements of all claims as documents; a claim scores as its best one."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        worded = {
            claim.id: [
                Counter(stems(normal_term(text))) for text in (claim.statement, *claim.wordings)
            ]
            for claim in claims
        }
        every = [document for documents in worded.values() for document in documents]
        seen = Counter(word for document in every for word in document)
        self._rarity = {
            word: math.log(1 + (len(every) - count + 0.5) / (count + 0.5))
            for word, count in seen.items()
        }
        self._length = sum(sum(d.values()) for d in every) / max(1, len(every))
        self._documents = {
            claim_id: [
                (weights, whole)
                for d in documents
                if (whole := _score(d, weights := self._weights(d))) > 0
            ]
            for claim_id, documents in worded.items()
        }
        self._words = {
            claim_id: frozenset(word for weights, _ in documents for word in weights)
            for claim_id, documents in self._documents.items()
        }

    def topic(self, claim: Claim) -> str:
        """The rarest word that most wordings hold, as a phrase."""
        held = Counter(word for document, _ in self._documents[claim.id] for word in document)
        most = max(held.values(), default=0)
        words = [w for w, n in held.items() if n >= max(1, (most + 1) // 2)] or ["claim"]
        return max(words, key=lambda w: (held[w] * self._rarity.get(w, 0.0), w)) + "*"

    def alike(self, claim: Claim, sentence: str, shared: int) -> float:
        """Score of a canonical sentence against the nearest wording of a claim, 0..1; 0 under `shared` common stems."""
        words = _said(sentence)
        if len(words & self._words[claim.id]) < shared:
            return 0.0
        return max(
            (
                _score(words, weights) / whole
                for weights, whole in self._documents[claim.id]
                if len(words & weights.keys()) >= shared
            ),
            default=0.0,
        )

    def _weights(self, document: Mapping[str, int]) -> dict[str, float]:
        """What each word of a document adds to the score of a query that holds it."""
        norm = K1 * (1 - B + B * sum(document.values()) / self._length)
        return {
            word: self._rarity[word] * times * (K1 + 1) / (times + norm)
            for word, times in document.items()
        }


def _score(query: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights[word] for word in query if word in weights)


@lru_cache(maxsize=256)
def _said(sentence: str) -> KeysView[str]:
    """Different stems of a sentence, in order; several claims ask for those of one sentence."""
    return dict.fromkeys(stems(sentence)).keys()
