"""How a person writes: the same sentences, said in that person's way. Codes stay in the text."""

from collections.abc import Callable, Sequence
from random import Random

__all__ = ["lower_first", "speak"]

FILLERS = (
    "honestly, ",
    "tbh ",
    "I mean, ",
    "to be fair, ",
    "anyway, ",
    "so yeah, ",
    "ok so ",
    "look, ",
)
TEEN_TAILS = (" idk", " idk man", " ngl", " fr", " istg", " 💀", " so yeah", " anyway")
GOOD_EMOJI = ("🥰", "🙏", "💛", "😊", "🎉", "❤️", "🌻")
PLAIN_EMOJI = ("🤔", "👀", "🤷‍♀️", "💬", "🙈")
BAD_EMOJI = ("😩", "😭", "😡", "💔", "🙃", "😔", "🤦‍♀️")
SLIPS = (
    ("definitely", "definately"), ("because", "becuase"), ("a lot", "alot"), ("they're", "their"), ("it's", "its"),
    ("don't", "dont"), ("can't", "cant"), ("really", "realy"), ("appointment", "appoitment"), ("doctor", "docter"),
    ("I'm", "Im"), ("should have", "should of"), ("would have", "would of"), ("receive", "recieve"),
    ("until", "untill"), ("tomorrow", "tommorow"), ("diagnosis", "diagnoses"), ("which", "wich"), ("their", "thier"),
    ("something", "somthing"), ("know", "kno"), ("symptoms", "symtoms"), ("hospital", "hospitol"), ("ing ", "ign "),
    ("surgery", "surgury"), ("before", "befor"), ("thought", "thougt"), ("with", "wiht"), ("every", "evry"),
)  # fmt: skip
FOREIGN = (
    (" the ", " "), ("I have been", "I am since"), ("didn't", "did not"), ("was told", "have been told"), ("I've", "I have"),
    ("how long", "how much time"), ("doesn't", "don't"), ("advice", "advices"), ("information", "informations"),
)  # fmt: skip
FOREIGN_OPEN = (
    "Hello all, sorry for my english. ",
    "Hi, english is not my first language. ",
    "Good day everyone. ",
    "",
)
LOUD = (
    " never ",
    " really ",
    " every ",
    " so ",
    " nobody ",
    " again",
    " years",
    " not ",
    " still ",
)
DROPPED = ("I was ", "I am ", "I'm ", "I've ", "I have ", "I ")


def speak(
    voice: str, parts: Sequence[str], rnd: Random, *, mood: str = "", paragraphs: bool = False
) -> str:
    """Join sentences into a text in a voice.

    Parameters
    ----------
    voice : str
        One of the voices of `people.VOICES`; an unknown one writes plainly.
    parts : sequence of str
        Sentences, each capitalised and with its full stop.
    rnd : random.Random
    mood : str
        `neg` or `pos` where known, for emoji.
    paragraphs : bool
        Whether the platform keeps line breaks.

    Returns
    -------
    str
    """
    make = VOICES.get(voice)
    if make is None:
        return _join(parts, rnd, paragraphs)
    return make(list(parts), rnd, mood, paragraphs)


def _join(parts: Sequence[str], rnd: Random, paragraphs: bool) -> str:
    if not paragraphs or len(parts) < 4:
        return " ".join(parts)
    cut = 2 + int(rnd.random() * (len(parts) - 2))
    return " ".join(parts[:cut]) + "\n\n" + " ".join(parts[cut:])


def _chatty(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    if len(parts) > 1 and rnd.random() < 0.75:
        place = 1 + int(rnd.random() * (len(parts) - 1))
        filler = FILLERS[int(rnd.random() * len(FILLERS))]
        parts[place] = _capital(filler + lower_first(parts[place]))
    if rnd.random() < 0.2:
        parts[-1] = parts[-1].rstrip(".") + " x"
    return _join(parts, rnd, paragraphs)


def _terse(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    for n, part in enumerate(parts):
        for start in DROPPED:
            if part.startswith(start) and len(part) > 20:
                parts[n] = (
                    _capital(part[len(start) :]) if start != "I " or rnd.random() < 0.5 else part
                )
                break
    return " ".join(parts)


def _lower(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    text = _join(parts, rnd, paragraphs).lower()
    if rnd.random() < 0.5:
        text = text.replace("'", "")
    if rnd.random() < 0.4:
        text = text.replace(
            ". ", rnd.choice((", ", " and ", "... ", " - ")), 1 + int(rnd.random() * 2)
        )
    return text.rstrip(".")


def _typos(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    text = _join(parts, rnd, paragraphs)
    start = int(rnd.random() * len(SLIPS))
    done = 0
    for n in range(len(SLIPS)):
        right, wrong = SLIPS[(start + n) % len(SLIPS)]
        if right in text:
            text = text.replace(right, wrong, 1)
            done += 1
            if done == 2:
                break
    return text if rnd.random() < 0.7 else text.replace(", ", " ")


def _long(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    if not paragraphs:
        return " ".join(parts)
    text = parts[0]
    for n, part in enumerate(parts[1:], 1):
        text += ("\n\n" if n % 3 == 0 else " ") + part
    return text


def _angry(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    text = " ".join(parts)
    for word in LOUD[int(rnd.random() * 4) :]:
        if word in text:
            text = text.replace(word, word.upper(), 1)
            break
    return text[:-1] + rnd.choice(("!!", "!", "!!!", ".")) if text.endswith(".") else text


def _teen(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    text = " ".join(parts).lower().rstrip(".")
    text = text.replace("because", "bc", 1).replace("right now", "rn").replace("people", "ppl", 1)
    return text + TEEN_TAILS[int(rnd.random() * len(TEEN_TAILS))] if rnd.random() < 0.7 else text


def _emoji(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    signs = {"pos": GOOD_EMOJI, "neg": BAD_EMOJI}.get(mood, PLAIN_EMOJI)
    sign = signs[int(rnd.random() * len(signs))]
    text = _join(parts, rnd, paragraphs)
    return f"{text} {sign}" if rnd.random() < 0.7 else f"{text} {sign}{sign}"


def _foreign(parts: list[str], rnd: Random, mood: str, paragraphs: bool) -> str:
    text = " ".join(parts)
    start = int(rnd.random() * len(FOREIGN))
    for n in range(3):
        right, said = FOREIGN[(start + n) % len(FOREIGN)]
        text = text.replace(right, said, 1)
    opening = FOREIGN_OPEN[int(rnd.random() * len(FOREIGN_OPEN))] if len(parts) > 2 else ""
    return opening + text


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text as it goes on within a sentence; "I" and names in capitals stay.

    Examples
    --------
    >>> (
    ...     lower_first("Nobody asked."),
    ...     lower_first("I asked."),
    ...     lower_first("PCOS runs in the family."),
    ... )
    ('nobody asked.', 'I asked.', 'PCOS runs in the family.')
    """
    keep = text[:2] in ("I ", "I'") or text[1:2].isupper()
    return text if keep else text[0].lower() + text[1:]


VOICES: dict[str, Callable[[list[str], Random, str, bool], str]] = {
    "chatty": _chatty,
    "terse": _terse,
    "lower": _lower,
    "typos": _typos,
    "long": _long,
    "angry": _angry,
    "teen": _teen,
    "emoji": _emoji,
    "foreign": _foreign,
}
