"""Filling a message from a case: what a post tells, null flavours where it does not, MSK for what is private."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from bedside.collect.meddra import Meddra
from bedside.errors import InputError
from bedside.measure.safety.case import Case
from bedside.model.cases import SERIOUS
from bedside.report.icsr.elements import Icsr, Message, Value
from bedside.store.config import Safety

__all__ = ["NOT_SUBMITTABLE", "case_number", "fill_message"]

NOT_SUBMITTABLE = (
    "This message is not submittable yet: its reactions stand in the reporter's words only. MedDRA is licensed; point to "
    "your own files (--meddra FOLDER), or let the receiver code them."
)
_LETTERS = dict(zip(SERIOUS, "abcdef", strict=True))
_LANGUAGES = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "pt": "por", "sv": "swe", "da": "dan", "pl": "pol"}  # fmt: skip
_ALPHA = "XX"
LONGEST_WORDS = 250


def _at(moment: datetime) -> Value:
    return Value(moment.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000"))


def _day(day: date) -> Value:
    return Value(day.strftime("%Y%m%d"))


def case_number(case: Case, policy: Safety) -> str:
    """C.1.1: country-organisation-number; the same for a case whenever it is written."""
    country = (policy.country or case.details.country or _ALPHA).upper()
    organisation = "".join(c for c in policy.sender.upper() if c.isalnum()) or "BEDSIDE"
    return f"{country}-{organisation[:40]}-{case.line.case_id.removeprefix('case-').upper()}"


def fill_message(
    cases: Sequence[Case],
    *,
    policy: Safety,
    now: datetime,
    batch: str = "",
    meddra: Meddra | None = None,
    codes: Mapping[str, str] | None = None,
    language: str = "en",
) -> Message:
    """A batch of cases.

    Parameters
    ----------
    cases : sequence of Case
    policy : Safety
        Sender, its type, the receiver, the country where no post says one.
    now : datetime
    batch : str
        Batch number; made from the time where it is not given.
    meddra : Meddra, optional
        The user's own release: reactions whose words or concept are a current term are coded to it.
    codes : mapping of str to str, optional
        Reaction (as the case names it) to the code of a lowest-level term that a person chose.
    language : str
        Of the posts.

    Raises
    ------
    InputError
        If the study names no sender or receiver, a case has lost its posts, or a code is unknown or not current.
    """
    if not policy.sender or not policy.receiver:
        raise InputError(
            "a message needs its sender and receiver: set both in [safety] of study.toml"
        )
    if codes and meddra is None:
        raise InputError("codes are checked against your MedDRA files: give --meddra FOLDER too")
    values = {
        "N.1.1": Value("1"),
        "N.1.2": Value(batch or f"BEDSIDE-{now.astimezone(UTC):%Y%m%d%H%M%S}"),
        "N.1.3": Value(policy.sender),
        "N.1.4": Value(policy.receiver),
        "N.1.5": _at(now),
    }
    reports = [_report(case, policy, now, meddra, codes or {}, language) for case in cases]
    return Message(values=values, reports=reports)


def _report(
    case: Case,
    policy: Safety,
    now: datetime,
    meddra: Meddra | None,
    codes: Mapping[str, str],
    language: str,
) -> Icsr:
    if not case.texts:
        raise InputError(
            f"{case.line.case_id} has lost its posts to an erasure; nothing of it can be written"
        )
    number = case_number(case, policy)
    times = case.clock.times
    first = case.clock.day_zero or (times.ingested_at or now).date()
    latest = max([first, *(when.date() for when, _ in case.standing.follow_ups)])
    values: dict[str, Value] = {
        "N.2.r.1": Value(f"{number}-{len(case.standing.handed_over) + 1}"),
        "N.2.r.2": Value(policy.sender),
        "N.2.r.3": Value(policy.receiver),
        "N.2.r.4": _at(now),
        "C.1.1": Value(number),
        "C.1.2": _at(now),
        "C.1.3": Value("1"),
        "C.1.4": _day(first),
        "C.1.5": _day(latest),
        "C.1.6.1": Value("false"),
        "C.1.7": Value("true" if case.standing.is_serious else "false"),
        "C.1.8.1": Value(number),
        "C.1.8.2": Value("2"),
        "C.1.9.1": Value(null="NI"),
        "C.3.1": Value(str(policy.sender_type)),
        "C.3.2": Value(policy.sender),
        "D.1": Value(null="MSK"),
        "D.5": Value(case.details.sex) if case.details.sex else Value(null="UNK"),
        "D.7.2": Value(null="UNK"),
        "H.1": Value(_narrative(case)),
        "H.4": Value(_comment(case)),
    }
    if case.details.age is not None:
        values |= {"D.2.2a": Value(str(case.details.age)), "D.2.2b": Value("a")}
    return Icsr(
        values=values,
        groups={
            "C.1.6.1.r": [],
            "C.1.9.1.r": [],
            "C.2.r": [_source(case, policy)],
            "E.i": _reactions(case, meddra, codes, language),
            "G.k": [_product(case)],
        },
    )


def _source(case: Case, policy: Safety) -> dict[str, Value]:
    country = case.details.country or policy.country
    return {
        "C.2.r.1.2": Value(null="MSK"),
        "C.2.r.1.4": Value(null="MSK"),
        "C.2.r.3": Value(country.upper()) if country else Value(null="UNK"),
        "C.2.r.4": Value("3" if case.reporter_role == "clinician" else "5"),
        "C.2.r.5": Value("1"),
    }


def _product(case: Case) -> dict[str, Value]:
    words = case.words.get("product") or []
    return {
        "G.k.1": Value("1"),
        "G.k.2.2": Value((words[0] if words else case.line.product or "not named")[:LONGEST_WORDS]),
    }


def _reactions(
    case: Case, meddra: Meddra | None, codes: Mapping[str, str], language: str
) -> list[dict[str, Value]]:
    """One entry a reaction; where none is told, the special situation stands for it."""
    told = [t for t in case.candidate.told if t.kind == "reaction"]
    told = told or [t for t in case.candidate.told if t.kind == "special"]
    entries: dict[str, dict[str, Value]] = {}
    for one in told:
        name = one.concept or one.code.replace("_", " ")
        if name not in entries:
            words = case.words.get(one.code or one.concept) or [name]
            entries[name] = _reaction(case, name, words[0], meddra, codes, language)
    if not entries:
        first = case.narrative[0].text if case.narrative else case.line.product
        entries["told"] = _reaction(case, "told", first, meddra, codes, language)
    return list(entries.values())


def _reaction(
    case: Case,
    name: str,
    words: str,
    meddra: Meddra | None,
    codes: Mapping[str, str],
    language: str,
) -> dict[str, Value]:
    entry = {
        "E.i.1.1a": Value(words[:LONGEST_WORDS]),
        "E.i.1.1b": Value(_LANGUAGES.get(language, "eng")),
    }
    if name not in ("told", words):
        entry["E.i.1.2"] = Value(name[:LONGEST_WORDS])
    entry |= _coded(name, words, meddra, codes)
    for criterion, letter in _LETTERS.items():
        decided = case.standing.serious.get(criterion, False)
        entry[f"E.i.3.2{letter}"] = Value("true") if decided else Value(null="NI")
    fatal = case.details.outcome == "5" and not case.standing.serious.get("death", False)
    entry["E.i.7"] = Value(
        "0" if fatal else case.details.outcome
    )  # a death that nobody decided on is not told as one
    if case.details.country:
        entry["E.i.9"] = Value(case.details.country.upper())
    return entry


def _coded(
    name: str, words: str, meddra: Meddra | None, codes: Mapping[str, str]
) -> dict[str, Value]:
    if meddra is None:
        return {}
    chosen = codes.get(name) or codes.get(words)
    term = meddra.checked(chosen) if chosen else meddra.code_of(words) or meddra.code_of(name)
    return {"E.i.2.1a": Value(meddra.version), "E.i.2.1b": Value(term.code)} if term else {}


def _narrative(case: Case) -> str:
    lines = [
        "Unsolicited post(s) on a public site, found by screening. Words of the reporter; names and addresses are masked (▇)."
    ]
    lines += [f"{s.day or 'undated'}, {s.platform}: {s.text}" for s in case.narrative]
    if case.line.special:
        lines.append(
            f"Special situation: {', '.join(c.replace('_', ' ') for c in case.line.special)}."
        )
    lines += ["Missing: " + " ".join(case.missing)]
    return "\n".join(lines)[:100_000]


def _comment(case: Case) -> str:
    decided = [c for c, holds in case.standing.serious.items() if holds]
    open_ = [c for c in case.line.serious if c not in case.standing.serious]
    parts = ["Case candidate from social media; not medically confirmed."]
    parts.append(f"Seriousness decided by a person: {', '.join(decided) or 'none'}.")
    if open_:
        parts.append(f"Proposed and not decided: {', '.join(open_)}.")
    if case.candidate.also_named:
        parts.append(f"Also named in the posts: {', '.join(case.candidate.also_named)}.")
    if case.possible_duplicates:
        parts.append("The same words stand in a post of another account: possibly the same person.")
    return " ".join(parts)
