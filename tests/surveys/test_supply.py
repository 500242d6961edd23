"""What a worker has in hand: one batch, and on PostgreSQL the next one, claimed while this one leaves."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import InterfaceError, OperationalError, connections

from surveys import claims, outbox, ports, supply
from surveys.models import Message
from tests.smtp_server import SmtpServer
from tests.surveys.sending import make_queue, statuses

pytestmark = pytest.mark.django_db

SOON = 3_600.0


def ids(source: supply.Supply) -> list[list[int]]:
    """The windows that are left of it."""
    windows: list[list[int]] = []
    while source.has_more:
        if turn := source.next():
            windows.extend([message.pk for message in window] for window in turn[1])
    return windows


def test_windows_come_in_the_order_of_the_queue() -> None:
    first, second, third, fourth, fifth = [message.pk for message in make_queue(5)]

    assert ids(supply.Supply(10, 2)) == [[first, second], [third, fourth], [fifth]]


def test_several_windows_of_one_batch_are_taken_at_once() -> None:
    queue = make_queue(5)
    source = supply.Supply(10, 2)

    turn = source.next(2)

    assert turn is not None
    assert (turn[0].messages, turn[1]) == (queue, [queue[:2], queue[2:4]])
    assert ids(source) == [[queue[4].pk]]


def test_bytes_are_made_of_what_was_claimed_only_where_they_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(ports, "splicer", asked.append)
    queue = make_queue(2)

    source = supply.Supply(2, 2)
    outbox.send_batch()  # into memory

    assert asked == []
    assert source.batches[0].fill is source.batches[0].fill is None
    assert asked == [queue]


def test_nothing_waits() -> None:
    source = supply.Supply(10, 2)

    assert (source.has_more, source.batches, source.close()) == (False, [], [])


def test_a_supply_that_was_not_told_to_look_ahead_ends_with_its_batch() -> None:
    make_queue(5)
    source = supply.Supply(2, 2)

    assert (len(ids(source)), source.is_full, len(source.batches)) == (1, True, 1)


def test_nobody_looks_ahead_within_a_transaction() -> None:
    make_queue(4)
    source = supply.Supply(2, 2)
    source.look_ahead(time.monotonic() + SOON)

    assert len(ids(source)) == 1


def test_what_is_left_of_a_batch_is_known() -> None:
    first, second = [message.pk for message in make_queue(2)]
    source = supply.Supply(2, 1)
    source.batches[0].left.remove(first)

    assert [batch.left for batch in source.close()] == [{second}]


@pytest.fixture
def rests(transactional_db: None) -> Iterator[None]:
    yield
    supply.rest()


def apart(test: Any) -> Any:
    """What a thread claims it must see; SQLite has one writer at a time, so nobody looks ahead there."""
    return pytest.mark.postgres(pytest.mark.usefixtures("rests")(test))


@apart
def test_batches_follow_each_other() -> None:
    queue = [message.pk for message in make_queue(5)]
    source = supply.Supply(2, 2)
    source.look_ahead(time.monotonic() + SOON)

    assert ids(source) == [queue[:2], queue[2:4], queue[4:]]
    assert source.is_full is False


@apart
def test_a_claim_that_is_on_its_way_is_given_back() -> None:
    queue = [message.pk for message in make_queue(4)]
    source = supply.Supply(2, 1)
    source.look_ahead(time.monotonic() + SOON)
    source.next()

    assert [batch.left for batch in source.close()] == [set(queue[:2]), set(queue[2:])]


@apart
def test_nothing_is_claimed_just_before_the_end() -> None:
    make_queue(4)
    source = supply.Supply(2, 2)
    source.look_ahead(time.monotonic() + supply.TOO_LATE)

    assert len(ids(source)) == 1


@apart
def test_trouble_of_the_database_is_told_and_ends_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    make_queue(4)
    source = supply.Supply(2, 2)
    source.look_ahead(time.monotonic() + SOON)
    monkeypatch.setattr(claims, "claim", broken)
    source.next()

    with pytest.raises(OperationalError, match="gone"):
        source.next()
    assert not source.has_more


@apart
@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError])
def test_trouble_of_a_claim_that_nobody_waits_for_is_silent(
    monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
) -> None:
    first, second, *_others = [message.pk for message in make_queue(4)]
    source = supply.Supply(2, 2)
    source.look_ahead(time.monotonic() + SOON)
    monkeypatch.setattr(claims, "claim", partial(broken, trouble=trouble))
    source.next()

    assert [batch.left for batch in source.close()] == [{first, second}]


@apart
@pytest.mark.parametrize("seconds", [60, 0.3])
def test_one_slice_sends_batch_after_batch_and_keeps_nothing(smtp_server: SmtpServer, seconds: float) -> None:
    queue = make_queue(150)

    more = outbox.send_batch(size=40, seconds=seconds)

    done = statuses()
    assert set(done) <= {"sent", "queued"}
    assert done.count("sent") == (150 if seconds == 60 else len(set(smtp_server.journal)))
    assert Message.objects.filter(claim_id__isnull=False).count() == 0
    while more:
        more = outbox.send_batch(size=40)
    assert set(statuses()) == {"sent"}
    assert len(set(smtp_server.journal)) == len(queue)


@apart
def test_the_connection_of_the_thread_is_closed_when_nothing_waits() -> None:
    make_queue(3)
    source = supply.Supply(2, 2)
    source.look_ahead(time.monotonic() + SOON)
    ids(source)

    assert supply._executor[0].submit(is_connected).result()
    assert outbox.send_batch(size=1, seconds=math.inf) is False
    assert not supply._executor[0].submit(is_connected).result()


def broken(_size: int, trouble: type[Exception] = OperationalError) -> Any:
    raise trouble("gone")


def is_connected() -> bool:
    return connections["default"].connection is not None


def test_mail_that_leaves_into_memory_is_sent_batch_by_batch() -> None:
    make_queue(5)

    assert outbox.send_batch(size=2) is True
    assert len(django_mail.outbox) == 2
