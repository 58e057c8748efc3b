"""Choices that depend on a name alone, so that an account is the same person wherever it is met."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Dice"]

_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_T = TypeVar("_T")


class Dice:
    """Draws from one long hash, whose digits are taken off one after the other.

    Examples
    --------
    >>> Dice("a").pick("xyz") == Dice("a").pick("xyz")
    True
    """

    __slots__ = ("_left", "letters")

    def __init__(self, name: str) -> None:
        digest = hashlib.blake2b(name.encode(), digest_size=40).digest()
        self._left = int.from_bytes(digest, "big")
        self.letters = digest[:12].hex().translate(_LETTERS)

    def pick(self, items: Sequence[_T]) -> _T:
        """One of the items, each as likely."""
        self._left, n = divmod(self._left, len(items))
        return items[n]

    def share(self) -> float:
        """A number in 0..1, in steps of a ten-thousandth."""
        self._left, n = divmod(self._left, 10_000)
        return n / 10_000
