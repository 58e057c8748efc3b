"""Nodes of a message: elements that hold a value, its null flavour, or nothing."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from bedside.report.icsr.elements import Value
from bedside.report.icsr.reading import NAMESPACE

__all__ = ["COUNTRY", "TYPE", "XSI", "held", "identifier", "node", "typed"]

XSI = "http://www.w3.org/2001/XMLSchema-instance"
TYPE = f"{{{XSI}}}type"
COUNTRY = "1.0.3166.1.2.2"


def node(tag: str, attributes: Mapping[str, str] | None = None, *inside: Any) -> Any:
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


def held(tag: str, value: Value | None, attribute: str = "", **more: str) -> Any:
    """A node that holds a value in an attribute or as text, or its null flavour; None where there is neither."""
    if value is None:
        return None
    if value.null:
        return node(tag, {**more, "nullFlavor": value.null})
    if attribute:
        return node(tag, {**more, attribute: value.text})
    return node(tag, more, value.text)


def typed(kind: str, value: Value | None, attribute: str = "", **more: str) -> Any:
    """A `value` of an HL7 data type."""
    return held("value", value, attribute, **{TYPE: kind}, **more)


def identifier(root: str, extension: str) -> Any:
    """An `id` of a root and its extension."""
    return node("id", {"root": root, "extension": extension})
