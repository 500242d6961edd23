from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from advocacy import exits
from surveys.models import Event, Message
from tests.factories import make_contact, make_message, make_response
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
AT = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))


@pytest.mark.parametrize(
    ("sent", "created", "fresh"), [(89, 200, True), (91, 91, False), (None, 89, True), (None, 91, False)]
)
def test_mail_is_good_for_ninety_days(sent: int | None, created: int, fresh: bool) -> None:
    now = timezone.now()
    message = make_message(created_at=now - created * DAY, sent_at=None if sent is None else now - sent * DAY)

    assert exits.is_fresh(message) is fresh


def test_what_is_known_is_all_there_is_and_looking_is_noted_once_a_day() -> None:
    contact = make_contact()
    make_response(contact=contact, comment="Too slow")

    found = [exits.known(contact) for _ in range(3)]

    assert found[0]["answers"][0]["comment"] == "Too slow"
    assert [event.went_to for event in Event.objects.all()] == [exits.SEEN]
    Event.objects.update(at=timezone.now() - DAY)
    exits.known(contact)
    assert Event.objects.count() == 2


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        (AT, [[("", "2026-11-23 10:00 UTC")]]),
        ({"wave__day": dt.date(2026, 3, 1), "empty": "", "none": None}, [[("wave day", "2026-03-01")]]),
        ([{"score": 0, "kept": False}], [[("score", "0"), ("kept", False)]]),
        ({"tags": ["a", "b"], "none": []}, [[("tags 1", "a"), ("tags 2", "b")]]),
        ([{"versions": [{"at": AT}]}], [[("versions 1 at", "2026-11-23 10:00 UTC")]]),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_sections_are_flat_and_leave_out_what_is_empty(value: Any, entries: list[Any] | None) -> None:
    found = exits.sections({"part": value})

    assert [section.entries for section in found] == ([] if entries is None else [entries])


def test_sections_leave_out_when_they_were_made() -> None:
    assert exits.sections({"exported_at": AT}) == []


def test_new_link_is_sent_once_a_day() -> None:
    contact = make_contact()
    assert not exits.link_sent(contact)

    for _ in range(3):
        exits.send_link(contact)

    message = Message.objects.get()
    assert (message.letter, message.purpose, message.promise) == ("exit_link", "service", "at_least_once")
    assert (message.address_hash, exits.link_sent(contact)) == (contact.address_hash, True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_new_link_asked_for_at_the_same_moment_is_sent_once() -> None:
    contact = make_contact()

    at_once(*[lambda: exits.send_link(contact)] * 4)

    assert Message.objects.count() == 1
