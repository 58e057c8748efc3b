"""How numbers and dates are printed: whole per cent, no false precision, `*` for a number that may not be shown."""

from collections.abc import Sequence
from datetime import date

__all__ = [
    "NARROW",
    "STAR",
    "count",
    "day",
    "listed",
    "months",
    "percent",
    "sentence_case",
    "share",
    "span",
]

NARROW = "\u202f"  # narrow no-break space, before the per cent sign
STAR = "*"
_NO_BREAK_DASH = "\u2060–\u2060"  # word joiners keep an interval on one line
_YEARS_FROM = 24  # months from which a wait is printed in years
_YEAR = 12  # months


def _digits(value: float, low: float | None, high: float | None) -> int:
    """A decimal only where the interval is narrower than one unit, or a whole number would read as none."""
    narrow = low is not None and high is not None and high - low < 1
    return 1 if narrow or 0 < value < 0.5 else 0


def span(low: float | None, high: float | None, digits: int | None = 0) -> str:
    """An interval in brackets that does not break over lines; empty where there is none.

    `digits` None prints each end as short as it is.

    Examples
    --------
    >>> span(36.2, 45.9).replace(chr(0x2060), "")
    '(36–46)'
    """
    if low is None or high is None:
        return ""
    ends = (f"{x:g}" if digits is None else f"{x:.{digits}f}" for x in (low, high))
    first, last = (end.replace("-", "−") for end in ends)
    return f"({first}{_NO_BREAK_DASH}{last})"


def percent(value: float) -> str:
    """A share in 0..1 as per cent, without interval.

    Examples
    --------
    >>> percent(0.414) == "41" + NARROW + "%"
    True
    """
    return f"{100 * value:.{_digits(100 * value, None, None)}f}{NARROW}%"


def share(value: float, low: float | None, high: float | None) -> str:
    """A share in 0..1 and its interval as per cent, such as `41 % (36–46)`.

    Parameters
    ----------
    value, low, high : float
        Share and 95 % interval in 0..1; the interval may be None.

    Returns
    -------
    str
        Whole per cent; one decimal only where the interval is narrower than one unit or the share rounds to 0.
    """
    left, right = (None if x is None else 100 * x for x in (low, high))
    digits = _digits(100 * value, left, right)
    number = f"{100 * value:.{digits}f}" if value else "0"
    return f"{number}{NARROW}% {span(left, right, digits)}".rstrip()


def count(number: int | None, small: int = 1) -> str:
    """A count with thousands; `*` for 1 to small - 1 and where there is none to show.

    Examples
    --------
    >>> count(12480), count(5, small=8), count(0, small=8), count(None)
    ('12,480', '*', '0', '*')
    """
    if number is None or 0 < number < small:
        return STAR
    return f"{number:,}"


def months(value: float, low: float | None = None, high: float | None = None) -> str:
    """A wait in months, printed in years from two years on, with its interval in the same unit.

    Examples
    --------
    >>> months(90), months(14), months(1)
    ('7.5 years', '14 months', '1 month')
    """
    if value < _YEARS_FROM:
        return f"{value:.0f} month{'' if value == 1 else 's'} {span(low, high)}".rstrip()
    left, right = (None if x is None else round(x / _YEAR, 1) for x in (low, high))
    return f"{round(value / _YEAR, 1):g} years {span(left, right, None)}".rstrip()


def day(iso: str) -> str:
    """An ISO date in words; what is not an ISO date stays as it came.

    Examples
    --------
    >>> day("2026-11-02"), day("2026-11-02T10:00:00Z"), day("soon")
    ('2 November 2026', '2 November 2026', 'soon')
    """
    try:
        when = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{when.day} {when:%B} {when.year}"


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a or b", "c"])
    ('a', 'a, b and c', 'a or b, and c')
    """
    *first, last = words
    if not first:
        return last
    comma = "," if any(" or " in w or " and " in w for w in words) else ""
    return f"{', '.join(first)}{comma} and {last}"


def sentence_case(words: str) -> str:
    """Words with a capital at the start, the rest untouched.

    Examples
    --------
    >>> sentence_case("the NHS")
    'The NHS'
    """
    return words[:1].upper() + words[1:]
