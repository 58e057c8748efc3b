"""Standing: where each coder is with each item of a sample and layer; follows the log as it grows."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from bedside.judge.decisions import WHOLE, DecisionLog

__all__ = ["Progress", "Standing", "State"]

State = Literal["to_do", "draft", "done", "set_aside"]
Text = tuple[str, str | None]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How many items of a coder's stand in each of the four queues.

    Attributes
    ----------
    to_do, draft, done, set_aside : int
    recheck : int
        Of `to_do`: was done before the definition or the text changed.
    by_others : int
        Left to others: as many as needed have coded it, or this coder has seen the machine's proposals for it.
    """

    to_do: int
    draft: int
    done: int
    set_aside: int
    recheck: int = 0
    by_others: int = 0


class Standing:
    """What every coder holds of every item, read from the log once and then only what is new.

    Parameters
    ----------
    log : DecisionLog
    sample_id, layer : str
    complete_hash : str
        Of the layer as it stands: who was done under another is not done.
    """

    def __init__(self, log: DecisionLog, sample_id: str, layer: str, complete_hash: str) -> None:
        self._log, self._sample, self._layer, self._hash = log, sample_id, layer, complete_hash
        self._held: dict[Text, dict[str, dict[str, dict[str, Any]]]] = {}
        self._texts: dict[str, set[Text]] = {}
        self._last = 0

    def follow(self) -> None:
        """Take in what was recorded since the last time, by anybody."""
        self._last, rows = self._log.since(self._last, sample_id=self._sample, layer=self._layer)
        for row in rows:
            if row["kind"] == "coding":
                self._take(row)

    def _take(self, row: Mapping[str, Any]) -> None:
        text = (row["subject_key"], row["text_key"])
        self._texts.setdefault(row["subject_key"], set()).add(text)
        held = self._held.setdefault(text, {}).setdefault(row["coder"], {})
        held.pop(row["code"], None)
        if row["decision"] != "withdrawn":
            held[row["code"]] = dict(row)

    def held(self, coder: str, text: Text) -> dict[str, dict[str, Any]]:
        """Rows that a coder holds of a text, by code."""
        return self._held.get(text, {}).get(coder, {})

    def state(self, coder: str, text: Text) -> State:
        """In which of the four queues a text stands for a coder."""
        held = self.held(coder, text)
        whole = held.get(WHOLE)
        if whole is None:
            return "draft" if held else "to_do"
        if whole["decision"] == "set_aside":
            return "set_aside"
        return "done" if whole["code_hash"] == self._hash else "to_do"

    def was_done(self, coder: str, subject_key: str) -> bool:
        """Whether a coder was done with a subject, be it an earlier text or definition."""
        return any(WHOLE in self.held(coder, text) for text in self._texts.get(subject_key, ()))

    def coders_done(self, text: Text) -> set[str]:
        """Coders who are done with a text."""
        return {who for who in self._held.get(text, {}) if self.state(who, text) == "done"}
