from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, OperationalError

from advocacy import inbound
from surveys.models import DeliveryEvent
from tests.surveys import reports_by_mail as samples
from tests.surveys.reporting import make_mailed

pytestmark = pytest.mark.django_db

Pipe = Callable[..., str]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Pipe:
    """Put a mail in at the one end; what is said at the other."""

    def do(raw: bytes, *args: str) -> str:
        stdin = io.BytesIO(raw)
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=stdin))
        said = io.StringIO()
        call_command("receive_mail", *args, stdout=said, stderr=said)
        assert stdin.read() == b""
        return said.getvalue()

    return do


def test_report_is_taken(pipe: Pipe) -> None:
    message = make_mailed()

    assert pipe(samples.about(samples.POSTFIX, message)) == "report\n"

    assert DeliveryEvent.objects.get().message_pk == message.pk


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "dropped: it says nothing\n"),
        (b"From: a@example.com\n\nhello", "dropped: it answers no mail of ours\n"),
        (b"x" * 3_000_000, "dropped: written by a machine\n"),
    ],
)
def test_what_is_of_no_use_is_taken_too(pipe: Pipe, raw: bytes, said: str) -> None:
    assert pipe(raw) == said


def test_address_of_the_envelope_is_handed_on(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    def take(_raw: bytes, *, recipient: str) -> inbound.Taken:
        given.append(recipient)
        return inbound.Taken.REPLY

    monkeypatch.setattr(inbound, "take", take)

    assert pipe(b"From: a@example.com\n\n", "--recipient", "reply+x@ask.example.com") == "reply\n"

    assert given == ["reply+x@ask.example.com"]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DatabaseError])
def test_without_a_database_the_mail_server_keeps_the_mail(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_args: object, **_fields: object) -> None:
        raise error("away")

    monkeypatch.setattr(inbound, "take", fail)

    with pytest.raises(SystemExit) as exit:
        pipe(b"From: a@example.com\n\nhello")

    assert exit.value.code == 75
