"""Expressions that are run only over posts that hold a word which every match of theirs holds."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["Gated"]


class Gated:
    """An expression over canonical text, and the words of which one stands in each of its matches.

    Most posts hold none of them, and to see that is several times cheaper than to run the expression.

    Parameters
    ----------
    expression : str
    words : str
        Canonical words, a space apart.

    Examples
    --------
    >>> stated = Gated(r" i am (?:very )?(?P<name>deaf|blind) ", "deaf blind")
    >>> sorted(stated.words)
    ['blind', 'deaf']
    """

    def __init__(self, expression: str, words: str) -> None:
        self.pattern = re.compile(expression)
        self.words = frozenset(words.split())

    def finditer(self, doc: "Doc") -> Iterator[re.Match[str]]:
        """Matches in a post, in order of place."""
        if self.words.isdisjoint(doc.vocabulary):
            return iter(())
        return self.pattern.finditer(doc.text)
