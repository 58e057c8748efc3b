"""Writing E2B(R3) messages (MCCI_IN200100UV01 > PORR_IN049016UV): what a post can fill, in the order of the schema."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from bedside.report.icsr.assessing import assessment
from bedside.report.icsr.elements import CODES, OID, Icsr, Message, Value
from bedside.report.icsr.nodes import COUNTRY, TYPE, XSI, held, identifier, node, typed
from bedside.report.icsr.reading import NAMESPACE

__all__ = ["write_message"]

Group = Mapping[str, Value]


def _device(tag: str, code: str, root: str, extension: str) -> Any:
    return node(
        tag,
        {"typeCode": code},
        node(
            "device",
            {"classCode": "DEV", "determinerCode": "INSTANCE"},
            identifier(root, extension),
        ),
    )


def write_message(message: Message) -> bytes:
    """Write a batch as XML.

    Parameters
    ----------
    message : Message
        Values by element number; what is absent is left out, checks are `rules.check_message`'s.

    Returns
    -------
    bytes
        UTF-8; the same message gives the same bytes.
    """
    get = {number: value.text for number, value in message.values.items()}.get
    root = etree.Element(f"{{{NAMESPACE}}}MCCI_IN200100UV01", nsmap={None: NAMESPACE, "xsi": XSI})
    root.set("ITSVersion", "XML_1.0")
    parts = [
        identifier(f"{OID}.3.22", get("N.1.2", "")),
        held("creationTime", message.values.get("N.1.5"), "value"),
        node("responseModeCode", {"code": "D"}),
        node("interactionId", {"root": "2.16.840.1.113883.1.6", "extension": "MCCI_IN200100UV01"}),
        held("name", message.values.get("N.1.1"), "code", codeSystem=f"{OID}.1.1"),
        *(_report(report) for report in message.reports),
        _device("receiver", "RCV", f"{OID}.3.14", get("N.1.4", "")),
        _device("sender", "SND", f"{OID}.3.13", get("N.1.3", "")),
    ]
    for part in parts:
        if part is not None:
            root.append(part)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _report(report: Icsr) -> Any:
    values = report.values
    return node(
        "PORR_IN049016UV",
        None,
        identifier(f"{OID}.3.1", report.get("N.2.r.1")),
        held("creationTime", values.get("N.2.r.4"), "value"),
        node("interactionId", {"root": "2.16.840.1.113883.1.6", "extension": "PORR_IN049016UV"}),
        node("processingCode", {"code": "P"}),
        node("processingModeCode", {"code": "T"}),
        node("acceptAckCode", {"code": "AL"}),
        _device("receiver", "RCV", f"{OID}.3.12", report.get("N.2.r.3")),
        _device("sender", "SND", f"{OID}.3.11", report.get("N.2.r.2")),
        node(
            "controlActProcess",
            {"classCode": "CACT", "moodCode": "EVN"},
            node("code", {"code": "PORR_TE049016UV", "codeSystem": "2.16.840.1.113883.1.18"}),
            held("effectiveTime", values.get("C.1.2"), "value"),
            node("subject", {"typeCode": "SUBJ"}, _event(report)),
        ),
    )


def _event(report: Icsr) -> Any:
    values, groups = report.values, report.groups
    low = held("low", values.get("C.1.4"), "value")
    return node(
        "investigationEvent",
        {"classCode": "INVSTG", "moodCode": "EVN"},
        identifier(f"{OID}.3.1", report.get("C.1.1")),
        identifier(f"{OID}.3.2", report.get("C.1.8.1")),
        node("code", {"code": "PAT_ADV_EVNT", "codeSystem": "2.16.840.1.113883.5.4"}),
        held("text", values.get("H.1")),
        node("statusCode", {"code": "active"}),
        node("effectiveTime", None, low) if low is not None else None,
        held("availabilityTime", values.get("C.1.5"), "value"),
        *(_document(entry) for entry in groups.get("C.1.6.1.r", [])),
        node("component", {"typeCode": "COMP"}, assessment(report)),
        _fact("1", values.get("C.1.6.1")),
        _fact("23", values.get("C.1.7")),
        _first_sender(values.get("C.1.8.2")),
        *(_source(entry) for entry in groups.get("C.2.r", [])),
        _sender(values.get("C.3.1"), values.get("C.3.2")),
        *(_other_id(entry) for entry in groups.get("C.1.9.1.r", [])),
        _trait("1", typed("CE", values.get("C.1.3"), "code", codeSystem=f"{OID}.1.2")),
        _trait("2", typed("BL", values.get("C.1.9.1"), "value")),
        _trait("3", typed("CE", values.get("C.1.11.1"), "code", codeSystem=f"{OID}.1.5")),
        _reason(values.get("C.1.11.2")),
    )


def _document(entry: Group) -> Any:
    return node(
        "reference",
        {"typeCode": "REFR"},
        node(
            "document",
            {"classCode": "DOC", "moodCode": "EVN"},
            node("code", {"code": "1", "codeSystem": f"{OID}.1.27"}),
            held("title", entry.get("C.1.6.1.r.1")),
        ),
    )


def _fact(code: str, value: Value | None) -> Any:
    if value is None:
        return None
    return node(
        "component",
        {"typeCode": "COMP"},
        node(
            "observationEvent",
            {"classCode": "OBS", "moodCode": "EVN"},
            node("code", {"code": code, "codeSystem": CODES}),
            typed("BL", value, "value"),
        ),
    )


def _trait(code: str, value: Any) -> Any:
    if value is None:
        return None
    return node(
        "subjectOf2",
        {"typeCode": "SUBJ"},
        node(
            "investigationCharacteristic",
            {"classCode": "OBS", "moodCode": "EVN"},
            node("code", {"code": code, "codeSystem": f"{OID}.1.23"}),
            value,
        ),
    )


def _reason(value: Value | None) -> Any:
    if value is None:
        return None
    return _trait("4", node("value", {TYPE: "CE"}, held("originalText", value)))


def _authored(code: str, entity: Any, priority: Value | None = None) -> Any:
    """An outbound relationship to the report of a source (2) or the first report (1)."""
    return node(
        "outboundRelationship",
        {"typeCode": "SPRT"},
        held("priorityNumber", priority, "value"),
        node(
            "relatedInvestigation",
            {"classCode": "INVSTG", "moodCode": "EVN"},
            node("code", {"code": code, "codeSystem": f"{OID}.1.22"}),
            node("subjectOf2", {"typeCode": "SUBJ"}, _act(entity)),
        ),
    )


def _act(*inside: Any) -> Any:
    return node(
        "controlActEvent",
        {"classCode": "CACT", "moodCode": "EVN"},
        node(
            "author",
            {"typeCode": "AUT"},
            node("assignedEntity", {"classCode": "ASSIGNED"}, *inside),
        ),
    )


def _first_sender(value: Value | None) -> Any:
    return _authored("1", held("code", value, "code", codeSystem=f"{OID}.1.3")) if value else None


def _source(entry: Group) -> Any:
    given, family = entry.get("C.2.r.1.2"), entry.get("C.2.r.1.4")
    name = (
        node("name", None, held("given", given), held("family", family))
        if given or family
        else None
    )
    qualified = held("code", entry.get("C.2.r.4"), "code", codeSystem=f"{OID}.1.6")
    country = held("code", entry.get("C.2.r.3"), "code", codeSystem=COUNTRY)
    person = node(
        "assignedPerson",
        {"classCode": "PSN", "determinerCode": "INSTANCE"},
        name,
        node("asQualifiedEntity", {"classCode": "QUAL"}, qualified)
        if qualified is not None
        else None,
        node(
            "asLocatedEntity",
            {"classCode": "LOCE"},
            node("location", {"classCode": "COUNTRY", "determinerCode": "INSTANCE"}, country),
        )
        if country is not None
        else None,
    )
    return _authored("2", person, entry.get("C.2.r.5"))


def _sender(kind: Value | None, organisation: Value | None) -> Any:
    organised = None
    if organisation is not None:
        organ = {"classCode": "ORG", "determinerCode": "INSTANCE"}
        inner = node("representedOrganization", organ, held("name", organisation))
        organised = node(
            "representedOrganization",
            organ,
            node("assignedEntity", {"classCode": "ASSIGNED"}, inner),
        )
    return node(
        "subjectOf1",
        {"typeCode": "SUBJ"},
        _act(held("code", kind, "code", codeSystem=f"{OID}.1.7"), organised),
    )


def _other_id(entry: Group) -> Any:
    attributes = {"root": f"{OID}.3.3"}
    for number, name in (("C.1.9.1.r.2", "extension"), ("C.1.9.1.r.1", "assigningAuthorityName")):
        if number in entry:
            attributes[name] = entry[number].text
    return node(
        "subjectOf1",
        {"typeCode": "SUBJ"},
        node("controlActEvent", {"classCode": "CACT", "moodCode": "EVN"}, node("id", attributes)),
    )
