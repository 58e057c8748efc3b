"""The clock of a case: day zero, due dates of each region, and the hand-over in business days (R2-R5)."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from bedside.errors import InputError, suggest
from bedside.store.config import Safety

__all__ = [
    "Clock",
    "ClockRule",
    "Due",
    "Times",
    "add_business_days",
    "clock_of",
    "day_zero",
    "days_to",
    "load_rules",
    "zone",
]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ClockRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the table of clocks; see clocks.toml."""

    region: str
    serious: bool
    days: int
    start: date = msgspec.field(name="from")
    until: date | None = None
    expected: str = "any"
    source: str = ""
    note: str = ""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """When what happened, in UTC; None: not yet."""

    ingested_at: datetime | None = None
    first_seen_by_person_at: datetime | None = None
    four_elements_at: datetime | None = None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One due date. `state` is overdue, due_soon, running, met or met_late; `met_on` when it was handed over."""

    what: str  # a region, or hand_over
    due: date
    days_left: int
    state: str
    rule: str
    met_on: date | None = None


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """Clock of a case or of a follow-up: its times, day zero where the clock runs, and what is due.

    `why` says what started the clock, or what it waits for.
    """

    times: Times
    day_zero: date | None
    why: str
    dues: tuple[Due, ...] = ()

    @property
    def next_due(self) -> Due | None:
        """The earliest due date that is still open."""
        left = [due for due in self.dues if not due.met_on]
        return min(left, key=lambda due: due.due) if left else None


def load_rules(path: Path | None = None) -> tuple[ClockRule, ...]:
    """The table of clocks that ships, or a study's own.

    Raises
    ------
    InputError
        If the file cannot be read as such a table.
    """
    name = path.name if path else "clocks.toml"
    try:
        text = (path or files("bedside.measure.safety").joinpath("clocks.toml")).read_text("utf-8")
        return tuple(msgspec.convert(tomllib.loads(text)["rule"], list[ClockRule]))
    except OSError as error:
        raise InputError(
            f"the table of clocks {name} is not in the study's folder; put it there"
        ) from error
    except (tomllib.TOMLDecodeError, KeyError, msgspec.ValidationError) as error:
        raise InputError(
            f"{name} is no table of clocks: {error}; each [[rule]] has region, serious, days, from"
        ) from error


def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            f"no time zone '{name}'; [safety] time_zone takes names such as Europe/London or UTC"
        ) from error


def day_zero(at: datetime, time_zone: str) -> date:
    """The calendar day of an instant in a place; weekends and holidays count as any other (GVP VI.B.7).

    Examples
    --------
    >>> day_zero(datetime.fromisoformat("2026-03-08T04:50:00+00:00"), "America/New_York")
    datetime.date(2026, 3, 7)
    """
    if at.tzinfo is None:
        raise InputError("a clock needs times with their zone")
    return at.astimezone(zone(time_zone)).date()


def _free(policy: Safety) -> tuple[set[int], set[date]]:
    """Weekdays and dates that are no business days."""
    for name in policy.weekend:
        if name not in WEEKDAYS:
            raise InputError(f"[safety] weekend holds '{name}'; {suggest(name, WEEKDAYS)}")
    try:
        holidays = {date.fromisoformat(day) for day in policy.holidays}
    except ValueError as error:
        raise InputError(
            "[safety] holidays holds something that is no date; write YYYY-MM-DD"
        ) from error
    weekend = {WEEKDAYS.index(name) for name in policy.weekend}
    if len(weekend) == len(WEEKDAYS):
        raise InputError("[safety] weekend names all seven days: no business day is left")
    return weekend, holidays


def add_business_days(day: date, number: int, policy: Safety) -> date:
    """The date `number` business days after a day.

    Examples
    --------
    >>> add_business_days(date(2026, 3, 7), 1, Safety())  # a Saturday
    datetime.date(2026, 3, 9)
    """
    weekend, holidays = _free(policy)
    while number > 0:
        day += timedelta(days=1)
        number -= day.weekday() not in weekend and day not in holidays
    return day


def _started(times: Times, policy: Safety) -> tuple[datetime | None, str]:
    """The instant that starts the clock, and why."""
    seen, four = times.first_seen_by_person_at, times.four_elements_at
    if policy.clock == "ingested":
        return times.ingested_at, "counted from the import, as the study's policy says"
    if seen is None:
        return None, "waits for a person to see it"
    if policy.clock == "first_seen":
        return seen, "counted from the first look of a person, as the study's policy says"
    if four is None:
        return None, "waits for the four elements"
    return max(seen, four), "a person had seen it and the four elements were there"


def _rules_for(
    region: str, serious: bool, expected: bool, day: date, rules: Sequence[ClockRule]
) -> list[ClockRule]:
    return [
        rule
        for rule in rules
        if rule.region == region
        and rule.serious == serious
        and (rule.expected == "any" or not expected)
        and rule.start <= day
        and (rule.until is None or day < rule.until)
    ]


def days_to(due: date, policy: Safety, now: datetime) -> tuple[int, str]:
    """Calendar days until a date, as the study's place counts them, and how that stands.

    Examples
    --------
    >>> days_to(date(2026, 3, 9), Safety(), datetime.fromisoformat("2026-03-10T04:50:00+00:00"))
    (-1, 'overdue')
    """
    left = (due - day_zero(now, policy.time_zone)).days
    state = "overdue" if left < 0 else "due_soon" if left <= policy.due_soon_days else "running"
    return left, state


def _due(
    what: str, due: date, rule: str, now: datetime, policy: Safety, met_on: date | None
) -> Due:
    left, state = days_to(due, policy, now)
    return Due(
        what=what,
        due=due,
        days_left=left,
        state=("met" if met_on <= due else "met_late") if met_on else state,
        rule=rule,
        met_on=met_on,
    )


def clock_of(
    times: Times,
    policy: Safety,
    *,
    serious: bool,
    now: datetime,
    rules: Sequence[ClockRule],
    expected: bool = False,
    handed_over_at: datetime | None = None,
) -> Clock:
    """Work out the clock of a case, or of a follow-up whose times these are.

    Parameters
    ----------
    times : Times
    policy : Safety
        Of the study: zone, what starts the clock, regions, calendar.
    serious : bool
        Decided, or where nobody has decided yet, proposed.
    now : datetime
    rules : sequence of ClockRule
    expected : bool, default False
        Only where a person said so.
    handed_over_at : datetime, optional
        Ends every clock.

    Returns
    -------
    Clock
        Due dates are calendar days after day zero, on whatever day they fall; the hand-over alone counts
        business days.

    Raises
    ------
    InputError
        If the policy names a region that the table does not know, a zone or a calendar that cannot be read.
    """
    known = sorted({rule.region for rule in rules})
    for region in policy.regions:
        if region not in known:
            raise InputError(f"[safety] regions holds '{region}'; {suggest(region, known)}")
    started, why = _started(times, policy)
    if started is None:
        return Clock(times=times, day_zero=None, why=why)
    first = day_zero(started, policy.time_zone)
    met_on = day_zero(handed_over_at, policy.time_zone) if handed_over_at else None
    dues = [
        _due(
            "hand_over",
            add_business_days(first, policy.hand_over_days, policy),
            f"{policy.hand_over_days} business day(s) after day zero",
            now,
            policy,
            met_on,
        )
    ]
    for region in policy.regions:
        for rule in _rules_for(region, serious, expected, first, rules):
            words = f"{rule.days} calendar days: {rule.source}"
            due = first + timedelta(days=rule.days)
            dues.append(_due(region, due, words, now, policy, met_on))
    return Clock(times=times, day_zero=first, why=why, dues=tuple(dues))
