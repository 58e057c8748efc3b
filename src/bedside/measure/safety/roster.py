"""The roster: where every case stands and how it lies in the queue, kept between looks.

A big study has tens of thousands of cases, of which a person sees fifty at a time and changes one. So what was read of
the log is kept, and a look reads only the steps and judgements that came since.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from threading import RLock
from typing import Any

from bedside.judge.caselog import CaseLog
from bedside.judge.decisions import has_log, open_log
from bedside.measure.safety.case import Line
from bedside.measure.safety.gather import read_posts
from bedside.measure.safety.opening import standings_of
from bedside.measure.safety.viewing import Frame, lines_now, urgency, view_of
from bedside.measure.safety.workflow import Standing, standing_of
from bedside.model.cases import Element
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["Decided", "Roster", "decided_in"]

AT_ONCE = 5_000  # cases whose posts are read together: some 50 MB
NEAR_AT_ONCE = 300  # cases, where posts that lie together are read together
FEW = 200  # cases that are read one by one from the log; of more the whole log is read

MOST_SHOWN = 1_000  # cases of which the shown words are kept: some 2 MB
Shown = tuple[tuple[Element, ...], dict[str, list[str]]]
"""Elements of a case, and the masked words that say so."""
Places = Callable[[list[str]], list[int]]
"""Where posts lie, as numbers, by their keys."""
Decided = Callable[[int], tuple[int, dict[str, datetime]]]
"""Given a number, the last number of the log of judgements, and when each text judged since was first judged."""


def decided_in(study: Study) -> Decided:
    """Judgements of a study, opened for each look."""

    def look(after: int) -> tuple[int, dict[str, datetime]]:
        if not has_log(study):
            return 0, {}
        with open_log(study) as log:
            return log.first_decided(after)

    return look


class Roster:
    """Cases of one study, as its posts were at one run.

    Parameters
    ----------
    ask : Ask
        Over posts, folds and marks.
    log : CaseLog
    decided : Decided
        A post that was judged, for whatever layer, was seen by a person then.
    places : callable, optional
        Where posts lie, by their keys: those that lie together are then read together, few at a time.
    """

    def __init__(
        self, ask: Ask, log: CaseLog, decided: Decided, *, places: Places | None = None
    ) -> None:
        self._ask, self._log, self._decided, self._places = ask, log, decided, places
        self._lock = RLock()
        self._event = self._judgement = 0
        self._standings: dict[str, Standing] = {}
        self._holding: dict[str, set[str]] = {}  # post -> cases
        self._judged: dict[str, datetime] = {}
        self._lines: dict[str, Line] = {}
        self._urgency: dict[str, tuple[Any, ...]] = {}
        self._order: list[str] = []
        self.shown: dict[str, Shown] = {}

    def standings(self) -> dict[str, Standing]:
        """Where every case stands now, by id."""
        with self._lock:
            for case in self._follow_log():
                self._forget(case)
            return dict(self._standings)

    def judged(self, posts: Iterable[str]) -> dict[str, datetime]:
        """When a person first judged each of these posts."""
        with self._lock:
            for case in self._follow_judgements():
                self._forget(case)
            return {post: self._judged[post] for post in posts if post in self._judged}

    def lines(self, frame: Frame) -> list[Line]:
        """Every case, the most urgent first: what is overdue, then serious before not, then the oldest."""
        with self._lock:
            self.standings()
            self.judged(())
            stale = self._together([c for c in self._standings if c not in self._lines])
            step = AT_ONCE if self._places is None else NEAR_AT_ONCE
            for start in range(0, len(stale), step):
                self._view(stale[start : start + step], frame)
            if stale or len(self._order) != len(self._lines):
                held = set(self._order)
                self._order += [case for case in self._lines if case not in held]
                self._order.sort(key=self._urgency.__getitem__)  # nearly in order: one pass
            return lines_now((self._lines[case] for case in self._order), frame)

    def keep_shown(self, made: Mapping[str, Shown]) -> None:
        """Keep what the inbox shows of some cases, until a step is taken on one."""
        with self._lock:
            if len(self.shown) + len(made) > MOST_SHOWN:
                self.shown.clear()
            self.shown.update(made)

    def _forget(self, case: str) -> None:
        self._lines.pop(case, None)
        self.shown.pop(case, None)

    def _together(self, cases: list[str]) -> list[str]:
        """Cases in the order in which their first posts lie."""
        if self._places is None or len(cases) <= NEAR_AT_ONCE:
            return cases
        posts = [(self._standings[case].posts or [""])[0] for case in cases]
        places = self._places(posts)
        return [case for _, case in sorted(zip(places, cases, strict=True))]

    def _view(self, cases: list[str], frame: Frame) -> None:
        """Lines of some cases from what their posts tell."""
        chosen = [self._standings[case] for case in cases]
        posts = read_posts(self._ask, {post for at in chosen for post in at.posts})
        for at in chosen:
            line = view_of(at, posts, self._judged, frame).line
            self._lines[at.case_id], self._urgency[at.case_id] = line, urgency(line)

    def _follow_log(self) -> Iterator[str]:
        """Read steps that were taken since; gives the cases that they touch."""
        cases = self._log.touched(self._event)
        if not cases:
            return
        self._event = max(cases.values())
        few = len(cases) <= FEW
        read = standings_of(self._log) if not few else {}
        for case in cases:
            at = standing_of(self._log.read(case)) if few else read[case]
            self._standings[case] = at
            for post in at.posts:
                self._holding.setdefault(post, set()).add(case)
            yield case

    def _follow_judgements(self) -> Iterator[str]:
        """Read judgements that were made since; gives the cases of posts judged for the first time."""
        self._judgement, found = self._decided(self._judgement)
        for subject, when in found.items():
            post = subject.partition(":")[0]
            if when < self._judged.get(post, when) or post not in self._judged:
                self._judged[post] = when
                yield from self._holding.get(post, ())
