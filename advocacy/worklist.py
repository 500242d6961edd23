"""The staff queue: its views, their order, their counts, and one page at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import IntegerField, Q, Subquery, TextChoices
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from advocacy.enums import CaseStatus
from advocacy.models import Case
from advocacy.models.cases import CaseQuerySet
from surveys import schedule

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PAGE_SIZE = 50
COUNT_LIMIT = 1000  # counting further would cost more than the page, and nobody works a list by its thousands
EXCERPT = 300


class View(TextChoices):
    """The views of the queue; the value stands in the URL."""

    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    DUE_SOON = "due-soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    OPEN = "open", _("All open")
    CLOSED = "closed", _("Closed")


class Group(TextChoices):
    """The heads under which a page is read, in the order of work."""

    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Due today")
    LATER = "later", _("Later")
    CONTACTED = "contacted", _("Contacted, to be closed")
    CLOSED = "closed", _("Closed")


@dataclass(frozen=True)
class Viewer:
    """Who looks, from which zone, and when: what a page of the queue depends on."""

    user: User
    zone: ZoneInfo
    at: dt.datetime

    @property
    def tomorrow(self) -> dt.datetime:
        today = self.at.astimezone(self.zone).date()
        return schedule.local_instant(today + dt.timedelta(days=1), dt.time(0), self.zone.key)


def rows(view: View, viewer: Viewer) -> CaseQuerySet:
    """The cases of a view, without order."""
    cases = Case.objects.all()
    return {
        View.MINE: cases.open().filter(owner=viewer.user),
        View.UNASSIGNED: cases.unassigned(),
        View.DUE_SOON: cases.due_soon(viewer.at),
        View.OVERDUE: cases.overdue(viewer.at),
        View.OPEN: cases.open(),
        View.CLOSED: cases.closed(),
    }[view]


def ordered(view: View, viewer: Viewer) -> CaseQuerySet:
    """The cases of a view in the order of work: whose first contact waits by its due time, so that the overdue come
    first, then those who were contacted. Nothing in the order depends on the clock, so a page has a fixed successor.
    """
    if view == View.CLOSED:
        return rows(view, viewer).order_by("-closed_at", "-pk")
    return rows(view, viewer).order_by("-status", "due_at", "priority", "pk")  # "open" comes before "contacted"


# ---------------------------------------------------------------------------------------------------------------- pages


@dataclass(frozen=True)
class Page:
    cases: list[Case]
    next_cursor: str


def page(view: View, viewer: Viewer, *, after: str = "", size: int = PAGE_SIZE) -> Page:
    """One page of a view with all that a row shows, in one statement. A cursor nobody gave out starts at the top."""
    found = list(_shown(ordered(view, viewer).filter(_after(after)))[: size + 1])
    return Page(cases=found[:size], next_cursor=cursor(found[size - 1]) if len(found) > size else "")


def following(case: Case, view: View, viewer: Viewer) -> Case | None:
    """The case to take up after this one, or None at the end of the view."""
    is_of_view = case.is_open != (view == View.CLOSED)
    return ordered(view, viewer).filter(_after(cursor(case)) if is_of_view else Q()).exclude(pk=case.pk).first()


def _shown(cases: CaseQuerySet) -> CaseQuerySet:
    """What a row shows. Of a comment only the beginning: one may have a hundred thousand characters."""
    return (
        cases.select_related("contact__account", "owner", "response", "team", "theme")
        .defer("response__comment", "contact__properties", "contact__tags")
        .with_past()
        .annotate(excerpt=Left("response__comment", EXCERPT))
    )


_CURSOR = re.compile(r"([ocx])(\d{20})-(\d{1,5})-(\d{1,18})", re.ASCII)
_STAMP = "%Y%m%d%H%M%S%f"
_MARKS = {CaseStatus.OPEN: "o", CaseStatus.CONTACTED: "c", CaseStatus.CLOSED: "x"}


def cursor(case: Case) -> str:
    """The place of a case in the order, for the URL of what comes after it."""
    at = case.closed_at if case.status == CaseStatus.CLOSED else case.due_at
    stamp = (at or case.opened_at).astimezone(dt.UTC).strftime(_STAMP)
    return f"{_MARKS[CaseStatus(case.status)]}{stamp}-{case.priority}-{case.pk}"


def _after(text: str) -> Q:
    match = _CURSOR.fullmatch(text)
    if match is None:
        return Q()
    mark, priority, pk = match[1], int(match[3]), int(match[4])
    try:
        at = dt.datetime.strptime(match[2], _STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return Q()
    if mark == "x":
        return Q(closed_at__lte=at) & (Q(closed_at__lt=at) | Q(pk__lt=pk))
    # The bound by the due time alone is what an index can use; the rest parts cases due at the same moment.
    later = Q(due_at__gte=at) & (Q(due_at__gt=at) | Q(priority__gt=priority) | Q(priority=priority, pk__gt=pk))
    if mark == "c":
        return Q(status=CaseStatus.CONTACTED) & later
    return Q(status=CaseStatus.CONTACTED) | (Q(status=CaseStatus.OPEN) & later)


# --------------------------------------------------------------------------------------------------------------- groups


def group_of(case: Case, viewer: Viewer) -> Group:
    if not case.is_open:
        return Group.CLOSED
    if not case.is_uncontacted:
        return Group.CONTACTED
    if case.due_at < viewer.at:
        return Group.OVERDUE
    return Group.TODAY if case.due_at < viewer.tomorrow else Group.LATER


def grouped(cases: list[Case], viewer: Viewer) -> Iterator[tuple[Group, list[Case]]]:
    """A page under its heads."""
    for group, members in groupby(cases, key=lambda case: group_of(case, viewer)):
        yield group, list(members)


# --------------------------------------------------------------------------------------------------------------- counts


@dataclass(frozen=True)
class Counts:
    """How many cases each view and each group of the shown view has, counted up to COUNT_LIMIT."""

    views: dict[View, int]
    groups: dict[Group, int]


class CountUpTo(Subquery):
    """How many rows a limited statement gives, as one value."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(view: View, viewer: Viewer) -> Counts:
    """All counts of a page of the queue in one statement, none of which reads more than COUNT_LIMIT rows."""
    shown = rows(view, viewer)
    waiting, tomorrow = shown.uncontacted(), viewer.tomorrow
    groups: dict[Group, CaseQuerySet] = {
        Group.OVERDUE: shown.overdue(viewer.at),
        Group.TODAY: waiting.filter(due_at__gte=viewer.at, due_at__lt=tomorrow),
        Group.LATER: waiting.filter(due_at__gte=viewer.at).filter(due_at__gte=tomorrow),
        Group.CONTACTED: shown.filter(status=CaseStatus.CONTACTED),
        Group.CLOSED: shown.closed(),
    }
    wanted: dict[str, CaseQuerySet] = {f"view_{each.name}": rows(each, viewer) for each in View}
    wanted |= {f"group_{each.name}": cases for each, cases in groups.items()}
    limited = {name: CountUpTo(cases.values("pk")[:COUNT_LIMIT]) for name, cases in wanted.items()}
    # The viewer is one row, and so makes one row of counts.
    found = get_user_model().objects.filter(pk=viewer.user.pk).annotate(**limited).values(*limited).get()
    return Counts(
        views={each: found[f"view_{each.name}"] for each in View},
        groups={each: found[f"group_{each.name}"] for each in Group},
    )
