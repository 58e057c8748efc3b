"""Tables: the released counts as quantities, and the sums that tie them together.

A quantity is a number of accounts, posts or records of one set of posts; two figures with the same evidence
show the same set. Whoever reads a release knows which figures add up: these sums are written down here, so
that suppression can ask what they give away.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from bedside.measure.evidence import parameters_in
from bedside.model.figures import Figure

__all__ = [
    "FAMILIES",
    "NO_GROUPS",
    "UNITS",
    "Family",
    "Quantity",
    "Tie",
    "find_ties",
    "of_set",
    "own_set",
    "quantities",
    "tie_of",
]

SET_DIGITS = 16
NO_GROUPS: Mapping[str, Sequence[str]] = {}
UNITS = ("accounts", "posts", "no_author", "records")


class Quantity(NamedTuple):
    """A count of one unit (accounts, posts, no_author, records) in one set of posts."""

    of: str  # the set
    unit: str


class Tie(NamedTuple):
    """What a reader knows of a total and its parts: they add up to it, cover it (>=) or fit in it (<=)."""

    total: Quantity
    parts: tuple[Quantity, ...]
    kind: Literal["=", ">=", "<="]


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


def _set_id(sql: str, figure: Figure) -> str:
    """Name of a set of posts: its query, the parameters the query uses, and the snapshot."""
    evidence = figure.evidence
    spaced, names = _asked(sql)
    params = [(name, evidence.params[name]) for name in names if name in evidence.params]
    parts = (spaced, params, evidence.snapshot)
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=SET_DIGITS // 2).hexdigest()


@lru_cache(maxsize=4096)
def _asked(sql: str) -> tuple[str, tuple[str, ...]]:
    """A query with single spaces, and the parameters that it names, sorted."""
    return " ".join(sql.split()), parameters_in(sql)


def own_set(figure: Figure) -> str:
    """The set of posts of a figure's numerator; a figure without evidence is a set of its own."""
    return _set_id(figure.evidence.posts_sql or figure.id, figure)


def of_set(figure: Figure) -> str | None:
    """The set of posts of a figure's denominator, or None."""
    return _set_id(figure.evidence.of_sql, figure) if figure.evidence.of_sql else None


def quantities(figure: Figure) -> dict[Quantity, int]:
    """Every count that showing this figure would tell."""
    own, of = own_set(figure), of_set(figure)
    found: dict[Quantity, int | None] = {
        Quantity(own, "accounts"): figure.hits_accounts,
        Quantity(own, "posts"): figure.hits_posts,
        Quantity(own, "no_author"): None if figure.hits_accounts is None else figure.no_author,
    }
    if figure.unit == "records" and figure.estimate is not None:
        found[Quantity(own, "records")] = round(figure.estimate)
    if of is not None:
        found[Quantity(of, "accounts")] = figure.of_accounts
        found[Quantity(of, "posts")] = figure.of_posts
    return {quantity: value for quantity, value in found.items() if value is not None}


def _matches(figure: Figure, measure: str, keys: Mapping[str, str]) -> bool:
    return figure.measure == measure and keys.items() <= figure.keys.items()


def _parts(figures: Sequence[Figure], family: Family) -> dict[tuple[str, ...], list[Figure]]:
    """Parts of each of a family's totals, by the values of the keys that set them apart."""
    found: dict[tuple[str, ...], list[Figure]] = {}
    for f in figures:
        fits = _matches(f, family.measure, family.parts)
        if not fits or (family.total is not None and _matches(f, *family.total)):
            continue
        if not family.among or f.keys.get(family.key) in family.among:
            found.setdefault(tuple(f.keys.get(key, "") for key in family.by), []).append(f)
    return found


def _count(known: Mapping[Quantity, int], of: str, unit: str) -> Quantity | None:
    """The set's quantity of that unit; unique posts stand for their records."""
    for name in (unit, "posts") if unit == "records" else (unit,):
        if Quantity(of, name) in known:
            return Quantity(of, name)
    return None


def tie_of(
    known: Mapping[Quantity, int], total: str, parts: Sequence[str], unit: str, *, disjoint: bool
) -> Tie | None:
    """What the numbers of a family let a reader conclude, or None."""
    whole = _count(known, total, unit)
    pieces = [_count(known, part, unit) for part in parts]
    if whole is None or None in pieces or whole in pieces:
        return None
    named = tuple(piece for piece in pieces if piece is not None)
    added = sum(known[piece] for piece in named)
    if added == known[whole]:
        return Tie(whole, named, "=")
    if added > known[whole]:
        return Tie(whole, named, ">=")
    return Tie(whole, named, "<=") if disjoint and unit != "accounts" else None


def _stage_families(groups: Mapping[str, Sequence[str]]) -> Iterator[Family]:
    """Stages that the codebook puts together, against what the journey tells of their group."""
    for group, stages in groups.items():
        total = ("journey.stages", {"group": group})
        yield Family("codes.share", {"layer": "stage"}, tuple(stages), total, False, key="code")


def find_ties(
    figures: Sequence[Figure], groups: Mapping[str, Sequence[str]] = NO_GROUPS
) -> list[Tie]:
    """Sums that hold among the figures, in the order of `FAMILIES`, then of the groups of stages in the codebook."""
    known: dict[Quantity, int] = {}
    for figure in figures:
        known |= quantities(figure)
    ties: list[Tie] = []
    for family in (*FAMILIES, *_stage_families(groups)):
        for values, parts in _parts(figures, family).items():
            own = of_set if family.whom == "both" else own_set
            sets = list(dict.fromkeys(name for part in parts if (name := own(part)) is not None))
            for total in _totals(figures, family, values, parts):
                found = [
                    tie_of(known, total, sets, unit, disjoint=family.disjoint) for unit in UNITS
                ]
                ties += [tie for tie in found if tie is not None]
    return list(dict.fromkeys(ties))


def _totals(
    figures: Sequence[Figure], family: Family, values: Sequence[str], parts: Sequence[Figure]
) -> list[str]:
    if family.total is None:
        return sorted({total for part in parts if (total := of_set(part)) is not None})
    measure, keys = family.total
    shared = dict(zip(family.by, values, strict=True))
    own = of_set if family.whom else own_set
    found = [
        f
        for f in figures
        if _matches(f, measure, keys) and all(f.keys.get(k, v) == v for k, v in shared.items())
    ]
    return sorted({name for f in found if (name := own(f)) is not None})
