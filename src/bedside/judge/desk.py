"""The desk: one coder, one sample, one layer. The next item, a decision, an undo; blind to what others said.

The terminal session and the browser's bench stand on this: whatever shows a text to a coder asks here first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import pyarrow.compute as pc

from bedside.codebook import Codebook, layer_hash
from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.judge.decisions import WHOLE, DecisionLog
from bedside.judge.items import Item, Proposed, load_proposals
from bedside.judge.judged import CORPUS
from bedside.judge.qualifying import own_rules
from bedside.judge.reading import ReadAhead
from bedside.judge.rows import (
    Moment,
    Stamp,
    coding_rows,
    moment_rows,
    one_row,
    whole_row,
)
from bedside.judge.samples import Sample, read_items
from bedside.judge.spans import check_spans, moments_in, spans_in
from bedside.judge.standing import Progress, Standing
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["Desk"]

Text = tuple[str, str | None]
Kept = dict[tuple[str, str], dict[str, Any]]
"""Rows by subject and code."""


class Batch(NamedTuple):
    """Rows of one decision, and what was held before it."""

    rows: list[dict[str, Any]]
    before: Kept


class Desk:
    """Where a coder judges a sample for a layer.

    Parameters
    ----------
    study : Study
    ask : Ask
        Over the study's tables as of its latest snapshot.
    log : DecisionLog
    book : Codebook
    sample : Sample
    layer : str
    coder : str
        A name that stays the same; it stands with every decision.
    makers : iterable of Maker, optional
        Makers of the study's own, as `qualifying.own_rules` takes them.

    Raises
    ------
    InputError
        If the sample was drawn for other layers, or the coder has no name.
    """

    def __init__(
        self,
        study: Study,
        ask: Ask,
        log: DecisionLog,
        book: Codebook,
        *,
        sample: Sample,
        layer: str,
        coder: str,
        makers: Iterable[Any] | None = None,
        reading: ReadAhead | None = None,
    ) -> None:
        if not coder.strip():
            raise InputError("a coder needs a name: it stands with every decision")
        self.about, self.sample, self.coder = book.layer(layer), sample, coder.strip()
        if not sample.is_for(layer):
            raise InputError(
                f"sample {sample.id} was drawn for {', '.join(sample.layers)}, not for {layer}; draw one for {layer}"
            )
        self._ask, self._log, self._needed = ask, log, study.config.judge.coders
        self._rules = own_rules(study, layer, makers)
        self._texts = _present_texts(ask, study, sample)
        self._chances = {}
        for item in read_items(study, sample).to_pylist():
            self._chances[item["subject_key"]] = item["probability"]
        self._standing = Standing(log, sample.id, layer, layer_hash(self.about))
        looks = log.looks(coder=self.coder, layer=layer).to_pylist()
        own = [look for look in looks if look["sample_id"] == sample.id]
        self._shown = {
            "text": {look["subject_key"] for look in own if look["shown"] == "text"},
            "others": {look["subject_key"] for look in own if look["shown"] == "others"},
            "proposals": {look["subject_key"] for look in looks if look["shown"] == "proposals"},
        }
        self._reading = reading or ReadAhead(ask, unit=sample.unit)
        self._proposed: dict[str, tuple[Proposed, ...]] = {}
        self._done: list[Batch] = []
        self._standing.follow()
        self._queues = {key: self._whose((key, text)) for key, text in self._texts.items()}
        self._again = {key for key in self._texts if self._is_again(key)}

    @property
    def prompted(self) -> bool:
        """Whether this queue shows the machine's proposals; only a learning queue does."""
        return not self.sample.estimates

    # the queue

    def _whose(self, text: Text) -> str:
        """Queue of an item for this coder: one of the four states, or `by_others`."""
        state = self._standing.state(self.coder, text)
        if state != "to_do":
            return state
        if self.sample.estimates and text[0] in self._shown["proposals"]:
            return "by_others"
        done = len(self._standing.coders_done(text) - {self.coder})
        return "by_others" if done >= self._needed else "to_do"

    def _is_again(self, key: str) -> bool:
        return self._queues[key] == "to_do" and self._standing.was_done(self.coder, key)

    def follow(self) -> None:
        """Take in what anybody recorded since; only the items it is about are looked at again."""
        for key in self._standing.follow() & self._texts.keys():
            self._place(key)

    def _place(self, key: str) -> None:
        self._queues[key] = self._whose((key, self._texts[key]))
        (self._again.add if self._is_again(key) else self._again.discard)(key)

    @property
    def queues(self) -> Mapping[str, str]:
        """Queue of every item, in the order of the sample, as of the last `follow`."""
        return self._queues

    def progress(self) -> Progress:
        """How many items stand in each of this coder's queues."""
        self.follow()
        counts = Counter(self._queues.values())
        names = ("to_do", "draft", "done", "set_aside", "by_others")
        return Progress(recheck=len(self._again), **{name: counts[name] for name in names})

    def queue(self, name: str = "to_do") -> list[str]:
        """Subjects of one queue (`to_do`, `draft`, `done`, `set_aside`, `by_others`), in the order of the sample."""
        self.follow()
        return [key for key, queue in self._queues.items() if queue == name]

    def next(self, *, now: datetime) -> Item | None:
        """The next item to do: drafts first; None where all is done. Notes that the coder looked."""
        waiting = self.queue("draft") or self.queue("to_do")
        return self.item(waiting[0], now=now, ahead=waiting) if waiting else None

    def item(self, subject_key: str, *, now: datetime, ahead: Sequence[str] = ()) -> Item:
        """One item of the sample, with what the coder holds of it. Notes that the coder looked.

        Raises
        ------
        NotFoundError
            If it is not in the sample.
        InputError
            If its post has been deleted or left the corpus since.
        PermissionRefused
            If the coder has seen the machine's proposals for it and the sample is drawn to check the machine.
        """
        text_key = self._text_of(subject_key)
        if self.sample.estimates and subject_key in self._shown["proposals"]:
            raise PermissionRefused(
                f"{self.coder} has seen what the machine proposes for this post; in a sample that checks the machine "
                "another coder must judge it"
            )
        readings = self._load(subject_key, ahead)
        self._note(subject_key, "proposals" if self.prompted else "text", now)
        held = self._standing.held_of_all(self.coder, (subject_key, text_key))
        own = {code: row for (subject, code), row in held.items() if subject == subject_key}
        return Item(
            subject_key=subject_key,
            text_key=text_key,
            sample_id=self.sample.id,
            layer=self.about.layer,
            readings=readings,
            proposals=self._proposed.get(subject_key, ()),
            held={code: row["decision"] for code, row in own.items() if code != WHOLE},
            state=self._queues[subject_key],
            memo=own.get(WHOLE, {}).get("memo") or "",
            spans=spans_in(own),
            moments=moments_in(subject_key, held),
            recheck=subject_key in self._again,
        )

    def _text_of(self, subject_key: str) -> str | None:
        if subject_key not in self._chances:
            raise NotFoundError(
                f"sample {self.sample.id} has no such item; its queue gives the keys of those it has"
            )
        if subject_key not in self._texts:
            raise InputError(
                "this post is no longer in the corpus (deleted, erased or no longer relevant); nothing can be decided "
                "about it: go on with the next"
            )
        return self._texts[subject_key]

    def _load(self, subject_key: str, ahead: Sequence[str]) -> tuple[Any, ...]:
        readings = self._reading.of(subject_key, ahead)
        if self.prompted and subject_key not in self._proposed:
            keys = self._reading.keys
            proposed = load_proposals(self._ask, self.about.layer, keys)
            self._proposed = {key: proposed.get(key, ()) for key in keys}
        return readings

    def _note(self, subject_key: str, shown: str, now: datetime) -> None:
        if subject_key not in self._shown[shown]:
            self._shown[shown].add(subject_key)
            self._place(subject_key)
            look = {
                "coder": self.coder,
                "subject_key": subject_key,
                "layer": self.about.layer,
                "sample_id": self.sample.id,
                "looked_at": now,
                "rules": self._rules,
                "shown": shown,
            }
            self._log.note_looks([look])

    # decisions

    def decide(
        self,
        subject_key: str,
        present: Iterable[str],
        *,
        now: datetime,
        absent: Iterable[str] = (),
        complete: bool = True,
        memo: str = "",
        spans: Mapping[str, str] | None = None,
        moments: Sequence[Moment] = (),
    ) -> None:
        """Record a decision about an item; see `rows.coding_rows`.

        Parameters
        ----------
        moments : sequence of Moment
            Which codes hold together where; each of their codes must be present.

        Raises
        ------
        InputError
            If a code is not in the layer, several are given where one applies, or the post was deleted.
        PermissionRefused
            If others' decisions on the item were shown to the coder: what differs then is for adjudication.
        """
        self._write(
            self.prepare(
                subject_key,
                present,
                now=now,
                absent=absent,
                complete=complete,
                memo=memo,
                spans=spans,
                moments=moments,
            )
        )

    def prepare(
        self,
        subject_key: str,
        present: Iterable[str],
        *,
        now: datetime,
        absent: Iterable[str] = (),
        complete: bool = True,
        memo: str = "",
        spans: Mapping[str, str] | None = None,
        moments: Sequence[Moment] = (),
    ) -> list[dict[str, Any]]:
        """Rows of a decision, checked and not written yet; see `decide`."""
        stamp = self._stamp(subject_key, now)
        codes = set(present)
        check_spans(self._reading.of(subject_key, ()), spans or {}, moments)
        rows = coding_rows(
            self.about, stamp, codes, absent=absent, complete=complete, memo=memo, spans=spans,
            in_moments=bool(moments),
        )  # fmt: skip
        if strange := sorted({code for moment in moments for code in moment.codes} - codes):
            raise InputError(
                f"'{strange[0]}' holds in a moment and not in the post; say it of both"
            )
        return [*rows, *moment_rows(self.about, stamp, moments)]

    def prepare_draft(
        self,
        subject_key: str,
        present: Iterable[str],
        *,
        now: datetime,
        memo: str = "",
        spans: Mapping[str, str] | None = None,
        moments: Sequence[Moment] = (),
    ) -> list[dict[str, Any]]:
        """Rows of a draft: what is said so far, what was said before and is not any more, and the memo."""
        text = (subject_key, self._text_of(subject_key))
        held = self._standing.held(self.coder, text)
        codes = set(present)
        was = {code for code, row in held.items() if row["decision"] == "present"} - {WHOLE}
        if not codes and not was:
            return [whole_row(self.about, self._stamp(subject_key, now), "draft", memo)]
        return self.prepare(
            subject_key,
            codes,
            now=now,
            absent=was - codes,
            complete=False,
            memo=memo,
            spans=spans,
            moments=moments,
        )

    def set_aside(self, subject_key: str, reason: str, *, now: datetime) -> None:
        """Set an item aside: it is not decided, and estimates count it as such.

        Raises
        ------
        InputError
            If no reason is given, or the post was deleted.
        """
        self._write(self.prepare_aside(subject_key, reason, now=now))

    def prepare_aside(
        self, subject_key: str, reason: str, *, now: datetime
    ) -> list[dict[str, Any]]:
        """The row that sets an item aside, not written yet."""
        if not reason.strip():
            raise InputError("say why the post is set aside, such as 'cut off' or 'not in English'")
        return [whole_row(self.about, self._stamp(subject_key, now), "set_aside", reason.strip())]

    def _stamp(self, subject_key: str, now: datetime) -> Stamp:
        text_key = self._text_of(subject_key)
        if subject_key in self._shown["others"]:
            raise PermissionRefused(
                "what others decided on this post was shown to you, so your own decision stays as it is; what differs "
                "is settled by adjudication"
            )
        return Stamp(
            subject_key=subject_key,
            text_key=text_key,
            coder=self.coder,
            decided_at=now,
            sample_id=self.sample.id,
            probability=self._chances[subject_key],
            proposal_shown=self.prompted,
        )

    def _write(self, rows: list[dict[str, Any]]) -> None:
        batch = self.stage(rows)
        self._log.record(batch.rows)
        self.settle(batch)

    def stage(self, rows: list[dict[str, Any]]) -> Batch:
        """Rows about one item with the withdrawal of what is not said of its moments any more, and what was held.

        For a sitting over several layers, which writes all of them in one transaction and then gives each to `settle`.
        """
        self.follow()
        before = self._standing.held_of_all(
            self.coder, (rows[0]["subject_key"], rows[0]["text_key"])
        )
        said = {(row["subject_key"], row["code"]) for row in rows}
        gone = [
            dict(row) | {"decision": "withdrawn", "decided_at": rows[0]["decided_at"]}
            for key, row in before.items()
            if ":" in key[0] and key not in said
        ]
        return Batch([*rows, *gone], before)

    def settle(self, batch: Batch) -> None:
        """Take in a batch that was written, so that it can be taken back."""
        self._done.append(batch)
        self.follow()

    def undo(self, *, now: datetime) -> str | None:
        """Take back this coder's last decision by adding rows; gives its subject, None where nothing is left.

        What the coder held before it holds again. Decisions of this sitting can be taken back one after another, of
        an earlier sitting the last.
        """
        rows = self.stage_undo(now=now)
        if rows:
            self._log.record(rows)
            self.follow()
        return rows[0]["subject_key"] if rows else None

    def stage_undo(self, *, now: datetime) -> list[dict[str, Any]]:
        """Rows that take the last decision back; empty where nothing is left. They are for the caller to write."""
        if not self._done and not self._earlier():
            return []
        batch, before = self._done.pop()
        stamp = self._stamp(batch[0]["subject_key"], now)
        rows = []
        for row in batch:
            old = before.get((row["subject_key"], row["code"]))
            own = msgspec.structs.replace(stamp, subject_key=row["subject_key"])
            again = one_row(self.about, own, row["code"], "withdrawn")
            kept = ("decision", "memo", "spans", "code_hash")
            rows.append(again if old is None else again | {name: old[name] for name in kept})
        return rows

    @property
    def last_decided_at(self) -> datetime | None:
        """When the decision was made that `undo` would take back; None where there is none."""
        if not self._done and not self._earlier():
            return None
        time: datetime = self._done[-1].rows[0]["decided_at"]
        return time

    def _earlier(self) -> bool:
        """Find the last decision of an earlier sitting; False where there is none, or it was taken back."""
        own = {"coder": self.coder, "sample_id": self.sample.id, "layer": self.about.layer}
        rows = [row for row in self._log.read(**own).to_pylist() if row["kind"] == "coding"]
        batch = [row for row in rows if row["decided_at"] == rows[-1]["decided_at"]]
        if not batch or all(row["decision"] == "withdrawn" for row in batch):
            return False
        batch.sort(key=lambda row: ":" in row["subject_key"])
        text = (batch[0]["subject_key"], batch[0]["text_key"])
        before: Kept = {}
        for row in rows[: -len(batch)]:
            if (row["subject_key"].partition(":")[0], row["text_key"]) == text:
                key = (row["subject_key"], row["code"])
                before.pop(key, None)
                if row["decision"] != "withdrawn":
                    before[key] = row
        self._done.append(Batch(batch, before))
        return True

    # others

    def others(self, subject_key: str, *, now: datetime) -> dict[str, dict[str, str]]:
        """What other coders decided on an item: coder to code to decision. From then on the own decision stays.

        Raises
        ------
        PermissionRefused
            If this coder is not done with the item, or fewer coders than needed are: until then each is blind.
        """
        text = (subject_key, self._text_of(subject_key))
        self.follow()
        done = self._standing.coders_done(text)
        if self.coder not in done:
            raise PermissionRefused(
                "what others decided is shown once you have decided yourself; complete the item first"
            )
        if len(done) < self._needed:
            raise PermissionRefused(
                f"{len(done)} of {self._needed} coders are done with this item; until then each is blind to the others"
            )
        self._note(subject_key, "others", now)
        return {
            coder: {
                code: row["decision"]
                for code, row in self._standing.held(coder, text).items()
                if code != WHOLE
            }
            for coder in sorted(done - {self.coder})
        }


def _present_texts(ask: Ask, study: Study, sample: Sample) -> dict[str, str | None]:
    """Items that are in the corpus, in the order of the queue, with the text they now have."""
    corpus = ask(CORPUS, {})
    keys = read_items(study, sample)["subject_key"]
    if sample.unit == "accounts":
        there = set(pc.unique(corpus["account_key"]).to_pylist())
        return {key: None for key in keys.to_pylist() if key in there}
    here = corpus.filter(pc.is_in(corpus["post_key"], keys.combine_chunks()))
    texts = dict(zip(here["post_key"].to_pylist(), here["text_key"].to_pylist(), strict=True))
    return {key: texts[key] for key in keys.to_pylist() if key in texts}
