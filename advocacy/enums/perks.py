"""Choices of perks and their guests, and where each may move."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.enums import Moves


class PerkKind(TextChoices):
    BETA = "beta", _("Beta test")
    EVENT = "event", _("Event or VIP invitation")
    EARLY_ACCESS = "early_access", _("Early access")


class PerkStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


PERK_MOVES: Moves = {
    PerkStatus.DRAFT: frozenset({PerkStatus.OPEN, PerkStatus.CANCELLED}),
    PerkStatus.OPEN: frozenset({PerkStatus.CLOSED, PerkStatus.CANCELLED}),
    PerkStatus.CLOSED: frozenset({PerkStatus.OPEN, PerkStatus.CANCELLED}),
}


class PerkChange(TextChoices):
    """What happens to a perk beside its moves; the values stand in the event log."""

    PLANNED = "planned", _("Perk planned")
    EDITED = "edited", _("Perk changed")
    RESCHEDULED = "rescheduled", _("Time or place changed")
    TEXT = "text", _("Words of the invitation changed")


class GuestStatus(TextChoices):
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Has a place")
    WAITING = "waiting", _("On the waiting list")
    DECLINED = "declined", _("Said no")
    CANCELLED = "cancelled", _("Gave it back")
    ATTENDED = "attended", _("Took part")


# Whoever said no may change their mind while there is time.
_COMES = frozenset({GuestStatus.ACCEPTED, GuestStatus.WAITING})
GUEST_MOVES: Moves = {
    GuestStatus.INVITED: _COMES | {GuestStatus.DECLINED},
    GuestStatus.ACCEPTED: frozenset({GuestStatus.CANCELLED, GuestStatus.ATTENDED}),
    GuestStatus.WAITING: frozenset({GuestStatus.ACCEPTED, GuestStatus.CANCELLED}),
    GuestStatus.DECLINED: _COMES,
    GuestStatus.CANCELLED: _COMES,
    GuestStatus.ATTENDED: frozenset({GuestStatus.ACCEPTED}),
}
# What takes a place.
PLACED = (GuestStatus.ACCEPTED, GuestStatus.ATTENDED)


class PerkLetterKind(TextChoices):
    """What a guest is told by mail. The values stand in the names of the letters."""

    INVITATION = "invitation", _("Invitation")
    MOVED_UP = "moved_up", _("A place has become free")
    CHANGED = "changed", _("Time or place changed")
    CANCELLED = "cancelled", _("Cancelled")
