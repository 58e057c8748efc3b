"""A codebook as REFI-QDA (.qdc), and back: layers are codes that hold codes, groups are sets."""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from lxml import etree

from bedside.codebook import Code, Codebook, Layer, codebook_version
from bedside.errors import FormatError
from bedside.judge.exchange.descriptions import code_from, code_text, layer_from, layer_text
from bedside.judge.exchange.refi_rules import CODEBOOK, local_name

__all__ = [
    "ORIGIN",
    "add_codes",
    "add_sets",
    "as_name",
    "code_guid",
    "parse_xml",
    "read_qdc",
    "read_tree",
    "write_qdc",
]

ORIGIN = "bedside"
SPACE = uuid.UUID("9f0c2f1e-6a51-5a0b-8f5d-3d6f5b1f7c11")  # of all ids that bedside gives to codes
MOST_BYTES = 64 << 20


def code_guid(*names: str) -> str:
    """The id of a layer or code: the same whenever it is written.

    Examples
    --------
    >>> code_guid("feel", "relief") == code_guid("feel", "relief")
    True
    """
    return str(uuid.uuid5(SPACE, "/".join(names)))


def add_codes(parent: etree._Element, book: Codebook, space: str) -> None:
    """Write layers and codes under a `CodeBook` element."""
    codes = etree.SubElement(parent, f"{{{space}}}Codes")
    for layer in book:
        top = _add(
            codes, space, code_guid(layer.layer), layer.layer, layer_text(layer), codable=False
        )
        for code in layer.code:
            guid = code_guid(layer.layer, code.name)
            own = _add(top, space, guid, code.name, code_text(code), codable=not layer.sides)
            for side in layer.sides:
                name = f"{code.name}:{side}"
                _add(own, space, code_guid(layer.layer, name), name, "", codable=True)


def _add(
    parent: etree._Element, space: str, guid: str, name: str, text: str, *, codable: bool
) -> etree._Element:
    about = {"guid": guid, "name": name, "isCodable": "true" if codable else "false"}
    element = etree.SubElement(parent, f"{{{space}}}Code", about)
    if text:
        etree.SubElement(element, f"{{{space}}}Description").text = text
    return element


def add_sets(parent: etree._Element, book: Codebook, space: str) -> None:
    """Write the groups of layers as sets, where there are any."""
    groups = [(layer, name, codes) for layer in book for name, codes in layer.members().items()]
    if not groups:
        return
    sets = etree.SubElement(parent, f"{{{space}}}Sets")
    member = "guid" if space == CODEBOOK else "targetGUID"
    for layer, name, codes in groups:
        about = {"guid": code_guid("set", layer.layer, name), "name": f"{layer.layer}: {name}"}
        element = etree.SubElement(sets, f"{{{space}}}Set", about)
        for code in codes:
            etree.SubElement(
                element, f"{{{space}}}MemberCode", {member: code_guid(layer.layer, code)}
            )


def write_qdc(book: Codebook) -> bytes:
    """A codebook as the text of a .qdc file."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", {"origin": ORIGIN}, nsmap={None: CODEBOOK})
    add_codes(root, book, CODEBOOK)
    add_sets(root, book, CODEBOOK)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Read XML without entities and without reaching out.

    Raises
    ------
    FormatError
        If it is no XML, or too large.
    """
    if len(data) > MOST_BYTES:
        raise FormatError(
            f"{name} holds {len(data):,} bytes of XML; at most {MOST_BYTES:,} are read"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(f"{name} is no XML that can be read: line {error.lineno}") from error


def read_qdc(path: Path) -> Codebook:
    """The codebook of a .qdc file; of one that bedside wrote, the same codebook.

    Raises
    ------
    FormatError
        If the file is no REFI-QDA codebook.
    """
    root = parse_xml(path.read_bytes(), path.name)
    codes = next((e for e in root if local_name(e) == "Codes"), None)
    if local_name(root) != "CodeBook" or codes is None:
        raise FormatError(f"{path.name} is no REFI-QDA codebook: no CodeBook with Codes in it")
    return read_tree(codes, other=as_name(path.stem))[0]


def read_tree(codes: etree._Element, *, other: str) -> tuple[Codebook, dict[str, tuple[str, str]]]:
    """Layers and codes of a `Codes` element.

    Parameters
    ----------
    codes : lxml element
    other : str
        Layer for codes that stand at the top and hold none.

    Returns
    -------
    tuple of Codebook and dict
        And which layer and code each guid means.
    """
    layers: dict[str, Layer] = {}
    where: dict[str, tuple[str, str]] = {}
    loose: list[etree._Element] = []
    for top in _codes(codes):
        if not _codes(top):
            loose.append(top)
            continue
        name = _free(as_name(top.get("name") or ""), layers)
        layers[name] = _layer(name, _description(top), _codes(top), where)
    if loose:
        name = _free(other or "imported", layers)
        layers[name] = _layer(name, "", loose, where)
    ordered = dict(sorted(layers.items()))
    return Codebook(layers=ordered, version=codebook_version(ordered)), where


def _layer(
    name: str, text: str, elements: Iterable[etree._Element], where: dict[str, tuple[str, str]]
) -> Layer:
    layer = layer_from(name, text, [])
    codes: dict[str, Code] = {}
    for element in _flat(elements):
        said = element.get("name") or ""
        stem, _, side = said.partition(":")
        if layer.sides and side in layer.sides:
            where[_guid(element)] = (name, f"{as_name(stem)}:{side}")
            continue
        own = _free(as_name(said), codes)
        codes[own] = code_from(own, _description(element) or said)
        where[_guid(element)] = (name, own)
    return msgspec.structs.replace(layer, code=list(codes.values()))


def _flat(elements: Iterable[etree._Element]) -> Iterable[etree._Element]:
    """Codes with those they hold, however deep."""
    for element in elements:
        yield element
        yield from _flat(_codes(element))


def _codes(element: etree._Element) -> list[etree._Element]:
    return [e for e in element if isinstance(e.tag, str) and local_name(e) == "Code"]


def _description(element: etree._Element) -> str:
    found = next(
        (e for e in element if isinstance(e.tag, str) and local_name(e) == "Description"), None
    )
    return "" if found is None else found.text or ""


def _guid(element: etree._Element) -> str:
    return (element.get("guid") or "").strip("{}").lower()


def as_name(text: str) -> str:
    """A name that a codebook can hold.

    Examples
    --------
    >>> as_name("Warten & Ärger"), as_name("-4")
    ('warten_arger', '-4')
    """
    if re.fullmatch(r"-?[a-z0-9][a-z0-9_]*", text):
        return text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "code"


def _free(name: str, taken: Mapping[str, object]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
