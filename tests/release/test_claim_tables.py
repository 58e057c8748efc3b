"""A reader who adds up every table of claims works out no hidden count of them."""

from collections.abc import Sequence

import numpy as np
import pytest

from bedside.measure.context import MeasureContext
from bedside.measure.exchange.speakers import SPEAKERS_OF
from bedside.measure.misinformation.all import measure_misinformation
from bedside.measure.misinformation.spread import find_claim_posts
from bedside.model.figures import Figure
from bedside.release.suppression import decide
from bedside.release.tables import Quantity, Tie, of_set, own_set
from bedside.store.config import Privacy
from tests.measure.conftest import Rows, Study, context, mark, study
from tests.measure.test_misinformation import said, stance
from tests.release.test_new_tables import chosen, given_away

__all__ = ["context", "study"]  # fixtures
CLAIMS, ROLES = ("c1", "c2", "c3", "c4", "c5"), ("patient", "clinician", "organisation")


def talked(seed: int, posts: int = 170) -> tuple[Rows, Rows]:
    """Claims of which some are common and some are told by a handful, on two platforms."""
    dice = np.random.default_rng(seed)
    rows: Rows = []
    marks: Rows = []
    for at in range(posts):
        key = f"k{seed}-{at}"
        parent = f"k{seed}-{int(dice.integers(at))}" if at and dice.random() < 0.4 else None
        account = f"a{int(dice.integers(posts // 2))}"
        rows.append(said(key, account, parent, day=int(dice.integers(300)), platform="forum" if int(account[1:]) % 3 else "video", thread_key=key))  # fmt: skip
        claim = str(dice.choice(CLAIMS, p=[0.4, 0.3, 0.15, 0.1, 0.05]))
        code = str(dice.choice(["repeats", "questions", "corrects", "mocks"], p=[0.5, 0.3, 0.15, 0.05]))  # fmt: skip
        marks.append(stance(key, code, claim))
        marks.append(mark(key, "role", ROLES[int(account[1:]) % 17 // 8], slot="role"))
    return rows, marks


def sums(figures: Sequence[Figure]) -> list[Tie]:
    """What a reader knows from what the tables mean."""
    ties: list[Tie] = []

    def adds_up(total: str | None, parts: Sequence[str | None], unit: str, kind: str = "=") -> None:
        named = dict.fromkeys(Quantity(p, unit) for p in parts if p is not None)
        if total is not None and len(named) > 1:
            ties.append(Tie(Quantity(total, unit), tuple(named), kind))  # type: ignore[arg-type]

    for whole in chosen(figures, "misinformation.stances", stance="repeats"):
        claim = {"claim": whole.keys["claim"]}
        there = chosen(figures, "misinformation.platforms", **claim)
        adds_up(of_set(whole), [own_set(f) for f in chosen(figures, "misinformation.stances", **claim)], "accounts", ">=")  # fmt: skip
        for unit in ("accounts", "posts"):
            adds_up(own_set(whole), [own_set(f) for f in there], unit)
            for part in ("starts", "carries", "questions", "corrects"):
                held = chosen(figures, "misinformation.parts_taken", part=part, **claim)
                adds_up(of_set(held[0]) if held else None, [own_set(f) for f in held], unit)
    for share in chosen(figures, "misinformation.stances"):
        told = chosen(figures, "misinformation.over_time", **share.keys)
        adds_up(own_set(share), [own_set(f) for f in told], "posts")
    return ties


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_hidden_count_of_claims_is_given_away(
    study: Study, context: MeasureContext, seed: int
) -> None:
    posts, marks = talked(seed)
    speakers = study(posts, marks, threads=posts)(SPEAKERS_OF, {}).to_pylist()
    found = find_claim_posts(study(posts, marks, threads=posts)).to_pylist()
    ask = study(posts, marks, threads=posts, speakers=speakers, claim_posts=found)
    figures = measure_misinformation(ask, context)
    decided = decide(figures, Privacy())
    assert given_away([(figures, decided)], sums) == []
    shown = [f for f in figures if own_set(f) not in decided.hidden and f.hits_accounts]
    assert len(shown) > 10


def test_any_claim_holds_no_claim_that_is_too_rare_to_be_shown(
    study: Study, context: MeasureContext
) -> None:
    """20 accounts tell c1 and three a rare one: 23 beside 20 would say so."""
    posts = [said(f"p{at:02}") for at in range(23)]
    marks = [stance(p["post_key"], "repeats", "c1" if at < 20 else "rare") for at, p in enumerate(posts)]  # fmt: skip
    found = find_claim_posts(study(posts, marks, threads=posts)).to_pylist()
    figures = measure_misinformation(study(posts, marks, threads=posts, claim_posts=found), context)
    held = chosen(figures, "misinformation.stances", stance="repeats")
    assert {f.keys["claim"]: f.hits_accounts for f in held} == {"any": 20, "c1": 20}
