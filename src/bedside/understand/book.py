"""The pattern book: every phrase of every maker, read from the TOML files beside it, and one automaton over all.

A file of `patterns/` holds tables `[layer.code]` with `phrases`, and optionally `strong` (the same, said
strongly). `classes.toml` holds the word classes that phrases name with `@`. A rule is named `layer.code`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bedside.errors import InputError
from bedside.understand.phrases import Phrase, compile_phrase, split_phrase

__all__ = ["Book", "Hit", "Hits", "find_hits", "load_book", "make_book"]

REACH = 110  # characters that a phrase may stretch to either side of its trigger


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: start..end in canonical text, whether said strongly, and the numbers it caught."""

    start: int
    end: int
    strong: bool = False
    groups: Mapping[str, str] | None = None


Hits = dict[str, list[Hit]]
"""Rule name to what was found, in order of place."""


@dataclass(frozen=True, slots=True)
class Book:
    """Compiled phrases and, for each trigger, the numbers of the phrases that it wakes."""

    phrases: tuple[Phrase, ...]
    rules: tuple[str, ...]  # rule of each phrase
    strong: tuple[bool, ...]
    triggers: Mapping[str, tuple[int, ...]]


def make_book(tables: Sequence[Mapping[str, Any]], classes: Mapping[str, str]) -> Book:
    """Compile tables of rules.

    Raises
    ------
    InputError
        If a rule has a key that means nothing here, or a phrase cannot be read.
    """
    phrases: list[Phrase] = []
    rules: list[str] = []
    strong: list[bool] = []
    for table in tables:
        for layer, codes in table.items():
            for code, body in codes.items():
                unknown = set(body) - {"phrases", "strong"}
                if unknown:
                    raise InputError(
                        f"rule {layer}.{code} has {sorted(unknown)}; a rule has phrases and strong"
                    )
                for source, said_strongly in [
                    *((p, False) for p in body.get("phrases", [])),
                    *((p, True) for p in body.get("strong", [])),
                ]:
                    for option in split_phrase(source):
                        phrases.append(compile_phrase(option, classes))
                        rules.append(f"{layer}.{code}")
                        strong.append(said_strongly)
    triggers: dict[str, list[int]] = {}
    for number, phrase in enumerate(phrases):
        for trigger in phrase.triggers:
            triggers.setdefault(trigger, []).append(number)
    return Book(
        tuple(phrases), tuple(rules), tuple(strong), {t: tuple(n) for t, n in triggers.items()}
    )


@lru_cache(maxsize=1)
def load_book() -> Book:
    """Pattern book that ships with bedside."""
    folder = files("bedside.understand") / "patterns"
    classes = tomllib.loads((folder / "classes.toml").read_text("utf-8"))
    names = sorted(
        f.name for f in folder.iterdir() if f.name.endswith(".toml") and f.name != "classes.toml"
    )
    return make_book([tomllib.loads((folder / name).read_text("utf-8")) for name in names], classes)


def find_hits(book: Book, text: str, woken: Mapping[int, Sequence[int]]) -> Hits:
    """Run the woken phrases over one canonical text.

    Parameters
    ----------
    book : Book
    text : str
        Canonical text.
    woken : mapping of int to sequence of int
        Phrase number to the places of its triggers, in order.

    Returns
    -------
    dict of str to list of Hit
        By rule, in order of place; of two hits that overlap within a rule a strong one stays, then the earlier.
    """
    found: dict[str, list[Hit]] = {}
    phrases, rules, strong = book.phrases, book.rules, book.strong
    for number, places in woken.items():
        for match in _matches(phrases[number], text, places):
            start, end = match.span()
            hit = Hit(start + 1, end - 1, strong[number], match.groupdict() or None)
            found.setdefault(rules[number], []).append(hit)
    for hits in found.values():
        if len(hits) > 1:
            hits[:] = _without_overlaps(hits)
    return found


def _matches(phrase: Phrase, text: str, places: Sequence[int]) -> Iterable[re.Match[str]]:
    expression = phrase.expression
    if not phrase.begins:
        return expression.finditer(text, max(0, places[0] - REACH), places[-1] + REACH)
    if len(places) == 1:
        match = expression.match(text, places[0])
        return (match,) if match else ()
    return [match for place in places if (match := expression.match(text, place))]


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, not h.strong, -h.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.strong and not kept[-1].strong:
            kept[-1] = hit
    return kept
