from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from surveys import claims, lines, outbox, ports
from surveys.enums import (
    MessageStatus,
    Promise,
    Purpose,
    TouchKind,
    WaveStatus,
)
from surveys.models import Message, Touch
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_user, make_wave
from tests.surveys.sending import (
    Connect,
    claim,
    make_queue,
    small_letter,
    state,
    statuses,
)
from tests.threads import at_once, held_open, meanwhile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


# --------------------------------------------------------------------------------------------------------- a good day


def test_due_message_is_sent_with_its_touch_and_its_time_to_answer() -> None:
    wave = make_wave(campaign=make_campaign(open_days=14))
    message = make_message(invitation=make_invitation(wave=wave))
    later = timezone.now() + 3 * MINUTE

    with time_machine.travel(later, tick=False):
        more = outbox.send_batch()

    assert more
    assert [mail.to for mail in django_mail.outbox] == [[message.contact.email]]  # type: ignore[union-attr]
    assert state(message) == ("sent", 1)
    assert (message.sent_at, message.claim_id, message.lease_until, message.error) == (later, None, None, "")
    touch = Touch.objects.get()
    assert (touch.contact, touch.kind, touch.at) == (message.contact, TouchKind.INVITATION, later)
    assert message.invitation is not None
    message.invitation.refresh_from_db()
    assert message.invitation.closes_at == later + dt.timedelta(days=14)


def test_sending_again_sends_nothing() -> None:
    make_queue(3)
    outbox.send_batch()
    before = (list(Message.objects.order_by("pk").values()), list(Touch.objects.values()))

    more = outbox.send_batch()

    assert not more
    assert len(django_mail.outbox) == 3
    assert (list(Message.objects.order_by("pk").values()), list(Touch.objects.values())) == before


def test_one_batch_sends_many_windows() -> None:
    make_queue(2 * outbox.WINDOW + 5)

    outbox.send_batch(seconds=60)

    assert set(statuses()) == {"sent"}
    assert len({mail.to[0] for mail in django_mail.outbox}) == 2 * outbox.WINDOW + 5
    assert Touch.objects.count() == 2 * outbox.WINDOW + 5


def test_slice_ends_in_time_and_gives_back_the_rest_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "WINDOW", 2)
    queue = make_queue(5)

    more = outbox.send_batch(seconds=0)

    assert more
    assert [state(message) for message in queue] == [("sent", 1)] * 2 + [("queued", 0)] * 3
    assert Message.objects.filter(Q(claim_id__isnull=False) | Q(lease_until__isnull=False)).count() == 0


def test_no_transaction_is_open_and_no_more_than_a_window_leaves_while_the_server_is_talked_to(
    transactional_db: None, connect: Connect
) -> None:
    seen = []

    def look(_mail: EmailMessage) -> None:
        seen.append((connection.in_atomic_block, statuses().count("dispatching")))

    connect(look)
    make_queue(outbox.WINDOW + 1)
    outbox.send_batch(seconds=60)

    assert seen == [(False, outbox.WINDOW)] * outbox.WINDOW + [(False, 1)]


def test_staff_letter_leaves_without_contact_or_touch(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user("dora")
    monkeypatch.setitem(
        ports._letters, "alert", lambda message: EmailMultiAlternatives("!", "", to=[message.user.email])
    )
    message = make_message(
        invitation=None, user=user, letter="alert", purpose=Purpose.STAFF, promise=Promise.AT_LEAST_ONCE
    )

    outbox.send_batch()

    assert state(message) == ("sent", 1)
    assert [mail.to for mail in django_mail.outbox] == [["dora@example.com"]]
    assert Touch.objects.count() == 0


# -------------------------------------------------------------------------------------------------------------- claim


def test_claim_takes_the_most_urgent_first_and_no_more_than_asked() -> None:
    slow, quick, other = make_message(priority=50), make_message(priority=10), make_message(priority=50)

    _claim_id, messages = claims.claim(2)

    assert messages == [quick, slow]
    assert state(other) == ("queued", 0)


@time_machine.travel(NOW, tick=False)
def test_claim_counts_the_attempt_and_sets_the_lease(settings: Settings) -> None:
    settings.OUTBOX_LEASE_SECONDS = 90
    message = make_message(attempts=2)

    claim_id, messages = claims.claim(1)

    assert state(message) == ("claimed", 3)
    assert (message.claim_id, message.lease_until) == (claim_id, NOW + 90 * SECOND)
    assert [claimed.attempts for claimed in messages] == [3]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({}, True),
        ({"not_before": NOW}, True),
        ({"not_before": NOW + SECOND}, False),
        ({"retry_at": NOW}, True),
        ({"retry_at": NOW + SECOND}, False),
        ({"status": MessageStatus.CLAIMED}, False),
        ({"status": MessageStatus.DISPATCHING}, False),
        ({"status": MessageStatus.SENT}, False),
        ({"status": MessageStatus.FAILED}, False),
        ({"status": MessageStatus.UNKNOWN}, False),
        ({"status": MessageStatus.SUPPRESSED}, False),
        ({"status": MessageStatus.CANCELLED}, False),
    ],
)
def test_claim_takes_only_what_is_due(fields: dict[str, Any], is_due: bool) -> None:
    message = make_message(**fields)

    _claim_id, taken = claim()

    assert taken == ([message.pk] if is_due else [])


@pytest.mark.parametrize("status", WaveStatus)
def test_claim_takes_only_from_a_sending_wave(status: WaveStatus) -> None:
    message = make_message(invitation=make_invitation(wave=make_wave(status=status)))
    letter = make_message(invitation=None, contact=make_contact())

    _claim_id, taken = claim()

    assert taken == ([message.pk, letter.pk] if status == WaveStatus.SENDING else [letter.pk])


def test_what_is_claimed_is_not_claimed_again() -> None:
    make_queue(3)
    first, taken = claim()

    second, nothing = claim()

    assert (len(taken), nothing) == (3, [])
    assert first != second
    assert outbox.send_batch() is False


@pytest.mark.usefixtures("shared_database")
def test_workers_at_once_share_the_queue_without_overlap() -> None:
    queue = make_queue(40)

    outcomes = at_once(*[lambda: [message.pk for message in claims.claim(15)[1]]] * 4)

    taken = [pk for outcome in outcomes if isinstance(outcome, list) for pk in outcome]
    assert len(taken) == len(set(taken)) == 40
    assert set(taken) == {message.pk for message in queue}


@pytest.mark.usefixtures("shared_database")
def test_workers_at_once_mail_everybody_once(connect: Connect) -> None:
    queue = make_queue(60)
    server = connect()

    outcomes = at_once(*[partial(outbox.send_batch, size=7, seconds=60)] * 4)
    while outbox.send_batch():
        pass

    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    assert sorted(server.taken) == sorted(str(message.contact.email) for message in queue if message.contact)
    assert set(statuses()) == {"sent"}
    assert Touch.objects.count() == 60


# ------------------------------------------------------------------------------------------------------------ fencing


def test_worker_whose_claim_was_taken_cannot_dispatch() -> None:
    message = make_message()
    claim_id, pks = claim()
    Message.objects.update(claim_id=uuid.uuid4())

    assert outbox.dispatch(claim_id, pks) == set()
    assert state(message) == ("claimed", 1)


def test_worker_whose_lease_is_over_cannot_dispatch(settings: Settings) -> None:
    message = make_message()
    claim_id, pks = claim()

    with time_machine.travel(timezone.now() + settings.OUTBOX_LEASE_SECONDS * SECOND):
        assert outbox.dispatch(claim_id, pks) == set()

    assert state(message) == ("claimed", 1)


def test_dispatch_renews_the_lease(settings: Settings) -> None:
    message = make_message()
    claim_id, pks = claim()
    later = timezone.now() + 30 * SECOND

    with time_machine.travel(later, tick=False):
        assert outbox.dispatch(claim_id, pks) == {message.pk}

    assert state(message) == ("dispatching", 1)
    assert message.dispatched_at == later
    assert message.lease_until == later + settings.OUTBOX_LEASE_SECONDS * SECOND


def test_release_gives_back_only_what_was_not_tried() -> None:
    waiting, leaving, other = make_queue(3)
    claim_id, pks = claim()
    outbox.dispatch(claim_id, [leaving.pk])
    Message.objects.filter(pk=other.pk).update(claim_id=uuid.uuid4())

    outbox.release(claim_id, pks)

    assert len(pks) == 3
    assert [state(message) for message in (waiting, leaving, other)] == [
        ("queued", 0),
        ("dispatching", 1),
        ("claimed", 1),
    ]


# --------------------------------------------------------------------------------------------- what cannot be rendered


def break_letters(
    monkeypatch: pytest.MonkeyPatch, broken: dict[str, Callable[[Message], EmailMultiAlternatives]]
) -> None:
    """The letters of these addresses are made by other functions than those of everybody else."""

    def render(message: Message) -> EmailMultiAlternatives:
        assert message.contact is not None
        return broken.get(message.contact.email, small_letter)(message)

    monkeypatch.setitem(ports._letters, "invitation", render)


def raise_in_rendering(_message: Message) -> EmailMultiAlternatives:
    raise ZeroDivisionError("no such tag\x00 \ud800")


def letter_with(**fields: Any) -> Callable[[Message], EmailMultiAlternatives]:
    def render(message: Message) -> EmailMultiAlternatives:
        mail = small_letter(message)
        for name, value in fields.items():
            setattr(mail, name, value)
        return mail

    return render


@pytest.mark.parametrize(
    ("render", "error"),
    [
        (raise_in_rendering, "ZeroDivisionError: no such tag ?"),
        (letter_with(subject="Hi\r\nBcc: victim@example.com"), "BadHeaderError: Header values can't contain newlines"),
        (letter_with(from_email="Aurora\nBcc: v@example.com <a@b.com>"), "BadHeaderError: Header values can't"),
        (letter_with(reply_to=["a@b.com\r\nBcc: victim@example.com"]), "BadHeaderError: Header values can't"),
        (letter_with(to=["a@b.com\nBcc: victim@example.com"]), "BadHeaderError: Header values can't"),
        (letter_with(subject="Hi \ud800"), "UnicodeEncodeError: 'utf-8' codec can't encode"),
        (letter_with(body="Hi \ud800"), "UnicodeEncodeError: 'utf-8' codec can't encode"),
        (letter_with(to=[]), "ValueError: a message goes to one address"),
        (letter_with(to=["a@example.com", "victim@example.com"]), "ValueError: a message goes to one address"),
        (letter_with(to=["a@example.com, victim@example.com"]), "ValueError: a message goes to one address"),
        (letter_with(bcc=["victim@example.com"]), "ValueError: a message goes to one address"),
    ],
)
def test_letter_that_cannot_be_made_fails_alone(
    monkeypatch: pytest.MonkeyPatch, render: Callable[[Message], EmailMultiAlternatives], error: str
) -> None:
    before, poison, after = make_queue(3)
    assert poison.contact is not None
    break_letters(monkeypatch, {poison.contact.email: render})

    outbox.send_batch()

    assert [state(message) for message in (before, poison, after)] == [("sent", 1), ("failed", 1), ("sent", 1)]
    assert poison.error.startswith(error)
    assert (poison.claim_id, poison.lease_until) == (None, None)
    assert len(django_mail.outbox) == 2
    assert Touch.objects.filter(contact=poison.contact).count() == 0


def test_letter_that_nobody_knows_fails() -> None:
    message = make_message(letter="riddle")

    outbox.send_batch()

    assert state(message) == ("failed", 1)
    assert message.error == "KeyError: 'riddle'"


@pytest.mark.parametrize("trouble", [OperationalError("server closed the connection"), InterfaceError("closed")])
def test_trouble_of_the_database_while_rendering_fails_nobody(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def render(_message: Message) -> EmailMultiAlternatives:
        raise trouble

    queue = make_queue(2)
    monkeypatch.setitem(ports._letters, "invitation", render)

    with pytest.raises(type(trouble)):
        outbox.send_batch()

    assert [state(message) for message in queue] == [("queued", 0)] * 2


def test_letter_that_kills_its_worker_each_time_is_given_up(settings: Settings) -> None:
    message = make_message()
    now = timezone.now()

    for number in range(1, outbox.MAX_ATTEMPTS + 1):
        now += settings.OUTBOX_LEASE_SECONDS * SECOND
        with time_machine.travel(now, tick=False):
            _claim_id, taken = claim()
            assert (taken, state(message)) == ([message.pk], ("claimed", number))
        now += settings.OUTBOX_LEASE_SECONDS * SECOND
        with time_machine.travel(now, tick=False):
            outbox.sweep()

    assert state(message) == ("failed", outbox.MAX_ATTEMPTS)
    assert message.error == "given up after 5 attempts: each time its worker went away"


# ------------------------------------------------------------------------------------------------------ how much SQL


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def count_statements(size: int) -> list[int]:
    """How many statements each step of one window of `size` messages takes."""
    Message.objects.all().delete()
    make_queue(size)
    counts = []
    with CaptureQueriesContext(connection) as captured:
        claim_id, messages = claims.claim(size)
        counts.append(len(captured))
        leaving = outbox.dispatch(claim_id, [message.pk for message in messages])
        counts.append(len(captured))
        window = lines.Window(claim_id, {message.pk: (message, small_letter(message)) for message in messages})
        window.sent.extend(leaving)
        outbox._record(window)
        counts.append(len(captured))
    assert set(statuses()) == {"sent"}
    return [after - before for before, after in pairwise([0, *counts])]


def test_statements_of_a_window_do_not_depend_on_its_size() -> None:
    one = count_statements(1)
    many = count_statements(outbox.WINDOW)

    assert many == one
    savepoints = 2  # of the transaction of the test
    assert many == ([2, 1, 1 + savepoints] if is_postgres() else [6 + savepoints, 2, 4 + savepoints])


@pytest.mark.postgres
def test_what_left_is_recorded_in_the_statement_of_the_next_windows() -> None:
    first, second, third = [message.pk for message in make_queue(3)]
    claim_id, pks = claim()
    outbox.dispatch(claim_id, [first])
    window = lines.Window(claim_id, {}, sent=[first])

    with CaptureQueriesContext(connection) as captured:
        leaving = outbox.dispatch(claim_id, [second, third], well=[window])

    assert (len(pks), len(captured), leaving) == (3, 1, {second, third})
    assert statuses() == ["sent", "dispatching", "dispatching"]
    assert Touch.objects.count() == 1


@pytest.mark.postgres
def test_wave_that_goes_on_meanwhile_loses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    make_queue(3)
    claim_id, pks = claim()
    at_once, asked = outbox._dispatch_at_once, []

    def look(*args: Any) -> set[int]:
        asked.append(args)
        return set() if len(asked) == 1 else at_once(*args)  # at first the wave was paused

    monkeypatch.setattr(outbox, "_dispatch_at_once", look)

    assert outbox.dispatch(claim_id, pks) == set(pks)
    assert statuses() == ["dispatching"] * 3


def test_rendering_reads_nothing_that_the_claim_did_not_bring() -> None:
    make_queue(3)
    _claim_id, messages = claims.claim(3)

    with CaptureQueriesContext(connection) as captured:
        for message in messages:
            assert message.contact is not None
            assert message.invitation is not None
            _ = (message.contact.account, message.user, message.invitation.wave.campaign.brand.name)
            _ = message.invitation.wave.campaign.subject

    assert len(captured) == 0


@pytest.mark.usefixtures("shared_database")
@pytest.mark.sqlite
def test_worker_waits_while_another_writes(connect: Connect) -> None:
    """SQLite has one writer at a time; who comes second waits, for longer than 15 s, and does not fail."""
    assert connection.settings_dict["OPTIONS"]["timeout"] == 20
    make_queue(3)
    server = connect()

    def write() -> None:
        Touch.objects.create(contact=make_contact(), kind=TouchKind.CALL, at=timezone.now())

    with held_open(write) as commit, meanwhile(outbox.send_batch) as sent:
        time.sleep(1)
        assert not sent.done()
        assert statuses() == ["queued"] * 3  # a reader is not held up
        commit()

    assert sent.result()
    assert statuses() == ["sent"] * 3
    assert len(server.taken) == 3
