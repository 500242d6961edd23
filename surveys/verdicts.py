"""What a failure to hand over a mail means: try again, give this one up, stop the sender, or nobody can know."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from enum import Enum

from anymail.exceptions import (
    AnymailAPIError,
    AnymailCancelSend,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core.exceptions import ImproperlyConfigured

from surveys.smtp import DeliveryUnknown, MessageDropped

# Enhanced status codes 5.7.x are refusals by a rule (RFC 3463 3.8). Those of authentication (8, 9), of missing
# encryption (10 to 12), of SPF, DKIM and DMARC (20 to 29), and the long ones of the large providers speak of us. The
# others may as well mean this recipient: a group that takes no mail from outside is 5.7.1 or 5.7.133 too.
_ABOUT_SENDER = re.compile(rb"\b5\.7\.(?:[89]|1[0-2]|2[0-9]|[5-7][0-9]{2})\b")
_SIGN_IN = (530, 534, 535, 538)
_BY_A_RULE = re.compile(rb"\b5\.7\.[0-9]+")
_ADDRESS = re.compile(r"[^\s<>()\[\]{}'\",;:]+@[^\s<>()\[\]{}'\",;:]+")


class Meaning(Enum):
    RETRY = "the server did not take it, and may later"
    REFUSED = "the server refused this one mail for good"
    SENDER = "the server refuses us, whoever the recipient is"
    DOUBTFUL = "the server refuses it by a rule, which may be about us or about this recipient"
    UNREACHED = "no server was reached, or it was lost before it heard of the mail"
    DROPPED = "the connection broke while the mail was leaving, before its end"
    UNKNOWN = "the server may have taken it"


@dataclass(frozen=True)
class Verdict:
    meaning: Meaning
    words: str

    @property
    def ends_connection(self) -> bool:
        return self.meaning in (Meaning.UNREACHED, Meaning.DROPPED, Meaning.UNKNOWN)


def of(error: Exception) -> Verdict:
    """The verdict on an exception raised while one mail was handed to the backend.

    SMTP by the phase that was reached (see surveys.smtp) and the reply code of RFC 5321 4.2.1; an HTTP interface by its
    status. What we do not recognise is UNKNOWN: a mail that may have been taken is never sent again by itself.
    """
    words = _words(error)
    if isinstance(error, DeliveryUnknown):
        return Verdict(Meaning.UNKNOWN, words)
    if isinstance(error, AnymailError):  # first, since some of them are an OSError too
        return Verdict(_provider(error), words)
    if isinstance(error, smtplib.SMTPException | OSError):
        return Verdict(_smtp(error), words)
    if isinstance(error, ImproperlyConfigured):
        return Verdict(Meaning.SENDER, words)
    if isinstance(error, ValueError):  # Django refuses a header with a line break, Python a lone surrogate
        return Verdict(Meaning.REFUSED, words)
    return Verdict(Meaning.UNKNOWN, words)


def says_the_same(one: str, other: str) -> bool:
    """Whether two refusals carry the same code: what a server adds to it may differ each time."""
    return bool(one) and one.split()[:2] == other.split()[:2]


def masked(text: str) -> str:
    """Without mail addresses: what is told of a mail is kept longer than its contact, and read by more people."""
    return _ADDRESS.sub("[address]", text)


def _words(error: Exception) -> str:
    """A reply as the server gave it, code first; of everything else what it is called and says."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()), (550, b""))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, reply = error.smtp_code, _as_bytes(error.smtp_error)
    elif isinstance(error, AnymailAPIError) and error.status_code is not None:
        return masked(f"HTTP {error.status_code} {error}")[:300]
    else:
        return masked(f"{type(error).__name__}: {error}")[:300]
    return masked(f"{code} {_as_bytes(reply).decode('utf-8', 'replace')}".strip())[:300]


def _smtp(error: Exception) -> Meaning:
    if isinstance(error, MessageDropped):
        return Meaning.DROPPED
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()), (550, b""))
        return _by_code(code, reply, otherwise=Meaning.REFUSED)
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Meaning.UNREACHED
    if isinstance(error, smtplib.SMTPAuthenticationError) or type(error) is smtplib.SMTPResponseException:
        # At sign-in or STARTTLS: no recipient was spoken of, so none may pay for it with an attempt.
        return Meaning.UNREACHED if 400 <= error.smtp_code < 500 else Meaning.SENDER
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _by_code(error.smtp_code, _as_bytes(error.smtp_error), otherwise=Meaning.SENDER)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, _as_bytes(error.smtp_error), otherwise=Meaning.REFUSED)
    if isinstance(error, smtplib.SMTPNotSupportedError) or type(error) is smtplib.SMTPException:
        return Meaning.SENDER  # no TLS, or no way to sign in that both know
    return Meaning.UNREACHED


def _by_code(code: int, reply: bytes, *, otherwise: Meaning) -> Meaning:
    if 400 <= code < 500:
        return Meaning.RETRY
    if code in _SIGN_IN or _ABOUT_SENDER.search(_as_bytes(reply)):
        return Meaning.SENDER
    is_doubtful = otherwise is Meaning.REFUSED and _BY_A_RULE.search(_as_bytes(reply))
    return Meaning.DOUBTFUL if is_doubtful else otherwise


def _as_bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")


def _provider(error: AnymailError) -> Meaning:
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress | AnymailCancelSend):
        return Meaning.REFUSED
    status = getattr(error, "status_code", None)
    if status == 429:
        return Meaning.RETRY
    if status in (400, 413, 422):  # what we sent is at fault: the account's settings, or this one address or name
        return Meaning.DOUBTFUL
    if status is not None and 400 <= status < 500:
        return Meaning.SENDER
    # A 5xx or a lost connection: the provider may have queued it.
    return Meaning.UNKNOWN if isinstance(error, AnymailAPIError) else Meaning.SENDER
