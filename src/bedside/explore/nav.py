"""The pages in the order of the navigation; a page that is not built is not named."""

__all__ = ["NAV"]

NAV: tuple[tuple[str, str], ...] = (
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
    ("/sources", "Sources"),
)
"""Address and name. Work with people's decisions (coding, codebook, safety) adds itself here."""
