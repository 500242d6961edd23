from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from surveys import schedule
from surveys.enums import Unit
from surveys.schedule import OpenHours

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]
# Days around which these zones have changed their clocks, beside any day at all.
CHANGES = [
    date(1985, 12, 31),
    date(2010, 11, 6),
    date(2011, 12, 29),
    date(2018, 11, 3),
    date(2026, 3, 7),
    date(2026, 3, 28),
    date(2026, 4, 4),
    date(2026, 10, 3),
    date(2026, 10, 24),
    date(2026, 10, 31),
]
MICROSECOND = timedelta(microseconds=1)

a_zone = st.sampled_from(ZONES)
a_day = st.dates(date(1980, 1, 1), date(2037, 12, 31)) | st.builds(
    lambda day, days: day + timedelta(days=days), st.sampled_from(CHANGES), st.integers(0, 3)
)
a_moment = st.builds(
    lambda day, seconds: datetime.combine(day, time(), UTC) + timedelta(seconds=seconds), a_day, st.integers(0, 86_399)
)


@st.composite
def calendars(draw: st.DrawFn) -> OpenHours:
    opens = draw(st.integers(0, 23 * 60))
    closes = draw(st.integers(opens + 60, 24 * 60))
    return OpenHours(
        draw(a_zone),
        time(opens // 60, opens % 60),
        time(closes // 60 % 24, closes % 60),
        draw(st.frozensets(st.integers(0, 6), min_size=1)),
        draw(st.frozensets(a_day, max_size=10)),
    )


def local(zone: str, *parts: int) -> datetime:
    """Return a moment by its local date and time; the first one where there are two."""
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def by_hand(starts_on: date, every: int, unit: str, until: date) -> Iterator[date]:
    return takewhile(lambda day: day <= until, schedule.occurrences(starts_on, every=every, unit=unit))


# Cadence


@pytest.mark.parametrize(
    ("every", "unit", "expected"),
    [
        (1, "day", ["2026-01-31", "2026-02-01", "2026-02-02", "2026-02-03"]),
        (90, "day", ["2026-01-31", "2026-05-01", "2026-07-30", "2026-10-28"]),
        (2, "week", ["2026-01-31", "2026-02-14", "2026-02-28", "2026-03-14"]),
        (1, "month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (3, "month", ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"]),
        (25, "month", ["2026-01-31", "2028-02-29", "2030-03-31", "2032-04-30"]),
    ],
)
def test_occurrences_are_counted_from_the_start(every: int, unit: str, expected: list[str]) -> None:
    days = schedule.occurrences(date(2026, 1, 31), every=every, unit=unit)

    assert [day.isoformat() for day in islice(days, 4)] == expected


@pytest.mark.parametrize("unit", Unit.values)
def test_occurrences_end_with_the_calendar(unit: str) -> None:
    days = schedule.occurrences(date(9999, 12, 1), every=31, unit=unit)

    assert list(days) == [date(9999, 12, 1)]


@pytest.mark.parametrize(("every", "unit"), [(0, "day"), (-1, "week"), (1, "year"), (1, ""), (1, "days")])
def test_impossible_cadence_is_refused_at_once(every: int, unit: str) -> None:
    with pytest.raises(ValueError, match=r"cadence|unit"):
        schedule.occurrences(date(2026, 1, 1), every=every, unit=unit)
    with pytest.raises(ValueError, match=r"cadence|unit"):
        schedule.latest_occurrence(date(2026, 1, 1), every=every, unit=unit, on_or_before=date(2025, 1, 1))


@pytest.mark.parametrize(
    ("on_or_before", "not_before", "expected"),
    [
        (date(2026, 1, 30), None, None),
        (date(2026, 1, 31), None, date(2026, 1, 31)),
        (date(2026, 2, 27), None, date(2026, 1, 31)),
        (date(2026, 2, 28), None, date(2026, 2, 28)),
        (date(2026, 3, 30), None, date(2026, 2, 28)),
        (date(2026, 3, 31), None, date(2026, 3, 31)),
        (date(2026, 3, 30), date(2026, 2, 28), date(2026, 2, 28)),
        (date(2026, 3, 30), date(2026, 3, 1), None),
        (date(9999, 12, 31), None, date(9999, 12, 31)),
    ],
)
def test_latest_occurrence_of_a_monthly_cadence(on_or_before: date, not_before: date | None, expected: date) -> None:
    found = schedule.latest_occurrence(
        date(2026, 1, 31), every=1, unit="month", on_or_before=on_or_before, not_before=not_before
    )

    assert found == expected


def test_latest_occurrence_after_a_century() -> None:
    found = schedule.latest_occurrence(date(1926, 1, 1), every=7, unit="day", on_or_before=date(2026, 11, 24))

    assert found == date(2026, 11, 20)


def test_latest_occurrence_of_an_endless_step_is_the_start() -> None:
    for unit in Unit.values:
        found = schedule.latest_occurrence(date(2026, 1, 1), every=10**9, unit=unit, on_or_before=date(9999, 12, 31))

        assert found == date(2026, 1, 1)


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.integers(1, 40),
    st.sampled_from(Unit.values),
    st.integers(-50, 1500),
    st.none() | st.integers(0, 100),
)
def test_latest_occurrence_is_the_last_of_all(
    starts_on: date, every: int, unit: str, days: int, back: int | None
) -> None:
    on_or_before = starts_on + timedelta(days=days)
    not_before = None if back is None else on_or_before - timedelta(days=back)

    found = schedule.latest_occurrence(
        starts_on, every=every, unit=unit, on_or_before=on_or_before, not_before=not_before
    )

    every_day = [day for day in by_hand(starts_on, every, unit, on_or_before) if not not_before or day >= not_before]
    assert found == (every_day[-1] if every_day else None)


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(1, 400), st.sampled_from(Unit.values))
def test_occurrences_only_go_forward(starts_on: date, every: int, unit: str) -> None:
    days = list(islice(schedule.occurrences(starts_on, every=every, unit=unit), 20))

    assert days[0] == starts_on
    assert days == sorted(set(days))


# Local times


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        pytest.param("UTC", "2026-03-29", "02:30", "2026-03-29T02:30:00", id="UTC has no gap"),
        pytest.param("Europe/Berlin", "2026-01-15", "09:00", "2026-01-15T08:00:00", id="Berlin, winter"),
        pytest.param("Europe/Berlin", "2026-07-15", "09:00", "2026-07-15T07:00:00", id="Berlin, summer"),
        pytest.param("Europe/Berlin", "2026-03-29", "01:59:59", "2026-03-29T00:59:59", id="Berlin, before the gap"),
        pytest.param("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T01:00:00", id="Berlin, gap begins"),
        pytest.param("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00:00", id="Berlin, in the gap"),
        pytest.param("Europe/Berlin", "2026-03-29", "02:59:59.999999", "2026-03-29T01:00:00", id="Berlin, gap ends"),
        pytest.param("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00:00", id="Berlin, after the gap"),
        pytest.param("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00", id="Berlin, first of two"),
        pytest.param("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00:00", id="Berlin, after the two"),
        pytest.param("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00", id="New York, in the gap"),
        pytest.param("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00", id="New York, first of two"),
        pytest.param("America/St_Johns", "2026-03-08", "02:30", "2026-03-08T05:30:00", id="St. John's, in the gap"),
        pytest.param("America/St_Johns", "2026-11-01", "01:30", "2026-11-01T04:00:00", id="St. John's, first of two"),
        pytest.param("America/St_Johns", "2010-11-06", "23:30", "2010-11-07T02:00:00", id="St. John's, day repeats"),
        pytest.param("America/St_Johns", "2010-11-07", "00:00:30", "2010-11-07T02:30:30", id="St. John's, midnight"),
        pytest.param("America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00:00", id="Sao Paulo, no midnight"),
        pytest.param("Asia/Kathmandu", "2026-03-29", "02:30", "2026-03-28T20:45:00", id="Kathmandu, quarter hour"),
        pytest.param("Asia/Kathmandu", "1986-01-01", "00:10", "1985-12-31T18:30:00", id="Kathmandu, in the gap"),
        pytest.param("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00", id="Lord Howe, in the gap"),
        pytest.param("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30:00", id="Lord Howe, after it"),
        pytest.param("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00", id="Lord Howe, first of two"),
        pytest.param("Pacific/Apia", "2011-12-29", "23:59", "2011-12-30T09:59:00", id="Apia, before the lost day"),
        pytest.param("Pacific/Apia", "2011-12-30", "00:00", "2011-12-30T10:00:00", id="Apia, lost day begins"),
        pytest.param("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T10:00:00", id="Apia, lost day"),
        pytest.param("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30T19:00:00", id="Apia, after the lost day"),
    ],
)
def test_local_instant(zone: str, day: str, at: str, expected: str) -> None:
    instant = schedule.local_instant(date.fromisoformat(day), time.fromisoformat(at), zone)

    assert instant == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert instant.tzinfo is UTC


def test_local_instant_takes_the_first_even_if_asked_for_the_second() -> None:
    instant = schedule.local_instant(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin")

    assert instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_local_instant_refuses_a_time_with_a_zone() -> None:
    with pytest.raises(ValueError, match="without a zone of its own"):
        schedule.local_instant(date(2026, 1, 1), time(9, tzinfo=UTC), "Europe/Berlin")


def test_local_instant_refuses_an_unknown_zone() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        schedule.local_instant(date(2026, 1, 1), time(9), "Europe/Atlantis")


@given(a_day, st.times(), a_zone)
def test_local_instant_is_the_first_that_shows_the_time(day: date, at: time, zone: str) -> None:
    wanted = datetime.combine(day, at)

    instant = schedule.local_instant(day, at, zone)

    shown, just_before = (moment.astimezone(ZoneInfo(zone)) for moment in (instant, instant - MICROSECOND))
    assert just_before.replace(tzinfo=None) < wanted <= shown.replace(tzinfo=None)
    assert shown.fold == 0


# Business hours


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param((2026, 11, 2, 9), 8, (2026, 11, 2, 17), id="a whole day ends at closing time"),
        pytest.param((2026, 11, 2, 10), 8, (2026, 11, 3, 10), id="over night"),
        pytest.param((2026, 11, 2, 17), 1, (2026, 11, 3, 10), id="from closing time"),
        pytest.param((2026, 11, 2, 3), 1, (2026, 11, 2, 10), id="from before opening"),
        pytest.param((2026, 11, 6, 16), 2, (2026, 11, 9, 10), id="over the weekend"),
        pytest.param((2026, 11, 6, 10), 16, (2026, 11, 10, 10), id="two days over the weekend"),
        pytest.param((2026, 11, 7, 12), 0.5, (2026, 11, 9, 9, 30), id="from the weekend"),
        pytest.param((2026, 11, 2, 9), 40, (2026, 11, 6, 17), id="a whole week"),
        pytest.param((2026, 3, 27, 16), 2, (2026, 3, 30, 10), id="over the change to summer time"),
        pytest.param((2026, 10, 23, 16), 2, (2026, 10, 26, 10), id="over the change to winter time"),
        pytest.param((2026, 12, 23, 16), 2, (2026, 12, 28, 10), id="over closed days"),
        pytest.param((2026, 11, 7, 12), 0, (2026, 11, 7, 12), id="no hours from the weekend"),
    ],
)
def test_open_hours_are_added_and_counted(start: tuple[int, ...], hours: float, expected: tuple[int, ...]) -> None:
    calendar = OpenHours("Europe/Berlin", closed_days=frozenset({date(2026, 12, 24), date(2026, 12, 25)}))
    begin, end = local("Europe/Berlin", *start), local("Europe/Berlin", *expected)

    due = schedule.add_open_hours(begin, hours, calendar)

    assert due == end
    assert due.tzinfo is UTC
    assert schedule.open_hours_between(begin, due, calendar) == hours
    assert schedule.open_hours_between(due, begin, calendar) == -hours


def test_weekday_may_have_hours_of_its_own_or_be_open_only_by_them() -> None:
    short_friday, sunday_night = (time(9), time(13)), (time(0), time(6))
    calendar = OpenHours("Europe/Berlin", own_hours={4: short_friday, 6: sunday_night})
    begin = local("Europe/Berlin", 2026, 10, 23, 12)

    # An hour of Friday, seven of the Sunday on which a clock shows 2:00 twice, two of Monday.
    assert schedule.add_open_hours(begin, 10, calendar) == local("Europe/Berlin", 2026, 10, 26, 11)
    assert schedule.open_hours_between(begin, local("Europe/Berlin", 2026, 10, 25, 6), calendar) == 8


@pytest.mark.parametrize("own_hours", [{7: (time(9), time(17))}, {4: (time(17), time(9))}, {4: (time(9), time(9))}])
def test_own_hours_that_never_come_are_refused(own_hours: dict[int, tuple[time, time]]) -> None:
    with pytest.raises(ValueError, match=r"Open hours end|Weekdays are"):
        OpenHours("UTC", own_hours=own_hours)


def test_list_of_hours_is_read_line_by_line() -> None:
    assert schedule.hours_in(" 4  09:00 – 13:00 \r\n\n6 10:00-00:00") == {
        4: (time(9), time(13)),
        6: (time(10), time(0)),
    }
    assert schedule.hours_in("") == {}


@pytest.mark.parametrize(
    "line", ["7 09:00-13:00", "4 9:00-13:00", "4 09:00-24:00", "4 13:00-09:00", "٤ 09:00-13:00", "Fri", "4 09:00"]
)
def test_line_that_is_no_hours_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        schedule.hours_in(f"3 09:00-13:00\n{line}")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param((2026, 11, 2, 9), (2026, 11, 2, 9), 0, id="no time"),
        pytest.param((2026, 11, 2, 17), (2026, 11, 3, 9), 0, id="a night"),
        pytest.param((2026, 11, 6, 20), (2026, 11, 8, 20), 0, id="a weekend"),
        pytest.param((2026, 11, 2, 8), (2026, 11, 2, 9, 15), 0.25, id="from before opening"),
        pytest.param((2026, 11, 2, 16), (2026, 11, 2, 23), 1, id="till after closing"),
        pytest.param((2026, 11, 2, 10), (2026, 11, 2, 10, 20), 1 / 3, id="within a day"),
        pytest.param((2026, 1, 1), (2027, 1, 1), 8 * 261, id="a year"),
    ],
)
def test_open_hours_between(a: tuple[int, ...], b: tuple[int, ...], expected: float) -> None:
    calendar = OpenHours("America/New_York")
    begin, end = local("America/New_York", *a), local("America/New_York", *b)

    assert schedule.open_hours_between(begin, end, calendar) == pytest.approx(expected, abs=1e-12)
    assert schedule.open_hours_between(end, begin, calendar) == pytest.approx(-expected, abs=1e-12)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/St_Johns", date(2026, 11, 1), 25),
        ("America/St_Johns", date(2010, 11, 6), 24),
        ("America/St_Johns", date(2010, 11, 7), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
        ("Asia/Kathmandu", date(1986, 1, 1), 23.75),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
    ],
)
def test_a_day_round_the_clock_is_as_long_as_it_really_is(zone: str, day: date, hours: float) -> None:
    calendar = OpenHours(zone, schedule.MIDNIGHT, schedule.MIDNIGHT, frozenset(range(7)))
    begin = schedule.local_instant(day, schedule.MIDNIGHT, zone)
    end = schedule.local_instant(day + timedelta(days=1), schedule.MIDNIGHT, zone)

    assert end - begin == timedelta(hours=hours)
    assert schedule.open_hours_between(begin, end, calendar) == hours
    assert schedule.add_open_hours(begin, hours, calendar) == end


def test_a_lost_friday_has_no_open_hours() -> None:
    calendar = OpenHours("Pacific/Apia")

    due = schedule.add_open_hours(local("Pacific/Apia", 2011, 12, 29, 16), 2, calendar)

    assert due == local("Pacific/Apia", 2012, 1, 2, 10)


def test_hours_that_lie_in_a_gap_pass_over() -> None:
    calendar = OpenHours("Europe/Berlin", time(2, 10), time(2, 50), frozenset({6}))

    due = schedule.add_open_hours(local("Europe/Berlin", 2026, 3, 28, 12), 0.5, calendar)

    assert due == local("Europe/Berlin", 2026, 4, 5, 2, 40)


@pytest.mark.parametrize("hours", [-1, -1e-9, math.nan, math.inf, -math.inf])
def test_hours_to_add_are_not_negative_or_endless(hours: float) -> None:
    with pytest.raises(ValueError, match=r"^Hours to add are 0 or more\.$"):
        schedule.add_open_hours(datetime(2026, 1, 1, tzinfo=UTC), hours, OpenHours("UTC"))


def test_moments_need_a_zone() -> None:
    naive: datetime = datetime.fromisoformat("2026-11-02T09:00")
    aware, calendar = naive.replace(tzinfo=UTC), OpenHours("UTC")

    for call in (
        lambda: schedule.add_open_hours(naive, 1, calendar),
        lambda: schedule.open_hours_between(naive, aware, calendar),
        lambda: schedule.open_hours_between(aware, naive, calendar),
    ):
        with pytest.raises(ValueError, match=r"^A moment has a time zone\.$"):
            call()


@pytest.mark.parametrize(
    "fields",
    [
        {"opens": time(17), "closes": time(9)},
        {"opens": time(9), "closes": time(9)},
        {"weekdays": frozenset()},
        {"weekdays": frozenset({1, 7})},
        {"weekdays": frozenset({-1})},
    ],
)
def test_impossible_open_hours_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Open hours end after they begin|Weekdays are numbers"):
        OpenHours("UTC", **fields)


def test_open_hours_refuse_an_unknown_zone() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        OpenHours("Europe/Atlantis")


def test_any_zone_of_a_moment_gives_the_same_answer() -> None:
    calendar, start = OpenHours("Europe/Berlin"), datetime(2026, 11, 2, 9, tzinfo=UTC)
    elsewhere = start.astimezone(timezone(timedelta(hours=14)))

    assert schedule.add_open_hours(elsewhere, 8, calendar) == schedule.add_open_hours(start, 8, calendar)
    assert schedule.open_hours_between(elsewhere, start + timedelta(days=1), calendar) == 8


@given(a_moment, st.floats(0, 100), calendars())
def test_hours_added_are_the_hours_between(start: datetime, hours: float, calendar: OpenHours) -> None:
    due = schedule.add_open_hours(start, hours, calendar)

    assert due >= start
    assert schedule.open_hours_between(start, due, calendar) == pytest.approx(hours, abs=1e-9)


@given(a_moment, st.integers(1, 600), calendars())
def test_hours_added_end_as_early_as_can_be(start: datetime, seconds: int, calendar: OpenHours) -> None:
    due = schedule.add_open_hours(start, seconds / 3600, calendar)

    passed = schedule.open_hours_between(start, due, calendar)
    passed_just_before = schedule.open_hours_between(start, due - MICROSECOND, calendar)

    assert round(3600 * passed, 6) == seconds
    assert round(3600 * passed_just_before, 6) == seconds - 0.000001


@given(a_moment, st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(ZONES))
def test_hours_may_be_added_in_parts(start: datetime, first: int, second: int, zone: str) -> None:
    calendar = OpenHours(zone)

    halfway = schedule.add_open_hours(start, first / 8, calendar)

    whole = schedule.add_open_hours(start, (first + second) / 8, calendar)
    assert schedule.add_open_hours(halfway, second / 8, calendar) == whole


@given(a_moment, st.floats(-1000, 1000), st.floats(-1000, 1000), calendars())
def test_hours_between_add_up(start: datetime, first: float, second: float, calendar: OpenHours) -> None:
    middle = start + timedelta(hours=first)
    end = middle + timedelta(hours=second)

    there = schedule.open_hours_between(start, middle, calendar) + schedule.open_hours_between(middle, end, calendar)

    assert schedule.open_hours_between(start, end, calendar) == pytest.approx(there, abs=1e-9)


# Cadence, beside the library that everybody knows


def ruled(starts_on: date, every: int, unit: str) -> rrule:
    """The same cadence as a recurrence rule. A month that is too short has its last day instead."""
    begin = datetime.combine(starts_on, time())
    if unit != Unit.MONTH:
        return rrule(DAILY if unit == Unit.DAY else WEEKLY, interval=every, dtstart=begin)
    days = range(28, starts_on.day + 1) if starts_on.day > 28 else [starts_on.day]
    return rrule(MONTHLY, interval=every, bymonthday=list(days), bysetpos=-1, dtstart=begin)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.integers(1, 60), st.sampled_from(Unit.values))
def test_occurrences_are_those_of_a_recurrence_rule(starts_on: date, every: int, unit: str) -> None:
    days = list(islice(schedule.occurrences(starts_on, every=every, unit=unit), 30))

    assert days == [moment.date() for moment in islice(ruled(starts_on, every, unit), 30)]


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.integers(1, 60), st.sampled_from(Unit.values), a_day)
def test_occurrence_before_and_after_a_day_are_those_of_a_recurrence_rule(
    starts_on: date, every: int, unit: str, day: date
) -> None:
    rule, moment = ruled(starts_on, every, unit), datetime.combine(day, time())

    latest = schedule.latest_occurrence(starts_on, every=every, unit=unit, on_or_before=day)
    following = schedule.next_occurrence(starts_on, every=every, unit=unit, after=day)

    before, after = rule.before(moment, inc=True), rule.after(moment)
    assert latest == (before.date() if before else None)
    assert following == (after.date() if after else None)


@given(
    a_day,
    st.times().map(lambda at: at.replace(microsecond=0)),
    a_zone,
    st.integers(1, 40),
    st.sampled_from(Unit.values),
)
def test_cadence_keeps_its_local_time(starts_on: date, at: time, zone: str, every: int, unit: str) -> None:
    """Whatever the clocks do: only a time that a change skips gives a later one, on the same day or the next."""
    for day in islice(schedule.occurrences(starts_on, every=every, unit=unit), 12):
        wall = schedule.local_instant(day, at, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
        wished = datetime.combine(day, at)
        exists = wished.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

        assert wall == wished if exists == wished else wall > wished


# Send windows


def test_opening_is_the_rest_of_a_span_or_the_next_one() -> None:
    hours = OpenHours("Europe/Berlin", time(9), time(11))
    nine, eleven = local("Europe/Berlin", 2026, 3, 2, 9), local("Europe/Berlin", 2026, 3, 2, 11)

    assert schedule.opening(nine - timedelta(hours=3), hours) == (nine, eleven)
    assert schedule.opening(eleven - MICROSECOND, hours) == (eleven - MICROSECOND, eleven)
    assert schedule.opening(eleven, hours) == (nine + timedelta(days=1), eleven + timedelta(days=1))


@given(a_moment, calendars())
def test_opening_begins_at_once_where_hours_are_open(moment: datetime, calendar: OpenHours) -> None:
    opens, closes = schedule.opening(moment, calendar)

    assert moment <= opens < closes
    assert schedule.open_hours_between(moment, opens, calendar) == 0
    assert schedule.open_hours_between(opens, closes, calendar) == pytest.approx((closes - opens) / timedelta(hours=1))


def test_span_that_a_change_of_clocks_leaves_nothing_of_is_passed_over() -> None:
    hours = OpenHours("Europe/Berlin", time(2, 15), time(2, 45), frozenset(range(7)))

    opens, _closes = schedule.opening(local("Europe/Berlin", 2026, 3, 29, 1), hours)

    assert opens == local("Europe/Berlin", 2026, 3, 30, 2, 15)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", set()),
        (" \n2026-12-25\r\n\n 2026-12-26 \n2026-12-25", {date(2026, 12, 25), date(2026, 12, 26)}),
    ],
)
def test_list_of_days(text: str, days: set[date]) -> None:
    assert schedule.days_in(text) == days


@pytest.mark.parametrize("line", ["25.12.2026", "2026-02-29", "Christmas", "2026-12-25 2026-12-26"])
def test_line_that_is_no_day_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=f"^{line}$"):
        schedule.days_in(f"2026-01-01\n{line}")


@pytest.mark.parametrize(
    ("people", "loads", "level", "expected"),
    [
        (0, [0, 0, 0], 5, [0, 0, 0]),
        (4, [0, 0, 0], 5, [4, 0, 0]),
        (9, [3, 0, 0], 5, [2, 5, 2]),
        (2, [9, 9, 4], 5, [1, 0, 1]),  # one finds a place, the other goes to the first day
        (20, [0, 0, 0], 5, [7, 7, 6]),  # five each, and the rest evenly
    ],
)
def test_people_are_poured_into_days(people: int, loads: list[int], level: int, expected: list[int]) -> None:
    days = [date(2026, 3, number) for number in (2, 3, 4)]

    found = schedule.poured(people, days, loads=dict(zip(days, loads, strict=True)), level=level)

    given = [found.get(day, 0) for day in days]
    assert given == expected


def test_without_days_nobody_is_poured() -> None:
    with pytest.raises(ValueError, match="no day"):
        schedule.poured(1, [], loads={}, level=1)
