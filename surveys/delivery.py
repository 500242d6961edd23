"""What the world says of our mail becomes facts and suppressions: each report once, in any order, of nobody we did not
mail.

Reports come late, twice and out of order, so none of them is a step: a fact keeps its earliest time, a status only
rises to what a better proof says, a suppression only widens.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from surveys import addresses, bounces, breaker, contacts, verdicts
from surveys.enums import (
    MESSAGE_PROOFS,
    OPEN_MESSAGE_STATUSES,
    DeliveryOutcome,
    DeliveryType,
    MessageStatus,
    SuppressionReason,
    SuppressionScope,
)
from surveys.models import DeliveryEvent, Message, Suppression
from surveys.transitions import move_many

logger = logging.getLogger(__name__)

SLICE = 200
KEPT = dt.timedelta(days=30)
KEPT_WHILE_UNKNOWN = dt.timedelta(days=7)
LOOK_AGAIN = dt.timedelta(minutes=1)
MAX_PAYLOAD = 256 * 1024
NOT_SENT = "the provider did not send it"
# In the address of a page of ours: whoever reads it could answer or leave for somebody else.
_KEYS_OF_OURS = re.compile(r"/([ru])/[A-Za-z0-9_-]{22}")

FACTS: dict[str, str] = {
    DeliveryType.DELIVERED: "delivered_at",
    DeliveryType.BOUNCED: "bounced_at",
    DeliveryType.REJECTED: "bounced_at",  # it was taken from us and reached nobody, whatever it is called
    DeliveryType.FAILED: "bounced_at",
    DeliveryType.COMPLAINED: "complained_at",
}
# Who says this has had the mail from us.
TAKEN: set[str] = {
    DeliveryType.QUEUED,
    DeliveryType.SENT,
    DeliveryType.DELIVERED,
    DeliveryType.BOUNCED,
    DeliveryType.COMPLAINED,
    DeliveryType.UNSUBSCRIBED,
}
NOT_TAKEN: set[str] = {DeliveryType.REJECTED, DeliveryType.FAILED}
SUPPRESSED: dict[str, SuppressionReason] = {
    DeliveryType.COMPLAINED: SuppressionReason.COMPLAINED,
    DeliveryType.UNSUBSCRIBED: SuppressionReason.UNSUBSCRIBED,
}
# Why a provider refuses to mail an address at all: what it was told before us holds for us too.
SUPPRESSED_THERE = {
    "spam": SuppressionReason.COMPLAINED,
    "unsubscribed": SuppressionReason.UNSUBSCRIBED,
}


# ---------------------------------------------------------------------------------------------------------------- keep


@dataclass(frozen=True)
class Report:
    """One event, as a provider or a mail server tells it."""

    provider: str
    type: str
    event_id: str = ""
    message_id: str = ""
    message_pk: int | None = None
    recipient: str = ""
    reject_reason: str = ""
    diagnosis: str = ""
    at: dt.datetime | None = None
    payload: str = ""  # JSON


def keep(*reports: Report) -> None:
    """Store these, each once however often it comes; nothing follows before `apply_due` has looked at them."""
    now = timezone.now()
    DeliveryEvent.objects.bulk_create([_row(report, now) for report in reports], ignore_conflicts=True, batch_size=500)


def _row(report: Report, now: dt.datetime) -> DeliveryEvent:
    recipient = addresses.keyed_hash(report.recipient)
    return DeliveryEvent(
        key=_key(report, recipient),
        provider=_storable(report.provider, 40),
        event_id=_storable(report.event_id, 200),
        type=_storable(report.type, 20),
        message_id=_storable(report.message_id, 320),
        message_pk=report.message_pk,
        recipient_hash=recipient,
        reject_reason=_storable(report.reject_reason, 20),
        diagnosis=_storable(verdicts.masked(report.diagnosis[:2000]), 300),
        payload=_storable(_KEYS_OF_OURS.sub(r"/\1/…", report.payload), MAX_PAYLOAD),
        at=report.at or now,
        received_at=now,
    )


def _key(report: Report, recipient: str) -> str:
    # Type and recipient belong to it in any case: one notice of Amazon's tells of several recipients under one id.
    said = [report.provider, report.type, recipient]
    if report.event_id:
        said += ["id", report.event_id]
    else:
        said += ["", report.message_id, str(report.message_pk), report.at.isoformat() if report.at else ""]
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _storable(text: str, length: int) -> str:
    # The length is one of characters, but for the payload, which is ASCII.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:length]


# --------------------------------------------------------------------------------------------------------------- apply


def apply_due(*, size: int = SLICE) -> bool:
    """Apply a slice of what has been stored, and forget what is old. Whether more waits."""
    now = timezone.now()
    pks = list(DeliveryEvent.objects.due(now).order_by("pk").values_list("pk", flat=True)[:size])
    try:
        came_back = _apply_rows(pks)
    except (OperationalError, InterfaceError):  # the database's trouble, not an event's: the next tick looks again
        raise
    except Exception:  # one of them is at fault: each by itself, so that the others are applied
        came_back = set(chain.from_iterable(_apply_alone(pk) for pk in pks))
    breaker.look_at_all(came_back)
    forget(at=now, size=size)
    return len(pks) == size


def apply(event: DeliveryEvent) -> None:
    """Apply one event. Raises what is wrong with it."""
    breaker.look_at_all(_apply_rows([event.pk]))
    event.refresh_from_db()


def _apply_alone(pk: int) -> set[int]:
    try:
        return _apply_rows([pk])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # the edge of a batch: it is told of, and in nobody's way
        logger.exception("delivery.failed event=%s", pk)
        note = _storable(verdicts.masked(f"{type(error).__name__}: {error}"), 300)
        DeliveryEvent.objects.filter(pk=pk).update(
            processed_at=timezone.now(), outcome=DeliveryOutcome.FAILED, note=note
        )
        return set()


def _apply_rows(pks: list[int]) -> set[int]:
    """Apply these in one transaction; the waves of which mail came back."""
    now = timezone.now()
    ended: dict[DeliveryOutcome, list[int]] = defaultdict(list)
    came_back = set()
    with transaction.atomic():
        waiting = DeliveryEvent.objects.select_for_update(skip_locked=True).filter(pk__in=pks)
        events = list(waiting.filter(processed_at__isnull=True).order_by("pk"))
        by_pk, by_provider_id = _messages(events)
        for event in events:
            named = event.message_pk is not None
            message = by_pk.get(event.message_pk or 0) if named else by_provider_id.get(event.message_id)
            outcome = _apply(event, message, now)
            if outcome is None:
                _set_aside(event, now)
            else:
                ended[outcome].append(event.pk)
            if message and message.invitation and FACTS.get(event.type) == "bounced_at":
                came_back.add(message.invitation.wave_id)
        for outcome, done in ended.items():
            DeliveryEvent.objects.filter(pk__in=done).update(processed_at=now, retry_at=None, outcome=outcome)
    if dropped := ended.get(DeliveryOutcome.DROPPED):
        logger.warning("delivery.dropped events=%s", len(dropped))
    return came_back


def _messages(events: list[DeliveryEvent]) -> tuple[dict[int, Message], dict[str, Message]]:
    """The mails the events name, locked: by our number where they have it, else by the provider's."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("invitation").order_by("pk")
    ours = {event.message_pk for event in events if event.message_pk is not None}
    theirs = {event.message_id for event in events if event.message_pk is None and event.message_id}
    return (
        {message.pk: message for message in rows.filter(pk__in=ours)} if ours else {},
        {message.provider_id: message for message in rows.filter(provider_id__in=theirs)} if theirs else {},
    )


def _apply(event: DeliveryEvent, message: Message | None, now: dt.datetime) -> DeliveryOutcome | None:
    """What became of the event; None while it has to wait for the message, or for what becomes of it."""
    is_old = event.received_at <= now - KEPT_WHILE_UNKNOWN
    if event.type not in TAKEN | NOT_TAKEN:
        # Opened and clicked among them: a machine may have done it, and it is no answer.
        _forget_payload(event)
        return DeliveryOutcome.NOTED
    if message is None:
        _forget_payload(event)  # it may be of somebody who was erased
        return DeliveryOutcome.DROPPED if is_old else None
    if message.dispatched_at is None or not _is_for(event, message):
        return DeliveryOutcome.REFUSED
    _note_fact(event, message)
    _suppress(event, message)
    if message.status in OPEN_MESSAGE_STATUSES and not is_old:
        return None  # its worker says in a moment what became of it, or goes away: then the event settles it
    _settle(event, message)
    return DeliveryOutcome.APPLIED


def _is_for(event: DeliveryEvent, message: Message) -> bool:
    """A forged report would silence anybody: it must name the address that this very message went to."""
    return event.recipient_hash != "" and hmac.compare_digest(event.recipient_hash, message.address_hash)


def _note_fact(event: DeliveryEvent, message: Message) -> None:
    name = FACTS.get(event.type)
    if name is None:
        return
    at = max(min(event.at, event.received_at), message.created_at)  # other people's clocks
    known: dt.datetime | None = getattr(message, name)
    if known is None or at < known:
        setattr(message, name, at)
        Message.objects.filter(pk=message.pk).update(**{name: at})


def _suppress(event: DeliveryEvent, message: Message) -> None:
    reason = SUPPRESSED.get(event.type)
    if event.type in NOT_TAKEN:
        reason = SUPPRESSED_THERE.get(event.reject_reason)
    if bounces.is_dead(event.type, reject_reason=event.reject_reason, diagnosis=event.diagnosis):
        reason = SuppressionReason.BOUNCED
    if reason is None:
        return
    # A dead address gets nothing; who complains or leaves still gets what concerns an open matter.
    scope = SuppressionScope.ALL if reason == SuppressionReason.BOUNCED else SuppressionScope.ASKING
    known = Suppression.objects.filter(address_hash=message.address_hash, scope__in=[scope, SuppressionScope.ALL])
    row = known.first() or contacts.suppress_hash(
        message.address_hash, reason=reason, source=event.provider, scope=scope
    )
    if reason == SuppressionReason.COMPLAINED:
        milder = Suppression.objects.filter(pk=row.pk, reason=SuppressionReason.UNSUBSCRIBED)
        milder.update(reason=reason, source=event.provider)


def _settle(event: DeliveryEvent, message: Message) -> None:
    """Nobody knew whether it was taken: now somebody does."""
    if message.status == MessageStatus.SENT:
        return
    row = Message.objects.filter(pk=message.pk)
    if event.type in TAKEN:
        # What a server of ours refused stays failed: only what another report had called so rises.
        doubtful = row.filter(status=MessageStatus.UNKNOWN) | row.filter(error=NOT_SENT)
        proven = {"sent_at": F("dispatched_at"), "error": "", "claim_id": None, "lease_until": None}
        move_many(doubtful, MESSAGE_PROOFS, MessageStatus.SENT, **proven)
    elif event.type in NOT_TAKEN:
        move_many(row, MESSAGE_PROOFS, MessageStatus.FAILED, error=NOT_SENT, claim_id=None, lease_until=None)


def _set_aside(event: DeliveryEvent, now: dt.datetime) -> None:
    """Look again when it is twice as old: soon for what is just leaving, seldom for what may never be known."""
    wait = max(LOOK_AGAIN, min(now - event.received_at, dt.timedelta(hours=6)))
    DeliveryEvent.objects.filter(pk=event.pk).update(retry_at=now + wait)


def _forget_payload(event: DeliveryEvent) -> None:
    if event.payload:
        DeliveryEvent.objects.filter(pk=event.pk).update(payload="")


def forget(*, at: dt.datetime, size: int = SLICE) -> int:
    """Delete what was received long ago; how many. What followed from it stands in the messages."""
    old = DeliveryEvent.objects.filter(received_at__lt=at - KEPT, processed_at__isnull=False)
    pks = list(old.order_by("received_at").values_list("pk", flat=True)[:size])
    return DeliveryEvent.objects.filter(pk__in=pks).delete()[0] if pks else 0
