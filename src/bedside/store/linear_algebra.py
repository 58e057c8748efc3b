"""How many threads a library of linear algebra may start: one, in every process of bedside.

Two cores are kept busy by processes and by questions asked side by side. Threads that such a library starts beside them wait
for work in a loop: reading a post took 40 % more processor time for them, finding communities and themes 25 % more. Its sums,
too, are then the same however many cores a machine has.
"""

from collections.abc import MutableMapping

__all__ = ["ONE_THREAD", "keep_to_one_thread"]

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Variables of the environment that such libraries read when they are loaded."""


def keep_to_one_thread(environment: MutableMapping[str, str]) -> None:
    """Say so in an environment, before such a library is loaded; what the user has set there stays."""
    for name, number in ONE_THREAD.items():
        environment.setdefault(name, number)
