"""What was planted, counted while it is planted: shares of posts and the plants that have a number."""

from collections import Counter
from operator import attrgetter
from typing import Any

import msgspec

from bedside.simulate.item import Item
from bedside.simulate.opening import comfort_of
from bedside.simulate.replies import says
from bedside.simulate.reviews import praise_share
from bedside.simulate.truth import Truth
from bedside.simulate.world import World

__all__ = ["Found", "SimulationSummary", "add_counts", "count_item", "group_counts", "planted"]

Counts = dict[str, Counter[str]]
Found = list[tuple[Any, Any]]  # (layer, code), or (layers, codes) side by side
ABOUT = ("platform", "kind_of_opening", "topic", "relevant")
LIST_LAYERS = (
    "info_source", "mode", "support_needed", "support_given", "content", "special_situation", "professional_act",
    "correction_parts", "acknowledgement",
)  # fmt: skip
SINGLE_LAYERS = (
    "role",
    "experiencer",
    "first_turned_to",
    "search_worry",
    "figurative",
    "crisis",
    "lang",
    "country_stated",
)


_lists_of = attrgetter(*LIST_LAYERS)
_singles_of = attrgetter(*SINGLE_LAYERS)


class SimulationSummary(msgspec.Struct, frozen=True):
    """What a corpus holds; also written as TRUTH_SUMMARY.json.

    Attributes
    ----------
    posts : int
        Posts written.
    accounts : dict
        Role, number of accounts of that role that the files show.
    files : dict
        Name of each file and its records' number of bytes.
    posts_with : dict of dict
        Layer, code, number of posts whose text carries it.
    planted : dict
        Qualities of providers, comfort of communities, dates of corrections, what askers say to professionals, and the
        rates used.
    """

    posts: int
    accounts: dict[str, int]
    seed: int
    conditions: tuple[str, ...]
    files: dict[str, int]
    posts_with: dict[str, dict[str, int]]
    planted: dict[str, Any]


def count_item(found: Found, item: Item, truth: Truth) -> None:
    """Note what one post carries, each code once; what every post has goes as one value per post."""
    opening = "reply" if item.parent else item.what
    about = (truth.platform, opening, truth.topic, "true" if truth.relevant else "false")
    if truth.deleted:
        found += ((ABOUT, about), ("deleted", truth.deleted))
        return
    found += ((ABOUT, about), (SINGLE_LAYERS, _singles_of(truth)))
    if truth.duplicate_how:
        found.append(("duplicate", truth.duplicate_how))
    if truth.account is None:
        found.append(("author", "unknown"))
    _note_codes(found, truth)
    _note_moments(found, truth)


def _note_codes(found: Found, truth: Truth) -> None:
    for layer, codes in zip(LIST_LAYERS, _lists_of(truth), strict=True):
        if codes:
            found += [(layer, code) for code in codes]
    if truth.diagnosis:
        found += {("diagnosis", record["status"]) for record in truth.diagnosis}
    if truth.treatment:
        found += {("treatment", record["status"]) for record in truth.treatment}
    if truth.claim:
        found += {("claim", record["stance"]) for record in truth.claim}
    if truth.harm:
        found.append(("harm", "any"))
    if truth.scale:
        found.append(("scale", "any"))


def _note_moments(found: Found, truth: Truth) -> None:
    marks: set[tuple[str, str]] = set()
    for moment in truth.moments:
        if moment.stage:
            marks.add(("stage", moment.stage))
        for layer in ("think", "feel", "do", "care"):
            marks.update((layer, code) for code in getattr(moment, layer))
    found += marks


def group_counts(found: Found) -> dict[str, dict[str, int]]:
    """Counts as layer -> code -> posts."""
    grouped: Counts = {}
    for (layers, codes), posts in Counter(found).items():
        pairs = ((layers, codes),) if isinstance(layers, str) else zip(layers, codes, strict=True)
        for layer, code in pairs:
            if code is not None:
                grouped.setdefault(layer, Counter())[code] += posts
    return {layer: dict(codes) for layer, codes in grouped.items()}


def add_counts(total: Counts, more: dict[str, dict[str, int]]) -> None:
    """Add the counts of a block to those of the corpus."""
    for layer, codes in more.items():
        total.setdefault(layer, Counter()).update(codes)


def planted(world: World) -> dict[str, Any]:
    """Plants that have a number, for tests that must find them again."""
    communities = [c for condition in world.conditions.values() for c in condition.communities]
    return {
        "rates": msgspec.to_builtins(world.rates),
        "providers": [
            {"code": p.code, "name": p.name, "quality": p.quality, "praise_share": round(praise_share(p), 4)}
            for p in world.providers
        ],
        "communities": {name: round(comfort_of(name), 2) for name in communities},
        "claims": {
            claim.id: {"says": claim.says, "false": claim.false, "corrected_at": world.corrected_at[claim.id],
                       "falls_to": world.claim_weight(claim, 1.0)}
            for claims in world.claims.values()
            for claim in claims
        },
        "exchange": {"asker_returns": world.rates.returns, "says": says()},
        "trend": {"info_source": "ai_assistant", "share_among_sources": [0.02, 0.22]},
    }  # fmt: skip
