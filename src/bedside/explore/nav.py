"""The pages in the order of the navigation: what people do about the posts, and what was found in them."""

__all__ = ["FOUND", "NAV", "WORK"]

Pages = tuple[tuple[str, str], ...]
WORK: Pages = (
    ("/safety", "Safety inbox"),
    ("/coding", "Coding bench"),
    ("/codebook", "Codebook"),
    ("/relevance", "Relevance"),
    ("/paraphrase", "Paraphrases"),
    ("/report", "Report"),
)
"""Address and name of pages where people work; they stand in the first line, beside the study's name."""
FOUND: Pages = (
    ("/", "Reading room"),
    ("/journey", "Journey"),
    ("/care", "Care"),
    ("/community", "Community"),
    ("/exchange", "Exchange"),
    ("/misinformation", "Misinformation"),
    ("/language", "Language"),
    ("/trends", "Trends"),
    ("/themes", "Themes"),
    ("/evidence", "Evidence"),
    ("/sources", "Sources"),
)
"""Pages with the names of the measures."""
NAV: tuple[tuple[str, Pages], ...] = (("Work", WORK), ("What was found", FOUND))
"""What each line of the navigation is called, and its pages."""
