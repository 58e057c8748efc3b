"""Sittings: the benches of those who code now, kept while the study stands; and the log they all write to."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from bedside.errors import PermissionRefused
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.judge.bench import Bench
from bedside.judge.caselog import CaseLog, open_cases
from bedside.judge.crisislog import CrisisLog, open_crises
from bedside.judge.decisions import DecisionLog, open_log
from bedside.judge.samples import find_sample
from bedside.judge.versions import keep_version
from bedside.measure.safety.roster import Roster

__all__ = ["Sittings", "named"]

_ALL: "WeakKeyDictionary[House, Sittings]" = WeakKeyDictionary()
MOST = 24  # benches kept: one holds what its coder did in this sitting, to be taken back


def named(asked: Asked) -> str:
    """Who asks.

    Raises
    ------
    PermissionRefused
        If nobody was named: a name stands with every decision.
    """
    if not asked.who.name.strip():
        raise PermissionRefused(
            "a name stands with every decision, and nobody is named here; open the study with: bedside open STUDY --as NAME"
        )
    return asked.who.name.strip()


class Sittings:
    """What is kept of those who sit at the bench, and one lock for each."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._kept: OrderedDict[Hashable, tuple[Any, RLock]] = OrderedDict()
        self._logs: dict[str, DecisionLog] = {}
        self._cases: dict[str, CaseLog] = {}
        self._crises: dict[str, CrisisLog] = {}
        self._roster: tuple[str, Roster] | None = None

    @classmethod
    def of(cls, house: House) -> "Sittings":
        """Those of a house, shared by its pages."""
        return _ALL.setdefault(house, cls())

    def log(self, ground: Ground) -> DecisionLog:
        """The log of decisions of the study."""
        with self._lock:
            key = str(ground.study.folder)
            if key not in self._logs:
                self._logs[key] = open_log(ground.study)
            return self._logs[key]

    def cases(self, ground: Ground) -> CaseLog:
        """The log of safety cases."""
        with self._lock:
            key = str(ground.study.folder)
            if key not in self._cases:
                self._cases[key] = open_cases(ground.study)
            return self._cases[key]

    def roster(self, ground: Ground) -> Roster:
        """Where the cases stand, as far as it was read; made anew where posts changed."""
        with self._lock:
            if self._roster is None or self._roster[0] != ground.key:
                decided = self.log(ground).first_decided
                cases, places = self.cases(ground), ground.keyed.places
                self._roster = ground.key, Roster(ground.ask, cases, decided, places=places)
            return self._roster[1]

    def crises(self, ground: Ground) -> CrisisLog:
        """The log of crisis posts."""
        with self._lock:
            key = str(ground.study.folder)
            if key not in self._crises:
                self._crises[key] = open_crises(ground.study)
            return self._crises[key]

    def keep(self, key: Hashable, make: Callable[[], Any]) -> tuple[Any, RLock]:
        """What was made before under a key, or make it; with the lock under which it is used."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (make(), RLock())
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def bench(
        self, ground: Ground, sample: str, layers: Sequence[str], coder: str
    ) -> tuple[Bench, RLock]:
        """The bench of a coder; made anew where posts or the codebook changed."""
        log = self.log(ground)

        def make() -> Bench:
            keep_version(ground.study, ground.book)
            return Bench(
                ground.study,
                ground.ask,
                log,
                ground.book,
                sample=find_sample(ground.study, sample),
                layers=layers,
                coder=coder,
            )

        return self.keep((ground.key, sample, tuple(layers), coder), make)
