from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from advocacy import cases, leading
from advocacy.enums import AttemptChannel, CaseStatus, Outcome
from advocacy.leading import Lead
from advocacy.models import Attempt
from advocacy.worklist import Viewer
from surveys.scoring import Share
from tests.factories import make_absence, make_case, make_team, make_theme, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)  # a Friday
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def friday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dana(db: None) -> User:
    return make_user("dana", "Support lead")


def look(user: User) -> Lead:
    return leading.of(Viewer(user=user, zone=ZoneInfo("UTC"), at=NOW))


def test_promise_is_kept_missed_running_or_has_nobody_to_reach() -> None:
    morning = NOW - 8 * HOUR
    make_case(opened_at=morning, due_at=NOW - HOUR, contacted_at=NOW - 2 * HOUR)
    make_case(opened_at=morning, due_at=NOW - HOUR, contacted_at=NOW)
    make_case(opened_at=morning, due_at=NOW - HOUR)
    make_case(opened_at=morning, due_at=NOW + HOUR)
    closed = {"status": CaseStatus.CLOSED, "opened_at": morning}
    make_case(due_at=NOW + HOUR, closed_at=NOW, outcome=Outcome.WRONG_PERSON, **closed)
    make_case(due_at=NOW - HOUR, closed_at=NOW, outcome=Outcome.NOT_REACHED, **closed)
    make_case(opened_at=NOW - 8 * DAY, due_at=NOW - 7 * DAY, contacted_at=NOW - 7 * DAY)

    week, month, _quarter = leading.promises(NOW)

    assert (week.share, week.running, week.reached, week.hours) == (Share(1, 4), 1, 2, 7)
    assert (month.share, month.running, month.reached) == (Share(2, 5), 1, 3)


def test_time_to_first_contact_is_in_open_hours_of_each_team() -> None:
    tuesday = dt.datetime(2026, 11, 17, 16, tzinfo=dt.UTC)
    make_case(opened_at=tuesday, contacted_at=tuesday + 18 * HOUR, team=make_team(opens_at=dt.time(8)))
    make_case(opened_at=tuesday, contacted_at=tuesday + 18 * HOUR, team=make_team(timezone="Asia/Tokyo"))

    # From 16:00 to 10:00 the next day: 1 + 2 hours there, and from 01:00 to 19:00 a whole day of 8.
    assert leading.promises(NOW)[0].hours == 5.5


def test_case_that_was_opened_again_has_its_first_contact_and_its_new_promise() -> None:
    case = make_case(opened_at=NOW - 8 * HOUR, due_at=NOW + 8 * HOUR)
    Attempt.objects.create(case=case, channel=AttemptChannel.CALL, reached=True, at=NOW - 5 * HOUR)

    week = leading.promises(NOW)[0]

    assert (week.share, week.running, week.hours, week.reached) == (Share(), 1, 3, 1)


def test_workload_tells_capacity_and_who_is_away(dana: User) -> None:
    lin, idle, alone = make_user("lin"), make_user("idle"), make_user("alone")
    make_team(members=[lin, idle], capacity=5, name="Care")
    make_absence(user=idle, starts_on=NOW.date(), ends_on=NOW.date() + 3 * DAY)
    make_case(owner=lin, due_at=NOW - HOUR)
    make_case(owner=lin, status=CaseStatus.CONTACTED, waiting_since=NOW)
    make_case(owner=alone)
    make_case(owner=alone, status=CaseStatus.CLOSED)

    found = [
        (each.username, each.open_cases, each.overdue_cases, each.waiting_cases, each.capacity, each.away_until)
        for each in look(dana).people
    ]

    back = NOW.date() + 3 * DAY
    assert found == [("lin", 2, 1, 1, 5, None), ("alone", 1, 0, 0, None, None), ("idle", 0, 0, 0, 5, back)]


def test_what_is_put_aside_is_neither_open_nor_late_and_has_its_own_number(dana: User) -> None:
    aside = {"snoozed_until": NOW + HOUR}
    make_case(owner=dana)
    make_case(owner=dana, due_at=NOW - HOUR, resolve_by=NOW - HOUR, **aside)
    make_case(owner_due_at=NOW - HOUR, **aside)
    make_case(due_at=NOW - HOUR)

    found = look(dana)
    (person,) = found.people

    assert (person.open_cases, person.overdue_cases, person.snoozed_cases, person.held_cases) == (1, 0, 1, 2)
    assert (found.nobody["open_cases"], found.nobody["overdue_cases"], found.nobody["snoozed_cases"]) == (1, 1, 1)
    assert found.counts == {"breached": 1, "warned": 0, "ownerless": 0, "unresolved": 0}
    assert found.ownerless == []


def test_late_and_ownerless_cases_are_counted_and_shown(dana: User) -> None:
    late = make_case(due_at=NOW - HOUR, owner=dana)
    nobodys = make_case(owner_due_at=NOW - HOUR)
    make_case(owner_due_at=NOW + HOUR)
    make_case(owner=dana, due_at=NOW + HOUR, warn_at=NOW - HOUR)
    make_case(owner=dana, status=CaseStatus.CONTACTED, resolve_by=NOW - HOUR)

    found = look(dana)

    assert found.counts == {"breached": 1, "warned": 1, "ownerless": 1, "unresolved": 1}
    assert (found.breaches, found.ownerless) == ([late], [nobodys])


def test_outcomes_and_how_many_were_opened_again(dana: User) -> None:
    theme = make_theme()
    for number in range(3):
        case = make_case(owner=dana)
        cases.close(case, by=dana, outcome=Outcome.LEFT, theme=theme)
        if number == 0:
            cases.reopen(case, by=dana, reason="They called.")

    found = look(dana)

    assert (found.outcomes, found.closed, found.reopened) == ([("Had already left", 2)], 2, Share(1, 3))


def test_rising_root_causes_come_with_both_counts(dana: User) -> None:
    up, down = make_theme("Delivery late"), make_theme("Price")
    for days, theme in [(1, up), (29, up), (31, up), (40, down), (50, down), (3, down), (61, down), (5, None)]:
        make_case(opened_at=NOW - days * DAY, theme=theme)

    found = look(dana)

    assert [(theme.theme, theme.now, theme.before) for theme in found.themes] == [("Delivery late", 2, 1)]
    assert found.themed == (3, 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_statements_however_much_there_is(
    dana: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(rows):
        make_case(owner=make_user(), team=make_team(), due_at=NOW - HOUR, opened_at=NOW - DAY, theme=make_theme())
        make_case(owner_due_at=NOW - HOUR)

    with django_assert_num_queries(13):
        look(dana)
