"""The small language in which patterns are written, compiled to a regular expression and its triggers.

A phrase is words of canonical text:

=============  ====================================================
``word``       the word itself
``stem*``      any word that begins so
``(a|b c)``    one of these
``(a|b)?``     one of these, or nothing
``~3``         up to three words in between, no punctuation
``~~5``        up to five words or commas in between
``@name``      a word class from the book of classes
``<num>``      a number, in digits or in words, kept as a group
=============  ====================================================

Triggers are strings of which at least one stands in every text that the phrase matches. One automaton looks for
the triggers of all phrases at once; an expression runs only where its trigger was seen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise, product
from math import prod

from bedside.errors import InputError
from bedside.understand.small_words import SMALL_WORDS

__all__ = ["COMMON", "LONGEST", "NUMBER", "Phrase", "compile_phrase", "split_phrase"]

NUMBER = (
    r"(?:\d+(?:[.,]\d+)*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|couple|few|"
    r"several|many|half|dozen)"
)
AWAY = 2.0  # a trigger that does not begin its phrase costs a search instead of a match
MOST = 100  # triggers of a phrase that stand for several pieces of it
LONGEST = 127  # characters of what a phrase matches without its expression
_PIECE = re.compile(r"\(|\)\?|\)|\||~~?\d+|<\w+>|@\w+|[^\s()|]+")
COMMON = SMALL_WORDS | frozenset(
    (
        "about",
        "after",
        "am",
        "go",
        "him",
        "i'm",
        "i've",
        "it's",
        "out",
        "then",
        "up",
    )
)


@dataclass(frozen=True)
class Phrase:
    """A compiled phrase.

    Attributes
    ----------
    source : str
    regex : str
        Over canonical text.
    triggers : tuple of str
    begins : bool
        Whether the triggers begin it.
    before, after : int
        Words of it that stand before a trigger, and from the trigger on, at most.
    exact : bool
        Whether it matches its triggers and nothing else, and none of them begins another.
    """

    source: str
    regex: str
    triggers: tuple[str, ...]
    begins: bool
    before: int
    after: int
    exact: bool = False

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled when it is first needed: most phrases wake in few posts, and compiling all takes two seconds."""
        return re.compile(self.regex)


@dataclass(slots=True)
class _Part:
    """A piece of expression and the strings one of which it needs (None: nothing known).

    `says`: all that it matches, where these are few; `word`: it is one plain word; `begins`: what it needs stands at its
    beginning; `most`: words it matches at most; `before`, `after`: of these how many stand before what it needs, and
    from there on.
    """

    regex: str
    needs: tuple[str, ...] | None
    says: tuple[str, ...] | None = None
    word: bool = False
    begins: bool = True
    most: int = 1
    before: int = 0
    after: int = 1


@lru_cache(maxsize=100_000)
def _share(word: str) -> float:
    """About how many words of a text are this one, or begin so: short and common ones are many."""
    return (0.3 if word in COMMON else 0.015) / (len(word) + 2)


@lru_cache(maxsize=4096)
def _cost(needs: tuple[str, ...]) -> float:
    """How often one of these fires, for each word of a text."""
    return sum(prod(map(_share, need.split())) for need in needs)


def _word(piece: str) -> _Part:
    if piece.endswith("*"):
        return _Part(re.escape(piece[:-1]) + r"\S* ", (f" {piece[:-1]}",))
    return _Part(re.escape(piece) + " ", (f" {piece} ",), (f"{piece} ",), word=True)


def _together(parts: Sequence[_Part]) -> tuple[str, ...] | None:
    """All that these parts match one after the other; None where that is not known or too much."""
    known = [part.says for part in parts]
    if None in known or prod(len(says or ()) for says in known) > MOST:
        return None
    return tuple(dict.fromkeys(map("".join, product(*(says or () for says in known)))))


def _dearest_first(parts: Sequence[_Part], first: int) -> Iterator[tuple[float, int]]:
    """How often a text fires what the parts need from the first on, taken together with as many as say all they match.

    Gives the cost, and the part whose need ends the trigger.
    """
    cost, many = 1.0, 1
    for last in range(first, len(parts)):
        part = parts[last]
        if part.needs and (last == first or (part.begins and many * len(part.needs) <= MOST)):
            yield cost * _cost(part.needs), last
        if part.says is None:
            return
        cost *= _cost(part.says)
        many *= len(part.says)
        if many > MOST:
            return


def _sequence(parts: list[_Part]) -> _Part:
    """Join parts; the cheapest need of all becomes the need of the whole: of one part, or of several in a row."""
    if len(parts) == 1:
        return parts[0]
    regex = "".join(part.regex for part in parts)
    most = sum(part.most for part in parts)
    says = _together(parts)
    if says and all(part.word for part in parts):
        return _Part(regex, (f" {says[0]}",), says, most=most, after=most)
    whole = _Part(regex, None, says, begins=False, most=most)
    best: float | None = None
    for first, part in enumerate(parts):
        for cost, last in _dearest_first(parts, first):
            begins = first == 0 and (part.begins or last > 0)
            if best is None or cost * (1.0 if begins else AWAY) < best:
                best = cost * (1.0 if begins else AWAY)
                before = sum(each.most for each in parts[:first])
                whole.needs, whole.begins = _needs(parts[first : last + 1]), begins
                whole.before = before + (part.before if last == first else 0)
                whole.after = most - before - (part.most - part.after if last == first else 0)
    return whole


def _needs(parts: Sequence[_Part]) -> tuple[str, ...]:
    """What several parts in a row need: all that they say, and what the last one needs; none that begins with another."""
    *said, last = parts
    if not said:
        return last.needs or ()
    starts = _together(said) or ()
    kept: list[str] = []
    for need in sorted(f" {start}{need[1:]}" for start in starts for need in last.needs or ()):
        if not kept or not need.startswith(kept[-1]):
            kept.append(need)
    return tuple(kept)


class _Reader:
    """Recursive-descent reader of one phrase."""

    def __init__(self, source: str, classes: Mapping[str, str]) -> None:
        self.source = source
        self.classes = classes
        self.pieces = _PIECE.findall(source)
        self.at = 0
        self.numbers = 0

    def alternatives(self) -> _Part:
        options = [self.sequence()]
        while self.at < len(self.pieces) and self.pieces[self.at] == "|":
            self.at += 1
            options.append(self.sequence())
        if len(options) == 1:
            return options[0]
        known = [option.needs for option in options]
        needs = (
            None if None in known else tuple(dict.fromkeys(n for each in known for n in each or ()))
        )
        begins = all(option.begins for option in options)
        said = [option.says for option in options]
        says = (
            None if None in said else tuple(dict.fromkeys(s for each in said for s in each or ()))
        )
        return _Part(
            "(?:" + "|".join(option.regex for option in options) + ")",
            needs,
            says if says and len(says) <= MOST else None,
            begins=begins,
            most=max(option.most for option in options),
            before=max(option.before for option in options),
            after=max(option.after for option in options),
        )

    def sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.at < len(self.pieces) and self.pieces[self.at] not in ("|", ")", ")?"):
            parts.append(self.piece())
        return _sequence(parts)

    def piece(self) -> _Part:
        piece = self.pieces[self.at]
        if piece == "*":
            raise InputError(
                f"phrase '{self.source}': a * without a stem; write the letters before it"
            )
        self.at += 1
        if piece == "(":
            return self.group()
        if piece[0] == "~":
            word = r"[\w,]" if piece[1] == "~" else r"\w"
            most = int(piece.strip("~"))
            return _Part(rf"(?:{word}\S* ){{0,{most}}}?", None, most=most)
        if piece[0] == "<" and len(piece) > 2:
            return self.number(piece[1:-1])
        if piece[0] == "@" and len(piece) > 1:
            return self.named(piece[1:])
        return _word(piece)

    def group(self) -> _Part:
        inner = self.alternatives()
        if self.at >= len(self.pieces):
            raise InputError(
                f"phrase '{self.source}': a bracket is not closed; close it with ) or )?"
            )
        close = self.pieces[self.at]
        self.at += 1
        if close == ")?":
            says = None if inner.says is None else (*inner.says, "")
            return _Part(f"(?:{inner.regex})?", None, says, most=inner.most)
        return inner if inner.word else replace(inner, regex=f"(?:{inner.regex})")

    def number(self, name: str) -> _Part:
        self.numbers += 1
        group = name if self.numbers == 1 else f"{name}{self.numbers}"
        return _Part(rf"(?P<{group}>{NUMBER}) ", None)

    def named(self, name: str) -> _Part:
        if name not in self.classes:
            known = ", ".join(sorted(self.classes))
            raise InputError(f"phrase '{self.source}': no class @{name}; known here: {known}")
        return _class_part(self.classes[name], tuple(self.classes.items()))


@lru_cache(maxsize=512)
def _class_part(body: str, classes: tuple[tuple[str, str], ...]) -> _Part:
    inner = _Reader(body, dict(classes)).alternatives()
    return replace(inner, regex=f"(?:{inner.regex})", word=False)


def compile_phrase(source: str, classes: Mapping[str, str]) -> Phrase:
    """Compile one phrase.

    Parameters
    ----------
    source : str
        The phrase in the language above.
    classes : mapping of str to str
        Word classes: name to alternatives, in the same language.

    Returns
    -------
    Phrase

    Raises
    ------
    InputError
        If a bracket is open, a class unknown, or nothing in the phrase is a fixed word.

    Examples
    --------
    >>> phrase = compile_phrase("took me ~2 <num> (year*|month*)", {})
    >>> phrase.triggers
    (' took me ',)
    >>> bool(phrase.expression.search(" it took me about four years to "))
    True
    """
    reader = _Reader(source, classes)
    part = reader.alternatives()
    if reader.at < len(reader.pieces):
        raise InputError(f"phrase '{source}': a bracket closes that was never opened; remove it")
    if not part.needs:
        raise InputError(
            f"phrase '{source}': no fixed word to look for; add one outside ( )? and ~"
        )
    if part.says and _is_apart(part.says):
        triggers = tuple(f" {said}" for said in part.says)
        return Phrase(source, " " + part.regex, triggers, True, 0, part.most, exact=True)
    return Phrase(source, " " + part.regex, part.needs, part.begins, part.before, part.after)


def _is_apart(says: Sequence[str]) -> bool:
    """Whether none of these begins another, and none is longer than Found can tell."""
    ordered = sorted(says)
    begun = any(other.startswith(one) for one, other in pairwise(ordered))
    return not begun and max(map(len, says)) < LONGEST


def split_phrase(source: str) -> list[str]:
    """Alternatives of a phrase that is nothing but alternatives; each then wakes by itself.

    Examples
    --------
    >>> split_phrase("(sick|tired (of|from)) | fed up")
    ['sick', 'tired (of|from)', 'fed up']
    >>> split_phrase("(so|very) tired")
    ['(so|very) tired']
    """
    inner = _unwrapped(source.strip())
    options: list[str] = [""]
    depth = 0
    for piece in re.split(r"([()|])", inner):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "|" and depth == 0:
            options.append("")
        else:
            options[-1] += piece
    if len(options) == 1:
        return [inner.strip()]
    return [each for option in options for each in split_phrase(option)]


def _unwrapped(source: str) -> str:
    """Source without a bracket that holds all of it."""
    if not (source.startswith("(") and source.endswith(")")):
        return source
    depth = 0
    for place, mark in enumerate(source):
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if depth == 0 and place < len(source) - 1:
            return source
    return _unwrapped(source[1:-1].strip())
