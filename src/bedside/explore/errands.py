"""Errands: what takes longer than a page may. It goes on in a thread, one at a time, while pages are read; its page says how far it is."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Any
from weakref import WeakKeyDictionary

from bedside.errors import BedsideError, StaleError
from bedside.explore.house import House

__all__ = ["Errand", "Errands", "Tell"]

_ALL: "WeakKeyDictionary[House, Errands]" = WeakKeyDictionary()
PATIENCE = 2.0  # seconds that a form waits before it answers with how far the errand is
Tell = Callable[[str], None]


class Errand:
    """One errand: what it is, what it does now, and how it ended.

    Attributes
    ----------
    name : str
        Such as "writing documents".
    step : str
        What it does now.
    ended : bool
    error : BedsideError or None
        Why it could not be done.
    """

    def __init__(self, name: str, work: Callable[[Tell], Any]) -> None:
        self.name, self.step = name, ""
        self.error: BedsideError | None = None
        self._fault: Exception | None = None
        self._thread = Thread(target=self._run, args=(work,), name=name)
        self._thread.start()

    def _run(self, work: Callable[[Tell], Any]) -> None:
        try:
            work(self._tell)
        except BedsideError as error:
            self.error = error
        except Exception as error:  # told by whoever asks for the errand, as any fault of a page
            self._fault = error

    def _tell(self, step: str) -> None:
        self.step = step

    @property
    def ended(self) -> bool:
        """Whether it is over, well or not."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait until it is over, but not for long; a fault of it is raised here."""
        self._thread.join(seconds)
        if self.ended and self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault


class Errands:
    """The errands of one house: one at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: Errand | None = None

    @classmethod
    def of(cls, house: House) -> "Errands":
        """Those of a house, shared by its pages."""
        return _ALL.setdefault(house, cls())

    @property
    def running(self) -> Errand | None:
        """The one under way."""
        return self._last if self._last is not None and not self._last.ended else None

    def start(self, name: str, work: Callable[[Tell], Any]) -> BedsideError | None:
        """Begin an errand, and wait a moment for it; gives why it could not be done, where that is known by then.

        Raises
        ------
        StaleError
            If another is under way.
        """
        with self._lock:
            if self.running is not None:
                raise StaleError(f"{self.running.name} is still under way; wait until it has ended")
            self._last = errand = Errand(name, work)
        errand.wait(PATIENCE)
        return self.failed()

    def failed(self) -> BedsideError | None:
        """Why the last errand could not be done; told once, after it was waited for in vain."""
        last = self._last
        if last is None or not last.ended:
            return None
        last.wait(0)
        error, last.error = last.error, None
        return error
