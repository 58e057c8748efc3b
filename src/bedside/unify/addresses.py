"""Links, e-mail addresses and handles in running text."""

import re
from collections.abc import Collection, Iterator

from bedside.unify.words import read_words

__all__ = ["SIGNS", "find_domains", "find_emails", "find_handles", "find_links"]

Span = tuple[int, int]

_SCHEME = re.compile(r"(?:https?://|(?<![^\W_])(?:[a-z]{2,8}://|www\.))[^\s<>\"▇]+", re.IGNORECASE)
# A bare domain needs a well-known ending, or a path behind it: "bad.It hurts" is a missing space.
_ENDINGS = (
    "com|org|net|edu|gov|mil|co|ac|uk|io|info|biz|eu|de|fr|nl|ie|ca|au|nz|tv|app|dev|ly|gl|nhs"
)
_PATH_ENDINGS = (
    "be|me|gg|to|is|us|in|it|cc|ws|at|ch|link|page|site|online|health|news|blog|shop|store|xyz"
)
_BARE = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}"
    rf"(?:(?:{_ENDINGS})(?:\.[a-z]{{2}}\b)?(?![\w@])(?:/[^\s<>\"▇]*)?|(?:{_PATH_ENDINGS})/[^\s<>\"▇]+)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%'-]+[@＠](?:[\w-]+\.)+[\w-]+")
_PROVIDERS = read_words("mail_providers")
_SPELT_EMAIL = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]+\s{{0,2}}[\[(<]?\s?(?:at|@)\s?[\])>]?\s{{0,2}}(?:{'|'.join(sorted(_PROVIDERS))})"
    r"\s{0,2}[\[(<]?\s?(?:dot|\.)\s?[\])>]?\s{0,2}(?:com|co\W?uk|net|org|uk|me|fr|de)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"[@＠]\w(?:[\w.-]*\w)?(?:[@＠](?:[\w-]+\.)*[\w-]+)?")
# "u/name" but not a rate such as "100 u/day".
_REDDIT_USER = re.compile(
    r"(?<![\w/])/?\bu/(?!(?:day|week|hour|hr|min|month|kg|ml|dl|litre|liter)\b)[A-Za-z0-9_-]{3,32}"
)
_NETWORKS = read_words("networks")
SIGNS = _PROVIDERS | _NETWORKS
"""Words without which some of what is here is not searched for."""
_LABELLED = re.compile(
    rf"\b(?:{'|'.join(sorted(_NETWORKS))})"
    r"(?: (?:handle|name|id|user(?:name)?))?\s?[:=]\s?(\w[\w.#-]{2,40})",
    re.IGNORECASE,
)
_DOT_INSIDE = re.compile(r"\.[A-Za-z]{2}")
_TAIL = ".,;:!?)]}'\"*_~…”’"


def find_links(text: str) -> Iterator[Span]:
    """URLs with a scheme or www.

    Examples
    --------
    >>> list(find_links("see https://a.org/x?y=1, please"))
    [(4, 23)]
    """
    if "://" in text or "ww." in text.lower():
        for hit in _SCHEME.finditer(text):
            yield hit.start(), hit.start() + len(hit.group().rstrip(_TAIL))


def find_domains(text: str) -> Iterator[Span]:
    """Bare domains, with or without a path; after e-mail addresses are masked.

    Examples
    --------
    >>> list(find_domains("it says so on nhs.uk/flu."))
    [(14, 24)]
    """
    if _DOT_INSIDE.search(text):
        for hit in _BARE.finditer(text):
            yield hit.start(), hit.start() + len(hit.group().rstrip(_TAIL))


def find_emails(text: str, words: Collection[str]) -> Iterator[Span]:
    """E-mail addresses, also those spelt out at the well-known providers.

    Parameters
    ----------
    text : str
        Text to search.
    words : collection of str
        Its words in lower case.

    Examples
    --------
    >>> list(find_emails("ask me.too@mail.example or jo (at) gmail dot com", {"gmail"}))
    [(4, 23), (27, 48)]
    """
    if "@" in text or "＠" in text:
        for hit in _EMAIL.finditer(text):
            yield hit.span()
    if not _PROVIDERS.isdisjoint(words):
        for hit in _SPELT_EMAIL.finditer(text):
            yield hit.span()


def find_handles(text: str, words: Collection[str]) -> Iterator[Span]:
    """@handles, with or without a host, u/names, and names given as "insta: ...".

    Examples
    --------
    >>> list(find_handles("thanks @pat_b@med.example and u/quiet-one, 5 u/day", ()))
    [(7, 25), (30, 41)]
    """
    if "@" in text or "＠" in text:
        for hit in _AT.finditer(text):
            yield hit.span()
    if "u/" in text:
        for hit in _REDDIT_USER.finditer(text):
            yield hit.span()
    if not _NETWORKS.isdisjoint(words):
        for hit in _LABELLED.finditer(text):
            yield hit.span(1)
