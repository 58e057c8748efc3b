"""The pages in the order of the navigation: what was found, then what people do about it."""

__all__ = ["NAV", "WORK"]

NAV: tuple[tuple[str, str], ...] = (
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
    ("/safety", "Safety inbox"),
    ("/coding", "Coding bench"),
    ("/codebook", "Codebook"),
    ("/relevance", "Relevance"),
    ("/paraphrase", "Paraphrases"),
    ("/report", "Report"),
)
"""Address and name."""
WORK = "/safety"
"""Where the work of people begins."""
