"""Whom to invite to a perk, why not the others, and the invitations themselves.

An invitation is marketing: it needs what every ask needs, and counts as one in the ledger of attention. A beta test
asks for work, so it also waits as an ask waits; an event or early access is an offer, for which nobody has to rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import (
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import fatigue, perks, trail
from advocacy.enums import AskRule, GuestStatus, PerkKind, PerkLetterKind, PerkStatus
from advocacy.models import Advocate, Ask, Perk, PerkGuest, PerkLetter, Tier
from surveys import ports, segments
from surveys.enums import OPEN_MESSAGE_STATUSES, Promise, Purpose, TouchKind
from surveys.models import Contact, Message, Segment
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LETTER = perks.letter_name(PerkLetterKind.INVITATION)
PRIORITY = 60  # as an ask
WORN = frozenset({AskRule.ONE_IN_A_MONTH, AskRule.FOUR_IN_A_YEAR})
OF_OFFERS = (fatigue.FIRM - {AskRule.ONE_OPEN}) | {AskRule.NO_WORDS, AskRule.JUST_MAILED}


def register() -> None:
    ports.register_touch(LETTER, TouchKind.ASK)
    ports.register_guard(Purpose.MARKETING, may_leave)


def rules_of(perk: Perk) -> frozenset[AskRule]:
    return fatigue.rules_of(None) if perk.kind == PerkKind.BETA else OF_OFFERS


# ---------------------------------------------------------------------------------------------------------- who and why


class InviteView(TextChoices):
    """The halves of a choice; the value stands in the URL."""

    INVITED = "invited", gettext_lazy("Can be invited")
    LEFT_OUT = "left-out", gettext_lazy("Left out")


@dataclass(frozen=True)
class Choice:
    """Of whom one chooses; empty: of all advocates."""

    segment: Segment | None = None
    tier: Tier | None = None
    name: str = ""


def candidates(perk: Perk, choice: Choice | None = None, *, at: dt.datetime) -> QuerySet[Any]:
    """The advocates of a choice with what decides whether the perk invites them now."""
    choice = choice or Choice()
    advocates = Advocate.objects.all()
    if choice.segment is not None:
        advocates = advocates.filter(contact__in=_inside(choice.segment, at))
    if choice.name:
        advocates = advocates.filter(segments.written("contact__name__icontains", choice.name))
    rows: QuerySet[Any] = fatigue.with_next_ask(advocates, at=at, rules=rules_of(perk))
    guests = PerkGuest.objects.reached().filter(contact=OuterRef("contact"), perk=perk)
    waiting = PerkLetter.objects.filter(kind=PerkLetterKind.INVITATION, message__status__in=OPEN_MESSAGE_STATUSES)
    found: QuerySet[Any] = rows.annotate(
        guest_status=Subquery(guests.values("status")[:1]),
        is_on_its_way=Exists(waiting.filter(guest__contact=OuterRef("contact"))),
    )
    return found if choice.tier is None else found.filter(standing__tier__points__gte=choice.tier.points)


def _inside(segment: Segment, at: dt.datetime) -> QuerySet[Any]:
    """A segment whose conditions are broken takes nobody in, never everybody."""
    try:
        found: QuerySet[Any] = segments.contacts(segment.conditions, at=at).values("pk")
    except segments.BadConditions:
        found = Contact.objects.none().values("pk")
    return found


def chosen(perk: Perk, choice: Choice, view: InviteView, *, at: dt.datetime) -> QuerySet[Any]:
    """Those who can be invited, or all the others; who answered last on top."""
    rows, possible = candidates(perk, choice, at=at), _is_possible(perk, at)
    found = rows.filter(possible) if view == InviteView.INVITED else rows.exclude(possible)
    return found.select_related("contact__account").order_by(F("latest_at").desc(nulls_last=True), "pk")


def _is_possible(perk: Perk, at: dt.datetime) -> Q:
    free = Q(guest_status__isnull=True, is_on_its_way=False)
    gifts = Q(forbids_gifts=False) if perk.kind == PerkKind.EVENT else Q()
    return free & gifts & fatigue.is_possible(at, rules=rules_of(perk))


def why_not(perk: Perk, row: Any, *, at: dt.datetime) -> str:
    """Why a row of `candidates` is left out, in words; empty where it can be invited."""
    if row.guest_status:
        return _("invited already: %(status)s") % {"status": str(GuestStatus(row.guest_status).label).lower()}
    next_ask = fatigue.next_ask_of(row, at=at, rules=rules_of(perk))
    if not next_ask.is_possible:
        return next_ask.words
    if row.is_on_its_way:
        return _("another invitation is on its way")
    if perk.kind == PerkKind.EVENT and row.forbids_gifts:
        return _("the employer forbids gifts")
    return ""


# ------------------------------------------------------------------------------------------------------------ inviting


@dataclass
class Result:
    """What became of a choice: how many are invited, and who is not, with the reason."""

    invited: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


def invite_all(perk: Perk, advocates: Iterable[Advocate], *, by: User) -> Result:
    """Invite each who can be; one transaction for each, so that nobody is kept waiting."""
    result = Result()
    for advocate in advocates:
        try:
            invite(perk, advocate, by=by)
        except LeftOut as refusal:
            result.left_out.append((str(advocate.contact), refusal.reason))
        else:
            result.invited += 1
    return result


class LeftOut(WrongState):
    """Somebody who cannot be invited, and why."""

    def __init__(self, advocate: Advocate, reason: str) -> None:
        self.reason = reason
        super().__init__(_("Not invited: %(name)s: %(reason)s.") % {"name": advocate.contact, "reason": reason})


def invite(perk: Perk, advocate: Advocate, *, by: User, at: dt.datetime | None = None) -> PerkGuest:
    """Queue one invitation: decided under the lock of the advocate, so of many at once one wins. Raises WrongState."""
    at = at or timezone.now()
    with transaction.atomic():
        trail.lock(advocate)
        trail.lock(perk)
        if not perk.is_answerable:
            raise WrongState(_("Not invited: it is not open, or the time to answer is over."))
        row = candidates(perk, at=at).select_related("contact").get(pk=advocate.pk)
        if reason := why_not(perk, row, at=at):
            raise LeftOut(row, reason)
        guest, _is_new = PerkGuest.objects.get_or_create(perk=perk, contact=row.contact, defaults={"invited_by": by})
        message = _message(row.contact, at)
        PerkLetter.objects.update_or_create(
            guest=guest, kind=PerkLetterKind.INVITATION, defaults={"message": message, "at": at}
        )
        record(guest, went_to=GuestStatus.INVITED, by=by)
        return guest


def _message(contact: Contact, at: dt.datetime) -> Message:
    return Message.objects.create(
        letter=LETTER,
        purpose=Purpose.MARKETING,
        promise=Promise.AT_MOST_ONCE,
        priority=PRIORITY,
        contact=contact,
        address_hash=contact.address_hash,
        not_before=at,
        created_at=at,
    )


def may_leave(now: dt.datetime) -> Q:
    """The guard in the dispatching statement: it is still open, the guest has not answered, and no rule forbids it."""
    kind = ExpressionWrapper(OuterRef("guest__perk__kind"), CharField())
    advocates = Advocate.objects.filter(contact=OuterRef("guest__contact"))
    rows = fatigue.with_next_ask(advocates, at=now, rules=fatigue.AT_SENDING | WORN).annotate(perk_kind=kind)
    asked = Exists(Ask.objects.open().filter(advocate=OuterRef("pk")))
    rested = ~Q(perk_kind=PerkKind.BETA) | (fatigue.have_ended(now, WORN) & ~Q(asked))
    still = rows.filter(fatigue.is_possible(now, rules=fatigue.AT_SENDING) & rested)
    in_time = Q(guest__perk__respond_by__gt=now) | Q(guest__perk__respond_by=None, guest__perk__starts_at__gt=now)
    standing = PerkLetter.objects.filter(
        in_time, guest__status=GuestStatus.INVITED, guest__perk__status=PerkStatus.OPEN, message=OuterRef("pk")
    )
    return ~Q(letter=LETTER) | Q(Exists(standing.filter(Exists(still))))
