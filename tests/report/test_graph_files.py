"""Graph files: what is written is well-formed, whole, and the same each time."""

import pytest
from lxml import etree

from bedside.errors import InputError
from bedside.report.export.graph_files import FORMATS, GraphLink, GraphNode, write_graph

NODES = [
    GraphNode("c1", 'gout & <scar> "x"\x01', {"accounts": 30, "evidence": "ev-1"}),
    GraphNode("c2", "lupus", {"accounts": 9, "evidence": "ev-2"}),
]
LINKS = [GraphLink("c1", "c2", 8.0, {"of_accounts": 20})]


def test_gexf_holds_nodes_ties_and_attributes() -> None:
    root = etree.fromstring(write_graph("gexf", NODES, LINKS, told="a & b"))
    space = {"g": "http://gexf.net/1.3"}
    assert [n.get("label") for n in root.findall(".//g:node", space)] == [
        'gout & <scar> "x"',
        "lupus",
    ]
    assert [
        (e.get("source"), e.get("target"), e.get("weight"))
        for e in root.findall(".//g:edge", space)
    ] == [("c1", "c2", "8.0")]
    declared = {(a.get("id"), a.get("type")) for a in root.findall(".//g:attribute", space)}
    assert declared == {("accounts", "integer"), ("evidence", "string"), ("of_accounts", "integer")}
    used = {v.get("for") for v in root.findall(".//g:attvalue", space)}
    assert used == {name for name, _ in declared}
    assert root.findtext(".//g:description", namespaces=space) == "a & b"


def test_graphml_declares_every_key_it_uses() -> None:
    root = etree.fromstring(write_graph("graphml", NODES, LINKS, told="told"))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    keys = {k.get("id"): k.get("attr.type") for k in root.findall("g:key", space)}
    assert keys == {
        "node-label": "string", "node-accounts": "long", "node-evidence": "string", "edge-weight": "double",
        "edge-of_accounts": "long",
    }  # fmt: skip
    assert {d.get("key") for d in root.findall(".//g:data", space)} == set(keys)
    assert root.find("g:graph", space).get("edgedefault") == "directed"


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_graph_is_a_file_too_and_the_same_graph_the_same_bytes(kind: str) -> None:
    assert etree.fromstring(write_graph(kind, [], [], told="nobody")) is not None
    assert write_graph(kind, NODES, LINKS, told="x") == write_graph(kind, NODES, LINKS, told="x")


def test_another_format_is_refused_with_what_is_known() -> None:
    with pytest.raises(InputError, match="gexf"):
        write_graph("gefx", NODES, LINKS, told="")
