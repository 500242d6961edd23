"""A mail backend that keeps every letter for the Inbox page: nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from surveys.models import InboxMail


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            wire = mail.message()  # raises on a header with a line break, as a real server would
            InboxMail.objects.create(
                sender=_storable(str(wire["From"]))[:320],
                recipient=_storable(", ".join(mail.recipients()))[:320],
                subject=_storable(str(mail.subject))[:400],
                text=_storable(str(mail.body)),
                html=_storable(_html(mail)),
                headers=_storable("\n".join(f"{name}: {value}" for name, value in wire.items())),
                at=timezone.now(),
            )
        return len(email_messages)


def _html(mail: EmailMessage) -> str:
    if not isinstance(mail, EmailMultiAlternatives):
        return ""
    return next((str(part) for part, kind in mail.alternatives if kind == "text/html"), "")


def _storable(text: str) -> str:
    # PostgreSQL refuses NUL in text; SQLite does not.
    return text.replace("\x00", "")
