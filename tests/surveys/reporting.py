"""What the tests of reports share: mails that have left, and what is said of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from surveys import addresses, delivery
from surveys.enums import MessageStatus, SuppressionScope
from surveys.models import Message, Suppression
from tests.factories import make_message

LEFT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LATER = LEFT + dt.timedelta(minutes=5)


def make_mailed(**fields: Any) -> Message:
    """An invitation's mail that has left."""
    values = {"status": MessageStatus.SENT, "dispatched_at": LEFT, "sent_at": LEFT, "created_at": LEFT}
    if fields.get("status") == MessageStatus.UNKNOWN:
        values["sent_at"] = None
    return make_message(**{**values, **fields})


def report(message: Message | None, type: str, **fields: Any) -> delivery.Report:
    """A report on `message`, as its provider would tell it."""
    values: dict[str, Any] = {"provider": "Postmark", "type": type, "at": LATER}
    if message is not None:
        assert message.contact is not None
        values |= {"message_pk": message.pk, "recipient": message.contact.email}
    return delivery.Report(**{**values, **fields})


def tell(message: Message | None, type: str, **fields: Any) -> None:
    """Store a report and apply what waits."""
    delivery.keep(report(message, type, **fields))
    while delivery.apply_due():
        pass


def facts(message: Message) -> tuple[Any, ...]:
    message.refresh_from_db()
    times = (message.delivered_at, message.bounced_at, message.complained_at)
    return (message.status, *times, message.sent_at, message.error)


def suppression(message: Message) -> tuple[str, str] | None:
    """Why and from what the address of the mail is held back."""
    row = Suppression.objects.filter(address_hash=message.address_hash).first()
    return (row.reason, row.scope) if row else None


def suppressions() -> set[tuple[str, str, str]]:
    return set(Suppression.objects.values_list("address_hash", "reason", "scope"))


BOUNCED = ("bounced", SuppressionScope.ALL.value)
HARD = {"reject_reason": "bounced", "diagnosis": "smtp; 550 5.1.1 no such user"}
STRANGER = "stranger@example.com"
STRANGER_HASH = addresses.keyed_hash(STRANGER)
