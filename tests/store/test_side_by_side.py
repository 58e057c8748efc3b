"""Questions asked side by side give what they give one after the other."""

import threading
from functools import partial
from typing import Any

import pyarrow as pa
import pytest

from bedside.store.side_by_side import side_by_side
from bedside.store.stages import Aggregate, Ask

ONE = Aggregate(name="one", needs=(), sql="SELECT 1")


def _told(aggregate: Aggregate, params: Any) -> pa.Table:
    return pa.table({"number": [params["number"]]})


def _asked(ask: Ask, number: int) -> int:
    return int(ask(ONE, {"number": number})["number"][0].as_py())


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_answers_come_in_the_order_of_the_calls(at_once: int) -> None:
    calls = [partial(_asked, number=number) for number in range(20)]
    assert side_by_side(_told, calls, at_once) == list(range(20))


def test_two_calls_are_under_way_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=30)

    def wait(ask: Ask) -> int:
        return both.wait()

    assert sorted(side_by_side(_told, [wait, wait], 2)) == [0, 1]


@pytest.mark.parametrize("at_once", [1, 2])
def test_an_error_is_raised_and_the_others_end_at_their_next_question(at_once: int) -> None:
    failed = threading.Event()
    asked: list[int] = []

    def fail(ask: Ask) -> None:
        failed.set()
        raise ValueError("no")

    def goes_on(ask: Ask) -> None:
        failed.wait(30)
        for number in range(10_000_000):
            ask(ONE, {"number": number})
            asked.append(number)

    with pytest.raises(ValueError, match="no"):
        side_by_side(_told, [fail, goes_on], at_once)
    assert len(asked) < 10_000_000
