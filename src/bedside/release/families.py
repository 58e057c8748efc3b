"""Families: which figures make up a total, as whoever reads a release knows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

__all__ = ["FAMILIES", "NO_GROUPS", "Family", "stage_families"]

NO_GROUPS: Mapping[str, Sequence[str]] = {}


class Family(NamedTuple):
    """Figures of one measure whose sets exhaust a total.

    Attributes
    ----------
    parts : mapping
        Keys that all parts share.
    among : tuple of str
        Values of the key `key` that are parts; empty: all figures with these keys.
    total : (measure, keys) or None
        Figure of the total; None: the parts' own denominator. A total of the same measure is no part of itself.
    disjoint : bool
        No post is in two parts; otherwise they only cover the total.
    by : tuple of str
        Keys that set several families apart, and that the total shares where it carries them.
    whom : str
        What is meant by the sets: "" those of the figures themselves; "total": the parts make up the denominator of
        the total; "both": denominators make up a denominator.
    key : str
        The key that `among` is about.
    """

    measure: str
    parts: Mapping[str, str] = {}
    among: tuple[str, ...] = ()
    total: tuple[str, Mapping[str, str]] | None = None
    disjoint: bool = True
    by: tuple[str, ...] = ()
    whom: Literal["", "total", "both"] = ""
    key: str = "step"


def _step(name: str) -> tuple[str, Mapping[str, str]]:
    return "inclusion.flow", {"step": name}


FAMILIES = (
    Family("inclusion.flow", {}, ("rejected", "no_post", "tombstoned", "kept"), _step("read")),
    Family(
        "inclusion.flow",
        {},
        ("same_post", "exact", "near", "repost", "withdrawn", "erased", "unique"),
        _step("kept"),
    ),
    Family(
        "inclusion.flow",
        {},
        (
            "other_language",
            "not_relevant",
            "other_place",
            "language_unknown",
            "after_snapshot",
            "relevant",
        ),
        _step("unique"),
    ),
    Family("inclusion.languages", {}, (), _step("unique")),
    Family("inclusion.languages", {"read": "no"}, (), _step("other_language")),
    Family("inclusion.sources", {}, (), _step("relevant")),
    Family("inclusion.place", {}, (), _step("relevant")),
    Family("inclusion.parents", {}, (), _step("unique")),
    Family("trends.volume", {}, (), _step("relevant")),
    Family("roles.share", {"of": "accounts"}),
    Family("roles.share", {"of": "posts"}),
    Family("journey.stages", disjoint=False),
    Family("journey.first_turned", disjoint=False),
    Family("journey.paths", by=("step_from",), disjoint=False),
    Family("journey.refusals", disjoint=False),
    Family("journey.professionals"),
    Family(
        "journey.time_to_diagnosis",
        total=("journey.time_to_diagnosis", {"condition": "all"}),
        by=("from",),
        disjoint=False,
    ),
    Family("misinformation.stances", by=("claim",), disjoint=False),
    Family(
        "misinformation.stances",
        total=("misinformation.stances", {"claim": "any"}),
        by=("stance",),
        disjoint=False,
    ),
    Family("misinformation.platforms", by=("claim",)),
    Family(
        "misinformation.platforms",
        total=("misinformation.stances", {"stance": "repeats"}),
        by=("claim",),
    ),
    Family(
        "misinformation.over_time", total=("misinformation.stances", {}), by=("claim", "stance")
    ),
    Family("misinformation.parts_taken", by=("claim", "part")),
    *(
        Family(
            "misinformation.parts_taken",
            {"part": part},
            total=("misinformation.stances", {"stance": part}),
            by=("claim",),
        )
        for part in ("questions", "corrects")
    ),
    Family("care.aspects", disjoint=False),
    Family("care.aspects", total=("care.told", {}), by=("valence",), disjoint=False),
    Family("care.told", disjoint=False),
    Family("care.hashtags", by=("tag",), disjoint=False),
    Family("care.halves", total=("care.aspects", {}), by=("aspect", "valence"), disjoint=False),
    Family("care.halves", total=("care.told", {}), by=("since",), disjoint=False, whom="both"),
    Family("care.months", total=("care.told", {}), by=("valence",), disjoint=False),
    Family("care.months", total=("care.told", {}), disjoint=False, whom="both"),
    Family(
        "care.providers", total=("care.all_providers", {}), by=("origin", "valence"), disjoint=False
    ),
    Family(
        "care.providers",
        total=("care.all_providers", {}),
        by=("origin",),
        disjoint=False,
        whom="both",
    ),
    Family(
        "care.provider_months",
        total=("care.providers", {}),
        by=("provider", "origin", "valence"),
        disjoint=False,
    ),
    Family(
        "care.provider_months",
        total=("care.providers", {}),
        by=("provider", "origin"),
        disjoint=False,
        whom="both",
    ),
    Family("safety.sources", {"step": "screened"}, (), ("safety.screening", {"step": "screened"})),
    Family("safety.sources", {"step": "flagged"}, (), ("safety.screening", {"step": "flagged"})),
    Family("exchange.mixing", {"level": "roles"}, by=("answers",)),
    Family("exchange.mixing", {"level": "kind_answers"}, by=("answers",)),
    Family(
        "exchange.mixing",
        {"level": "kinds"},
        total=("exchange.mixing", {"level": "kind_answered", "answers": "clinician"}),
        by=("answered",),
    ),
    Family("exchange.outcome", by=("about", "what")),
    Family(
        "exchange.outcome",
        {"about": "all", "reply": "yes"},
        total=("exchange.turns", {}),
        whom="total",
    ),
    *(
        Family("exchange.outcome", {"about": "all", "outcome": "sent"}, total=total, whom="total")
        for total in (("exchange.says", {"ended": "sent"}), ("exchange.sent_again", {}))
    ),
    Family(
        "exchange.acts",
        {"act": "correction"},
        total=("exchange.correction_parts", {}),
        whom="total",
    ),
    Family(
        "exchange.outcome",
        {"about": "kind"},
        total=("exchange.outcome", {"about": "all"}),
        by=("outcome",),
        disjoint=False,
    ),
    Family("exchange.turns"),
    Family("exchange.audience", by=("answered",)),
    *(
        Family(
            "exchange.audience",
            {"level": "kind"},
            total=("exchange.audience", {"answered": "clinician"}),
            by=("answers",),
            whom=whom,
        )
        for whom in ("", "both")
    ),
    *(
        family
        for measure, key in (
            ("exchange.reach", "followers"),
            ("exchange.engagement", "likes"),
        )
        for family in (
            Family(measure, by=("who",)),
            Family(measure, {"level": "kind"}, total=(measure, {"who": "clinician"}), by=(key,)),
        )
    ),
    *(
        Family(measure, {"level": "kind"}, total=(measure, {"who": "clinician"}), by=by)
        for measure, by in (
            ("exchange.topics", ("topic",)),
            ("exchange.asked", ("topic",)),
            ("exchange.answered", ()),
        )
    ),
    *(
        Family(
            measure, {"level": "kind"}, total=(measure, {"who": "clinician"}), by=by, whom="both"
        )
        for measure, by in (
            ("exchange.reach", ("followers",)),
            ("exchange.engagement", ("likes",)),
            ("exchange.topics", ("topic",)),
            ("exchange.asked", ("topic",)),
        )
    ),
    Family(
        "exchange.mixing",
        {"level": "kind_answers"},
        total=("exchange.mixing", {"level": "roles", "answers": "clinician"}),
        by=("answered",),
    ),
    Family(
        "exchange.mixing",
        {"level": "kind_answers"},
        total=("exchange.mixing", {"level": "roles", "answers": "clinician"}),
        by=("answered",),
        whom="both",
    ),
    Family(
        "exchange.mixing",
        {"level": "kind_answered"},
        total=("exchange.mixing", {"level": "roles", "answered": "clinician"}),
        by=("answers",),
    ),
    Family(
        "exchange.mixing",
        {"level": "kinds"},
        total=("exchange.mixing", {"level": "kind_answers", "answered": "clinician"}),
        by=("answers",),
    ),
    Family("community.size"),
    Family("community.pleas", {"kind": "all"}),
    Family(
        "community.pleas", total=("community.pleas", {"kind": "all"}), by=("state",), disjoint=False
    ),
    Family(
        "community.acknowledged", total=("community.acknowledged", {"given": "all"}), disjoint=False
    ),
    Family("community.helpers"),
    Family("trends.weekdays"),
    Family("trends.months"),
    Family("trends.told", total=("codes.share", {}), by=("layer", "code")),
    Family("trends.since", total=("codes.share", {}), by=("layer", "code")),
    Family("trends.since", total=("codes.share", {}), by=("layer", "code"), whom="both"),
    Family("trends.volume", total=("trends.weekdays", {}), whom="total"),
    Family("trends.told", total=("trends.weekdays", {}), by=("layer", "code"), whom="both"),
)


def stage_families(groups: Mapping[str, Sequence[str]]) -> Iterator[Family]:
    """Stages that the codebook puts together, against what the journey tells of their group."""
    for group, stages in groups.items():
        total = ("journey.stages", {"group": group})
        yield Family("codes.share", {"layer": "stage"}, tuple(stages), total, False, key="code")
