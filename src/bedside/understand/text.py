"""Canonical text: lower-case tokens, one space apart, each with its place in the masked text.

Every pattern and dictionary of this room reads canonical text and nothing else. `Dont  know…what’s wrong`
becomes ` don't know … what's wrong `; the offsets lead back to code points of the source.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, chain
from operator import add
from typing import NamedTuple

from bedside.unify.runs import Runs

__all__ = [
    "LINE",
    "MASK",
    "PART",
    "Canonical",
    "Span",
    "canonical",
    "lower_keeping_length",
    "normal_term",
]

Span = tuple[str, int, int]
"""(part, start, end) in code points of the masked text."""

LINE = "¶"  # a line break in the source
MASK = "▇"  # what `unify` writes over names: read as if nothing stood there
PART = "§"  # a new part: the title has ended, a segment begins

_TOKEN = re.compile(  # the first choice is the fourth, where no other can be meant: most words are settled by it
    r"[^\W_]++(?:'[^\W_]++)*+(?![.,])|"
    r"\d+(?:[.,]\d+)+|(?:dr|mrs?|ms|prof|vs|approx)\.|(?:[a-z]\.){2,}|[^\W_]+(?:'[^\W_]+)*|_+|([^\w\s])\1*"
)
_BREAK = re.compile(r"\n[^\S\x1c\x1d]*")  # those two are curly quotes of old
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "—": "–",
                          "\x18": "'", "\x19": "'", "\x91": "'", "\x92": "'", "\x1c": '"', "\x1d": '"'})  # fmt: skip
_ACCENTS = {
    code: unicodedata.normalize("NFD", chr(code))[0]
    for code in range(0xC0, 0x180)
    if unicodedata.normalize("NFD", chr(code))[0].isascii()
}
_PLAIN = _QUOTES | _ACCENTS  # one character for one: Menière's and Meniere's are one word
_INNER = frozenset("-‐‑'")  # joins two words: x-ray, follow-up
_SPOKEN = {
    **{
        f"{stem}nt": f"{stem}n't"
        for stem in (
            "do",
            "does",
            "did",
            "is",
            "was",
            "are",
            "were",
            "have",
            "has",
            "had",
            "ca",
            "wo",
            "would",
            "could",
            "should",
        )
    },
    "im": "i'm",
    "ive": "i've",
    "hes": "he's",
    "shes": "she's",
    "thats": "that's",
    "theyre": "they're",
    "youre": "you're",
    "youve": "you've",
    "weve": "we've",
    "theyve": "they've",
    "whats": "what's",
    "didn": "didn't",
    "cannot": "can't",
    "u": "you",
    "ur": "your",
    "plz": "please",
    "pls": "please",
    "bc": "because",
    "cos": "because",
    "cuz": "because",
    "hosp": "hospital",
}


@dataclass(slots=True)
class Canonical:
    """Canonical text of one post and the way back.

    Attributes
    ----------
    text : str
        Tokens one space apart, with a space before the first and after the last.
    parts : tuple of str
        Names of the parts: title, body, segment:0, ...
    heads : list of int
        Number of the first token of each part.
    lows : list of str
        The parts' own texts in lower case, character for character.
    words : list of str
        The tokens.
    """

    text: str
    parts: tuple[str, ...]
    heads: list[int] = field(repr=False)
    lows: list[str] = field(repr=False)
    words: list[str] = field(repr=False)
    _starts: list[int] = field(default_factory=list, repr=False)
    _parted: dict[int, "_Parted"] = field(default_factory=dict, repr=False)

    @property
    def starts(self) -> list[int]:
        """Place of each token in `text`; worked out when first asked for, since many texts are only read."""
        if not self._starts:
            ends = accumulate(map(len, self.words), initial=1)
            self._starts = list(map(add, ends, range(len(self.words))))
        return self._starts

    def token_at(self, place: int) -> int:
        """Number of the token that holds this place of the canonical text."""
        return max(0, bisect_right(self.starts, place) - 1)

    def span(self, start: int, end: int) -> Span:
        """Span in the masked text of the canonical stretch start..end.

        A stretch that runs over two parts is cut at the end of its first part.
        """
        heads, starts = self.heads, self.starts
        first = max(0, bisect_right(starts, start) - 1)
        last = max(0, bisect_right(starts, end - 1) - 1)
        part = bisect_right(heads, first) - 1 if len(heads) > 1 else 0
        if part + 1 < len(heads):
            last = min(last, heads[part + 1] - 1)
        begins = self._place(part, first)
        ends = self._place(part, last) if last > first else begins
        return (self.parts[part], begins[0], ends[1])

    def _place(self, part: int, token: int) -> tuple[int, int]:
        """Start and end of a token in its part; nothing for the mark of a new part."""
        within = token - self.heads[part] - (part > 0)
        if within < 0:
            return 0, 0
        if part not in self._parted:
            self._parted[part] = _Parted.of(self.lows[part])
        return self._parted[part].place(within)


def lower_keeping_length(text: str) -> str:
    """Lower case with one character for each character of the source.

    Examples
    --------
    >>> len("İstanbul".lower()), len(lower_keeping_length("İstanbul"))
    (9, 8)
    """
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c.lower()[0] for c in text)


def _read(run: str) -> Iterator[tuple[str, int, int]]:
    """Canonical words of a run between spaces, or of a line break, each with its start and end."""
    if run[:1] == "\n":
        yield LINE, 0, len(run)
        return
    run = run.translate(_PLAIN)
    for token in _TOKEN.finditer(run):
        word = token[0]
        if word := _SPOKEN.get(word, word) if word.isalnum() else _mark(word, run, *token.span()):
            yield word, *token.span()


_words_of = Runs(lambda run: tuple([word for word, _, _ in _read(run)]))
_places_of = Runs(lambda run: tuple([(start, end) for _, start, end in _read(run)]))


def _words(low: str) -> list[str]:
    if "\n" not in low:
        return list(chain.from_iterable(map(_words_of.__getitem__, low.split(" "))))
    first, *more = _BREAK.split(low)
    runs = first.split(" ")
    for line in more:
        runs.append("\n")
        runs += line.split(" ")
    return list(chain.from_iterable(map(_words_of.__getitem__, runs)))


class _Parted(NamedTuple):
    """A text taken apart: its runs between spaces and its line breaks, where each starts, and how many words are told by then."""

    runs: list[str]
    starts: list[int]
    told: list[int]

    @classmethod
    def of(cls, low: str) -> "_Parted":
        runs: list[str] = []
        starts: list[int] = []
        begun = 0
        for broken in (*_BREAK.finditer(low), None) if "\n" in low else (None,):
            line = low[begun : broken.start() if broken else None].split(" ")
            runs += line
            starts += map(add, accumulate(map(len, line), initial=begun), range(len(line)))
            if broken:
                runs.append(broken[0])
                starts.append(broken.start())
                begun = broken.end()
        return cls(runs, starts, list(accumulate(map(len, map(_words_of.__getitem__, runs)))))

    def place(self, word: int) -> tuple[int, int]:
        """Start and end of a word, by its number."""
        run = bisect_right(self.told, word)
        first = self.told[run - 1] if run else 0
        start, end = _places_of[self.runs[run]][word - first]
        return self.starts[run] + start, self.starts[run] + end


def _mark(word: str, low: str, start: int, end: int) -> str:
    """Canonical form of a token that is not letters and digits alone; empty where it is passed over."""
    if word[-1] == ".":
        bare = word.replace(".", "")
        return _SPOKEN.get(bare, bare) or ("…" if len(word) > 1 else ".")
    if word[0].isalnum():
        return _SPOKEN.get(word, word)
    if word[0] in _INNER and low[start - 1 : start].isalnum() and low[end : end + 1].isalnum():
        return ""
    return "" if word[0] == MASK else word[0]


def canonical(parts: list[tuple[str, str]]) -> Canonical:
    """Canonical text of a post.

    Parameters
    ----------
    parts : list of (name, text)
        In reading order; empty texts are passed over.

    Returns
    -------
    Canonical

    Examples
    --------
    >>> doc = canonical([("title", "HELP"), ("body", "Dont  know… what’s wrong?")])
    >>> doc.text
    " help § don't know … what's wrong ? "
    >>> doc.span(doc.text.index("know"), doc.text.index("know") + 4)
    ('body', 6, 10)
    """
    words: list[str] = []
    lows: list[str] = []
    heads: list[int] = []
    names: list[str] = []
    for name, text in parts:
        if not text:
            continue
        heads.append(len(words))
        if names:
            words.append(PART)
        names.append(name)
        lows.append(lower_keeping_length(text))
        words += _words(lows[-1])
    return Canonical(f" {' '.join(words)} ", tuple(names), heads, lows, words)


def normal_term(term: str) -> str:
    """Canonical form of a dictionary term, without the outer spaces.

    Examples
    --------
    >>> normal_term("X-Ray"), normal_term("Crohn’s  disease")
    ('x ray', "crohn's disease")
    """
    return " ".join(word for word in _words(lower_keeping_length(term)) if word != LINE)
