"""Clean text: newlines made one, invisible characters dropped, and the way back to the source's own text."""

import re
from bisect import bisect_right

__all__ = ["Offset", "clean", "to_source_offset", "to_source_span"]

Offset = tuple[int, int]
"""(at, shift): from `at` on in the clean text, source offset = offset + shift."""

# Controls but tab and newline, soft hyphen, zero-width and bidirectional controls, the byte-order mark,
# interlinear and tag characters. None is seen by a reader; each can hide a handle or a word from a pattern.
_DROPPED = (
    r"\x00-\x08\x0d-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f"
)
_GONE = re.compile(rf"\r(?=\n)|(?:(?!\r)[{_DROPPED}])+")
_TOUCHED = re.compile(rf"[{_DROPPED}\x0b\x0c\x85\u2028\u2029]")
_NEWLINES = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
)


def clean(text: str) -> tuple[str, list[Offset]]:
    r"""Text without invisible characters, and the offset map back.

    Nothing else changes: no Unicode normalisation, no collapsing of spaces, so a span means the same
    characters in both.

    Parameters
    ----------
    text : str
        As the source gave it.

    Returns
    -------
    tuple of str and list of Offset
        Clean text; one entry for each place where something was dropped, by `at`.

    Examples
    --------
    >>> clean("so\u200bre\r\nagain")
    ('sore\nagain', [(2, 1), (4, 2)])
    """
    if not _TOUCHED.search(text):
        return text, []
    pieces: list[str] = []
    offsets: list[Offset] = []
    start = shift = 0
    for gone in _GONE.finditer(text):
        pieces.append(text[start : gone.start()])
        start = gone.end()
        shift += start - gone.start()
        offsets.append((start - shift, shift))
    pieces.append(text[start:])
    return "".join(pieces).translate(_NEWLINES), offsets


def to_source_offset(offsets: list[Offset], at: int) -> int:
    """Offset in the source's own text of the character at `at` of the clean (and so of the masked) text.

    Parameters
    ----------
    offsets : list of Offset
        As `clean` gave them, by `at`; of one part.
    at : int
        Code points from the start of the clean text.

    Returns
    -------
    int
        Code points from the start of the source text.

    Examples
    --------
    >>> to_source_offset([(2, 1), (4, 2)], 3)
    4
    """
    place = bisect_right(offsets, at, key=lambda entry: entry[0])
    return at + offsets[place - 1][1] if place else at


def to_source_span(offsets: list[Offset], start: int, end: int) -> tuple[int, int]:
    """Span in the source text of the span start..end (end excluded) of the clean text.

    Examples
    --------
    >>> to_source_span([(2, 1), (4, 2)], 0, 2)
    (0, 2)
    """
    if end <= start:
        at = to_source_offset(offsets, start)
        return at, at
    return to_source_offset(offsets, start), to_source_offset(offsets, end - 1) + 1
