from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from surveys import audience, waves, windows
from surveys.enums import SkipReason, TouchKind, WindowZone
from surveys.models import Campaign, Contact, Message, Touch
from tests.factories import make_account, make_brand, make_campaign, make_contact, make_message

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)  # nine o'clock in Berlin
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
# When the window from nine to eleven opens next, as one sees it at nine on a Monday in Berlin.
OPENS = {
    "Europe/Berlin": MONDAY,
    "Europe/London": MONDAY + HOUR,
    "America/Los_Angeles": MONDAY + 9 * HOUR,
    "Asia/Kathmandu": MONDAY + DAY - 4.75 * HOUR,
    "Pacific/Auckland": MONDAY + DAY - 12 * HOUR,
    "America/Noronha": MONDAY + 3 * HOUR,
}


def make_windowed(**fields: Any) -> Campaign:
    """Mails leave on working days from nine to eleven."""
    values = {
        "window_days": "12345",
        "window_opens": dt.time(9),
        "window_closes": dt.time(11),
        "timezone": "Europe/Berlin",
    }
    return make_campaign(**{**values, **fields})


def times(at: dt.datetime, campaign: Campaign) -> dict[int, tuple[dt.datetime, dt.datetime | None]]:
    """From when and until when each contact's mail may leave."""
    wave = waves.launch(campaign, at=at)
    rows = Message.objects.filter(invitation__wave=wave).values_list("contact", "not_before", "leave_by")
    return {contact: (not_before, leave_by) for contact, not_before, leave_by in rows}


def local(day: str, hour: int, zone: str = "Europe/Berlin") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=ZoneInfo(zone))


# --------------------------------------------------------------------------------------------------------------- clocks


def test_mail_leaves_in_the_window_on_the_clock_of_each_contact() -> None:
    people = {zone: make_contact(timezone=zone).pk for zone in OPENS}

    found = times(MONDAY, make_windowed())

    for zone, opens in OPENS.items():
        not_before, leave_by = found[people[zone]]
        assert opens <= not_before < opens + 2 * HOUR
        assert leave_by == opens + 2 * HOUR


@pytest.mark.parametrize(
    ("clock", "contact", "account", "zone"),
    [
        (WindowZone.CONTACT, "Asia/Kathmandu", "Pacific/Auckland", "Asia/Kathmandu"),
        (WindowZone.CONTACT, "", "Pacific/Auckland", "Pacific/Auckland"),
        (WindowZone.CONTACT, "", "", "Europe/Berlin"),
        (WindowZone.CONTACT, "", None, "Europe/Berlin"),
        (WindowZone.CONTACT, "Middle/Earth", None, "Europe/Berlin"),  # from before zones were checked
        (WindowZone.ACCOUNT, "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Auckland"),
        (WindowZone.ACCOUNT, "Asia/Kathmandu", "", "Europe/Berlin"),
        (WindowZone.CAMPAIGN, "Asia/Kathmandu", "Pacific/Auckland", "Europe/Berlin"),
    ],
)
def test_clock_is_the_first_that_is_known(clock: str, contact: str, account: str | None, zone: str) -> None:
    firm = None if account is None else make_account(timezone=account)
    person = make_contact(timezone=contact, account=firm)

    found = times(MONDAY, make_windowed(window_zone=clock))

    assert found[person.pk][1] == OPENS[zone] + 2 * HOUR


def test_window_keeps_its_hours_when_the_clocks_change() -> None:
    """In the night to 29 March Berlin loses an hour."""
    before, after = make_contact(timezone="Europe/Berlin"), make_contact(timezone="Europe/Berlin")

    friday = times(local("2026-03-27", 8), make_windowed())[before.pk][1]
    Message.objects.update(status="sent")
    monday = times(local("2026-03-28", 8), make_windowed())[after.pk][1]

    assert friday == dt.datetime(2026, 3, 27, 10, tzinfo=dt.UTC)
    assert monday == dt.datetime(2026, 3, 30, 9, tzinfo=dt.UTC)


# ---------------------------------------------------------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("at", "holidays", "opens"),
    [
        (local("2026-03-02", 7), "", local("2026-03-02", 9)),
        (local("2026-03-02", 10), "", local("2026-03-02", 10)),
        (local("2026-03-02", 11), "", local("2026-03-03", 9)),
        (local("2026-03-06", 12), "", local("2026-03-09", 9)),  # over the week-end
        (local("2026-04-02", 12), "2026-04-03\n\n 2026-04-06 \n", local("2026-04-07", 9)),  # over Easter
    ],
)
def test_window_opens_on_the_next_of_its_days(at: dt.datetime, holidays: str, opens: dt.datetime) -> None:
    campaign = make_windowed(brand=make_brand(holidays=holidays))

    opening = windows.opening(campaign, zone="Europe/Berlin", at=at)

    assert opening == (opens, opens.replace(hour=11))


def test_without_a_window_mail_may_leave_at_once_and_for_ever() -> None:
    contact = make_contact(timezone="Pacific/Auckland")

    assert times(MONDAY, make_campaign()) == {contact.pk: (MONDAY, None)}


def test_holiday_alone_closes_a_day() -> None:
    contact = make_contact()
    campaign = make_campaign(brand=make_brand(holidays="2026-03-02"), timezone="Europe/Berlin")

    assert times(MONDAY, campaign) == {contact.pk: (local("2026-03-03", 0), local("2026-03-04", 0))}


# --------------------------------------------------------------------------------------------------------------- jitter


def test_mails_are_spread_over_the_window_and_not_all_in_one_minute() -> None:
    for _ in range(120):
        make_contact()

    found = times(MONDAY, make_windowed())

    minutes = [int((not_before - MONDAY).total_seconds()) // 60 for not_before, _ in found.values()]
    parts = [sum(12 * part <= minute < 12 * part + 12 for minute in minutes) for part in range(10)]
    assert (sum(parts[:9]), parts[9]) == (120, 0)  # the last tenth is kept for what takes its time
    assert min(parts[:9]) >= 10
    assert max(minutes.count(minute) for minute in set(minutes)) <= 3


def test_window_that_is_half_over_is_spread_over_its_rest() -> None:
    for _ in range(20):
        make_contact()
    at = local("2026-03-02", 10)

    found = times(at, make_windowed())

    assert all(at <= not_before < at + HOUR for not_before, _ in found.values())


# --------------------------------------------------------------------------------------------- what depends on the time


def asked(contact: Contact, campaign: Campaign, *, at: dt.datetime) -> str:
    return str(audience.candidates(campaign, at=at).values_list("reason", flat=True).get(pk=contact.pk))


def test_throttle_is_judged_for_the_time_at_which_the_mail_leaves() -> None:
    """Planned on a Friday evening for Monday morning: then ninety days are over for one, and not for the other."""
    friday, monday = local("2026-03-06", 18), local("2026-03-09", 9)
    early, late = make_contact(timezone="Europe/Berlin"), make_contact(timezone="Asia/Kathmandu")
    for contact in (early, late):
        Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=monday - 90 * DAY - HOUR)

    campaign = make_windowed()

    assert asked(early, campaign, at=friday) == SkipReason.NONE
    assert asked(late, campaign, at=friday) == SkipReason.THROTTLED  # there it is Monday four hours earlier


def test_accident_guard_is_judged_for_the_time_at_which_the_mail_leaves() -> None:
    contact = make_contact(timezone="Europe/Berlin")
    Touch.objects.create(contact=contact, kind=TouchKind.REMINDER, at=local("2026-03-06", 12))

    assert asked(contact, make_windowed(), at=local("2026-03-06", 13)) == SkipReason.NONE
    assert asked(contact, make_campaign(), at=local("2026-03-06", 13)) == SkipReason.JUST_MAILED


def test_any_number_of_zones_is_as_many_statements(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    campaign = make_windowed()
    make_contact(timezone="Europe/Berlin")

    def statements(captured: CaptureQueriesContext) -> int:
        return len(captured.captured_queries)

    with django_assert_max_num_queries(40) as few:
        waves.launch(campaign, at=MONDAY)
    for zone in OPENS:
        make_contact(timezone=zone)
    with django_assert_max_num_queries(40) as many:
        waves.launch(campaign, at=MONDAY + DAY)

    assert statements(many) <= statements(few)  # the first launch activates the campaign, too


# ------------------------------------------------------------------------------------------------------ a missed window


def test_mail_that_missed_its_window_is_not_due_and_gets_the_next_one() -> None:
    people = {zone: make_contact(timezone=zone).pk for zone in OPENS}
    account = make_contact(account=make_account(timezone="Asia/Kathmandu")).pk
    campaign = make_windowed()
    times(MONDAY, campaign)
    wednesday = local("2026-03-04", 12)
    assert Message.objects.due(wednesday).count() == 0

    moved = windows.move_on(at=wednesday)

    assert moved == len(OPENS) + 1
    found = {contact: (begins, ends) for contact, begins, ends in rows()}
    for zone, pk in [*people.items(), ("Asia/Kathmandu", account)]:
        opening = windows.opening(campaign, zone=zone, at=wednesday)
        assert opening.ends is not None
        assert opening.starts <= found[pk][0] < opening.ends
        assert found[pk][1] == opening.ends
    assert windows.move_on(at=wednesday) == 0


def rows() -> Any:
    return Message.objects.values_list("contact", "not_before", "leave_by")


def test_only_what_waits_is_moved_on() -> None:
    mails = [make_message(status=status, leave_by=MONDAY) for status in ("queued", "claimed", "dispatching", "sent")]
    mails.append(make_message(leave_by=MONDAY + DAY))
    mails.append(make_message())

    assert windows.move_on(at=MONDAY) == 1

    mails[0].refresh_from_db()
    assert (mails[0].not_before, mails[0].leave_by) == (MONDAY, None)  # its campaign has no window any more


@pytest.mark.parametrize(("ago", "is_due"), [(dt.timedelta(), False), (dt.timedelta(seconds=1), True)])
def test_window_ends_with_its_last_moment(ago: dt.timedelta, is_due: bool) -> None:
    make_message(not_before=MONDAY - HOUR, leave_by=MONDAY)

    assert Message.objects.due(MONDAY - ago).exists() == is_due
