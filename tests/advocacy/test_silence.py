from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from advocacy import lifeline, silence
from surveys.enums import MessageStatus, TouchKind, WaveStatus
from surveys.models import Account, Contact, Touch, Wave
from tests.factories import (
    make_account,
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_response,
    make_user,
    make_wave,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def make_past(days: int, **fields: Any) -> Wave:
    """A wave that was sent so many days ago."""
    at = NOW - days * DAY
    return make_wave(**{"status": WaveStatus.FINISHED, "day": at.date(), "started_at": at, "finished_at": at, **fields})


def ask(wave: Wave, contact: Contact, score: int | None = None, **fields: Any) -> None:
    at = wave.started_at
    assert at
    invitation = make_invitation(wave=wave, contact=contact, closes_at=at + 30 * DAY)
    make_message(invitation=invitation, **{"status": MessageStatus.SENT, "sent_at": at, **fields})
    if score is not None:
        make_response(invitation=invitation, score=score, at=at + DAY)


def make_silent(name: str, *waves: Wave, people: int = 1, **fields: Any) -> Account:
    account = make_account(name=name, **fields)
    for number in range(people):
        contact = make_contact(account=account, name=f"{name} {number}")
        for wave in waves:
            ask(wave, contact)
    return account


def names() -> list[str]:
    return [row.account.name for row in silence.found(at=NOW)]


def test_account_is_silent_when_nobody_answered_the_last_two_waves_that_asked_it() -> None:
    first, second, third = make_past(300), make_past(200), make_past(100)
    make_silent("silent", second, third, people=2)
    make_silent("once", third)
    one_answers = make_silent("one answers", second, third)
    ask(third, make_contact(account=one_answers), 9)
    long_ago = make_silent("long ago", second, third)
    ask(first, make_contact(account=long_ago), 2)
    make_silent("others between", first, third)
    lately = make_silent("answered elsewhere", first, second)
    make_response(contact=make_contact(account=lately), score=3, at=NOW - DAY)
    for wave in (second, third):
        ask(wave, make_contact())  # of no account

    assert sorted(names()) == ["long ago", "others between", "silent"]


def test_only_waves_that_are_over_and_mails_that_arrived_count() -> None:
    first, second = make_past(200), make_past(100)
    still_open, sending = make_past(5), make_past(90, status=WaveStatus.SENDING)
    make_silent("still open", first, still_open)
    make_silent("sending", first, sending)
    bounced = make_silent("bounced", first)
    ask(second, bounced.contacts.get(), bounced_at=NOW)
    skipped = make_silent("left out", first)
    make_invitation(wave=second, contact=skipped.contacts.get(), skip_reason="throttled", closes_at=NOW - DAY)
    make_silent("too long ago", make_past(900), second)
    make_silent("both", first, second, still_open)

    assert names() == ["both"]


def test_dearest_account_comes_first_with_who_was_asked_and_the_last_answer() -> None:
    before, first, second = make_past(300), make_past(200), make_past(100)
    owner = make_user("karim")
    make_silent("unknown", first, second)
    make_silent("small", first, second, revenue=10)
    big = make_silent("big", first, second, people=2, revenue=900, owner=owner)
    ask(before, make_contact(account=big, name="earlier"), 7)

    rows = silence.found(at=NOW)

    assert [row.account.name for row in rows] == ["big", "small", "unknown"]
    assert [contact.name for contact in rows[0].asked] == ["big 0", "big 1"]
    assert (rows[0].later, rows[0].earlier, rows[0].account.owner) == (second, first, owner)
    assert (rows[0].last_answered_at, rows[1].last_answered_at) == (NOW - 299 * DAY, None)
    assert [row.account.name for row in silence.found(at=NOW, size=1, start=1)] == ["small"]


def test_called_account_is_left_in_peace_for_a_while() -> None:
    account = make_silent("silent", make_past(200), make_past(100))
    contact, by = account.contacts.get(), make_user("lin", first_name="Lin")
    with time_machine.travel(NOW - 59 * DAY, tick=False):
        silence.call(account, contact=contact, note="Will answer next time.", by=by)

    assert names() == []
    assert [row.account.name for row in silence.found(at=NOW + 2 * DAY)] == ["silent"]
    assert [(touch.kind, touch.at) for touch in Touch.objects.all()] == [(TouchKind.CALL, NOW - 59 * DAY)]
    told = [(entry.title, entry.text) for entry in lifeline.of_contact(contact, sees_cases=True)]
    assert ("Called, because nobody of the account answers", "Will answer next time.") in told
    assert not [title for title, _text in told if title == "Call"]


def test_contact_of_another_account_cannot_have_been_called() -> None:
    with pytest.raises(ValueError, match="another account"):
        silence.call(make_account(), contact=make_contact(), note="", by=make_user())


@pytest.mark.parametrize("rows", [1, 3])
def test_five_statements_however_many_are_silent(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first, second = make_past(200), make_past(100, campaign=make_campaign())
    for number in range(rows):
        make_silent(f"silent {number}", first, second, people=number + 1)

    with django_assert_num_queries(5):
        assert len(silence.found(at=NOW)) == rows
