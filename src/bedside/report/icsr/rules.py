"""Checks before a message leaves: what the guide asks, and one regulator's rules on elements that bedside writes.

Numbers R.... and W.... are those of the regulator's public list of rejections and warnings; `LEFT_OUT` says which rules of
that list are not checked, and why. A finding of severity `reject` means: do not send.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, NamedTuple

from bedside.report.icsr.elements import ELEMENTS, GROUPS, Element, Icsr, Message, Value

__all__ = ["LEFT_OUT", "RULES", "Finding", "Severity", "check_message"]

Severity = Literal["reject", "warn"]
DAY = 8  # digits of CCYYMMDD
SECOND = 14
_DATE = re.compile(
    r"(\d{4}(?:\d{2}(?:\d{2}(?:\d{2}(?:\d{2}(?:\d{2})?)?)?)?)?)(?:\.\d+)?([+-]\d{4})?"
)
FULL = ("N.1.5", "N.2.r.4", "C.1.2")  # must be told to the second
TO_THE_DAY = ("C.1.4", "C.1.5")
POSTMARKET, PREMARKET = "ZZFDA", "ZZFDA_PREMKT"
IND = ("CDER_IND", "CBER_IND")
EXEMPT = "CDER_IND_EXEMPT_BA_BE"
ACTIVE = ("1", "3", "4")  # roles of a drug that was suspected, interacting, or not administered


class Finding(NamedTuple):
    """What is wrong: rule, element, how grave, and in words what is needed."""

    rule: str
    element: str
    severity: Severity
    words: str


Check = Callable[[Message, Icsr, bool], Iterator[tuple[str, str]]]


class Rule(NamedTuple):
    """One rule of the list: `check` gives the element and words of each violation."""

    id: str
    severity: Severity
    check: Check


def check_message(message: Message, *, now: datetime, initial: bool = True) -> list[Finding]:
    """Check a batch.

    Parameters
    ----------
    message : Message
    now : datetime
        No date may lie after it.
    initial : bool, default True
        Whether the reports are sent for the first time.

    Returns
    -------
    list of Finding
        Empty: nothing found. Rejections first.
    """
    found = list(_elements(message.values, "batch", now))
    for report in message.reports:
        for scope in ("message", "event", "role"):
            found += _elements(report.values, scope, now)
        for group in GROUPS:
            for entry in report.groups.get(group, []):
                found += _elements(entry, group, now)
        for group, what in (("E.i", "a reaction"), ("G.k", "a product")):
            if not report.groups.get(group):
                found.append(Finding("required", group, "reject", f"{what} is needed"))
        for rule in RULES:
            found += [
                Finding(rule.id, element, rule.severity, words)
                for element, words in rule.check(message, report, initial)
            ]
    if not message.reports:
        found.append(Finding("required", "N.2.r", "reject", "a batch holds at least one report"))
    return sorted(found, key=lambda f: f.severity != "reject")


def _elements(values: Mapping[str, Value], scope: str, now: datetime) -> Iterator[Finding]:
    """What the guide asks of each element by itself."""
    for element in ELEMENTS:
        if element.scope != scope:
            continue
        value = values.get(element.number)
        if value is None:
            if element.required:
                yield _finding("required", element, "Data value required for tag")
        elif value.null:
            if value.null not in element.nulls.split():
                allowed = element.nulls or "none"
                yield _finding(
                    "null",
                    element,
                    f"null flavour {value.null} may not stand here; allowed: {allowed}",
                )
        else:
            yield from _held(element, value.text, now)


def _finding(rule: str, element: Element, words: str) -> Finding:
    return Finding(rule, element.number, "reject", f"{words} ({element.name})")


def _held(element: Element, text: str, now: datetime) -> Iterator[Finding]:
    if not text.strip():
        yield _finding("required", element, "Data value required for tag")
    elif element.length and len(text) > element.length:
        yield _finding(
            "length", element, f"Maximum length exceeds: {len(text)} of {element.length}"
        )
    elif not element.fits(text):
        yield _finding("code", element, f"contains invalid value {text[:20]}")
    elif element.kind == "date":
        yield from _dated(element, text, now)


def _dated(element: Element, text: str, now: datetime) -> Iterator[Finding]:
    read = _read_date(text)
    if read is None:
        yield _finding("date", element, "is no date CCYYMMDDhhmmss[+-ZZzz]")
        return
    at, digits = read
    if at > now.astimezone(UTC):
        yield _finding("future", element, "contains Future date")
    if element.number in FULL and digits < SECOND:
        yield _finding("full", element, "does not contain full precision date")
    if element.number in TO_THE_DAY and digits < DAY:
        yield _finding("precision", element, "does not contain minimum precision of CCYYMMDD")


def _read_date(text: str) -> tuple[datetime, int] | None:
    """The earliest instant that a date may mean, and its digits."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    digits = match[1]
    shift = match[2] or "+0000"
    hours, minutes = int(shift[1:3]), int(shift[3:])
    sign = -1 if shift[0] == "-" else 1
    padded = digits + "00000101000000"[len(digits) :]
    try:
        at = datetime.strptime(padded, "%Y%m%d%H%M%S")
        place = timezone(sign * timedelta(hours=hours, minutes=minutes))
    except ValueError:
        return None
    return at.replace(tzinfo=place).astimezone(UTC), len(digits)


# rules of the list


def _batch(message: Message, number: str) -> str:
    return message.values.get(number, Value()).text


def _texts(entries: Sequence[Mapping[str, Value]], number: str) -> list[str]:
    return [entry[number].text for entry in entries if number in entry and entry[number].text]


def _routed(to: str) -> Check:
    """Reports to a centre go through its own batch receiver."""

    def check(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
        centres = (EXEMPT, *IND) if to == PREMARKET else ("CDER", "CBER")
        if report.get("N.2.r.3") in centres and _batch(message, "N.1.4") != to:
            yield "N.1.4", f"N.1.4 must be {to} for {report.get('N.2.r.3')}"

    return check


def _centre(to: str, centres: tuple[str, ...]) -> Check:
    def check(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
        if _batch(message, "N.1.4") == to and report.get("N.2.r.3") not in centres:
            yield "N.2.r.3", f"N.1.4 is {to}, so N.2.r.3 must be one of {', '.join(centres)}"

    return check


def _r0100(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if report.get("N.2.r.2") != _batch(message, "N.1.3"):
        yield "N.2.r.2", "N.2.r.2 must be the same for all reports and equal N.1.3"


def _r0111(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if (
        _batch(message, "N.1.4") == PREMARKET
        and report.get("N.2.r.3") == EXEMPT
        and report.get("C.1.3") != "2"
    ):
        yield "C.1.3", "C.1.3 must be 2 for this receiver"


def _r0112(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if (
        _batch(message, "N.1.4") == PREMARKET
        and report.get("N.2.r.3") in IND
        and report.get("C.1.3") in ("3", "4")
    ):
        yield "C.1.3", "C.1.3 must not be 3 or 4 for this receiver"


def _r0009(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    documents = _texts(report.groups.get("C.1.6.1.r", []), "C.1.6.1.r.1")
    if report.get("C.1.6.1") == "true" and not documents:
        yield "C.1.6.1.r.1", "C.1.6.1.r.1 must be provided when C.1.6.1 = true"


def _r0011(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    null = report.values.get("C.1.7", Value()).null
    if initial and null == "NI" and _batch(message, "N.1.4").startswith(POSTMARKET):
        yield "C.1.7", "NI may not stand in an initial report to this receiver"


def _r0017(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    others = report.groups.get("C.1.9.1.r", [])
    if report.get("C.1.9.1") == "true" and not _texts(others, "C.1.9.1.r.1"):
        yield "C.1.9.1.r.1", "at least one C.1.9.1.r.1 must be provided when C.1.9.1 = true"


def _r0018(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    for entry in report.groups.get("C.1.9.1.r", []):
        if entry.get("C.1.9.1.r.1", Value()).text and not entry.get("C.1.9.1.r.2", Value()).text:
            yield "C.1.9.1.r.2", "C.1.9.1.r.2 must be provided with C.1.9.1.r.1"


def _r0101(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if initial and report.get("C.1.11.1") in ("1", "2"):
        yield "C.1.11.1", "C.1.11.1 must not be 1 or 2 for an initial report"


def _c1112(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if report.get("C.1.11.1") and not report.get("C.1.11.2"):
        yield "C.1.11.2", "C.1.11.2 must be provided when C.1.11.1 is"


def _primary(number: str) -> Check:
    """What the primary source must say of itself; a null flavour will do where the guide allows one."""

    def check(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
        for entry in report.groups.get("C.2.r", []):
            if entry.get("C.2.r.5", Value()).text == "1" and number not in entry:
                yield number, f"{number} must be provided when C.2.r.5 = 1"

    return check


def _r0021(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if _texts(report.groups.get("C.2.r", []), "C.2.r.5").count("1") == 0:
        yield "C.2.r.5", "at least one reporter must be provided with C.2.r.5 = 1"


def _one_primary(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if _texts(report.groups.get("C.2.r", []), "C.2.r.5").count("1") > 1:
        yield "C.2.r.5", "exactly one reporter may be the primary source"


def _r0022(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if report.get("C.3.1") not in ("", "7") and not report.get("C.3.2"):
        yield "C.3.2", "C.3.2 must be provided when C.3.1 is not 7"


def _r0023(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if report.get("C.1.3") == "2":
        yield (
            "C.1.3",
            "a report from a study needs C.5.4, which bedside does not write: a post is no study report",
        )


def _pair(one: str, other: str) -> Check:
    """`one` must be there when `other` is; in the report or in the entry of a group."""

    def check(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
        group = next((g for g in GROUPS if one.startswith(f"{g}.")), "")
        for values in report.groups.get(group, []) if group else [report.values]:
            if values.get(other, Value()).text and not values.get(one, Value()).text:
                yield one, f"{one} must be provided when {other} is"

    return check


def _r0035(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if "D.7.2" not in report.values:
        yield (
            "D.7.2",
            "D.7.2 must be provided where section D.7.1 holds nothing; a null flavour will do",
        )


def _one_version(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if len(set(_texts(report.groups.get("E.i", []), "E.i.2.1a"))) > 1:
        yield "E.i.2.1a", "only one MedDRA version is allowed in a report"


def _w0005(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    drugs = report.groups.get("G.k", [])
    if drugs and drugs[0].get("G.k.1", Value()).text not in ACTIVE:
        yield "G.k.1", "the first product should be suspect, interacting or not administered"


def _r0069(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    if not set(_texts(report.groups.get("G.k", []), "G.k.1")) & set(ACTIVE):
        yield (
            "G.k.1",
            "at least one product must be suspect (1), interacting (3) or not administered (4)",
        )


def _r0070(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    roles = set(_texts(report.groups.get("G.k", []), "G.k.1"))
    if (
        report.get("C.1.3") == "2"
        and report.get("N.2.r.3") in IND
        and (not roles & {"1", "3"} or "4" in roles)
    ):
        yield "G.k.1", "roles 1, 2, 3 only, and at least one of 1 or 3, for this receiver"


def _serious_true(message: Message, report: Icsr, initial: bool) -> Iterator[tuple[str, str]]:
    for entry in report.groups.get("E.i", []):
        if (
            entry.get("E.i.7", Value()).text == "5"
            and entry.get("E.i.3.2a", Value()).text != "true"
        ):
            yield "E.i.3.2a", "a fatal outcome (E.i.7 = 5) needs E.i.3.2a = true"


RULES: tuple[Rule, ...] = (
    Rule("R0004", "reject", _routed(POSTMARKET)),
    Rule("R0005", "reject", _routed(PREMARKET)),
    Rule("R0006", "reject", _centre(POSTMARKET, ("CDER",))),
    Rule("R0007", "reject", _centre(PREMARKET, (*IND, EXEMPT))),
    Rule("R0100", "reject", _r0100),
    Rule("R0111", "reject", _r0111),
    Rule("R0112", "reject", _r0112),
    Rule("R0009", "reject", _r0009),
    Rule("R0011", "reject", _r0011),
    Rule("R0017", "reject", _r0017),
    Rule("R0018", "reject", _r0018),
    Rule("R0101", "reject", _r0101),
    Rule("C.1.11.2", "reject", _c1112),
    Rule("R0019", "reject", _primary("C.2.r.3")),
    Rule("R0020", "reject", _primary("C.2.r.4")),
    Rule("R0021", "reject", _r0021),
    Rule("one_primary", "reject", _one_primary),
    Rule("R0022", "reject", _r0022),
    Rule("R0023", "reject", _r0023),
    Rule("R0029", "reject", _pair("D.2.2a", "D.2.2b")),
    Rule("R0030", "reject", _pair("D.2.2b", "D.2.2a")),
    Rule("R0035", "reject", _r0035),
    Rule("R0058", "reject", _pair("E.i.1.1b", "E.i.1.1a")),
    Rule("one_version", "reject", _one_version),
    Rule("fatal", "reject", _serious_true),
    Rule("W0005", "warn", _w0005),
    Rule("R0069", "reject", _r0069),
    Rule("R0070", "reject", _r0070),
)
"""Rules of the list that concern an element bedside writes; those without a number are the guide's own."""

LEFT_OUT: dict[str, str] = {
    "R0008 R0110 R0024 R0105 R0106 R0107 R0108 R0109 R0025 R0026 W0012 W0009 R0114": "numbers of investigations and applications: a post knows none, and bedside writes no such element",
    "R0010": "attached documents: bedside attaches none",
    "R0012 R0013 R0014 R0015 R0016": "the regulator's own type of report (FDA.C.1.7.1), added by the receiver's system",
    "W0001 W0002 W0010 R0027": "aggregate, summary and malfunction reports: bedside writes single cases",
    "R0102 R0103 R0104 R0113": "type of study (C.5.4): bedside never writes it; R0023 refuses a report from a study",
    "R0031 R0032 R0081 R0082": "gestation periods: not written",
    "R0033 R0034 R0036 R0037 R0038 R0039 R0040": "medical and drug history as coded entries: not written, D.7.2 says so",
    "R0041 R0042 R0043 R0044 R0045 R0046": "causes of death and autopsy: not written; a death is told in the narrative and E.i.3.2a",
    "R0047 R0048 R0049 R0050 R0051 R0052 R0053 R0054 R0055 R0056 R0057": "the parent of a child: not written",
    "W0003 W0004": "race and ethnicity: the regulator's own, and not to be guessed",
    "R0059 R0060": "duration of a reaction: not written",
    "R0061 R0062 R0063 R0064 R0065 R0066 R0067 R0068": "tests: not written",
    "R0071": "written for a receiver whose name the list spells in two ways; R0069 asks the same of every receiver",
    "R0072 R0092 R0093 W0008 R0094 R0095 R0096 W0007 W0006": "devices and combination products: not written",
    "R0073 R0074 R0075 R0076 R0077 R0078 R0079 R0080": "strength, application, dose and duration of a product: not written, the narrative tells them",
    "R0083 R0084": "indication as a coded term: not written",
    "R0085 R0086 R0087 R0088 R0089 R0090 R0091": "causality and time between product and reaction: not for a machine to say",
    "R0097 R0098": "the sender's own diagnosis: not written",
    "R0099": "case summaries in other languages: not written",
}
"""Rules of the list that are not checked, by number, and why."""
