"""Names of drugs and illnesses as people spell them: "sertaline", "amytriptiline", "endometreosis".

Names and words seen in posts of every kind (`vocabulary/common.txt.zst`) are never corrected. Candidates come from a deletion neighbourhood of the first letters (Garbe's SymSpell, after Mor and Fraenkel 1982,
doi:10.1145/358728.358752), so that their number is bounded; a candidate is taken when its Damerau–Levenshtein distance
between the two as they sound is 1, or 2 from eight letters on.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import combinations

import zstandard

__all__ = ["FuzzyNames", "distance", "heard", "ordinary_words"]

PREFIX = 7  # letters whose deletions are indexed
LONG = 8  # letters of what is heard from which two slips are forgiven
SHORTEST = 6
MOST_CACHED = 65_536  # words; a corpus repeats its slips
_FORM = re.compile(
    r"(?:ing|ers?|ed|es|s|ly|ness|al|ic|ics|y)$"
)  # of a common word: "inhaled", "dancers"
_WORD = re.compile(r"(?<= )[a-z]{6,20}(?= )")


class FuzzyNames:
    """Well-known names, and the words that are one or two slips away from exactly one of them.

    Parameters
    ----------
    names : mapping of str to str
        Canonical single words to what they mean; shorter ones than six letters are passed over.
    known : iterable of str
        Words that mean something else.
    """

    def __init__(self, names: Mapping[str, str], known: Iterable[str] = ()) -> None:
        self._names = {
            n: m for n, m in names.items() if n.isascii() and n.isalpha() and len(n) >= SHORTEST
        }
        self._known = ordinary_words() | frozenset(known)
        self._heard = {name: heard(name) for name in self._names}
        self._near: dict[str, list[str]] = {}
        for name, sound in self._heard.items():
            for variant in _deletions(sound[:PREFIX], _slips(len(sound))):
                self._near.setdefault(variant, []).append(name)
        self._look = lru_cache(maxsize=MOST_CACHED)(self._nearest)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and meaning of every misspelt name in canonical text, in order of place."""
        found = []
        for word in set(_WORD.findall(text)) - self._known:
            if (meaning := self._look(word)) is not None:
                delimited, place = f" {word} ", -1
                while (place := text.find(delimited, place + 1)) >= 0:
                    found.append((place + 1, place + 1 + len(word), meaning))
        return sorted(found)

    def _nearest(self, word: str) -> str | None:
        if word in self._names or word in self._known or self._is_form(word):
            return None
        sound = heard(word)
        slips = _slips(len(sound))
        candidates = {
            name
            for variant in _deletions(sound[:PREFIX], slips)
            for name in self._near.get(variant, ())
            if abs(len(self._heard[name]) - len(sound)) <= slips
        }
        best: tuple[int, int, str] | None = None
        for name in candidates:
            other = self._heard[name]
            far = distance(sound, other, slips)
            if far <= min(slips, _slips(len(other))) and sound[: far + 1] == other[: far + 1]:
                rank = (far, distance(word, name, 4), name)
                best = rank if best is None else min(best, rank)
        return None if best is None else self._names[best[2]]

    def _is_form(self, word: str) -> bool:
        stem = _FORM.sub("", word)
        return len(stem) > 3 and any(
            stem + end in self._known for end in ("", "e", "s", "ing", "ed")
        )


def _slips(length: int) -> int:
    return 2 if length >= LONG else 1 if length >= SHORTEST else 0


def _deletions(word: str, slips: int) -> set[str]:
    """The word with up to `slips` letters left out."""
    found = {word}
    for count in range(1, slips + 1):
        for out in combinations(range(len(word)), count):
            found.add("".join(letter for place, letter in enumerate(word) if place not in out))
    return found


_SOUNDS = ((re.compile("ph"), "f"), (re.compile("ae|oe"), "e"), (re.compile("y"), "i"), (re.compile("ck|k|q"), "c"),
           (re.compile("z"), "s"), (re.compile("(?<=[tr])h"), ""), (re.compile(r"(.)\1"), r"\1"), (re.compile("e$"), ""))  # fmt: skip


def heard(word: str) -> str:
    """How a word sounds, roughly: what people confuse is made alike.

    Examples
    --------
    >>> heard("amytriptiline") == heard("amitriptyline")
    True
    """
    for sound, letters in _SOUNDS:
        word = sound.sub(letters, word)
    return word


def distance(one: str, other: str, most: int) -> int:
    """Damerau–Levenshtein distance (optimal string alignment), or `most` + 1 where it is larger.

    References
    ----------
    Damerau (1964), doi:10.1145/363958.363994.

    Examples
    --------
    >>> distance("sertaline", "sertraline", 2), distance("furesomide", "furosemide", 2)
    (1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        two_before, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Words that posts use in general: the list of the room `unify`, and one built from general talk."""
    packed = (files("bedside.understand") / "vocabulary" / "common.txt.zst").read_bytes()
    common = zstandard.ZstdDecompressor().decompress(packed).decode().split("\n")
    text = (files("bedside.unify") / "words" / "ordinary.txt").read_text("utf-8")
    return frozenset(
        line.strip().lower() for line in text.splitlines() if line[:1] != "#"
    ) | frozenset(common)
