"""What rounds of live sources did, and what one would ask, in words for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bedside.cli.collecting import Collected

__all__ = ["collected_lines", "plan_lines"]


def collected_lines(rounds: Sequence[Collected]) -> Iterator[str]:
    """What rounds did, for people."""
    for done in rounds:
        verb = "collected" if done.does == "collect" else "looked at again"
        before = (
            f" ({done.kept_from_before:,} answers kept from before)"
            if done.kept_from_before
            else ""
        )
        yield (
            f"{done.source}: {verb} with {done.asked:,} requests{before}: {done.new:,} new or changed posts, "
            f"{done.unchanged:,} unchanged, {done.tombstoned:,} gone, {done.rejected:,} rejected, "
            f"{done.no_post - done.unchanged:,} without a post"
        )
        if done.withdrawn:
            yield f"  {done.withdrawn:,} records lost their text: deleted or changed at the source"
        yield from (f"  note: {note}" for note in done.notes)


def plan_lines(plans: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What `collect` would ask, for people."""
    for plan_ in plans:
        robots = "robots.txt is asked first" if plan_["robots"] else "an interface for programs"
        yield f"{plan_['source']} ({plan_['kind']}; {robots}; tried on {plan_['tried_on']})"
        yield f"  {plan_['terms']}"
        if plan_["goes_on"]:
            yield "  a round that was interrupted would go on"
        yield from (f"  would ask {address}" for address in plan_["requests"])
        yield "  and what these answers name"
