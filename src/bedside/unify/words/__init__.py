"""Word lists as plain text, and their reader; and the words of a text that are looked up in them."""

import re
from functools import cache
from importlib.resources import files

__all__ = ["read_lines", "read_words", "words_of"]

_WORD = re.compile(r"[^\W\d_]+")


@cache
def read_words(name: str) -> frozenset[str]:
    """Words of one list of this folder; lines that begin with # are notes.

    Parameters
    ----------
    name : str
        File name without its ending.

    Examples
    --------
    >>> "sarah" in read_words("first_names"), "headache" in read_words("ordinary")
    (True, True)
    """
    text = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )


@cache
def read_lines(name: str) -> frozenset[str]:
    """Names of one list of this folder, one a line; a name may have several words.

    Examples
    --------
    >>> "milton keynes" in read_lines("towns")
    True
    """
    text = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def words_of(text: str) -> frozenset[str]:
    """Runs of letters of a text, in lower case.

    Examples
    --------
    >>> sorted(words_of("Dr Okafor's 3rd"))
    ['dr', 'okafor', 'rd', 's']
    """
    return frozenset(_WORD.findall(text.lower()))
