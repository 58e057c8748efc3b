"""What is seen of a post by its words alone, so that most expressions need not be run over it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bedside.unify.runs import Runs

if TYPE_CHECKING:
    from bedside.understand.doc import Doc

__all__ = ["Gated", "Kind"]


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


class Kind:
    """Words of a kind, such as all that end with "ologist"; each word is looked at once a process.

    Parameters
    ----------
    expression : str
        That matches the whole word.
    """

    def __init__(self, expression: str) -> None:
        pattern = re.compile(expression)
        self._known = Runs(lambda word: pattern.fullmatch(word) is not None)

    def times_in(self, doc: "Doc") -> int:
        """How many of them a post holds."""
        return sum(map(self._known.__getitem__, doc.canon.words))

    def holds(self, word: str) -> bool:
        """Whether a word is one of them."""
        return self._known[word]
