"""Who is given a new case, and by whose calendar its clocks run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from advocacy.enums import OPEN_CASE_STATUSES, Role
from advocacy.models import Absence, Team
from surveys.models import Contact

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def find(contact: Contact, *, at: dt.datetime) -> tuple[User | None, Team | None]:
    """The owner of the contact, else of its account, else whose turn it is, else a lead; and the team of that person.

    Nobody who is away gets a case, except a lead, who is the last there is.
    """
    owner = natural(contact, at=at) or _next_in_turn(at)
    if owner is not None:
        return owner, team_of(owner)
    led = Team.objects.filter(lead__is_active=True).select_related("lead").order_by("pk").first()
    return (led.lead, led) if led else (None, team_of(None))


def natural(contact: Contact, *, at: dt.datetime) -> User | None:
    """The owner of the contact, else of its account, whichever is there and not away."""
    return next((owner for owner in active(contact) if not _absences(at).filter(user=owner).exists()), None)


def active(contact: Contact) -> Iterator[User]:
    """Who looks after the contact, then after its account, unless they have left."""
    account = contact.account
    for owner in (contact.owner, account.owner if account else None):
        if owner is not None and owner.is_active:
            yield owner


def away(*, at: dt.datetime) -> set[int]:
    """Everybody who is away then."""
    return set(_absences(at).values_list("user_id", flat=True))


def team_of(user: User | None) -> Team | None:
    """The team a person works in; for nobody the first there is."""
    if user is not None:
        return Team.objects.filter(members=user).order_by("pk").first()
    return Team.objects.order_by("pk").first()


def _next_in_turn(at: dt.datetime) -> User | None:
    """Whoever of Support was given a case longest ago, is not away, and has room for one more."""
    limit = Team.objects.filter(members=OuterRef("pk")).order_by("pk").values("capacity")[:1]
    support = get_user_model().objects.filter(is_active=True, groups__name=Role.SUPPORT)
    able = support.annotate(
        last=Coalesce(Max("cases__opened_at"), LONG_AGO),
        load=Count("cases", filter=Q(cases__status__in=OPEN_CASE_STATUSES)),
        limit=Subquery(limit),
    ).filter(~Exists(_absences(at).filter(user=OuterRef("pk"))), Q(limit__isnull=True) | Q(load__lt=F("limit")))
    return able.order_by("last", "pk").first()


def _absences(at: dt.datetime) -> QuerySet[Absence]:
    """Who is away on the day that it is in the organisation's zone."""
    day = timezone.localdate(at, timezone.get_default_timezone())
    return Absence.objects.filter(starts_on__lte=day, ends_on__gte=day)
