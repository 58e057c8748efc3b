"""The pattern book: every phrase of every maker, read from the TOML files beside it, and one automaton over all.

A file of `patterns/` holds tables `[layer.code]` with `phrases`, and optionally `strong` (the same, said
strongly). `classes.toml` holds the word classes that phrases name with `@`. A rule is named `layer.code`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bedside.errors import InputError
from bedside.understand.phrases import Phrase, compile_phrase, split_phrase

__all__ = ["Book", "Found", "Hit", "Hits", "load_book", "load_classes", "make_book"]

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
    layers: Mapping[str, tuple[tuple[str, str], ...]]  # code and rule of each layer


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
    layers: dict[str, list[tuple[str, str]]] = {}
    for rule in dict.fromkeys(rules):
        layer, _, code = rule.partition(".")
        layers.setdefault(layer, []).append((code, rule))
    return Book(
        tuple(phrases),
        tuple(rules),
        tuple(strong),
        {t: tuple(n) for t, n in triggers.items()},
        {layer: tuple(codes) for layer, codes in layers.items()},
    )


@lru_cache(maxsize=1)
def load_classes() -> dict[str, str]:
    """Word classes that phrases name with `@`."""
    folder = files("bedside.understand") / "patterns"
    return tomllib.loads((folder / "classes.toml").read_text("utf-8"))


def load_book(more: Mapping[str, Any] | None = None) -> Book:
    """Pattern book that ships with bedside.

    Parameters
    ----------
    more : mapping of layer to rules, optional
        Rules that stand in no pattern file, such as the topics of claims; may name classes of claims.
    """
    folder = files("bedside.understand") / "patterns"
    names = sorted(
        f.name for f in folder.iterdir() if f.name.endswith(".toml") and f.name != "classes.toml"
    )
    tables = [tomllib.loads((folder / name).read_text("utf-8")) for name in names]
    classes = load_classes()
    if more:
        tables.append(dict(more))
        from bedside.understand.claims.match import relations

        classes = classes | relations()
    return make_book(tables, classes)


class Found:
    """What the woken phrases find in one canonical text; each rule is run when it is first asked for.

    Parameters
    ----------
    book : Book
    text : str
        Canonical text.
    woken : mapping of int to sequence of int
        Phrase number to the places of its triggers, in order.
    """

    __slots__ = ("_book", "_done", "_text", "_waiting")

    def __init__(self, book: Book, text: str, woken: Mapping[int, Sequence[int]]) -> None:
        self._book, self._text = book, text
        self._done: Hits = {}
        self._waiting: dict[str, list[tuple[int, Sequence[int]]]] = {}
        rules, waiting = book.rules, self._waiting
        for number, places in woken.items():
            rule = rules[number]
            if rule in waiting:
                waiting[rule].append((number, places))
            else:
                waiting[rule] = [(number, places)]

    def get(self, rule: str) -> list[Hit]:
        """Hits of a rule, in order of place; of two that overlap a strong one stays, then the earlier."""
        hits = self._done.get(rule)
        if hits is None:
            woken = self._waiting.get(rule)
            hits = self._done[rule] = self._run(woken) if woken else []
        return hits

    def layer(self, name: str) -> dict[str, list[Hit]]:
        """Hits of a layer by code; codes without any are left out."""
        woken = [
            (code, rule) for code, rule in self._book.layers.get(name, ()) if rule in self._waiting
        ]
        return {code: hits for code, rule in woken if (hits := self.get(rule))}

    def _run(self, woken: list[tuple[int, Sequence[int]]]) -> list[Hit]:
        text, phrases, strong = self._text, self._book.phrases, self._book.strong
        hits: list[Hit] = []
        for number, places in woken:
            phrase = phrases[number]
            if phrase.begins:
                match_at = phrase.expression.match
                for place in places:
                    match = match_at(text, place)
                    if match:
                        hits.append(_hit(match, strong[number]))
            else:
                low, high = max(0, places[0] - REACH), places[-1] + REACH
                for match in phrase.expression.finditer(text, low, high):
                    hits.append(_hit(match, strong[number]))
        return _without_overlaps(hits) if len(hits) > 1 else hits


def _hit(match: re.Match[str], strong: bool) -> Hit:
    return Hit(match.start() + 1, match.end() - 1, strong, match.groupdict() or None)


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, not h.strong, -h.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.strong and not kept[-1].strong:
            kept[-1] = hit
    return kept
