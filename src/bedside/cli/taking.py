"""Taking in what a live source gave: only what is new or changed, as records with their own provenance."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.cli.adding import file_record
from bedside.collect.containers import Document
from bedside.collect.importing import (
    Choice,
    ImportReport,
    import_document,
    mapping_from_toml,
)
from bedside.collect.live.exchange import Known, Observed
from bedside.model.posts import COLLECTED
from bedside.model.sources import Source
from bedside.store.erasure import was_erased
from bedside.store.imports import (
    FileRecord,
    VaultWriter,
    collected_pages,
    read_erased,
    read_imports,
)
from bedside.store.keys import StudyKeys
from bedside.store.rewriting import deleted_posts, supersede, withdraw
from bedside.store.study import Study

__all__ = ["Taken", "Taker", "known_posts"]

UNCHANGED = "as it was when last read"
EXPIRED = "kept without its text, as the register says"
SAID = (  # what makes a reading another one; counts of likes and the like do not
    "title", "body", "summary", "segments", "in_reply_to", "author_id", "author_handle", "author_name", "author_bio",
    "edited_at", "visibility", "content_labels", "rating", "text_state", "state",
)  # fmt: skip
PLACE = ("post_id", "platform", "native_id", "service", "kind", "author_id", "thread_id", "state")
LIVE = "live"  # the `choice` of import records of rounds


@dataclass
class Taken:
    """What a round gave, record by record, and what became of older records.

    Attributes
    ----------
    files : list of FileRecord
    gone : dict of post id to state
        Posts that are deleted at their source, all that are known.
    changed : dict of post id to str
        Posts whose older words went.
    withdrawn : int
        Records that lost their text.
    notes : list of str
    """

    files: list[FileRecord] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    withdrawn: int = 0
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Records of the round: read = new + tombstoned + rejected + no_post; unchanged ones are among no_post."""
        passed: Counter[str] = Counter()
        for file in self.files:
            passed.update(file.details.get("no_post") or {})
        return {
            "read": sum(file.read for file in self.files),
            "new": sum(file.kept for file in self.files),
            "tombstoned": sum(file.tombstoned for file in self.files),
            "rejected": sum(file.rejected for file in self.files),
            "no_post": sum(file.no_post for file in self.files),
            "unchanged": passed[UNCHANGED],
            "withdrawn": self.withdrawn,
        }

    def changed_keys(self, keys: StudyKeys) -> tuple[str, ...]:
        """Keys of the posts whose older words went."""
        return tuple(keys.post_key(post) for post in self.changed)


class Taker:
    """Takes the documents of one round into the vault.

    Parameters
    ----------
    study : Study
        Locked by the caller.
    source : Source
    keys : StudyKeys
    began : datetime
        Time of collection of all that is new.
    first : int
        Records of the study when the round began: what stands from there on is of this round.
    """

    def __init__(
        self, study: Study, source: Source, keys: StudyKeys, began: datetime, *, first: int
    ) -> None:
        self.study, self.source, self.keys, self.began = study, source, keys, began
        self.first = first
        self._erased = read_erased(study)
        self._done = {
            file.file: file
            for record in read_imports(study)
            if record.source == source.name and record.choice == LIVE
            for file in record.files
        }
        self._latest = _latest(study, source.name)
        self._writer = VaultWriter(study, source.name, LIVE, began, chosen=False)
        self._taken = Taken()
        mapping = study.folder / "mappings" / f"{source.name}.toml"
        self._mapping = (
            mapping_from_toml(mapping.read_text(encoding="utf-8")) if mapping.exists() else None
        )

    def document(self, document: Document, format: str, service: str) -> None:
        """Take in what a document holds that is new or changed."""
        if self._had(document.name):
            return
        report = ImportReport()
        first, again = self._writer.next_record, Counter[str]()
        mapping = self._mapping if format == "table" else None
        choice = Choice(format=format, service=service or None, mapping=mapping)
        for batch in import_document(
            document, source=self.source, collected_at=self.began, choice=choice, report=report
        ):
            hits = was_erased(batch, self.keys, self._erased)
            again.update(batch.filter(hits)["text_state"].to_pylist())
            self._add(batch.filter(pc.invert(hits)), report)
        with document.open() as stream:
            digest = hashlib.sha256(stream.read()).hexdigest()
        record = file_record(
            document.name, digest, report, again, (first, self._writer.next_record)
        )
        self._end(record)
        self._taken.notes += report.notes

    def tombstones(self, name: str, format: str, observed: Sequence[Observed]) -> None:
        """Take in what became of known posts."""
        if not observed or self._had(name):
            return
        states = {item.post_id: item.state for item in observed}
        known = {
            post.post_id: post for post in known_posts(self.study, self.source.name, self.first)
        }
        rows = [
            self._tombstone(known[post], state, format)
            for post, state in states.items()
            if post in known
        ]
        report = ImportReport()
        batch = pa.RecordBatch.from_pylist(rows, schema=COLLECTED)
        first = self._writer.next_record
        fresh = self._fresh(batch, Counter())
        self._writer.add(fresh)
        record = file_record(
            name, _digest(states), report, Counter(), (first, self._writer.next_record)
        )
        unchanged = len(rows) - fresh.num_rows
        details = {**record.details, "no_post": {UNCHANGED: unchanged} if unchanged else {}}
        self._end(
            msgspec.structs.replace(
                record, format=format, verified=True, read=len(rows), tombstoned=fresh.num_rows,
                no_post=unchanged, details=details,
            )
        )  # fmt: skip

    def finish(self) -> Taken:
        """Commit, then follow edits and deletions through everything that was taken in before."""
        self._writer.commit()
        taken = self._taken
        taken.changed = supersede(self.study, self.keys, self.source.name, self.first)
        taken.gone = deleted_posts(self.study)
        taken.withdrawn = withdraw(self.study, self.keys, taken.gone) + len(taken.changed)
        return taken

    def _had(self, name: str) -> bool:
        """Whether a round that was cut short has committed this document already."""
        if name in self._done:
            self._taken.files.append(self._done[name])
        return name in self._done

    def _end(self, record: FileRecord) -> None:
        self._taken.files.append(record)
        self._writer.end_file(record)

    def _add(self, batch: pa.RecordBatch, report: ImportReport) -> None:
        at = COLLECTED.get_field_index("state_observed_at")
        seen = pa.array([self.began] * batch.num_rows, COLLECTED.field(at).type)
        batch = batch.set_column(at, COLLECTED.field(at), seen)
        passed: Counter[str] = Counter()
        fresh = self._fresh(batch, passed)
        if fresh.num_rows:
            self._writer.add(fresh)
        _pass_over(report, passed)

    def _fresh(self, batch: pa.RecordBatch, passed: Counter[str]) -> pa.RecordBatch:
        """Rows that say something else than the last reading of the same post did."""
        keep = []
        for row, (said, state, text_state) in zip(
            batch["post_id"].to_pylist(), _said(batch), strict=True
        ):
            last = self._latest.get(row)
            why = "" if last is None else _why_not(last, (said, state, text_state))
            keep.append(not why)
            if why:
                passed["tombstone" if text_state == "tombstone" else why] += 1
            else:
                self._latest[row] = (said, state, text_state)
        return batch.filter(pa.array(keep, pa.bool_()))

    def _tombstone(self, known: Known, state: str, format: str) -> dict[str, Any]:
        row = {name: getattr(known, name) or None for name in PLACE}
        return row | {
            "body": "",
            "text_state": "tombstone",
            "state": state,
            "state_observed_at": self.began,
            "collected_at": self.began,
            "collector": format,
            "raw_sha256": _digest({known.post_id: state}),
            "access_basis": self.source.access_basis,
            "source": self.source.name,
            "record_no": 0,
        }


_Said = tuple[bytes, str, str]


def _why_not(last: _Said, new: _Said) -> str:
    """Why a reading is not taken in; empty where it is."""
    if new[2] == "tombstone" and last[2] == "tombstone":
        return UNCHANGED
    if last[2] == "metrics_only" and last[1] == "live" and new[2] == "kept":
        return EXPIRED
    return UNCHANGED if last == new else ""


def _said(table: pa.Table | pa.RecordBatch) -> list[_Said]:
    """Digest of what each row says, its state, and the state of its text."""
    rows = table.select(list(SAID)).to_pylist()
    return [(_row_digest(row), row["state"], row["text_state"]) for row in rows]


def _row_digest(row: dict[str, Any]) -> bytes:
    return hashlib.blake2b(msgspec.json.encode(row), digest_size=12).digest()


def _digest(states: dict[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode(states, order="sorted")).hexdigest()


def _latest(study: Study, source: str) -> dict[str, _Said]:
    """What the last reading of each post of a source said."""
    latest: dict[str, _Said] = {}
    for page in collected_pages(study, ("post_id", "source", *SAID)):
        ours = page.filter(pc.equal(page["source"], source))
        latest.update(zip(ours["post_id"].to_pylist(), _said(ours), strict=True))
    return latest


def _pass_over(report: ImportReport, passed: Counter[str]) -> None:
    """Count rows that are not taken in as records without a post, no longer as kept or tombstoned."""
    file = report.files[-1]
    gone = passed.pop("tombstone", 0)
    file.tombstoned -= gone
    file.kept -= passed.total()
    file.no_post.update({**passed, UNCHANGED: passed[UNCHANGED] + gone} if gone else passed)


def known_posts(study: Study, source: str, before: int) -> tuple[Known, ...]:
    """Posts that the study holds of a source among its first `before` records, each as last seen, by id."""
    found: dict[str, Known] = {}
    for page in collected_pages(study, (*PLACE, "source", "record_no")):
        ours = page.filter(
            pc.and_(pc.equal(page["source"], source), pc.less(page["record_no"], before))
        )
        for row in ours.select(list(PLACE)).to_pylist():
            found[row["post_id"]] = Known(**{name: row[name] or "" for name in PLACE})
    return tuple(found[post] for post in sorted(found))
