"""Two years of a campaign, hour by hour, with the dates worked out beforehand by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from surveys import outbox, waves, windows
from surveys.enums import CampaignKind, CampaignStatus, MessageStatus, SkipReason, Unit
from surveys.models import Campaign, Contact, Message, Touch
from tests.factories import make_campaign, make_contact
from tests.sizes import whole_once_or
from tests.surveys.sending import Connect

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("letter")]

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(whole_once_or(2028, 2026), whole_once_or(1, 8), 1, tzinfo=dt.UTC)
# Nine in Berlin is eight in winter, and seven in summer: from 29 March to 25 October, and from 28 March to 31 October.
EVERY_13_WEEKS = {
    dt.date(2026, 1, 5): 8,
    dt.date(2026, 4, 6): 7,
    dt.date(2026, 7, 6): 7,
    dt.date(2026, 10, 5): 7,
    dt.date(2027, 1, 4): 8,
    dt.date(2027, 4, 5): 7,
    dt.date(2027, 7, 5): 7,
    dt.date(2027, 10, 4): 7,
}
DAYS = [day for day in EVERY_13_WEEKS if day < END.date()]
# Where it is later than noon by then, the mail leaves on the day after, on the clock of the contact.
DAYS_LATER = {
    "Europe/Berlin": 0,
    "Europe/London": 0,
    "Africa/Lagos": 0,
    "America/New_York": 0,
    "America/Los_Angeles": 0,
    "Pacific/Honolulu": 0,
    "Asia/Kathmandu": 1,
    "Asia/Kolkata": 1,
    "Asia/Tokyo": 1,
    "Pacific/Auckland": 1,
}
PEOPLE = whole_once_or(500, 10)
WEEKS = whole_once_or(104, 26)
WEDNESDAY = 3
TICK = dt.timedelta(minutes=18)  # the last tenth of a window is for what takes its time to leave


def make_people() -> None:
    zones = list(DAYS_LATER)
    for number in range(PEOPLE):
        make_contact(timezone=zones[number % len(zones)])


def make_periodic(**fields: Any) -> Campaign:
    values = {
        "kind": CampaignKind.PERIODIC,
        "status": CampaignStatus.ACTIVE,
        "activated_at": BEGIN,
        "starts_on": dt.date(2026, 1, 5),
        "unit": Unit.WEEK,
        "send_at": dt.time(9),
        "timezone": "Europe/Berlin",
        "throttle_days": 90,
        "window_days": "12345",
        "window_opens": dt.time(9),
        "window_closes": dt.time(12),
    }
    return make_campaign(**{**values, **fields})


def live_until(end: dt.datetime, connect: Connect) -> None:
    """What the schedule does, every eighteen minutes while mail waits, else several times a day."""
    connect()
    moment = BEGIN
    queued = Message.objects.filter(status=MessageStatus.QUEUED)
    with time_machine.travel(moment, tick=False) as clock:
        while moment < end:
            clock.move_to(moment)
            if waves.start_due():
                learn_sizes()
            if queued.exists():
                while outbox.send_batch():
                    pass
                windows.move_on()
            waves.finish_done()
            moment = moment + TICK if queued.exists() else later(moment)


def learn_sizes() -> None:
    """What autovacuum does elsewhere: it cannot look into the one transaction of a test."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def later(moment: dt.datetime) -> dt.datetime:
    """The next of some hours of the day, on both sides of the start. Nothing is due from Wednesday to Saturday: one
    look on the Sunday would find what had begun there all the same."""
    midnight = moment.replace(hour=0, minute=0)
    if moment.isoweekday() == WEDNESDAY:
        return midnight + dt.timedelta(days=4, hours=7)
    hours = (6.9, 7, 8, 30.9)
    return next(hour for number in hours if (hour := midnight + number * dt.timedelta(hours=1)) > moment)


def test_campaign_every_thirteen_weeks_asks_on_exactly_the_dates_worked_out_beforehand(connect: Connect) -> None:
    make_people()
    campaign = make_periodic(every=13)

    live_until(END, connect)

    starts = {wave.day: wave.started_at for wave in campaign.waves.all()}
    assert starts == {day: dt.datetime.combine(day, dt.time(EVERY_13_WEEKS[day]), tzinfo=dt.UTC) for day in DAYS}
    assert {start.astimezone(BERLIN).time() for start in starts.values() if start} == {dt.time(9)}
    for contact in Contact.objects.all():
        zone = ZoneInfo(contact.timezone)
        asked = [at.astimezone(zone) for at in contact.touches.order_by("at").values_list("at", flat=True)]
        wait = dt.timedelta(days=DAYS_LATER[contact.timezone])
        assert [moment.date() for moment in asked] == [day + wait for day in DAYS]
        assert all(dt.time(9) <= moment.time() < dt.time(12) for moment in asked)
    assert Touch.objects.count() == Message.objects.filter(status="sent").count() == PEOPLE * len(DAYS)
    assert set(campaign.waves.values_list("status", flat=True)) == {"finished"}


def test_weekly_campaign_with_the_same_throttle_asks_every_thirteenth_week(connect: Connect) -> None:
    make_people()
    campaign = make_periodic(every=1)

    live_until(BEGIN + dt.timedelta(weeks=WEEKS), connect)

    days = list(campaign.waves.order_by("day").values_list("day", flat=True))
    assert days == [dt.date(2026, 1, 5) + number * dt.timedelta(weeks=1) for number in range(WEEKS)]
    assert [day for number, day in enumerate(days) if number % 13 == 0] == list(EVERY_13_WEEKS)[: WEEKS // 13]
    for number, wave in enumerate(campaign.waves.order_by("day")):
        reasons = Counter(wave.invitations.values_list("skip_reason", flat=True))
        expected = SkipReason.THROTTLED if number % 13 else SkipReason.NONE
        assert reasons == {expected.value: PEOPLE}
    assert set(Counter(Touch.objects.values_list("contact", flat=True)).values()) == {WEEKS // 13}
