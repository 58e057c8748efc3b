"""Names of themes: the words that set a theme apart, said by enough accounts that they lead to none."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bedside.understand.small_words import NAMELESS

__all__ = ["LEAST_ACCOUNTS", "own_words"]

LEAST_ACCOUNTS = 8  # as for wordings of the report
SHARE = 0.02  # of a theme's posts that a word must stand in
LIFT = 1.5  # times as frequent as in all posts
WORDS = 8
_SHORTENED = re.compile(
    r".*(?:n't|'(?:ve|re|ll|d|m))|(?:it|he|she|that|there|here|what|who|let|one)'s"
)


def own_words(
    posts: Mapping[str, Sequence[tuple[str, frozenset[str]]]], *, most: int = WORDS
) -> dict[str, list[str]]:
    """Words that set each theme apart, best first.

    Parameters
    ----------
    posts : mapping of theme to sequence of (account, words)
        Words of each post once; the account is its own key where the author is not known.
    most : int

    Returns
    -------
    dict of str to list of str
        Only words that at least 8 accounts of the theme use.

    Notes
    -----
    Class-based TF-IDF: share of the theme's posts with the word, times ln(1 + posts / posts with the word).

    References
    ----------
    Grootendorst (2022), arXiv:2203.05794, section 3.3; posts are counted here, not occurrences, so that one who repeats
    a word does not name a theme.
    """
    everywhere: Counter[str] = Counter()
    for told in posts.values():
        for _, words in told:
            everywhere.update(words)
    total = sum(len(told) for told in posts.values())
    return {theme: _best(told, everywhere, total, most) for theme, told in posts.items()}


def _best(
    told: Sequence[tuple[str, frozenset[str]]], everywhere: Counter[str], total: int, most: int
) -> list[str]:
    held = Counter(word for _, words in told for word in words)
    least = max(LEAST_ACCOUNTS, SHARE * len(told))
    scored = [
        (-(n / len(told)) * math.log(1 + total / everywhere[word]), word)
        for word, n in held.items()
        if n >= least and n / len(told) >= LIFT * everywhere[word] / total and _names(word)
    ]
    chosen: list[str] = []
    for _, word in sorted(scored):
        if len({account for account, words in told if word in words}) >= LEAST_ACCOUNTS:
            chosen.append(word)
        if len(chosen) == most:
            break
    return chosen


def _names(word: str) -> bool:
    """Whether a theme may be called so: not one, evening or don't."""
    return word not in NAMELESS and not _SHORTENED.fullmatch(word)
