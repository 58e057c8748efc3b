"""The pattern book: every phrase of every maker, read from the TOML files beside it, and one automaton over all.

A file of `patterns/` holds tables `[layer.code]` with `phrases`, and optionally `strong` (the same, said
strongly). `classes.toml` holds the word classes that phrases name with `@`. A rule is named `layer.code`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.errors import InputError
from bedside.understand.phrases import LONGEST, Phrase, compile_phrase, split_phrase

__all__ = ["Book", "Found", "Hit", "load_book", "load_classes", "make_book"]

Integers = npt.NDArray[np.int64]

REACH = 110  # characters that a phrase may stretch to either side of its trigger


class Hit(NamedTuple):
    """A phrase found: start..end in canonical text, whether said strongly, and the numbers it caught."""

    start: int
    end: int
    strong: bool = False
    groups: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """Compiled phrases and, for each trigger, the numbers of the phrases that it wakes."""

    phrases: tuple[Phrase, ...]
    rules: tuple[str, ...]  # rule of each phrase
    strong: tuple[bool, ...]
    triggers: Mapping[str, tuple[int, ...]]
    layers: Mapping[str, tuple[tuple[str, str], ...]]  # code and rule of each layer
    before: Integers  # words of each phrase that stand before its trigger at most
    after: Integers  # and from the trigger on; -1 where the trigger begins the phrase, which then is not searched for


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
        np.array([phrase.before for phrase in phrases], np.int64),
        np.array([-1 if phrase.begins else phrase.after for phrase in phrases], np.int64),
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


class _Woken(NamedTuple):
    """A phrase that woke: its number, where its triggers stand, and the stretches in their reach."""

    phrase: int
    places: slice
    stretches: slice


class Found(dict[str, dict[int, list[Hit]]]):
    """What the phrases find in the texts of a batch; each rule is run over all of them when it is first asked for.

    `found["layer.code"]` gives the hits of a rule by number of text, in order of place; of two that overlap a strong
    one stays, then the earlier.

    Parameters
    ----------
    book : Book
    text : str
        Canonical texts of the batch, one after the other. Two spaces stand where two of them meet, and no phrase
        runs over two spaces.
    bounds : numpy.ndarray of int
        Where each text begins, and the end of the last.
    woken : three numpy.ndarray of int
        Numbers of the woken phrases, where in `text` the trigger stands that woke each, and how long it is.
    """

    def __init__(
        self, book: Book, text: str, bounds: Integers, woken: tuple[Integers, Integers, Integers]
    ) -> None:
        self._book, self._text = book, text
        self._bounds: list[int] = bounds.tolist()
        phrases, places, sizes = _in_order(*woken, len(text))
        texts = np.searchsorted(bounds, places, "right") - 1
        self._places: list[int] = places.tolist()
        self._sizes: list[int] = sizes.tolist()
        self._texts: list[int] = texts.tolist()
        new = np.diff(phrases, prepend=-1) != 0
        heads = np.flatnonzero(new)
        stretches = np.flatnonzero(new | (np.diff(texts, prepend=-1) != 0))
        last = np.append(stretches[1:], len(places)) - 1
        searched = book.after[phrases[stretches]] >= 0
        stretches, last = stretches[searched], last[searched]
        self._stretches = _stretches(
            book, text, bounds, (phrases, texts, places), (stretches, last)
        )
        first = np.searchsorted(stretches, heads).tolist()  # stretch with which each phrase begins
        self._woken: dict[str, list[_Woken]] = {}
        for (head, end), (low, high) in zip(
            pairwise([*heads.tolist(), len(phrases)]),
            pairwise([*first, len(stretches)]),
            strict=True,
        ):
            number = int(phrases[head])
            each = _Woken(number, slice(head, end), slice(low, high))
            self._woken.setdefault(book.rules[number], []).append(each)
        self._layers: dict[str, dict[int, dict[str, list[Hit]]]] = {}
        self._together: dict[tuple[str, ...], dict[int, list[Hit]]] = {}

    def __missing__(self, rule: str) -> dict[int, list[Hit]]:
        hits = self[rule] = self._run(self._woken.get(rule, ()))
        return hits

    def together(self, rules: tuple[str, ...]) -> dict[int, list[Hit]]:
        """Hits of several rules by number of text, in order of place, then of the rules."""
        hits = self._together.get(rules)
        if hits is None:
            hits = self._together[rules] = {}
            for rule in rules:
                for text, found in self[rule].items():
                    hits.setdefault(text, []).extend(found)
            for found in hits.values():
                found.sort(key=lambda hit: hit.start)
        return hits

    def layer(self, name: str) -> dict[int, dict[str, list[Hit]]]:
        """Hits of a layer by number of text and by code; codes without any are left out."""
        layer = self._layers.get(name)
        if layer is None:
            layer = self._layers[name] = {}
            for code, rule in self._book.layers.get(name, ()):
                for text, hits in self[rule].items():
                    layer.setdefault(text, {})[code] = hits
        return layer

    def _run(self, woken: Sequence[_Woken]) -> dict[int, list[Hit]]:
        found: dict[int, list[Hit]] = {}
        for each in woken:
            phrase, strong = self._book.phrases[each.phrase], self._book.strong[each.phrase]
            if phrase.exact:
                self._add_exact(found, each.places, strong)
                continue
            run = self._begun if phrase.begins else self._around
            counts = bool(phrase.expression.groupindex)
            for text, match in run(phrase.expression, each):
                base = self._bounds[text]
                start, stop = match.span()
                numbers = match.groupdict() if counts else None
                hit = Hit(start + 1 - base, stop - 1 - base, strong, numbers)
                found.setdefault(text, []).append(hit)
        return {
            text: _without_overlaps(hits) if len(hits) > 1 else hits for text, hits in found.items()
        }

    def _add_exact(self, found: dict[int, list[Hit]], woken: slice, strong: bool) -> None:
        """Hits of a phrase that matches its triggers and nothing else."""
        spans = zip(self._texts[woken], self._places[woken], self._sizes[woken], strict=True)
        for text, place, size in spans:
            start = place + 1 - self._bounds[text]
            found.setdefault(text, []).append(Hit(start, start + size - 2, strong))

    def _begun(
        self, expression: re.Pattern[str], woken: _Woken
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """Matches of an expression that its trigger begins."""
        match, whole = expression.match, self._text
        for place, text in zip(self._places[woken.places], self._texts[woken.places], strict=True):
            if (found := match(whole, place)) is not None:
                yield text, found

    def _around(
        self, expression: re.Pattern[str], woken: _Woken
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """Matches of an expression in reach of the triggers of each text."""
        search, whole = expression.search, self._text
        for text, low, high in self._stretches[woken.stretches]:
            found = search(whole, low, high)
            while found is not None:
                yield text, found
                found = search(whole, found.end(), high)


def _in_order(
    phrases: Integers, places: Integers, sizes: Integers, size: int
) -> tuple[Integers, Integers, Integers]:
    """Phrases, places and sizes by phrase, then by place: put together into one number each, which sorts fastest."""
    keys = (phrases * (size + 1) + places) * (LONGEST + 1) + np.minimum(sizes, LONGEST)
    keys.sort()
    where, sizes = np.divmod(keys, LONGEST + 1)
    phrases, places = np.divmod(where, size + 1)
    return phrases, places, sizes


def _stretches(
    book: Book,
    text: str,
    bounds: Integers,
    woken: tuple[Integers, Integers, Integers],
    ends: tuple[Integers, Integers],
) -> list[tuple[int, int, int]]:
    """Text, first and last character in reach of a phrase's triggers, for each phrase and text that it woke in.

    A phrase is looked for as many words before and after its triggers as it has, and never over REACH.
    """
    (phrases, texts, places), (heads, last) = woken, ends
    if not len(heads):
        return []
    of, which = texts[heads], phrases[heads]
    spaces = np.flatnonzero(np.frombuffer(text.encode("utf-32-le"), np.uint32) == ord(" "))
    low = spaces[np.maximum(np.searchsorted(spaces, places[heads]) - book.before[which], 0)]
    after = np.searchsorted(spaces, places[last]) + book.after[which]
    high = spaces[np.minimum(after, len(spaces) - 1)] + 1
    low = np.maximum(np.maximum(bounds[of], places[heads] - REACH), low)
    high = np.minimum(np.minimum(bounds[of + 1], places[last] + REACH), high)
    return list(zip(of.tolist(), low.tolist(), high.tolist(), strict=True))


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, not h.strong, -h.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.strong and not kept[-1].strong:
            kept[-1] = hit
    return kept
