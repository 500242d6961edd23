"""The staff queue: its views, their order, their counts, and one page at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import IntegerField, Q, Subquery, TextChoices
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleLessThan,
)
from django.utils.translation import gettext_lazy as _

from advocacy import carried
from advocacy.enums import News
from advocacy.filters import NOBODY, Filters
from advocacy.models import Case
from advocacy.models.cases import DUE_SOON, CaseQuerySet
from surveys import schedule
from surveys.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PAGE_SIZE = 50
COUNT_LIMIT = 1000  # counting further would cost more than the page, and nobody works a list by its thousands
SEARCHED = 500
WORK = ("rank", "due_at", "priority", "pk")
REACHED = 2  # the rank of those who were contacted
EVERYTHING = Filters()


class View(TextChoices):
    """The views of the queue; the value stands in the URL."""

    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    DUE_SOON = "due-soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    WAITING = "waiting", _("Waiting")
    SNOOZED = "snoozed", _("Snoozed")
    NEWS = "new-answers", _("New answers")
    OPEN = "open", _("All open")
    CLOSED = "closed", _("Closed")


class Group(TextChoices):
    """The heads under which a page is read, in the order of work."""

    NEWS = "news", _("New since you looked")
    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Due today")
    LATER = "later", _("Later")
    CONTACTED = "contacted", _("Contacted, to be closed")
    SNOOZED = "snoozed", _("Put aside")
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
    """The cases of a view, without order. What is put aside stands in one view only, until it is back."""
    cases = Case.objects.all()
    if view == View.CLOSED:
        return cases.closed()
    if view == View.SNOOZED:
        return cases.open().filter(snoozed_until__isnull=False)
    return {
        View.MINE: cases.filter(owner=viewer.user),
        View.UNASSIGNED: cases.unassigned(),
        View.DUE_SOON: cases.uncontacted().filter(_is_due_soon(viewer.at), due_at__gte=viewer.at),
        View.OVERDUE: cases.overdue(viewer.at),
        View.WAITING: cases.filter(waiting_since__isnull=False),
        View.NEWS: cases.filter(rank=0).exclude(news=News.AWAKE),
        View.OPEN: cases,
    }[view].awake()


def _is_due_soon(at: dt.datetime) -> TupleLessThan:
    """Due before then. As a comparison of rows: of two plain ones PostgreSQL guesses, where it plans for any time, that
    hardly a case is between them, and reads and sorts all that are."""
    return TupleLessThan(Tuple("due_at", "priority"), (at + DUE_SOON, 0))


ORDERS = {
    View.CLOSED: ("-closed_at", "-pk"),
    View.SNOOZED: ("snoozed_until", "pk"),
    View.DUE_SOON: ("due_at", "priority", "pk"),
}


def ordered(view: View, viewer: Viewer, filters: Filters = EVERYTHING, *, after: str = "") -> CaseQuerySet:
    """The cases of a view in the order of work: what came in anew, then whose first contact waits by its due time, so
    that the overdue come first, then those who were contacted. Nothing in the order depends on the clock, so a page
    has a fixed successor. Words are looked for in the next SEARCHED cases: no more is read than somebody works through.
    """
    order = ORDERS.get(view, WORK)
    found = filters.apply(rows(view, viewer)).filter(_beyond(_place(after, view), view)).order_by(*order)
    if filters.q:
        found = _with_words(found, filters).order_by(*order)
    return found


def _with_words(found: CaseQuerySet, filters: Filters) -> CaseQuerySet:
    """Which are the next is settled before their words are looked at: a database that may choose reads all of them."""
    return Case.objects.filter(pk__in=found.values("pk")[:SEARCHED]).filter(filters.holds_words())


# ---------------------------------------------------------------------------------------------------------------- pages


@dataclass(frozen=True)
class Page:
    cases: list[Case]
    next_cursor: str


def page(view: View, viewer: Viewer, *, after: str = "", size: int = PAGE_SIZE, filters: Filters = EVERYTHING) -> Page:
    """One page of a view with all that a row shows, in one statement that the database planned before: to plan it takes
    ten times as long as to answer it. With filters that no index was made for it takes two: which cases, and what their
    rows show. A cursor nobody gave out starts at the top."""
    place, alone = _place(after, view), filters.alone() if view == View.OPEN else ""
    if filters and not alone:
        numbers = list(ordered(view, viewer, filters, after=after).values_list("pk", flat=True)[: size + 1])
        by_number = {case.pk: case for case in _listed(size + 1).all(*_padded(numbers, size + 1))} if numbers else {}
        found = [by_number[number] for number in numbers if number in by_number]
    else:
        keys = (*_keys(view, viewer), *place, *(filters.keys() if alone else ()))
        found = _paged(view, bool(place), size, alone).all(*keys)
    for case in found:
        carried.tell(case)
    return Page(cases=found[:size], next_cursor=cursor(found[size - 1]) if len(found) > size else "")


def following(case: Case, view: View, viewer: Viewer, filters: Filters = EVERYTHING) -> Case | None:
    """The case to take up after this one, or None at the end of the view."""
    is_of_view = case.is_open != (view == View.CLOSED) and case.is_snoozed == (view == View.SNOOZED)
    after = cursor(case) if is_of_view else ""
    return ordered(view, viewer, filters, after=after).exclude(pk=case.pk).first()


def first(view: View, viewer: Viewer, filters: Filters = EVERYTHING, *, but: Case) -> Case | None:
    """The most urgent case of the view beside one."""
    return ordered(view, viewer, filters).exclude(pk=but.pk).first()


def onward(case: Case, view: View, viewer: Viewer, filters: Filters = EVERYTHING) -> Case | None:
    """The case to go on with when this one is done with.

    Whoever was reached stands behind all who wait for a first contact, however late those are: what follows there is
    only others who were reached. So after such a case it is the most urgent one, as long as somebody waits.
    """
    if not case.is_uncontacted:
        urgent = first(view, viewer, filters, but=case)
        if urgent is not None and urgent.rank < REACHED:
            return urgent
    return following(case, view, viewer, filters)


# ----------------------------------------------------------------------------------------------------- what a row shows

SHOWN = [
    *("theme__name", "owner__username", "owner__first_name", "owner__last_name"),
    *("team__timezone", "team__opens_at", "team__closes_at", "team__weekdays", "team__own_hours", "team__holidays"),
]
UNSEEN = {"warn_at", "owner_due_at", "promise", "promise_due_on", "answer_campaign", "searched"}
EXAMPLE_AT, EXAMPLE_NUMBER = dt.datetime(1970, 1, 3, tzinfo=dt.UTC), 31_001  # as nothing else in a statement looks like
PLACES: dict[View, tuple[Any, ...]] = {
    View.CLOSED: (EXAMPLE_AT, EXAMPLE_NUMBER),
    View.SNOOZED: (EXAMPLE_AT, EXAMPLE_NUMBER),
    View.DUE_SOON: (EXAMPLE_AT, EXAMPLE_NUMBER, EXAMPLE_NUMBER + 1),
}
PLACE = (EXAMPLE_NUMBER, EXAMPLE_AT, EXAMPLE_NUMBER + 1, EXAMPLE_NUMBER + 2)
ALONE = {
    "": EVERYTHING,
    NOBODY: Filters(owner=NOBODY),
    "owner": Filters(owner=str(EXAMPLE_NUMBER + 4)),
    "team": Filters(team=EXAMPLE_NUMBER + 4),
    "theme": Filters(theme=EXAMPLE_NUMBER + 4),
    "language": Filters(language="no language"),
    "campaign": Filters(campaign=EXAMPLE_NUMBER + 4),
    "q": Filters(q="no words"),
}


def _shown(cases: CaseQuerySet) -> CaseQuerySet:
    """With what a row shows and no more. What it shows of contact, account and answer the case carries itself."""
    own = [field.name for field in Case._meta.concrete_fields if field.name not in UNSEEN]
    return cases.select_related("theme", "owner", "team").only(*own, *SHOWN)


def _keys(view: View, viewer: Viewer) -> tuple[Any, ...]:
    """What the cases of a view depend on."""
    if view == View.MINE:
        return (viewer.user.pk,)
    return {View.OVERDUE: (viewer.at,), View.DUE_SOON: (viewer.at, viewer.at + DUE_SOON)}.get(view, ())


@lru_cache
def _paged(view: View, is_later: bool, size: int, alone: str) -> Prepared[Case]:
    """A page of a view, with a filter of this name or none, for the keys of the view, the place it begins at and the
    key of the filter."""
    viewer, filters = _somebody(), ALONE[alone]
    place = PLACES.get(view, PLACE) if is_later else ()

    def build(*_keys: Any) -> CaseQuerySet:
        found = filters.apply(rows(view, viewer)).filter(_beyond(place, view)).order_by(*ORDERS.get(view, WORK))
        if filters.q:
            found = _with_words(found, filters).order_by(*ORDERS.get(view, WORK))
        return _shown(found)[: size + 1]

    return Prepared(build, example=(*_keys(view, viewer), *place, *filters.keys()))


def _somebody() -> Viewer:
    return Viewer(get_user_model()(pk=EXAMPLE_NUMBER + 3), ZoneInfo("UTC"), EXAMPLE_AT - 9 * DUE_SOON)


@lru_cache
def _listed(most: int) -> Prepared[Case]:
    """So many cases by their numbers, in no order."""
    return Prepared(
        lambda *numbers: _shown(Case.objects.filter(pk__in=numbers)).order_by(),
        example=tuple(range(EXAMPLE_NUMBER, EXAMPLE_NUMBER + most)),
    )


def _padded(numbers: list[int], most: int) -> list[int]:
    """So many numbers in any case, the last of them once more and again."""
    return numbers + numbers[-1:] * (most - len(numbers))


# -------------------------------------------------------------------------------------------------------------- cursors

_CURSOR = re.compile(r"([nocxs])(\d{20})-(\d{1,5})-(\d{1,18})", re.ASCII)
_STAMP = "%Y%m%d%H%M%S%f"
_MARKS = {0: "n", 1: "o", 2: "c"}
_RANKS = {mark: rank for rank, mark in _MARKS.items()}


def cursor(case: Case) -> str:
    """The place of a case in the order, for the URL of what comes after it."""
    if not case.is_open:
        mark, at = "x", case.closed_at or case.opened_at
    elif case.snoozed_until is not None:
        mark, at = "s", case.snoozed_until
    else:
        mark, at = _MARKS[case.rank], case.due_at
    return f"{mark}{at.astimezone(dt.UTC).strftime(_STAMP)}-{case.priority}-{case.pk}"


def _place(text: str, view: View) -> tuple[Any, ...]:
    """The values of a cursor that a view is ordered by; none where it is no cursor of this view."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        return ()
    mark, priority, pk = match[1], int(match[3]), int(match[4])
    try:
        at = dt.datetime.strptime(match[2], _STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return ()
    if view in (View.CLOSED, View.SNOOZED):
        return (at, pk) if mark == ("x" if view == View.CLOSED else "s") else ()
    if mark not in _RANKS:
        return ()
    return (at, priority, pk) if view == View.DUE_SOON else (_RANKS[mark], at, priority, pk)


def _beyond(place: tuple[Any, ...], view: View) -> Q | TupleGreaterThan | TupleLessThan:
    """The condition is a comparison of rows, which an index answers however far down the page is."""
    if not place:
        return Q()
    if view == View.CLOSED:
        return TupleLessThan(Tuple("closed_at", "pk"), place)
    return TupleGreaterThan(Tuple(*ORDERS.get(view, WORK)), place)


# --------------------------------------------------------------------------------------------------------------- groups


def group_of(case: Case, viewer: Viewer, view: View = View.OPEN) -> Group:
    if not case.is_open:
        return Group.CLOSED
    if case.is_snoozed:
        return Group.SNOOZED
    if case.news and view != View.DUE_SOON:
        return Group.NEWS
    if not case.is_uncontacted:
        return Group.CONTACTED
    if case.due_at < viewer.at:
        return Group.OVERDUE
    return Group.TODAY if case.due_at < viewer.tomorrow else Group.LATER


def grouped(cases: list[Case], viewer: Viewer, view: View = View.OPEN) -> Iterator[tuple[Group, list[Case]]]:
    """A page under its heads."""
    for group, members in groupby(cases, key=lambda case: group_of(case, viewer, view)):
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
    wanted: dict[str, CaseQuerySet] = {f"view_{each.name}": rows(each, viewer) for each in View}
    wanted |= {f"group_{each.name}": cases for each, cases in _groups(view, viewer).items()}
    limited = {name: CountUpTo(cases.values("pk")[:COUNT_LIMIT]) for name, cases in wanted.items()}
    # The viewer is one row, and so makes one row of counts.
    found = get_user_model().objects.filter(pk=viewer.user.pk).annotate(**limited).values(*limited).get()
    return Counts(
        views={each: found[f"view_{each.name}"] for each in View},
        groups={each: found.get(f"group_{each.name}", 0) for each in Group},
    )


def _groups(view: View, viewer: Viewer) -> dict[Group, CaseQuerySet]:
    """The groups a view can have."""
    shown, tomorrow = rows(view, viewer), viewer.tomorrow
    if view in (View.CLOSED, View.SNOOZED):
        return {Group.CLOSED if view == View.CLOSED else Group.SNOOZED: shown}
    waiting = shown.uncontacted()
    news = {} if view == View.DUE_SOON else {Group.NEWS: shown.filter(rank=0)}
    if news:
        waiting = waiting.filter(news="")
    return {
        **news,
        Group.OVERDUE: waiting.filter(due_at__lt=viewer.at),
        Group.TODAY: waiting.filter(due_at__gte=viewer.at, due_at__lt=tomorrow),
        Group.LATER: waiting.filter(due_at__gte=viewer.at).filter(due_at__gte=tomorrow),
        Group.CONTACTED: shown.filter(rank=2),
    }


def count(view: View, viewer: Viewer, filters: Filters) -> int:
    """How many a view has behind its filters, counted up to COUNT_LIMIT."""
    found = ordered(view, viewer, filters).values_list("pk", flat=True)
    return len(found[:COUNT_LIMIT])
