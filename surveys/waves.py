"""Plan, start, pause, resume, finish and cancel a wave: one launch of a campaign."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import audience, continuous, planning, schedule
from surveys.enums import (
    CAMPAIGN_MOVES,
    MESSAGE_MOVES,
    OPEN_MESSAGE_STATUSES,
    WAVE_MOVES,
    WAVE_REOPENS,
    CampaignKind,
    CampaignStatus,
    MessageStatus,
    SkipReason,
    WaveStatus,
)
from surveys.models import Campaign, Contact, Invitation, Message, Wave
from surveys.transitions import WrongState, move, move_many

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

LETTER = "invitation"
CAMPAIGN_PAUSED = "the campaign is paused"  # tells these waves from those that were paused for themselves
PLANNING_LOCK = 20_071  # any number, the same in every process: two plans must not ask one contact twice
NOBODY = "nobody may be asked"
REOPENED = "a message is to leave after all"


class NotEligible(Exception):
    """Nobody may be asked now; the reasons are in the dry run."""


class NumbersChanged(Exception):
    """Another number would be asked than the person agreed to: show it, and let them decide again."""


@dataclass(frozen=True)
class Plan:
    """What a launch would do, or did: how many are asked, and how many are left out for each reason."""

    asked: int = 0
    left_out: dict[SkipReason, int] = field(default_factory=dict)

    @property
    def looked_at(self) -> int:
        return self.asked + sum(self.left_out.values())


def dry_run(campaign: Campaign, *, at: dt.datetime | None = None) -> Plan:
    """What a launch at `at` (default: now) would do. Changes nothing."""
    return plan_of(planning.counted(campaign, at=at or timezone.now()))


def outcome(wave: Wave) -> Plan:
    """What the launch of `wave` did, in the terms of the dry run."""
    return plan_of(wave.invitations.values_list("skip_reason").annotate(n=Count("pk")).order_by())


def plan_of(rows: Any) -> Plan:
    """A plan from how many there are for each reason."""
    counts = {SkipReason(reason): n for reason, n in rows}
    asked = counts.pop(SkipReason.NONE, 0)
    return Plan(asked=asked, left_out={reason: counts[reason] for reason in SkipReason if reason in counts})


def first_names(campaign: Campaign, *, at: dt.datetime, reasons: Iterable[str], limit: int) -> dict[str, list[Contact]]:
    """The first contacts of the dry run for each reason; the empty one is those who would be asked."""
    people = audience.candidates(campaign, at=at).select_related("account").order_by("pk")
    return {reason: list(people.filter(reason=reason)[:limit]) for reason in reasons}


def launch(
    campaign: Campaign,
    *,
    by: User | None = None,
    at: dt.datetime | None = None,
    automatic: bool = False,
    agreed: int | None = None,
) -> Wave:
    """Make the wave of today, its invitations with a reason for each contact left out, and its messages; start it.

    All in one transaction. Raises WrongState when the campaign is archived or paused or has a wave of this local day
    already, NotEligible when nobody may be asked (an automatic launch then finishes quietly), NumbersChanged when
    others than the `agreed` number would be asked; nothing is kept then.
    """
    at = at or timezone.now()
    with transaction.atomic():
        _lock_planning()
        _activate(campaign, by=by, at=at)
        if campaign.kind in (CampaignKind.CONTINUOUS, CampaignKind.EVENT):
            raise WrongState(_("the waves of %(campaign)s start by themselves") % {"campaign": campaign})
        wave = _make_wave(campaign, at)
        asked = _fill(wave, at=at)
        if agreed is not None and asked != agreed:
            raise NumbersChanged(_("%(now)d would be asked now, not %(then)d") % {"now": asked, "then": agreed})
        if not asked and not automatic:
            raise NotEligible(_("nobody may be asked by %(campaign)s now") % {"campaign": campaign})
        _start(wave, by=by, at=at, asked=asked)
    return wave


def _fill(wave: Wave, *, at: dt.datetime, among: Q | None = None) -> int:
    """Look at everybody, or at those `among` them, and ask who may be asked; how many."""
    leaving = audience.departures(wave.campaign, at=at)
    planning.insert_invitations(wave, at=at, among=among, leaving=leaving)
    asked = wave.invitations.asked()
    if among is not None:
        asked = asked.filter(contact__in=Contact.objects.filter(among))
    # Not only those without a message: that is what its unique index is for, and PostgreSQL, which knows nothing yet of
    # the rows above, would look through all messages for each of them.
    return planning.insert_messages(asked, letter=LETTER, at=at, leaving=leaving)


def _start(wave: Wave, *, at: dt.datetime, asked: int, by: User | None = None) -> None:
    move(wave, WAVE_MOVES, WaveStatus.SENDING, by=by, started_at=at)
    if not asked:
        move(wave, WAVE_MOVES, WaveStatus.FINISHED, reason=NOBODY, finished_at=at)


def ask(contact: Contact, campaign: Campaign, *, at: dt.datetime | None = None, by: User | None = None) -> Invitation:
    """Something has happened: ask this contact about it, after the campaign's delay. Its invitation of today, which
    says by its reason if nobody is asked; a second event of the day changes nothing.

    Raises WrongState as `ask_all()` does, LookupError for a contact outside the campaign's segment.
    """
    at = at or timezone.now()
    wave = ask_all(Q(pk=contact.pk), campaign, at=at, by=by)
    invitation = wave.invitations.filter(contact=contact).first()
    if invitation is None:
        raise LookupError(f"contact {contact.pk} is outside the segment of {campaign}")
    return invitation


def ask_all(among: Q, campaign: Campaign, *, at: dt.datetime | None = None, by: User | None = None) -> Wave:
    """The same for all contacts of whom that is true, into the wave of today: it takes people in until the local day
    ends, and finishes after that. Raises WrongState when the campaign follows no events or is not active, or when its
    wave of today was cancelled."""
    at = at or timezone.now()
    with transaction.atomic():
        _lock_planning()
        campaign.refresh_from_db()
        if campaign.kind != CampaignKind.EVENT or campaign.status != CampaignStatus.ACTIVE:
            raise WrongState(follows_no_event(campaign))
        day = local_day(campaign, at)
        # The sweeper that finishes a wave takes this lock too: so nobody comes in unseen.
        wave = Wave.objects.select_for_update().filter(campaign=campaign, day=day).first()
        if wave is None:
            wave = _make_wave(campaign, at)
            move(wave, WAVE_MOVES, WaveStatus.SENDING, by=by, started_at=at)
        if wave.status == WaveStatus.CANCELLED:
            raise WrongState(
                _("the wave of %(day)s of %(campaign)s was cancelled") % {"day": day, "campaign": campaign}
            )
        if _fill(wave, at=at, among=among) and wave.status == WaveStatus.FINISHED:
            reopen(wave, by=by)
    return wave


def _lock_planning() -> None:
    # SQLite has one writer, who is we: its transactions begin IMMEDIATE.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLANNING_LOCK])


def _activate(campaign: Campaign, *, by: User | None, at: dt.datetime) -> None:
    campaign.refresh_from_db()
    if campaign.status == CampaignStatus.DRAFT:
        activate(campaign, by=by, at=at)
    elif campaign.status != CampaignStatus.ACTIVE:
        raise WrongState(_only_active(campaign))


def follows_no_event(campaign: Campaign) -> str:
    return _("%(campaign)s is not an active campaign that follows an event") % {"campaign": campaign}


def _only_active(campaign: Campaign) -> str:
    text = _("%(campaign)s is %(status)s: only an active campaign sends")
    return text % {"campaign": campaign, "status": campaign.get_status_display()}


def activate(campaign: Campaign, *, by: User | None = None, at: dt.datetime | None = None) -> None:
    """Let a draft or paused campaign send. A periodic one starts with its first date from this day on."""
    move(campaign, CAMPAIGN_MOVES, CampaignStatus.ACTIVE, by=by, activated_at=at or timezone.now())


def local_day(campaign: Campaign, at: dt.datetime) -> dt.date:
    """The day of `at` in the campaign's time zone."""
    return at.astimezone(ZoneInfo(campaign.timezone)).date()


def _make_wave(campaign: Campaign, at: dt.datetime) -> Wave:
    day = local_day(campaign, at)
    try:
        with transaction.atomic():
            return Wave.objects.create(campaign=campaign, day=day, planned_for=at)
    except IntegrityError:
        text = _("%(campaign)s was launched on %(day)s already: one wave a day")
        raise WrongState(text % {"campaign": campaign, "day": day}) from None


def start_due(*, at: dt.datetime | None = None) -> list[Wave]:
    """Start the wave of each campaign whose date has come, and of each continuous one whose working day has begun. A
    date missed while nobody was there starts once, on the first day back; the later dates stay as planned."""
    at = at or timezone.now()
    started = []
    active = Campaign.objects.filter(Q(starts_on__isnull=False) | Q(kind=CampaignKind.CONTINUOUS))
    for campaign in active.filter(status=CampaignStatus.ACTIVE).select_related("brand", "segment"):
        start = _start_continuous if campaign.kind == CampaignKind.CONTINUOUS else _start_on_its_date
        try:
            wave = start(campaign, at)
            started += [wave] if wave else []
        except WrongState as error:  # another scheduler was faster, or somebody has just paused it
            logger.info("wave.not_started campaign=%s reason=%s", campaign.pk, error)
        except Exception:  # the edge of a batch: one campaign must not stop the others; the next tick tries again
            logger.exception("wave.failed campaign=%s", campaign.pk)
    return started


def _start_on_its_date(campaign: Campaign, at: dt.datetime) -> Wave | None:
    due_on = due_date(campaign, at=at)
    is_done = campaign.waves.filter(Q(day__gte=due_on) | Q(campaign__kind=CampaignKind.ONCE)) if due_on else None
    return None if is_done is None or is_done.exists() else launch(campaign, at=at, automatic=True)


def _start_continuous(campaign: Campaign, at: dt.datetime) -> Wave | None:
    """Give newcomers their slots, ask those who are due today, and give them their next ones."""
    if not continuous.is_due(campaign, at=at):
        return None
    with transaction.atomic():
        _lock_planning()
        _activate(campaign, by=None, at=at)
        today = local_day(campaign, at)
        if not continuous.take_up(campaign, today):
            return None  # another scheduler was faster
        continuous.plan(campaign, today)
        due = continuous.due(campaign, today)
        if not campaign.slots.filter(due_on__lte=today).exists():
            return None
        wave = _make_wave(campaign, at)
        asked = _fill(wave, at=at, among=due)
        continuous.move_on(wave)
        _start(wave, at=at, asked=asked)
    return wave


def due_date(campaign: Campaign, *, at: dt.datetime) -> dt.date | None:
    """The latest planned date whose sending time has come, from the activation on; of one that asks once, the one."""
    if campaign.starts_on is None or campaign.activated_at is None or campaign.kind == CampaignKind.EVENT:
        return None
    today = local_day(campaign, at)
    if at < schedule.local_instant(today, campaign.send_at, campaign.timezone):
        today -= dt.timedelta(days=1)
    if campaign.kind == CampaignKind.ONCE:
        today = min(today, campaign.starts_on)
    return schedule.latest_occurrence(
        campaign.starts_on,
        every=campaign.every,
        unit=campaign.unit,
        on_or_before=today,
        not_before=local_day(campaign, campaign.activated_at),
    )


def pause(wave: Wave, *, reason: str, by: User | None = None) -> None:
    """Stop sending. Waits for a window that is just leaving, then nothing more leaves."""
    move(wave, WAVE_MOVES, WaveStatus.PAUSED, by=by, reason=reason, pause_reason=reason[:300])


def resume(wave: Wave, *, by: User | None = None) -> None:
    """Go on sending. Raises WrongState, too, when the wave's campaign is paused or archived."""
    with transaction.atomic():
        _lock_planning()  # or a pause of the campaign that has begun would not see this wave
        campaign = Campaign.objects.get(pk=wave.campaign_id)
        if campaign.status in (CampaignStatus.PAUSED, CampaignStatus.ARCHIVED):
            raise WrongState(_only_active(campaign))
        move(wave, WAVE_MOVES, WaveStatus.SENDING, by=by, pause_reason="")
        Message.objects.filter(parked_in=wave).park(None)  # so many for now; the rest comes while these leave


def cancel(wave: Wave, *, reason: str = "", by: User | None = None) -> int:
    """End the wave; how many messages will not leave. What has left still counts, and may be answered."""
    with transaction.atomic():
        move(wave, WAVE_MOVES, WaveStatus.CANCELLED, by=by, reason=reason, finished_at=timezone.now(), pause_reason="")
        # Without a join: a row that another moved while we waited for its lock is then judged as it is now.
        rows = Message.objects.filter(invitation__in=wave.invitations.all())
        return move_many(rows, MESSAGE_MOVES, MessageStatus.CANCELLED, claim_id=None, lease_until=None, parked_in=None)


def reopen(wave: Wave, *, by: User | None = None, reason: str = REOPENED) -> None:
    """One of its messages is to leave after all: a finished wave sends again, and finishes when that is done. While the
    campaign is paused it waits for that, like its other waves."""
    is_held = Campaign.objects.filter(pk=wave.campaign_id, status=CampaignStatus.PAUSED).exists()
    target, held_for = (WaveStatus.PAUSED, CAMPAIGN_PAUSED) if is_held else (WaveStatus.SENDING, "")
    move(wave, WAVE_REOPENS, target, by=by, reason=reason, finished_at=None, pause_reason=held_for)


@dataclass(frozen=True)
class Running:
    """What a pause, a resumption or an end of a campaign reaches."""

    waves: int
    waiting: int  # messages that have not left


def running(campaign: Campaign) -> Running:
    """What of `campaign` is sending: a pause holds it back."""
    return _running(campaign.waves.filter(status=WaveStatus.SENDING))


def held_back(campaign: Campaign) -> Running:
    """What a pause of `campaign` holds back: it goes on when the campaign does."""
    return _running(campaign.waves.filter(status=WaveStatus.PAUSED, pause_reason=CAMPAIGN_PAUSED))


def unfinished(campaign: Campaign) -> Running:
    """What of `campaign` has not come to its end: archiving cancels it."""
    return _running(campaign.waves.filter(status__in=WAVE_MOVES))


def _running(rows: QuerySet[Wave]) -> Running:
    waiting = Message.objects.filter(status__in=[MessageStatus.QUEUED, MessageStatus.CLAIMED])
    return Running(waves=rows.count(), waiting=waiting.filter(invitation__wave__in=rows).count())


def pause_campaign(campaign: Campaign, *, by: User | None = None, reason: str = "") -> Running:
    """Stop the campaign and each wave of it that is sending; what is held back."""
    with transaction.atomic():
        _lock_planning()  # or a launch that has begun would start its wave behind our back
        move(campaign, CAMPAIGN_MOVES, CampaignStatus.PAUSED, by=by, reason=reason)
        held = running(campaign)
        for wave in campaign.waves.filter(status=WaveStatus.SENDING):
            pause(wave, reason=CAMPAIGN_PAUSED, by=by)
    return held


def resume_campaign(campaign: Campaign, *, by: User | None = None, at: dt.datetime | None = None) -> Running:
    """Let a paused campaign send, and with it the waves its pause stopped; those paused for themselves stay so."""
    with transaction.atomic():
        campaign.refresh_from_db(fields=["status"])
        if campaign.status != CampaignStatus.PAUSED:
            text = _("%(campaign)s is %(status)s: only a paused campaign is resumed")
            raise WrongState(text % {"campaign": campaign, "status": campaign.get_status_display()})
        activate(campaign, by=by, at=at)
        freed = held_back(campaign)
        for wave in campaign.waves.filter(status=WaveStatus.PAUSED, pause_reason=CAMPAIGN_PAUSED):
            resume(wave, by=by)
    return freed


def archive_campaign(campaign: Campaign, *, by: User | None = None) -> Running:
    """End the campaign for good; what does not leave any more. Answers to what has left are still taken."""
    with transaction.atomic():
        _lock_planning()
        move(campaign, CAMPAIGN_MOVES, CampaignStatus.ARCHIVED, by=by)
        ending = unfinished(campaign)
        for wave in campaign.waves.filter(status__in=WAVE_MOVES):
            cancel(wave, by=by)
    return ending


def finish_done(*, at: dt.datetime | None = None) -> int:
    """Finish each sending wave of which nothing waits any more, and that takes nobody in; how many."""
    # Few are sending at a time. One statement about them all took seconds where PostgreSQL had not counted a new wave.
    sending = Wave.objects.filter(status=WaveStatus.SENDING).select_related("campaign").order_by("pk")
    return sum(_finish(wave, at or timezone.now()) for wave in sending if not _waits(wave))


def _waits(wave: Wave) -> bool:
    """Whether mail of it is still to leave, or in hand."""
    return Message.objects.filter(invitation__wave=wave, status__in=OPEN_MESSAGE_STATUSES).exists()


def _finish(wave: Wave, at: dt.datetime) -> bool:
    if wave.campaign.kind == CampaignKind.EVENT and local_day(wave.campaign, at) <= wave.day:
        return False
    with transaction.atomic():
        # Whoever puts a message back into the queue holds this lock too: so none comes back unseen.
        held = Wave.objects.select_for_update().filter(pk=wave.pk, status=WaveStatus.SENDING).first()
        if held is None or _waits(wave):
            return False
        move(wave, WAVE_MOVES, WaveStatus.FINISHED, finished_at=at)
    return True
