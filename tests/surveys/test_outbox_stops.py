"""What forbids a mail to leave, up to the very statement that lets it go."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from functools import partial

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db.models import Q
from django.utils import timezone

from surveys import claims, contacts, lines, outbox, ports, verdicts, waves
from surveys.enums import (
    HoldKind,
    MessageStatus,
    Purpose,
    SuppressionReason,
    SuppressionScope,
    WaveStatus,
)
from surveys.models import Contact, Hold, Message, Suppression, Touch, Wave
from surveys.smtp import MessageDropped
from tests.factories import make_contact, make_message
from tests.surveys.sending import (
    BAD_SENDER,
    GREYLISTED,
    LOST_BEFORE,
    Connect,
    claim,
    make_queue,
    small_letter,
    state,
    statuses,
)
from tests.threads import PATIENCE, at_once, held_open, meanwhile, wait_until_blocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

SECOND = dt.timedelta(seconds=1)


def test_who_unsubscribes_between_planning_and_claim_is_not_mailed() -> None:
    message = make_message()

    contacts.unsubscribe(message)
    outbox.send_batch()

    assert django_mail.outbox == []
    assert state(message) == ("suppressed", 0)
    assert message.error == "the address must not be mailed: unsubscribed"


def test_who_unsubscribes_between_claim_and_dispatch_is_not_mailed() -> None:
    message, other = make_queue(2)
    claim_id, pks = claim()

    contacts.unsubscribe(message)

    assert outbox.dispatch(claim_id, pks) == {other.pk}
    assert state(message) == ("suppressed", 1)
    assert message.error == "the address must not be mailed: unsubscribed"


def test_suppression_that_met_no_message_is_seen_at_dispatch() -> None:
    message = make_message()
    Suppression.objects.create(address_hash=message.address_hash, reason=SuppressionReason.BOUNCED)

    outbox.send_batch()

    assert django_mail.outbox == []
    assert state(message) == ("suppressed", 1)
    assert (message.error, message.claim_id) == ("the address must not be mailed", None)


@pytest.mark.parametrize(
    ("purpose", "scope", "status"),
    [
        (Purpose.RESEARCH, SuppressionScope.ASKING, "suppressed"),
        (Purpose.MARKETING, SuppressionScope.ASKING, "suppressed"),
        (Purpose.SERVICE, SuppressionScope.ASKING, "sent"),
        (Purpose.STAFF, SuppressionScope.ASKING, "sent"),
        (Purpose.RESEARCH, SuppressionScope.ALL, "suppressed"),
        (Purpose.MARKETING, SuppressionScope.ALL, "suppressed"),
        (Purpose.SERVICE, SuppressionScope.ALL, "suppressed"),
        (Purpose.STAFF, SuppressionScope.ALL, "sent"),
    ],
)
def test_suppression_stops_the_purposes_of_its_scope(purpose: Purpose, scope: SuppressionScope, status: str) -> None:
    contact = make_contact()
    message = make_message(contact=contact, invitation=None, purpose=purpose)
    Suppression.objects.create(address_hash=contact.address_hash, reason=SuppressionReason.MANUAL, scope=scope)

    outbox.send_batch()

    assert state(message) == (status, 1)


@pytest.mark.parametrize(
    ("purpose", "status"),
    [
        (Purpose.RESEARCH, "cancelled"),
        (Purpose.MARKETING, "cancelled"),
        (Purpose.SERVICE, "sent"),
        (Purpose.STAFF, "sent"),
    ],
)
def test_hold_stops_asking_and_nothing_else(purpose: Purpose, status: str) -> None:
    contact = make_contact()
    message = make_message(contact=contact, invitation=None, purpose=purpose)
    Hold.objects.create(contact=contact, kind=HoldKind.CASE)
    other = make_message(purpose=purpose)

    outbox.send_batch()

    assert (state(message), state(other)) == ((status, 1), ("sent", 1))
    assert message.error == ("the contact must not be asked now" if status == "cancelled" else "")


def test_hold_that_is_over_stops_nothing() -> None:
    contact = make_contact()
    message = make_message(contact=contact, invitation=None)
    Hold.objects.create(contact=contact, kind=HoldKind.CASE, until=timezone.now() - SECOND)

    outbox.send_batch()

    assert state(message) == ("sent", 1)


def test_guard_of_the_layer_above_is_asked_for_its_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ports._guards, Purpose.MARKETING, [lambda _at: Q(language="en")])
    allowed = make_message(purpose=Purpose.MARKETING, language="en")
    forbidden = make_message(purpose=Purpose.MARKETING, language="es")
    other = make_message(purpose=Purpose.RESEARCH, language="es")

    outbox.send_batch()

    assert [state(message)[0] for message in (allowed, forbidden, other)] == ["sent", "cancelled", "sent"]


def test_corrected_address_is_the_one_that_is_mailed_and_asked_about() -> None:
    message, other = make_queue(2)
    for changed, address in ((message, "right@example.com"), (other, "gone@example.com")):
        Contact.objects.filter(messages=changed).update(email=address)
    contacts.suppress("gone@example.com", reason=SuppressionReason.UNSUBSCRIBED)

    outbox.send_batch()

    assert [mail.to for mail in django_mail.outbox] == [["right@example.com"]]
    assert (state(message), state(other)) == (("sent", 1), ("suppressed", 1))
    contacts.unsubscribe(message)
    assert Suppression.objects.filter(address_hash=message.address_hash).count() == 1
    assert Suppression.objects.count() == 2


def test_address_corrected_after_the_claim_is_not_mailed_at_the_old_one() -> None:
    (message,) = make_queue(1)
    claim_id, _pks = claim()
    contact = Contact.objects.get(messages=message)
    old = contact.email

    contacts.set_address(contact, "right@example.com")
    contact.save()
    contacts.suppress(old, reason=SuppressionReason.COMPLAINED)
    leaving = outbox.dispatch(claim_id, [message.pk])
    outbox.send_batch()

    assert leaving == set()
    assert [mail.to for mail in django_mail.outbox] == [["right@example.com"]]
    assert state(message) == ("sent", 1)


def test_contact_deleted_after_the_claim_is_not_mailed(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    server = connect()
    gone, stays = make_queue(2)

    def render(message: Message) -> EmailMultiAlternatives:
        mail = small_letter(message)
        Contact.objects.filter(messages=gone).delete()
        return mail

    monkeypatch.setitem(ports._letters, "invitation", render)
    outbox.send_batch()

    assert server.taken == [stays.contact.email if stays.contact else ""]
    assert Message.objects.get() == stays


# -------------------------------------------------------------------------------------------------- pause and cancel


def test_pause_while_a_window_leaves_lets_it_leave_and_nothing_after(connect: Connect) -> None:
    def behave(_mail: EmailMessage) -> None:
        if (wave := Wave.objects.get()).status == WaveStatus.SENDING:
            waves.pause(wave, reason="a wrong link")

    queue = make_queue(outbox.WINDOW + 3)
    connect(behave)

    outbox.send_batch(seconds=60)

    assert [state(message) for message in queue] == [("sent", 1)] * outbox.WINDOW + [("queued", 0)] * 3


def test_pause_between_claim_and_dispatch_stops_the_dispatch() -> None:
    message = make_message()
    claim_id, pks = claim()
    waves.pause(Wave.objects.get(), reason="")

    assert outbox.dispatch(claim_id, pks) == set()
    assert state(message) == ("claimed", 1)
    outbox.release(claim_id, pks)
    assert state(message) == ("queued", 0)
    waves.resume(Wave.objects.get())
    outbox.send_batch()
    assert state(message) == ("sent", 1)


def test_pause_of_one_wave_leaves_the_others_alone() -> None:
    message, other = make_message(), make_message()
    claim_id, pks = claim()
    assert message.invitation is not None
    waves.pause(message.invitation.wave, reason="")

    assert outbox.dispatch(claim_id, pks) == {other.pk}
    assert (state(message), state(other)) == (("claimed", 1), ("dispatching", 1))


def test_suppression_in_a_paused_wave_waits_with_it() -> None:
    message = make_message()
    claim_id, pks = claim()
    waves.pause(Wave.objects.get(), reason="")
    Suppression.objects.create(address_hash=message.address_hash, reason=SuppressionReason.MANUAL)

    assert outbox.dispatch(claim_id, pks) == set()
    outbox.release(claim_id, pks)
    waves.resume(Wave.objects.get())
    outbox.send_batch()

    assert state(message) == ("suppressed", 1)


def test_cancel_after_the_claim_ends_the_message() -> None:
    message = make_message()
    claim_id, pks = claim()
    waves.cancel(Wave.objects.get())

    assert outbox.dispatch(claim_id, pks) == set()
    outbox.release(claim_id, pks)
    assert state(message) == ("cancelled", 1)


@pytest.mark.parametrize("error", [GREYLISTED, LOST_BEFORE, BAD_SENDER, MessageDropped("lost")])
def test_what_comes_back_from_the_server_to_a_cancelled_wave_ends_too(connect: Connect, error: Exception) -> None:
    def behave(_mail: EmailMessage) -> None:
        waves.cancel(Wave.objects.get())
        raise error

    queue = make_queue(1 if error is GREYLISTED else 3)
    connect(behave)

    outbox.send_batch()

    assert {state(message)[0] for message in queue} == {"cancelled"}


def test_what_has_left_a_cancelled_wave_is_sent(connect: Connect) -> None:
    message = make_message()
    connect(lambda _mail: waves.cancel(Wave.objects.get()) and None)

    outbox.send_batch()

    assert state(message) == ("sent", 1)
    assert Touch.objects.count() == 1


# ---------------------------------------------------------------------------------------- two connections (PostgreSQL)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_dispatch_waits_for_a_pause_and_then_nothing_leaves() -> None:
    message = make_message()
    claim_id, pks = claim()

    def pause() -> None:
        waves.pause(Wave.objects.get(), reason="")

    with held_open(pause) as commit, meanwhile(lambda: outbox.dispatch(claim_id, pks)) as leaving:
        wait_until_blocked()
        commit()

    assert leaving.result() == set()
    assert state(message) == ("claimed", 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pause_waits_for_a_window_that_is_leaving() -> None:
    message = make_message()
    claim_id, pks = claim()

    def pause() -> None:
        waves.pause(Wave.objects.get(), reason="")

    with held_open(lambda: outbox.dispatch(claim_id, pks)) as commit, meanwhile(pause) as paused:
        wait_until_blocked()
        assert not paused.done()
        commit()

    assert Wave.objects.get().status == WaveStatus.PAUSED
    assert state(message) == ("dispatching", 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_dispatch_waits_for_an_unsubscribe_and_then_nothing_leaves() -> None:
    message, other = make_queue(2)
    claim_id, pks = claim()

    with (
        held_open(lambda: contacts.unsubscribe(message)) as commit,
        meanwhile(lambda: outbox.dispatch(claim_id, pks)) as leaving,
    ):
        wait_until_blocked()
        commit()

    assert leaving.result() == {other.pk}
    assert state(message) == ("suppressed", 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_unsubscribe_waits_for_a_window_that_is_leaving() -> None:
    message = make_message()
    claim_id, pks = claim()

    with (
        held_open(lambda: outbox.dispatch(claim_id, pks)) as commit,
        meanwhile(lambda: contacts.unsubscribe(message)) as gone,
    ):
        wait_until_blocked()
        assert not gone.done()
        commit()

    assert state(message) == ("dispatching", 1)
    assert Suppression.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_claim_passes_over_what_another_is_claiming() -> None:
    first, second = make_queue(2)

    with held_open(lambda: claims.claim(1)) as commit:
        started = time.monotonic()
        _claim_id, taken = claim()
        waited = time.monotonic() - started
        commit()

    assert taken == [second.pk]
    assert waited < PATIENCE / 3
    assert state(first) == ("claimed", 1)


def make_refused_window() -> tuple[Message, lines.Window]:
    """A window whose one mail the server does not take now; it is not yet recorded."""
    message = make_message(status=MessageStatus.DISPATCHING, attempts=1, claim_id=uuid.uuid4())
    assert message.claim_id is not None
    window = lines.Window(message.claim_id, {message.pk: (message, small_letter(message))})
    window.failed[message.pk] = verdicts.of(GREYLISTED)
    return message, window


def cancel() -> int:
    return waves.cancel(Wave.objects.get())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_cancel_waits_for_what_comes_back_and_ends_it() -> None:
    message, window = make_refused_window()

    with held_open(lambda: outbox._record(window)) as commit, meanwhile(cancel) as cancelled:
        wait_until_blocked()
        commit()

    assert cancelled.result() == 1
    assert state(message) == ("cancelled", 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_comes_back_waits_for_a_cancel_and_ends_with_it() -> None:
    message, window = make_refused_window()

    with held_open(cancel) as commit, meanwhile(lambda: outbox._record(window)):
        wait_until_blocked()
        commit()

    assert state(message) == ("cancelled", 1)


@pytest.mark.usefixtures("shared_database")
def test_nobody_is_mailed_after_an_unsubscribe_has_committed(connect: Connect) -> None:
    """Everybody unsubscribes at some moment of the sending; the server sees which wishes were there before."""
    queue = make_queue(40)
    too_late: list[str] = []

    def look(mail: EmailMessage) -> None:
        message = Message.objects.get(contact__email=mail.to[0])
        gone = Suppression.objects.filter(address_hash=message.address_hash).first()
        if gone and message.dispatched_at and gone.created_at < message.dispatched_at:
            too_late.append(mail.to[0])

    def unsubscribe_all() -> bool:
        for message in reversed(queue):
            contacts.unsubscribe(message)
        return False

    connect(look)
    at_once(partial(outbox.send_batch, size=5, seconds=60), unsubscribe_all, partial(outbox.send_batch, size=5))

    assert too_late == []
    assert Suppression.objects.count() == 40
    assert set(statuses()) <= {"sent", "suppressed"}
