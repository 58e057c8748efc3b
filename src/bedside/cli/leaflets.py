"""`leaflet`: check a leaflet against how the patients of a study speak."""

from pathlib import Path
from typing import Any

import msgspec

from bedside.cli.opened import opened
from bedside.collect.documents import document_text
from bedside.measure.evidence import Rows, count_rows
from bedside.measure.language.dictionary import LAY, said_rows
from bedside.measure.language.leaflet import FEWEST, KNOWN, Leaflet, Marked, Usage, check_leaflet
from bedside.measure.told import listed
from bedside.report.leaflet import leaflet_page
from bedside.store.files import write_text
from bedside.store.stages import Ask
from bedside.understand.lexicon import load_scanner
from bedside.understand.text import normal_term

__all__ = ["leaflet_text"]


def leaflet_text(folder: Path, file: Path, *, to: Path | None) -> tuple[dict[str, Any], str]:
    """Check a leaflet; write it with its marks as a page where one is asked for.

    Raises
    ------
    InputError
        If the file holds no text, too little, or is in another language.
    """
    text = document_text(file)
    with opened(folder) as open_:
        config = open_.study.config
        scanner = load_scanner(tuple(config.conditions), tuple(config.products))
        found = check_leaflet(text, patients_usage(open_.ask), scanner, languages=config.languages)
    if to is not None:
        write_text(to, leaflet_page(text, found, name=file.name))
    lines = [_summary(found), *(_line(m) for m in found.marked if m.verdict != "not spoken of")]
    silent = [m.words for m in found.marked if m.verdict == "not spoken of"]
    if silent:
        lines.append(f"fewer than {FEWEST} patients here speak of: {', '.join(silent)}")
    lines += [f"page: {to}"] if to is not None else []
    return msgspec.to_builtins(_shown(found)), "\n".join(lines)


def patients_usage(ask: Ask) -> Usage:
    """Words of patients and families for each concept, with accounts; variants in writing count as the commonest of them."""
    rows = f"SELECT * FROM ({said_rows()}) w WHERE side IN {listed(LAY)}"  # noqa: S608
    by_words = count_rows(ask, Rows(sql=rows, keys=("concept", "words")), "words")
    whole = count_rows(ask, Rows(sql=rows, keys=("concept",)), "concepts")
    usage = {concept: {"": n.accounts} for (concept,), n in whole.items()}
    for (concept, words), n in by_words.items():
        told, name = usage[concept], normal_term(words)
        told[name] = max(told.get(name, 0), n.accounts)
    return usage


def _shown(found: Leaflet) -> Leaflet:
    """The leaflet's check with counts of 1 to 7 accounts taken out."""
    return found._replace(
        marked=[m._replace(accounts=_safe(m.accounts), of=_safe(m.of)) for m in found.marked]
    )


def _safe(number: int) -> int:
    return number if number >= FEWEST else 0


def _summary(found: Leaflet) -> str:
    grade = "" if found.grade is None else f"; school grade {found.grade:.0f} (Flesch-Kincaid)"
    if found.score is None:
        return (
            f"none of its words for illness and care is spoken of by {FEWEST} patients here{grade}"
        )
    known = [m for m in found.marked if m.verdict in KNOWN]
    theirs = sum(m.verdict == "theirs" for m in known)
    if len(known) == 1:
        whose = "patients' own" if theirs else "not patients' own"
        return f"the one of its words for illness and care that patients here speak of is {whose}{grade}"
    return f"{theirs} of {len(known)} of its words for illness and care are patients' own{grade}"


def _line(m: Marked) -> str:
    used = f"{m.accounts}" if m.accounts >= FEWEST or not m.accounts else f"fewer than {FEWEST}"
    said = f"{used} of {m.of} accounts use it"
    if m.verdict == "theirs":
        return f"  {m.words}: {said}"
    if m.verdict == "no one word":
        return f"? {m.words}: {said}; no one word is used by {FEWEST}"
    offers = ", ".join(f"“{words}” ({n})" for words, n in m.offers)
    return f"! {m.words}: {said}; they write {offers}"
