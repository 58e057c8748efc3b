"""Reading E2B(R3) messages: the elements that bedside handles, the rest of the file is passed over."""

from pathlib import Path
from typing import Any

from lxml import etree

from bedside.errors import FormatError
from bedside.report.icsr.elements import CODES, ELEMENTS, GROUPS, OID, Element, Icsr, Message, Value

__all__ = ["NAMESPACE", "parse_xml", "read_message"]

NAMESPACE = "urn:hl7-org:v3"
_NS = {"h": NAMESPACE}
_EVENT = "h:controlActProcess/h:subject/h:investigationEvent"
_ROLE = "h:component/h:adverseEventAssessment/h:subject1/h:primaryRole"


def parse_xml(data: bytes, name: str) -> Any:
    """Parse XML without entities, network or document types.

    Raises
    ------
    FormatError
        If it is no XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(f"{name} is no XML that can be read (line {error.lineno})") from error


def read_message(source: Path | bytes, *, name: str = "message") -> Message:
    """Read a batch of reports.

    Parameters
    ----------
    source : Path or bytes

    Raises
    ------
    FormatError
        If it is no E2B(R3) batch.
    """
    data, name = (source.read_bytes(), source.name) if isinstance(source, Path) else (source, name)
    root = parse_xml(data, name)
    if etree.QName(root).localname != "MCCI_IN200100UV01":
        raise FormatError(
            f"{name} is no E2B(R3) batch: its root is {etree.QName(root).localname}, needed is MCCI_IN200100UV01"
        )
    reports = [_report(node) for node in root.findall("h:PORR_IN049016UV", _NS)]
    return Message(values=_values(root, "batch"), reports=reports)


def _report(message: Any) -> Icsr:
    found = message.xpath(_EVENT, namespaces=_NS)
    if not found:
        raise FormatError("a message holds no investigationEvent: it is no case report")
    event = found[0]
    roles = event.xpath(_ROLE, namespaces=_NS)
    scopes = {"message": message, "event": event}
    values = _values(message, "message") | _values(event, "event")
    if roles:
        scopes["role"] = roles[0]
        values |= _values(roles[0], "role")
    groups = {}
    for group, (scope, path) in GROUPS.items():
        nodes = scopes[scope].xpath(path, namespaces=_NS) if scope in scopes else []
        entries = [_values(node, group) for node in nodes]
        if group == "G.k":
            _add_roles(event, nodes, entries)
        groups[group] = entries
    return Icsr(values=values, groups=groups)


def _values(node: Any, scope: str) -> dict[str, Value]:
    found = {}
    for element in ELEMENTS:
        if element.scope == scope and element.path:
            value = _value(node, element)
            if value is not None:
                found[element.number] = value
    return found


def _value(node: Any, element: Element) -> Value | None:
    nodes = node.xpath(element.path, namespaces=_NS)
    if not nodes:
        return None
    first = nodes[0]
    text = first.get(element.attribute) if element.attribute else first.text
    if text is not None and text.strip():
        return Value(text.strip() if element.attribute else text)
    null = first.get("nullFlavor")
    return Value(null=null) if null else None


def _add_roles(event: Any, drugs: list[Any], entries: list[dict[str, Value]]) -> None:
    """G.k.1 stands in an assessment of its own that names the drug by its id."""
    path = f"h:component/h:adverseEventAssessment/h:component/h:causalityAssessment[h:code[@code='20' and @codeSystem='{CODES}']]"
    roles = {}
    for assessment in event.xpath(path, namespaces=_NS):
        ids = assessment.xpath("h:subject2/h:productUseReference/h:id/@root", namespaces=_NS)
        codes = assessment.xpath(f"h:value[@codeSystem='{OID}.1.13']/@code", namespaces=_NS)
        if ids and codes:
            roles[ids[0]] = codes[0]
    for drug, entry in zip(drugs, entries, strict=True):
        own = drug.find("h:id", _NS).get("root")
        if own in roles:
            entry["G.k.1"] = Value(roles[own])
