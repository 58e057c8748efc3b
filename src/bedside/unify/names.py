"""Names of persons in running text: after a title, given names, and the names that the record itself carries."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from string import ascii_lowercase

from bedside.unify.words import read_words

__all__ = ["SIGNS", "find_known", "find_names", "known_names"]

Span = tuple[int, int]

_GIVEN = read_words("first_names")
_ALSO_WORDS = read_words("first_names_also_words")
_ANY_NAMES = _GIVEN | _ALSO_WORDS
_EPONYMS = read_words("eponyms")
_NOT_PERSONS = read_words("not_persons")
_SURNAMES = read_words("surnames_also_words") | _GIVEN
_PLACES = read_words("place_words")
_BEFORE_PLACE = frozenset(
    (
        "st",
        "saint",
        "queen",
        "king",
        "prince",
        "princess",
        "lady",
        "royal",
        "lake",
        "mount",
        "port",
        "fort",
        "san",
    )
)
_STRONG_TITLES = frozenset(("dr", "mr", "mrs", "prof"))  # may stand before a name in lower case
_CLINICAL_WORD = re.compile(r"(?:olog(?:ist|y|ical)|iatri(?:st|cian|cs?)|opaedics?|itis|osis)s?$")

_LONG_TITLES = (
    "staff member",
    "health visitor",
    "social worker",
    "staff nurse",
    "practice nurse",
    "ward clerk",
)
_TITLES = read_words("titles") | {words.split()[0] for words in _LONG_TITLES}
_ALL_TITLES = sorted((*read_words("titles"), *_LONG_TITLES), key=len, reverse=True)
_ODD_CASE = re.compile(
    "[ſıİ]"
)  # alike to s and i where case is ignored, but no such letters in lower case
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COMMON = read_words("ordinary") | _EPONYMS
_CLOSINGS = frozenset(
    ("regards", "thanks", "thank", "love", "cheers", "sincerely", "x", "xx", "xxx")
)
OPENING = 80  # characters in which people say who they are
_INITIAL = frozenset(ascii_lowercase)
_NAMES_OR_SURNAMES = _ANY_NAMES | _SURNAMES
_SURNAMES_ALSO_WORDS = _SURNAMES | _ALSO_WORDS
_SURNAMES_OR_INITIAL = _SURNAMES | _INITIAL
_NONE: frozenset[str] = frozenset()
_INITIALS = re.compile(r"(?:[A-Z]\.? ?){1,3}(?=[A-Z][a-z])")
# Behind these stands a name, unless it is an ordinary word: "my name is ...", and a signature.
_SAID_NAME = re.compile(
    r"(?i:\b(?:my (?:full |first |last |sur)?name(?:['’]?s| is)|(?:his|her|their|\w{2,12}['’]s) name(?:['’]?s| is| was))"
    r"[ \u00a0])(?=[^\W\d_])"
    r"|(?i:(?:^|\n)[ \t-]*(?:(?:kind |best |warm )?regards|(?:many )?thanks|thank you|love|cheers|sincerely|x+)"
    r"[,.! ]{0,3}\n\s{0,4}[-~ ]{0,3})(?=[A-Z])"
)
# Behind these stands a name only if it is one people are given.
_SAID_SELF = re.compile(
    r"\b(?i:i['’]?m|i am|this is|it['’]s|(?:my|our|his|her|their) (?:\w{1,8} )?(?:son|daughter|husband|wife|partner|"
    r"mum|mom|mother|dad|father|sister|brother|friend|baby|boy|girl|niece|nephew|aunt|uncle|boyfriend|girlfriend|"
    r"fianc[eé]e?|grandson|granddaughter|nan|gran|grandma|grandad|grandpa|cousin)),?[ \u00a0]\(?(?=[A-Z])"
)
# What stands before a name there ends in one of these letters; "I" and what is short for "I am" are no names.
_SELF_CUE = re.compile(r"[adelmnrstwyéſADELMNRSTWYÉ],?[ \u00a0]\(?(?:[A-HJ-Z]|I(?!['’\s]))")
_KIN = re.compile(
    r"\b(?:son|daughter|husband|wife|partner|mum|mom|mother|dad|father|sister|brother|friend|baby|boy|girl|niece|nephew|aunt|"
    r"uncle|boyfriend|girlfriend|fianc[eé]e?|grandson|granddaughter|nan|gran|grandma|grandad|grandpa|cousin)\W*$",
    re.IGNORECASE,
)
_NATION = re.compile(r"(?:ish|ese|ian|ean|ican|ic|ist|ism|ing|ed)s?$")
_STOP = re.compile(r"[,.!](?!\w)| (?:and I|from\b|aged?\b|\()")
_THING = re.compile(
    r"[ -](?:disease|syndrome|test|scan|ward|clinic|hospital|app|pump|study|trial)\b", re.IGNORECASE
)
_UNCLE = re.compile(
    r"\b(?:Uncle|Aunt(?:ie|y)?|Cousin|Nana|Granny|Grandma|Grandpa|Grandad)[ \u00a0](?=[A-Z][a-z])"
)
# "a nurse called Xandria", "the lady named Oluchi": behind a person and these words stands a name.
_PEOPLE = (
    r"nurse|doctor|gp|lady|woman|man|guy|gentleman|girl|boy|midwife|consultant|receptionist|physio|physiotherapist|surgeon|"
    r"son|daughter|baby|child|friend|someone|somebody|person|carer|volunteer|student|hca|specialist|therapist|counsellor|counselor|"
    r"pharmacist|dentist|paramedic|registrar|sonographer|radiographer|phlebotomist|porter|matron|sister|brother|husband|wife|"
    r"health visitor|social worker|support worker|dietitian|dietician|optician|nurse practitioner|locum|technician|"
    r"partner|mum|mom|dad|neighbour|neighbor|colleague|member of staff|psychologist|psychiatrist|anaesthetist|cleaner|secretary"
)
_CALLED = re.compile(
    rf"(?i:\b(?:{_PEOPLE})s?,?[ \u00a0](?:who (?:is|was)[ \u00a0])?(?:called|named|by the name of|whose name (?:is|was)|"
    rf"name (?:is|was)))[ \u00a0](?=[A-Z])"
)
# "Xandria the nurse", "Oluchi, my midwife", "thanks to Bronagh (receptionist)": a capitalised word before what one is.
_WHO_IS = re.compile(
    r"\b([A-Z][^\W\d_]+(?:['’-][^\W\d_]+)?(?: [A-Z][^\W\d_]+(?:['’-][^\W\d_]+)?)?)\b(?:, ?| [-–] ?| ?\(|[ \u00a0])"
    rf"(?:the|my|our|his|her|a|an|their)[ \u00a0](?:[a-z]{{2,12}}[ \u00a0])?(?i:{_PEOPLE})\b"
)
_WHO_CUES = frozenset(word for phrase in _PEOPLE.split("|") for word in phrase.split())
_CALLED_CUES = frozenset(("called", "named", "name"))
_UNCLES = frozenset(
    (
        "uncle",
        "aunt",
        "auntie",
        "aunty",
        "cousin",
        "nana",
        "granny",
        "grandma",
        "grandpa",
        "grandad",
    )
)
_KIN_CUES = frozenset(
    [
        "son",
        "daughter",
        "husband",
        "wife",
        "partner",
        "mum",
        "mom",
        "mother",
        "dad",
        "father",
        "sister",
        "brother",
        "friend",
        "baby",
        "boy",
        "girl",
        "niece",
        "nephew",
        "aunt",
        "uncle",
        "boyfriend",
        "girlfriend",
        "fiance",
        "fiancee",
        "fiancé",
        "fiancée",
        "grandson",
        "granddaughter",
        "nan",
        "gran",
        "grandma",
        "grandad",
        "grandpa",
        "cousin",
    ]
)

SIGNS = _TITLES | _CLOSINGS | _CALLED_CUES | _UNCLES | _WHO_CUES | _KIN_CUES | _ANY_NAMES
"""Words without which most of what is here is not searched for."""


def find_names(text: str, words: Collection[str]) -> Iterator[Span]:
    """Names after a title, after "my name is" and the like, and given names with the surname behind them.

    Parameters
    ----------
    text : str
        Text to search.
    words : collection of str
        Its words in lower case: what is not among them is not searched for.

    Examples
    --------
    >>> text = "Dr Okafor and nurse Julie were kind; Dr Google said Crohn's."
    >>> [text[start:end] for start, end in find_names(text, {"dr", "nurse", "julie"})]
    ['Okafor', 'Julie', 'Julie']
    """
    if titles := _TITLES.intersection(words):
        yield from _after_titles(text, _TITLES if _ODD_CASE.search(text) else titles)
    if "name" in words or ("\n" in text and not _CLOSINGS.isdisjoint(words)):
        yield from _said_names(text)
    if not _CALLED_CUES.isdisjoint(words):
        yield from _called(text, _CALLED)
    if not _UNCLES.isdisjoint(words):
        yield from _called(text, _UNCLE)
    if not _WHO_CUES.isdisjoint(words):
        yield from _who_they_are(text)
    anywhere = not (_ALSO_WORDS.isdisjoint(words) and _KIN_CUES.isdisjoint(words))
    yield from _said_selves(text, len(text) if anywhere else OPENING)
    if not _GIVEN.isdisjoint(words):
        yield from _given_names(text)


@lru_cache(maxsize=512)
def _titles(first_words: frozenset[str]) -> re.Pattern[str]:
    """Titles that begin with one of these words, with the space before a name: few are looked for faster than all."""
    titles = [title for title in _ALL_TITLES if title.split()[0] in first_words]
    return re.compile(
        rf"\b({'|'.join(titles)})\b(\.?),?[ \u00a0](?=[^\W\d_])",
        re.IGNORECASE,
    )


def _after_titles(text: str, titles: frozenset[str]) -> Iterator[Span]:
    for hit in _titles(titles).finditer(text):
        at = hit.end()
        if initials := _INITIALS.match(text, at):
            at = initials.end()
        word = _WORD.match(text, at)
        if word and _is_titled(hit[1], word.group(), dotted=bool(hit[2])):
            yield hit.end(), _surname_end(text, word.end())


def _said_names(text: str) -> Iterator[Span]:
    for hit in _SAID_NAME.finditer(text):
        word = _WORD.match(text, hit.end())
        if word and not _is_ordinary(word.group(), names=_ANY_NAMES):
            yield word.start(), _surname_end(text, word.end())


def _called(text: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    for hit in pattern.finditer(text):
        word = _WORD.match(text, hit.end())
        if word and not _is_ordinary(word.group(), names=_NAMES_OR_SURNAMES):
            yield word.start(), _surname_end(text, word.end())


def _who_they_are(text: str) -> Iterator[Span]:
    for hit in _WHO_IS.finditer(text):
        first = hit[1].split()[0]
        if not _is_ordinary(first, names=_GIVEN) and not first.isupper():
            yield hit.span(1)


def _said_selves(text: str, end: int) -> Iterator[Span]:
    if not _SELF_CUE.search(text, 0, end):
        return
    for hit in _SAID_SELF.finditer(text, 0, end):
        word = _WORD.match(text, hit.end())
        if word is None or _is_place(text, *word.span()):
            continue
        if _bare(word.group()) in _ALSO_WORDS or _is_introduced(text, hit.group(), word):
            yield word.start(), _surname_end(text, word.end())


def _is_introduced(text: str, before: str, word: re.Match[str]) -> bool:
    """Whether a capitalised word that is on no list is a name: behind a relative, or "I'm ..." and a stop."""
    name = word.group()
    if name.isupper() or len(name) < 3 or _is_ordinary(name, names=_NONE) or _NATION.search(name):
        return False
    if _KIN.search(before):
        return not _THING.match(text, word.end())
    return word.start() < OPENING and bool(_STOP.match(text, word.end()))


def _is_titled(title: str, word: str, *, dotted: bool) -> bool:
    """True when the word behind a title is a name rather than the rest of the sentence."""
    bare = _bare(word)
    if bare in _EPONYMS or bare in _NOT_PERSONS or len(bare) < 2 or title in ("ms", "MS", "MR"):
        return False
    if dotted and title.lower() not in _STRONG_TITLES:  # the end of a sentence
        return False
    if word.isupper() or word.islower():
        return bare in _GIVEN or (title.lower() in _STRONG_TITLES and _looks_like_name(bare))
    names = _SURNAMES_ALSO_WORDS if title[0].isupper() and not dotted else _SURNAMES
    return word[0].isupper() and not _is_ordinary(word, names=names)


def _looks_like_name(bare: str) -> bool:
    return len(bare) > 2 and not _is_ordinary(bare, names=_NONE)


def _given_names(text: str) -> Iterator[Span]:
    for hit in _WORD.finditer(text):
        word = hit.group()
        named = _bare(word) in _GIVEN and _is_written_as_name(text, word, *hit.span())
        if named and not _is_place(text, *hit.span()):
            yield hit.start(), _surname_end(text, hit.end())


def _is_written_as_name(text: str, word: str, start: int, end: int) -> bool:
    """False for a short word in lower case, and for capitals among words that are not: "the DESMOND course"."""
    own = word[: len(_bare(word))]
    if not own.isupper() or len(own) < 2:
        return own.istitle() or len(own) > 4
    around = (
        _WORD.findall(text, max(0, start - 12), start)[-1:] + _WORD.findall(text, end, end + 12)[:1]
    )
    return all(other.isupper() for other in around)


def _is_place(text: str, start: int, end: int) -> bool:
    """True in "Queen Elizabeth Hospital" and "Adam's apple", and for public figures."""
    before = text[max(0, start - 12) : start].lower().split()
    if before and before[-1].rstrip(".") in _BEFORE_PLACE:
        return True
    after = [_bare(word.group()) for word in _WORD.finditer(text, end, end + 40)][:2]
    if after and f"{_bare(text[start:end])}_{after[0]}" in read_words("public_figures"):
        return True
    joined = text[end - 2 : end] in ("'s", "’s") or text[end : end + 1] in (" ", "-")
    return joined and any(word in _PLACES for word in after)


def _surname_end(text: str, end: int) -> int:
    """End of the name: up to two further capitalised words that are no ordinary words."""
    for _ in range(2):
        gap = 1 if text[end : end + 1] in (" ", "-") else 0
        word = _WORD.match(text, end + gap) if gap else None
        if not word or not word.group()[0].isupper() or word.group() in ("I", "A"):
            return end
        if _is_ordinary(word.group(), names=_SURNAMES_OR_INITIAL):
            return end
        end = word.end()
    return end


def _bare(word: str) -> str:
    """The word in lower case without a possessive ending."""
    lower = word.lower()
    return lower[:-2] if lower.endswith(("'s", "’s")) else lower


def _is_ordinary(word: str, *, names: frozenset[str]) -> bool:
    """True when the word is no name: `names` are words that count as names here although they are also others."""
    bare = _bare(word)
    if bare in _EPONYMS or bare in _NOT_PERSONS or bare in _PLACES:
        return True
    first = re.split(r"['’-]", bare)[0]
    if bare in names or ("-" in bare and first in names):
        return False
    if first in ("o", "d") and len(bare) > 3:  # O'Brien
        return False
    if first in ("i", "a"):
        return True
    return first in _COMMON or first in _ALSO_WORDS or bool(_CLINICAL_WORD.search(bare))


def known_names(values: Sequence[str | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Handles and display names that a record carries, as what to look for in its text.

    Parameters
    ----------
    values : sequence of str or None
        Handles, display names and mentions as the source writes them.

    Returns
    -------
    tuple of (phrases, given)
        Phrases in lower case, found in any case; given names among them, found capitalised.

    Examples
    --------
    >>> known_names(["@Pat_B77", "Hope Okafor", "migraine"])
    (('hope okafor', 'pat_b77'), ('Hope',))
    """
    phrases: set[str] = set()
    given: set[str] = set()
    for value in values:
        if value:
            phrase, first = _known_name(value)
            phrases.add(phrase)
            given.add(first)
    return tuple(sorted(phrases - {""})), tuple(sorted(given - {""}))


@lru_cache(maxsize=4096)  # a page has many posts of few accounts
def _known_name(value: str) -> tuple[str, str]:
    """Phrase of a handle or display name, and the given name with which it begins; empty where there is none."""
    handle = re.split(r"[:/]", value.strip().lstrip("@"))[-1].strip()
    words = handle.split()
    told = len(handle) >= 4 and not all(_bare(word) in _COMMON for word in words)
    named = bool(words) and words[0].isalpha() and words[0].lower() in _ANY_NAMES
    return handle.lower() if told else "", words[0].capitalize() if named else ""


def find_known(text: str, known: tuple[tuple[str, ...], tuple[str, ...]]) -> Iterator[Span]:
    """Where the text says one of the `known_names`, as whole words."""
    phrases, given = known
    lower = text.lower()
    if len(lower) != len(text):  # some capitals grow when lowered
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    for wanted, where in ((phrases, lower), (given, text)):
        for phrase in wanted:
            at = where.find(phrase)
            while at >= 0:
                end = at + len(phrase)
                if not (where[at - 1 : at].isalnum() or where[end : end + 1].isalnum()):
                    yield at, end
                at = where.find(phrase, end)
