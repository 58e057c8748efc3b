"""`access` and `register`: what is held on a person who asks, and the record of processing."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bedside.errors import NotFoundError
from bedside.judge.caselog import open_cases
from bedside.judge.crisislog import STEPS, open_crises
from bedside.judge.decisions import has_log, open_log
from bedside.measure.bound import bind_study
from bedside.release.gatelog import GateLog
from bedside.release.ledger import Ledger
from bedside.release.paraphrases import Paraphrases
from bedside.report.holding import HeldPost, Holding, holding_paper
from bedside.report.processing import Processing, processing_paper
from bedside.store.engine import EmbeddedEngine
from bedside.store.files import write_text
from bedside.store.imports import collected_pages, read_erased
from bedside.store.keys import StudyKeys, load_keys
from bedside.store.live import live_state
from bedside.store.looks import Look, note_look, read_looks
from bedside.store.meant import Named, named
from bedside.store.snapshots import latest_snapshot, snapshot_dataset
from bedside.store.stages import Aggregate
from bedside.store.study import Study, open_study

__all__ = ["access", "held_on", "record_of_processing", "register_paper"]

HELD = (
    "post_id", "platform", "url", "title", "body", "published_at", "collected_at", "text_state", "state", "source", "record_no",
    "author_id", "author_handle", "author_name", "author_bio", "author_role_declared", "place_name", "mentions",
    "in_reply_to_author",
)  # fmt: skip
PROFILE = (
    "author_id",
    "author_handle",
    "author_name",
    "author_bio",
    "author_role_declared",
    "place_name",
)
MARKS = Aggregate(
    name="marks of posts",
    needs=("marks",),
    sql="SELECT post_key, layer, code, slot, concept FROM marks WHERE array_contains($keys, post_key) "
    'ORDER BY post_key, layer, "group" NULLS FIRST, slot NULLS FIRST, code NULLS FIRST',
)


def access(
    folder: Path, account: str, *, who: str, now: datetime, out: Path | None = None
) -> tuple[Holding, Path]:
    """Write the paper for a person who asks what is held on them; the look is written down first.

    Parameters
    ----------
    folder : Path
        The study.
    account : str
        Author id, handle, `platform:handle` or account key, as `bedside erase --account` takes it.
    who : str
        Who answers the request; a name.
    now : datetime
    out : Path, optional
        Where the paper goes; `access-DATE.html` beside the study if not given: it is no part of the study.

    Returns
    -------
    tuple of Holding and Path

    Raises
    ------
    PermissionRefused
        If nobody is named.
    NotFoundError
        If the study holds nothing of that account.
    """
    study = open_study(folder)
    found = named(study, "account", account)
    note_look(study, Look(at=now, who=who, what="access request", posts=len(found.records)))
    held = held_on(study, found, now)
    place = out or study.folder.resolve().parent / f"access-{now:%Y%m%dT%H%M%S}.html"
    write_text(place, holding_paper(held))
    return held, place


def held_on(study: Study, found: Named, now: datetime) -> Holding:
    """Everything that the study's files hold on what was found."""
    keys = load_keys(study.config.id)
    rows, named_in = _rows(study, found)
    marks, judged = _marks(study, found), _judged(study, found)
    config = study.config
    posts = tuple(_post(study, keys, row, marks, judged) for row in rows)
    return Holding(
        study=config.title,
        purpose=config.question,
        controller=config.controller.name,
        contact=config.controller.contact,
        officer=config.controller.officer,
        asked=f"{now:%Y-%m-%d}",
        sources=tuple(_source(study, name) for name in sorted({row["source"] for row in rows})),
        posts=posts,
        profile=_profile(rows),
        named_in=named_in,
        snapshots=_snapshots(study, found),
        quotes=sum(
            bool(found.post_keys & set(record.post_keys))
            for record in GateLog(study.folder).records()
        ),
        cases=_cases(study, found),
        paraphrases=tuple(
            (one.state, one.text)
            for one in Paraphrases(study.folder).all()
            if found.post_keys & set(one.post_keys)
        ),
        crises=_crises(study, found),
    )


def _rows(study: Study, found: Named) -> tuple[list[dict[str, Any]], int]:
    """The person's records as published, and how many records of others name them."""
    words = {word.casefold() for word in found.words}
    rows, named_in = [], 0
    for page in collected_pages(study, HELD):
        for row in page.to_pylist():
            if row["record_no"] in found.records:
                rows.append(row)
            else:
                told = [
                    *(row["mentions"] or ()),
                    row["in_reply_to_author"] or "",
                    *(row["body"] or "").split(),
                ]
                named_in += any(
                    word.strip("@.,;:!?()").casefold() in words for word in told if word
                )
    return rows, named_in


def _post(
    study: Study,
    keys: StudyKeys,
    row: dict[str, Any],
    marks: dict[str, list[str]],
    judged: Counter[str],
) -> HeldPost:
    key = keys.post_key(row["post_id"])
    days = study.sources[row["source"]].retention_days if row["source"] in study.sources else 0
    until = row["collected_at"] + timedelta(days=days)
    return HeldPost(
        source=row["source"],
        platform=row["platform"],
        url=row["url"] or "",
        published=f"{row['published_at']:%Y-%m-%d}" if row["published_at"] else "on an unknown day",
        collected=f"{row['collected_at']:%Y-%m-%d}",
        state=f"text {row['text_state'].replace('_', ' ')}, {row['state'].replace('_', ' ')}",
        text="\n".join(part for part in (row["title"], row["body"]) if part),
        goes_by=f"its text goes on {until:%Y-%m-%d}" if days else "no end of its keeping is set",
        marks=tuple(marks.get(key, ())),
        judged=judged[key],
    )


def _source(study: Study, name: str) -> tuple[str, str, str, str, str]:
    entry = study.sources.get(name)
    if entry is None:
        return name, "no longer in the register", "", "", ""
    kept = (
        f"{entry.retention_days} days after collection"
        if entry.retention_days
        else "no limit stated"
    )
    return (
        name,
        entry.access_basis,
        entry.lawful_basis or "none recorded",
        entry.dpia_ref or "none recorded",
        kept,
    )


def _profile(rows: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    values: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        for name in PROFILE:
            if row[name]:
                values[name][str(row[name])] = None
    return tuple((name.replace("_", " "), "; ".join(found)) for name, found in values.items())


def _marks(study: Study, found: Named) -> dict[str, list[str]]:
    """What the machine proposes about each post, in words; empty before a first run."""
    snapshot = latest_snapshot(study)
    if snapshot is None:
        return {}
    said: dict[str, list[str]] = defaultdict(list)
    with EmbeddedEngine(study) as engine:
        try:
            bind_study(study, engine, snapshot)
        except NotFoundError:
            return {}
        for row in engine.ask(MARKS, {"keys": sorted(found.post_keys)}).to_pylist():
            parts = (row["layer"], row["slot"], row["code"], row["concept"])
            said[row["post_key"]].append(" · ".join(str(part) for part in parts if part))
    return said


def _judged(study: Study, found: Named) -> Counter[str]:
    if not has_log(study):
        return Counter()
    with open_log(study) as log:
        subjects = log.read(columns=["subject_key"])["subject_key"].to_pylist()
    return Counter(key for key in subjects if key in found.post_keys)


def _snapshots(study: Study, found: Named) -> int:
    """Whether the latest frozen set holds posts of the person: older ones are told by their dates alone."""
    snapshot = latest_snapshot(study)
    if snapshot is None:
        return 0
    from pyarrow.parquet import read_table

    pages = snapshot_dataset(study, snapshot).pages
    held = (
        set(read_table(study.folder / page.file, columns=["post_key"])["post_key"].to_pylist())
        for page in pages
    )
    return int(any(keys & found.post_keys for keys in held))


def _cases(study: Study, found: Named) -> int:
    if not has_log(study):
        return 0
    with open_cases(study) as cases:
        events = cases.read()
    touched = {
        e.case_id
        for e in events
        if found.post_keys & {str(key) for key in e.about.get("posts", ())}
    }
    return len(touched)


def _crises(study: Study, found: Named) -> tuple[tuple[str, str, str], ...]:
    """Steps in the crisis queue on posts of the person; who took them is the house's own."""
    if not has_log(study):
        return ()
    with open_crises(study) as log:
        steps = [step for step in log.read() if step.post_key in found.post_keys]
    return tuple((f"{step.at:%Y-%m-%d}", STEPS[step.kind], step.words) for step in steps)


def record_of_processing(study: Study, now: datetime) -> Processing:
    """The record of processing, from the study's own files."""
    config = study.config
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for page in collected_pages(study, ("source", "text_state")):
        for source, state in zip(
            page["source"].to_pylist(), page["text_state"].to_pylist(), strict=True
        ):
            counts[source][state != "kept"] += 1
    entries = Ledger(study.folder).entries()
    return Processing(
        study=config.title,
        purpose=config.question,
        controller=config.controller.name,
        contact=config.controller.contact,
        officer=config.controller.officer,
        written=f"{now:%Y-%m-%d}",
        sources=[study.sources[name] for name in sorted(study.sources)],
        counts={name: (held[0], held[1]) for name, held in counts.items()},
        live=dict(_rounds(study)),
        recipients=[f"report of {e.release.at:%Y-%m-%d} (release {e.release.id})" for e in entries],
        erasures=len(read_erased(study)),
        looks=len(read_looks(study)),
    )


def _rounds(study: Study) -> Iterator[tuple[str, str]]:
    for name, source in study.sources.items():
        if source.live:
            state = live_state(study, name)
            days = [
                f"{what} {at:%Y-%m-%d}" if at else f"never {what}"
                for what, at in (
                    ("collected", state.collected),
                    ("looked at again", state.rechecked),
                )
            ]
            yield name, ", ".join(days)


def register_paper(
    folder: Path, *, now: datetime, out: Path | None = None
) -> tuple[dict[str, Any], Path]:
    """Write the record of processing as a document beside the study's report.

    Returns
    -------
    tuple of dict and Path
        The record for programs, and where the document is.
    """
    study = open_study(folder)
    record = record_of_processing(study, now)
    place = out or study.folder / "record-of-processing.html"
    write_text(place, processing_paper(record))
    told: dict[str, Any] = msgspec.to_builtins(record)
    return told, place
