"""Times as sources write them, into microseconds since 1970 in UTC (integers: Arrow takes them as they are)."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bedside.errors import InputError

__all__ = [
    "from_datetime",
    "from_text",
    "from_unix",
    "is_numeric_date",
    "iso",
    "states_zone",
    "zone",
]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
LATEST_SECONDS = (
    7_258_118_400  # year 2200: a larger number is milliseconds, microseconds or nanoseconds
)
OFFSETS = {  # hours; named zones that exports write behind a time
    "UTC": 0, "GMT": 0, "Z": 0, "BST": 1, "IST": 5.5, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "WET": 0,
    "WEST": 1, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AEST": 10, "AEDT": 11,
}  # fmt: skip
NAMED_ZONE = re.compile(r"^(.*\d)(?:\s*([AaPp][Mm]))?\s+([A-Z]{1,4})$")
NUMERIC_DATE = re.compile(
    r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?$"
)
MONTH = re.compile(r"^\d{4}-\d{2}$")
STATED_ZONE = re.compile(r"(?:[zZ]|[+-]\d\d:?\d\d|\d\s*(?:[AaPp][Mm])?\s+[A-Z]{1,4})$")
X_V1 = re.compile(r"^\w{3} (\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})$")


def from_datetime(value: datetime, default: tzinfo = UTC) -> int:
    """Microseconds since 1970 of a datetime; a naive one is taken to be in `default`.

    Examples
    --------
    >>> from_datetime(datetime(1970, 1, 1, 0, 0, 1))
    1000000
    """
    aware = value if value.tzinfo else value.replace(tzinfo=default)
    return (aware - EPOCH) // MICRO


def from_unix(value: Any) -> int | None:
    """Microseconds from a Unix time in seconds (milli-, micro- and nanoseconds are told by their size).

    Examples
    --------
    >>> from_unix(1700000000) == from_unix("1700000000000") == from_unix(1700000000.0)
    True
    """
    if type(value) is int and 0 < value <= LATEST_SECONDS:  # the usual case
        return value * 1_000_000
    if value is None or isinstance(value, bool) or value == "":
        return None
    number = float(value) if isinstance(value, str) else value
    if not 0 < number < float("inf"):
        return None
    scale = 1
    while number // scale > LATEST_SECONDS:
        scale *= 1000
    if scale > 1_000_000_000:
        return None
    return int(number * 1_000_000) // scale if scale == 1 else int(number) * 1_000_000 // scale


def iso(value: Any) -> int | None:
    """Microseconds from an ISO 8601 text; None where there is none or it cannot be read."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return from_datetime(datetime.fromisoformat(value.strip()))
    except (ValueError, OverflowError):
        return None


def zone(name: str) -> tzinfo:
    """The time zone of that IANA name.

    Raises
    ------
    InputError
        If there is none.
    """
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            f"timezone '{name[:40]}' is not known; give an IANA name such as 'Europe/London' or 'UTC'"
        ) from error


def states_zone(value: Any) -> bool:
    """Whether a time as an export writes it says its zone (numbers are Unix times: UTC)."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if isinstance(value, str):
        text = value.strip()
        return text.replace(".", "").isdigit() or bool(STATED_ZONE.search(text)) or ":" not in text
    return True


def is_numeric_date(value: str) -> tuple[int, int] | None:
    """First and second number of a date such as 03/04/2024, whose order must be known; else None."""
    match = NUMERIC_DATE.match(value.strip())
    return (int(match[1]), int(match[2])) if match else None


def from_text(
    value: Any, *, day_first: bool | None = None, default: tzinfo = UTC
) -> tuple[int, str] | None:
    """Microseconds and precision (s or day) of a time as an export writes it.

    Parameters
    ----------
    value : str, int, float, date or datetime
        ISO 8601, RFC 822, Unix time, `YYYY-MM-DD HH:MM:SS [zone]`, or day/month/year in the declared order.
    day_first : bool or None
        Order of day and month in dates such as 03/04/2024; None: such a date is not read unless one number
        exceeds 12.
    default : tzinfo
        Zone of times that state none.

    Returns
    -------
    tuple of (int, str) or None
        None where it cannot be read as a time.

    Examples
    --------
    >>> from_text("03/04/2024", day_first=True) == from_text("2024-04-03")
    True
    >>> from_text("2023-11-05 22:56:36 EST") == from_text("2023-11-06T03:56:36Z")
    True
    """
    if isinstance(value, datetime):
        return from_datetime(value, default), "s"
    if isinstance(value, date):
        return from_datetime(datetime(value.year, value.month, value.day), default), "day"
    if isinstance(value, int | float):
        number = from_unix(value)
        return None if number is None else (number, "s")
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        return _from_string(value.strip(), day_first, default)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _from_string(text: str, day_first: bool | None, default: tzinfo) -> tuple[int, str] | None:
    """First reading that fits: number, numeric date, named zone, ISO, X v1.1, RFC 822."""
    if re.fullmatch(r"\d{9,19}(\.\d+)?", text):
        number = from_unix(text)
        return None if number is None else (number, "s")
    if NUMERIC_DATE.match(text):
        return _numeric(text, day_first, default)
    named = NAMED_ZONE.match(text)
    if named and named[3] in OFFSETS:
        fixed = timezone(timedelta(hours=OFFSETS[named[3]]))
        rest = named[1] + (f" {named[2]}" if named[2] else "")
        return _from_string(rest, day_first, fixed)
    if MONTH.match(text):
        return from_datetime(datetime(int(text[:4]), int(text[5:]), 1), default), "month"
    if text[:4].isdigit():
        return _iso_like(text, default)
    x_v1 = X_V1.match(text)
    if x_v1:
        text = f"{x_v1[2]} {x_v1[1]} {x_v1[5]} {x_v1[3]} {x_v1[4]}"
    return from_datetime(parsedate_to_datetime(text), default), "s"


def _iso_like(text: str, default: tzinfo) -> tuple[int, str]:
    """ISO 8601, also with slashes, and with a blank before the offset."""
    text = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text.replace("/", "-"))
    value = datetime.fromisoformat(text)
    return from_datetime(value, default), "s" if ":" in text or "T" in text else "day"


def _numeric(text: str, day_first: bool | None, default: tzinfo) -> tuple[int, str] | None:
    """Day/month/year in the declared order; a number above 12 decides for itself."""
    match = NUMERIC_DATE.match(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    if day_first is None and first <= 12 and second <= 12:
        return None
    days = first > 12 if day_first is None else day_first
    day, month = (first, second) if days else (second, first)
    year += 2000 if year < 70 and len(match[3]) == 2 else 1900 if len(match[3]) == 2 else 0
    if match[4] is None:
        return from_datetime(datetime(year, month, day), default), "day"
    hour = int(match[4])
    if match[7]:
        hour = hour % 12 + (12 if match[7].lower() == "pm" else 0)
    value = datetime(year, month, day, hour, int(match[5]), int(match[6] or 0))
    return from_datetime(value, default), "s"
