"""Readability: how many years of school a text asks for."""

import re

__all__ = ["LEAST_WORDS", "school_grade", "syllables"]

LEAST_WORDS = 30  # shorter texts have no grade worth a mean
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_END = re.compile(r"[.!?…]+(?:\s|$)|\n+")
_APART = re.compile(r"(?<![tscgx])i[ao]")  # period, diagnosis; not station, social
_VOWELS = re.compile(r"[aeiouyàâäáéèêëíîïóôöúûü]+")


def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels; at least one.

    Examples
    --------
    >>> [syllables(word) for word in ("pain", "laparoscopy", "lesion", "stage", "little")]
    [1, 5, 2, 1, 2]
    """
    low = word.lower()
    groups = len(_VOWELS.findall(low)) + len(_APART.findall(low))
    if low.endswith("e") and not low.endswith(("le", "ee", "ie", "oe", "ye")) and groups > 1:
        groups -= 1
    if (
        low.endswith(("ed", "es"))
        and groups > 1
        and not low.endswith(("ted", "ded", "ses", "ces", "zes", "ches", "shes", "ges", "les"))
    ):
        groups -= 1
    return max(1, groups)


def school_grade(text: str) -> float | None:
    """Flesch-Kincaid grade of an English text; None under 30 words.

    0.39 words a sentence + 11.8 syllables a word - 15.59. It knows nothing of whether words are known, or sense is made:
    a leaflet of short strange words has a low grade.

    References
    ----------
    Kincaid, Fishburne, Rogers and Chissom (1975), Naval Technical Training Command, Research Branch Report 8-75.

    Examples
    --------
    >>> round(school_grade("The cat sat on the mat. " * 6), 2)
    -1.45
    """
    words = _WORD.findall(text)
    if len(words) < LEAST_WORDS:
        return None
    sentences = max(1, sum(1 for part in _END.split(text) if _WORD.search(part)))
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59
