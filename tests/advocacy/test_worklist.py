from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from advocacy import carried, worklist
from advocacy.enums import CaseStatus, News
from advocacy.filters import Filters
from advocacy.models import Case
from advocacy.worklist import Group, Page, View, Viewer
from tests.factories import make_case, make_contact, make_response, make_team, make_theme, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
Statements = Callable[[int], Any]


@pytest.fixture
def viewer(alice: User) -> Viewer:
    return Viewer(user=alice, zone=ZoneInfo("UTC"), at=NOW)


def make_due(hours: float, **fields: Any) -> Case:
    return make_case(due_at=NOW + hours * HOUR, opened_at=NOW - 9 * HOUR, **fields)


def in_order(view: View, viewer: Viewer) -> list[Case]:
    return list(worklist.ordered(view, viewer))


# --------------------------------------------------------------------------------------------------------------- views


def test_each_view_has_its_cases(viewer: Viewer, alice: User) -> None:
    lin = make_user("lin")
    mine_late = make_due(-1, owner=alice)
    mine_contacted = make_due(-30, owner=alice, status=CaseStatus.CONTACTED)
    nobodys_soon = make_due(23)
    lins_later = make_due(25, owner=lin)
    closed = make_due(-2, owner=alice, status=CaseStatus.CLOSED)
    waits = make_due(30, owner=lin, waiting_since=NOW)
    asleep = make_due(-3, owner=alice, snoozed_until=NOW + HOUR)

    found = {view: in_order(view, viewer) for view in View}

    assert found == {
        View.MINE: [mine_late, mine_contacted],
        View.UNASSIGNED: [nobodys_soon],
        View.DUE_SOON: [nobodys_soon],
        View.OVERDUE: [mine_late],
        View.WAITING: [waits],
        View.SNOOZED: [asleep],
        View.NEWS: [],
        View.OPEN: [mine_late, nobodys_soon, lins_later, waits, mine_contacted],
        View.CLOSED: [closed],
    }


def test_order_is_by_urgency(viewer: Viewer) -> None:
    soon = make_due(1)
    equal_second = make_due(2, priority=20)
    equal_first = make_due(2, priority=10)
    equal_third = make_due(2, priority=20)
    contacted = make_due(-20, status=CaseStatus.CONTACTED)
    overdue, long_overdue = make_due(-1, priority=1), make_due(-9, priority=90)

    assert in_order(View.OPEN, viewer) == [
        long_overdue, overdue, soon, equal_first, equal_second, equal_third, contacted,
    ]  # fmt: skip


def test_closed_are_latest_first(viewer: Viewer) -> None:
    first, last = (make_due(0, status=CaseStatus.CLOSED, closed_at=NOW - hours * HOUR) for hours in (9, 1))

    assert in_order(View.CLOSED, viewer) == [last, first]


# --------------------------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("view", [View.OPEN, View.CLOSED])
def test_pages_show_every_case_once_and_in_order(viewer: Viewer, view: View) -> None:
    status = CaseStatus.CLOSED if view == View.CLOSED else CaseStatus.OPEN
    for number in range(11):
        # Three are due, or were closed, at the same moment and with the same priority.
        at = NOW + (number // 3) * HOUR + dt.timedelta(microseconds=7)
        fields = {"closed_at": at} if view == View.CLOSED else {}
        make_case(due_at=at, priority=number % 2, status=status, **fields)
    if view == View.OPEN:
        make_due(-9, status=CaseStatus.CONTACTED)
        make_due(-8, status=CaseStatus.CONTACTED)
    shown, after = [], ""

    while True:
        page = worklist.page(view, viewer, after=after, size=2)
        shown += page.cases
        after = page.next_cursor
        if not after:
            break

    assert shown == in_order(view, viewer)


def test_next_page_misses_nothing_when_what_was_shown_is_worked_meanwhile(viewer: Viewer) -> None:
    listed = [make_due(hours) for hours in (1, 2, 3, 4)]
    page = worklist.page(View.OPEN, viewer, size=2)
    Case.objects.filter(pk=listed[0].pk).update(status=CaseStatus.CLOSED, outcome="left", closed_at=NOW)

    assert worklist.page(View.OPEN, viewer, after=page.next_cursor, size=2).cases == listed[2:]


@pytest.mark.parametrize(
    "after",
    ["x", "o", "o20261301000000000000-1-1", "o20261123000000000000-1", "' OR 1=1", "o" * 5000, "o" + "٣" * 20 + "-1-1"],
)
def test_cursor_nobody_gave_out_starts_at_the_top(viewer: Viewer, after: str) -> None:
    case = make_due(1)

    assert worklist.page(View.OPEN, viewer, after=after).cases == [case]


def test_page_is_one_statement_for_one_row_and_for_three(viewer: Viewer, django_assert_num_queries: Statements) -> None:
    for _ in range(2):
        make_due(1, owner=viewer.user)
        with django_assert_num_queries(1):
            for case in worklist.page(View.OPEN, viewer).cases:
                assert str(case.contact)
                assert case.contact.account is None
                assert case.owner == viewer.user
                assert case.response is not None
                assert case.response.wants_contact is False
                assert (case.team, case.theme) == (None, None)
        make_due(1, owner=viewer.user)


@pytest.mark.parametrize("view", View)
def test_page_behind_several_filters_is_two_statements_with_the_same_rows(
    viewer: Viewer, view: View, django_assert_num_queries: Statements
) -> None:
    team = make_team()
    for hours in (-1, 1, 2):
        make_due(hours, team=team, owner=viewer.user, waiting_since=NOW, news=News.REPLY, theme=make_theme())
        make_due(hours, team=team)
        make_due(hours, team=team, snoozed_until=NOW + HOUR)
        make_due(hours, team=team, status=CaseStatus.CLOSED, closed_at=NOW)

    whole = worklist.page(view, viewer, size=2)
    with django_assert_num_queries(2):
        page = worklist.page(view, viewer, size=2, filters=Filters(team=team.pk, low=0))
    assert page == whole
    assert [case.pk for case in page.cases] == [case.pk for case in in_order(view, viewer)[:2]]
    assert [vars(case.contact) | {"_state": 0} for case in page.cases] == [
        vars(case.contact) | {"_state": 0} for case in whole.cases
    ]


def test_no_row_behind_filters_is_an_empty_page(viewer: Viewer) -> None:
    make_due(1)

    assert worklist.page(View.OPEN, viewer, filters=Filters(team=4_000_000)) == Page(cases=[], next_cursor="")


def test_pages_of_two_viewers_at_two_times_are_their_own(viewer: Viewer, bob: User) -> None:
    mine, bobs = make_due(1, owner=viewer.user), make_due(30, owner=bob)
    other = Viewer(user=bob, zone=viewer.zone, at=NOW + 20 * HOUR)

    found = [
        [worklist.page(view, each).cases for each in (viewer, other)]
        for view in (View.MINE, View.DUE_SOON, View.OVERDUE)
    ]

    assert found == [[[mine], [bobs]], [[mine], [bobs]], [[], [mine]]]


def test_row_carries_the_beginning_of_a_long_comment_only(viewer: Viewer) -> None:
    make_due(1, response=make_response(comment="é" * 100_000))

    case = worklist.page(View.OPEN, viewer).cases[0]

    assert case.excerpt == "é" * 300  # type: ignore[attr-defined]
    assert case.response is not None
    assert "comment" in case.response.get_deferred_fields()


def test_repeated_is_who_gave_another_bad_score(viewer: Viewer) -> None:
    for other in (None, 6, 7):
        contact = make_contact()
        make_due(1, contact=contact, response=make_response(contact=contact, score=2))
        if other:
            make_response(contact=contact, score=other)
    again = make_contact()
    make_response(contact=again, score=0)
    make_due(1, contact=again, response=None)
    carried.renew(Case.objects.all())

    cases = worklist.page(View.OPEN, viewer).cases

    assert [case.is_repeated for case in cases] == [False, True, False, True]  # type: ignore[attr-defined]


def test_following_is_the_next_case_of_the_view(viewer: Viewer) -> None:
    first, second, contacted = make_due(1), make_due(2), make_due(-9, status=CaseStatus.CONTACTED)

    assert [worklist.following(case, View.OPEN, viewer) for case in (first, second, contacted)] == [
        second,
        contacted,
        None,
    ]


def test_following_of_a_case_outside_the_view_is_its_first(viewer: Viewer) -> None:
    closed, waiting = make_due(-9, status=CaseStatus.CLOSED), make_due(2)

    assert worklist.following(closed, View.OPEN, viewer) == waiting
    assert worklist.following(waiting, View.CLOSED, viewer) == closed


# --------------------------------------------------------------------------------------------------------------- groups


@pytest.mark.parametrize(
    ("hours", "fields", "group"),
    [
        (-0.1, {}, Group.OVERDUE),
        (0.1, {}, Group.TODAY),
        (14.9, {}, Group.TODAY),
        (15, {}, Group.LATER),
        (-9, {"status": CaseStatus.CONTACTED}, Group.CONTACTED),
        (-9, {"status": CaseStatus.CLOSED}, Group.CLOSED),
    ],
)
def test_group_is_by_the_day_of_the_viewer(alice: User, hours: float, fields: dict[str, Any], group: Group) -> None:
    viewer = Viewer(user=alice, zone=ZoneInfo("Europe/Madrid"), at=NOW)  # 09:05 there: 14 h 55 min to midnight

    assert worklist.group_of(make_due(hours, **fields), viewer) == group


def test_groups_follow_the_order_of_the_page(viewer: Viewer) -> None:
    late, today, later = make_due(-1), make_due(1), make_due(99)
    contacted = make_due(-99, status=CaseStatus.CONTACTED)

    groups = list(worklist.grouped(worklist.page(View.OPEN, viewer).cases, viewer))

    assert groups == [
        (Group.OVERDUE, [late]),
        (Group.TODAY, [today]),
        (Group.LATER, [later]),
        (Group.CONTACTED, [contacted]),
    ]


# --------------------------------------------------------------------------------------------------------------- counts


def test_counts_match_the_views_and_groups(viewer: Viewer, alice: User) -> None:
    for hours in (-2, -1, 1, 20, 30):
        make_due(hours, owner=alice if hours < 0 else None)
    make_due(-9, status=CaseStatus.CONTACTED)
    make_due(-9, status=CaseStatus.CLOSED)

    for view in View:
        counts = worklist.counts(view, viewer)

        assert counts.views == {each: worklist.rows(each, viewer).count() for each in View}
        cases = worklist.page(view, viewer).cases
        groups = {group: len(rows) for group, rows in worklist.grouped(cases, viewer, view)}
        assert counts.groups == {group: groups.get(group, 0) for group in Group}


def test_counts_are_one_statement_that_stops_at_the_limit(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Statements
) -> None:
    monkeypatch.setattr(worklist, "COUNT_LIMIT", 2)
    for _ in range(3):
        make_due(-1)

    with django_assert_num_queries(1):
        counts = worklist.counts(View.OPEN, viewer)

    assert (counts.views[View.OPEN], counts.groups[Group.OVERDUE], counts.views[View.MINE]) == (2, 2, 0)
