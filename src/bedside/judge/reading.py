"""Reading ahead: texts of the next items and what stands around them, loaded together before they are asked for."""

from collections.abc import Sequence
from threading import RLock

import msgspec

from bedside.judge.items import Reading, load_readings
from bedside.store.parcels import posts_at
from bedside.store.stages import Aggregate, Ask

__all__ = ["Around", "ReadAhead", "load_around"]

AHEAD = 120  # texts loaded at once: one look into the tables for many items
ENOUGH = 40  # of the next texts: fewer, and more are loaded before they are needed
BESIDE = 2  # posts of the thread shown before and after
MOST_LETTERS = 1200  # of a post that stands around
AROUND = Aggregate(
    name="judge.around",
    needs=("posts", "folds", "threads"),
    sql="""
WITH asked AS (SELECT post_key, thread_key, parent_key FROM threads WHERE array_contains($keys, post_key)),
told AS (
    SELECT t.post_key, t.thread_key, t.depth, p.account_key, p.record_no, p.published_at,
      row_number() OVER (PARTITION BY t.thread_key ORDER BY p.published_at NULLS LAST, p.record_no) AS place
    FROM threads t JOIN posts p ON p.post_key = t.post_key JOIN folds f ON f.record_no = p.record_no AND f.keep
    WHERE t.thread_key IN (SELECT thread_key FROM asked)
)
SELECT a.post_key AS about, o.post_key, o.record_no, o.depth = 0 AS starts,
  o.post_key = a.parent_key AS answered, COALESCE(o.account_key = m.account_key, FALSE) AS same, o.place - m.place AS away
FROM asked a
JOIN told m ON m.post_key = a.post_key
JOIN told o ON o.thread_key = a.thread_key
WHERE o.post_key <> a.post_key
  AND (o.depth = 0 OR o.post_key = a.parent_key OR abs(o.place - m.place) <= 2)
ORDER BY a.post_key, o.place, o.post_key
""",
)


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """A post of the same thread; its text is masked.

    Attributes
    ----------
    away : int
        How many posts before (negative) or after.
    starts, answered, same : bool
        It opened the thread; it is the post that is answered; it is by the same account.
    """

    post_key: str
    day: str | None
    title: str | None
    body: str
    away: int
    starts: bool
    answered: bool
    same: bool


def load_around(ask: Ask, keys: Sequence[str]) -> dict[str, tuple[Around, ...]]:
    """What stands around posts in their threads: what opened it, what is answered, and two before and after."""
    found: dict[str, list[Around]] = {}
    rows = ask(AROUND, {"keys": list(keys)}).to_pylist()
    texts = posts_at(ask, [row["record_no"] for row in rows])
    for row in rows:
        about, text = row.pop("about"), texts[row.pop("record_no")]
        body = (text["body"] or "")[: MOST_LETTERS + 1]
        found.setdefault(about, []).append(
            Around(**row, day=text["day"], title=text["title"], body=body)
        )
    return {key: tuple(posts) for key, posts in found.items()}


class ReadAhead:
    """Texts of the items of one sitting.

    Parameters
    ----------
    ask : Ask
    unit : {"posts", "accounts"}
    """

    def __init__(self, ask: Ask, *, unit: str) -> None:
        self._ask, self._unit = ask, unit
        self._lock = RLock()
        self._readings: dict[str, tuple[Reading, ...]] = {}
        self._around: dict[str, tuple[Around, ...]] = {}

    @property
    def keys(self) -> list[str]:
        """Items that are loaded."""
        return list(self._readings)

    def of(self, subject_key: str, ahead: Sequence[str]) -> tuple[Reading, ...]:
        """Texts of an item; where they are not loaded, those of the items ahead come along."""
        with self._lock:
            if subject_key not in self._readings:
                self._load(list(dict.fromkeys([subject_key, *ahead]))[:AHEAD])
            return self._readings.get(subject_key, ())

    def around(self, subject_key: str) -> tuple[Around, ...]:
        """What stands around a post in its thread; nothing in a sample of accounts."""
        if self._unit == "accounts":
            return ()
        with self._lock:
            if subject_key not in self._around:
                keys = self.keys if subject_key in self._readings else [subject_key]
                found = load_around(self._ask, keys)
                self._around = {key: found.get(key, ()) for key in keys}
            return self._around.get(subject_key, ())

    def prepare(self, ahead: Sequence[str]) -> None:
        """Load texts ahead where few of the next are loaded; for when nobody waits."""
        loaded = next((n for n, key in enumerate(ahead) if key not in self._readings), len(ahead))
        if loaded < min(ENOUGH, len(ahead)):
            keys = list(ahead[:AHEAD])
            readings = load_readings(self._ask, keys, unit=self._unit)
            around = load_around(self._ask, keys) if self._unit == "posts" else {}
            with self._lock:
                self._readings = {key: readings.get(key, ()) for key in keys}
                self._around = {key: around.get(key, ()) for key in keys}

    def _load(self, keys: list[str]) -> None:
        readings = load_readings(self._ask, keys, unit=self._unit)
        self._readings = {key: readings.get(key, ()) for key in keys}
