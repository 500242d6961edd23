"""How many surveys may leave from the domain of a sender address, a day and a minute. Other mail is not counted."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Q
from django.utils import timezone

from surveys import reminders, waves
from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Brand, Message, Wave
from surveys.models.outbox import TURN, MessageQuerySet

AN_INSTANT = dt.timedelta(microseconds=1)
A_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    """What the brands of a domain allow together: the strictest of each kind; 0 for no limit."""

    brands: Sequence[int]
    a_day: int
    a_minute: int


def due(at: dt.datetime, *, most: int) -> MessageQuerySet:
    """`Message.objects.due(at)`, of which nobody needs more than `most`, without what a limit holds back.

    Whoever takes from it does so in the same transaction: until its end another one waits here, and then counts what
    was taken.
    """
    rows = Message.objects.due(at)
    for limit in _limits():
        list(Brand.objects.select_for_update(no_key=True).filter(pk__in=limit.brands).order_by("pk").values_list("pk"))
        left = room(limit, at=at)
        if left is not None and left < most:
            rows = _no_more_than(left, rows, limit)
    return rows


def unlimited(at: dt.datetime) -> MessageQuerySet:
    """`Message.objects.due(at)` where no brand has a limit, else nothing: who has set none pays for none."""
    limited = Brand.objects.filter(Q(daily_cap__gt=0) | Q(rate_per_minute__gt=0))
    return Message.objects.due(at).filter(~Exists(limited))


def rooms(at: dt.datetime) -> dict[int, int]:
    """Of each brand that has a limit, how many more mails may be taken now."""
    left = [(limit, room(limit, at=at)) for limit in _limits()]
    return {brand: max(most, 0) for limit, most in left if most is not None for brand in limit.brands}


def _limits() -> list[Limit]:
    by_domain: dict[str, list[Brand]] = defaultdict(list)
    for brand in Brand.objects.order_by("pk"):
        by_domain[brand.from_email.rpartition("@")[2].lower()].append(brand)
    limits = [
        Limit([brand.pk for brand in brands], _strictest(brands, "daily_cap"), _strictest(brands, "rate_per_minute"))
        for _domain, brands in sorted(by_domain.items())  # in one order, so that two claims never wait for each other
    ]
    return [limit for limit in limits if limit.a_day or limit.a_minute]


def _strictest(brands: Sequence[Brand], field: str) -> int:
    return min((value for brand in brands if (value := getattr(brand, field))), default=0)


def room(limit: Limit, *, at: dt.datetime) -> int | None:
    """How many more may be taken now; None for any number."""
    midnight = timezone.localtime(at, timezone.get_default_timezone()).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    spans = ((limit.a_day, midnight - AN_INSTANT), (limit.a_minute, at - A_MINUTE))
    left = [most - _left(limit, after=after, most=most) for most, after in spans if most]
    return min(left, default=None)


def _left(limit: Limit, *, after: dt.datetime, most: int) -> int:
    """How many have left, or are about to; not counted beyond `most`."""
    sent = Message.objects.filter(status=MessageStatus.SENT, letter__in=_letters(), sent_at__gt=after)
    doubtful = Message.objects.in_state(MessageStatus.UNKNOWN).filter(dispatched_at__gt=after)
    theirs = Q(invitation__wave__campaign__brand__in=limit.brands)
    return sum(rows.filter(theirs)[:most].count() for rows in (sent, doubtful, Message.objects.in_hand()))


def _letters() -> list[str]:
    # Named, so that the index by letter and time is of use.
    return [waves.LETTER, *reminders.LETTERS]


def _no_more_than(left: int, rows: MessageQuerySet, limit: Limit) -> MessageQuerySet:
    """Without the mails of these brands, but for the most urgent ones that there is room for."""
    sending = Wave.objects.filter(status=WaveStatus.SENDING, campaign__brand__in=limit.brands)
    theirs = Q(invitation__wave__in=list(sending.values_list("pk", flat=True)))
    first = rows.filter(theirs).order_by(*TURN).values_list("pk", flat=True)[: max(left, 0)]
    return rows.filter(~theirs | Q(pk__in=list(first)))
