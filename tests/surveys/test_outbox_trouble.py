"""Trouble with a server, and what a worker left behind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import timezone
from pytest_django import Settings

from surveys import claims, lines, outbox, ports, waves
from surveys.enums import (
    Promise,
    Purpose,
    WaveStatus,
)
from surveys.models import Claim, Message, Touch, Wave
from surveys.smtp import MessageDropped
from tests.factories import make_contact, make_message
from tests.surveys.sending import (
    BAD_SENDER,
    GREYLISTED,
    LOST_AFTER,
    LOST_BEFORE,
    NO_SUCH_USER,
    Connect,
    claim,
    make_queue,
    small_letter,
    state,
    statuses,
)
from tests.threads import held_open, meanwhile, wait_until_blocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


def test_refused_recipient_fails_alone(connect: Connect) -> None:
    before, refused, after = make_queue(3)
    assert refused.contact is not None
    server = connect({refused.contact.email: NO_SUCH_USER})

    more = outbox.send_batch()

    assert more
    assert [state(message) for message in (before, refused, after)] == [("sent", 1), ("failed", 1), ("sent", 1)]
    assert "no such user" in refused.error
    assert len(server.taken) == 2
    assert Wave.objects.get().status == WaveStatus.SENDING


def test_temporary_refusal_waits_and_stops_nobody_else(connect: Connect) -> None:
    before, later, after = make_queue(3)
    assert later.contact is not None
    connect({later.contact.email: GREYLISTED})

    outbox.send_batch()

    assert [state(message) for message in (before, later, after)] == [("sent", 1), ("queued", 1), ("sent", 1)]
    assert later.retry_at is not None
    assert 5 * MINUTE <= later.retry_at - timezone.now() + 5 * SECOND <= 7.6 * MINUTE
    assert (later.claim_id, later.lease_until) == (None, None)
    assert Touch.objects.filter(contact=later.contact).count() == 0


@pytest.mark.parametrize("error", [GREYLISTED, MessageDropped("lost")])
def test_mail_is_tried_five_times_over_more_than_half_an_hour(connect: Connect, error: Exception) -> None:
    message = make_message()
    tries = []

    def behave(_mail: EmailMessage) -> None:
        tries.append(timezone.now())
        raise error

    connect(behave)
    now = timezone.now()
    for _ in range(300):
        now += MINUTE
        with time_machine.travel(now, tick=False):
            outbox.send_batch()

    assert state(message) == ("failed", 5)
    assert len(tries) == 5
    assert tries[-1] - tries[0] >= 75 * MINUTE
    gaps = [(after - before) / MINUTE for before, after in pairwise(tries)]
    assert [low <= gap <= 1.5 * low + 1 for low, gap in zip((5, 10, 20, 40), gaps, strict=True)] == [True] * 4


def test_greylisted_mail_that_is_taken_at_the_third_try_is_sent(connect: Connect) -> None:
    message = make_message()
    tries = []

    def behave(_mail: EmailMessage) -> None:
        tries.append(timezone.now())
        if len(tries) < 3:
            raise GREYLISTED

    server = connect(behave)
    for hours in range(3):
        with time_machine.travel(timezone.now() + hours * 60 * MINUTE):
            outbox.send_batch()

    assert state(message) == ("sent", 3)
    assert message.error == ""
    assert len(server.taken) == 1


@pytest.mark.parametrize("attempts", [1, 2, 3, 4])
def test_retries_of_many_do_not_come_at_once(attempts: int) -> None:
    low = 5 * MINUTE * 2 ** (attempts - 1)

    waits = [outbox.retry_wait(attempts) for _ in range(200)]

    assert all(low <= wait <= 1.5 * low for wait in waits)
    assert max(waits) - min(waits) > low / 4


def test_server_that_is_away_costs_nobody_an_attempt(connect: Connect) -> None:
    queue = make_queue(outbox.WINDOW + 2)
    assert queue[0].contact is not None
    connect({queue[0].contact.email: LOST_BEFORE})

    more = outbox.send_batch(seconds=60)

    assert not more  # the next tick tries again, not the next moment
    assert [state(message) for message in queue] == [("queued", 0)] * len(queue)
    assert queue[0].retry_at is not None
    assert [message.retry_at for message in queue[1:]] == [None] * (len(queue) - 1)


def test_server_away_for_a_day_loses_nothing(connect: Connect) -> None:
    queue = make_queue(3)
    connect(dict.fromkeys([message.contact.email for message in queue if message.contact], LOST_BEFORE))
    now = timezone.now()
    for _ in range(48):
        now += 30 * MINUTE
        with time_machine.travel(now, tick=False):
            outbox.send_batch()

    server = connect()
    with time_machine.travel(now + 2 * MINUTE):
        outbox.send_batch()

    assert [state(message) for message in queue] == [("sent", 1)] * 3
    assert len(server.taken) == 3


def test_error_about_the_sender_pauses_the_wave_and_marks_nobody(connect: Connect) -> None:
    queue = make_queue(outbox.WINDOW + 2)
    other = make_message()
    assert queue[1].contact is not None
    connect({queue[1].contact.email: BAD_SENDER})

    more = outbox.send_batch(seconds=60)

    assert not more
    assert state(queue[0]) == ("sent", 1)
    assert {state(message) for message in queue[1:]} == {("queued", 0)}
    wave = Wave.objects.get(pk=queue[0].invitation.wave_id)  # type: ignore[union-attr]
    assert wave.status == WaveStatus.PAUSED
    assert "we know no such sender" in wave.pause_reason
    assert state(other) == ("queued", 0)
    outbox.send_batch()
    assert state(other) == ("sent", 1)


def test_paused_wave_goes_on_where_it_stopped_once_it_is_resumed(connect: Connect) -> None:
    queue = make_queue(3)
    assert queue[1].contact is not None
    connect({queue[1].contact.email: BAD_SENDER})
    outbox.send_batch()
    server = connect()

    waves.resume(Wave.objects.get())
    with time_machine.travel(timezone.now() + 2 * MINUTE):
        outbox.send_batch()

    assert [state(message)[0] for message in queue] == ["sent"] * 3
    assert len(server.taken) == 2


def test_doubtful_mail_is_unknown_and_never_sent_again(connect: Connect) -> None:
    message, next_one = make_queue(2)
    assert message.contact is not None
    server = connect({message.contact.email: LOST_AFTER})

    outbox.send_batch()

    assert (state(message), state(next_one)) == (("unknown", 1), ("queued", 0))
    assert message.error == "DeliveryUnknown: timed out"
    assert (message.claim_id, message.lease_until) == (None, None)
    assert [touch.contact for touch in Touch.objects.all()] == [message.contact]
    server = connect()
    for days in range(5):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
            outbox.send_batch()
            outbox.sweep()
    assert state(message) == ("unknown", 1)
    assert server.taken == [next_one.contact.email if next_one.contact else ""]


def test_doubtful_service_mail_is_sent_again_at_least_once(connect: Connect) -> None:
    message = make_message(
        invitation=None, contact=make_contact(), purpose=Purpose.SERVICE, promise=Promise.AT_LEAST_ONCE
    )
    assert message.contact is not None
    connect({message.contact.email: LOST_AFTER})
    outbox.send_batch()
    assert state(message) == ("queued", 1)

    server = connect()
    with time_machine.travel(timezone.now() + 2 * MINUTE):
        outbox.send_batch()

    assert state(message) == ("sent", 2)
    assert server.taken == [message.contact.email]


def test_error_that_nobody_foresaw_is_doubtful(connect: Connect) -> None:
    message = make_message()
    assert message.contact is not None
    connect({message.contact.email: RuntimeError("what is this? \x00")})

    outbox.send_batch()

    assert state(message) == ("unknown", 1)
    assert message.error == "RuntimeError: what is this? "


def test_slow_server_does_not_hold_a_window_for_ever(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def take_a_while(_mail: EmailMessage) -> None:
        clock[0] += 0.75 * lines.WINDOW_SECONDS

    queue = make_queue(5)
    server = connect(take_a_while)
    monkeypatch.setattr("time.monotonic", lambda: clock[0])

    outbox.send_batch(seconds=1)

    assert len(server.taken) == 2
    assert [state(message) for message in queue] == [("sent", 1)] * 2 + [("queued", 0)] * 3


# -------------------------------------------------------------------------------------------------------------- sweep


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("fields", "status", "attempts"),
    [
        ({"status": "claimed", "attempts": 1}, "queued", 1),
        ({"status": "claimed", "attempts": 4}, "queued", 4),
        ({"status": "claimed", "attempts": 5}, "failed", 5),
        ({"status": "dispatching", "attempts": 1}, "unknown", 1),
        ({"status": "dispatching", "attempts": 5}, "unknown", 5),
        ({"status": "dispatching", "attempts": 1, "promise": Promise.AT_LEAST_ONCE}, "queued", 1),
        ({"status": "claimed", "attempts": 1, "promise": Promise.AT_LEAST_ONCE}, "queued", 1),
    ],
)
def test_sweep_settles_what_a_worker_left_behind(fields: dict[str, Any], status: str, attempts: int) -> None:
    message = make_message(claim_id=uuid.uuid4(), lease_until=NOW, **fields)

    more = outbox.sweep()

    assert not more
    assert state(message) == (status, attempts)
    assert message.lease_until is None
    assert (message.claim_id is None) == (status != "unknown")
    assert Touch.objects.count() == int(status == "unknown")


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("status", ["claimed", "dispatching"])
def test_sweep_leaves_alone_whose_lease_runs(status: str) -> None:
    message = make_message(claim_id=uuid.uuid4(), lease_until=NOW + SECOND, status=status, attempts=1)

    outbox.sweep()

    assert state(message) == (status, 1)


@time_machine.travel(NOW, tick=False)
def test_sweeping_twice_changes_nothing() -> None:
    for status in ("claimed", "dispatching"):
        make_message(claim_id=uuid.uuid4(), lease_until=NOW, status=status, attempts=1)
    outbox.sweep()
    before = (list(Message.objects.order_by("pk").values()), list(Touch.objects.values()), list(Wave.objects.values()))

    outbox.sweep()

    after = (list(Message.objects.order_by("pk").values()), list(Touch.objects.values()), list(Wave.objects.values()))
    assert after == before


@time_machine.travel(NOW, tick=False)
def test_sweep_goes_in_slices() -> None:
    make_queue(5, status="dispatching", claim_id=uuid.uuid4(), lease_until=NOW, attempts=1)

    assert outbox.sweep(size=2)
    assert statuses().count("unknown") == 2
    assert outbox.sweep(size=2)
    assert not outbox.sweep(size=2)
    assert statuses() == ["unknown"] * 5


@time_machine.travel(NOW, tick=False)
def test_sweep_forgets_the_claims_of_which_nothing_is_in_hand() -> None:
    gone, alive = uuid.uuid4(), uuid.uuid4()
    for claim_id, lease_until in ((gone, NOW), (gone, NOW), (alive, NOW), (alive, NOW + SECOND)):
        make_message(claim_id=claim_id, lease_until=lease_until, status="claimed", attempts=1)

    outbox.sweep()

    assert [claim.pk for claim in Claim.objects.all()] == [alive]
    assert statuses() == ["queued", "queued", "queued", "claimed"]


def test_worker_forgets_its_claims_when_all_has_ended() -> None:
    make_queue(5)

    assert outbox.send_batch(size=3)
    assert outbox.send_batch(size=3)

    assert (statuses(), Claim.objects.count()) == (["sent"] * 5, 0)


def test_claim_stays_known_where_its_worker_went_down(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = make_queue(3)
    monkeypatch.setattr(outbox, "_turn", fail)

    with pytest.raises(ZeroDivisionError):
        outbox.send_batch()
    (claim,) = Claim.objects.all()

    assert claim.messages == [message.pk for message in queue]


def fail(*_given: Any, **_named: Any) -> Any:
    raise ZeroDivisionError


def test_sweep_finishes_the_wave_and_counts_every_message() -> None:
    queue = make_queue(4)
    claim_id, _pks = claim()
    outbox.dispatch(claim_id, [queue[0].pk])
    later = timezone.now() + dt.timedelta(hours=1)

    with time_machine.travel(later, tick=False):
        outbox.sweep()
        assert Wave.objects.get().status == WaveStatus.SENDING
        outbox.send_batch()
        outbox.sweep()

    assert statuses() == ["unknown", "sent", "sent", "sent"]
    assert (Wave.objects.get().status, Wave.objects.get().finished_at) == (WaveStatus.FINISHED, later)


def test_worker_that_dies_after_sending_leaves_unknown_and_nobody_is_mailed_twice(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_queue(3)
    server = connect()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_mark_sent", interrupt_if)
        with pytest.raises(KeyboardInterrupt):
            outbox.send_batch()
    assert statuses() == ["dispatching"] * 3

    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        outbox.sweep()
        outbox.send_batch()

    assert statuses() == ["unknown"] * 3
    assert len(server.taken) == 3
    assert Touch.objects.count() == 3


def interrupt_if(windows: Sequence[Any], _now: dt.datetime) -> None:
    if windows:
        raise KeyboardInterrupt


def test_letter_that_kills_its_worker_takes_nobody_with_it(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    queue = make_queue(3 * outbox.WINDOW)
    poison = queue[outbox.WINDOW + 3]
    server = connect()
    release = outbox.release

    def render(message: Message) -> EmailMultiAlternatives:
        if message == poison:
            monkeypatch.setattr(outbox, "release", lambda _claim_id, _pks: None)  # kill -9: nothing is given back
            raise KeyboardInterrupt
        return small_letter(message)

    monkeypatch.setitem(ports._letters, "invitation", render)
    now = timezone.now()
    for _ in range(len(queue) + 10):
        now += settings.OUTBOX_LEASE_SECONDS * SECOND
        with time_machine.travel(now, tick=False), suppress(KeyboardInterrupt):
            outbox.sweep()
            monkeypatch.setattr(outbox, "release", release)
            outbox.send_batch(seconds=60)

    assert state(poison) == ("failed", outbox.MAX_ATTEMPTS)
    assert {state(message)[0] for message in queue if message != poison} == {"sent"}
    assert len(server.taken) == len(set(server.taken)) == len(queue) - 1


def test_what_a_server_refused_twice_is_not_taken_alone() -> None:
    make_queue(3, attempts=2, retry_at=timezone.now() - MINUTE)

    _claim_id, taken = claim()

    assert len(taken) == 3


def test_what_twice_went_down_with_its_worker_is_taken_alone_and_in_its_turn() -> None:
    before, suspect, after = make_queue(3)
    Message.objects.filter(pk=suspect.pk).update(attempts=2)

    turns = [claim()[1] for _ in range(4)]

    assert turns == [[before.pk], [suspect.pk], [after.pk], []]


def test_worker_that_was_only_slow_settles_what_was_called_unknown(connect: Connect) -> None:
    """The sweeper comes while the worker still talks to the server."""
    sent, refused, untried = make_queue(3)
    assert refused.contact is not None
    started = timezone.now()

    def behave(mail: EmailMessage) -> None:
        with time_machine.travel(started + dt.timedelta(hours=1)):
            outbox.sweep()
        if refused.contact and mail.to == [refused.contact.email]:
            raise BAD_SENDER

    connect(behave)
    outbox.send_batch()

    assert state(sent) == ("sent", 1)
    assert (state(refused), state(untried)) == (("queued", 0), ("queued", 0))
    assert Touch.objects.filter(contact=sent.contact).count() == 1


def test_slow_worker_does_not_touch_what_was_given_to_another(connect: Connect) -> None:
    message = make_message(
        invitation=None, contact=make_contact(), purpose=Purpose.SERVICE, promise=Promise.AT_LEAST_ONCE
    )
    started = timezone.now()

    def behave(_mail: EmailMessage) -> None:
        with time_machine.travel(started + dt.timedelta(hours=1)):
            outbox.sweep()
            claims.claim(1)

    connect(behave)
    outbox.send_batch()

    assert state(message) == ("claimed", 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_note_a_leaving_once() -> None:
    make_queue(10, status="dispatching", claim_id=uuid.uuid4(), lease_until=timezone.now() - MINUTE, attempts=1)

    with held_open(outbox.sweep):
        outbox.sweep()

    assert statuses() == ["unknown"] * 10
    assert Touch.objects.count() == 10


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sweeper_and_slow_worker_note_a_leaving_once() -> None:
    message = make_message(status="dispatching", claim_id=uuid.uuid4(), lease_until=timezone.now() - MINUTE, attempts=1)
    assert message.claim_id is not None
    window = lines.Window(message.claim_id, {message.pk: (message, small_letter(message))}, sent=[message.pk])

    with held_open(outbox.sweep) as commit, meanwhile(lambda: outbox._record(window)):
        wait_until_blocked()
        commit()

    assert state(message) == ("sent", 1)
    assert Touch.objects.count() == 1
