"""How many answered of those who were asked, and how many only clicked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.db.models import Count, QuerySet

from surveys import schedule, scoring, waves
from surveys.enums import ClickKind, MessageStatus
from surveys.models import Click, Message, Wave


@dataclass(frozen=True, slots=True)
class Rate:
    """People with a score, of invitations delivered: sent less bounced."""

    scored: int
    delivered: int

    @property
    def percent(self) -> Decimal | None:
        """To one decimal; None where nothing was delivered, which is no rate of 0."""
        return scoring.rounded(Fraction(100 * self.scored, self.delivered), 1) if self.delivered else None


def of_period(since: dt.date, until: dt.date) -> Rate:
    """Of the invitations sent from `since` to `until`, both included: days of the organisation's zone."""
    return _rate(_delivered().filter(sent_at__gte=_start(since), sent_at__lt=_start(until + dt.timedelta(days=1))))


def of_wave(wave: Wave) -> Rate:
    return _rate(_delivered().filter(invitation__wave=wave))


def unconfirmed_clicks(since: dt.date, until: dt.date) -> int:
    """Invitations whose score link was opened in these days and that have no answer: nobody knows who opened it."""
    period = {"at__gte": _start(since), "at__lt": _start(until + dt.timedelta(days=1))}
    rows = Click.objects.filter(**period, kind=ClickKind.LINK, invitation__response__isnull=True)
    found: dict[str, int] = rows.aggregate(n=Count("invitation", distinct=True))
    return found["n"]


def _delivered() -> QuerySet[Message]:
    """One row for each invitation that arrived, as far as is known: a reminder is a letter of its own."""
    return Message.objects.filter(
        letter=waves.LETTER, invitation__isnull=False, status=MessageStatus.SENT, bounced_at__isnull=True
    )


def _rate(messages: QuerySet[Message]) -> Rate:
    return Rate(**messages.aggregate(scored=Count("invitation__response"), delivered=Count("pk")))


def _start(day: dt.date) -> dt.datetime:
    return schedule.local_instant(day, dt.time(0), settings.TIME_ZONE)
