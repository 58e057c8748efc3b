"""Fold a text to plain words for matching: no case, no accents, one space between words."""

import re
import unicodedata
from functools import lru_cache

__all__ = ["ANY_LETTERS", "BREAK", "ONE_LETTER", "fold", "fold_value"]

BREAK = "\n"  # stands between the parts of a post: no phrase and no NEAR reaches across
ANY_LETTERS, ONE_LETTER = "\ue000", "\ue001"  # stand for * and ? while a query is folded

SHORT = 8  # characters; longer runs are seldom met twice and would fill the cache

_QUOTES = str.maketrans(dict.fromkeys("’‘ʼ＇´`′‛", "'") | dict.fromkeys("™℠", " "))
_ACCENTS = re.compile("[\u0300-\u036f]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_CONTRACTION = re.compile(r"(?<=[^\s'])'(?=(?:t|re|ve|ll|d|m)\b)")
_NO_POSSESSIVE = re.compile(r"'(?!s\b)|(?<![^\s'])'")
_IDEOGRAPHS = (
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_EMOJI = ((0x2600, 0x27BF), (0x1F000, 0x1FFFF))
_SELECTORS = (0xFE00, 0xFE0F)  # say only how to draw the emoji before them


def _ascii_table() -> bytes:
    """Lower-case letters, digits, apostrophe; every other sign a space. Bytes of UTF-8 beyond ASCII stay."""
    kept = {c for c in range(128) if chr(c).isalnum()} | {ord("'")}
    return bytes(ord(chr(c).lower()) if c in kept else 32 for c in range(128)) + bytes(
        range(128, 256)
    )


_ASCII = _ascii_table()


def _within(point: int, *ranges: tuple[int, int]) -> bool:
    return any(low <= point <= high for low, high in ranges)


@lru_cache(maxsize=65536)
def _letter(char: str) -> str:
    point, kind = ord(char), unicodedata.category(char)
    if char in ("'", ANY_LETTERS, ONE_LETTER):
        return char
    if _within(point, _SELECTORS):
        return ""
    if (kind[0] == "L" and _within(point, *_IDEOGRAPHS)) or (
        kind == "So" and _within(point, *_EMOJI)
    ):
        return f" {char} "
    return char if kind[0] in "LMN" else " "


def _plain(text: str) -> str:
    """Lower case without accents, in one composed form."""
    for _ in range(2):  # decomposing may bring capitals to light, and folding them accents
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", text)


def _fold_run(run: str) -> str:
    """Fold a run of characters beyond ASCII."""
    return "".join(map(_letter, _plain(run.translate(_QUOTES))))


_fold_short_run = lru_cache(maxsize=65536)(
    _fold_run
)  # an emoji, a dash, an accented letter: seen again


def _fold_match(run: re.Match[str]) -> str:
    return _fold_short_run(run[0]) if len(run[0]) <= SHORT else _fold_run(run[0])


def fold(text: str) -> str:
    """Words of a text, folded, with one space before, between and after them.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Case and accents are gone; hyphens and other signs part words; contractions are one word
        (`don't` = `dont`); a possessive keeps its `'s`, other apostrophes part words (`l'eau`). Each
        ideograph and each emoji is a word.

    Examples
    --------
    >>> fold("Crohn’s self-harm: I DON'T know, José")
    " crohn's self harm i dont know jose "
    """
    if not text.isascii():
        text = _BEYOND_ASCII.sub(_fold_match, text.replace("’", "'"))
    text = text.encode().translate(_ASCII).decode()
    if "'" in text:
        text = _NO_POSSESSIVE.sub(" ", _CONTRACTION.sub("", text))
    return f" {' '.join(text.split())} "


def fold_value(text: str) -> str:
    """Fold a value that is compared whole, such as a community's name; signs stay.

    Examples
    --------
    >>> fold_value(" R/Endométriose ")
    'r/endometriose'
    """
    return _plain(text).strip()
