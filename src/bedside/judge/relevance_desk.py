"""The relevance desk: one person judges whether posts bear on the study's question, blind to what the query finds."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import pyarrow.compute as pc

from bedside.errors import InputError, NotFoundError
from bedside.judge.decisions import DecisionLog
from bedside.judge.items import Reading, load_unique
from bedside.judge.relevance import LAYER, RelevanceSample, meaning, read_drawn
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["CODE", "RelevanceDesk", "RelevanceItem"]

CODE = "relevant"


class RelevanceItem(NamedTuple):
    """One post to be judged: whether the query finds it is not said."""

    reading: Reading
    held: bool | None
    memo: str


class RelevanceDesk:
    """Where a person judges a relevance sample.

    Parameters
    ----------
    study : Study
    ask : Ask
    log : DecisionLog
    sample : RelevanceSample
    coder : str
    """

    def __init__(
        self, study: Study, ask: Ask, log: DecisionLog, sample: RelevanceSample, coder: str
    ) -> None:
        if not coder.strip():
            raise InputError("a coder needs a name: it stands with every decision")
        self.sample, self.coder = sample, coder.strip()
        self._ask, self._log, self._meaning = ask, log, meaning(study)
        rows = read_drawn(study, sample).to_pylist()
        self._texts: Mapping[str, str] = {row["post_key"]: row["text_key"] for row in rows}
        self._chances = {row["post_key"]: row["probability"] for row in rows}
        self._batches: list[tuple[str, dict[str, object] | None]] = []

    def _held(self) -> dict[str, dict[str, object]]:
        table = self._log.current(sample_id=self.sample.id, layer=LAYER, coder=self.coder)
        rows = table.filter(pc.equal(table["code_hash"], self._meaning)).to_pylist()
        return {row["subject_key"]: row for row in rows if row["decision"] != "withdrawn"}

    def progress(self) -> tuple[int, int]:
        """How many are judged, of how many."""
        return sum(key in self._texts for key in self._held()), len(self._texts)

    def queue(self) -> list[str]:
        """Posts that this person has not judged, in the order of the sample."""
        done = self._held()
        return [key for key in self._texts if key not in done]

    def next(self, *, now: datetime) -> RelevanceItem | None:
        """The next post; None where all are judged. Notes that the person looked."""
        for key in self.queue():
            found = self.item(key, now=now)
            if found is not None:
                return found
        return None

    def item(self, key: str, *, now: datetime) -> RelevanceItem | None:
        """One post of the sample; None where it is gone."""
        if key not in self._texts:
            raise NotFoundError(f"{self.sample.id} has no such post; its queue gives those it has")
        reading = load_unique(self._ask, [key]).get(key)
        if reading is None:
            return None
        look = {
            "coder": self.coder,
            "subject_key": key,
            "layer": LAYER,
            "sample_id": self.sample.id,
        }
        self._log.note_looks([look | {"looked_at": now, "rules": "", "shown": "text"}])
        held = self._held().get(key)
        return RelevanceItem(
            reading,
            None if held is None else held["decision"] == "present",
            str(held["memo"] or "") if held else "",
        )

    def decide(self, key: str, relevant: bool, *, now: datetime, memo: str = "") -> None:
        """Record whether a post bears on the study's question."""
        if key not in self._texts:
            raise NotFoundError(f"{self.sample.id} has no such post; its queue gives those it has")
        before = self._held().get(key)
        self._log.record([self._row(key, "present" if relevant else "absent", now, memo)])
        self._batches.append((key, before))

    def undo(self, *, now: datetime) -> str | None:
        """Take the last decision of this sitting back; what was held before holds again."""
        if not self._batches:
            return None
        key, before = self._batches.pop()
        decision, memo = (
            ("withdrawn", "") if before is None else (before["decision"], before["memo"])
        )
        self._log.record([self._row(key, str(decision), now, str(memo or ""))])
        return key

    def _row(self, key: str, decision: str, now: datetime, memo: str) -> dict[str, object]:
        return {
            "subject_key": key, "text_key": self._texts[key], "layer": LAYER, "code": CODE, "decision": decision,
            "coder": self.coder, "decided_at": now, "code_hash": self._meaning, "memo": memo.strip() or None,
            "sample_id": self.sample.id, "probability": self._chances[key], "proposal_shown": False,
        }  # fmt: skip
