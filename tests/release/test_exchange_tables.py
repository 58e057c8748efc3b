"""A reader who adds up every table of exchange works out no hidden count, and would without the ties."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.exchange.all import measure_exchange
from bedside.model.figures import Figure
from bedside.release import families, suppression, tables
from bedside.release.solver import feasible_ranges
from bedside.release.suppression import SMALL, decide
from bedside.release.tables import Quantity, Tie, of_set, own_set, quantities
from bedside.store.config import Privacy
from tests.measure.conftest import Rows, context, mark, study
from tests.measure.test_exchange import heard, said, whole

__all__ = ["context", "study", "whole"]  # fixtures
KINDS = ("GP", "nurse", "pharmacist")


def invented(seed: int) -> tuple[Rows, Rows]:
    """Some ninety questions, two in three answered by one of thirty professionals or by carers; a few come back."""
    dice = np.random.default_rng(seed)
    posts: Rows = []
    roles: dict[str, str] = {}
    marks: Rows = []
    for n in range(90):
        key = f"{n:02}"
        asker = f"p{int(dice.integers(0, 70))}"
        posts.append(said(f"{key}q", asker))
        roles[f"{key}q"] = "patient" if dice.random() < 0.85 else "family_or_carer"
        marks.append(mark(f"{key}q", "do", "asked_online"))
        if dice.random() < 0.7:
            number = int(dice.integers(0, 30))
            posts.append(said(f"{key}a", f"d{number}", f"{key}q", 30))
            roles[f"{key}a"] = "clinician"
            marks.append(mark(f"{key}a", "role", KINDS[number % 3], slot="role_detail"))
            act = str(dice.choice(["referral", "reassurance", "asks_back", "correction"]))
            marks.append(mark(f"{key}a", "professional_act", act))
            if dice.random() < 0.3:
                posts.append(said(f"{key}t", asker, f"{key}a", 60, depth=2))
                roles[f"{key}t"] = roles[f"{key}q"]
                marks.append(mark(f"{key}t", "acknowledgement", "settled"))
        if dice.random() < 0.2:
            posts.append(said(f"{key}k", f"k{n}", f"{key}q", 20))
            roles[f"{key}k"] = str(dice.choice(["family_or_carer", "organisation", "unclear"]))
    for row in posts:
        row["thread_key"] = row["post_key"][:2]
    return posts, heard(posts, roles, *marks)


def chosen(figures: Sequence[Figure], measure: str, **keys: str) -> list[Figure]:
    return [f for f in figures if f.measure == measure and keys.items() <= f.keys.items()]


def sums_a_reader_knows(figures: Sequence[Figure]) -> list[Tie]:
    """Written down from what the tables mean, in posts."""
    ties: list[Tie] = []

    def adds_up(total: str | None, parts: Sequence[str | None]) -> None:
        named = tuple(dict.fromkeys(Quantity(p, "posts") for p in parts if p is not None))
        if total is not None and named and Quantity(total, "posts") not in named:
            ties.append(Tie(Quantity(total, "posts"), named, "="))

    mixing = chosen(figures, "exchange.mixing")
    roles = {f.keys["answers"] for f in chosen(figures, "exchange.mixing", level="roles")}
    every = {f.keys["answers"] for f in mixing}
    at = {(f.keys["answers"], f.keys["answered"]): f for f in mixing}
    kinds = every - roles
    for who in every:
        row = [at[who, other] for other in roles]
        adds_up(of_set(row[0]), [own_set(f) for f in row])
        adds_up(own_set(at[who, "clinician"]), [own_set(at[who, kind]) for kind in kinds])
        adds_up(own_set(at["clinician", who]), [own_set(at[kind, who]) for kind in kinds])
        got = chosen(figures, "exchange.audience", answered=who)
        if got:
            adds_up(of_set(got[0]), [own_set(f) for f in got])
    ends = chosen(figures, "exchange.outcome")
    for about, what in {(f.keys["about"], f.keys["what"]) for f in ends}:
        held = [f for f in ends if (f.keys["about"], f.keys["what"]) == (about, what)]
        adds_up(of_set(held[0]), [own_set(f) for f in held])
    turns = chosen(figures, "exchange.turns")
    answered = chosen(figures, "exchange.outcome", about="all")
    adds_up(of_set(turns[0]), [own_set(f) for f in turns])
    adds_up(of_set(turns[0]), [own_set(f) for f in answered if f.keys["outcome"] != "unanswered"])
    return ties


def given_away(figures: Sequence[Figure]) -> list[Quantity]:
    decision = decide(figures, Privacy())
    known: dict[Quantity, int] = {}
    hidden: dict[Quantity, int] = {}
    for figure in figures:
        for quantity, value in quantities(figure).items():
            (hidden if quantity.of in decision.hidden else known)[quantity] = value
    hidden = {q: v for q, v in hidden.items() if q not in known}
    ties = [
        t
        for t in sums_a_reader_knows(figures)
        if all(q in known or q in hidden for q in (t.total, *t.parts))
    ]
    tied = {q for t in ties for q in (t.total, *t.parts)}
    asked = [q for q, v in hidden.items() if v and q in tied and decision.hidden[q.of] == SMALL]
    assert asked, "nothing was hidden: the test asks nothing"
    bounds: dict[Quantity, tuple[int, int | None]] = dict.fromkeys(hidden, (0, None))
    ranges = feasible_ranges(sorted(asked), ties=ties, known=known, bounds=bounds)
    return [q for q in asked if ranges[q].width < 1]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_hidden_count_of_exchange_can_be_worked_out(
    whole: Any, context: MeasureContext, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = measure_exchange(whole(*invented(seed)), context)
    assert given_away(figures) == []
    others = tuple(f for f in families.FAMILIES if not f.measure.startswith("exchange"))
    monkeypatch.setattr(tables, "FAMILIES", others)
    assert given_away(figures) == [], "the numbers themselves tell the sums"
    monkeypatch.setattr(suppression, "sums_told", lambda *_, **__: [])
    monkeypatch.setattr(suppression, "same_sets", lambda _: {})
    assert given_away(figures), "the ties are what protects them"
