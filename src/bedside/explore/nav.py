"""The pages in the order of the navigation; a page that is not built is not named."""

__all__ = ["NAV"]

NAV: tuple[tuple[str, str], ...] = (
    ("/", "Reading room"),
    ("/journey", "Journey"),
    ("/care", "Care"),
    ("/community", "Community"),
    ("/exchange", "Exchange"),
    ("/misinformation", "Misinformation"),
    ("/language", "Language"),
    ("/trends", "Trends"),
    ("/safety", "Safety inbox"),
    ("/coding", "Coding bench"),
    ("/codebook", "Codebook"),
    ("/relevance", "Relevance"),
    ("/paraphrase", "Paraphrases"),
    ("/themes", "Themes"),
    ("/evidence", "Evidence"),
    ("/sources", "Sources"),
    ("/report", "Report"),
)
"""Address and name."""
