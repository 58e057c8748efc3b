"""Word lists as plain text, and their reader."""

from functools import cache
from importlib.resources import files

__all__ = ["read_words"]


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
