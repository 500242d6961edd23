"""What the tests of the outbox share: a queue, a small letter, a server that does what it is told, and its errors."""

from __future__ import annotations

import smtplib
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from surveys import claims
from surveys.models import Message
from surveys.smtp import DeliveryUnknown
from tests.factories import make_invitation, make_message, make_wave

GREYLISTED = smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"greylisted")})
NO_SUCH_USER = smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"5.1.1 no such user")})
BAD_SENDER = smtplib.SMTPSenderRefused(550, b"5.1.8 we know no such sender", "hello@aurora.example.com")
LOST_AFTER = DeliveryUnknown("timed out")
LOST_BEFORE = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


def small_letter(message: Message) -> EmailMultiAlternatives:
    """A letter that needs nothing but a contact; its Message-ID names the message."""
    assert message.contact is not None
    return EmailMultiAlternatives(
        subject=f"For {message.contact.name}",
        body="How likely are you to recommend us?",
        from_email="hello@aurora.example.com",
        to=[message.contact.email],
        headers={"Message-ID": f"<{message.pk}@ask.example.com>"},
    )


class Server(BaseEmailBackend):
    """A mail backend that does to each mail what the test says; what it took stands in `taken`."""

    def __init__(self, behave: Callable[[EmailMessage], None] = lambda _mail: None) -> None:
        super().__init__()
        self.behave = behave
        self.taken: list[str] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            self.behave(mail)
            self.taken.extend(mail.recipients())
        return len(email_messages)


Connect = Callable[..., Server]


def make_queue(size: int, **fields: Any) -> list[Message]:
    """Messages of one sending wave, in the order in which they leave."""
    wave = fields.pop("wave", None) or make_wave()
    return [make_message(invitation=make_invitation(wave=wave), **fields) for _ in range(size)]


def state(message: Message) -> tuple[str, int]:
    message.refresh_from_db()
    return message.status, message.attempts


def statuses() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("status", flat=True))


def claim() -> tuple[uuid.UUID, list[int]]:
    claim_id, messages = claims.claim(100)
    return claim_id, [message.pk for message in messages]
