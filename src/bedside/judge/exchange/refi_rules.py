"""The published rules of REFI-QDA 1.5 (urn:QDA-XML:codebook:1.0 and project:1.0) for the elements bedside writes.

For each element: which children in which order and how often, and which attributes of which kind. Elements that
bedside neither writes nor reads (pictures, sound, graphs, links) are not looked into.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from lxml import etree

__all__ = ["CODEBOOK", "PROJECT", "local_name", "violations"]

CODEBOOK, PROJECT = "urn:QDA-XML:codebook:1.0", "urn:QDA-XML:project:1.0"
GUID = re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
COLOUR = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
MANY = 10**9
NOT_LOOKED_INTO = frozenset(
    ("PictureSource", "PDFSource", "AudioSource", "VideoSource", "Graphs", "Links", "Cases")
)


class Rule(NamedTuple):
    """Children in order as (name, least, most), and attributes as name to (kind, required)."""

    children: tuple[tuple[str, int, int], ...] = ()
    attributes: Mapping[str, tuple[str, bool]] = {}
    text: bool = False


def _one(name: str) -> tuple[str, int, int]:
    return (name, 0, 1)


def _any(name: str) -> tuple[str, int, int]:
    return (name, 0, MANY)


def _some(name: str) -> tuple[str, int, int]:
    return (name, 1, MANY)


_GUID = {"guid": ("guid", True)}
_NAMED = {**_GUID, "name": ("string", True)}
_REF = Rule(attributes={"targetGUID": ("guid", True)})
_TEXT = Rule(text=True)
_MADE = {
    "creatingUser": ("guid", False),
    "creationDateTime": ("time", False),
    "modifyingUser": ("guid", False),
    "modifiedDateTime": ("time", False),
}
_CODE = {**_NAMED, "isCodable": ("boolean", True), "color": ("colour", False)}
_SOURCE = Rule(
    (
        _one("Description"),
        _one("PlainTextContent"),
        _any("PlainTextSelection"),
        _any("Coding"),
        _any("NoteRef"),
        _any("VariableValue"),
    ),
    {
        **_GUID,
        "name": ("string", False),
        "richTextPath": ("string", False),
        "plainTextPath": ("string", False),
        **_MADE,
    },
)
_VALUES = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")
RULES: dict[str, dict[str, Rule]] = {
    CODEBOOK: {
        "CodeBook": Rule((("Codes", 1, 1), _one("Sets")), {"origin": ("string", False)}),
        "Codes": Rule((_some("Code"),)),
        "Code": Rule((_one("Description"), _any("Code")), _CODE),
        "Sets": Rule((_some("Set"),)),
        "Set": Rule((_one("Description"), _any("MemberCode")), _NAMED),
        "MemberCode": Rule(attributes=_GUID),
        "Description": _TEXT,
    },
    PROJECT: {
        "Project": Rule(
            (
                *(_one(n) for n in ("Users", "CodeBook", "Variables", "Cases", "Sources", "Notes")),
                *(_one(n) for n in ("Links", "Sets", "Graphs", "Description")),
                _any("NoteRef"),
            ),
            {
                "name": ("string", True),
                "origin": ("string", False),
                "creatingUserGUID": ("guid", False),
                "creationDateTime": ("time", False),
                "modifyingUserGUID": ("guid", False),
                "modifiedDateTime": ("time", False),
                "basePath": ("string", False),
            },
        ),
        "Users": Rule((_some("User"),)),
        "User": Rule(attributes={**_GUID, "name": ("string", False), "id": ("string", False)}),
        "CodeBook": Rule((("Codes", 1, 1),)),
        "Codes": Rule((_some("Code"),)),
        "Code": Rule((_one("Description"), _any("NoteRef"), _any("Code")), _CODE),
        "Variables": Rule((_some("Variable"),)),
        "Variable": Rule((_one("Description"),), {**_NAMED, "typeOfVariable": ("variable", True)}),
        "VariableValue": Rule((("VariableRef", 1, 1), *(_one(f"{n}Value") for n in _VALUES))),
        **{f"{name}Value": _TEXT for name in _VALUES},
        "Sources": Rule(
            (
                _any("TextSource"),
                *(_any(f"{n}Source") for n in ("Picture", "PDF", "Audio", "Video")),
            )
        ),
        "TextSource": _SOURCE,
        "Note": _SOURCE,
        "Notes": Rule((_some("Note"),)),
        "PlainTextContent": _TEXT,
        "PlainTextSelection": Rule(
            (_one("Description"), _any("Coding"), _any("NoteRef")),
            {
                **_GUID,
                "name": ("string", False),
                "startPosition": ("integer", True),
                "endPosition": ("integer", True),
                **_MADE,
            },
        ),
        "Coding": Rule(
            (("CodeRef", 1, 1), _any("NoteRef")),
            {**_GUID, "creatingUser": ("guid", False), "creationDateTime": ("time", False)},
        ),
        "Sets": Rule((_some("Set"),)),
        "Set": Rule(
            (_one("Description"), _any("MemberCode"), _any("MemberSource"), _any("MemberNote")),
            _NAMED,
        ),
        **dict.fromkeys(
            ("CodeRef", "NoteRef", "VariableRef", "MemberCode", "MemberSource", "MemberNote"), _REF
        ),
        "Description": _TEXT,
    },
}


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return str(etree.QName(element).localname)


def violations(root: etree._Element) -> list[str]:
    """Where a codebook or project breaks the published rules; empty where it keeps them.

    Parameters
    ----------
    root : lxml element
        `CodeBook` or `Project`.

    Returns
    -------
    list of str
        Sentences with the element's path.
    """
    space = etree.QName(root).namespace or ""
    if space not in RULES or local_name(root) not in ("CodeBook", "Project"):
        return [f"the root is {root.tag}, not CodeBook in {CODEBOOK} or Project in {PROJECT}"]
    found = list(_walk(root, space, local_name(root)))
    guids = [
        g.strip("{}").lower() for e in _elements(root) if (g := e.get("guid")) and not _refers(e)
    ]
    found += [
        f"the guid {g} stands there twice" for g in sorted({g for g in guids if guids.count(g) > 1})
    ]
    known = set(guids)
    for element in _elements(root):
        target = element.get("targetGUID") or (element.get("guid") if _refers(element) else None)
        if target and target.strip("{}").lower() not in known:
            found.append(f"{local_name(element)} points to {target}, which is not there")
    return found


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (element for element in root.iter() if isinstance(element.tag, str))


def _refers(element: etree._Element) -> bool:
    """Whether the element's guid names another element: MemberCode of a codebook."""
    return local_name(element) == "MemberCode" and element.get("guid") is not None


def _walk(element: etree._Element, space: str, path: str) -> Iterator[str]:
    name = local_name(element)
    rule = RULES[space].get(name)
    if rule is None:
        yield f"{path}: an element {name} is not known"
        return
    yield from _attributes(element, rule, path)
    yield from _order(element, rule, path)
    if not rule.text and (element.text or "").strip():
        yield f"{path}: text stands where only elements may"
    if rule is _SOURCE and (
        (element.get("plainTextPath") is None)
        == (element.find(f"{{{space}}}PlainTextContent") is None)
    ):
        yield f"{path}: either PlainTextContent or plainTextPath must be filled, not both"
    for child in element:
        if isinstance(child.tag, str) and local_name(child) not in NOT_LOOKED_INTO:
            if etree.QName(child).namespace != space:
                yield f"{path}/{local_name(child)}: namespace {etree.QName(child).namespace}"
            else:
                yield from _walk(child, space, f"{path}/{local_name(child)}")


def _order(element: etree._Element, rule: Rule, path: str) -> Iterator[str]:
    names = [local_name(child) for child in element if isinstance(child.tag, str)]
    places = {name: place for place, (name, _, _) in enumerate(rule.children)}
    known = [name for name in names if name in places]
    yield from (f"{path}: {name} may not stand here" for name in names if name not in places)
    if local_name(element) != "Sources" and known != sorted(known, key=places.__getitem__):
        yield f"{path}: children stand in another order than the schema's"
    for name, least, most in rule.children:
        count = known.count(name)
        if not least <= count <= most:
            yield f"{path}: {count} of {name}, from {least} to {'any' if most == MANY else most} may be"


def _attributes(element: etree._Element, rule: Rule, path: str) -> Iterator[str]:
    for name, (_, required) in rule.attributes.items():
        if required and element.get(name) is None:
            yield f"{path}: the attribute {name} is missing"
    for name, value in element.attrib.items():
        if str(name).startswith("{"):  # such as xsi:schemaLocation
            continue
        if name not in rule.attributes:
            yield f"{path}: an attribute {name} is not known"
        elif not _is_kind(rule.attributes[name][0], str(value)):
            yield f"{path}: {name} = '{value}' is no {rule.attributes[name][0]}"


def _is_kind(kind: str, value: str) -> bool:
    if kind == "time":
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
        return "T" in value
    patterns = {
        "guid": GUID,
        "colour": COLOUR,
        "integer": re.compile(r"[+-]?\d+"),
        "boolean": re.compile("true|false|0|1"),
        "variable": re.compile("|".join(_VALUES)),
    }
    return kind == "string" or bool(patterns[kind].fullmatch(value))
