from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils import timezone

from surveys import claims, outbox, quotas
from surveys.enums import MessageStatus, Promise, Purpose, WaveStatus
from surveys.models import Brand, Message, Wave
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.sizes import MANY
from tests.surveys.sending import make_queue, statuses
from tests.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def wave_of(brand: Brand, **fields: Any) -> Wave:
    return make_wave(campaign=make_campaign(brand=brand), **fields)


def send_all() -> int:
    """Every batch there is now; how many mails left."""
    before = len(django_mail.outbox)
    while outbox.send_batch():
        pass
    return len(django_mail.outbox) - before


def test_daily_cap_holds_the_rest_back_until_the_next_day() -> None:
    with time_machine.travel(NOON, tick=False):
        make_queue(7, wave=wave_of(make_brand(daily_cap=3)))

        first = send_all()
    with time_machine.travel(NOON + DAY / 2 - MINUTE, tick=False):
        same_day = send_all()
    with time_machine.travel(NOON + DAY / 2, tick=False):
        second = send_all()

    assert (first, same_day, second) == (3, 0, 3)
    assert statuses() == ["sent"] * 6 + ["queued"]


def test_rate_holds_back_until_a_minute_has_passed() -> None:
    sent = []
    with time_machine.travel(NOON, tick=False) as clock:
        make_queue(6, wave=wave_of(make_brand(rate_per_minute=4)))
        for _ in range(3):
            sent.append(send_all())
            clock.shift(MINUTE / 2)

    assert sent == [4, 0, 2]


def test_strictest_of_the_brands_of_a_domain_binds_all_of_them() -> None:
    one = make_brand(from_email="a@Aurora.example.com", daily_cap=5)
    other = make_brand(from_email="b@aurora.example.com", daily_cap=2)
    free = make_brand(from_email="c@news.aurora.example.com")
    for brand in (one, other, free):
        make_queue(4, wave=wave_of(brand))

    assert send_all() == 2 + 4


def test_what_is_in_hand_or_doubtful_counts() -> None:
    wave = wave_of(make_brand(daily_cap=6))
    now = timezone.now()
    make_queue(3, wave=wave)
    for status in (MessageStatus.CLAIMED, MessageStatus.DISPATCHING, MessageStatus.UNKNOWN):
        make_message(invitation=make_invitation(wave=wave), status=status, dispatched_at=now)
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT, sent_at=now)
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT, sent_at=now, letter="reminder")
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT, sent_at=now - 2 * DAY)
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.FAILED, dispatched_at=now)

    assert quotas.due(timezone.now(), most=100).count() == 1


def test_most_urgent_ones_leave_first() -> None:
    wave = wave_of(make_brand(daily_cap=1))
    make_queue(2, wave=wave)
    urgent = make_message(invitation=make_invitation(wave=wave), priority=10)

    assert list(quotas.due(timezone.now(), most=100)) == [urgent]


def test_cap_holds_back_nothing_but_surveys_of_its_domain() -> None:
    make_queue(3, wave=wave_of(make_brand(daily_cap=1)))
    service = make_message(
        invitation=None, contact=make_contact(), purpose=Purpose.SERVICE, promise=Promise.AT_LEAST_ONCE, priority=90
    )

    assert send_all() == 2
    service.refresh_from_db()
    assert service.status == MessageStatus.SENT


def test_wave_that_is_paused_takes_no_room() -> None:
    brand = make_brand(daily_cap=2)
    make_queue(2, wave=wave_of(brand, status=WaveStatus.PAUSED))
    make_queue(2, wave=wave_of(brand))

    assert send_all() == 2


def test_without_limits_nothing_is_counted(django_assert_num_queries: Any) -> None:
    make_queue(3)

    with django_assert_num_queries(2):  # the brands, and what is due
        assert len(quotas.due(timezone.now(), most=100)) == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_not_go_beyond_a_limit() -> None:
    make_queue(40, wave=wave_of(make_brand(rate_per_minute=7)))

    at_once(*[lambda: claims.claim(5)] * 6)

    assert Message.objects.filter(status=MessageStatus.CLAIMED).count() == 7


@pytest.mark.slow
def test_service_mail_never_waits_behind_a_wave() -> None:
    """Thousands of surveys are due; what is written to one person afterwards leaves with the next batch."""
    wave = make_wave()
    invitation = make_invitation(wave=wave)
    first = make_message(invitation=invitation)
    copies = [
        Message(
            letter=f"letter {number}", purpose=first.purpose, promise=first.promise, invitation=invitation,
            contact=first.contact, address_hash=first.address_hash, not_before=first.not_before,
        )
        for number in range(MANY)
    ]  # fmt: skip
    Message.objects.bulk_create(copies)
    service = make_message(
        invitation=None, contact=make_contact(), purpose=Purpose.SERVICE, promise=Promise.AT_LEAST_ONCE, priority=20
    )
    staff = make_message(
        invitation=None, contact=make_contact(), purpose=Purpose.STAFF, promise=Promise.AT_LEAST_ONCE, priority=10
    )

    outbox.send_batch(seconds=0)  # no more than a window

    for message in (service, staff):
        message.refresh_from_db()
        assert message.status == MessageStatus.SENT
    assert staff.contact is not None
    assert service.contact is not None
    assert [mail.to for mail in django_mail.outbox[:2]] == [[staff.contact.email], [service.contact.email]]


def test_rooms_are_of_brands_with_a_limit_and_never_below_nothing() -> None:
    free, capped = (
        make_brand(name="Free"),
        make_brand(name="Capped", from_email="hello@capped.example.com", daily_cap=3),
    )
    make_queue(2, wave=wave_of(capped), status=MessageStatus.CLAIMED)
    assert quotas.rooms(timezone.now()) == {capped.pk: 1}

    Brand.objects.filter(pk=capped.pk).update(daily_cap=1)
    assert quotas.rooms(timezone.now()) == {capped.pk: 0}
    assert free.pk not in quotas.rooms(timezone.now())
