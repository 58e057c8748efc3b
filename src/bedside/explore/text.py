"""Text of posts, shown harmlessly: it may hold anything that anybody can type."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bedside.report.markup import Markup, join, tag

__all__ = ["excerpt", "harmless", "pieces"]

# what turns the direction of text, cannot be seen, or belongs in no text; joiners of emoji and of scripts stay
_TURNING = {
    "\u061c": "ALM",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\u200b": "ZWSP",
    "\u2060": "WJ",
    "\ufeff": "BOM",
}
_ODD = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def harmless(text: str | None) -> Markup:
    r"""Text of a post as markup: escaped, signs that turn or hide text named, no link live.

    Parameters
    ----------
    text : str or None

    Returns
    -------
    Markup
        Nothing of it can run, load, reorder the page around it, or stack marks over other lines.

    Examples
    --------
    >>> harmless("<b>a\u202eb")
    Markup('&lt;b&gt;a<span class="odd">RLO</span>b')
    """
    shown, at = [], 0
    plain = _MARKS.sub(r"\1", text or "")
    for found in _ODD.finditer(plain):
        shown += [plain[at : found.start()], _named(found.group())]
        at = found.end()
    return join([*shown, plain[at:]])


def _named(signs: str) -> Markup:
    names = list(dict.fromkeys(_TURNING.get(sign, "\ufffd") for sign in signs))
    return tag("span", " ".join(names), class_="odd")


def pieces(text: str) -> Iterator[tuple[int, int]]:
    r"""Where runs begin and end of which `harmless` shows every sign as it is, or none: for marks in the text.

    Examples
    --------
    >>> list(pieces("ab\u202ec"))
    [(0, 2), (2, 3), (3, 4)]
    """
    cuts = {0, len(text)}
    for found in _ODD.finditer(text):
        cuts |= {found.start(), found.end()}
    for found in _MARKS.finditer(text):
        cuts |= {found.end(1), found.end()}
    ordered = sorted(cuts)
    yield from pairwise(ordered)


def excerpt(text: str, most: int) -> tuple[str, bool]:
    """The beginning of a text, cut between words where it can be, and whether anything is left out."""
    if len(text) <= most:
        return text, False
    cut = text[:most]
    space = cut.rfind(" ")
    return cut[: space if space > most // 2 else most], True


def paragraphs(text: str) -> Iterable[str]:
    """The paragraphs of a text."""
    return (part for part in re.split(r"\n\s*\n", text) if part.strip())
