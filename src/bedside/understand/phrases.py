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
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bedside.errors import InputError
from bedside.understand.small_words import SMALL_WORDS

__all__ = ["COMMON", "NUMBER", "Phrase", "compile_phrase", "split_phrase"]

NUMBER = (
    r"(?:\d+(?:[.,]\d+)*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|couple|few|"
    r"several|many|half|dozen)"
)
AWAY = 1.4  # a trigger that does not begin its phrase costs a search instead of a match
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
    """

    source: str
    regex: str
    triggers: tuple[str, ...]
    begins: bool
    before: int
    after: int

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled when it is first needed: most phrases wake in few posts, and compiling all takes two seconds."""
        return re.compile(self.regex)


@dataclass(slots=True)
class _Part:
    """A piece of expression and the strings one of which it needs (None: nothing known).

    `word`: it is one plain word; `begins`: what it needs stands at its beginning; `most`: words it matches at most;
    `before`, `after`: of these how many stand before what it needs, and from there on.
    """

    regex: str
    needs: tuple[str, ...] | None
    word: bool = False
    begins: bool = True
    most: int = 1
    before: int = 0
    after: int = 1


def _cost(needs: tuple[str, ...]) -> float:
    """How often a trigger would fire for nothing: short, common and many are dear."""
    words = [need.split() for need in needs]
    return sum(
        (20.0 if all(word in COMMON for word in each) else 1.0)
        / (len(" ".join(each)) + 2 * len(each))
        for each in words
    )


def _word(piece: str) -> _Part:
    if piece.endswith("*"):
        return _Part(re.escape(piece[:-1]) + r"\S* ", (f" {piece[:-1]}",))
    return _Part(re.escape(piece) + " ", (f" {piece} ",), word=True)


def _sequence(parts: list[_Part]) -> _Part:
    """Join parts; the cheapest need of all becomes the need of the whole. Runs of plain words count as one."""
    best: tuple[str, ...] | None = None
    begins = False
    before = after = 0
    run, first = "", 0  # words of the run, and with which part it began
    for number, part in enumerate(parts):
        if part.word and part.needs:
            first = first if run else number
            run = run + part.needs[0][1:] if run else part.needs[0]
            needs: tuple[str, ...] | None = (run,)
            at_start = first == 0
        else:
            run, first, needs, at_start = "", number, part.needs, number == 0 and part.begins
        if needs and (best is None or _cost(needs) * (1.0 if at_start else AWAY) < _cost(best)):
            best, begins = needs, at_start
            before = sum(each.most for each in parts[:first]) + parts[first].before
            after = parts[first].after + sum(each.most for each in parts[first + 1 :])
    regex = "".join(part.regex for part in parts)
    most = sum(part.most for part in parts)
    return _Part(regex, best, len(parts) == 1 and parts[0].word, begins, most, before, after)


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
        return _Part(
            "(?:" + "|".join(option.regex for option in options) + ")",
            needs,
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
            return _Part(f"(?:{inner.regex})?", None, most=inner.most)
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
    return Phrase(source, " " + part.regex, part.needs, part.begins, part.before, part.after)


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
