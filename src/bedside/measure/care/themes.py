"""Themes: what people say is behind a complaint, what would mend it, and what they look for, as phrases in a text.

The phrases are data (`themes.toml`), written from the codebook's own words; a study may read them all in one sitting.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from bedside.errors import InputError

__all__ = ["WORDS", "any_of", "load_themes", "theme_rows"]

_ENDS = '.,;:!?()[]"/-\n\t\r“”…'
# the typographic apostrophe reads as the plain one; every sign that ends a word reads as a space
_FROM, _TO = f"’{_ENDS}", f"''{' ' * len(_ENDS)}"
WORDS = f"""
SELECT c.post_key, c.account_key,
  ' ' || TRANSLATE(LOWER(COALESCE(p.title, '') || ' ' || p.body), '{_FROM}', '{_TO}') || ' ' AS words
FROM corpus c JOIN posts p ON p.record_no = c.record_no"""  # noqa: S608
"""Texts of the corpus in small letters, one space or more between words. Columns post_key, account_key, words."""


@lru_cache(maxsize=1)
def load_themes() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Phrases by kind (cause, remedy, resource, asks, criterion) and code.

    Examples
    --------
    >>> load_themes()["remedy"]["food"][0]
    'better food'
    """
    text = (files("bedside.measure.care") / "themes.toml").read_text(encoding="utf-8")
    return {
        kind: {code: tuple(phrases) for code, phrases in codes.items()}
        for kind, codes in tomllib.loads(text).items()
    }


def any_of(phrases: tuple[str, ...], column: str = "words") -> str:
    """SQL condition: the text holds one of the phrases as whole words; `*` at the end of one stands for any ending.

    Raises
    ------
    InputError
        If a phrase holds a sign that means something to SQL.

    Examples
    --------
    >>> any_of(("too busy", "locum*"))
    "(words LIKE '% too busy %' OR words LIKE '% locum%')"
    """
    for phrase in phrases:
        if any(sign in phrase for sign in "%_\\"):
            raise InputError(f"phrase '{phrase}' holds one of % _ \\; write words and spaces")
    parts = []
    for phrase in phrases:
        words = phrase.replace("'", "''")
        parts.append(
            f"{column} LIKE '% {words[:-1]}%'"
            if words.endswith("*")
            else f"{column} LIKE '% {words} %'"
        )
    return f"({' OR '.join(parts)})"


def theme_rows(kind: str, texts: str) -> str:
    """SQL: texts that hold a phrase of each code of a kind. Columns post_key, account_key, kind, code.

    Parameters
    ----------
    texts : str
        SQL or the name of a table with post_key, account_key, words.
    """
    return " UNION ALL ".join(
        f"SELECT post_key, account_key, '{kind}' AS kind, '{code}' AS code FROM {texts} t WHERE {any_of(phrases, 't.words')}"  # noqa: S608
        for code, phrases in load_themes()[kind].items()
    )
