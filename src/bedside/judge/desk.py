"""The desk: one coder, one sample, one layer. A decision, an undo; blind to what others said.

The terminal session and the browser's bench stand on this: whatever shows a text to a coder asks here first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bedside.errors import InputError, PermissionRefused
from bedside.judge.decisions import WHOLE
from bedside.judge.replaying import RESTORED, Batch, replayed
from bedside.judge.rows import Moment, Stamp, coding_rows, moment_rows, one_row, whole_row
from bedside.judge.seat import Seat
from bedside.judge.spans import check_spans

__all__ = ["Desk"]


class Desk(Seat):
    """Where a coder judges a sample for a layer; made as a `Seat`."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._done: list[Batch] = []

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

        What the coder held before it holds again. Decisions can be taken back one after another, those of earlier
        sittings too.
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
            rows.append(again if old is None else again | {name: old[name] for name in RESTORED})
        return rows

    @property
    def last_decided_at(self) -> datetime | None:
        """When the decision was made that `undo` would take back; None where there is none."""
        if not self._done and not self._earlier():
            return None
        time: datetime = self._done[-1].rows[0]["decided_at"]
        return time

    def _earlier(self) -> bool:
        """Find what this coder decided in earlier sittings and did not take back; False where there is nothing."""
        own = {"coder": self.coder, "sample_id": self.sample.id, "layer": self.about.layer}
        rows = [row for row in self._log.read(**own).to_pylist() if row["kind"] == "coding"]
        self._done += replayed(rows)
        return bool(self._done)

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
