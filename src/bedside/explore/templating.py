"""Templates: every value is escaped; only markup that `report.markup.tag` made is kept."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from bedside.explore.static import address
from bedside.explore.text import harmless
from bedside.report.printing import count

__all__ = ["environment"]


def environment() -> Environment:
    """The one environment of the house."""
    made = Environment(
        loader=PackageLoader("bedside.explore"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = address
    made.filters["harmless"] = harmless
    made.filters["count"] = count
    return made
