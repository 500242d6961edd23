from __future__ import annotations

import datetime as dt
import random
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from advocacy import cases, inbound, lifeline, timeline
from advocacy.inbound import Taken
from advocacy.models import Reply
from surveys import mail, reported, tokens
from surveys.models import DeliveryEvent, Message
from tests.factories import make_brand, make_case, make_contact
from tests.sizes import whole_once_or
from tests.surveys import reports_by_mail as samples
from tests.surveys.reporting import make_mailed

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _set_up(settings: Settings) -> Any:
    settings.REPLY_ADDRESS = "reply+{token}@ask.example.com"
    with time_machine.travel(NOW, tick=False):
        yield


def to(message: Message) -> str:
    return f"reply+{tokens.encode(message.token)}@ask.example.com"


def reply(message: Message, text: str = "It broke again.", **headers: str | None) -> bytes:
    """What the contact's mail program sends when they answer `message`."""
    assert message.contact
    wire = EmailMessage()
    values: dict[str, str | None] = {
        "From": f"Ana <{message.contact.email}>",
        "To": to(message),
        "Subject": "Re: How likely are you to recommend us?",
        "Message-ID": "<reply-1@example.com>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in values.items():
        if value is not None:
            wire[name] = value
    wire.set_content(text)
    return wire.as_bytes()


# ------------------------------------------------------------------------------------------------------------- replies


def test_reply_is_kept_with_the_open_case_of_its_contact() -> None:
    case = make_case()
    message = make_mailed(contact=case.contact, invitation=None)

    assert inbound.take(reply(message)) == Taken.REPLY

    kept = Reply.objects.get()
    assert (kept.contact, kept.case, kept.message, kept.at) == (case.contact, case, message, NOW)
    assert (kept.sender, kept.subject) == (case.contact.email, "Re: How likely are you to recommend us?")
    assert kept.text == "It broke again."


def test_reply_ends_the_wait_for_it(alice: User) -> None:
    case = make_case()
    message = make_mailed(contact=case.contact, invitation=None)
    cases.wait(case, by=alice)

    inbound.take(reply(message))

    case.refresh_from_db()
    assert case.waiting_since is None


def test_reply_without_an_open_case_is_kept_with_the_contact() -> None:
    message = make_mailed()

    inbound.take(reply(message))

    assert Reply.objects.get().case is None
    assert message.contact
    (entry,) = [
        entry for entry in lifeline.of_contact(message.contact, sees_cases=True) if entry.kind == timeline.Kind.REPLY
    ]
    assert (entry.title, entry.text, entry.by) == (
        "Wrote back: Re: How likely are you to recommend us?",
        "It broke again.",
        "",
    )


def test_words_of_a_reply_are_for_those_who_see_cases() -> None:
    message = make_mailed()
    inbound.take(reply(message))
    assert message.contact

    entries = lifeline.of_contact(message.contact, sees_cases=False)

    assert [entry.text for entry in entries if entry.kind == timeline.Kind.REPLY] == [""]


def test_case_page_tells_of_a_reply_from_another_address() -> None:
    case = make_case()
    message = make_mailed(contact=case.contact, invitation=None)

    inbound.take(reply(message, From="Bo <bo@elsewhere.example>"))

    (entry,) = [entry for entry in timeline.of_case(case) if entry.kind == timeline.Kind.REPLY]
    assert (entry.by, entry.text) == ("from bo@elsewhere.example", "It broke again.")


def test_same_mail_twice_is_one_reply() -> None:
    message = make_mailed()

    assert [inbound.take(reply(message)) for _ in range(2)] == [Taken.REPLY, Taken.AGAIN]
    assert [inbound.take(reply(message, Message_ID=None)) for _ in range(2)] == [Taken.REPLY, Taken.AGAIN]

    assert Reply.objects.count() == 2


def test_reply_is_known_by_the_address_of_its_envelope() -> None:
    message = make_mailed()

    assert inbound.take(reply(message, To="hello@aurora.example.com"), recipient=to(message)) == Taken.REPLY


@pytest.mark.parametrize("name", ["In-Reply-To", "References"])
def test_reply_to_the_brand_is_known_by_the_mail_it_answers(name: str) -> None:
    message = make_mailed()
    number = f"<{mail.message_number(message.token)}@aurora.example.com>"

    taken = inbound.take(reply(message, To="hello@aurora.example.com", **{name.replace("-", "_"): number}))

    assert (taken, Reply.objects.get().message) == (Taken.REPLY, message)


def test_sender_alone_proves_nothing() -> None:
    message = make_mailed()

    assert inbound.take(reply(message, To="hello@aurora.example.com")) == Taken.UNKNOWN
    assert Reply.objects.count() == 0


@pytest.mark.parametrize("template", ["", "reply+{token}@other.example.com"])
def test_address_that_is_not_ours_opens_nothing(template: str, settings: Settings) -> None:
    message = make_mailed()
    address = to(message)
    settings.REPLY_ADDRESS = template

    assert inbound.take(reply(message, To=address)) == Taken.UNKNOWN


def test_reply_to_a_mail_without_a_contact_is_dropped() -> None:
    message = make_mailed(contact=None, invitation=None)

    wire = EmailMessage()
    wire["From"], wire["To"] = "ana@example.com", to(message)
    wire.set_content("Hello")

    assert inbound.take(wire.as_bytes()) == Taken.UNKNOWN


# ------------------------------------------------------------------------------------------------------------ machines


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; owner-email=x@example.com"},
        {"Precedence": "bulk"},
        {"Precedence": "AUTO_REPLY"},
        {"X-Autoreply": "yes"},
        {"List-Id": "<dev.example.com>"},
        {"Return-Path": "<>"},
        {"From": "MAILER-DAEMON@example.com"},
        {"From": "postmaster@example.com"},
        {"From": None},
        {"From": "hello@aurora.example.com"},
    ],
    ids=str,
)
def test_mail_of_a_machine_is_dropped_and_never_answered(headers: dict[str, str | None], mailoutbox: list[Any]) -> None:
    make_brand()
    message = make_mailed()

    taken = inbound.take(reply(message, **headers))  # type: ignore[arg-type]

    assert (taken, Reply.objects.count(), mailoutbox) == (Taken.AUTOMATIC, 0, [])


@pytest.mark.parametrize("headers", [{"Auto-Submitted": "no"}, {"Auto-Submitted": "No"}, {"Precedence": "normal"}])
def test_mail_that_says_it_is_of_a_person_is_kept(headers: dict[str, str]) -> None:
    assert inbound.take(reply(make_mailed(), **headers)) == Taken.REPLY


def test_receipt_is_dropped() -> None:
    raw = reply(make_mailed()).replace(b"Content-Type: text/plain", b"Content-Type: multipart/report; boundary=x;")

    assert inbound.take(raw) == Taken.AUTOMATIC


def test_report_goes_to_the_other_side_even_at_a_reply_address() -> None:
    message = make_mailed()
    raw = samples.about(samples.POSTFIX, message).replace(b"To: hello@", f"To: {to(message)}, hello@".encode())

    assert inbound.take(raw) == Taken.REPORT

    assert (DeliveryEvent.objects.count(), Reply.objects.count()) == (1, 0)


# ---------------------------------------------------------------------------------------------------------------- text


def with_parts(message: Message, *parts: tuple[str, str]) -> bytes:
    body = "".join(f"--B\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    head = f"From: ana@example.com\r\nTo: {to(message)}\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    return f"{head}{body}--B--\r\n".encode()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("text/html", "<p>It <b>broke</b></p>"), ("text/plain", "It broke")], "It broke"),
        ([("text/html", "<style>p{}</style><p>It <b>broke</b><br>again &amp; again</p>")], "It broke\nagain & again"),
        ([("text/html", "<script>alert(1)</script><p>Hi</p><blockquote>old</blockquote>")], "Hi"),
        ([("text/plain; charset=x-unknown", "It broke")], "It broke"),
        ([("text/plain", "It broke\n\n> How likely?\n > again\n\n\n\nAna")], "It broke\n\nAna"),
        ([("text/plain", "see https://ask.example.com/r/AAAAAAAAAAAAAAAAAAAAAA/9 now")], None),
        ([("text/plain", "a\x00b\x07c\u202e")], "abc\u202e"),
    ],
)
def test_text_of_a_reply(parts: list[tuple[str, str]], expected: str | None) -> None:
    inbound.take(with_parts(make_mailed(), *parts))

    kept = Reply.objects.get().text
    assert kept == (expected or "see https://ask.example.com/r/…/9 now")


@pytest.mark.parametrize(
    "parts", [[], [("text/plain", " \n\n > quoted")], [("image/png", "x")], [("text/html", "<script>x</script>")]]
)
def test_reply_that_says_nothing_is_dropped(parts: list[tuple[str, str]]) -> None:
    assert inbound.take(with_parts(make_mailed(), *parts)) == Taken.EMPTY


def test_attachment_is_not_kept() -> None:
    message = make_mailed()
    attached = ("text/plain\r\nContent-Disposition: attachment; filename=a.txt", "secret")

    assert inbound.take(with_parts(message, attached)) == Taken.EMPTY


def test_of_thirty_megabytes_the_beginning_is_read() -> None:
    message = make_mailed()
    raw = with_parts(message, ("text/plain", "It broke"), ("application/octet-stream", "x" * 30_000_000))

    assert inbound.take(raw) == Taken.REPLY

    assert Reply.objects.get().text == "It broke"


def test_endless_text_is_cut() -> None:
    inbound.take(reply(make_mailed(), "word " * 50_000))

    assert len(Reply.objects.get().text) == inbound.MAX_TEXT


# -------------------------------------------------------------------------------------------------------------- faults


def nested(depth: int) -> bytes:
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return b"From: ana@example.com\n" + heads.encode() + b"Content-Type: text/plain\n\nhello\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\x00" * 5000,
        b"\xff\xfe" * 5000,
        b"From: \xff\xfe\nTo: \x00\n\n\xff",
        b"Subject: =?utf-8?B?" + b"A" * 100_000 + b"\n\nx",
        b"Content-Type: multipart/mixed; boundary=\n\n--\n--",
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n\xff: \xff\n--B-",
        b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; \x00@\x00\nAction: failed\n",
        b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n",
        b"Content-Type: message/rfc822\n\n" * 500,
        b"Content-Transfer-Encoding: base64\nReturn-Path: <>\nFrom: mailer-daemon@x\n\n!!!!",
        nested(50),
        nested(3000),
    ],
    ids=lambda raw: raw[:40],
)
def test_hostile_mail_crashes_nothing(raw: bytes) -> None:
    assert isinstance(inbound.take(raw), Taken)


class AnyMail(TestCase):
    @settings(max_examples=whole_once_or(150, 40), deadline=None)
    @given(seed=st.integers(0, 2**32), cuts=st.integers(0, 30))
    def test_broken_samples_crash_nothing(self, seed: int, cuts: int) -> None:
        chance = random.Random(seed)
        texts = (samples.POSTFIX, samples.EXIM, samples.EXCHANGE, samples.MULTILINGUAL, samples.QMAIL, samples.FEEDBACK)
        raw = bytearray(samples.about(chance.choice(texts), make_mailed()))
        for _ in range(cuts):
            start = chance.randrange(len(raw))
            raw[start : start + chance.randrange(40)] = chance.randbytes(chance.randrange(6))

        assert isinstance(inbound.take(bytes(raw)), Taken)


def test_error_of_ours_drops_one_mail_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_fields: object) -> bool:
        raise RecursionError("ana@example.com")

    monkeypatch.setattr(reported, "take", fail)

    assert inbound.take(reply(make_mailed())) == Taken.UNREADABLE

    assert "inbound.unreadable error=RecursionError" in caplog.text
    assert "ana@example.com" not in caplog.text


def test_trouble_of_the_database_is_told_so_that_the_mail_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_fields: object) -> bool:
        raise OperationalError("away")

    monkeypatch.setattr(reported, "take", fail)

    with pytest.raises(OperationalError):
        inbound.take(reply(make_mailed()))


def test_reply_of_somebody_erased_goes_with_them() -> None:
    message = make_mailed(contact=make_contact(), invitation=None)
    inbound.take(reply(message))
    assert message.contact

    message.contact.delete()

    assert Reply.objects.count() == 0
