"""A worker takes its batch: what is due, most urgent first, with all that its mails need."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from itertools import takewhile

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from surveys import quotas, statements
from surveys.enums import MESSAGE_MOVES, MessageStatus
from surveys.models import Claim, Message, Wave
from surveys.models.outbox import TURN, MessageQuerySet
from surveys.transitions import move_many

ATTEMPTS_TOGETHER = 2


def lease() -> dt.timedelta:
    """How long a worker has before others take it for dead."""
    return dt.timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def claim(size: int) -> tuple[uuid.UUID, list[Message]]:
    """Take up to `size` due messages, most urgent first. The attempt is counted here, so a message whose rendering
    kills its worker ends too; what twice went down with a worker is taken alone, so that it takes nobody with it."""
    now, claim_id = timezone.now(), uuid.uuid4()
    messages: list[Message] = []
    if statements.is_spoken():
        messages = _take_at_once(quotas.unlimited, size, claim_id, now)
    if not messages:
        with transaction.atomic():
            messages = _take(quotas.due(now, most=size), size, claim_id, now)
    _share_waves(messages)
    return claim_id, messages


def _take_at_once(due: statements.Due, size: int, claim_id: uuid.UUID, now: dt.datetime) -> list[Message]:
    return statements.claim(
        due, size, claim_id=claim_id, now=now, lease_until=now + lease(), harmful_after=ATTEMPTS_TOGETHER
    )


def _take(due: MessageQuerySet, size: int, claim_id: uuid.UUID, now: dt.datetime) -> list[Message]:
    if statements.is_spoken():
        return _take_at_once(due, size, claim_id, now)
    first = list(due.order_by(*TURN).values_list("pk", "attempts", "retry_at")[:size])
    unharmed = takewhile(lambda row: row[1] < ATTEMPTS_TOGETHER or row[2] is not None, first)
    taken = [pk for pk, *_ in unharmed] or [pk for pk, *_ in first[:1]]
    claimed = Message.objects.filter(pk__in=taken)
    fields = {"claim_id": claim_id, "lease_until": now + lease(), "attempts": F("attempts") + 1}
    if move_many(claimed, MESSAGE_MOVES, MessageStatus.CLAIMED, **fields):
        Claim.objects.create(pk=claim_id, messages=taken)
    mine = Message.objects.filter(pk__in=taken, claim_id=claim_id).order_by(*TURN)
    return list(mine.select_related("contact", "invitation").defer(*statements.UNREAD)) if taken else []


def forget(claim_ids: Iterable[uuid.UUID]) -> None:
    """All that was taken with these has come to an end, or is given back."""
    Claim.objects.filter(pk__in=list(claim_ids)).delete()


def forget_ended() -> None:
    """The claims of which nothing is in hand any more, since their worker went away before it forgot them."""
    Claim.objects.exclude(pk__in=Message.objects.in_hand().values("claim_id")).delete()


def _share_waves(messages: Sequence[Message]) -> None:
    """Five hundred of them share a wave, its campaign and its brand: one object of each. Few go to a user."""
    asked = [message.invitation for message in messages if message.invitation is not None]
    rows = Wave.objects.select_related("campaign__brand", "campaign__subject")
    found = rows.in_bulk({invitation.wave_id for invitation in asked}) if asked else {}
    for invitation in asked:
        invitation.wave = found[invitation.wave_id]
    to_users = [message for message in messages if message.user_id is not None]
    users = get_user_model().objects.in_bulk({message.user_id for message in to_users}) if to_users else {}
    for message in to_users:
        message.user = users[message.user_id]
