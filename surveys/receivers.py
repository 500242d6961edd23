"""What anymail tells of our mail is kept as it came. The work is done later, from the table."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping
from typing import Any

from anymail.signals import EventType, tracking
from django.db import InterfaceError, OperationalError, transaction
from django.dispatch import receiver

from surveys import delivery
from surveys.models import DeliveryEvent

logger = logging.getLogger(__name__)

# How providers call a bounce that may pass: anymail tells it like any other.
SOFT = {"softbounce", "soft_bounce", "soft bounce", "soft_bounced", "activity.soft_bounced", "transient"}
_WHERE_SOFT = ("Type", "type", "event", "bounceType", "bounce_type")
_LARGEST_PK = DeliveryEvent._meta.get_field("message_pk").MAX_BIGINT


@receiver(tracking)
def keep_event(sender: object, *, event: Any, esp_name: str, **_kwargs: Any) -> None:
    """Store the event. One that cannot be stored stops no other of its batch; without a database the provider has to
    come again, and what it then repeats is known."""
    try:
        with transaction.atomic():
            delivery.keep(_report(event, esp_name))
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # the edge of a batch
        logger.exception("delivery.not_kept provider=%s", esp_name)


def _report(event: Any, provider: str) -> delivery.Report:
    raw = _plain(event.esp_event)
    is_soft = event.event_type == EventType.BOUNCED and _is_soft(raw)
    return delivery.Report(
        provider=provider,
        type=_text(event.event_type),
        event_id=_text(event.event_id),
        message_id=_text(event.message_id),
        message_pk=_message_pk(event.metadata),
        recipient=_text(event.recipient),
        reject_reason="soft" if is_soft else _text(event.reject_reason),
        diagnosis=" ".join(filter(None, [_text(event.mta_response), _text(event.description)])),
        at=_aware(event.timestamp),
        payload=json.dumps(raw, default=str),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _plain(raw: Any) -> Any:
    """As JSON can say it: a form comes as a QueryDict."""
    return dict(raw.lists()) if hasattr(raw, "lists") else raw


def _message_pk(metadata: Any) -> int | None:
    number = _text(metadata.get("message")) if isinstance(metadata, Mapping) else ""
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 20 else None
    return pk if pk is not None and pk <= _LARGEST_PK else None


def _aware(at: Any) -> dt.datetime | None:
    if not isinstance(at, dt.datetime):
        return None
    try:
        return at.replace(tzinfo=at.tzinfo or dt.UTC).astimezone(dt.UTC)
    except OverflowError:  # the year 1 or 9999, west or east of here
        return None


def _is_soft(raw: Any) -> bool:
    if not isinstance(raw, Mapping):
        return False
    words = [part.get(name) for part in _parts(raw) for name in _WHERE_SOFT]
    return raw.get("hard_bounce") is False or any(str(word).lower() in SOFT for word in words)


def _parts(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The event and what it holds, two levels down."""
    inner = [value for value in raw.values() if isinstance(value, Mapping)]
    deeper = [value for part in inner for value in part.values() if isinstance(value, Mapping)]
    return [raw, *inner, *deeper]
