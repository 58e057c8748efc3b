"""Pages: one module a family, each with `routes(house)`. This is the one place where they are listed."""

from bedside.explore.pages import (
    codebook,
    coding,
    crisis,
    document,
    evidence,
    measures,
    paraphrase,
    posts,
    raw,
    reading,
    relevance,
    safety,
    safety_case,
    settling,
    sources,
    themes,
)

__all__ = ["FAMILIES", "WARMED"]

FAMILIES = (
    reading,
    posts,
    raw,
    measures,
    themes,
    evidence,
    sources,
    safety,
    safety_case,
    crisis,
    settling,
    coding,
    codebook,
    relevance,
    paraphrase,
    document,
)
WARMED = (safety.warm,)
"""What pages stand on beside the corpus and the report's chapters, made before somebody waits for it."""
