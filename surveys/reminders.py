"""Ask once more whoever got the mail and is silent; never after any answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from surveys import audience, planning, waves, windows
from surveys.enums import (
    MESSAGE_MOVES,
    OPEN_MESSAGE_STATUSES,
    Basis,
    CampaignStatus,
    MailWish,
    MessageStatus,
    Purpose,
    WaveStatus,
)
from surveys.models import Campaign, Hold, Invitation, Message, Response, Suppression, Touch, Wave
from surveys.models.campaigns import InvitationQuerySet
from surveys.transitions import move_many

# The first and the second one; each follows the letter before it.
LETTERS = ("reminder", "second_reminder")
TIME_TO_ANSWER = dt.timedelta(days=1)
PLANNED = "reminders leave"


def plan(*, at: dt.datetime | None = None) -> int:
    """Queue what is due of all active campaigns; how many. A second run queues nothing more."""
    at = at or timezone.now()
    active = Campaign.objects.filter(status=CampaignStatus.ACTIVE, reminders__gt=0).select_related("brand")
    planned = 0
    for campaign in active:
        due = Q(pk__in=[])
        for letter, before in _letters(campaign):
            due |= Q(pk__in=_silent(campaign, letter, before, at).values("wave"))
        for wave in Wave.objects.filter(due).select_related("campaign__brand"):
            planned += _plan(wave, at)
    return planned


def _letters(campaign: Campaign) -> list[tuple[str, str]]:
    """Each reminder of the campaign, and the letter it follows."""
    return list(zip(LETTERS, (waves.LETTER, *LETTERS), strict=False))[: campaign.reminders]


def _plan(wave: Wave, at: dt.datetime) -> int:
    campaign = wave.campaign
    leaving = windows.departures(campaign, at=at)
    with transaction.atomic():
        # Who finishes or cancels the wave holds this lock too.
        if not Wave.objects.select_for_update().filter(pk=wave.pk).exclude(status=WaveStatus.CANCELLED).exists():
            return 0
        planned = 0
        for letter, before in _letters(campaign):
            silent = _silent(campaign, letter, before, at).filter(wave=wave)
            planned += planning.insert_messages(silent, letter=letter, at=at, leaving=leaving)
        wave.refresh_from_db(fields=["status"])
        if planned and wave.status == WaveStatus.FINISHED:
            waves.reopen(wave, reason=PLANNED)
    return planned


def _silent(campaign: Campaign, letter: str, before: str, at: dt.datetime) -> InvitationQuerySet:
    """Invitations that get `letter` now: `before` has reached them some days ago, nobody answered, and nothing that
    keeps a contact from being asked has come up."""
    mail = Message.objects.filter(invitation=OuterRef("pk"))
    reached = mail.filter(
        letter=before,
        status=MessageStatus.SENT,
        sent_at__lte=at - dt.timedelta(days=campaign.reminder_days),
        bounced_at__isnull=True,
        complained_at__isnull=True,
    )
    return (
        Invitation.objects.asked()
        .filter(wave__campaign=campaign, closes_at__gt=at + TIME_TO_ANSWER)
        .exclude(wave__status=WaveStatus.CANCELLED)
        .exclude(Q(contact__email="") | Q(contact__basis=Basis.NONE) | Q(contact__mail_wish=MailWish.FEWER))
        .filter(Exists(reached), ~Exists(mail.filter(letter=letter)), *_nothing_against(at))
    )


def _nothing_against(at: dt.datetime) -> list[Any]:
    waiting = Message.objects.filter(
        contact=OuterRef("contact"), purpose=Purpose.RESEARCH, status__in=OPEN_MESSAGE_STATUSES
    )
    touches = Touch.objects.filter(contact=OuterRef("contact"))
    return [
        ~Exists(Response.objects.filter(invitation=OuterRef("pk"))),
        ~Exists(Suppression.objects.filter(address_hash=OuterRef("contact__address_hash"))),
        ~Exists(Hold.objects.standing(at).filter(contact=OuterRef("contact"))),
        ~Exists(waiting),
        ~Exists(touches.mailed_since(at - audience.ACCIDENT_GUARD)),
    ]


def may_leave(at: dt.datetime) -> Q:
    """The guard in the dispatching statement: a reminder stays when the answer has come, or comes too late."""
    is_open = Invitation.objects.filter(pk=OuterRef("invitation_id"), closes_at__gt=at)
    answered = Response.objects.filter(invitation=OuterRef("invitation_id"))
    return ~Q(letter__in=LETTERS) | (Q(Exists(is_open)) & ~Q(Exists(answered)))


def withdraw(invitation: Invitation) -> int:
    """The answer is here: no reminder that waits leaves any more. One that is just leaving was asked for before it."""
    waiting = Message.objects.filter(invitation=invitation, letter__in=LETTERS)
    return move_many(waiting, MESSAGE_MOVES, MessageStatus.CANCELLED, claim_id=None, lease_until=None)
