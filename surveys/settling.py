"""What a person decides about a message of which nobody knows whether it left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import waves
from surveys.enums import MESSAGE_MOVES, CampaignStatus, MessageStatus, Moves, WaveStatus
from surveys.models import Message, Wave
from surveys.transitions import WrongState, move

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# What a person may do is less than what the outbox may: a mail that is just leaving is not theirs to move.
FROM_UNKNOWN: Moves = {MessageStatus.UNKNOWN: MESSAGE_MOVES[MessageStatus.UNKNOWN]}


def treat_as_sent(message: Message, *, by: User) -> None:
    """The mail counts as sent at the time it was handed over. Raises WrongState when it was settled meanwhile."""
    _move(message, MessageStatus.SENT, by=by, sent_at=message.dispatched_at or timezone.now())


def send_again(message: Message, *, by: User) -> None:
    """The mail leaves once more, and so may come twice; its wave sends again if it had finished.

    Raises WrongState when it was settled meanwhile, its wave was cancelled, or its campaign is archived.
    """
    with transaction.atomic():
        wave = _held_wave(message)
        if wave is not None and wave.status == WaveStatus.CANCELLED:
            raise WrongState(_("Its wave was cancelled, so it does not leave any more."))
        if wave is not None and wave.campaign.status == CampaignStatus.ARCHIVED:
            raise WrongState(_("Its campaign is archived, so it does not leave any more."))
        _move(message, MessageStatus.QUEUED, by=by, attempts=0, retry_at=None)
        if wave is not None and wave.status == WaveStatus.FINISHED:
            waves.reopen(wave, by=by)


def _held_wave(message: Message) -> Wave | None:
    """The wave, locked: nobody finishes or cancels it between our look and our commit."""
    rows = Wave.objects.select_for_update(of=("self",)).filter(invitations=message.invitation_id)
    return rows.select_related("campaign").first() if message.invitation_id else None


def _move(message: Message, target: MessageStatus, *, by: User, **fields: Any) -> None:
    try:
        move(message, FROM_UNKNOWN, target, by=by, error="", claim_id=None, lease_until=None, **fields)
    except WrongState as error:
        message.refresh_from_db(fields=["status"])
        state = {"state": message.get_status_display()}
        raise WrongState(_("It was settled meanwhile: %(state)s.") % state) from error
