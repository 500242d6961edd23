from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Any

import pytest
from anymail.exceptions import (
    AnymailAPIError,
    AnymailCancelSend,
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from django.core.mail.message import BadHeaderError

from surveys import verdicts
from surveys.smtp import DeliveryUnknown, MessageDropped
from surveys.verdicts import Meaning


def rcpt(code: int, reply: bytes) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"a@example.com": (code, reply)})


class Answer:
    """What a provider's HTTP interface said, as far as anymail reads it."""

    reason = "because"
    text = ""

    def __init__(self, status_code: int) -> None:
        self.status_code = status_code


def provider(status_code: int) -> AnymailRequestsAPIError:
    return AnymailRequestsAPIError("refused", response=Answer(status_code))


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (DeliveryUnknown("timed out"), Meaning.UNKNOWN),
        (MessageDropped("lost"), Meaning.DROPPED),
        (smtplib.SMTPConnectError(421, b"too busy"), Meaning.UNREACHED),
        (smtplib.SMTPConnectError(554, b"no SMTP service here"), Meaning.UNREACHED),
        (smtplib.SMTPHeloError(501, b"who are you?"), Meaning.UNREACHED),
        (smtplib.SMTPServerDisconnected("timed out"), Meaning.UNREACHED),
        (ConnectionRefusedError(111, "refused"), Meaning.UNREACHED),
        (socket.gaierror(-2, "no such name"), Meaning.UNREACHED),
        (TimeoutError("timed out"), Meaning.UNREACHED),
        (ssl.SSLCertVerificationError("self-signed"), Meaning.UNREACHED),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong password"), Meaning.SENDER),
        (smtplib.SMTPAuthenticationError(454, b"4.7.0 later"), Meaning.UNREACHED),
        (smtplib.SMTPResponseException(454, b"TLS not available"), Meaning.UNREACHED),
        (smtplib.SMTPResponseException(554, b"TLS not available"), Meaning.SENDER),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), Meaning.SENDER),
        (smtplib.SMTPException("No suitable authentication method found."), Meaning.SENDER),
        (smtplib.SMTPSenderRefused(451, b"later", "a@example.com"), Meaning.RETRY),
        (smtplib.SMTPSenderRefused(550, b"no such sender", "a@example.com"), Meaning.SENDER),
        (rcpt(450, b"4.2.0 greylisted"), Meaning.RETRY),
        (rcpt(421, b"4.3.2 shutting down"), Meaning.RETRY),
        (rcpt(452, b"4.2.2 mailbox full"), Meaning.RETRY),
        (rcpt(451, b"4.7.1 later"), Meaning.RETRY),
        (rcpt(550, b"5.1.1 no such user"), Meaning.REFUSED),
        (rcpt(553, b"bad mailbox"), Meaning.REFUSED),
        (rcpt(550, b"5.7.26 unauthenticated"), Meaning.SENDER),
        (rcpt(550, b"5.7.515 Access denied"), Meaning.SENDER),
        (rcpt(550, b"5.7 is not a code"), Meaning.REFUSED),
        (rcpt(550, b"15.7.1 is no code"), Meaning.REFUSED),
        (smtplib.SMTPDataError(451, b"later"), Meaning.RETRY),
        (smtplib.SMTPDataError(554, b"5.6.0 we do not like it"), Meaning.REFUSED),
        (smtplib.SMTPDataError(550, b"5.7.1 policy"), Meaning.DOUBTFUL),
        (smtplib.SMTPDataError(550, "5.7.1 policy"), Meaning.DOUBTFUL),
        (rcpt(550, b"5.7.1 this group takes no mail from outside"), Meaning.DOUBTFUL),
        (rcpt(554, b"5.7.1 relay access denied"), Meaning.DOUBTFUL),
        (rcpt(550, b"5.7.0 policy"), Meaning.DOUBTFUL),
        (rcpt(550, b"5.7.133 sender not authenticated for group"), Meaning.DOUBTFUL),
        (rcpt(530, b"5.7.0 Must issue a STARTTLS command first"), Meaning.SENDER),
        (rcpt(530, b"authentication required"), Meaning.SENDER),
        (rcpt(550, b"5.7.9 sign in by other means"), Meaning.SENDER),
        (rcpt(550, b"5.7.10 encryption needed"), Meaning.SENDER),
        (rcpt(550, b"5.7.23 SPF validation failed"), Meaning.SENDER),
        (rcpt(550, b"5.7.606 access denied, banned sending IP"), Meaning.SENDER),
        (rcpt(450, b"4.7.1 later"), Meaning.RETRY),
        (smtplib.SMTPSenderRefused(550, b"5.7.1 not you", "a@example.com"), Meaning.SENDER),
        (BadHeaderError("Header values can't contain newlines"), Meaning.REFUSED),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), Meaning.REFUSED),
        (AnymailRecipientsRefused("refused"), Meaning.REFUSED),
        (AnymailInvalidAddress("no address"), Meaning.REFUSED),
        (AnymailCancelSend("a receiver said so"), Meaning.REFUSED),
        (AnymailConfigurationError("no key"), Meaning.SENDER),
        (AnymailUnsupportedFeature("no metadata"), Meaning.SENDER),
        (AnymailAPIError("connection lost"), Meaning.UNKNOWN),
        (provider(400), Meaning.DOUBTFUL),
        (provider(413), Meaning.DOUBTFUL),
        (provider(422), Meaning.DOUBTFUL),
        (provider(401), Meaning.SENDER),
        (provider(403), Meaning.SENDER),
        (provider(429), Meaning.RETRY),
        (provider(500), Meaning.UNKNOWN),
        (provider(503), Meaning.UNKNOWN),
        (RuntimeError("what is this?"), Meaning.UNKNOWN),
    ],
    ids=lambda value: f"{type(value).__name__}-{str(value)[:30]}" if isinstance(value, Exception) else value.name,
)
def test_each_error_has_its_meaning(error: Exception, meaning: Meaning) -> None:
    assert verdicts.of(error).meaning is meaning


@pytest.mark.parametrize(
    ("meaning", "ends"),
    [
        (Meaning.RETRY, False),
        (Meaning.REFUSED, False),
        (Meaning.SENDER, False),
        (Meaning.DOUBTFUL, False),
        (Meaning.UNREACHED, True),
        (Meaning.DROPPED, True),
        (Meaning.UNKNOWN, True),
    ],
)
def test_connection_is_over_when_nobody_knows_its_state(meaning: Meaning, ends: bool) -> None:
    assert verdicts.Verdict(meaning, "").ends_connection is ends


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (rcpt(550, b"5.1.1 no such user"), "550 5.1.1 no such user"),
        (rcpt(550, b"5.1.1 <a@example.com>: no such user"), "550 5.1.1 <[address]>: no such user"),
        (rcpt(550, b"\xff\xfe"), "550 \ufffd\ufffd"),
        (smtplib.SMTPDataError(554, ""), "554"),
        (smtplib.SMTPSenderRefused(550, b"not you", "hello@example.com"), "550 not you"),
        (provider(422), "HTTP 422 refused\nESP API response 422 (because): ''"),
        (AnymailAPIError("lost for ana.b+c@mail.example.com"), "AnymailAPIError: lost for [address]"),
        (RuntimeError("x" * 1_000), "RuntimeError: " + "x" * 286),
    ],
)
def test_words_say_what_happened_and_fit_the_column(error: Any, words: str) -> None:
    assert verdicts.of(error).words == words


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("no address in it", "no address in it"),
        ("<ana@example.com>: unknown", "<[address]>: unknown"),
        ("{'josé.müller@bücher.example': 550}", "{'[address]': 550}"),
        ("to:a@b.example,c@d.example;", "to:[address],[address];"),
        ("@ alone, and a@", "@ alone, and a@"),
    ],
)
def test_no_address_is_kept(text: str, masked: str) -> None:
    assert verdicts.masked(text) == masked


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("550 5.7.1 queue id 1", "550 5.7.1 queue id 2", True),
        ("HTTP 422 one", "HTTP 422 other", True),
        ("450 4.2.0 greylisted", "550 5.7.1 policy", False),
        ("550 5.7.1 x", "550 5.7.26 x", False),
        ("", "", False),
    ],
)
def test_refusals_are_compared_by_their_code(one: str, other: str, same: bool) -> None:
    assert verdicts.says_the_same(one, other) is same
