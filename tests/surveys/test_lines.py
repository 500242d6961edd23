"""Connections side by side, on real sockets."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core import mail as django_mail
from pytest_django import Settings

from surveys import lines, outbox
from tests.smtp_server import Fault, SmtpServer
from tests.surveys.sending import make_queue, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]


def test_many_messages_leave_by_several_connections_once_each(smtp_server: SmtpServer) -> None:
    make_queue(4 * lines.A_LINE)

    more = outbox.send_batch(seconds=60)

    assert more
    assert statuses() == ["sent"] * (4 * lines.A_LINE)
    assert len(set(smtp_server.journal)) == len(smtp_server.journal) == 4 * lines.A_LINE
    assert 1 < smtp_server.connections <= lines.MOST


def test_few_messages_take_one_connection(smtp_server: SmtpServer) -> None:
    make_queue(lines.A_LINE)

    outbox.send_batch(seconds=60)

    assert smtp_server.connections == 1


def test_full_batch_keeps_its_connections_for_the_next(smtp_server: SmtpServer) -> None:
    make_queue(2 * outbox.WINDOW)

    while outbox.send_batch(size=outbox.WINDOW, seconds=60):
        pass

    assert statuses() == ["sent"] * (2 * outbox.WINDOW)
    assert smtp_server.connections == 1


def test_connection_that_was_kept_and_lost_costs_nobody_an_attempt(smtp_server: SmtpServer) -> None:
    messages = make_queue(2 * outbox.WINDOW)
    smtp_server.script.extend([*[Fault.OK] * (outbox.WINDOW - 1), Fault.SENT_DROP])

    while outbox.send_batch(size=outbox.WINDOW, seconds=60):
        pass

    for message in messages:
        message.refresh_from_db()
    assert {(message.status, message.attempts) for message in messages} == {("sent", 1)}
    assert smtp_server.connections == 2


def test_server_that_goes_away_leaves_at_most_a_window_for_each_connection_in_doubt(smtp_server: SmtpServer) -> None:
    make_queue(4 * lines.A_LINE)
    smtp_server.script.extend([Fault.DOT_DROP] * lines.MOST)

    outbox.send_batch(seconds=60)

    found = Counter(statuses())
    assert set(found) <= {"queued", "sent", "unknown"}
    assert 1 <= found["unknown"] <= lines.MOST
    assert sum(found.values()) == 4 * lines.A_LINE


def test_what_keeps_mail_in_memory_works_in_our_own_thread(settings: Settings) -> None:
    make_queue(4 * lines.A_LINE)

    outbox.send_batch(seconds=60)

    assert len(django_mail.outbox) == 4 * lines.A_LINE
