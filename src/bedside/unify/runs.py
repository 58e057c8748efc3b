"""What is known of runs of text between spaces: most of those in a text were met in another one."""

from collections.abc import Callable
from typing import TypeVar

__all__ = ["Runs"]

Value = TypeVar("Value")

LONGEST = 40  # characters of a run that is kept; longer ones are links and shouts
MOST = 100_000  # runs kept in a process (about 20 MB); beyond them they begin anew


class Runs(dict[str, Value]):
    """What a function gives for each run, kept: a run is read once a process.

    Parameters
    ----------
    read : callable
        Of the run alone.

    Examples
    --------
    >>> lengths = Runs(len)
    >>> [lengths[run] for run in "so very very sore".split(" ")]
    [2, 4, 4, 4]
    """

    def __init__(self, read: Callable[[str], Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, run: str) -> Value:
        value = self._read(run)
        if len(run) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[run] = value
        return value
