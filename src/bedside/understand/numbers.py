"""Numbers in digits and in words, and durations in months."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bedside.understand.phrases import NUMBER

__all__ = ["TENS", "Duration", "durations", "number"]

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {
    **{word: float(n) for n, word in enumerate(_ONES)},
    **{word: float(10 * n) for n, word in enumerate(TENS, 2)},
    "a": 1.0, "an": 1.0, "couple": 2.0, "half": 0.5, "dozen": 12.0,
}  # fmt: skip
LONGEST = 9  # characters; longer runs of digits are identifiers, not counts
_MONTHS = {
    "day": 12 / 365.25,
    "week": 12 * 7 / 365.25,
    "fortnight": 12 * 14 / 365.25,
    "month": 1.0,
    "year": 12.0,
    "decade": 120.0,
}
_UNIT = {"yr": "year", "yrs": "year", "mth": "month", "mths": "month", "wk": "week", "wks": "week"}
_DURATION = re.compile(
    rf" (?P<about>nearly |almost |over |about |around |roughly |approximately |more than |at least |only |just |another )?"
    rf"(?P<num>{NUMBER}) (?:of )?(?:(?P<half>and a half) )?(?:(?P<to>to|or|-|–) (?P<num2>{NUMBER}) )?"
    r"(?:long |whole |full |more |miserable |painful |other |further )?"
    r"(?P<unit>days?|weeks?|wks?|fortnights?|months?|mths?|years?|yrs?|decades?)(?: and (?P<extra>a half|(?P<num3>\w+) months?))?(?= )"
)


_BEGINNINGS = tuple(f" {unit}" for unit in (*_MONTHS, *_UNIT) if unit[-1] != "s")  # of its units
_OFTEN = re.compile(r" (?:hours?|times|once|twice|days|mg|minutes|mins|units|pints|packs?|x) $")
_TAKES = re.compile(r" (?:in|for|took|takes|within|after|only|just|or|than|about) $")


@dataclass(frozen=True, slots=True)
class Duration:
    """A stretch of time: its place in canonical text and its length in months."""

    start: int
    end: int
    months: float
    unit: str


def number(word: str) -> float | None:
    """Value of a number in digits or words; None for "few", "many" and what is no number.

    Examples
    --------
    >>> number("eighteen"), number("3,5"), number("1,200"), number("several")
    (18.0, 3.5, 1200.0, None)
    """
    if word[:1].isdigit() and len(word) <= LONGEST:
        plain = re.sub(r",(?=\d{3}(\D|$))", "", word).replace(",", ".")
        try:
            return float(plain)
        except ValueError:
            return None
    return _WORDS.get(word)


def _with_tens(
    text: str, match: re.Match[str], value: float | None, low: float | None
) -> tuple[float | None, float | None]:
    """The numbers with a word of tens before them: of "twenty two years" the match holds the "two" alone."""
    before = text[max(0, match.start() - 8) : match.start()].rpartition(" ")[2]
    if (
        before in TENS
        and not match["num2"]
        and low is not None
        and 1 <= low < 10
        and match["num"] in _ONES
    ):
        return low + _WORDS[before], low + _WORDS[before]
    return value, low


def durations(text: str, start: int = 0, end: int | None = None) -> Iterator[Duration]:
    """Durations told in a stretch of canonical text, in order.

    Examples
    --------
    >>> [d.months for d in durations(" four years , then 18 months and two and a half years ")]
    [48.0, 18.0, 30.0]
    """
    stop = len(text) if end is None else end + 1
    if all(text.find(unit, start, stop) < 0 for unit in _BEGINNINGS):
        return  # most posts tell of none, and to see that is ten times cheaper than to run the expression
    for match in _DURATION.finditer(text, start, stop):
        value = number(match["num2"] or match["num"])
        low = number(match["num"])
        value, low = _with_tens(text, match, value, low)
        if value is None or low is None or match["num"] == "half":
            continue
        if match["num2"]:
            value = (low + value) / 2
        unit = match["unit"].rstrip("s")
        unit = _UNIT.get(unit, _UNIT.get(match["unit"], unit))
        if match["half"] or match["extra"] == "a half":
            value += 0.5
        if match["num"] == "a" and _OFTEN.search(
            text, max(0, match.start() - 9), match.start() + 1
        ):
            continue  # "18 hours a day"
        if (
            match["num"] == "one"
            and unit == "day"
            and not _TAKES.search(text, max(0, match.start() - 9), match.start() + 1)
        ):
            continue  # "then one day they found it"
        if match["num"] == "a" and text.endswith(" half", 0, match.start()):
            value = 0.5
        months = value * _MONTHS[unit]
        if match["num3"]:
            months += number(match["num3"]) or 0
        yield Duration(match.start() + 1, match.end(), round(months, 2), unit)
