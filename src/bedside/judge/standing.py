"""Standing: where each coder is with each item of a sample and layer; follows the log as it grows."""

from typing import Any, Literal

import msgspec

from bedside.judge.decisions import DecisionLog
from bedside.judge.rows import subjects_of

__all__ = ["Progress", "Standing", "State"]

State = Literal["to_do", "draft", "done", "set_aside"]
Text = tuple[str, str | None]
OVERLAP = 200  # rows read once more: of several who write at once the earlier number may be committed later
STATES: dict[str, State] = {"draft": "draft", "set_aside": "set_aside"}


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
    """Who is where with each text of a sample and layer, read from the log once and then only what is new.

    Parameters
    ----------
    log : DecisionLog
    sample_id, layer : str
    complete_hash : str
        Of the layer as it stands: who was done under another is not done.
    """

    def __init__(self, log: DecisionLog, sample_id: str, layer: str, complete_hash: str) -> None:
        self._log, self._sample, self._layer, self._hash = log, sample_id, layer, complete_hash
        self._said: dict[Text, dict[str, tuple[str, str]]] = {}
        self._texts: dict[str, set[Text]] = {}
        self._last = 0

    def follow(self) -> set[str]:
        """Take in what was recorded since the last time, by anybody; gives the subjects it is about."""
        last = self._log.last_number()
        if last == self._last:
            return set()
        after = max(0, self._last - OVERLAP)
        rows = self._log.whole_layers(self._sample, self._layer, after=after)
        self._last = last
        for _, subject_key, text_key, coder, decision, code_hash in rows:
            text = (subject_key, text_key)
            self._texts.setdefault(subject_key, set()).add(text)
            said = self._said.setdefault(text, {})
            said.pop(coder, None)
            if decision != "withdrawn":
                said[coder] = (decision, code_hash)
        return {row[1] for row in rows}

    def held(self, coder: str, text: Text) -> dict[str, dict[str, Any]]:
        """Rows that a coder holds of a text, by code."""
        whole = self.held_of_all(coder, text)
        return {code: row for (subject, code), row in whole.items() if subject == text[0]}

    def held_of_all(self, coder: str, text: Text) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows that a coder holds of a text and of its moments, by subject and code."""
        # without the sample: a database would search by it, and read the whole queue for one text
        rows = self._log.read(subject_key=subjects_of(text[0]), layer=self._layer, coder=coder)
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in rows.to_pylist():
            own = row["sample_id"] == self._sample and row["text_key"] == text[1]
            if own and row["kind"] == "coding":
                key = (row["subject_key"], row["code"])
                found.pop(key, None)
                if row["decision"] != "withdrawn":
                    found[key] = row
        return found

    def state(self, coder: str, text: Text) -> State:
        """In which of the four queues a text stands for a coder."""
        decision, code_hash = self._said.get(text, {}).get(coder, ("", ""))
        if decision == "layer_complete":
            return "done" if code_hash == self._hash else "to_do"
        return STATES.get(decision, "to_do")

    def was_done(self, coder: str, subject_key: str) -> bool:
        """Whether a coder was done with a subject, be it an earlier text or definition."""
        return any(
            self._said[text].get(coder, ("",))[0] in ("layer_complete", "set_aside")
            for text in self._texts.get(subject_key, ())
        )

    def coders_done(self, text: Text) -> set[str]:
        """Coders who are done with a text."""
        return {who for who in self._said.get(text, {}) if self.state(who, text) == "done"}
