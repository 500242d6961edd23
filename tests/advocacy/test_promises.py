from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from advocacy import promises, routing
from advocacy.enums import Role
from tests.factories import make_absence, make_account, make_contact, make_response, make_team, make_user

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(("score", "hours"), [(0, 8), (3, 8), (4, 16), (6, 16), (7, None), (10, None)])
def test_unhappy_contact_is_reached_within_the_open_hours_of_the_score(score: int, hours: int | None) -> None:
    due = promises.due_time(make_contact(), score, MONDAY)

    assert due == {8: MONDAY + 8 * dt.timedelta(hours=1), 16: MONDAY + DAY + 8 * dt.timedelta(hours=1)}.get(hours or 0)


def test_owner_of_the_contact_decides_whose_calendar_it_is_else_that_of_the_account() -> None:
    late, early = make_user("late"), make_user("early")
    make_team(members=[late], opens_at=dt.time(14), closes_at=dt.time(22))
    make_team(members=[early], opens_at=dt.time(6), closes_at=dt.time(14))
    account = make_account(owner=early)

    due = [
        promises.due_time(contact, 3, MONDAY)
        for contact in (make_contact(owner=late, account=account), make_contact(account=account), make_contact())
    ]

    assert [at and at.astimezone(dt.UTC).strftime("%a %H:%M") for at in due] == ["Mon 22:00", "Tue 09:00", "Mon 22:00"]


def test_without_an_owner_the_latest_of_support_is_promised() -> None:
    make_team(members=[make_user("a", Role.SUPPORT)], opens_at=dt.time(6), closes_at=dt.time(14))
    make_team(members=[make_user("b", Role.SUPPORT)], opens_at=dt.time(14), closes_at=dt.time(22))
    make_team(members=[make_user("c")], opens_at=dt.time(20), closes_at=dt.time(21))

    assert promises.due_time(make_contact(), 3, MONDAY) == MONDAY + DAY  # the early team's; the third works no cases


@pytest.mark.parametrize("is_owned", [True, False])
def test_case_that_follows_is_due_no_later_than_promised(is_owned: bool) -> None:
    dana = make_user("dana", Role.SUPPORT)
    make_team(members=[dana], opens_at=dt.time(8), closes_at=dt.time(12))
    contact = make_contact(owner=dana if is_owned else None)
    response = make_response(contact=contact, score=2)

    receipt = routing.route(response.pk)

    assert receipt is not None
    assert receipt.case is not None
    assert receipt.case.due_at == promises.due_time(contact, 2, response.submitted_at)


@pytest.mark.parametrize("is_away", [True, False])
def test_caller_is_whoever_gets_the_case_that_follows(is_away: bool) -> None:
    owner, turn = make_user("owner"), make_user("turn", Role.SUPPORT)
    if is_away:
        make_absence(user=owner)
    contact = make_contact(owner=owner)
    response = make_response(contact=contact, score=2)

    receipt = routing.route(response.pk)

    assert receipt is not None
    assert receipt.case is not None
    assert receipt.case.owner == (turn if is_away else owner)
    assert promises.caller(contact) == (None if is_away else owner)


def test_colleague_who_looks_after_the_account_calls_for_an_owner_who_is_away_and_nobody_is_sure_without_both() -> None:
    away, gone, lena = make_user("away"), make_user("gone", is_active=False), make_user("lena")
    make_absence(user=away)
    account = make_account(owner=lena)
    contacts = [make_contact(owner=owner, account=account) for owner in (away, gone, None)]

    callers = [promises.caller(contact) for contact in (*contacts, make_contact(owner=away), make_contact())]

    assert callers == [lena, lena, lena, None, None]


def test_calendars_are_read_once_a_minute(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    contact = make_contact()
    with time_machine.travel(MONDAY, tick=False) as clock:
        promises.due_time(contact, 3, MONDAY)
        make_team(opens_at=dt.time(14), closes_at=dt.time(22))
        with django_assert_num_queries(0):
            kept = promises.due_time(contact, 3, MONDAY)

        clock.shift(promises.KEPT_FOR)
        with django_assert_num_queries(4):
            read = promises.due_time(contact, 3, MONDAY)

    assert (kept, read) == (MONDAY.replace(hour=17), MONDAY.replace(hour=22))
