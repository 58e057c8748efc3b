"""Text that can be marked: every run of a post's text knows at which code point of the masked text it begins."""

import re
from collections.abc import Iterator

from bedside.explore.text import harmless, pieces
from bedside.report.markup import Markup, join, tag

__all__ = ["marked", "sentences"]

_END = re.compile(r"(?<=[.!?…])\s+|\n+\s*")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, in code points; blanks after it belong to it.

    Examples
    --------
    >>> list(sentences("Two scans. Then a lap!"))
    [(0, 11), (11, 22)]
    """
    start = 0
    for found in _END.finditer(text):
        if found.end() > start:
            yield start, found.end()
            start = found.end()
    if start < len(text):
        yield start, len(text)


def marked(text: str, part: str) -> Markup:
    """A part of a post, harmless, with the code points at which its runs begin.

    Parameters
    ----------
    text : str
        Masked.
    part : str
        title, body, segment:0 ...
    """
    shown = [
        tag("span", *_runs(text[start:end], start), class_="sent", data_start=start, data_end=end)
        for start, end in sentences(text)
    ]
    return tag("span", join(shown), class_="part", data_part=part)


def _runs(text: str, at: int) -> Iterator[Markup]:
    for start, end in pieces(text):
        yield tag("span", harmless(text[start:end]), data_at=at + start, data_n=end - start)
