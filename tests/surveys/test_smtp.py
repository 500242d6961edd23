"""Every line of table 2.1 of the reliability research, on real sockets: what becomes of a mail, and whether it is sent
again."""

from __future__ import annotations

import datetime as dt
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import time_machine
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from surveys import outbox, ports, smtp
from surveys.enums import Promise, Purpose, WaveStatus
from surveys.models import Message, Touch, Wave
from tests.factories import make_contact, make_invitation, make_message, make_wave
from tests.smtp_server import Fault, Session, SmtpServer
from tests.surveys.sending import small_letter, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

LATER = dt.timedelta(hours=2)
PATIENCE = 15.0  # of a server that holds a line for 20 s; a busy machine may double what is done in 1


@dataclass(frozen=True)
class Outcome:
    """What stands in the outbox after the faulty try, and after the server is well again."""

    status: str
    attempts: int
    accepted: int
    at_last: str
    accepted_at_last: int
    breaks_off: bool = False


NEVER_REACHED = Outcome("queued", 0, 0, "sent", 1, breaks_off=True)
LATER_TAKEN = Outcome("queued", 1, 0, "sent", 1)
DROPPED = Outcome("queued", 1, 0, "sent", 1, breaks_off=True)
REFUSED = Outcome("failed", 1, 0, "failed", 0)
DOUBTFUL = Outcome("unknown", 1, 1, "unknown", 1, breaks_off=True)
TAKEN = Outcome("sent", 1, 1, "sent", 1)
TABLE = {
    Fault.OK: TAKEN,
    Fault.BANNER_421: NEVER_REACHED,
    Fault.BANNER_SILENT: NEVER_REACHED,
    Fault.MAIL_451: LATER_TAKEN,
    Fault.RCPT_450: LATER_TAKEN,
    Fault.RCPT_421: LATER_TAKEN,
    Fault.RCPT_550: REFUSED,
    Fault.DATA_451: LATER_TAKEN,
    Fault.DATA_DROP: DROPPED,
    Fault.BODY_DROP: DROPPED,
    Fault.BODY_SLOW: DROPPED,
    Fault.DOT_451: LATER_TAKEN,
    Fault.DOT_554: REFUSED,
    Fault.DOT_DROP: DOUBTFUL,
    Fault.DOT_SILENT: DOUBTFUL,
    Fault.DOT_STRANGE: DOUBTFUL,
    Fault.DOT_251: TAKEN,
    Fault.SENT_DROP: TAKEN,  # and a new connection takes the next
    Fault.QUIT_STALL: TAKEN,
}


@pytest.fixture
def large_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that no buffer on the way can hold, so that a server which stops reading is felt before the end."""

    def render(message: Message) -> EmailMultiAlternatives:
        mail = small_letter(message)
        mail.body = "Eleven numbers, one question.\n" * 400_000
        return mail

    monkeypatch.setitem(ports._letters, "invitation", render)


@pytest.fixture
def well(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setitem(ports._letters, "invitation", small_letter)


def accepted(server: SmtpServer, message: Message) -> int:
    return server.journal.count(f"<{message.pk}@ask.example.com>")


def send_after(pause: dt.timedelta) -> None:
    with time_machine.travel(timezone.now() + pause):
        outbox.send_batch()
        outbox.sweep()


@pytest.mark.parametrize("fault", TABLE)
def test_each_fault_has_its_outcome(smtp_server: SmtpServer, request: pytest.FixtureRequest, fault: Fault) -> None:
    if fault in (Fault.BODY_DROP, Fault.BODY_SLOW):
        request.getfixturevalue("large_letter")
    expected = TABLE[fault]
    wave = make_wave()
    message, next_one = (make_message(invitation=make_invitation(wave=wave)) for _ in range(2))
    smtp_server.script.append(fault)
    started = time.monotonic()

    more = outbox.send_batch()

    assert time.monotonic() - started < PATIENCE
    assert more is not expected.breaks_off
    assert state(message) == (expected.status, expected.attempts)
    assert accepted(smtp_server, message) == expected.accepted
    assert Touch.objects.filter(contact=message.contact).count() == int(expected.status in ("sent", "unknown"))
    if not expected.breaks_off:
        assert state(next_one) == ("sent", 1)  # the fault of one mail is no other mail's

    request.getfixturevalue("well")()
    send_after(LATER)
    send_after(2 * LATER)
    send_after(3 * LATER)

    assert (state(message)[0], accepted(smtp_server, message)) == (expected.at_last, expected.accepted_at_last)
    assert (state(next_one)[0], accepted(smtp_server, next_one)) == ("sent", 1)
    assert Wave.objects.get().status == WaveStatus.FINISHED


def test_the_table_is_whole() -> None:
    # These speak of the sender: tests of their own.
    assert set(Fault) - set(TABLE) == {Fault.AUTH_454, Fault.AUTH_535, Fault.MAIL_550, Fault.RCPT_POLICY}


def test_accepted_service_mail_in_doubt_is_sent_again(smtp_server: SmtpServer) -> None:
    message = make_message(
        invitation=None, contact=make_contact(), purpose=Purpose.SERVICE, promise=Promise.AT_LEAST_ONCE
    )
    smtp_server.script.append(Fault.DOT_DROP)

    outbox.send_batch()
    assert (state(message), accepted(smtp_server, message)) == (("queued", 1), 1)
    send_after(LATER)

    assert (state(message), accepted(smtp_server, message)) == (("sent", 2), 2)


def test_greylisted_mail_is_taken_at_the_third_try(smtp_server: SmtpServer) -> None:
    message = make_message()
    smtp_server.script.extend([Fault.RCPT_450, Fault.RCPT_450])

    outbox.send_batch()
    send_after(LATER)
    assert state(message) == ("queued", 2)
    send_after(2 * LATER)

    assert (state(message), accepted(smtp_server, message)) == (("sent", 3), 1)


@pytest.mark.parametrize("fault", [Fault.MAIL_550, Fault.RCPT_POLICY])
def test_refused_sender_pauses_the_wave_and_marks_nobody(smtp_server: SmtpServer, fault: Fault) -> None:
    wave = make_wave()
    queue = [make_message(invitation=make_invitation(wave=wave)) for _ in range(3)]
    smtp_server.script.append(fault)

    assert not outbox.send_batch()

    assert [state(message) for message in queue] == [("queued", 0)] * 3
    wave.refresh_from_db()
    assert wave.status == WaveStatus.PAUSED
    assert "550" in wave.pause_reason
    send_after(LATER)
    assert smtp_server.journal == []


@pytest.mark.parametrize(
    ("fault", "status"), [(Fault.AUTH_535, WaveStatus.PAUSED), (Fault.AUTH_454, WaveStatus.SENDING)]
)
def test_trouble_at_sign_in_costs_nobody_an_attempt(
    smtp_server: SmtpServer, settings: Settings, fault: Fault, status: WaveStatus
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "viva", "voce"
    wave = make_wave()
    queue = [make_message(invitation=make_invitation(wave=wave)) for _ in range(3)]
    smtp_server.script.extend([fault] * 3)

    assert not outbox.send_batch()

    assert [state(message) for message in queue] == [("queued", 0)] * 3
    assert smtp_server.connections == 1
    wave.refresh_from_db()
    assert wave.status == status


def test_mail_never_leaves_without_the_tls_that_was_asked_for(smtp_server: SmtpServer, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    message = make_message()

    for _ in range(2):
        outbox.send_batch()

    assert state(message) == ("queued", 0)
    assert Wave.objects.get().status == WaveStatus.PAUSED
    assert "MAIL" not in {command[:4].upper() for command in smtp_server.commands}


def test_nobody_listening_is_a_server_never_reached(settings: Settings) -> None:
    with SmtpServer() as gone:
        port = gone.port
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "surveys.smtp.EmailBackend", port
    message = make_message()

    assert not outbox.send_batch()

    assert state(message) == ("queued", 0)
    assert message.error.startswith("ConnectionRefusedError")


def test_one_connection_carries_many_windows(smtp_server: SmtpServer) -> None:
    for _ in range(2 * outbox.WINDOW + 1):
        make_message()

    outbox.send_batch(seconds=60)

    assert len(set(smtp_server.journal)) == len(smtp_server.journal) == 2 * outbox.WINDOW + 1
    assert smtp_server.connections == 1
    assert smtp_server.commands[-1].upper() == "QUIT"


def test_server_that_hangs_up_after_421_gets_a_new_connection_in_the_same_window(smtp_server: SmtpServer) -> None:
    first, second = make_message(), make_message()
    smtp_server.script.append(Fault.RCPT_421)

    outbox.send_batch()

    assert (state(first), state(second)) == (("queued", 1), ("sent", 1))
    assert smtp_server.connections == 2


def test_bad_address_reaches_no_server(smtp_server: SmtpServer) -> None:
    mail = EmailMessage("Hi", "", "a@example.com", ["a@example.com, victim@example.com"])

    with pytest.raises(ValueError, match="could be parsed"):
        smtp.EmailBackend().send_messages([mail])

    assert "RCPT" not in {command[:4].upper() for command in smtp_server.commands}


def test_backend_uses_tls_from_the_first_byte_where_asked_for() -> None:
    assert smtp.EmailBackend(use_ssl=True).connection_class is smtp.SecureClient
    assert smtp.EmailBackend(use_ssl=False).connection_class is smtp.Client
    assert smtp.SecureClient.data is smtp.Client.data


@given(st.lists(st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r", b"a", b".\r\n", b"\xff"]), max_size=12))
def test_dots_and_line_ends_are_written_as_smtplib_writes_them(parts: list[bytes]) -> None:
    raw = b"".join(parts)

    written = smtp._dot_stuffed(raw)

    lines = written.split(b"\r\n")
    assert lines[-1] == b""
    assert b"." not in lines
    assert b"\n" not in b"".join(lines) + b"".join(lines).replace(b"\r", b"\n")
    unstuffed = [line[1:] if line.startswith(b".") else line for line in lines[:-1]]
    assert unstuffed == (raw.splitlines() or [b""])


def test_body_of_dots_arrives_as_it_was(smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bytes] = []

    def take(session: Session, raw: bytes) -> None:
        taken.append(raw)
        session.say(b"250 ok")

    monkeypatch.setattr(Session, "take", take)
    mail = EmailMessage("Hi", ".\n..\nhello\n.", "a@example.com", ["b@example.com"])

    smtp.EmailBackend().send_messages([mail])

    assert taken[0].split(b"\r\n\r\n", 1)[1] == b".\r\n..\r\nhello\r\n.\r\n"


def test_exceptions_stand_where_smtplib_users_look_for_them() -> None:
    assert issubclass(smtp.MessageDropped, smtplib.SMTPServerDisconnected)
    assert not issubclass(smtp.DeliveryUnknown, OSError)  # "retry on OSError" must not catch it
