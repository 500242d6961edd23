"""Who may be asked, and the reason for each who may not. One statement builder for dry run and launch."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from surveys import segments, windows
from surveys.enums import OPEN_MESSAGE_STATUSES, Basis, CampaignKind, MailWish, Purpose, SkipReason
from surveys.models import Campaign, Contact, Hold, Message, Suppression, Touch
from surveys.windows import Departures

INVITATION = "invitation"
A_DAY = dt.timedelta(days=1)
A_YEAR = dt.timedelta(days=365)  # between two surveys to who wants fewer mails
ACCIDENT_GUARD = dt.timedelta(hours=24)
ACCOUNT_SPAN = dt.timedelta(days=30)  # the cap of an account counts so far back
_REASON = CharField(max_length=16)


def candidates(
    campaign: Campaign, *, at: dt.datetime, among: Q | None = None, leaving: Departures | None = None
) -> QuerySet[Any]:
    """The contacts of the campaign's segment, or everybody, annotated with `reason`: empty for those the campaign asks
    at `at`, else a SkipReason. The first reason that holds wins, in the order of SkipReason.

    `among` narrows them down further. What depends on time is judged for the moment from which the mail may leave.
    Raises BadConditions when the segment's conditions cannot be read: better nobody is asked than everybody.
    """
    leaving = leaving or departures(campaign, at=at)
    people: QuerySet[Any] = segments.contacts(campaign.segment.conditions if campaign.segment else [], at=at)
    people = people.filter(among) if among is not None else people
    people, since = _looking_back(
        people, leaving, throttled=campaign.throttle_days * A_DAY, fewer=A_YEAR, mailed=ACCIDENT_GUARD
    )
    whens = [When(condition, then=Value(reason.value)) for reason, condition in _rules(campaign, at, since)]
    own = Case(*whens, default=Value(SkipReason.NONE.value), output_field=_REASON)
    if campaign.account_cap and Contact.objects.filter(account__isnull=False).exists():
        return _capped(people.annotate(own_reason=own), campaign.account_cap, at)
    reasoned: QuerySet[Any] = people.annotate(reason=own)
    return reasoned


def departures(campaign: Campaign, *, at: dt.datetime) -> Departures:
    """When the mails leave of a wave that is planned at `at`."""
    delay = dt.timedelta(hours=campaign.delay_hours if campaign.kind == CampaignKind.EVENT else 0)
    return windows.departures(campaign, at=at + delay)


def _looking_back(
    people: QuerySet[Any], leaving: Departures, **spans: dt.timedelta
) -> tuple[QuerySet[Any], dict[str, Any]]:
    """For each span the moment that lies so long before a contact's mail may leave, to look up touches with."""
    if leaving.is_one:  # a plain value lets the database look at all touches once
        return people, {name: leaving.otherwise.starts - span for name, span in spans.items()}
    moments = {f"{name}_since": leaving.earliest(less=span) for name, span in spans.items()}
    return people.annotate(**moments), {name: OuterRef(f"{name}_since") for name in spans}


def _rules(campaign: Campaign, at: dt.datetime, since: dict[str, Any]) -> list[tuple[SkipReason, Q | Exists]]:
    """What each contact is looked at for, whatever the others are."""
    touches = Touch.objects.filter(contact=OuterRef("pk"))
    waiting = Message.objects.filter(contact=OuterRef("pk"), purpose=Purpose.RESEARCH, status__in=OPEN_MESSAGE_STATUSES)
    return [
        (SkipReason.NO_ADDRESS, Q(email="")),
        (SkipReason.SUPPRESSED, Exists(Suppression.objects.filter(address_hash=OuterRef("address_hash")))),
        (SkipReason.NO_BASIS, Q(basis=Basis.NONE)),
        (SkipReason.HELD, Exists(Hold.objects.standing(at).filter(contact=OuterRef("pk")))),
        *_too_new(campaign, at),
        (SkipReason.THROTTLED, Exists(touches.surveys_since(since["throttled"]))),
        (SkipReason.FEWER, Q(mail_wish=MailWish.FEWER) & Q(Exists(touches.surveys_since(since["fewer"])))),
        (SkipReason.IN_QUEUE, Exists(waiting)),
        (SkipReason.JUST_MAILED, Exists(touches.mailed_since(since["mailed"]))),
    ]


def _too_new(campaign: Campaign, at: dt.datetime) -> list[tuple[SkipReason, Q | Exists]]:
    # Who had an event is asked about that, and not about a relation that has just begun.
    if not campaign.min_relation_days or campaign.kind == CampaignKind.EVENT:
        return []
    today = at.astimezone(ZoneInfo(campaign.timezone)).date()
    return [(SkipReason.TOO_NEW, Q(customer_since__gt=today - campaign.min_relation_days * A_DAY))]


def _capped(people: QuerySet[Any], most: int, at: dt.datetime) -> QuerySet[Any]:
    """Of those with no reason of their own, the first of each account, up to `most` with those asked before."""
    place = Window(RowNumber(), partition_by=[F("account"), F("own_reason")], order_by="pk")
    room = Value(most) - Coalesce(_asked_lately(at), 0) - Coalesce(_waiting(), 0)
    is_one_of_many = Q(account__isnull=False, own_reason=SkipReason.NONE.value)
    too_many = Value(SkipReason.ACCOUNT_CAP.value)
    capped: QuerySet[Any] = people.annotate(place=place).annotate(
        reason=Case(
            # Those far back need no count of what was before: of a large account it would be taken for everybody.
            When(is_one_of_many & Q(place__gt=most), then=too_many),
            When(is_one_of_many & Q(place__gt=room), then=too_many),
            default=F("own_reason"),
            output_field=_REASON,
        )
    )
    return capped


def _asked_lately(at: dt.datetime) -> Subquery:
    rows = Touch.objects.surveys_since(at - ACCOUNT_SPAN).filter(contact__account=OuterRef("account"))
    return _count(rows, "contact__account")


def _waiting() -> Subquery:
    rows = Message.objects.filter(letter=INVITATION, status__in=OPEN_MESSAGE_STATUSES)
    return _count(rows.filter(contact__account=OuterRef("account")), "contact__account")


def _count(rows: QuerySet[Any], path: str) -> Subquery:
    counted = rows.order_by().values(path).annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())
