"""Adjudication: one named person settles what coders decided differently, and says why."""

from collections.abc import Mapping
from datetime import datetime

import pyarrow.compute as pc

from bedside.codebook import Codebook
from bedside.errors import InputError, PermissionRefused
from bedside.judge.agreeing import Disagreement, disagreements
from bedside.judge.decisions import DecisionLog, latest_of_each
from bedside.judge.reliability import COLUMNS
from bedside.judge.rows import Stamp, check_codes, one_row
from bedside.judge.samples import Sample

__all__ = ["adjudicate", "take_back", "to_adjudicate"]


def to_adjudicate(
    log: DecisionLog, book: Codebook, sample: Sample, layer: str, *, coder: str, needed: int
) -> list[Disagreement]:
    """Texts of a sample on which coders differ and nobody has decided yet, with who said what.

    Parameters
    ----------
    coder : str
        Who asks.
    needed : int
        Coders who must be done with a text before its decisions are shown.

    Raises
    ------
    PermissionRefused
        If the one who asks still has texts among them to code: that coder would see them before deciding.
    """
    rows = log.read(columns=COLUMNS, sample_id=sample.id, layer=layer)
    final = latest_of_each(rows.filter(pc.equal(rows["kind"], "adjudication")))
    final = final.filter(pc.not_equal(final["decision"], "withdrawn"))
    settled = set(
        zip(*(final[name].to_pylist() for name in ("subject_key", "text_key", "code")), strict=True)
    )
    found = [
        one
        for one in disagreements(rows, book, layers=[layer])
        if len(one.said) >= needed and (one.subject_key, one.text_key, one.code) not in settled
    ]
    codes = set(pc.unique(rows.filter(pc.equal(rows["coder"], coder))["kind"]).to_pylist())
    if "coding" in codes and any(coder not in one.said for one in found):
        raise PermissionRefused(
            f"{coder} codes this sample and is not done with every text that others differ on; finish the queue first, or "
            "let someone adjudicate who does not code it"
        )
    return found


def adjudicate(
    log: DecisionLog,
    book: Codebook,
    sample: Sample,
    layer: str,
    one: Disagreement,
    decisions: Mapping[str, bool],
    *,
    who: str,
    why: str,
    now: datetime,
) -> None:
    """Settle codes of one text: from now on this decision holds, whatever the coders said; theirs stay in the log.

    Parameters
    ----------
    one : Disagreement
        Of `to_adjudicate`.
    decisions : mapping of code to bool
        True: present.
    who, why : str
        Name of the person who decides, and the reason; both stand in the log.

    Raises
    ------
    InputError
        If a code is unknown, or who or why is not said.
    """
    if not who.strip() or not why.strip():
        raise InputError("an adjudication needs a name and a reason; both stand in the log")
    if not decisions:
        raise InputError("nothing was decided: say for at least one code whether it is present")
    about = book.layer(layer)
    check_codes(about, [code for code, yes in decisions.items() if yes], list(decisions))
    stamp = Stamp(
        subject_key=one.subject_key,
        text_key=one.text_key,
        coder=who.strip(),
        decided_at=now,
        sample_id=sample.id,
        kind="adjudication",
    )
    log.record(
        one_row(about, stamp, code, "present" if yes else "absent", memo=why.strip())
        for code, yes in decisions.items()
    )


def take_back(
    log: DecisionLog, sample: Sample, layer: str, *, who: str, now: datetime
) -> tuple[str, str] | None:
    """Take this person's last adjudication in a sample and layer back by adding a row; the difference is open again.

    Returns
    -------
    tuple of str and str, or None
        Post and code; None where nothing of theirs holds.
    """
    held = log.current(sample_id=sample.id, layer=layer, coder=who.strip())
    rows = held.filter(pc.equal(held["kind"], "adjudication")).to_pylist()
    if not rows:
        return None
    log.undo(rows[-1], at=now)
    return rows[-1]["subject_key"], rows[-1]["code"]
