"""Zachary's karate club and the published example of reciprocity; the tables lie outside the project (see `vectors`)."""

import ast
import csv
from pathlib import Path

import numpy as np
import pytest

from bedside.measure.graphs.centrality import (
    core_numbers,
    degrees,
    hubs_and_authorities,
    page_rank,
)
from bedside.measure.graphs.closure import closure, degree_assortativity, density
from bedside.measure.graphs.components import components
from bedside.measure.graphs.distances import betweenness, distances
from bedside.measure.graphs.edges import Edges, make_edges
from bedside.measure.graphs.leiden import find_communities
from bedside.measure.graphs.partitions import ei_index, modularity
from bedside.measure.graphs.reciprocity import reciprocity


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def karate(folder: Path) -> tuple[Edges, dict[str, float], list[dict[str, str]]]:
    """Ties of the club both ways, the numbers of the whole, and of the nodes."""
    pairs = [(int(r["u"]), int(r["v"])) for r in rows(folder, "karate_edges")]
    one, other = zip(*pairs, strict=True)
    whole = {r["measure"]: float(r["value"]) for r in rows(folder, "karate_global")}
    return (
        make_edges([*one, *other], [*other, *one], nodes=34),
        whole,
        rows(folder, "karate_nodes"),
    )


def test_karate_nodes_are_those_of_networkx_and_igraph(vectors: Path) -> None:
    edges, whole, nodes = karate(vectors)
    assert (edges.nodes, len(edges.source) // 2) == (whole["n"], whole["m"])
    assert degrees(edges)[0].tolist() == [int(r["degree"]) for r in nodes]
    assert core_numbers(edges).tolist() == [int(r["core"]) for r in nodes]
    assert (core_numbers(edges) == 4).sum() == whole["size_4core"]
    wanted = [float(r["pagerank_0.85"]) for r in nodes]
    assert page_rank(edges) == pytest.approx(wanted, abs=1e-11)


def test_who_stands_between_and_how_closed_the_club_is(vectors: Path) -> None:
    """networkx: betweenness not normalised, HITS adding up to 1, local and mean clustering, transitivity, distances."""
    edges, whole, nodes = karate(vectors)
    between = betweenness(edges)
    assert between == pytest.approx([float(r["betweenness_raw"]) for r in nodes], abs=1e-8)
    for side in hubs_and_authorities(edges):
        assert side == pytest.approx([float(r["hits_authority_sum1"]) for r in nodes], abs=1e-12)
    closed, far = closure(edges), distances(edges)
    assert closed.clustering == pytest.approx([float(r["clustering"]) for r in nodes], abs=1e-11)
    assert closed.mean == pytest.approx(whole["avg_clustering"], abs=1e-12)
    assert closed.transitivity == pytest.approx(whole["transitivity"], abs=1e-12)
    assert density(edges) == pytest.approx(whole["density"], abs=1e-12)
    assert degree_assortativity(edges) == pytest.approx(whole["degree_assortativity"], abs=1e-12)
    assert far.mean == pytest.approx(whole["avg_shortest_path"], abs=1e-12)
    assert (far.longest, far.exact) == (whole["diameter"], True)


def test_the_split_of_the_club_fits_its_ties_as_published(vectors: Path) -> None:
    edges, whole, nodes = karate(vectors)
    club = [int(r["club"]) for r in nodes]
    assert modularity(edges, club) == pytest.approx(whole["modularity_club_split"], abs=1e-12)
    assert ei_index(edges, club) == pytest.approx(whole["EI_index_club"], abs=1e-12)


def test_leiden_finds_the_best_groups_of_the_club(vectors: Path) -> None:
    edges, whole, _ = karate(vectors)
    found = find_communities(edges)
    assert found.modularity == pytest.approx(whole["modularity_max"], abs=1e-12)
    assert len(np.unique(found.labels)) == whole["n_communities_at_max"]
    assert components(edges).max() == 0


def test_reciprocity_is_that_of_each_definition(vectors: Path) -> None:
    table = rows(vectors, "reciprocity")
    pairs = ast.literal_eval(table[0]["edges"])
    source, target = (np.array(side) - 1 for side in zip(*pairs, strict=True))
    found = reciprocity(make_edges(source, target, nodes=7))
    wanted = {r["measure"]: float(r["value"]) for r in table}
    assert found.edge == pytest.approx(wanted["edge_reciprocity"])
    assert found.dyad == pytest.approx(wanted["dyad_ratio"])
    assert found.rho == pytest.approx(wanted["garlaschelli_rho"])
