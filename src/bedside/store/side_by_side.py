"""Questions asked side by side: an engine works outside of Python's lock, so two threads keep two cores busy."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any, TypeVar

import pyarrow as pa

from bedside.model.kinds import know_kinds
from bedside.store.stages import Aggregate, Ask

__all__ = ["side_by_side"]

Told = TypeVar("Told")


def side_by_side(ask: Ask, calls: Sequence[Callable[[Ask], Told]], at_once: int) -> list[Told]:
    """Answer every call, some at the same time; the answers come in the order of the calls.

    Parameters
    ----------
    ask : Ask
        May be asked from several threads.
    calls : sequence of callable
        Each is given `ask`; none may rest on another.
    at_once : int
        Threads; 1: one call after the other, in this thread.

    Returns
    -------
    list
        What each call gave.

    Notes
    -----
    The first error, or Ctrl-C, is raised; the other calls then end at their next question.
    """
    if at_once < 2 or len(calls) < 2:
        return [call(ask) for call in calls]
    know_kinds()
    over = threading.Event()

    def until_over(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        if over.is_set():
            raise CancelledError
        return ask(aggregate, params)

    with ThreadPoolExecutor(min(at_once, len(calls))) as pool:
        try:
            waiting = [pool.submit(call, until_over) for call in calls]
            return [each.result() for each in waiting]
        except BaseException:
            over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
