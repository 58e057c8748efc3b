"""Language of a text: py3langid (BSD, code and model), on the words that the author wrote."""

import re
from functools import cache

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

__all__ = ["LANGUAGES", "detect_language"]

# Languages that patients' posts come in. The model knows 139; without the many that look like English or
# Spanish in few words, errors on English posts of 3 to 5 words fell from 7.4 to 4.1 % (GoEmotions).
LANGUAGES = tuple(
    sorted(
        "af am ar az bg bn ca cs cy da de el en es et eu fa fi fr ga gd gl gu he hi hr hu hy id is it ja ka kk "  # noqa: SIM905
        "km kn ko lo lt lv mk ml mn mr ms mt my ne nl no pa pl pt ro ru si sk sl so sq sr sv sw ta te th tl tr "
        "uk ur vi zh zxx".split()
    )
)
_LEAST_WORDS = 3
_LEAST_SCORE = 0.3  # below, most answers on English posts were wrong
_FEW_WORDS, _FEW_SCORE = (
    5,
    0.65,
)  # all 13 of 11,764 NHS comments that were called another language had so few, 12 a lower score
_READ = 120  # characters, at 0.6 us each; where these leave a doubt, twice as many
_DOUBT = 0.9
# Little words of English. Three different ones that make a tenth of the text settle it without the model: half
# of 20,527 real posts, of which the model called 10,253 English too, 13 nothing, none another language.
_ENGLISH = frozenset(
    ("the", "and", "that", "been", "they", "this", "would", "because", "what", "when", "about", "from", "which", "there",
     "their", "your", "but", "not", "just", "has", "were", "who", "them", "then", "than", "could", "should", "after", "you",
     "she", "his", "how", "did", "does", "any", "some", "out", "through", "being", "more", "get", "got", "know", "think",
     "help", "feel", "with", "are", "can", "my")
)  # fmt: skip
_SURE = 0.99
_NOT_WORDS = re.compile(r"[▇\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]+|(?:https?://|www\.|[@#])\S+")
_MARKS = ("://", "www.", "@", "#")
"""One stands in all that is not looked at of a text of ASCII alone."""
# Scripts without spaces count a word for every two characters.
_WORD = re.compile(
    r"[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\d_]+"
)
_PLAIN_WORD = re.compile(r"[a-z]+")  # the same in lower-case ASCII, in half the time


def detect_language(text: str) -> tuple[str | None, float | None]:
    """Language code and its probability; (None, None) for a text too short to tell.

    Parameters
    ----------
    text : str
        Masked text; masks, links, mentions, hashtags and emoji are not looked at.

    Returns
    -------
    tuple of (str or None, float or None)
        ISO 639-1 code, one of `LANGUAGES`, and a probability in 0..1 among them (.99 for posts that are
        English by their little words alone). None when there are fewer
        than three words, or no language reaches 0.3; in up to five words another language than English needs 0.65.

    Examples
    --------
    >>> detect_language("my knee has hurt for three weeks now")[0]
    'en'
    >>> detect_language("thank you")
    (None, None)
    """
    begun = text[: 4 * _READ]
    plain = begun.isascii()
    if not plain or any(mark in begun for mark in _MARKS):
        begun = _NOT_WORDS.sub(" ", begun)
    words = begun[: 2 * _READ]
    said = (_PLAIN_WORD if plain else _WORD).findall(words.lower())
    if len(said) < _LEAST_WORDS:
        return None, None
    if _is_plainly_english(said):
        return "en", _SURE
    code, score = _identifier().classify(words[:_READ])
    if score < _DOUBT and len(words) > _READ:
        code, score = _identifier().classify(words)
    if score < _LEAST_SCORE or code == "zxx":
        return None, None
    if code != "en" and score < _FEW_SCORE and len(said) <= _FEW_WORDS:
        return None, None
    return code, score


def _is_plainly_english(said: list[str]) -> bool:
    known = [word for word in said if word in _ENGLISH]
    return len(known) * 10 >= len(said) and len(set(known)) >= 3


@cache
def _identifier() -> LanguageIdentifier:
    """Loaded once in each process, when first used (0.7 s)."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    # rows side by side and in the width that they are multiplied in: the same scores in three fifths of the time
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc, dtype=np.float32)
    return identifier
