"""The assessment within a message: patient, reactions, products and comments."""

import uuid
from collections.abc import Mapping
from typing import Any

from bedside.report.icsr.elements import CODES, OID, Icsr, Value
from bedside.report.icsr.nodes import COUNTRY, TYPE, held, node, typed

__all__ = ["assessment"]

_MEDDRA, _SEX = "2.16.840.1.113883.6.163", "1.0.5218"
_SPACE = uuid.UUID(
    "6f1b6f0e-3c1d-5f2e-9a53-0d6a1c6f4b52"
)  # names of reactions and drugs within a message
Group = Mapping[str, Value]


def _named(report: Icsr, kind: str, number: int) -> str:
    return str(uuid.uuid5(_SPACE, f"{report.get('C.1.1')}/{kind}/{number}"))


def assessment(report: Icsr) -> Any:
    """The node adverseEventAssessment of a report."""
    values, groups = report.values, report.groups
    drugs = groups.get("G.k", [])
    player = node(
        "player1",
        {"classCode": "PSN", "determinerCode": "INSTANCE"},
        held("name", values.get("D.1")),
        held("administrativeGenderCode", values.get("D.5"), "code", codeSystem=_SEX),
    )
    role = node(
        "primaryRole",
        {"classCode": "INVSBJ"},
        player,
        _age(values),
        _history(values.get("D.7.2")),
        *(
            node("subjectOf2", {"typeCode": "SBJ"}, _reaction(entry, _named(report, "reaction", i)))
            for i, entry in enumerate(groups.get("E.i", []))
        ),
        _drugs(drugs, report),
    )
    return node(
        "adverseEventAssessment",
        {"classCode": "INVSTG", "moodCode": "EVN"},
        node("subject1", {"typeCode": "SBJ"}, role),
        *(_drug_role(entry, _named(report, "drug", k)) for k, entry in enumerate(drugs)),
        _comment("3", values.get("H.2")),
        _comment("1", values.get("H.4")),
    )


def _age(values: Mapping[str, Value]) -> Any:
    if "D.2.2a" not in values:
        return None
    more = {"unit": values["D.2.2b"].text} if "D.2.2b" in values else {}
    value = typed("PQ", values["D.2.2a"], "value", **more)
    code = node("code", {"code": "3", "codeSystem": CODES})
    observed = node("observation", {"classCode": "OBS", "moodCode": "EVN"}, code, value)
    return node("subjectOf2", {"typeCode": "SBJ"}, observed)


def _history(value: Value | None) -> Any:
    if value is None:
        return None
    code = node("code", {"code": "18", "codeSystem": CODES})
    observed = node(
        "observation", {"classCode": "OBS", "moodCode": "EVN"}, code, typed("ED", value)
    )
    return node(
        "subjectOf2",
        {"typeCode": "SBJ"},
        node(
            "organizer",
            {"classCode": "CATEGORY", "moodCode": "EVN"},
            node("code", {"code": "1", "codeSystem": f"{OID}.1.20"}),
            node("component", {"typeCode": "COMP"}, observed),
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
    low = held("low", entry.get("E.i.4"), "value")
    return node(
        "observation",
        {"classCode": "OBS", "moodCode": "EVN"},
        node("id", {"root": name}),
        node("code", {"code": "29", "codeSystem": CODES}),
        node("effectiveTime", {TYPE: "IVL_TS"}, low),
        _term(entry),
        _place(entry.get("E.i.9")),
        *(
            node(
                "outboundRelationship2",
                {"typeCode": "PERT"},
                node(
                    "observation",
                    {"classCode": "OBS", "moodCode": "EVN"},
                    node("code", {"code": code, "codeSystem": CODES}),
                    typed(
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
    attributes = {TYPE: "CE"}
    if "E.i.2.1b" in entry:
        attributes |= {"code": entry["E.i.2.1b"].text, "codeSystem": _MEDDRA}
    if "E.i.2.1a" in entry:
        attributes["codeSystemVersion"] = entry["E.i.2.1a"].text
    words = None
    if "E.i.1.1a" in entry:
        language = {"language": entry["E.i.1.1b"].text} if "E.i.1.1b" in entry else {}
        words = held("originalText", entry["E.i.1.1a"], **language)
    return node("value", attributes, words)


def _place(country: Value | None) -> Any:
    if country is None:
        return None
    place = node(
        "locatedPlace",
        {"classCode": "COUNTRY", "determinerCode": "INSTANCE"},
        held("code", country, "code", codeSystem=COUNTRY),
    )
    return node(
        "location", {"typeCode": "LOC"}, node("locatedEntity", {"classCode": "LOCE"}, place)
    )


def _drugs(drugs: list[dict[str, Value]], report: Icsr) -> Any:
    if not drugs:
        return None
    return node(
        "subjectOf2",
        {"typeCode": "SBJ"},
        node(
            "organizer",
            {"classCode": "CATEGORY", "moodCode": "EVN"},
            node("code", {"code": "4", "codeSystem": f"{OID}.1.20"}),
            *(
                node("component", {"typeCode": "COMP"}, _drug(entry, _named(report, "drug", k)))
                for k, entry in enumerate(drugs)
            ),
        ),
    )


def _drug(entry: Group, name: str) -> Any:
    product = node(
        "kindOfProduct",
        {"classCode": "MMAT", "determinerCode": "KIND"},
        held("name", entry.get("G.k.2.2")),
    )
    action = None
    if "G.k.8" in entry:
        code = held("code", entry["G.k.8"], "code", codeSystem=f"{OID}.1.15")
        action = node(
            "inboundRelationship",
            {"typeCode": "CAUS"},
            node("act", {"classCode": "ACT", "moodCode": "EVN"}, code),
        )
    return node(
        "substanceAdministration",
        {"classCode": "SBADM", "moodCode": "EVN"},
        node("id", {"root": name}),
        node(
            "consumable",
            {"typeCode": "CSM"},
            node("instanceOfKind", {"classCode": "INST"}, product),
        ),
        action,
    )


def _drug_role(entry: Group, name: str) -> Any:
    if "G.k.1" not in entry:
        return None
    use = node(
        "productUseReference",
        {"classCode": "SBADM", "moodCode": "EVN"},
        node("id", {"root": name}),
    )
    return node(
        "component",
        {"typeCode": "COMP"},
        node(
            "causalityAssessment",
            {"classCode": "OBS", "moodCode": "EVN"},
            node("code", {"code": "20", "codeSystem": CODES}),
            typed("CE", entry["G.k.1"], "code", codeSystem=f"{OID}.1.13"),
            node("subject2", {"typeCode": "SUBJ"}, use),
        ),
    )


def _comment(author: str, value: Value | None) -> Any:
    if value is None:
        return None
    by = node(
        "author",
        {"typeCode": "AUT"},
        node(
            "assignedEntity",
            {"classCode": "ASSIGNED"},
            node("code", {"code": author, "codeSystem": f"{OID}.1.21"}),
        ),
    )
    return node(
        "component1",
        {"typeCode": "COMP"},
        node(
            "observationEvent",
            {"classCode": "OBS", "moodCode": "EVN"},
            node("code", {"code": "10", "codeSystem": CODES}),
            typed("ED", value),
            by,
        ),
    )
