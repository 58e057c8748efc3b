"""A seat: one coder at one sample and layer; the queues, the next item, what was shown. Decisions are the desk's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from bedside.codebook import Codebook, layer_hash
from bedside.errors import InputError, NotFoundError, PermissionRefused
from bedside.judge.decisions import WHOLE, DecisionLog
from bedside.judge.items import Item, Proposed, load_proposals
from bedside.judge.judged import CORPUS
from bedside.judge.qualifying import own_rules
from bedside.judge.reading import ReadAhead
from bedside.judge.samples import Sample, read_items
from bedside.judge.spans import moments_in, spans_in
from bedside.judge.standing import Progress, Standing
from bedside.store.stages import Ask
from bedside.store.study import Study

__all__ = ["Seat"]

Text = tuple[str, str | None]


class Seat:
    """Where a coder reads a sample for a layer.

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

    @property
    def rechecks(self) -> int:
        """Items that were done before the definition or the text changed, as of the last `follow`."""
        return len(self._again)

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
