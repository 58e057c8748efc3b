"""Pages: one module a family, each with `routes(house)`. This is the one place where they are listed."""

from bedside.explore.pages import (
    codebook,
    coding,
    crisis,
    measures,
    paraphrase,
    relevance,
    safety,
    settling,
    sources,
)

__all__ = ["FAMILIES"]

FAMILIES = (measures, sources, safety, crisis, settling, coding, codebook, relevance, paraphrase)
