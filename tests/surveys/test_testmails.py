"""The mail of a campaign to a colleague."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as django_mail
from django.utils import timezone

from surveys import outbox, quotas, testmails, tokens
from surveys.enums import MessageStatus, Purpose
from surveys.mail import CannotRender
from surveys.models import Click, DailyCount, Invitation, Message, Response, Suppression, TestMail, Touch, Wave
from tests.factories import make_brand, make_campaign, make_contact, make_test_mail, make_user

pytestmark = pytest.mark.django_db


def test_test_mail_leaves_by_the_outbox_marked_and_inert(alice: User, bob: User) -> None:
    campaign = make_campaign(brand=make_brand(short_name="Aurora"))
    sent = testmails.put(campaign, to=bob, by=alice, language="es")

    outbox.send_batch()

    (mail,) = django_mail.outbox
    sent.message.refresh_from_db()
    raw = mail.message().as_string()
    assert (mail.subject, mail.to) == ("[TEST] Una pregunta de Aurora", ["bob@example.com"])
    assert (sent.message.status, sent.message.purpose) == (MessageStatus.SENT, Purpose.STAFF)
    assert f"/campaigns/{campaign.pk}/preview/?show=promoter" in str(mail.body)
    assert tokens.encode(sent.message.token) not in raw
    assert "List-Unsubscribe" not in raw


def test_test_mail_counts_nowhere(alice: User) -> None:
    testmails.put(make_campaign(brand=make_brand(daily_cap=1)), to=alice, by=alice, language="en")

    outbox.send_batch()

    rows = (Wave, Invitation, Touch, Click, Response, DailyCount)
    assert [model._default_manager.count() for model in rows] == [0] * len(rows)
    (limit,) = quotas._limits()
    assert quotas.room(limit, at=timezone.now()) == 1


def test_test_mail_reaches_a_colleague_who_takes_no_surveys(alice: User) -> None:
    sent = testmails.put(make_campaign(), to=alice, by=alice, language="en")
    Suppression.objects.create(address_hash=sent.message.address_hash, reason="unsubscribed")

    outbox.send_batch()

    assert len(django_mail.outbox) == 1


def test_twenty_leave_in_an_hour_and_then_it_says_when(alice: User, bob: User) -> None:
    campaign = make_campaign()
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, 5, tzinfo=dt.UTC), tick=False):
        for _ in range(20):
            testmails.put(campaign, to=bob, by=alice, language="en")
        with pytest.raises(testmails.TooMany, match=r"At most 20 test mails leave in an hour.*may leave at 10:05\."):
            testmails.put(campaign, to=bob, by=alice, language="en")
        testmails.put(campaign, to=alice, by=bob, language="en")  # somebody else has an hour of their own
    with time_machine.travel(dt.datetime(2026, 3, 2, 10, 5, 1, tzinfo=dt.UTC), tick=False):
        testmails.put(campaign, to=bob, by=alice, language="en")

    assert TestMail.objects.count() == Message.objects.count() == 22


def test_mail_that_cannot_be_made_is_not_queued(alice: User) -> None:
    with pytest.raises(CannotRender):
        testmails.put(make_campaign(brand=make_brand(from_email="none")), to=alice, by=alice, language="en")

    assert Message.objects.count() == 0


def test_mail_to_somebody_who_lost_the_address_fails_alone(alice: User) -> None:
    sent = make_test_mail(to=alice)
    User.objects.filter(pk=alice.pk).update(email="")

    outbox.send_batch()

    sent.message.refresh_from_db()
    assert (sent.message.status, len(django_mail.outbox)) == (MessageStatus.FAILED, 0)


def test_readers_are_active_and_may_see_campaigns(alice: User, bob: User, carol: User) -> None:
    User.objects.filter(pk=make_user("gone", is_superuser=True).pk).update(is_active=False)
    User.objects.filter(pk=make_user("mute", is_superuser=True).pk).update(email="")
    make_contact()

    assert list(testmails.readers()) == [alice, bob]
    assert carol not in testmails.readers()
