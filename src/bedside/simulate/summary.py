"""What was planted, counted while it is planted: shares of posts and the plants that have a number."""

from collections import Counter
from typing import Any

import msgspec

from bedside.simulate.item import Item
from bedside.simulate.opening import comfort_of
from bedside.simulate.reviews import praise_share
from bedside.simulate.truth import Truth
from bedside.simulate.world import World

__all__ = ["SimulationSummary", "add_counts", "count_item", "planted"]

Counts = dict[str, Counter[str]]
LIST_LAYERS = (
    "info_source", "mode", "support_needed", "support_given", "content", "special_situation", "professional_act",
    "correction_parts",
)  # fmt: skip
SINGLE_LAYERS = ("role", "experiencer", "first_turned_to", "search_worry", "figurative", "crisis", "lang", "country_stated")


class SimulationSummary(msgspec.Struct, frozen=True):
    """What a corpus holds; also written as TRUTH_SUMMARY.json.

    Attributes
    ----------
    posts, accounts : int
        Posts written; accounts that the files show.
    files : dict
        Name of each file and its records' number of bytes.
    posts_with : dict of dict
        Layer, code, number of posts whose text carries it.
    planted : dict
        Qualities of providers, comfort of communities, dates of corrections, and the rates used.
    """

    posts: int
    accounts: int
    seed: int
    conditions: tuple[str, ...]
    files: dict[str, int]
    posts_with: dict[str, dict[str, int]]
    planted: dict[str, Any]


def count_item(counts: Counts, item: Item, truth: Truth) -> None:
    """Add one post to the counts."""
    _add(counts, "platform", truth.platform)
    _add(counts, "kind_of_opening", "reply" if item.parent else item.what)
    _add(counts, "topic", truth.topic)
    _add(counts, "relevant", str(truth.relevant).lower())
    if truth.deleted:
        _add(counts, "deleted", truth.deleted)
        return
    if truth.duplicate_how:
        _add(counts, "duplicate", truth.duplicate_how)
    if truth.account is None:
        _add(counts, "author", "unknown")
    _count_codes(counts, truth)


def _count_codes(counts: Counts, truth: Truth) -> None:
    for layer in LIST_LAYERS:
        for code in getattr(truth, layer):
            _add(counts, layer, code)
    for layer in SINGLE_LAYERS:
        code = getattr(truth, layer)
        if code is not None:
            _add(counts, layer, code)
    moments = truth.moments
    for layer in ("think", "feel", "do", "care"):
        for code in {c for m in moments for c in getattr(m, layer)}:
            _add(counts, layer, code)
    for stage in {m.stage for m in moments if m.stage}:
        _add(counts, "stage", stage)
    for layer, name in (("diagnosis", "status"), ("treatment", "status"), ("claim", "stance")):
        for code in {r[name] for r in getattr(truth, layer)}:
            _add(counts, layer, code)
    if truth.harm:
        _add(counts, "harm", "any")
    if truth.scale:
        _add(counts, "scale", "any")


def _add(counts: Counts, layer: str, code: str) -> None:
    group = counts.get(layer)
    if group is None:
        group = counts[layer] = Counter()
    group[code] += 1


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
        "trend": {"info_source": "ai_assistant", "share_among_sources": [0.02, 0.22]},
    }  # fmt: skip
