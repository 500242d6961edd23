from __future__ import annotations

import datetime as dt
from email.message import Message as Mail
from email.parser import BytesParser
from email.policy import compat32

import pytest

from surveys import dsn
from surveys.enums import DeliveryType
from tests.surveys import reports_by_mail as samples

ANA = "ana@example.com"


def mail(text: str | bytes) -> Mail:
    return BytesParser(policy=compat32).parsebytes(text if isinstance(text, bytes) else text.encode())


def sample(text: str) -> Mail:
    return mail(text.format(to=ANA, xtext="ana+40example.com", returned="Subject: hello", original=""))


@pytest.mark.parametrize(
    ("text", "type", "diagnosis"),
    [
        (samples.POSTFIX, "bounced", f"550 5.1.1 <{ANA}>: Recipient address rejected: User unknown"),
        (samples.DELAYED, "deferred", f"451 4.4.1 <{ANA}>: Recipient address rejected: User unknown"),
        (samples.EXPIRED, "bounced", f"451 4.4.7 <{ANA}>: Recipient address rejected: User unknown"),
        (samples.DELIVERED, "delivered", f"250 2.0.0 <{ANA}>: Recipient address rejected: User unknown"),
        (samples.EXIM, "bounced", "550 No such user here"),
        (
            samples.EXCHANGE,
            "bounced",
            f"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {ANA} not found by SMTP address lookup",
        ),
        (samples.QMAIL, "bounced", "#5.1.1)"),
    ],
    ids=["postfix", "delayed", "expired", "delivered", "exim", "exchange", "qmail"],
)
def test_report_says_what_happened_to_whom(text: str, type: str, diagnosis: str) -> None:
    assert dsn.read(sample(text)) == [dsn.Finding(DeliveryType(type), (ANA,), diagnosis)]


def test_report_in_another_language_is_read_by_its_status() -> None:
    (finding,) = dsn.read(sample(samples.MULTILINGUAL))

    assert (finding.type, finding.recipients) == ("bounced", (ANA,))
    assert finding.diagnosis.startswith("5.1.1 ")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("abuse", "complained"), ("Fraud", "complained"), ("opt-out", "unsubscribed"), ("not-spam", None), ("", None)],
)
def test_complaint_is_read_by_its_type(kind: str, expected: str | None) -> None:
    report = sample(samples.FEEDBACK.replace("Feedback-Type: abuse", f"Feedback-Type: {kind}"))

    assert [finding.type for finding in dsn.read(report)] == ([expected] if expected else [])


def test_report_on_several_recipients_tells_of_each() -> None:
    two = "Final-Recipient: rfc822; bob@example.com\nAction: relayed\nStatus: 2.1.9\n\n--B\nContent-Description: Unde"
    report = sample(samples.POSTFIX.replace("--B\nContent-Description: Unde", two))

    assert [(finding.type, finding.recipients) for finding in dsn.read(report)] == [
        ("bounced", (ANA,)),
        ("sent", ("bob@example.com",)),
    ]


def test_report_on_thousands_is_read_to_a_limit() -> None:
    block = "Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.1.1\n\n"
    report = sample(samples.POSTFIX.replace("--B\nContent-Description: Unde", block * 3000 + "--B\nContent-Desc: Unde"))

    assert len(dsn.read(report)) == dsn.MAX_RECIPIENTS


@pytest.mark.parametrize(
    "text",
    [
        "From: ana@example.com\nSubject: Re: hello\n\nThank you! It said: 550 5.1.1 <bob@example.com>: User unknown",
        "From: ana@example.com\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nplain\n--B--",
        "Return-Path: <>\nFrom: ana@example.com\nAuto-Submitted: auto-replied\n\nI am away until Monday.",
        "",
        "\n\n\n",
    ],
)
def test_mail_of_a_person_is_no_report(text: str) -> None:
    assert dsn.read(mail(text)) == []


@pytest.mark.parametrize(
    "status",
    [
        "Final-Recipient: rfc822; ana@example.com",
        "Action: failed\nStatus: 5.1.1",
        "Final-Recipient:\nAction: failed",
        "",
    ],
)
def test_report_without_recipient_or_fate_says_nothing(status: str) -> None:
    text = (
        f"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n{status}\n--B--"
    )

    assert dsn.read(mail(text)) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("rfc822; ana@example.com", ANA),
        ("rfc822;<ana@example.com>", ANA),
        ("ana@example.com", ANA),
        ("rfc822;ana+40example.com", ANA),
        ("rfc822;ana+tag@example.com", "ana+tag@example.com"),
        ("utf-8; ana@example.com", ANA),
        ("rfc822; ana", ""),
        ("rfc822; a b@example.com", ""),
        ("x" * 400 + "@example.com", ""),
        ("", ""),
    ],
)
def test_address_of_a_recipient_field(value: str, expected: str) -> None:
    assert dsn._address(value) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("=?utf-8?B?w4RybmVy?=", "Ärner"),
        ("=?x-none?Q?abc?=", "=?x-none?Q?abc?="),
        ("=?utf-8?B?!!!?=", ""),
        ("plain", "plain"),
    ],
)
def test_header_is_read_whatever_it_is_encoded_in(raw: str, expected: str) -> None:
    assert dsn.header(mail(f"Subject: {raw}\n\n"), "Subject") == expected


def test_header_of_raw_bytes_is_storable() -> None:
    dsn.header(mail(b"Subject: \xff\xfe\xed\xa0\x80\n\n"), "Subject").encode()


@pytest.mark.parametrize("charset", ["utf-8", "x-unknown", '"\\x00"', "idna", "", "base64"])
def test_content_is_read_in_any_character_set(charset: str) -> None:
    assert "hello" in dsn.content(mail(f"Content-Type: text/plain; charset={charset}\n\nhello"))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 2 Mar 2026 10:05:00 +0100", dt.datetime(2026, 3, 2, 9, 5, tzinfo=dt.UTC)),
        ("Mon, 2 Mar 2026 09:05:00", dt.datetime(2026, 3, 2, 9, 5, tzinfo=dt.UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_time_of_a_mail(date: str, expected: dt.datetime | None) -> None:
    assert dsn.written_at(mail(f"Date: {date}\n\n")) == expected
