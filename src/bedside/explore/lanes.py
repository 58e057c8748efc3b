"""Lanes: pages that have to be made wait for each other in a lane of their own, so that nobody who codes waits behind them."""

import os
import sys
from collections.abc import Callable
from threading import get_native_id
from time import perf_counter, thread_time
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

__all__ = ["Lane", "stand_back"]

BEHIND = 5  # how far a thread that nobody waits for stands back

Answer = TypeVar("Answer", bound=Response | None)


class Lane:
    """Work of one kind, in threads; so many pieces of it go on at a time, and others wait.

    Parameters
    ----------
    at_once : int
    """

    def __init__(self, at_once: int) -> None:
        self._turns = CapacityLimiter(at_once)

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Make an answer; its header `Server-Timing` says how long it waited for its turn, took, and computed, in ms."""
        asked = perf_counter()

        def timed() -> Answer:
            begun, computed = perf_counter(), thread_time()
            answer = work()
            if answer is not None:
                spans = {
                    "wait": begun - asked,
                    "work": perf_counter() - begun,
                    "cpu": thread_time() - computed,
                }
                told = (f"{name};dur={1000 * seconds:.1f}" for name, seconds in spans.items())
                answer.headers["server-timing"] = ", ".join(told)
            return answer

        return await to_thread.run_sync(timed, limiter=self._turns)


def stand_back() -> None:
    """Let this thread work behind those that somebody waits for, where threads have a priority of their own: on Linux."""
    if (
        sys.platform == "linux"
    ):  # elsewhere the number of a thread may be that of a stranger's process
        os.setpriority(os.PRIO_PROCESS, get_native_id(), BEHIND)
