"""What the outbox asks window after window is planned once; what it does is told in the tests of the outbox."""

from __future__ import annotations

import pytest
from django.core import mail as django_mail
from django.db import connection

from surveys import outbox
from surveys.enums import MessageStatus
from surveys.models import Message
from tests.surveys.sending import make_queue, statuses

pytestmark = [pytest.mark.postgres, pytest.mark.django_db, pytest.mark.usefixtures("letter")]


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE %s ORDER BY name", ["vv_outbox_%"])
        return [name for (name,) in cursor.fetchall()]


def send(number: int) -> None:
    make_queue(number)
    while outbox.send_batch():
        pass


def test_windows_after_the_first_plan_nothing() -> None:
    send(1)
    known = prepared()
    send(outbox.WINDOW * 2 + 1)

    assert len(known) >= 2  # dispatch and mark; what other tests sent on this connection may stand beside them
    assert prepared() == known
    assert statuses() == [MessageStatus.SENT] * (outbox.WINDOW * 2 + 2)


def test_a_pooler_is_told_the_whole_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    before = prepared()
    send(3)

    assert prepared() == before
    assert Message.objects.filter(status=MessageStatus.SENT).count() == len(django_mail.outbox) == 3
