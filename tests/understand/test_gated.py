"""Expressions that only run where one of their words stands."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.understand.book import make_book
from bedside.understand.doc import Doc, Post, make_docs
from bedside.understand.gated import Gated, Kind
from bedside.understand.lexicon import Scanner
from bedside.understand.makers import (
    conditions,
    dated,
    one_by_one,
    professionals_seen,
    scales,
)
from bedside.understand.numbers import _BEGINNINGS, _DURATION

GATED = {
    f"{module.__name__.rpartition('.')[2]}{name}": value
    for module in (conditions, professionals_seen, scales)
    for name, value in vars(module).items()
    if isinstance(value, Gated)
}


@pytest.mark.parametrize("name", GATED)
@settings(max_examples=40)
@given(data=st.data())
def test_every_match_of_a_gated_expression_holds_one_of_its_words(
    name: str, data: st.DataObject
) -> None:
    gated = GATED[name]
    text = data.draw(st.from_regex(gated.pattern))
    match = gated.pattern.search(text)
    assert match is None or not gated.words.isdisjoint(match[0].split())


@settings(max_examples=40)
@given(st.from_regex(_DURATION))
def test_every_duration_holds_the_beginning_of_a_unit(text: str) -> None:
    match = _DURATION.search(text)
    assert match is None or any(unit in match[0] for unit in _BEGINNINGS)


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        (one_by_one._NAMED, one_by_one._MENTION),
        (professionals_seen._PROFESSIONALS, professionals_seen._CALLED.pattern),
    ],
)
@settings(max_examples=40)
@given(data=st.data())
def test_every_match_behind_a_kind_holds_a_word_of_it(
    kind: Kind, expression: re.Pattern[str], data: st.DataObject
) -> None:
    match = expression.search(data.draw(st.from_regex(expression)))
    assert match is None or any(map(kind.holds, match[0].split(" ")))


@settings(max_examples=40)
@given(st.from_regex(conditions._ENDING), st.from_regex(dated._OF_A_YEAR))
def test_every_ending_and_every_month_is_seen_before_it_is_looked_for(
    ending: str, month: str
) -> None:
    assert any(end in ending for end in conditions._ENDS)
    assert not dated._MONTH_NAMES.isdisjoint(month.split())


def test_words_of_a_kind_are_counted_wherever_they_stand() -> None:
    kind = Kind(r"\w+ologists?|gp")
    assert kind.times_in(_doc("the gp sent me to a urologist, the gp's friend")) == 2
    assert kind.times_in(_doc("biology")) == 0


def test_a_gated_expression_finds_what_the_expression_finds() -> None:
    gated = Gated(r" (?:very )?(?:deaf|blind) ", "deaf blind")
    assert [m[0] for m in gated.finditer(_doc("he is very deaf and blind"))] == [
        " very deaf ",
        " blind ",
    ]
    assert not list(gated.finditer(_doc("blindly deafened")))


def _doc(body: str) -> Doc:
    return next(make_docs([Post((("body", body),))], Scanner({}, make_book([], {}))))
