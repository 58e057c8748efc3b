"""The screening log and the reconciliation, as the command line tells them."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bedside.cli.casework import as_values, at_desk
from bedside.errors import InputError, NotFoundError
from bedside.measure.bound import study_codebook
from bedside.measure.safety.clock import day_zero
from bedside.measure.safety.reconcile import Reconciliation, reconcile
from bedside.measure.safety.screening import (
    Recall,
    ScreenedSource,
    flagged_posts,
    recall_of,
    screened_sources,
)
from bedside.measure.samples import judged_shares

__all__ = ["reconciliation", "screening_log"]


def screening_log(folder: Path, now: datetime) -> tuple[dict[str, Any], str]:
    """The screening log of a study."""
    with at_desk(folder, now) as desk:
        ask, study = desk.ask, desk.study
        sources = screened_sources(ask, study.sources, desk.sources(), desk.named)
        judged = judged_shares(study, ask, study_codebook(study))
        recall = (
            recall_of(judged.sample_of("harm", "reaction"), flagged_posts(ask, desk.named))
            if judged
            else Recall(why="no sample was drawn; draw one at random and judge its layer harm")
        )
    handed = sum(
        s.cases.get(status, 0)
        for s in sources
        for status in ("handed_over", "acknowledged", "refused")
    )
    told = {"sources": as_values(sources), "recall": as_values(recall), "handed_over": handed}
    return told, "\n".join(
        [*(_line(s) for s in sources), "", *_recall_lines(recall, sources, handed)]
    )


def _line(source: ScreenedSource) -> str:
    owner = "under the company's responsibility, " if source.under_mah_responsibility else ""
    unread = ", ".join(
        f"{n:,} {why.replace('_', ' ')}" for why, n in sorted(source.not_read.items())
    )
    cases = ", ".join(
        f"{n} {status.replace('_', ' ')}" for status, n in sorted(source.cases.items())
    )
    return (
        f"{source.source}: {owner}{source.screened:,} posts screened ({source.first_day} to {source.last_day}), "
        f"{source.flagged:,} flagged; not read: {unread or 'none'}; cases: {cases or 'none'}"
    )


def _recall_lines(recall: Recall, sources: Sequence[ScreenedSource], handed: int) -> list[str]:
    """What the screen finds and may have missed; said above all where nothing was handed over (R52)."""
    screened = sum(s.screened for s in sources)
    unflagged = screened - sum(s.flagged for s in sources)
    said = f"{handed} cases were" if handed > 1 else "One case was" if handed else "No case was"
    lines = [f"{said} handed over, of {screened:,} posts screened."]
    if recall.value is None:
        lines.append(f"How many the screen finds is not known: {recall.why}.")
    else:
        lines.append(
            f"Of {recall.told} judged posts that tell of a harm the screen flagged {recall.found}: "
            f"{recall.value:.0%} ({recall.low:.0%} to {recall.high:.0%}); sample {recall.sample}."
        )
    if recall.missed_high is not None:
        most = round(recall.missed_high * unflagged)
        lines.append(
            f"Up to {most:,} of {unflagged:,} posts that it did not flag may tell of a harm (upper 95 % limit, if these "
            "posts are like the judged ones of the corpus)."
        )
    return lines


def reconciliation(
    folder: Path, now: datetime, *, start: str, end: str, received: Path | None
) -> tuple[dict[str, Any], str, bool]:
    """What was sent in a period against what was received."""
    listed = _listed(received) if received else None
    with at_desk(folder, now) as desk:
        zone = desk.policy.time_zone
        today = day_zero(now, zone)
        found = reconcile(
            desk.standings().values(),
            start=_day(start, today.replace(day=1)),
            end=_day(end, today),
            time_zone=zone,
            received=listed,
        )
    return as_values(found) | {"agrees": found.agrees}, _told(found), found.agrees


def _day(words: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(words) if words else otherwise
    except ValueError as error:
        raise InputError(f"'{words}' is no day; write YYYY-MM-DD") from error


def _listed(path: Path) -> list[str]:
    """Ids of the receiver's list: the first column, its head left out where it is one."""
    if not path.is_file():
        raise NotFoundError(f"no file {path.name}; give the receiver's list as CSV")
    rows = [
        row[0]
        for row in csv.reader(path.read_text("utf-8-sig").splitlines())
        if row and row[0].strip()
    ]
    return rows[1:] if rows and not any(c.isdigit() for c in rows[0]) else rows


def _told(found: Reconciliation) -> str:
    lines = [f"{found.start} to {found.end}: {len(found.sent)} sent"]
    lines += [
        f"  {s.case_id} on {s.day} to {s.to or 'somebody'}: answer {s.answer}"
        f"{'' if s.received is None else ', on their list' if s.received else ', NOT on their list'}"
        for s in found.sent
    ]
    for words, ids in (
        ("without an answer", found.unanswered),
        ("refused", found.refused),
        ("not on the receiver's list", found.not_received),
        ("on their list, never sent from here", found.unknown),
        ("valid and not handed over", found.valid_not_sent),
    ):
        if ids:
            lines.append(f"{words}: {', '.join(ids)}")
    return "\n".join([*lines, "all agrees" if found.agrees else "something is left to ask about"])
