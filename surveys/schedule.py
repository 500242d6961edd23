"""When: cadence, local times and business hours, as pure functions on times.

Moments are aware and come back in UTC; days and times of day belong to a named zone of the IANA database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo, available_timezones

from dateutil.relativedelta import relativedelta

from surveys.enums import Unit

MIDNIGHT = time(0)
MONDAY_TO_FRIDAY = frozenset(range(5))
_TIME = r"((?:[01][0-9]|2[0-3]):[0-5][0-9])"
_HOURS = re.compile(rf"([0-6])\s+{_TIME}\s*[-–]\s*{_TIME}", re.ASCII)


def days_in(text: str) -> frozenset[date]:
    """The days of a list with one a line. Raises ValueError with the line that is none."""
    days = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            days.add(date.fromisoformat(line))
        except ValueError:
            raise ValueError(line) from None
    return frozenset(days)


def hours_in(text: str) -> dict[int, tuple[time, time]]:
    """The hours by weekday of a list with one a line, as in `4 09:00-13:00`: from 0 for Monday; up to 00:00 is the end
    of the day. Raises ValueError with the line that is none, or that names a weekday again."""
    hours: dict[int, tuple[time, time]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _HOURS.fullmatch(line)
        if found is None or int(found[1]) in hours:
            raise ValueError(line[:40])
        opens, closes = time.fromisoformat(found[2]), time.fromisoformat(found[3])
        if closes != MIDNIGHT and closes <= opens:
            raise ValueError(line[:40])
        hours[int(found[1])] = opens, closes
    return hours


@cache
def time_zones() -> frozenset[str]:
    """The names of all zones, without those that mean whatever the machine is set to."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def occurrences(starts_on: date, *, every: int, unit: str) -> Iterator[date]:
    """Return the days of a cadence, the first being `starts_on`; endless but for the end of the calendar.

    Each is counted from the start, never from the one before: monthly from 31 January gives 28 February, then 31 March.
    Raises ValueError for a step under 1 and for an unknown unit.
    """
    step = _step(every, unit)

    def days() -> Iterator[date]:
        for index in count():
            try:
                day = starts_on + step * index
            except (OverflowError, ValueError):
                return
            yield day

    return days()


def latest_occurrence(
    starts_on: date, *, every: int, unit: str, on_or_before: date, not_before: date | None = None
) -> date | None:
    """Return the last day of a cadence that is not after `on_or_before`, or None.

    None too if that day is before `not_before`. It takes the same time for a day as for a century.
    Raises ValueError as `occurrences()` does.
    """
    index = _index(starts_on, every=every, unit=unit, on_or_before=on_or_before)
    if index < 0:
        return None
    day = starts_on + _step(every, unit) * index
    return None if not_before is not None and day < not_before else day


def next_occurrence(starts_on: date, *, every: int, unit: str, after: date) -> date | None:
    """Return the first day of a cadence that is after `after`; None only at the end of the calendar.

    Raises ValueError as `occurrences()` does.
    """
    index = _index(starts_on, every=every, unit=unit, on_or_before=after)
    try:
        return starts_on + _step(every, unit) * (index + 1)
    except (OverflowError, ValueError):
        return None


def _index(starts_on: date, *, every: int, unit: str, on_or_before: date) -> int:
    """Return which occurrence is the last that is not after `on_or_before`, from 0; -1 for none."""
    step = _step(every, unit)
    if on_or_before < starts_on:
        return -1
    if unit == Unit.MONTH:
        months = 12 * (on_or_before.year - starts_on.year) + on_or_before.month - starts_on.month
        index: int = months // every
    else:
        index = (on_or_before - starts_on).days // (7 * every if unit == Unit.WEEK else every)
    # Months are counted whole: the occurrence may lie in the month of `on_or_before`, but later in it.
    return index - 1 if starts_on + step * index > on_or_before else index


def local_instant(day: date, at: time, zone: str) -> datetime:
    """Return the first moment, in UTC, at which clocks in the zone show this time of that day, or a later one.

    So a time that spring skips gives the moment the clocks jump, and of a time that autumn repeats the first counts.
    Raises ValueError for a time with a zone of its own, ZoneInfoNotFoundError for an unknown zone.
    """
    if at.tzinfo is not None:
        raise ValueError("A local time is given without a zone of its own.")
    wall = datetime.combine(day, at)
    tz = ZoneInfo(zone)
    instant = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if _wall_clock(instant, tz) == wall:
        return instant
    return _end_of_gap(wall, tz)


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The hours in which a team works, in its own zone.

    `weekdays` are 0 for Monday to 6 for Sunday, `closed_days` are days off whatever their weekday. `own_hours` are the
    hours of weekdays that have others than the rest, or that are no working day without. Closing at 00:00 means the end
    of the day, so opening at 00:00 too means round the clock.
    Raises ValueError for hours that end before they begin, no weekday or one out of range, and
    ZoneInfoNotFoundError for an unknown zone.
    """

    zone: str
    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    closed_days: frozenset[date] = frozenset()
    own_hours: Mapping[int, tuple[time, time]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        for opens, closes in ((self.opens, self.closes), *self.own_hours.values()):
            if closes != MIDNIGHT and closes <= opens:
                raise ValueError("Open hours end after they begin, on the same day.")
        days = self.weekdays | self.own_hours.keys()
        if not days or not days <= frozenset(range(7)):
            raise ValueError("Weekdays are numbers from 0, Monday, to 6, Sunday; at least one.")

    def is_open_on(self, day: date) -> bool:
        return (day.weekday() in self.weekdays or day.weekday() in self.own_hours) and day not in self.closed_days

    def hours_on(self, day: date) -> tuple[time, time]:
        return self.own_hours.get(day.weekday(), (self.opens, self.closes))

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans in UTC and in order, from the local day of `since` on: the first may be over by then."""
        day = since.astimezone(ZoneInfo(self.zone)).date()
        while True:
            next_day = day + timedelta(days=1)
            if self.is_open_on(day):
                opens, closes = self.hours_on(day)
                closing_day = next_day if closes == MIDNIGHT else day
                yield local_instant(day, opens, self.zone), local_instant(closing_day, closes, self.zone)
            day = next_day


def opening(at: datetime, hours: OpenHours) -> tuple[datetime, datetime]:
    """Return the open span, in UTC, that `at` lies in, from then on; else the next one whole.

    Raises OverflowError past the year 9999.
    """
    for opens, closes in hours.spans(at):
        begins = max(opens, at)
        if begins < closes:  # clocks that jump may leave nothing of a short span
            return begins, closes
    raise AssertionError("Open spans have no end.")


def working_days(since: date, before: date, *, weekdays: frozenset[int], closed: frozenset[date]) -> list[date]:
    """Return the days from `since` on, and before `before`, that are such weekdays and not closed."""
    days = (since + timedelta(days=number) for number in range((before - since).days))
    return [day for day in days if day.weekday() in weekdays and day not in closed]


def poured(people: int, days: Sequence[date], *, loads: Mapping[date, int], level: int) -> dict[date, int]:
    """Return how many of `people` go to which of `days`, which have `loads` already: in order, each up to `level`.

    What finds no place so is spread evenly over all the days. Raises ValueError without days.
    """
    if not days:
        raise ValueError("There is no day for anybody.")
    places = {day: max(level - loads.get(day, 0), 0) for day in days}
    given: dict[date, int] = {}
    for day in days:
        given[day] = min(people, places[day])
        people -= given[day]
    for number, day in enumerate(days):
        given[day] += (people + len(days) - 1 - number) // len(days)
    return {day: count for day, count in given.items() if count}


def add_open_hours(start: datetime, hours: float, calendar: OpenHours) -> datetime:
    """Return the first moment, in UTC, by which so many open hours have passed since `start`; exact to a microsecond.

    8 hours from 9:00 of a day that ends at 17:00 end at that 17:00; 0 hours end at `start`, open or not.
    Raises ValueError for a naive start and for hours that are negative or not finite, OverflowError past the year 9999.
    """
    start = _in_utc(start)
    if not 0 <= hours < float("inf"):
        raise ValueError("Hours to add are 0 or more.")
    left = timedelta(hours=hours)
    if not left:
        return start
    for span_opens, closes in calendar.spans(start):
        opens = max(span_opens, start)
        if closes - opens >= left:
            return opens + left
        left -= max(closes - opens, timedelta())
    raise AssertionError("Open spans have no end.")


def open_hours_between(a: datetime, b: datetime, calendar: OpenHours) -> float:
    """Return how many open hours pass from a to b, negative if b is the earlier one.

    An hour is 3600 seconds: a span in which the clocks change is as long as it really is.
    Raises ValueError for a naive time.
    """
    a, b = _in_utc(a), _in_utc(b)
    if b < a:
        return -open_hours_between(b, a, calendar)
    passed = timedelta()
    for opens, closes in calendar.spans(a):
        if opens >= b:
            break
        passed += max(min(closes, b) - max(opens, a), timedelta())
    return passed / timedelta(hours=1)


def _step(every: int, unit: str) -> relativedelta:
    if every < 1:
        raise ValueError("A cadence has a step of 1 or more.")
    if unit == Unit.DAY:
        return relativedelta(days=every)
    if unit == Unit.WEEK:
        return relativedelta(weeks=every)
    if unit == Unit.MONTH:
        return relativedelta(months=every)
    raise ValueError(f"Unknown unit {unit!r}: it is one of {', '.join(Unit.values)}.")


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("A moment has a time zone.")
    return moment.astimezone(UTC)


def _wall_clock(moment: datetime, tz: ZoneInfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None, fold=0)


def _end_of_gap(wall: datetime, tz: ZoneInfo) -> datetime:
    """Return the moment at which the clocks jump past a time that does not exist.

    Read with the offset from after the jump the time lies before it, read with the one from before it lies after.
    Between the two we halve, on whole seconds, since zones change on those.
    """
    before = wall.replace(tzinfo=tz, fold=1, microsecond=0).astimezone(UTC)
    after = wall.replace(tzinfo=tz, fold=0, microsecond=0).astimezone(UTC) + timedelta(seconds=1)
    while (seconds := (after - before) // timedelta(seconds=1)) > 1:
        middle = before + timedelta(seconds=seconds // 2)
        if _wall_clock(middle, tz) < wall:
            before = middle
        else:
            after = middle
    return after
