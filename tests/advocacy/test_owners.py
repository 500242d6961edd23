from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User

from advocacy import owners
from advocacy.enums import CaseStatus
from tests.factories import make_absence, make_account, make_case, make_contact, make_team, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def ann(db: None) -> User:
    return make_user("ann", "Support")


@pytest.fixture
def ben(db: None) -> User:
    return make_user("ben", "Support")


def found() -> User | None:
    return owners.find(make_contact(), at=NOW)[0]


def test_contact_then_account_then_turns(ann: User) -> None:
    lin, marta = make_user("lin"), make_user("marta")
    account = make_account(owner=marta)

    assert owners.find(make_contact(owner=lin, account=account), at=NOW)[0] == lin
    assert owners.find(make_contact(account=account), at=NOW)[0] == marta
    assert found() == ann


def test_owner_who_is_away_is_passed_over_on_those_days(ann: User) -> None:
    lin = make_user("lin")
    make_absence(user=lin, starts_on=NOW.date(), ends_on=NOW.date())
    contact = make_contact(owner=lin)

    given = [owners.find(contact, at=NOW + days * DAY)[0] for days in (-1, 0, 1)]

    assert given == [lin, ann, lin]


@pytest.mark.parametrize(("zone", "is_away"), [("UTC", False), ("Pacific/Auckland", True)])
def test_day_of_an_absence_is_the_organisations(ann: User, zone: str, is_away: bool, settings: object) -> None:
    settings.TIME_ZONE = zone  # type: ignore[attr-defined]
    tuesday = NOW.date() + DAY
    make_absence(user=ann, starts_on=tuesday, ends_on=tuesday)

    assert (owners.find(make_contact(), at=NOW.replace(hour=12))[0] is None) == is_away


def test_turn_passes_who_is_full_and_comes_back(ann: User, ben: User) -> None:
    make_team(members=[ann, ben], capacity=2)
    cases = [make_case(owner=ann, opened_at=NOW - 9 * DAY) for _ in range(2)]
    make_case(owner=ben, opened_at=NOW)

    full = found()
    cases[0].status, cases[0].outcome = CaseStatus.CLOSED, "left"
    cases[0].save(update_fields=["status", "outcome"])
    room = found()

    assert (full, room) == (ben, ann)


def test_without_a_limit_nobody_is_full(ann: User) -> None:
    make_team(members=[ann])
    for _ in range(9):
        make_case(owner=ann)

    assert found() == ann


def test_limit_is_that_of_the_first_team_of_a_person(ann: User) -> None:
    make_team(members=[ann], capacity=1)
    make_team(members=[ann], capacity=9)
    make_case(owner=ann)

    assert found() is None


def test_lead_takes_what_nobody_has_room_for(ann: User) -> None:
    gone, dana = make_user("gone", is_active=False), make_user("dana")
    make_team(lead=gone)
    team = make_team(lead=dana, members=[ann], capacity=1)
    make_case(owner=ann)
    make_absence(user=dana, starts_on=NOW.date(), ends_on=NOW.date())

    assert owners.find(make_contact(), at=NOW) == (dana, team)


@time_machine.travel(NOW)
def test_without_anybody_the_first_team_has_the_clock() -> None:
    team = make_team()
    make_team()

    assert owners.find(make_contact(), at=NOW) == (None, team)


def test_team_is_that_of_the_owner(ann: User) -> None:
    make_team()
    team = make_team(members=[ann])

    assert owners.find(make_contact(), at=NOW) == (ann, team)
    assert owners.team_of(make_user()) is None
