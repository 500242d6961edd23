"""After they were told: asked once more when the throttle allows, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from advocacy.enums import DraftStatus, FixStatus
from advocacy.models import Announcement, CustomerRequest, Draft, Fix
from surveys import audience, scoring, waves
from surveys.enums import Band, CampaignKind, CampaignStatus, SkipReason
from surveys.models import Invitation, Response
from surveys.transitions import WrongState

REST = dt.timedelta(days=14)  # the thank-you is read, and what is new is used, before the question comes
GIVEN_UP = dt.timedelta(days=730)
SIZE = 200
BANDS = (Band.PROMOTER, Band.PASSIVE, Band.DETRACTOR)
FEW = scoring.FEW
_RANK = {Band.DETRACTOR: 0, Band.PASSIVE: 1, Band.PROMOTER: 2}


# ------------------------------------------------------------------------------------------------------------ once more


def ask_again(*, at: dt.datetime | None = None, size: int = SIZE) -> int:
    """Ask those who were thanked, each once, as soon as their campaign may. How many were asked."""
    at = at or timezone.now()
    active = Q(ask_with__kind=CampaignKind.EVENT, ask_with__status=CampaignStatus.ACTIVE)
    asked = 0
    for pk in Announcement.objects.filter(active).order_by("pk").values_list("pk", flat=True):
        try:
            asked += _ask_slice(pk, at=at, size=size)
        except WrongState:  # the campaign was stopped just now, or its wave of today was cancelled: another day
            continue
    return asked


def _ask_slice(pk: int, *, at: dt.datetime, size: int) -> int:
    """The invitations, and that they were asked, in one transaction: a second run finds nobody."""
    with transaction.atomic():
        locked = Announcement.objects.select_for_update(of=("self",)).select_related("ask_with__segment")
        announcement = locked.get(pk=pk)
        campaign = announcement.ask_with
        if campaign is None:
            return 0
        due = _due(announcement, at=at)
        people = audience.candidates(campaign, at=at, among=Q(pk__in=due.values("contact")))
        free = list(people.filter(reason=SkipReason.NONE.value).order_by("pk").values_list("pk", flat=True)[:size])
        if not free:
            return 0
        wave = waves.ask_all(Q(pk__in=free), campaign, at=at)
        rows = Invitation.objects.filter(wave=wave, contact__in=free, skip_reason=SkipReason.NONE)
        for invitation in rows.order_by("pk"):
            due.filter(contact=invitation.contact_id).update(asked_at=at, invitation=invitation)
        return rows.count()


def _due(announcement: Announcement, *, at: dt.datetime) -> QuerySet[Draft]:
    """Those who were told long enough ago, and have not been asked since."""
    told = Draft.objects.filter(announcement=announcement, status=DraftStatus.SENT, asked_at__isnull=True)
    return told.filter(decided_at__lte=at - REST, decided_at__gt=at - GIVEN_UP)


# ------------------------------------------------------------------------------------------------------ what came of it


@dataclass
class Conversion:
    """People by the band they asked from and the band of their first settled answer afterwards."""

    people: int = 0
    pairs: Counter[tuple[Band, Band]] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        """Those who have answered since."""
        return sum(self.pairs.values())

    @property
    def lifted(self) -> int:
        """Whose band is higher now."""
        return sum(n for (before, after), n in self.pairs.items() if _RANK[after] > _RANK[before])

    @property
    def dropped(self) -> int:
        return sum(n for (before, after), n in self.pairs.items() if _RANK[after] < _RANK[before])

    @property
    def share(self) -> int | None:
        """Lifted of a hundred; None where too few have answered to say."""
        return round(100 * self.lifted / self.n) if self.n >= FEW else None

    @property
    def bands(self) -> tuple[Band, ...]:
        return BANDS

    @property
    def rows(self) -> list[tuple[Band, list[tuple[Band, int]], int]]:
        """For a table: a row for each band before, with its counts by the band after, and their sum."""
        cells = {before: [(after, self.pairs[before, after]) for after in BANDS] for before in BANDS}
        return [(before, counts, sum(n for _after, n in counts)) for before, counts in cells.items()]


@dataclass
class Lift:
    """Those who were told beside those who were not."""

    told: Conversion
    untold: Conversion


def of_fix(fix: Fix, *, at: dt.datetime | None = None) -> Lift:
    return _lift(CustomerRequest.objects.filter(fix=fix), at=at)


def of_all(*, since: dt.datetime | None = None, at: dt.datetime | None = None) -> Lift:
    """Over everything that has shipped since, and the questions that were answered."""
    shipped = Q(fix__status__in=[FixStatus.SHIPPED, FixStatus.ANNOUNCED])
    rows = CustomerRequest.objects.filter(shipped | Q(told_at__isnull=False))
    if since is not None:
        rows = rows.filter(Q(fix__shipped_at__gte=since) | Q(fix__isnull=True, told_at__gte=since))
    return _lift(rows, at=at)


def _lift(requests: QuerySet[CustomerRequest], *, at: dt.datetime | None) -> Lift:
    """Counted from the moment they were told; who was not, from the moment it shipped, which is the same for both but
    for the letter."""
    known = requests.filter(response__isnull=False)
    told = known.filter(told_at__isnull=False).annotate(moment=F("told_at"))
    untold = known.filter(told_at__isnull=True, fix__shipped_at__isnull=False).annotate(moment=F("fix__shipped_at"))
    return Lift(told=_conversion(told, at=at), untold=_conversion(untold, at=at))


def _conversion(rows: QuerySet[CustomerRequest], *, at: dt.datetime | None) -> Conversion:
    later = Response.objects.settled(at).filter(contact=OuterRef("contact"), submitted_at__gt=OuterRef("moment"))
    after = Subquery(later.order_by("submitted_at", "pk").values("score")[:1])
    found = rows.annotate(after=after).order_by("pk").values_list("contact", "fix", "response__score", "after")
    return _count(found.iterator())


def _count(found: Iterable[tuple[int, int | None, int, int | None]]) -> Conversion:
    """A person counts once for a fix, by the first that they asked."""
    made, seen = Conversion(), set()
    for contact, fix, before, after in found:
        if (contact, fix) in seen:
            continue
        seen.add((contact, fix))
        made.people += 1
        if after is not None:
            made.pairs[scoring.band(before), scoring.band(after)] += 1
    return made
