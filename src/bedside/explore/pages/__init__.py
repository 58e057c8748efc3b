"""Pages: one module a family, each with `routes(house)`. This is the one place where they are listed."""

from bedside.explore.pages import measures, sources

__all__ = ["FAMILIES"]

FAMILIES = (measures, sources)
