"""Programmes that ask by themselves: whom, and why not the others. The dry run and the run are one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import asking, fatigue
from advocacy.asking import NotAsked
from advocacy.enums import AskKind
from advocacy.models import Advocate, Ask, Programme
from surveys import schedule, segments
from surveys.models import Contact

if TYPE_CHECKING:
    from django.contrib.auth.models import User

A_SLICE = 10  # plans in one transaction: more would keep others waiting


class DryRunView(TextChoices):
    """The halves of a dry run; the value stands in the URL."""

    ASKED = "asked", gettext_lazy("Would be asked")
    LEFT_OUT = "left-out", gettext_lazy("Left out")


@dataclass(frozen=True)
class Room:
    """How many asks a programme may still plan today."""

    cap: int
    used: int

    @property
    def left(self) -> int:
        return max(self.cap - self.used, 0)


def room(programme: Programme, *, at: dt.datetime) -> Room:
    today = timezone.localdate(at, timezone.get_default_timezone())
    midnight = schedule.local_instant(today, dt.time(0), settings.TIME_ZONE)
    planned = Ask.objects.filter(programme=programme, is_automatic=True, created_at__gte=midnight)
    return Room(programme.daily_cap, planned.count())


def candidates(programme: Programme, *, at: dt.datetime) -> QuerySet[Any]:
    """Every advocate with what decides whether the programme asks now."""
    rows = fatigue.with_next_ask(Advocate.objects.all(), at=at, kind=AskKind(programme.kind))
    rows = rows.annotate(begun_at=Coalesce("latest_at", "nominated_at", "created_at"))
    asked = Ask.objects.filter(programme=programme, advocate=OuterRef("pk"), created_at__gte=OuterRef("begun_at"))
    found: QuerySet[Any] = rows.annotate(is_inside=_is_inside(programme, at), was_asked=Exists(asked))
    return found


def _is_inside(programme: Programme, at: dt.datetime) -> Any:
    """A segment whose conditions are broken takes nobody in, never everybody."""
    if programme.segment is None:
        return Value(True)
    try:
        found = segments.contacts(programme.segment.conditions, at=at)
    except segments.BadConditions:
        return Value(False)
    inside = Exists(Contact.objects.filter(pk=OuterRef("contact"), pk__in=found.values("pk")))
    return Case(When(inside, then=Value(True)), default=Value(False))


def _is_due(programme: Programme, at: dt.datetime) -> Q:
    answered_by = at - dt.timedelta(days=programme.delay_days)
    mine = Q(is_inside=True, was_asked=False, begun_at__lte=answered_by)
    return mine & fatigue.is_possible(at, AskKind(programme.kind))


def dry_run(programme: Programme, view: DryRunView, *, at: dt.datetime) -> QuerySet[Any]:
    """Whom the programme would ask, who waits longest first; or all the others."""
    rows, is_due = candidates(programme, at=at), _is_due(programme, at)
    found = rows.filter(is_due) if view == DryRunView.ASKED else rows.exclude(is_due)
    return found.order_by("begun_at", "pk")


def reason(programme: Programme, row: Any, *, at: dt.datetime) -> str:
    """Why a row of `candidates` is left out, in words; empty where it would be asked."""
    next_ask = fatigue.next_ask_of(row, at=at, kind=AskKind(programme.kind))
    if not next_ask.is_possible:
        return next_ask.words
    if not row.is_inside:
        return _("not in the segment “%(segment)s”") % {"segment": programme.segment}
    if row.was_asked:
        return _("this programme has asked since the latest answer")
    from_at = row.begun_at + dt.timedelta(days=programme.delay_days)
    if from_at > at:
        day = date_format(timezone.localtime(from_at), "j M Y")
        return _("from %(day)s: %(days)s days after the answer") % {"day": day, "days": programme.delay_days}
    return ""


def run_all(*, at: dt.datetime | None = None) -> bool:
    """Let every programme that asks by itself plan a slice. Whether one has more to plan."""
    rows = Programme.objects.filter(is_active=True, is_automatic=True).order_by("pk")
    planned = [run(pk, at=at) for pk in rows.values_list("pk", flat=True)]
    return A_SLICE in planned


def run(programme_id: int, *, at: dt.datetime | None = None, size: int = A_SLICE) -> int:
    """Plan up to `size` asks; how many. Two workers come one after the other, and the second finds them asked."""
    at = at or timezone.now()
    with transaction.atomic():
        programme = Programme.objects.select_for_update(of=("self",)).select_related("segment").get(pk=programme_id)
        if not (programme.is_active and programme.is_automatic):
            return 0
        most = min(room(programme, at=at).left, size)
        due = list(dry_run(programme, DryRunView.ASKED, at=at)[:most])
        return sum(_plan(programme, advocate, at) for advocate in due)


def _plan(programme: Programme, advocate: Advocate, at: dt.datetime) -> bool:
    words = _("the programme “%(name)s”") % {"name": programme}
    try:
        asking.plan(advocate, kind=AskKind(programme.kind), programme=programme, reason_why=words, at=at)
    except NotAsked:  # two of one account: the first has used what the account allows
        return False
    return True


def owners() -> QuerySet[User]:
    """Everybody who works with asks, by name."""
    from_rights = "django.contrib.auth.backends.ModelBackend"
    rows = get_user_model().objects.with_perm("advocacy.work_ask", backend=from_rights)
    return rows.order_by("first_name", "last_name", "pk")
