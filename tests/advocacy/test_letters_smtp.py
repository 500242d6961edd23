"""A letter over a real SMTP conversation, and the contact's answer back through the command at the end of a pipe."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import Settings

from advocacy import cases, letters, timeline
from advocacy.models import Reply
from surveys import dsn, outbox
from tests.factories import (
    make_brand,
    make_campaign,
    make_case,
    make_contact,
    make_invitation,
    make_response,
    make_wave,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
PATIENCE = 30.0


@pytest.fixture
def mails(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Where a mail server in a process of its own keeps what it took, one file for each address."""
    folder, port_file = tmp_path / "mails", tmp_path / "port"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.flows.journal_smtp", *map(str, (tmp_path / "journal", port_file, folder))]
    with subprocess.Popen(command, cwd=project.BASE_DIR) as server:
        deadline = time.monotonic() + PATIENCE
        while not port_file.exists():
            assert time.monotonic() < deadline, "the mail server does not listen"
            time.sleep(0.05)
        settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port_file.read_text())
        settings.EMAIL_TIMEOUT = PATIENCE
        settings.REPLY_ADDRESS = "reply+{token}@ask.example.com"
        yield folder
        server.terminate()


def read(path: Path) -> Message:
    return BytesParser(policy=default).parsebytes(path.read_bytes())


def answer_to(mail: Message, text: str) -> bytes:
    """What the contact's mail program sends."""
    answer = EmailMessage()
    answer["From"], answer["To"] = "Íñigo <inigo@example.com>", mail["Reply-To"]
    answer["Subject"], answer["Message-ID"] = f"Re: {mail['Subject']}", "<answer-1@example.com>"
    answer["In-Reply-To"] = mail["Message-ID"]
    answer.set_content(f"{text}\n\n> Dear Íñigo")
    return answer.as_bytes()


def test_letter_leaves_by_smtp_and_its_answer_comes_back_to_the_case(
    mails: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = make_contact(name="Íñigo Peralta", email="inigo@example.com", language="es")
    wave = make_wave(campaign=make_campaign(brand=make_brand(short_name="Aurora")))
    case = make_case(response=make_response(invitation=make_invitation(contact=contact, wave=wave)))
    with time_machine.travel(NOW, tick=False) as clock:
        letters.write(
            case, by=alice, subject="Su máquina", text="Hola {{ first_name }}:\n\n.Ya", language="es", waits=True
        )
        seen = cases.version(case)
        clock.move_to(NOW + letters.HELD)
        while outbox.send_batch():
            pass

        sent = read(mails / "inigo@example.com.eml")
        stdin = io.BytesIO(answer_to(sent, "Gracias 🙂"))
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=stdin))
        call_command("receive_mail", stdout=io.StringIO())

    assert (sent["Subject"], sent["To"], sent["From"]) == (
        "Su máquina",
        "inigo@example.com",
        "Alice · Aurora <hello@aurora.example.com>",
    )
    assert (sent["Auto-Submitted"], sent["List-Unsubscribe"]) == (None, None)
    parts = {part.get_content_type(): dsn.content(part) for part in sent.walk() if not part.is_multipart()}
    assert parts["text/plain"].replace("\r\n", "\n").startswith("Hola Íñigo:\n\n.Ya\n\n--\n")
    assert '<html lang="es" dir="ltr">' in parts["text/html"]
    reply = Reply.objects.get()
    assert (reply.case, reply.text, reply.subject) == (case, "Gracias 🙂", "Re: Su máquina")
    case.refresh_from_db()
    assert (case.waiting_since, letters.unanswered(case)) == (None, reply)
    assert [entry.kind for entry in cases.changes_since(case, seen)] == [timeline.Kind.GOES_ON, timeline.Kind.REPLY]
