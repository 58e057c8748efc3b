"""Scores of codes: known values, and what must not matter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.evaluate.codes import Coding
from bedside.evaluate.scores import score_against, score_codes

ROLES = ["patient", "clinician", "other"]
CODED = st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from(ROLES)), min_size=1, max_size=25)


def _codings(roles: list[str]) -> dict[str, Coding]:
    return {f"p{i}": {"role": role} for i, role in enumerate(roles)}


def _modes(rows: list[list[str]]) -> dict[str, Coding]:
    return {f"p{i}": {"mode": row} for i, row in enumerate(rows)}


def test_known_table_gives_known_rates() -> None:
    """Right 3, labelled 5, found 4 of 10 posts: F1 = 2*3/(5+4), specificity = 4/5."""
    gold = _modes([["phone"]] * 5 + [[]] * 5)
    machine = _modes([["phone"]] * 3 + [[]] * 2 + [["phone"]] + [[]] * 4)
    score = score_codes(gold, machine, "mode", least=1)
    code = score.codes[0]
    assert (code.support, code.found) == (5, 4)
    assert code.f1 == pytest.approx(2 * 3 / 9)
    assert code.precision == pytest.approx(3 / 4)
    assert code.recall == pytest.approx(3 / 5)
    assert code.specificity == pytest.approx(4 / 5)
    assert score.macro == score.micro == code.f1
    assert code.readers is None and score.ratio is None


def test_macro_is_the_mean_over_codes_and_micro_over_decisions() -> None:
    gold = _modes([["phone", "video"]] * 2 + [["phone"]] * 2)
    machine = _modes([["phone"]] * 4)
    score = score_codes(gold, machine, "mode", least=1)
    assert score.macro == pytest.approx((1 + 0) / 2)
    assert score.micro == pytest.approx(2 * 4 / (6 + 4))


def test_codes_with_little_support_are_named_not_scored() -> None:
    gold = _modes([["phone"]] * 3 + [["video"]])
    score = score_codes(gold, gold, "mode", least=3)
    assert [c.code for c in score.codes] == ["phone"]
    assert score.few == {"video": 1}
    nothing = score_codes(gold, gold, "mode", least=9)
    assert nothing.codes == [] and nothing.macro is None and nothing.few == {"phone": 3, "video": 1}


def test_two_readers_give_the_mean_and_the_ratio() -> None:
    one, two = _modes([["phone"]] * 4), _modes([["phone"]] * 2 + [[]] * 2)
    score = score_against([one, two], one, "mode", least=1)
    assert score.codes[0].support == 4
    assert score.codes[0].readers == pytest.approx(2 * 2 / 6)
    assert score.macro == pytest.approx((1 + 2 * 2 / 6) / 2)
    assert score.ratio == pytest.approx((1 + 2 * 2 / 6) / 2 / (2 * 2 / 6))


def test_a_post_the_machine_lacks_counts_as_uncoded_and_a_further_one_not_at_all() -> None:
    gold = _modes([["phone"]] * 2)
    machine = {"p0": {"mode": ["phone"]}, "elsewhere": {"mode": ["phone"]}}
    code = score_codes(gold, machine, "mode", least=1).codes[0]
    assert (code.recall, code.precision) == (0.5, 1.0)


@settings(max_examples=25, deadline=None)
@given(CODED, st.integers(0, 99))
def test_order_of_posts_changes_no_digit(pairs: list[tuple[str, str]], seed: int) -> None:
    gold, machine = _codings([g for g, _ in pairs]), _codings([m for _, m in pairs])
    order = sorted(gold, key=lambda post: hash((seed, len(post), int(post[1:]))))
    again = score_codes(
        {i: gold[i] for i in order}, {i: machine[i] for i in order}, "role", least=1
    )
    assert again == score_codes(gold, machine, "role", least=1)


@settings(max_examples=25, deadline=None)
@given(CODED)
def test_scores_lie_in_bounds_and_their_intervals_in_order(pairs: list[tuple[str, str]]) -> None:
    gold, machine = _codings([g for g, _ in pairs]), _codings([m for _, m in pairs])
    score = score_codes(gold, machine, "role", least=1)
    for code in score.codes:
        assert 0 <= code.low <= code.high <= 1 and 0 <= code.f1 <= 1
    assert score.macro is not None and score.macro_low is not None and score.macro_high is not None
    assert 0 <= score.macro_low <= score.macro_high <= 1


def test_a_perfect_machine_scores_one_with_no_width() -> None:
    gold = _codings(["patient"] * 30 + ["clinician"] * 30)
    score = score_codes(gold, gold, "role")
    assert (score.macro, score.macro_low, score.macro_high, score.micro) == (1.0, 1.0, 1.0, 1.0)


def test_bootstrap_interval_is_near_the_normal_one_of_recall() -> None:
    """Where precision is 1, F1 = 2r/(1+r): 200 labelled posts, recall .5, normal interval .431 to .569."""
    gold = _modes([["phone"]] * 200)
    code = score_codes(gold, _modes([["phone"]] * 100 + [[]] * 100), "mode").codes[0]
    assert code.low == pytest.approx(2 * 0.431 / 1.431, abs=0.02)
    assert code.high == pytest.approx(2 * 0.569 / 1.569, abs=0.02)


def test_wrong_questions_are_refused() -> None:
    gold = _codings(["patient"])
    with pytest.raises(InputError, match="did you mean 'role'"):
        score_codes(gold, gold, "rolle")
    with pytest.raises(InputError, match="least"):
        score_codes(gold, gold, "role", least=0)
    with pytest.raises(InputError, match="different posts"):
        score_against([gold, {}], gold, "role")
    with pytest.raises(InputError, match="different posts"):
        score_against([], gold, "role")
