"""Campaigns that follow an event: `waves.ask`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from surveys import outbox, waves
from surveys.enums import CampaignKind, CampaignStatus, HoldKind, SkipReason, TouchKind
from surveys.models import Campaign, Contact, Hold, Message, Segment, Touch, Wave
from surveys.transitions import WrongState
from tests.factories import make_campaign, make_contact
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def make_following(**fields: Any) -> Campaign:
    values = {"kind": CampaignKind.EVENT, "status": CampaignStatus.ACTIVE, "activated_at": NOW - DAY, "delay_hours": 24}
    return make_campaign(**{**values, **fields})


def test_event_asks_one_contact_after_the_delay() -> None:
    contact, _other = make_contact(), make_contact()
    campaign = make_following(delay_hours=36)

    invitation = waves.ask(contact, campaign, at=NOW)

    message = Message.objects.get()
    assert (invitation.contact, invitation.skip_reason) == (contact, "")
    assert (message.invitation, message.contact, message.letter) == (invitation, contact, "invitation")
    assert message.not_before == NOW + 36 * HOUR
    wave = Wave.objects.get()
    assert (wave.day, wave.status, wave.started_at) == (NOW.date(), "sending", NOW)


def test_wave_of_the_day_takes_everybody_in_and_the_next_day_has_its_own() -> None:
    campaign = make_following(timezone="America/New_York")
    people = [make_contact() for _ in range(3)]

    for contact, hours in zip(people, (0, 19, 20), strict=True):  # midnight there is at five in the morning
        waves.ask(contact, campaign, at=NOW + hours * HOUR)

    found = campaign.waves.order_by("day").values_list("day", "invitations__contact")
    assert sorted(found) == [
        (dt.date(2026, 3, 2), people[0].pk),
        (dt.date(2026, 3, 2), people[1].pk),
        (dt.date(2026, 3, 3), people[2].pk),
    ]


def test_second_event_of_a_day_changes_nothing() -> None:
    contact, campaign = make_contact(), make_following()
    first = waves.ask(contact, campaign, at=NOW)

    second = waves.ask(contact, campaign, at=NOW + HOUR)

    assert second == first
    assert Message.objects.get().not_before == NOW + DAY


def test_who_may_not_be_asked_is_left_out_with_the_reason() -> None:
    contact, campaign = make_contact(), make_following()
    Hold.objects.create(contact=contact, kind=HoldKind.CASE)

    invitation = waves.ask(contact, campaign, at=NOW)

    assert invitation.skip_reason == SkipReason.HELD
    assert Message.objects.count() == 0


def test_throttle_is_judged_for_the_end_of_the_delay() -> None:
    soon, late = make_contact(), make_contact()
    Touch.objects.create(contact=soon, kind=TouchKind.INVITATION, at=NOW - 89 * DAY)
    Touch.objects.create(contact=late, kind=TouchKind.INVITATION, at=NOW - 88 * DAY)
    campaign = make_following(delay_hours=24)

    reasons = [waves.ask(contact, campaign, at=NOW).skip_reason for contact in (soon, late)]

    assert reasons == [SkipReason.NONE, SkipReason.THROTTLED]


def test_many_events_at_once_are_as_many_statements() -> None:
    campaign = make_following()
    waves.ask(make_contact(), campaign, at=NOW)

    one = make_contact()
    with CaptureQueriesContext(connection) as for_one:
        waves.ask_all(Q(pk=one.pk), campaign, at=NOW)
    people = [make_contact().pk for _ in range(30)]
    with CaptureQueriesContext(connection) as for_thirty:
        waves.ask_all(Q(pk__in=people), campaign, at=NOW)

    assert len(for_one) == len(for_thirty)
    assert Message.objects.count() == 32


def test_contact_outside_the_segment_is_refused() -> None:
    segment = Segment.objects.create(name="Es", conditions=[{"field": "language", "op": "is", "value": "es"}])
    contact = make_contact(language="en")

    with pytest.raises(LookupError, match="outside the segment"):
        waves.ask(contact, make_following(segment=segment), at=NOW)

    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": CampaignKind.ONCE},
        {"status": CampaignStatus.DRAFT, "activated_at": None},
        {"status": CampaignStatus.PAUSED},
        {"status": CampaignStatus.ARCHIVED},
    ],
)
def test_campaign_that_follows_no_events_asks_nobody(fields: dict[str, Any]) -> None:
    campaign = make_following(**fields)

    with pytest.raises(WrongState):
        waves.ask(make_contact(), campaign, at=NOW)

    assert Wave.objects.count() == 0


def test_wave_that_was_cancelled_takes_nobody_in() -> None:
    campaign = make_following()
    waves.ask(make_contact(), campaign, at=NOW)
    waves.cancel(Wave.objects.get())

    with pytest.raises(WrongState, match="was cancelled"):
        waves.ask(make_contact(), campaign, at=NOW)

    assert list(Message.objects.values_list("status", flat=True)) == ["cancelled"]


def test_wave_that_is_paused_takes_people_in_for_later() -> None:
    campaign = make_following(delay_hours=0)
    waves.ask(make_contact(), campaign, at=NOW)
    waves.pause(Wave.objects.get(), reason="a moment")

    waves.ask(make_contact(), campaign, at=NOW)

    assert Message.objects.count() == 2
    assert Message.objects.due(NOW).count() == 0


def test_wave_finishes_when_its_day_is_over_and_all_mail_has_left() -> None:
    contact, campaign = make_contact(), make_following(delay_hours=2, timezone="Europe/Berlin")
    statuses = []
    with time_machine.travel(NOW, tick=False) as clock:
        waves.ask(contact, campaign)
        for hours in (0, 3, 13.9, 14):
            clock.move_to(NOW + hours * HOUR)
            outbox.send_batch()
            waves.finish_done()
            statuses.append(Wave.objects.get().status)

    assert statuses == ["sending", "sending", "sending", "finished"]  # at 23:00 here the day in Berlin is over
    assert [mail.to for mail in django_mail.outbox] == [[contact.email]]


def test_wave_waits_for_mail_that_is_to_leave_after_its_day() -> None:
    campaign = make_following(delay_hours=24)
    waves.ask(make_contact(), campaign, at=NOW)

    assert waves.finish_done(at=NOW + 20 * HOUR) == 0


def test_nobody_launches_it_by_hand() -> None:
    make_contact()

    with pytest.raises(WrongState, match="start by themselves"):
        waves.launch(make_following(), at=NOW)


def test_its_waves_do_not_start_by_the_calendar() -> None:
    make_contact()
    make_following()

    assert waves.start_due(at=NOW) == []


@pytest.mark.usefixtures("shared_database")
@pytest.mark.django_db(transaction=True)
def test_events_at_the_same_moment_share_a_wave() -> None:
    campaign = make_following()
    people = [make_contact() for _ in range(4)]

    def ask(contact: Contact) -> Any:
        return lambda: waves.ask(contact, Campaign.objects.get(pk=campaign.pk), at=NOW)

    results = at_once(*[ask(contact) for contact in [*people, *people]])

    assert [result for result in results if isinstance(result, BaseException)] == []
    assert (Wave.objects.count(), Message.objects.count()) == (1, 4)
