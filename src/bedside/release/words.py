"""Words: how the quote gate reads a text, and the words that say nothing by themselves."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

__all__ = ["LOOSE_ENDS", "STOP_WORDS", "TextRow", "pieces", "tokens_of", "words_of"]


class TextRow(NamedTuple):
    """One post of the corpus with its masked text; account_key None: no author."""

    post_key: str
    account_key: str | None
    source: str
    text: str


_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[^\w\s,'-]|\n", re.UNICODE)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "–": "-", "‑": "-"})

_STOP_WORDS = """
a about after again all also am an and any are as at back be because been before being but by
can could did didn't do does doesn't doing don't down each even ever every few for from further
get gets getting go going got had has have haven't having he her here him his how i i'd i'll i'm
i've if in into is isn't it it's its just know let like lot made make many me more most much my
myself no nor not now of off on once one only or other our out over own really said same say
says she should so some still such than that that's the their them then there these they they're
thing things think this those through to too under until up us very was wasn't way we well went
were what when where which while who why will with would yeah yes yet you you're your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_LOOSE_ENDS = """
a about am an and any are as at be been but by for from had has have i if in into is it's my nor
of on or our so than that the their they this to very was we were which who with would you your
"""
LOOSE_ENDS = frozenset(_LOOSE_ENDS.split())
"""Words at which a wording breaks off or starts in mid-air."""


def tokens_of(text: str) -> list[str]:
    """Words in small letters, and every other sign but spaces, commas, apostrophes and hyphens, in order.

    Examples
    --------
    >>> tokens_of("My GP, again. Didn’t listen")
    ['my', 'gp', 'again', '.', "didn't", 'listen']
    """
    plain = text if text.isascii() else text.translate(_QUOTES)
    return _TOKEN.findall(plain.casefold())


def pieces(text: str) -> Iterator[list[str]]:
    """Runs of words with nothing but spaces, commas, apostrophes and hyphens between them.

    A full stop, a bracket, a line break or a mask ends a run: no wording reaches over it.

    Examples
    --------
    >>> list(pieces("He didn't listen. My GP, again"))
    [['he', "didn't", 'listen'], ['my', 'gp', 'again']]
    """
    for is_word, run in groupby(tokens_of(text), key=lambda token: token[0].isalnum()):
        if is_word:
            yield list(run)


def words_of(text: str) -> list[str]:
    """All words of a text in order."""
    return [token for token in tokens_of(text) if token[0].isalnum()]
