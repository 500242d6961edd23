"""What the people of an account answered: their score, and how many of them we know it from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from surveys import scoring
from surveys.models import Account, Contact, Response
from surveys.scoring import Counts


@dataclass(frozen=True)
class Figures:
    """Base: the latest settled answer of each contact."""

    people: int = 0
    counts: Counts = field(default_factory=Counts)
    last_answered_at: dt.datetime | None = None

    @property
    def coverage(self) -> Decimal | None:
        """Percent of the people who have answered; None without people."""
        return scoring.rounded(Fraction(100 * self.counts.n, self.people)) if self.people else None


def figures(accounts: Iterable[Account], *, at: dt.datetime | None = None) -> dict[int, Figures]:
    """The figures of each account by its id, in one statement however many there are."""
    answers = Response.objects.settled(at).filter(contact=OuterRef("pk")).order_by("-submitted_at", "-pk")
    people = Contact.objects.filter(account__in=[account.pk for account in accounts])
    latest = people.annotate(
        latest_score=Subquery(answers.values("score")[:1]), latest_at=Subquery(answers.values("submitted_at")[:1])
    )
    rows = (
        latest.order_by()
        .values("account")
        .annotate(
            people=Count("pk"),
            promoters=Count("pk", filter=Q(latest_score__gte=9)),
            passives=Count("pk", filter=Q(latest_score__in=[7, 8])),
            detractors=Count("pk", filter=Q(latest_score__lte=6)),
            last_answered_at=Max("latest_at"),
        )
    )
    found = {
        row["account"]: Figures(
            people=row["people"],
            counts=Counts(row["promoters"], row["passives"], row["detractors"]),
            last_answered_at=row["last_answered_at"],
        )
        for row in rows
    }
    return {account.pk: found.get(account.pk, Figures()) for account in accounts}


def silent(accounts: QuerySet[Account], *, days: int, at: dt.datetime | None = None) -> QuerySet[Account]:
    """Those with people of whom nobody has answered in so many days."""
    at = at or timezone.now()
    people = Contact.objects.filter(account=OuterRef("pk"))
    recent = Response.objects.settled(at).filter(
        contact__account=OuterRef("pk"), submitted_at__gt=at - dt.timedelta(days=days)
    )
    return accounts.filter(Exists(people), ~Exists(recent))
