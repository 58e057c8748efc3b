"""Marks turned into coded posts: one record a post with the keys that people's codings have, to compare the two."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import pyarrow as pa
import zstandard

__all__ = ["coded_posts"]

Record = dict[str, Any]

_SINGLE = {"first_turned_to": None, "search_worry": "no", "figurative": "no", "crisis": "no"}
_MULTI = ("info_source", "mode", "support_needed", "support_given", "content", "special_situation",
          "professional_act", "acknowledgement")  # fmt: skip
_OF_MOMENT = ("think", "feel", "do", "care")
_HELD = frozenset({"asserted", "past", "figurative", None})  # assertions under which a code counts
ACRONYM = 6  # letters: aliases so short stand beside the concept's name, as people write "PCOS"


def coded_posts(understood: pa.Table, posts: pa.Table | None = None) -> Iterator[Record]:
    """Coded posts, in the order in which the posts stand.

    Parameters
    ----------
    understood : pyarrow.Table
        Rows of schema UNDERSTOOD, those of a post together.
    posts : pyarrow.Table, optional
        Rows of POSTS with post_key, title and body; gives the words of conditions that no vocabulary knows.

    Yields
    ------
    dict
        post_key, moments (each with stage, think, feel, do, care), role, role_detail, experiencer, first_turned_to,
        search_worry, figurative, crisis, the lists info_source, mode, support_needed, support_given, content,
        special_situation, professional_act, acknowledgement, criticality (None without care), and the records diagnosis, treatment, harm, scale, claim.
        Codes that belong to no moment stand in one whose stage is None.
    """
    texts = _texts(posts) if posts is not None else {}
    columns = ["post_key", "row", "subject_key", "layer", "code", "moment", "group", "slot", "assertion", "value",
               "concept", "concept_id", "spans"]  # fmt: skip
    rows = understood.select(columns).to_pylist()
    for post_key, of_post in groupby(rows, key=lambda row: row["post_key"]):
        marks = [row for row in of_post if row["row"] == "mark"]
        yield _coded(post_key, marks, texts.get(post_key, {}))


def _texts(posts: pa.Table) -> dict[str, dict[str, str]]:
    rows = posts.select(
        [n for n in ("post_key", "title", "body") if n in posts.schema.names]
    ).to_pylist()
    return {row["post_key"]: {"title": row.get("title") or "", "body": row["body"]} for row in rows}


def _coded(post_key: str, marks: list[Record], text: Mapping[str, str]) -> Record:
    held = [mark for mark in marks if mark["assertion"] in _HELD]
    by_layer: dict[str, list[Record]] = {}
    for mark in held:
        by_layer.setdefault(mark["layer"], []).append(mark)
    record: Record = {"post_key": post_key, "moments": _moments(by_layer)}
    role = by_layer.get("role", [])
    record["role"] = next((m["code"] for m in role if m["slot"] == "role"), None)
    record["role_detail"] = next((m["code"] for m in role if m["slot"] == "role_detail"), None)
    record["experiencer"] = next((m["code"] for m in by_layer.get("experiencer", [])), None)
    for layer, default in _SINGLE.items():
        record[layer] = next((m["code"] for m in by_layer.get(layer, [])), default)
    for layer in _MULTI:
        record[layer] = sorted(
            {m["code"] for m in by_layer.get(layer, []) if m["code"] and m["slot"] != "parts"}
        )
    grade = next((m["value"] for m in by_layer.get("criticality", [])), None)
    record["criticality"] = None if grade is None else int(grade)
    record["diagnosis"] = [_diagnosis(g, text) for g in _groups(by_layer, "diagnosis")]
    record["treatment"] = [_treatment(g, text) for g in _groups(by_layer, "treatment")]
    record["harm"] = [
        f"{g['drug']['concept']}:{g['reaction']['concept']}"
        for g in _groups(by_layer, "harm")
        if "drug" in g and "reaction" in g
    ]
    record["scale"] = [_scale(g, text) for g in _groups(by_layer, "scale")]
    record["claim"] = [
        {"claim": m["concept"], "claim_id": m["concept_id"], "stance": m["code"]}
        for m in by_layer.get("claim", [])
    ]
    return record


def _moments(by_layer: Mapping[str, list[Record]]) -> list[Record]:
    stages = by_layer.get("stage", [])
    moments = {m["subject_key"]: _moment(m["code"]) for m in stages}
    loose = _moment(None)
    for layer in _OF_MOMENT:
        for mark in by_layer.get(layer, []):
            codes = moments.get(mark["moment"], loose)[layer]
            if mark["code"] not in codes:
                codes.append(mark["code"])
    told = list(moments.values())
    if not told or any(loose[layer] for layer in _OF_MOMENT):
        told.append(loose)
    return told


def _moment(stage: str | None) -> Record:
    return {"stage": stage, **{layer: [] for layer in _OF_MOMENT}}


def _groups(by_layer: Mapping[str, list[Record]], layer: str) -> Iterable[dict[str, Record]]:
    groups: dict[int, dict[str, Record]] = {}
    for mark in by_layer.get(layer, []):
        groups.setdefault(mark["group"], {})[mark["slot"]] = mark
    return groups.values()


def _diagnosis(group: Mapping[str, Record], text: Mapping[str, str]) -> Record:
    months = group.get("months", {})
    return {
        "condition": _condition(group.get("condition", {}), text),
        "concept_id": group.get("condition", {}).get("concept_id"),
        "status": group.get("status", {}).get("code"),
        "months": months.get("value"),
        "from": months.get("code"),
        "age": group.get("age", {}).get("value"),
        "professionals": group.get("professionals", {}).get("value"),
    }


def _treatment(group: Mapping[str, Record], text: Mapping[str, str]) -> Record:
    return {
        "option": _named(group.get("option", {}), text),
        **{
            slot: group.get(slot, {}).get("code")
            for slot in ("status", "outcome", "reason", "barrier")
        },
    }


def _scale(group: Mapping[str, Record], text: Mapping[str, str]) -> Record:
    return {
        "what": _named(group.get("rated", {}), text),
        "value": group.get("value", {}).get("value"),
        "max": group.get("maximum", {}).get("value"),
    }


def _named(mark: Mapping[str, Any], text: Mapping[str, str]) -> str:
    """Name of a mark's concept with its acronyms, or the post's words where no vocabulary knows them."""
    concept = mark.get("concept")
    return " ".join([concept, *_acronyms().get(concept, ())]) if concept else _said(mark, text)


def _condition(mark: Mapping[str, Any], text: Mapping[str, str]) -> str:
    """The post's words for a condition, and in brackets its concept where that is another."""
    said, known = _said(mark, text), _named(mark, text)
    return known if said.lower() in known.lower() else f"{said} ({known})"


def _said(mark: Mapping[str, Any], text: Mapping[str, str]) -> str:
    spans = mark.get("spans") or []
    return text.get(spans[0]["part"], "")[spans[0]["start"] : spans[0]["end"]] if spans else ""


@lru_cache(maxsize=1)
def _acronyms() -> dict[str, list[str]]:
    """Concept to its aliases of one short word."""
    packed = (files("bedside.understand") / "vocabulary" / "condition.tsv.zst").read_bytes()
    found: dict[str, list[str]] = {}
    for line in zstandard.ZstdDecompressor().decompress(packed).decode().split("\n"):
        term, _, concept = line.split("\t")
        if " " not in term and len(term) <= ACRONYM and term != concept:
            found.setdefault(concept, []).append(term)
    return found
