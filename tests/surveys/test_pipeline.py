from __future__ import annotations

import email
import email.policy
import smtplib
import socket
from collections.abc import Iterator, Sequence
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import pipeline, smtp
from surveys.pipeline import Parcel, Pipeline
from tests.smtp_server import Fault, SmtpServer

SENDER = "hello@aurora.example.com"
EXTENSIONS = [("PIPELINING", "8BITMIME"), ("PIPELINING",), ("8BITMIME",), ()]


@pytest.fixture(params=EXTENSIONS, ids=lambda offered: "+".join(offered) or "plain")
def server(request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    with SmtpServer(extensions=request.param) as server:
        yield server


@pytest.fixture
def line(server: SmtpServer) -> Iterator[Pipeline]:
    client = smtp.Client("127.0.0.1", server.port, timeout=1)
    yield Pipeline(client)
    client.close()


def parcel(number: int, body: str = "one question") -> Parcel:
    raw = f"Message-ID: <{number}@test>\r\nTo: p{number}@example.com\r\n\r\n{body}\r\n"
    return Parcel(number, SENDER, f"p{number}@example.com", raw.encode())


def send(line: Pipeline, parcels: Sequence[Parcel], **options: Any) -> dict[int, type[Exception] | None]:
    return {key: None if error is None else type(error) for key, error in line.send(parcels, **options)}


def test_all_leave_in_order(server: SmtpServer, line: Pipeline) -> None:
    outcome = send(line, [parcel(number) for number in range(50)])

    assert outcome == dict.fromkeys(range(50))
    assert server.journal == [f"<{number}@test>" for number in range(50)]
    assert server.connections == 1


def test_pipelined_mail_takes_one_round_trip(line: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    talk: list[str] = []
    write, read = line._write, line._read

    def note_write(data: bytes, **until: Any) -> None:
        talk.append("w")
        write(data, **until)

    def note_read() -> pipeline.Reply:
        talk.append("r")
        return read()

    monkeypatch.setattr(line, "_write", note_write)
    monkeypatch.setattr(line, "_read", note_read)

    send(line, [parcel(number) for number in range(20)])

    round_trips = sum(pair == ("w", "r") for pair in pairwise(talk))
    assert round_trips == (21 if line.is_pipelined else 80)


REFUSALS = {
    Fault.MAIL_451: smtplib.SMTPSenderRefused,
    Fault.RCPT_450: smtplib.SMTPRecipientsRefused,
    Fault.RCPT_550: smtplib.SMTPRecipientsRefused,
    Fault.RCPT_POLICY: smtplib.SMTPRecipientsRefused,
    Fault.DATA_451: smtplib.SMTPDataError,
    Fault.DOT_451: smtplib.SMTPDataError,
    Fault.DOT_554: smtplib.SMTPDataError,
}


@pytest.mark.parametrize("fault", REFUSALS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_refusal_of_one_mail_is_no_other_mails(server: SmtpServer, line: Pipeline, fault: Fault, place: int) -> None:
    server.script.extend([*[Fault.OK] * place, fault])

    outcome = send(line, [parcel(number) for number in range(4)])

    assert outcome == {number: REFUSALS[fault] if number == place else None for number in range(4)}
    assert server.journal == [f"<{number}@test>" for number in range(4) if number != place]


LOSSES = {
    Fault.RCPT_421: (smtplib.SMTPRecipientsRefused, False),
    Fault.DATA_DROP: (smtp.MessageDropped, False),
    Fault.DOT_DROP: (smtp.DeliveryUnknown, True),
    Fault.DOT_SILENT: (smtp.DeliveryUnknown, True),
    Fault.DOT_STRANGE: (smtp.DeliveryUnknown, True),
}


@pytest.mark.parametrize("fault", LOSSES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_lost_connection_says_what_was_reached_and_tries_no_further(
    server: SmtpServer, line: Pipeline, fault: Fault, place: int
) -> None:
    kind, is_accepted = LOSSES[fault]
    server.script.extend([*[Fault.OK] * place, fault])

    outcome = send(line, [parcel(number) for number in range(4)])

    assert outcome == {**dict.fromkeys(range(place)), place: kind}
    assert (f"<{place}@test>" in server.journal) is is_accepted
    assert len(server.journal) == place + is_accepted


def test_loss_after_a_mail_was_taken_costs_the_next_nothing(server: SmtpServer, line: Pipeline) -> None:
    server.script.append(Fault.SENT_DROP)

    outcome = send(line, [parcel(1), parcel(2), parcel(3)])

    assert outcome == {1: None, 2: smtplib.SMTPServerDisconnected}
    assert server.journal == ["<1@test>"]


def test_what_goes_no_further_leaves_nothing_behind(server: SmtpServer, line: Pipeline) -> None:
    server.script.append(Fault.DOT_554)

    seen: list[tuple[int, type[Exception] | None]] = []
    for key, error in line.send([parcel(1), parcel(2)], is_over=lambda: bool(seen)):
        seen.append((key, None if error is None else type(error)))

    assert seen == [(1, smtplib.SMTPDataError)]
    assert server.journal == []
    assert line.is_closed is line.is_pipelined  # one that waits for the second mail cannot be kept


@given(st.text(alphabet=".\n x", max_size=30).map(lambda text: text.replace("\n", "\r\n")))
def test_dots_are_stuffed_as_smtplib_does(text: str) -> None:
    assert pipeline.stuffed(text.encode()) == smtplib._quote_periods(text.encode())  # type: ignore[attr-defined]


def test_mail_of_8_bits_is_announced_or_not_taken(server: SmtpServer, line: Pipeline) -> None:
    mail = parcel(1, "Zoë, ما رأيك؟")

    can_take = line.can_take(mail.raw)
    send(line, [mail] if can_take else [mail._replace(raw=smtp.seven_bit(mail.raw))])

    assert can_take is line.takes_8bit
    assert any("BODY=8BITMIME" in command for command in server.commands) is can_take
    assert server.journal == ["<1@test>"]


def test_mail_of_7_bits_says_the_same() -> None:
    raw = (
        'Content-Type: multipart/alternative; boundary="b"\r\nSubject: =?utf-8?b?WsO2?=\r\n\r\n--b\r\n'
        'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        "Zoë = ما رأيك؟ .\r\n.\r\n--b\r\n"
        'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        '<p lang="ar">陈伟</p>\r\n--b--\r\n'
    ).encode()

    small = smtp.seven_bit(raw)

    one, other = (email.message_from_bytes(text, policy=email.policy.default) for text in (raw, small))
    assert small.isascii()
    assert small.count(b"\n") == small.count(b"\r\n")
    assert one["Subject"] == other["Subject"]
    bodies = [[part.get_content() for part in mail.walk() if not part.is_multipart()] for mail in (one, other)]
    assert [text.splitlines() for text in bodies[0]] == [text.splitlines() for text in bodies[1]]


def test_mail_of_7_bits_is_left_as_it_is() -> None:
    raw = b"Subject: x\r\n\r\nplain\r\n"

    assert smtp.seven_bit(raw) == raw


class Narrow:
    """A socket that takes so many bytes, a few at a time, and then breaks."""

    def __init__(self, takes: int, at_once: int = 7) -> None:
        self.left, self.at_once = takes, at_once

    def gettimeout(self) -> float:
        return 10.0

    def send(self, data: memoryview) -> int:
        if not self.left:
            raise ConnectionResetError("broken")
        taken = min(self.left, self.at_once, len(data))
        self.left -= taken
        return taken


def break_after(line: Pipeline, monkeypatch: pytest.MonkeyPatch, short: int) -> dict[int, type[Exception] | None]:
    """What is said of a mail when the connection breaks so many bytes before its end; below zero: behind it."""
    first, second = parcel(1), parcel(2)
    sound, write = line._socket, line._write

    def note(data: bytes, **options: Any) -> None:
        if "needed" in options:
            sound.shutdown(socket.SHUT_RDWR)
            monkeypatch.setattr(line, "_socket", Narrow(options["needed"] - short))
        write(data, **options)

    monkeypatch.setattr(line, "_write", note)
    return send(line, [first, second])


@pytest.mark.parametrize(("short", "verdict"), [(200, smtp.MessageDropped), (1, smtp.MessageDropped)])
def test_mail_whose_end_has_not_left_was_not_taken(
    line: Pipeline, monkeypatch: pytest.MonkeyPatch, short: int, verdict: type[Exception]
) -> None:
    monkeypatch.setattr(pipeline, "stuffed", lambda raw: raw + b"x" * 300)

    assert break_after(line, monkeypatch, short) == {1: verdict}


@pytest.mark.parametrize("short", [0, -5])
def test_mail_that_has_left_whole_may_have_been_taken(
    line: Pipeline, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    assert break_after(line, monkeypatch, short) == {1: smtp.DeliveryUnknown}


def test_server_that_takes_a_byte_at_a_time_has_the_same_time_for_all(
    line: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count(0, 4)
    monkeypatch.setattr("surveys.pipeline.time.monotonic", lambda: float(next(clock)))
    narrow = Narrow(1_000, at_once=1)
    monkeypatch.setattr(line, "_socket", narrow)

    with pytest.raises(TimeoutError):
        line._write(b"x" * 100)

    assert narrow.left > 990
