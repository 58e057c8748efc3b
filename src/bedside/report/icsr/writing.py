"""Writing E2B(R3) messages (MCCI_IN200100UV01 > PORR_IN049016UV): what a post can fill, in the order of the schema."""

import uuid
from collections.abc import Mapping
from typing import Any

from lxml import etree

from bedside.report.icsr.elements import CODES, OID, Icsr, Message, Value
from bedside.report.icsr.reading import NAMESPACE

__all__ = ["write_message"]

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE = f"{{{_XSI}}}type"
_LANGUAGE, _MEDDRA, _COUNTRY, _SEX = (
    "language",
    "2.16.840.1.113883.6.163",
    "1.0.3166.1.2.2",
    "1.0.5218",
)
_SPACE = uuid.UUID(
    "6f1b6f0e-3c1d-5f2e-9a53-0d6a1c6f4b52"
)  # names of reactions and drugs within a message
Group = Mapping[str, Value]


def _node(tag: str, attributes: Mapping[str, str] | None = None, *inside: Any) -> Any:
    """An element with attributes and what stands in it; None is left out."""
    made = etree.Element(f"{{{NAMESPACE}}}{tag}")
    for name, value in (attributes or {}).items():
        made.set(name, value)
    for part in inside:
        if isinstance(part, str):
            made.text = part
        elif part is not None:
            made.append(part)
    return made


def _held(tag: str, value: Value | None, attribute: str = "", **more: str) -> Any:
    """A node that holds a value in an attribute or as text, or its null flavour; None where there is neither."""
    if value is None:
        return None
    if value.null:
        return _node(tag, {**more, "nullFlavor": value.null})
    if attribute:
        return _node(tag, {**more, attribute: value.text})
    return _node(tag, more, value.text)


def _typed(kind: str, value: Value | None, attribute: str = "", **more: str) -> Any:
    """A `value` of an HL7 data type."""
    return _held("value", value, attribute, **{_TYPE: kind}, **more)


def _id(root: str, extension: str) -> Any:
    return _node("id", {"root": root, "extension": extension})


def _device(tag: str, code: str, root: str, extension: str) -> Any:
    return _node(
        tag,
        {"typeCode": code},
        _node("device", {"classCode": "DEV", "determinerCode": "INSTANCE"}, _id(root, extension)),
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
    root = etree.Element(f"{{{NAMESPACE}}}MCCI_IN200100UV01", nsmap={None: NAMESPACE, "xsi": _XSI})
    root.set("ITSVersion", "XML_1.0")
    parts = [
        _id(f"{OID}.3.22", get("N.1.2", "")),
        _held("creationTime", message.values.get("N.1.5"), "value"),
        _node("responseModeCode", {"code": "D"}),
        _node("interactionId", {"root": "2.16.840.1.113883.1.6", "extension": "MCCI_IN200100UV01"}),
        _held("name", message.values.get("N.1.1"), "code", codeSystem=f"{OID}.1.1"),
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
    return _node(
        "PORR_IN049016UV",
        None,
        _id(f"{OID}.3.1", report.get("N.2.r.1")),
        _held("creationTime", values.get("N.2.r.4"), "value"),
        _node("interactionId", {"root": "2.16.840.1.113883.1.6", "extension": "PORR_IN049016UV"}),
        _node("processingCode", {"code": "P"}),
        _node("processingModeCode", {"code": "T"}),
        _node("acceptAckCode", {"code": "AL"}),
        _device("receiver", "RCV", f"{OID}.3.12", report.get("N.2.r.3")),
        _device("sender", "SND", f"{OID}.3.11", report.get("N.2.r.2")),
        _node(
            "controlActProcess",
            {"classCode": "CACT", "moodCode": "EVN"},
            _node("code", {"code": "PORR_TE049016UV", "codeSystem": "2.16.840.1.113883.1.18"}),
            _held("effectiveTime", values.get("C.1.2"), "value"),
            _node("subject", {"typeCode": "SUBJ"}, _event(report)),
        ),
    )


def _event(report: Icsr) -> Any:
    values, groups = report.values, report.groups
    low = _held("low", values.get("C.1.4"), "value")
    return _node(
        "investigationEvent",
        {"classCode": "INVSTG", "moodCode": "EVN"},
        _id(f"{OID}.3.1", report.get("C.1.1")),
        _id(f"{OID}.3.2", report.get("C.1.8.1")),
        _node("code", {"code": "PAT_ADV_EVNT", "codeSystem": "2.16.840.1.113883.5.4"}),
        _held("text", values.get("H.1")),
        _node("statusCode", {"code": "active"}),
        _node("effectiveTime", None, low) if low is not None else None,
        _held("availabilityTime", values.get("C.1.5"), "value"),
        *(_document(entry) for entry in groups.get("C.1.6.1.r", [])),
        _node("component", {"typeCode": "COMP"}, _assessment(report)),
        _fact("1", values.get("C.1.6.1")),
        _fact("23", values.get("C.1.7")),
        _first_sender(values.get("C.1.8.2")),
        *(_source(entry) for entry in groups.get("C.2.r", [])),
        _sender(values.get("C.3.1"), values.get("C.3.2")),
        *(_other_id(entry) for entry in groups.get("C.1.9.1.r", [])),
        _trait("1", _typed("CE", values.get("C.1.3"), "code", codeSystem=f"{OID}.1.2")),
        _trait("2", _typed("BL", values.get("C.1.9.1"), "value")),
        _trait("3", _typed("CE", values.get("C.1.11.1"), "code", codeSystem=f"{OID}.1.5")),
        _reason(values.get("C.1.11.2")),
    )


def _document(entry: Group) -> Any:
    return _node(
        "reference",
        {"typeCode": "REFR"},
        _node(
            "document",
            {"classCode": "DOC", "moodCode": "EVN"},
            _node("code", {"code": "1", "codeSystem": f"{OID}.1.27"}),
            _held("title", entry.get("C.1.6.1.r.1")),
        ),
    )


def _fact(code: str, value: Value | None) -> Any:
    if value is None:
        return None
    return _node(
        "component",
        {"typeCode": "COMP"},
        _node(
            "observationEvent",
            {"classCode": "OBS", "moodCode": "EVN"},
            _node("code", {"code": code, "codeSystem": CODES}),
            _typed("BL", value, "value"),
        ),
    )


def _trait(code: str, value: Any) -> Any:
    if value is None:
        return None
    return _node(
        "subjectOf2",
        {"typeCode": "SUBJ"},
        _node(
            "investigationCharacteristic",
            {"classCode": "OBS", "moodCode": "EVN"},
            _node("code", {"code": code, "codeSystem": f"{OID}.1.23"}),
            value,
        ),
    )


def _reason(value: Value | None) -> Any:
    if value is None:
        return None
    return _trait("4", _node("value", {_TYPE: "CE"}, _held("originalText", value)))


def _authored(code: str, entity: Any, priority: Value | None = None) -> Any:
    """An outbound relationship to the report of a source (2) or the first report (1)."""
    return _node(
        "outboundRelationship",
        {"typeCode": "SPRT"},
        _held("priorityNumber", priority, "value"),
        _node(
            "relatedInvestigation",
            {"classCode": "INVSTG", "moodCode": "EVN"},
            _node("code", {"code": code, "codeSystem": f"{OID}.1.22"}),
            _node("subjectOf2", {"typeCode": "SUBJ"}, _act(entity)),
        ),
    )


def _act(*inside: Any) -> Any:
    return _node(
        "controlActEvent",
        {"classCode": "CACT", "moodCode": "EVN"},
        _node(
            "author",
            {"typeCode": "AUT"},
            _node("assignedEntity", {"classCode": "ASSIGNED"}, *inside),
        ),
    )


def _first_sender(value: Value | None) -> Any:
    return _authored("1", _held("code", value, "code", codeSystem=f"{OID}.1.3")) if value else None


def _source(entry: Group) -> Any:
    given, family = entry.get("C.2.r.1.2"), entry.get("C.2.r.1.4")
    name = (
        _node("name", None, _held("given", given), _held("family", family))
        if given or family
        else None
    )
    qualified = _held("code", entry.get("C.2.r.4"), "code", codeSystem=f"{OID}.1.6")
    country = _held("code", entry.get("C.2.r.3"), "code", codeSystem=_COUNTRY)
    person = _node(
        "assignedPerson",
        {"classCode": "PSN", "determinerCode": "INSTANCE"},
        name,
        _node("asQualifiedEntity", {"classCode": "QUAL"}, qualified)
        if qualified is not None
        else None,
        _node(
            "asLocatedEntity",
            {"classCode": "LOCE"},
            _node("location", {"classCode": "COUNTRY", "determinerCode": "INSTANCE"}, country),
        )
        if country is not None
        else None,
    )
    return _authored("2", person, entry.get("C.2.r.5"))


def _sender(kind: Value | None, organisation: Value | None) -> Any:
    organised = None
    if organisation is not None:
        organ = {"classCode": "ORG", "determinerCode": "INSTANCE"}
        inner = _node("representedOrganization", organ, _held("name", organisation))
        organised = _node(
            "representedOrganization",
            organ,
            _node("assignedEntity", {"classCode": "ASSIGNED"}, inner),
        )
    return _node(
        "subjectOf1",
        {"typeCode": "SUBJ"},
        _act(_held("code", kind, "code", codeSystem=f"{OID}.1.7"), organised),
    )


def _other_id(entry: Group) -> Any:
    attributes = {"root": f"{OID}.3.3"}
    for number, name in (("C.1.9.1.r.2", "extension"), ("C.1.9.1.r.1", "assigningAuthorityName")):
        if number in entry:
            attributes[name] = entry[number].text
    return _node(
        "subjectOf1",
        {"typeCode": "SUBJ"},
        _node("controlActEvent", {"classCode": "CACT", "moodCode": "EVN"}, _node("id", attributes)),
    )


def _named(report: Icsr, kind: str, number: int) -> str:
    return str(uuid.uuid5(_SPACE, f"{report.get('C.1.1')}/{kind}/{number}"))


def _assessment(report: Icsr) -> Any:
    values, groups = report.values, report.groups
    drugs = groups.get("G.k", [])
    player = _node(
        "player1",
        {"classCode": "PSN", "determinerCode": "INSTANCE"},
        _held("name", values.get("D.1")),
        _held("administrativeGenderCode", values.get("D.5"), "code", codeSystem=_SEX),
    )
    role = _node(
        "primaryRole",
        {"classCode": "INVSBJ"},
        player,
        _age(values),
        _history(values.get("D.7.2")),
        *(
            _node(
                "subjectOf2", {"typeCode": "SBJ"}, _reaction(entry, _named(report, "reaction", i))
            )
            for i, entry in enumerate(groups.get("E.i", []))
        ),
        _drugs(drugs, report),
    )
    return _node(
        "adverseEventAssessment",
        {"classCode": "INVSTG", "moodCode": "EVN"},
        _node("subject1", {"typeCode": "SBJ"}, role),
        *(_drug_role(entry, _named(report, "drug", k)) for k, entry in enumerate(drugs)),
        _comment("3", values.get("H.2")),
        _comment("1", values.get("H.4")),
    )


def _age(values: Mapping[str, Value]) -> Any:
    if "D.2.2a" not in values:
        return None
    more = {"unit": values["D.2.2b"].text} if "D.2.2b" in values else {}
    value = _typed("PQ", values["D.2.2a"], "value", **more)
    code = _node("code", {"code": "3", "codeSystem": CODES})
    observed = _node("observation", {"classCode": "OBS", "moodCode": "EVN"}, code, value)
    return _node("subjectOf2", {"typeCode": "SBJ"}, observed)


def _history(value: Value | None) -> Any:
    if value is None:
        return None
    code = _node("code", {"code": "18", "codeSystem": CODES})
    observed = _node(
        "observation", {"classCode": "OBS", "moodCode": "EVN"}, code, _typed("ED", value)
    )
    return _node(
        "subjectOf2",
        {"typeCode": "SBJ"},
        _node(
            "organizer",
            {"classCode": "CATEGORY", "moodCode": "EVN"},
            _node("code", {"code": "1", "codeSystem": f"{OID}.1.20"}),
            _node("component", {"typeCode": "COMP"}, observed),
        ),
    )


_OF_REACTION = (  # element, observation code, HL7 type, attribute, code system
    ("E.i.1.2", "30", "ED", "", ""),
    ("E.i.3.1", "37", "CE", "code", f"{OID}.1.10"),
    ("E.i.3.2a", "34", "BL", "value", ""),
    ("E.i.3.2b", "21", "BL", "value", ""),
    ("E.i.3.2c", "33", "BL", "value", ""),
    ("E.i.3.2d", "35", "BL", "value", ""),
    ("E.i.3.2e", "12", "BL", "value", ""),
    ("E.i.3.2f", "26", "BL", "value", ""),
    ("E.i.7", "27", "CE", "code", f"{OID}.1.11"),
)


def _reaction(entry: Group, name: str) -> Any:
    low = _held("low", entry.get("E.i.4"), "value")
    return _node(
        "observation",
        {"classCode": "OBS", "moodCode": "EVN"},
        _node("id", {"root": name}),
        _node("code", {"code": "29", "codeSystem": CODES}),
        _node("effectiveTime", {_TYPE: "IVL_TS"}, low),
        _term(entry),
        _place(entry.get("E.i.9")),
        *(
            _node(
                "outboundRelationship2",
                {"typeCode": "PERT"},
                _node(
                    "observation",
                    {"classCode": "OBS", "moodCode": "EVN"},
                    _node("code", {"code": code, "codeSystem": CODES}),
                    _typed(
                        kind, entry[number], attribute, **({"codeSystem": system} if system else {})
                    ),
                ),
            )
            for number, code, kind, attribute, system in _OF_REACTION
            if number in entry
        ),
    )


def _term(entry: Group) -> Any:
    """The MedDRA term, or without a licence the words as they were reported."""
    attributes = {_TYPE: "CE"}
    if "E.i.2.1b" in entry:
        attributes |= {"code": entry["E.i.2.1b"].text, "codeSystem": _MEDDRA}
    if "E.i.2.1a" in entry:
        attributes["codeSystemVersion"] = entry["E.i.2.1a"].text
    words = None
    if "E.i.1.1a" in entry:
        language = {_LANGUAGE: entry["E.i.1.1b"].text} if "E.i.1.1b" in entry else {}
        words = _held("originalText", entry["E.i.1.1a"], **language)
    return _node("value", attributes, words)


def _place(country: Value | None) -> Any:
    if country is None:
        return None
    place = _node(
        "locatedPlace",
        {"classCode": "COUNTRY", "determinerCode": "INSTANCE"},
        _held("code", country, "code", codeSystem=_COUNTRY),
    )
    return _node(
        "location", {"typeCode": "LOC"}, _node("locatedEntity", {"classCode": "LOCE"}, place)
    )


def _drugs(drugs: list[dict[str, Value]], report: Icsr) -> Any:
    if not drugs:
        return None
    return _node(
        "subjectOf2",
        {"typeCode": "SBJ"},
        _node(
            "organizer",
            {"classCode": "CATEGORY", "moodCode": "EVN"},
            _node("code", {"code": "4", "codeSystem": f"{OID}.1.20"}),
            *(
                _node("component", {"typeCode": "COMP"}, _drug(entry, _named(report, "drug", k)))
                for k, entry in enumerate(drugs)
            ),
        ),
    )


def _drug(entry: Group, name: str) -> Any:
    product = _node(
        "kindOfProduct",
        {"classCode": "MMAT", "determinerCode": "KIND"},
        _held("name", entry.get("G.k.2.2")),
    )
    action = None
    if "G.k.8" in entry:
        code = _held("code", entry["G.k.8"], "code", codeSystem=f"{OID}.1.15")
        action = _node(
            "inboundRelationship",
            {"typeCode": "CAUS"},
            _node("act", {"classCode": "ACT", "moodCode": "EVN"}, code),
        )
    return _node(
        "substanceAdministration",
        {"classCode": "SBADM", "moodCode": "EVN"},
        _node("id", {"root": name}),
        _node(
            "consumable",
            {"typeCode": "CSM"},
            _node("instanceOfKind", {"classCode": "INST"}, product),
        ),
        action,
    )


def _drug_role(entry: Group, name: str) -> Any:
    if "G.k.1" not in entry:
        return None
    use = _node(
        "productUseReference",
        {"classCode": "SBADM", "moodCode": "EVN"},
        _node("id", {"root": name}),
    )
    return _node(
        "component",
        {"typeCode": "COMP"},
        _node(
            "causalityAssessment",
            {"classCode": "OBS", "moodCode": "EVN"},
            _node("code", {"code": "20", "codeSystem": CODES}),
            _typed("CE", entry["G.k.1"], "code", codeSystem=f"{OID}.1.13"),
            _node("subject2", {"typeCode": "SUBJ"}, use),
        ),
    )


def _comment(author: str, value: Value | None) -> Any:
    if value is None:
        return None
    by = _node(
        "author",
        {"typeCode": "AUT"},
        _node(
            "assignedEntity",
            {"classCode": "ASSIGNED"},
            _node("code", {"code": author, "codeSystem": f"{OID}.1.21"}),
        ),
    )
    return _node(
        "component1",
        {"typeCode": "COMP"},
        _node(
            "observationEvent",
            {"classCode": "OBS", "moodCode": "EVN"},
            _node("code", {"code": "10", "codeSystem": CODES}),
            _typed("ED", value),
            by,
        ),
    )
