"""Places below a state in running text: towns and counties from a list, and what their own words say is one."""

import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache

from bedside.unify.words import read_lines, read_words

__all__ = ["find_towns", "is_town", "joined_words", "signs"]

Span = tuple[int, int]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CUE = re.compile(
    r"\b(?:in|from|near|at|to|around|outside|of|via|leaving|visiting|into|live|lives|living|moved|based|"
    r"towards|and|or)[ \u00a0](?:(?:central|north|south|east|west|greater|inner|downtown|nearby|sunny|rural)[ \u00a0])?$",
    re.IGNORECASE,
)
# "Glasgow coma scale", "Rotterdam criteria", "Bristol stool chart": a scale is named after a town, nobody lives there.
_NAMES_A_THING = re.compile(
    r"[ \u00a0-](?:[a-z-]{2,12}[ \u00a0]){0,2}(?:criteria|classification|scale|score|stool|chart|consensus|protocol|triage|"
    r"coma|postnatal|virus|variant|strain|disease|fever|flu|syndrome|method|technique|procedure|study|trial|diet|"
    r"statement|declaration|convention|type [1-7]|questionnaire|index|inventory|approach|rules?|knee)\b",
    re.IGNORECASE,
)
_MORE = re.compile(  # what a place's own words say
    r"\b((?:[A-Z][\w'’]{2,20}[ \u00a0]){1,2})(?:County|Township|Borough|Parish)\b"
    r"|\b(?:County|Co\.|[Vv]illage of|[Tt]own of|[Cc]ity of|[Bb]orough of|[Ss]uburb of)[ \u00a0]((?:[A-Z][\w'’]{2,20})(?:[ \u00a0][A-Z][\w'’]{2,20})?)"
)
_CUES_OF_MORE = frozenset(
    ("county", "township", "borough", "parish", "co", "village", "town", "city", "suburb")
)
_NO_PLACE = frozenset(
    ("The", "This", "That", "My", "Our", "Your", "Their", "His", "Her", "Health", "Council")
)
SHORT = 5  # letters; shorter names in lower case are hardly ever towns


@cache
def _towns() -> dict[str, tuple[tuple[str, ...], ...]]:
    """First word to the words that may follow it, longest first."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in read_lines("towns"):
        spaced = name.replace("-", " ").split()
        for first, *rest in (  # "King's Lynn" is met as "Kings Lynn" too
            [word.replace("'", "") for word in spaced],
            [_bare(word) for word in spaced],
        ):
            found.setdefault(first, set()).add(tuple(rest))
    return {first: tuple(sorted(rests, key=_longest)) for first, rests in found.items()}


def joined_words(run: str) -> list[str]:
    """Words of a run between spaces that hold an apostrophe, as towns are listed: without it.

    Examples
    --------
    >>> joined_words("(O'Fallon's"), joined_words("Leeds")
    (['ofallon'], [])
    """
    if "'" not in run and "’" not in run:
        return []
    return [_bare(word) for word in _WORD.findall(run)]


def _longest(rest: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return -len(rest), rest


@cache
def _further() -> dict[str, tuple[frozenset[str], ...]]:
    """First word to the sets of words that may follow it."""
    return {first: tuple(map(frozenset, rests)) for first, rests in _towns().items()}


@cache
def _doubtful() -> frozenset[str]:
    """Towns that are other words too: a cue must say that the town is meant."""
    return (
        read_words("ordinary")
        | read_words("first_names")
        | read_words("first_names_also_words")
        | read_words("surnames_also_words")
        | read_words("eponyms")
    )


def signs() -> frozenset[str]:
    """Words of which a town or county is made, or that say what is one: without them none is searched for."""
    rests = {word for rests in _towns().values() for rest in rests for word in rest}
    return _CUES_OF_MORE.union(_towns(), rests)


def is_town(name: str) -> bool:
    """Whether a name is on the list of towns and counties.

    Examples
    --------
    >>> is_town("Leeds"), is_town("Scotland")
    (True, False)
    """
    first, *rest = name.lower().replace("-", " ").replace("'", "").split() or [""]
    return tuple(rest) in _towns().get(first, ())


def find_towns(text: str, words: Collection[str]) -> Iterator[Span]:
    """Where a text names a town or county.

    Parameters
    ----------
    text : str
        Text to search.
    words : collection of str
        Its words in lower case: what is not among them is not searched for.

    Examples
    --------
    >>> text = "From Reading to Leeds, reading the Glasgow coma scale in Kent"
    >>> [text[s:e] for s, e in find_towns(text, set(text.lower().replace(",", "").split()))]
    ['Reading', 'Leeds', 'Kent']
    """
    known = _towns()
    if likely := {word for word in known.keys() & words if _could_be(word, text, words)}:
        yield from _listed(text, likely)
    if not _CUES_OF_MORE.isdisjoint(words):
        for hit in _MORE.finditer(text):
            group = 1 if hit[1] else 2
            if hit[group].split()[0] not in _NO_PLACE:
                yield hit.start(group), hit.start(group) + len(hit[group].rstrip())


def _could_be(first: str, text: str, words: Collection[str]) -> bool:
    """Whether all words of a town that begins so stand in the text, with a capital where it may be another word."""
    rests = _towns()[first]
    if len(rests) == 1 and not rests[0]:
        return first not in _doubtful() or bool(_capital(first).search(text))
    return any(rest.issubset(words) for rest in _further()[first])


@lru_cache(maxsize=4096)
def _capital(word: str) -> re.Pattern[str]:
    return re.compile(f"{word[0].upper()}(?i:{re.escape(word[1:])})")


def _listed(text: str, likely: Collection[str]) -> Iterator[Span]:
    hits = list(_WORD.finditer(text))
    at = 0
    while at < len(hits):
        size = _size(hits, at) if _bare(hits[at].group()) in likely else 0
        if size and _is_meant(text, hits, at, size):
            yield hits[at].start(), hits[at + size - 1].end()
        at += max(1, size)


def _size(hits: list[re.Match[str]], at: int) -> int:
    """Words of the longest town that begins here; 0 where none does."""
    rests = _towns().get(_bare(hits[at].group()))
    if rests is None:
        return 0
    longest = len(rests[0])
    follow = tuple(_bare(hit.group()) for hit in hits[at + 1 : at + 1 + longest])
    return next((1 + len(rest) for rest in rests if follow[: len(rest)] == rest), 0)


def _bare(word: str) -> str:
    lower = word.lower()
    if "'" in lower or "’" in lower:
        return lower.replace("’", "'").removesuffix("'s").replace("'", "")
    return lower


def _is_meant(text: str, hits: list[re.Match[str]], at: int, size: int) -> bool:
    first, start, end = hits[at].group(), hits[at].start(), hits[at + size - 1].end()
    if _NAMES_A_THING.match(text, end):
        return False
    if size == 1 and first.lower().endswith(("'s", "’s")):  # "Addison's": an illness, or somebody's
        return False
    cued = bool(_CUE.search(text, max(0, start - 24), start))
    capital = first[0].isupper() and not (first.isupper() and len(first) < SHORT)
    if size == 1 and _bare(first) in _doubtful():
        return capital and cued and not _goes_on(text, hits, at)
    return capital or (cued and len(first) >= SHORT)


def _goes_on(text: str, hits: list[re.Match[str]], at: int) -> bool:
    """Whether another capitalised word follows at once: "to Jackson Smith", "in Reading Week"."""
    after = hits[at + 1] if at + 1 < len(hits) else None
    return (
        after is not None
        and after.group()[0].isupper()
        and text[hits[at].end() : after.start()] == " "
    )
