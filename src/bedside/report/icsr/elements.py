"""Elements of E2B(R3) that bedside handles: where each stands in the message, and what it may hold.

Numbers are those of the ICH E2B(R3) implementation guide. Everything else of the guide is left to the receiver's
system: a post cannot fill it.
"""

import re
from typing import Literal, NamedTuple

import msgspec

__all__ = ["CODES", "ELEMENTS", "GROUPS", "Element", "Icsr", "Message", "Value", "element_of"]

OID = "2.16.840.1.113883.3.989.2.1"
CODES = f"{OID}.1.19"  # observation codes
Kind = Literal["text", "code", "date", "bool", "number"]


class Value(NamedTuple):
    """A value, or the null flavour that says why there is none (MSK: known but private)."""

    text: str = ""
    null: str = ""


class Icsr(msgspec.Struct, kw_only=True):
    """One report: single elements by number, and repeated groups, each a list of elements by number."""

    values: dict[str, Value] = {}
    groups: dict[str, list[dict[str, Value]]] = {}

    def get(self, number: str) -> str:
        """Text of a single element; empty where it is absent or null."""
        return self.values.get(number, Value()).text


class Message(msgspec.Struct, kw_only=True):
    """A batch: its header (N.1) and its reports."""

    values: dict[str, Value] = {}
    reports: list[Icsr] = []


class Element(NamedTuple):
    """One element.

    Attributes
    ----------
    number, name : str
    scope : str
        batch, message, event, role, or a group; `path` is relative to it.
    path : str
        XPath of the node; `attribute` of it holds the value, empty: its text.
    kind : str
    length : int
        Most characters; 0: no limit.
    allowed : str
        Regular expression that a whole value must match; empty: any.
    nulls : str
        Null flavours that may stand instead, with blanks between.
    required : bool
        In every report (in every entry of its group).
    """

    number: str
    name: str
    scope: str
    path: str
    attribute: str
    kind: Kind
    length: int = 0
    allowed: str = ""
    nulls: str = ""
    required: bool = False

    def fits(self, text: str) -> bool:
        """Whether a text is one that the element may hold."""
        return not self.allowed or re.fullmatch(self.allowed, text) is not None


def _trait(code: str) -> str:
    return f"h:subjectOf2/h:investigationCharacteristic[h:code/@code='{code}']/h:value"


def _fact(code: str) -> str:
    return (
        f"h:component/h:observationEvent[h:code[@code='{code}' and @codeSystem='{CODES}']]/h:value"
    )


def _about(code: str) -> str:
    return f"h:subjectOf2/h:observation[h:code[@code='{code}' and @codeSystem='{CODES}']]/h:value"


def _of_reaction(code: str) -> str:
    return f"h:outboundRelationship2/h:observation[h:code[@code='{code}' and @codeSystem='{CODES}']]/h:value"


def _comment(author: str) -> str:
    return (
        "h:component/h:adverseEventAssessment/h:component1/h:observationEvent"
        f"[h:code[@code='10' and @codeSystem='{CODES}'] and h:author/h:assignedEntity/h:code/@code='{author}']/h:value"
    )


_HISTORY = f"h:subjectOf2/h:organizer[h:code[@code='1' and @codeSystem='{OID}.1.20']]/h:component/h:observation[h:code/@code='18']/h:value"
_SOURCE = "h:relatedInvestigation/h:subjectOf2/h:controlActEvent/h:author/h:assignedEntity"
_PERSON = f"{_SOURCE}/h:assignedPerson"
_SENDER = (
    f"h:subjectOf1/h:controlActEvent/h:author/h:assignedEntity[h:code/@codeSystem='{OID}.1.7']"
)
_FIRST = "h:outboundRelationship[h:relatedInvestigation/h:code/@code='1']"
_BOOL, _COUNTRY, _VERSION = "true|false", "[A-Z]{2}", r"\d{1,2}\.\d"
_PRIVATE = "MSK ASKU NASK"
_SERIOUS = (("a", "34", "Results in death"), ("b", "21", "Life threatening"), ("c", "33", "Caused / prolonged hospitalisation"), ("d", "35", "Disabling / incapacitating"), ("e", "12", "Congenital anomaly / birth defect"), ("f", "26", "Other medically important condition"))  # fmt: skip

ELEMENTS: tuple[Element, ...] = (
    Element("N.1.1", "Types of message in batch", "batch", "h:name", "code", "code", 2, "1", required=True),
    Element("N.1.2", "Batch number", "batch", "h:id", "extension", "text", 100, required=True),
    Element("N.1.3", "Batch sender identifier", "batch", "h:sender/h:device/h:id", "extension", "text", 60, required=True),
    Element("N.1.4", "Batch receiver identifier", "batch", "h:receiver/h:device/h:id", "extension", "text", 60, required=True),
    Element("N.1.5", "Date of batch transmission", "batch", "h:creationTime", "value", "date", required=True),
    Element("N.2.r.1", "Message identifier", "message", "h:id", "extension", "text", 100, required=True),
    Element("N.2.r.2", "Message sender identifier", "message", "h:sender/h:device/h:id", "extension", "text", 60, required=True),
    Element("N.2.r.3", "Message receiver identifier", "message", "h:receiver/h:device/h:id", "extension", "text", 60, required=True),
    Element("N.2.r.4", "Date of message creation", "message", "h:creationTime", "value", "date", required=True),
    Element("C.1.1", "Sender's safety report unique identifier", "event", f"h:id[@root='{OID}.3.1']", "extension", "text", 100, required=True),
    Element("C.1.2", "Date of creation", "message", "h:controlActProcess/h:effectiveTime", "value", "date", required=True),
    Element("C.1.3", "Type of report", "event", _trait("1"), "code", "code", 1, "[1-4]", required=True),
    Element("C.1.4", "Date report was first received from source", "event", "h:effectiveTime/h:low", "value", "date", required=True),
    Element("C.1.5", "Date of most recent information", "event", "h:availabilityTime", "value", "date", required=True),
    Element("C.1.6.1", "Are additional documents available?", "event", _fact("1"), "value", "bool", 0, _BOOL, required=True),
    Element("C.1.6.1.r.1", "Documents held by sender", "C.1.6.1.r", "h:title", "", "text", 2000),
    Element("C.1.7", "Fulfils the local criteria for an expedited report?", "event", _fact("23"), "value", "bool", 0, _BOOL, "NI", required=True),
    Element("C.1.8.1", "Worldwide unique case identification", "event", f"h:id[@root='{OID}.3.2']", "extension", "text", 100, required=True),
    Element("C.1.8.2", "First sender of this case", "event", f"{_FIRST}/{_SOURCE}/h:code", "code", "code", 1, "[12]", required=True),
    Element("C.1.9.1", "Other case identifiers in previous transmissions", "event", _trait("2"), "value", "bool", 0, "true", "NI", required=True),
    Element("C.1.9.1.r.1", "Source of the case identifier", "C.1.9.1.r", ".", "assigningAuthorityName", "text", 100),
    Element("C.1.9.1.r.2", "Case identifier", "C.1.9.1.r", ".", "extension", "text", 100),
    Element("C.1.11.1", "Report nullification / amendment", "event", _trait("3"), "code", "code", 1, "[12]"),
    Element("C.1.11.2", "Reason for nullification / amendment", "event", f"{_trait('4')}/h:originalText", "", "text", 2000),
    Element("C.2.r.1.2", "Reporter's given name", "C.2.r", f"{_PERSON}/h:name/h:given[1]", "", "text", 60, "", _PRIVATE),
    Element("C.2.r.1.4", "Reporter's family name", "C.2.r", f"{_PERSON}/h:name/h:family", "", "text", 60, "", _PRIVATE),
    Element("C.2.r.3", "Reporter's country", "C.2.r", f"{_PERSON}/h:asLocatedEntity/h:location/h:code", "code", "code", 2, _COUNTRY, "MSK UNK ASKU NASK"),
    Element("C.2.r.4", "Qualification", "C.2.r", f"{_PERSON}/h:asQualifiedEntity/h:code", "code", "code", 1, "[1-5]", "UNK"),
    Element("C.2.r.5", "Primary source for regulatory purposes", "C.2.r", "h:priorityNumber", "value", "code", 1, "1"),
    Element("C.3.1", "Sender type", "event", f"{_SENDER}/h:code", "code", "code", 1, "[1-7]", required=True),
    Element("C.3.2", "Sender's organisation", "event", f"{_SENDER}/h:representedOrganization/h:assignedEntity/h:representedOrganization/h:name", "", "text", 100),
    Element("D.1", "Patient (name or initials)", "role", "h:player1/h:name", "", "text", 60, "", "MSK UNK NA ASKU NASK", required=True),
    Element("D.2.2a", "Age at time of onset (number)", "role", _about("3"), "value", "number", 5, r"\d+(\.\d+)?"),
    Element("D.2.2b", "Age at time of onset (unit)", "role", _about("3"), "unit", "code", 50, r"a|mo|wk|d|h|10\.a"),
    Element("D.5", "Sex", "role", "h:player1/h:administrativeGenderCode", "code", "code", 1, "[12]", "MSK UNK ASKU NASK"),
    Element("D.7.2", "Text for relevant medical history", "role", _HISTORY, "", "text", 10_000, "", "MSK UNK ASKU NASK"),
    Element("E.i.1.1a", "Reaction as reported in native language", "E.i", "h:value/h:originalText", "", "text", 250),
    Element("E.i.1.1b", "Language of the reaction as reported", "E.i", "h:value/h:originalText", "language", "code", 3, "[a-z]{3}"),
    Element("E.i.1.2", "Reaction as reported, for translation", "E.i", _of_reaction("30"), "", "text", 250),
    Element("E.i.2.1a", "MedDRA version for reaction", "E.i", "h:value", "codeSystemVersion", "code", 4, _VERSION, required=True),
    Element("E.i.2.1b", "Reaction (MedDRA code)", "E.i", "h:value", "code", "code", 8, r"\d{8}", required=True),
    Element("E.i.3.1", "Term highlighted by the reporter", "E.i", _of_reaction("37"), "code", "code", 1, "[1-4]"),
    *(Element(f"E.i.3.2{letter}", name, "E.i", _of_reaction(code), "value", "bool", 0, "true", "NI", required=True) for letter, code, name in _SERIOUS),
    Element("E.i.4", "Date of start of reaction", "E.i", "h:effectiveTime/h:low", "value", "date", 0, "", _PRIVATE),
    Element("E.i.7", "Outcome at the time of last observation", "E.i", _of_reaction("27"), "code", "code", 1, "[0-5]", required=True),
    Element("E.i.9", "Country where the reaction occurred", "E.i", "h:location/h:locatedEntity/h:locatedPlace/h:code", "code", "code", 2, _COUNTRY),
    Element("G.k.1", "Characterisation of drug role", "G.k", "", "code", "code", 1, "[1-4]", required=True),  # in a causality assessment of its own
    Element("G.k.2.2", "Product name as reported", "G.k", "h:consumable/h:instanceOfKind/h:kindOfProduct/h:name", "", "text", 250, required=True),
    Element("G.k.8", "Action taken with drug", "G.k", f"h:inboundRelationship/h:act/h:code[@codeSystem='{OID}.1.15']", "code", "code", 1, "[012349]"),
    Element("H.1", "Case narrative", "event", "h:text", "", "text", 100_000, required=True),
    Element("H.2", "Reporter's comments", "event", _comment("3"), "", "text", 20_000),
    Element("H.4", "Sender's comments", "event", _comment("1"), "", "text", 20_000),
)  # fmt: skip

GROUPS = {  # group: scope and XPath of its entries
    "C.1.6.1.r": ("event", f"h:reference/h:document[h:code[@code='1' and @codeSystem='{OID}.1.27']]"),
    "C.1.9.1.r": ("event", f"h:subjectOf1/h:controlActEvent/h:id[@root='{OID}.3.3']"),
    "C.2.r": ("event", "h:outboundRelationship[h:relatedInvestigation/h:code/@code='2']"),
    "E.i": ("role", f"h:subjectOf2/h:observation[h:code[@code='29' and @codeSystem='{CODES}']]"),
    "G.k": ("role", f"h:subjectOf2/h:organizer[h:code[@code='4' and @codeSystem='{OID}.1.20']]/h:component/h:substanceAdministration[h:id]"),
}  # fmt: skip
_BY_NUMBER = {element.number: element for element in ELEMENTS}


def element_of(number: str) -> Element:
    """One element by its number."""
    return _BY_NUMBER[number]
