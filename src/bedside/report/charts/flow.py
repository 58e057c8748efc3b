"""The inclusion flow: a list down a line, what stayed on the left, what was left out and why on the right."""

from collections.abc import Sequence
from typing import NamedTuple

from bedside.report.markup import NOTHING, Markup, tag

__all__ = ["Step", "flow_list"]


class Step(NamedTuple):
    """One step: the number printed, what it counts, and what was left out on the way to the next."""

    number: str
    what: str
    out: str = ""


def flow_list(steps: Sequence[Step]) -> Markup:
    """Draw the flow as an ordered list."""
    return tag("ol", *(_step(step) for step in steps), class_="flow")


def _step(step: Step) -> Markup:
    """One line of the flow."""
    out = tag("span", step.out, class_="out") if step.out else NOTHING
    return tag("li", tag("b", step.number), tag("span", step.what), out)
