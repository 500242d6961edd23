from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail

from surveys import audience, claims, contacts, outbox, reminders, responses, waves
from surveys.enums import Basis, CampaignStatus, HoldKind, MessageStatus, SkipReason, SuppressionReason, TouchKind
from surveys.models import Campaign, Contact, Event, Hold, Invitation, Message, Touch, Wave
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.threads import held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def make_asked(campaign: Campaign | None = None, *, sent_at: dt.datetime = MONDAY, **fields: Any) -> Invitation:
    """Somebody who got the mail of a finished wave and is silent."""
    campaign = campaign or make_active()
    wave = Wave.objects.filter(campaign=campaign).first() or make_wave(
        campaign=campaign, status="finished", day=MONDAY.date()
    )
    closes_at = fields.pop("closes_at", sent_at + 30 * DAY)
    invitation = make_invitation(wave=wave, closes_at=closes_at, **fields)
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=sent_at)
    return invitation


def make_active(**fields: Any) -> Campaign:
    return make_campaign(**{"status": CampaignStatus.ACTIVE, **fields})


def letters(invitation: Invitation) -> list[str]:
    return list(invitation.messages.order_by("pk").values_list("letter", flat=True))


def plan(day: float) -> int:
    return reminders.plan(at=MONDAY + day * DAY)


# ------------------------------------------------------------------------------------------------------------ who, when


def test_silent_person_is_reminded_once_after_five_days() -> None:
    invitation = make_asked()

    planned = [reminders.plan(at=MONDAY + 5 * DAY - SECOND), plan(5), plan(5), plan(29)]

    assert planned == [0, 1, 0, 0]
    assert letters(invitation) == ["invitation", "reminder"]
    reminder = invitation.messages.get(letter="reminder")
    first = invitation.messages.get(letter="invitation")
    assert (reminder.contact, reminder.address_hash) == (invitation.contact, first.address_hash)
    assert (reminder.purpose, reminder.promise, reminder.status) == ("research", "at_most_once", "queued")
    assert reminder.not_before == MONDAY + 5 * DAY
    assert reminder.token != first.token


def send_reminders(at: dt.datetime) -> None:
    Message.objects.filter(status="queued").update(status=MessageStatus.SENT, sent_at=at)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, []), (1, ["reminder"]), (2, ["reminder", "second_reminder"])],
)
def test_campaign_says_how_many_reminders(number: int, expected: list[str]) -> None:
    invitation = make_asked(make_active(reminders=number, reminder_days=3))

    for day in range(30):
        plan(day)
        send_reminders(MONDAY + day * DAY)

    assert letters(invitation) == ["invitation", *expected]


def test_second_reminder_follows_the_first_after_as_many_days() -> None:
    invitation = make_asked(make_active(reminders=2, reminder_days=4))
    plan(4)
    send_reminders(MONDAY + 6 * DAY)

    assert [plan(9.9), plan(10)] == [0, 1]
    assert letters(invitation) == ["invitation", "reminder", "second_reminder"]


def answered(invitation: Invitation) -> None:
    responses.record(invitation, score=3, language="en", at=MONDAY + DAY)


def mail(**fields: Any) -> Callable[[Invitation], Any]:
    return lambda invitation: invitation.messages.update(**fields)


def person(**fields: Any) -> Callable[[Invitation], Any]:
    return lambda invitation: Contact.objects.filter(pk=invitation.contact_id).update(**fields)


AGAINST: dict[str, Callable[[Invitation], Any]] = {
    "answered": answered,
    "bounced": mail(bounced_at=MONDAY),
    "complained": mail(complained_at=MONDAY),
    "failed": mail(status=MessageStatus.FAILED),
    "unknown": mail(status=MessageStatus.UNKNOWN),
    "waiting": mail(status=MessageStatus.QUEUED),
    "suppressed": lambda invitation: contacts.suppress(invitation.contact.email, reason=SuppressionReason.UNSUBSCRIBED),
    "held": lambda invitation: Hold.objects.create(contact=invitation.contact, kind=HoldKind.CASE),
    "without an address": person(email="", phone="+1 555 0100"),
    "without a basis": person(basis=Basis.NONE),
    "closing": lambda invitation: Invitation.objects.update(closes_at=MONDAY + 6 * DAY),
    "left out": lambda invitation: Invitation.objects.update(skip_reason=SkipReason.HELD),
    "just mailed": lambda invitation: Touch.objects.create(
        contact=invitation.contact, kind=TouchKind.ASK, at=MONDAY + 4.5 * DAY
    ),
    "about to be asked": lambda invitation: make_message(contact=invitation.contact, invitation=None),
    "of a cancelled wave": lambda invitation: Wave.objects.update(status="cancelled"),
    "of a paused campaign": lambda invitation: Campaign.objects.update(status=CampaignStatus.PAUSED),
    "of an archived campaign": lambda invitation: Campaign.objects.update(status=CampaignStatus.ARCHIVED),
}


@pytest.mark.parametrize("cause", AGAINST)
def test_nobody_is_reminded_who_is(cause: str) -> None:
    invitation, other = make_asked(), make_asked()

    AGAINST[cause](invitation)
    plan(5)

    assert letters(invitation) == ["invitation"]
    assert (letters(other) == ["invitation", "reminder"]) == (other.contact.basis != "" and not_for_all(cause))


def not_for_all(cause: str) -> bool:
    """Whether the cause lies in the person, and not in the wave or the campaign of another."""
    return not cause.startswith(("closing", "left out", "of a"))


def test_click_is_no_answer() -> None:
    invitation = make_asked()
    responses.click(invitation, 9)

    assert plan(5) == 1


def test_reminder_leaves_in_the_send_window() -> None:
    hours = {"window_days": "12345", "window_opens": dt.time(9), "window_closes": dt.time(11)}
    invitation = make_asked(make_active(**hours), contact=make_contact(timezone="Asia/Tokyo"))

    plan(5)  # a Saturday

    reminder = invitation.messages.get(letter="reminder")
    opens = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
    assert opens <= reminder.not_before < opens + DAY / 12
    assert reminder.leave_by == opens + DAY / 12


# ------------------------------------------------------------------------------------------------------------- the wave


def test_finished_wave_sends_its_reminders_and_is_finished_again() -> None:
    invitation = make_asked()
    with time_machine.travel(MONDAY + 5 * DAY, tick=False):
        reminders.plan()
        opened = Wave.objects.get().status

        outbox.send_batch()
        waves.finish_done()

    wave = Wave.objects.get()
    assert (opened, wave.status, wave.finished_at) == ("sending", "finished", MONDAY + 5 * DAY)
    assert [mail.to for mail in django_mail.outbox] == [[invitation.contact.email]]
    said = Event.objects.filter(kind="surveys.wave").order_by("pk").values_list("came_from", "went_to", "reason")
    assert list(said) == [("finished", "sending", "reminders leave"), ("sending", "finished", "")]


def test_wave_that_still_sends_goes_on() -> None:
    invitation = make_asked()
    Wave.objects.update(status="sending")

    plan(5)

    assert letters(invitation) == ["invitation", "reminder"]
    assert (Wave.objects.get().status, Event.objects.count()) == ("sending", 0)


def test_reminders_of_a_paused_wave_wait_for_it() -> None:
    make_asked()
    Wave.objects.update(status="paused")

    plan(5)

    assert Wave.objects.get().status == "paused"
    assert Message.objects.due(MONDAY + 5 * DAY).count() == 0


def test_without_anything_due_no_wave_is_touched() -> None:
    make_asked()

    assert plan(4) == 0

    assert (Wave.objects.get().status, Event.objects.count()) == ("finished", 0)


# ------------------------------------------------------------------------------------------------ never after an answer


def dispatch_reminder(*, day: float = 5) -> str:
    with time_machine.travel(MONDAY + day * DAY, tick=False):
        outbox.send_batch()
    return str(Message.objects.get(letter="reminder").status)


def test_reminder_leaves_and_is_noted_and_does_not_restart_the_throttle() -> None:
    invitation = make_asked()
    plan(5)

    assert dispatch_reminder() == "sent"

    assert list(Touch.objects.values_list("contact", "kind", "at")) == [
        (invitation.contact_id, "reminder", MONDAY + 5 * DAY)
    ]
    invitation.refresh_from_db()
    assert invitation.closes_at == MONDAY + 30 * DAY  # no more time to answer either
    later = audience.candidates(make_campaign(throttle_days=10), at=MONDAY + 10 * DAY)
    assert list(later.values_list("reason", flat=True)) == [""]


def test_answer_withdraws_the_reminder_that_waits() -> None:
    invitation = make_asked()
    plan(5)

    responses.record(invitation, score=3, language="en", at=MONDAY + 5 * DAY)

    assert Message.objects.get(letter="reminder").status == MessageStatus.CANCELLED
    assert Message.objects.get(letter="invitation").status == MessageStatus.SENT
    assert plan(10) == 0


def test_answer_that_withdrew_nothing_is_looked_for_when_the_reminder_leaves() -> None:
    """As one does that came in some other way, or while the reminder was planned."""
    invitation = make_asked()
    responses.record(invitation, score=3, language="en", at=MONDAY)
    make_message(invitation=invitation, letter="reminder", not_before=MONDAY)
    Wave.objects.update(status="sending")

    assert dispatch_reminder() == "cancelled"
    assert django_mail.outbox == []


def test_reminder_that_comes_too_late_stays() -> None:
    make_asked(closes_at=MONDAY + 8 * DAY)
    plan(5)

    assert dispatch_reminder(day=8) == "cancelled"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_answer_that_is_being_written_stops_the_reminder_that_is_about_to_leave() -> None:
    invitation = make_asked()
    plan(5)
    with time_machine.travel(MONDAY + 5 * DAY, tick=False):
        claim_id, (message,) = claims.claim(10)

        answer = held_open(lambda: responses.record(invitation, score=3, language="en"))
        with answer as commit, meanwhile(lambda: outbox.dispatch(claim_id, [message.pk])) as leaving:
            wait_until_blocked()
            commit()

    assert leaving.result() == set()
    assert Message.objects.get(letter="reminder").status == MessageStatus.CANCELLED


def test_invitation_is_no_business_of_the_guard() -> None:
    invitation = make_asked(make_active(brand=make_brand()))
    message = invitation.messages.get()

    assert list(Message.objects.filter(reminders.may_leave(MONDAY))) == [message]
