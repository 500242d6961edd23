"""How the teams are doing: what is late, who has how much, whether promises are kept, and what comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from advocacy import cases, lists, recovery, today, worklist
from advocacy.enums import OPEN_CASE_STATUSES, CaseStatus, Outcome
from advocacy.models import Absence, Case, Escalation, Team
from advocacy.recovery import Recovery
from advocacy.worklist import Viewer
from surveys import schedule
from surveys.analytics import selection
from surveys.analytics.selection import Period, Selection
from surveys.models import Event
from surveys.scoring import Share

if TYPE_CHECKING:
    pass

WINDOWS = (7, 30, 90)
CLOSED_DAYS, THEME_DAYS = 90, 30
MOST, PEOPLE, THEMES, ROWS = 5, 100, 8, 20_000
CASE_KIND = Case._meta.label_lower


@dataclass(frozen=True)
class Promise:
    """Of the cases opened in the last days: who was reached in time, and how long it took.

    `running` are those whose time is not over; whoever left or was the wrong person before it was, is in neither.
    """

    days: int
    share: Share
    running: int
    hours: float | None  # the median, in open hours of each team
    reached: int


@dataclass(frozen=True)
class Rising:
    """A root cause: the cases opened lately, beside those of the days before."""

    theme: str
    now: int
    before: int

    @property
    def rise(self) -> int:
        return self.now - self.before


@dataclass(frozen=True)
class Lead:
    counts: dict[str, int]
    breaches: list[Case]
    escalated: list[Escalation]
    ownerless: list[Case]
    people: list[Any]
    nobody: dict[str, int]
    promises: list[Promise]
    outcomes: list[tuple[Any, int]]
    reopened: Share
    themes: list[Rising]
    themed: tuple[int, int]
    recovery: Recovery

    @property
    def closed(self) -> int:
        return sum(number for _outcome, number in self.outcomes)


def of(viewer: Viewer) -> Lead:
    """Thirteen statements, however much there is. What is put aside is not late here either, as in the queue."""
    at = viewer.at
    rows = Case.objects.awake()
    themes, themed = _themes(at)
    return Lead(
        counts=lists.counts(
            viewer.user,
            breached=rows.breached(at),
            warned=rows.warned(at),
            ownerless=rows.ownerless(at),
            unresolved=rows.unresolved(at),
        ),
        breaches=worklist.page(worklist.View.OVERDUE, viewer, size=MOST).cases,
        escalated=today.escalated(at),
        ownerless=_ownerless(at),
        people=workload(at),
        nobody=today.nobody(at),
        promises=promises(at),
        outcomes=_outcomes(at),
        reopened=_reopened(at),
        themes=themes,
        themed=themed,
        recovery=recovery.of(_year(), at=at),
    )


def _year() -> Selection:
    since, until = selection.days_of(Period.YEAR)
    return Selection(since=since, until=until, period=Period.YEAR)


def _ownerless(at: dt.datetime) -> list[Case]:
    rows = Case.objects.awake().ownerless(at).select_related("contact__account", "response", "team")
    return list(rows.defer("response__comment").order_by("owner_due_at", "pk")[:MOST])


def workload(at: dt.datetime) -> list[Any]:
    """Everybody in a team or with an open case: what is open, late, put aside, and waits for the customer, how much a
    person of the team may have (what is put aside counts for that), and until when who is away."""
    mine = Team.objects.filter(members=OuterRef("pk")).order_by("pk")
    owned = Case.objects.open().filter(owner=OuterRef("pk"))
    day = selection.local_today()
    away = Absence.objects.filter(user=OuterRef("pk"), starts_on__lte=day, ends_on__gte=day).order_by("-ends_on")
    people = get_user_model().objects.filter(Exists(mine) | Exists(owned))
    counted = people.annotate(
        **today.load(at, of="cases__"),
        held_cases=Count("cases", filter=Q(cases__status__in=OPEN_CASE_STATUSES)),
        team_name=Subquery(mine.values("name")[:1]),
        capacity=Subquery(mine.values("capacity")[:1]),
        away_until=Subquery(away.values("ends_on")[:1]),
    )
    return list(counted.order_by(*today.MOST_LATE_FIRST)[:PEOPLE])


# --------------------------------------------------------------------------------------------- the first contact


@dataclass(frozen=True)
class _Opened:
    opened_at: dt.datetime
    due_at: dt.datetime
    contacted_at: dt.datetime | None
    reached_at: dt.datetime | None
    closed_at: dt.datetime | None
    team: int | None

    @property
    def first_at(self) -> dt.datetime | None:
        """The first contact there ever was, though the case may have been opened again since."""
        return min((at for at in (self.contacted_at, self.reached_at) if at), default=None)

    def is_inside(self, at: dt.datetime) -> bool | None:
        """Whether the promise was kept; None while its time runs, and where it ended without anybody to reach."""
        if self.contacted_at is not None:
            return self.contacted_at <= self.due_at
        return False if self.due_at < (self.closed_at or at) else None


def promises(at: dt.datetime) -> list[Promise]:
    """Each window in turn. Two statements."""
    rows = Case.objects.filter(opened_at__gt=at - dt.timedelta(days=max(WINDOWS)), opened_at__lte=at)
    columns = ("opened_at", "due_at", "contacted_at", "reached_at", "closed_at", "team")
    found = rows.annotate(reached_at=recovery.first_reached()).order_by("-opened_at", "-pk").values_list(*columns)
    opened = [_Opened(*row) for row in found[:ROWS]]
    calendars = {team.pk: cases.calendar(team) for team in Team.objects.all()}
    usual = cases.calendar(None)
    took = {
        row: schedule.open_hours_between(row.opened_at, row.first_at, calendars.get(row.team or 0, usual))
        for row in opened
        if row.first_at is not None
    }
    return [_promise(days, opened, took, at) for days in WINDOWS]


def _promise(days: int, opened: Iterable[_Opened], took: dict[_Opened, float], at: dt.datetime) -> Promise:
    rows = [row for row in opened if row.opened_at > at - dt.timedelta(days=days)]
    kept = [row.is_inside(at) for row in rows]
    hours = [took[row] for row in rows if row in took]
    return Promise(
        days=days,
        share=Share(kept.count(True), len(kept) - kept.count(None)),
        running=sum(row.contacted_at is None and row.closed_at is None and row.due_at >= at for row in rows),
        hours=median(hours) if hours else None,
        reached=len(hours),
    )


# ------------------------------------------------------------------------------------------------- what comes of it


def _outcomes(at: dt.datetime) -> list[tuple[Any, int]]:
    """Of the cases closed lately, the commonest first."""
    rows = Case.objects.closed().filter(closed_at__gt=at - dt.timedelta(days=CLOSED_DAYS))
    counted = rows.order_by().values_list("outcome").annotate(n=Count("pk")).order_by("-n", "outcome")
    return [(Outcome(outcome).label, number) for outcome, number in counted]


def _reopened(at: dt.datetime) -> Share:
    """How many of the cases closed lately were opened again since."""
    log: QuerySet[Event] = Event.objects.filter(kind=CASE_KIND, at__gt=at - dt.timedelta(days=CLOSED_DAYS))
    closed = log.filter(went_to=CaseStatus.CLOSED)
    again = log.filter(object_id=OuterRef("object_id"), came_from=CaseStatus.CLOSED, pk__gt=OuterRef("pk"))
    found = closed.aggregate(
        all=Count("object_id", distinct=True), again=Count("object_id", distinct=True, filter=Exists(again))
    )
    return Share(found["again"], found["all"])


def _themes(at: dt.datetime) -> tuple[list[Rising], tuple[int, int]]:
    """The root causes that rise most, and how many cases with one there are now and were before."""
    now, before = (at - dt.timedelta(days=days) for days in (THEME_DAYS, 2 * THEME_DAYS))
    rows = Case.objects.filter(opened_at__gt=before, opened_at__lte=at, theme__isnull=False).order_by()
    counted = rows.values_list("theme__name").annotate(
        now=Count("pk", filter=Q(opened_at__gt=now)), before=Count("pk", filter=Q(opened_at__lte=now))
    )
    found = [Rising(*row) for row in counted]
    rising = sorted((theme for theme in found if theme.rise > 0), key=lambda theme: (-theme.rise, theme.theme))
    return rising[:THEMES], (sum(theme.now for theme in found), sum(theme.before for theme in found))
