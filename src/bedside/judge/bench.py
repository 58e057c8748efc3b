"""The bench: one coder at one sample for several layers at once, a post after the other; each layer has its desk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bedside.codebook import Codebook
from bedside.errors import InputError
from bedside.judge.decisions import DecisionLog
from bedside.judge.desk import Desk
from bedside.judge.items import Item, Reading
from bedside.judge.reading import Around, ReadAhead
from bedside.judge.rows import Moment
from bedside.judge.samples import Sample
from bedside.judge.standing import Progress
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["Bench", "Said", "Sheet"]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a coder says of one post in one layer; `spans`: code to spans as JSON."""

    codes: tuple[str, ...] = ()
    spans: dict[str, str] = {}
    moments: tuple[Moment, ...] = ()


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One post on the bench: its texts, what stands around it, and an item for each layer."""

    subject_key: str
    readings: tuple[Reading, ...]
    around: tuple[Around, ...]
    items: dict[str, Item]
    state: str

    @property
    def memo(self) -> str:
        """The coder's memo, of whatever layer."""
        return next((item.memo for item in self.items.values() if item.memo), "")


class Bench:
    """Where a coder judges a sample for one or more layers.

    Parameters
    ----------
    study, ask, log, book
        As `Desk` takes them.
    sample : Sample
    layers : sequence of str
        At least one, each of those the sample was drawn for.
    coder : str

    Attributes
    ----------
    places : dict of str to int
        Number of each item in the order of the sample, from 1.

    Raises
    ------
    InputError
        If no layer is named, or as `Desk` says.
    """

    def __init__(
        self,
        study: Study,
        ask: Ask,
        log: DecisionLog,
        book: Codebook,
        *,
        sample: Sample,
        layers: Sequence[str],
        coder: str,
    ) -> None:
        if not layers:
            raise InputError("say which layers to judge; the sample was drawn for some")
        self.sample, self.coder, self._log = sample, coder.strip(), log
        self.reading = ReadAhead(ask, unit=sample.unit)
        self.desks = {
            layer: Desk(
                study, ask, log, book, sample=sample, layer=layer, coder=coder, reading=self.reading
            )
            for layer in layers
        }

        first = next(iter(self.desks.values()))
        self.places = {key: number for number, key in enumerate(first.queues, 1)}

    @property
    def prompted(self) -> bool:
        """Whether this queue shows the machine's proposals; only a learning queue does."""
        return not self.sample.estimates

    def states(self) -> dict[str, str]:
        """Queue of each item, in the order of the sample: done where every layer is, draft where some are."""
        for desk in self.desks.values():
            desk.follow()
        one, *others = (desk.queues for desk in self.desks.values())
        if not others:
            return dict(one)
        return {key: _together([of[key] for of in (one, *others)]) for key in one}

    def queue(self, name: str) -> list[str]:
        """Items of one queue in the order of the sample."""
        return [key for key, state in self.states().items() if state == name]

    def progress(self) -> Progress:
        """How many items stand in each of the coder's queues."""
        counts = Counter(self.states().values())
        again = max(desk.rechecks for desk in self.desks.values())
        names = ("to_do", "draft", "done", "set_aside", "by_others")
        return Progress(recheck=again, **{name: counts[name] for name in names})

    def next(self, *, now: datetime, after: str = "") -> Sheet | None:
        """The next item to do, drafts first; None where all is done. Notes that the coder looked.

        Parameters
        ----------
        after : str
            Pass over items up to this one, where others wait behind it.
        """
        waiting = self.ahead(after)
        return self.sheet(waiting[0], now=now, ahead=waiting) if waiting else None

    def ahead(self, after: str = "") -> list[str]:
        """Items that wait, in the order in which they come; those before `after` come last."""
        states = self.states()
        order = [key for key, state in states.items() if state in ("draft", "to_do")]
        if after in states:
            behind = [key for key in order if self.places[key] > self.places[after]]
            return [*behind, *order[: len(order) - len(behind)]]
        drafts = [key for key in order if states[key] == "draft"]
        return [*drafts, *(key for key in order if states[key] == "to_do")]

    def sheet(self, subject_key: str, *, now: datetime, ahead: Sequence[str] = ()) -> Sheet:
        """One item of the sample with what the coder holds of it; as `Desk.item`."""
        items = {
            layer: desk.item(subject_key, now=now, ahead=ahead)
            for layer, desk in self.desks.items()
        }
        return Sheet(
            subject_key=subject_key,
            readings=next(iter(items.values())).readings,
            around=self.reading.around(subject_key),
            items=items,
            state=_together([item.state for item in items.values()]),
        )

    def save(
        self,
        subject_key: str,
        said: Mapping[str, Said],
        *,
        now: datetime,
        complete: bool = True,
        memo: str = "",
    ) -> None:
        """Record what is said of a post in every layer, all in one transaction; as `Desk.decide`.

        `complete=False` keeps drafts, which enter neither estimates nor agreement.
        """
        batches = {}
        for layer, desk in self.desks.items():
            of = said.get(layer, Said())
            if complete:
                rows = desk.prepare(
                    subject_key, of.codes, now=now, memo=memo, spans=of.spans, moments=of.moments
                )
            else:
                rows = desk.prepare_draft(
                    subject_key, of.codes, now=now, memo=memo, spans=of.spans, moments=of.moments
                )
            batches[layer] = desk.stage(rows)
        self._write(batches)

    def set_aside(self, subject_key: str, reason: str, *, now: datetime) -> None:
        """Set a post aside in every layer, with the reason."""
        batches = {
            layer: desk.stage(desk.prepare_aside(subject_key, reason, now=now))
            for layer, desk in self.desks.items()
        }
        self._write(batches)

    def _write(self, batches: Mapping[str, Any]) -> None:
        self._log.record([row for batch in batches.values() for row in batch.rows])
        for layer, batch in batches.items():
            self.desks[layer].settle(batch)

    def undo(self, *, now: datetime) -> str | None:
        """Take the last decision back in every layer it was about; gives its post, None where nothing is left."""
        times = {layer: desk.last_decided_at for layer, desk in self.desks.items()}
        latest = max((time for time in times.values() if time is not None), default=None)
        if latest is None:
            return None
        rows = [
            row
            for layer, desk in self.desks.items()
            if times[layer] == latest
            for row in desk.stage_undo(now=now)
        ]
        self._log.record(rows)
        for desk in self.desks.values():
            desk.follow()
        return rows[0]["subject_key"] if rows else None


def _together(states: Sequence[str]) -> str:
    """Queue of a post from those of its layers."""
    if len(set(states)) == 1:
        return states[0]
    if "set_aside" in states:
        return "set_aside"
    left = [state for state in states if state != "by_others"]
    if set(left) == {"done"}:
        return "done"
    return "to_do" if set(left) == {"to_do"} else "draft"
