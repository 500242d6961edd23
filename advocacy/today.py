"""What a start page begins with, for each kind of work: only what waits or moves now, never totals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Length, Sign

from advocacy import asks
from advocacy.enums import OPEN_CASE_STATUSES, CaseStatus, Clock, FixStatus, Level
from advocacy.models import Case, Escalation, Fix
from surveys import waves
from surveys.enums import MessageStatus, SkipReason, WaveStatus
from surveys.models import Invitation, Message, Response, Wave

MOST = 5
OWNERS = 20
LATELY = dt.timedelta(days=90)
MOST_LATE_FIRST = (F("overdue_cases").desc(), F("open_cases").desc(), "first_name", "pk")


def workload(at: dt.datetime) -> list[Any]:
    """Who owns cases, with how many are open, overdue, waiting to be closed and put aside; most overdue first."""
    owners = get_user_model().objects.filter(cases__status__in=OPEN_CASE_STATUSES).annotate(**load(at, of="cases__"))
    return list(owners.order_by(*MOST_LATE_FIRST)[:OWNERS])


def nobody(at: dt.datetime) -> dict[str, int]:
    """The same of the cases without an owner."""
    return Case.objects.unassigned().aggregate(**load(at))


def load(at: dt.datetime, *, of: str = "") -> dict[str, Count]:
    """How many cases there are of each kind, counted as the queue does: what is put aside is not among the open there,
    so it has a number of its own, and the sums are the same wherever somebody looks."""

    def number(**conditions: Any) -> Count:
        return Count(f"{of}pk", filter=Q(**{f"{of}{name}": value for name, value in conditions.items()}))

    awake = {"status__in": OPEN_CASE_STATUSES, "snoozed_until__isnull": True}
    return {
        "open_cases": number(**awake),
        "overdue_cases": number(**awake, status=CaseStatus.OPEN, contacted_at__isnull=True, due_at__lt=at),
        "contacted_cases": number(**awake, status=CaseStatus.CONTACTED),
        "waiting_cases": number(**awake, waiting_since__isnull=False),
        "snoozed_cases": number(status__in=OPEN_CASE_STATUSES, snoozed_until__isnull=False),
    }


def escalated(at: dt.datetime) -> list[Escalation]:
    """What leads were told of lately and what still stands, latest first; who was not reached in time has a list of its
    own."""
    is_with_lead = Q(case__owner=F("lead")) | Q(case__owner__isnull=True)
    rows = Escalation.objects.filter(
        Q(clock=Clock.FIRST, level=Level.WARNING, case__in=Case.objects.warned(at))
        | Q(is_with_lead, clock=Clock.OWNER, case__in=Case.objects.uncontacted())
        | Q(clock=Clock.RESOLUTION, case__in=Case.objects.unresolved(at))
    )
    shown = rows.select_related("case__contact__account", "case__owner", "case__response")
    return list(shown.order_by("-at", "-pk")[:MOST])


@dataclass(frozen=True)
class Asking:
    """Promoters whom nothing keeps from being asked, and the waves that are leaving."""

    advocates: list[Any]
    has_more: bool
    waves: list[Any]


def asking(at: dt.datetime) -> Asking:
    found = list(_ready_advocates(at)[: MOST + 1])
    return Asking(advocates=found[:MOST], has_more=len(found) > MOST, waves=running_waves())


def _ready_advocates(at: dt.datetime) -> QuerySet[Any, Any]:
    """Whom no rule keeps from being asked; the highest score first, then who said why."""
    rows = asks.shown(asks.advocates_of(asks.AdvocateView.NOW, at=at))
    has_words = Sign(Length(Coalesce("excerpt", Value(""))))
    return rows.order_by(F("latest_score").desc(nulls_last=True), has_words.desc(), "-pk")


def running_waves() -> list[Any]:
    """The waves that are sending, latest first, with how many are asked, sent and answered."""
    asked = Invitation.objects.filter(wave=OuterRef("pk"), skip_reason=SkipReason.NONE)
    letters = Message.objects.filter(invitation__wave=OuterRef("pk"), letter=waves.LETTER)
    sent = letters.filter(status=MessageStatus.SENT)
    answers = Response.objects.filter(invitation__wave=OuterRef("pk"))
    running = Wave.objects.filter(status=WaveStatus.SENDING).select_related("campaign")
    return list(
        running.annotate(
            asked=_count(asked, "wave"),
            sent=_count(sent, "invitation__wave"),
            answered=_count(answers, "invitation__wave"),
        ).order_by("-started_at", "-pk")[:MOST]
    )


def _count(rows: QuerySet[Any, Any], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).values(n=Count("pk")), output_field=IntegerField()), 0)


@dataclass(frozen=True)
class Moving:
    """Fixes that are promised or done lately, with how many asked for each. Nobody is named."""

    planned: list[Any]
    shipped: list[Any]


def moving(at: dt.datetime) -> Moving:
    fixes = Fix.objects.select_related("theme").annotate(wishes=Count("requests")).defer("description")
    done = [FixStatus.SHIPPED, FixStatus.ANNOUNCED]
    return Moving(
        planned=list(fixes.filter(status=FixStatus.PLANNED).order_by(F("due_on").asc(nulls_last=True), "pk")[:MOST]),
        shipped=list(fixes.filter(status__in=done, shipped_at__gte=at - LATELY).order_by("-shipped_at", "-pk")[:MOST]),
    )
