"""How far the sending of a wave is, and how campaigns and the outbox stand: the figures of their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, Sum

from surveys import schedule, scoring, waves
from surveys.enums import Band, CampaignKind, CampaignStatus, ClickKind, MessageStatus, Purpose
from surveys.models import Campaign, Click, DailyCount, Message, Response, Wave
from surveys.scoring import Counts

PACE_OF = dt.timedelta(minutes=5)  # how fast it goes now, not how fast it went before a pause
LEAST_SENT = 5  # from fewer nothing is foretold
WAITING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
COUNT_LIMIT = 10_000  # counting further would cost more than the page
A_DAY = dt.timedelta(days=1)
WITH_DATES = (CampaignKind.PERIODIC, CampaignKind.ONCE)


@dataclass(frozen=True)
class Progress:
    """The invitations of a wave by what became of their mail."""

    states: dict[MessageStatus, int] = field(default_factory=dict)
    bounced: int = 0

    def _of(self, *states: MessageStatus) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def planned(self) -> int:
        return sum(self.states.values())

    @property
    def waiting(self) -> int:
        """What a cancellation would still stop."""
        return self._of(*WAITING)

    @property
    def leaving(self) -> int:
        return self._of(MessageStatus.DISPATCHING)

    @property
    def left(self) -> int:
        return self.waiting + self.leaving

    @property
    def done(self) -> int:
        return self.planned - self.left

    @property
    def sent(self) -> int:
        return self._of(MessageStatus.SENT)

    @property
    def delivered(self) -> int:
        return self.sent - self.bounced

    @property
    def failed(self) -> int:
        return self._of(MessageStatus.FAILED)

    @property
    def unknown(self) -> int:
        return self._of(MessageStatus.UNKNOWN)

    @property
    def suppressed(self) -> int:
        return self._of(MessageStatus.SUPPRESSED)

    @property
    def cancelled(self) -> int:
        return self._of(MessageStatus.CANCELLED)


def of_waves(rows: Iterable[Wave]) -> dict[int, Progress]:
    """The progress of each wave by its key, in one statement."""
    mails = Message.objects.filter(invitation__wave__in=[wave.pk for wave in rows], letter=waves.LETTER)
    bounced = Count("pk", filter=Q(status=MessageStatus.SENT, bounced_at__isnull=False))
    found: dict[int, Progress] = {}
    for wave, status, n, lost in mails.values_list("invitation__wave", "status").annotate(n=Count("pk"), lost=bounced):
        known = found.get(wave, Progress())
        found[wave] = Progress({**known.states, MessageStatus(status): n}, known.bounced + lost)
    return found


def of_wave(wave: Wave) -> Progress:
    return of_waves([wave]).get(wave.pk, Progress())


def time_left(wave: Wave, progress: Progress, *, at: dt.datetime) -> dt.timedelta | None:
    """How long the rest takes at the pace of the last minutes; None where that cannot be said."""
    since = max(at - PACE_OF, wave.started_at or at)
    sent = Message.objects.filter(letter=waves.LETTER, sent_at__gt=since, invitation__wave=wave).count()
    passed = at - since
    return passed * progress.left / sent if sent >= LEAST_SENT and passed else None


def answers(wave: Wave) -> Counts:
    """Everybody asked in the wave who gave a score."""
    bands = {band: [score for score in range(11) if scoring.band(score) == band] for band in Band}
    counted = {f"{band.value}s": Count("pk", filter=Q(score__in=scores)) for band, scores in bands.items()}
    return Counts(**Response.objects.filter(invitation__wave=wave).aggregate(**counted))


def only_clicked(wave: Wave) -> int:
    """Invitations whose score link was opened and that have no answer: nobody knows who opened it."""
    rows = Click.objects.filter(invitation__wave=wave, kind=ClickKind.LINK, invitation__response__isnull=True)
    found: dict[str, int] = rows.aggregate(n=Count("invitation", distinct=True))
    return found["n"]


# ----------------------------------------------------------------------------------------------------------- campaigns


def answers_of(campaigns: Iterable[Campaign]) -> dict[int, Counts]:
    """All answers of each campaign by its key, in one statement."""
    rows = DailyCount.objects.filter(campaign__in=[campaign.pk for campaign in campaigns]).values("campaign")
    summed = rows.annotate(p=Sum("promoters"), a=Sum("passives"), d=Sum("detractors"))
    return {row["campaign"]: Counts(row["p"], row["a"], row["d"]) for row in summed}


def latest_waves(campaigns: Iterable[Campaign]) -> dict[int, Wave]:
    """The latest wave of each campaign by the campaign's key, in two statements."""
    keys = [campaign.pk for campaign in campaigns]
    days = Wave.objects.filter(campaign__in=keys).values_list("campaign").annotate(day=Max("day"))
    latest = Q(pk__in=[])
    for campaign, day in days:
        latest |= Q(campaign=campaign, day=day)
    return {wave.campaign_id: wave for wave in Wave.objects.filter(latest)}


def next_start(campaign: Campaign, *, at: dt.datetime, last_day: dt.date | None) -> dt.datetime | None:
    """When the next wave of an active campaign with dates starts by itself, `at` where one is due, else None.

    `last_day` is the day of its latest wave.
    """
    if campaign.kind not in WITH_DATES or campaign.status != CampaignStatus.ACTIVE or campaign.starts_on is None:
        return None
    is_once = campaign.kind == CampaignKind.ONCE
    if is_once and last_day is not None:
        return None
    if campaign.timezone not in schedule.time_zones():  # kept from before zones were checked: it starts nothing
        return None
    due_on = waves.due_date(campaign, at=at)
    if due_on is not None and (last_day is None or last_day < due_on):
        return at
    today = waves.local_day(campaign, at)
    is_past = at >= schedule.local_instant(today, campaign.send_at, campaign.timezone)
    after = max(today if is_past else today - dt.timedelta(days=1), last_day or dt.date.min)
    if is_once and after >= campaign.starts_on:
        return None
    day = schedule.next_occurrence(campaign.starts_on, every=campaign.every, unit=campaign.unit, after=after)
    return schedule.local_instant(day, campaign.send_at, campaign.timezone) if day else None


def start_if_active(campaign: Campaign, *, at: dt.datetime, last_day: dt.date | None) -> dt.datetime | None:
    """When its first wave would start if somebody let it send now."""
    would_be = Campaign(status=CampaignStatus.ACTIVE, activated_at=at)
    for name in ("kind", "starts_on", "every", "unit", "send_at", "timezone"):
        setattr(would_be, name, getattr(campaign, name))
    return next_start(would_be, at=at, last_day=last_day)


# -------------------------------------------------------------------------------------------------------------- outbox


def outbox(*, at: dt.datetime, letters: list[str]) -> dict[MessageStatus, dict[Purpose, int]]:
    """How many messages stand in each state, by purpose; of those that left, the ones of the last day.

    No state is counted further than COUNT_LIMIT.
    """
    counted = {purpose.value: Count("pk", filter=Q(purpose=purpose)) for purpose in Purpose}
    found = {}
    for state in MessageStatus:
        rows = Message.objects.in_state(state)
        if state == MessageStatus.SENT:
            rows = rows.filter(letter__in=letters, sent_at__gt=at - A_DAY)
        totals = rows.order_by().values("pk", "purpose")[:COUNT_LIMIT].aggregate(**counted)
        found[state] = {purpose: totals[purpose.value] for purpose in Purpose}
    return found
