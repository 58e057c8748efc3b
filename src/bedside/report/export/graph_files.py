"""Graphs as files for Gephi, Cytoscape, networkx and others: GEXF 1.3 and GraphML, directed, with attributes."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from lxml import etree

from bedside.errors import InputError, suggest

__all__ = ["FORMATS", "GraphLink", "GraphNode", "write_graph"]

Value = str | int | float
FORMATS = ("gexf", "graphml")
_GEXF, _GRAPHML = "http://gexf.net/1.3", "http://graphml.graphdrawing.org/xmlns"
_TYPES = {str: "string", int: "integer", float: "double"}
_GRAPHML_TYPES = {str: "string", int: "long", float: "double"}


class GraphNode(NamedTuple):
    """A node: id, label, and further attributes, the same ones for all nodes."""

    id: str
    label: str
    more: Mapping[str, Value]


class GraphLink(NamedTuple):
    """A directed tie between two nodes, by their ids, with its weight and further attributes."""

    source: str
    target: str
    weight: float
    more: Mapping[str, Value] = {}


def write_graph(
    kind: str, nodes: Sequence[GraphNode], links: Sequence[GraphLink], *, told: str
) -> bytes:
    """A graph as the bytes of a file.

    Parameters
    ----------
    kind : str
        gexf or graphml.
    nodes, links : sequence
    told : str
        What the graph is and how far it may go; written into the file.

    Returns
    -------
    bytes
        UTF-8. The same graph gives the same bytes.

    Raises
    ------
    InputError
        If the kind is not known.

    References
    ----------
    GEXF 1.3 (gexf.net); Brandes, Eiglsperger, Lerner and Pich (2013), Graph Markup Language, in Handbook of Graph Drawing.
    """
    if kind not in FORMATS:
        raise InputError(f"format '{kind}' is not known; {suggest(kind, FORMATS)}")
    root = _gexf(nodes, links, told) if kind == "gexf" else _graphml(nodes, links, told)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return data


def _kinds(rows: Sequence[Mapping[str, Value]]) -> dict[str, type]:
    """Attributes and their types, as the first row has them."""
    return {name: type(value) for name, value in rows[0].items()} if rows else {}


def _add(parent: etree._Element, name: str, **attributes: Value) -> etree._Element:
    return etree.SubElement(
        parent, name, {k.rstrip("_"): _clean(str(v)) for k, v in attributes.items()}
    )


def _clean(words: str) -> str:
    """Without signs that XML cannot hold."""
    return "".join(sign for sign in words if sign >= " " or sign in "\t\n")


def _gexf(nodes: Sequence[GraphNode], links: Sequence[GraphLink], told: str) -> etree._Element:
    root = etree.Element("gexf", {"version": "1.3"}, nsmap={None: _GEXF})
    meta = _add(root, "meta")
    _add(meta, "creator").text = "bedside"
    _add(meta, "description").text = _clean(told)
    graph = _add(root, "graph", defaultedgetype="directed", mode="static")
    for of, rows in (("node", [n.more for n in nodes]), ("edge", [k.more for k in links])):
        kinds = _kinds(rows)
        if kinds:
            listed = _add(graph, "attributes", class_=of)
            for name, kind in kinds.items():
                _add(listed, "attribute", id=name, title=name.replace("_", " "), type=_TYPES[kind])
    held = _add(graph, "nodes")
    for node in nodes:
        _gexf_values(_add(held, "node", id=node.id, label=node.label), node.more)
    tied = _add(graph, "edges")
    for number, link in enumerate(links):
        made = _add(
            tied, "edge", id=number, source=link.source, target=link.target, weight=link.weight
        )
        _gexf_values(made, link.more)
    return root


def _gexf_values(parent: etree._Element, more: Mapping[str, Value]) -> None:
    if more:
        values = _add(parent, "attvalues")
        for name, value in more.items():
            _add(values, "attvalue", for_=name, value=value)


def _graphml(nodes: Sequence[GraphNode], links: Sequence[GraphLink], told: str) -> etree._Element:
    root = etree.Element("graphml", nsmap={None: _GRAPHML})
    _add(root, "desc").text = _clean(told)
    node_kinds = {"label": str, **_kinds([n.more for n in nodes])}
    link_kinds = {"weight": float, **_kinds([k.more for k in links])}
    for of, kinds in (("node", node_kinds), ("edge", link_kinds)):
        for name, kind in kinds.items():
            title = name if name in ("label", "weight") else name.replace("_", " ")
            _add(
                root,
                "key",
                id=f"{of}-{name}",
                for_=of,
                **{"attr.name": title, "attr.type": _GRAPHML_TYPES[kind]},
            )
    graph = _add(root, "graph", id="G", edgedefault="directed")
    for node in nodes:
        _graphml_values(_add(graph, "node", id=node.id), "node", {"label": node.label, **node.more})
    for link in links:
        made = _add(graph, "edge", source=link.source, target=link.target)
        _graphml_values(made, "edge", {"weight": float(link.weight), **link.more})
    return root


def _graphml_values(
    parent: etree._Element, of: Literal["node", "edge"], values: Mapping[str, Value]
) -> None:
    for name, value in values.items():
        _add(parent, "data", key=f"{of}-{name}").text = _clean(str(value))
