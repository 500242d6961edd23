"""What waits of a wave that may not send is put aside, so that no claim passes over it: a million rows, for each batch.

A wave may not send while it is paused, and while the limit of its sender's domain is used up. Only time depends on what
is aside: whether a mail leaves is asked of its wave and of the limit, at the claim and at the dispatch.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from surveys import quotas
from surveys.enums import WaveStatus
from surveys.models import Invitation, Message, Wave
from surveys.models.outbox import PARKED_AT_ONCE, TURN


def put_aside(*, size: int = PARKED_AT_ONCE) -> bool:
    """Of the `size` mails that come first in turn, put aside those whose wave may not send. Whether there were any:
    then there may be more."""
    now = timezone.now()
    full = [brand for brand, left in quotas.rooms(now).items() if not left]
    with transaction.atomic():
        # Whoever resumes one of them waits for this, and then finds what was put aside.
        paused = Wave.objects.select_for_update(no_key=True).filter(status=WaveStatus.PAUSED).order_by("pk")
        waves = set(paused.values_list("pk", flat=True))
        if full:
            waves |= set(_sending().filter(campaign__brand__in=full).values_list("pk", flat=True))
        found: dict[int, list[int]] = {}
        for pk, wave in _in_turn(now).values_list("pk", "wave")[:size] if waves else []:
            if wave in waves:
                found.setdefault(wave, []).append(pk)
        for wave, pks in found.items():
            Message.objects.in_turn().filter(pk__in=pks).park(wave)
    return bool(found)


def bring_back(*, size: int = PARKED_AT_ONCE) -> bool:
    """Let up to `size` mails of each wave that sends take their turn again; where there is a limit no more than it has
    room for, and only when none of that wave stands in front. Whether there may be more to bring back now."""
    now = timezone.now()
    rooms = quotas.rooms(now)
    in_front = set(_in_turn(now).values_list("wave", flat=True)[:PARKED_AT_ONCE]) if rooms else set()
    more = False
    for wave, brand in _sending().order_by("pk").values_list("pk", "campaign__brand"):
        most = min(size, rooms.get(brand, size))
        if most and not (brand in rooms and wave in in_front):
            with transaction.atomic():
                back = Message.objects.filter(parked_in=wave).park(None, most=most)
            more = more or (back == size and brand not in rooms)
    return more


def _sending() -> QuerySet[Wave]:
    return Wave.objects.filter(status=WaveStatus.SENDING)


def _in_turn(now: dt.datetime) -> QuerySet[Any]:
    """What is due and not aside, in its order, with the number of its `wave`."""
    wave = Subquery(Invitation.objects.filter(pk=OuterRef("invitation_id")).values("wave_id")[:1])
    return Message.objects.in_turn().filter(not_before__lte=now).order_by(*TURN).annotate(wave=wave)
