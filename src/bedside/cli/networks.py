"""`network` and `alike`: the network as a file, and what people in a like situation tell."""

from pathlib import Path
from shlex import quote
from typing import Any

from bedside.errors import InputError, NotFoundError, StaleError
from bedside.measure.bound import bind_study, current_snapshot, is_whole
from bedside.measure.community.alike import Alike, alike_post, alike_text
from bedside.measure.community.network import account_network
from bedside.release.records import Release
from bedside.report.export.graph_files import GraphLink, GraphNode, write_graph
from bedside.report.printing import sentence_case
from bedside.report.releasing import latest_release
from bedside.report.words import plain
from bedside.store.engine import EmbeddedEngine
from bedside.store.files import replace_file
from bedside.store.keys import load_keys
from bedside.store.study import Study, open_study

__all__ = ["find_alike", "write_network"]

RELEASED = (
    "Communities that answer each other, from the figures of release {release}: nothing in it was suppressed, and nobody is in it. "
    "Weight: accounts of the one that answer or name the other."
)
INSIDE = (
    "Accounts under numbers drawn by lot, with role and community; weight: posts that answer. NOT FOR RELEASE: who knows some of "
    "the ties can find people by them. Keep it in the house and delete it when it has been looked at."
)
HEADS = {
    "stage": "They tell of",
    "feel": "They feel",
    "do": "They did",
    "support_needed": "They ask for support that is",
    "info_source": "They turn to",
    "helped": "They say it helped",
    "content": "They write of",
    "community": "Communities where they write",
}


def write_network(
    folder: Path, kind: str, out: Path | None, *, accounts: bool
) -> tuple[dict[str, Any], str]:
    """Write the network of a study to a file.

    Parameters
    ----------
    folder : Path
    kind : str
        gexf or graphml.
    out : Path or None
        By default `network.KIND` in the study's folder.
    accounts : bool
        Accounts under numbers drawn by lot, for a look inside the house; else the released communities.
    """
    study = open_study(folder)
    if accounts:
        nodes, links, told = _inside(study)
    else:
        nodes, links, told = _released(latest_release(study))
    data = write_graph(kind, nodes, links, told=told)
    path = out or study.folder / f"network{'-accounts' if accounts else ''}.{kind}"
    replace_file(path, lambda file: file.write(data))
    warning = (
        "\nnot for release: who knows some of the ties can find people by them" if accounts else ""
    )
    return (
        {"file": str(path), "nodes": len(nodes), "ties": len(links), "for_release": not accounts},
        f"{path}: {_number(len(nodes), 'account' if accounts else 'community')}, {_number(len(links), 'tie')}{warning}",
    )


def _number(count: int, noun: str) -> str:
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else many}"


def _released(made: Release) -> tuple[list[GraphNode], list[GraphLink], str]:
    """Communities and ties that the last release shows."""
    shown = [f for f in made.figures if not f.suppressed and f.hits_accounts]
    knit: dict[str, dict[str, float]] = {}
    for f in shown:
        if f.measure == "community.structure" and f.estimate is not None:
            knit.setdefault(f.keys["community"], {})[f.keys["number"]] = f.estimate
    nodes = [
        GraphNode(
            f.keys["community"],
            f.keys["name"],
            {
                "accounts": f.hits_accounts or 0,
                "posts": f.hits_posts or 0,
                "evidence": f.id,
                **knit.get(f.keys["community"], {}),
            },
        )
        for f in shown
        if f.measure == "community.size" and f.keys["community"] not in ("smaller", "others")
    ]
    if not nodes:
        raise NotFoundError(
            "the last release shows no community; a study needs people who answer each other, 8 or more in a community"
        )
    known = {node.id for node in nodes}
    links = [
        GraphLink(
            f.keys["answers"],
            f.keys["answered"],
            float(f.hits_accounts or 0),
            {"of_accounts": f.of_accounts or 0, "evidence": f.id},
        )
        for f in shown
        if f.measure == "community.ties"
        and {f.keys["answers"], f.keys["answered"]} <= known
        and f.keys["answers"] != f.keys["answered"]
    ]
    return nodes, links, RELEASED.format(release=made.id)


def _ready(study: Study) -> None:
    if not is_whole(study):
        raise StaleError(
            f"{study.folder.name} has not been run since posts came or went; give: bedside run {quote(str(study.folder))}"
        )


def _inside(study: Study) -> tuple[list[GraphNode], list[GraphLink], str]:
    _ready(study)
    with study.locked(), EmbeddedEngine(study) as engine:
        bind_study(study, engine, current_snapshot(study))
        accounts, ties = account_network(engine.ask)
    if not accounts:
        raise NotFoundError("nobody answers anybody in this study, so there is no network")
    nodes = [
        GraphNode(
            f"a{a.number}",
            a.role,
            {
                "role": a.role,
                "community": a.community,
                "answered_by": a.answered_by,
                "answers": a.answers,
                "core": a.core,
                "page_rank": a.page_rank,
                "hub": a.hub,
                "authority": a.authority,
                "betweenness": a.between,
                "clustering": a.clustering,
            },
        )
        for a in accounts
    ]
    links = [GraphLink(f"a{one}", f"a{other}", float(posts)) for one, other, posts in ties]
    return nodes, links, INSIDE


def find_alike(folder: Path, text: str | None, post: str | None) -> tuple[dict[str, Any], str]:
    """What people in a like situation tell, from a post of the study or a description.

    Raises
    ------
    InputError
        If neither or both are given, or too little is said.
    NotFoundError
        If fewer than 8 accounts are alike.
    """
    if (text is None) == (post is None):
        raise InputError(
            'give either a description, such as "waiting for a scan, pain for years", or --post ID'
        )
    study = open_study(folder)
    _ready(study)
    with study.locked(), EmbeddedEngine(study) as engine:
        bind_study(study, engine, current_snapshot(study))
        if post is not None:
            key = (
                post
                if len(post) == 32 and ":" not in post
                else load_keys(study.config.id).post_key(post)
            )
            found = alike_post(engine.ask, key)
        else:
            found = alike_text(engine.ask, text or "", known=study.config.conditions)
    return _value(found), _words(found)


def _value(found: Alike) -> dict[str, Any]:
    return {
        "accounts": found.accounts,
        "condition": found.condition,
        "too_few_tell": found.asked,
        "lines": [line._asdict() for line in found.lines],
    }


def _words(found: Alike) -> str:
    who = f" who write of {found.condition}" if found.condition else ""
    lines = [
        f"About {found.accounts} accounts{who} are in a like situation. A machine's reading, not checked; nobody is shown."
    ]
    if found.asked:
        lines.append(
            f"Fewer than 8 of those alike write of {found.asked}: these are others in a like situation."
        )
    for kind, head in HEADS.items():
        told = [line for line in found.lines if line.kind == kind]
        if told:
            lines.append(f"\n{head}:")
            lines += [
                f"  {line.what if kind in ('community', 'helped') else sentence_case(plain(line.what)):<44} about {line.accounts} accounts"
                for line in told
            ]
    lines.append("\nCounts are to the nearest five; what fewer than 8 accounts tell is not there.")
    return "\n".join(lines)
