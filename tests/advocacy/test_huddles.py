from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import huddles, timeline, trail
from advocacy.enums import AgendaPart, CaseStatus, Outcome
from advocacy.models import Huddle, HuddleAction, Team
from surveys import privacy
from surveys.transitions import WrongState
from tests.factories import make_action, make_case, make_contact, make_huddle, make_response, make_team, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def by(db: None) -> User:
    return make_user("dana", "Support lead")


def told(huddle: Huddle) -> dict[str, list[str]]:
    """Each part with whom it is about."""
    return {
        part.value: [str(item.case.contact if item.case else item.response.contact) for item in items]
        for part, items in huddles.agenda(huddle).items()
    }


@time_machine.travel(NOW, tick=False)
def test_agenda_holds_what_is_new_late_said_and_won(by: User) -> None:
    team = make_team()
    make_case(contact=make_contact(name="new"), team=team, opened_at=NOW - DAY)
    make_case(contact=make_contact(name="late"), team=team, opened_at=NOW - 20 * DAY, due_at=NOW - DAY)
    closed = {"status": CaseStatus.CLOSED, "closed_at": NOW - HOUR, "opened_at": NOW - 20 * DAY}
    make_case(contact=make_contact(name="helped"), team=team, outcome=Outcome.RESOLVED, **closed)
    make_case(contact=make_contact(name="gone"), team=team, outcome=Outcome.LEFT, **closed)
    make_case(contact=make_contact(name="elsewhere"), team=make_team(), opened_at=NOW - DAY)
    make_response(contact=make_contact(name="talks"), score=8, comment="Nearly.", at=NOW - 2 * HOUR)
    back = make_contact(name="back")
    make_response(contact=back, score=2, at=NOW - 90 * DAY)
    make_response(contact=back, score=9, at=NOW - HOUR)

    found = told(huddles.make(team, by=by))

    assert found == {"new": ["new"], "breach": ["late"], "quote": ["talks"], "win": ["helped", "back"]}


@time_machine.travel(NOW, tick=False)
def test_new_is_what_came_since_the_last_huddle_and_not_longer_than_a_month(by: User) -> None:
    usual, weekly, late = make_team(), make_team(), make_team()
    make_huddle(team=weekly, on=NOW.date() - DAY, made_at=NOW - DAY)
    make_huddle(team=late, on=NOW.date() - 90 * DAY, made_at=NOW - 90 * DAY)

    since = [NOW - huddles.make(team, by=by).since for team in (usual, weekly, late)]

    assert since == [7 * DAY, DAY, 30 * DAY]


@time_machine.travel(NOW, tick=False)
def test_second_press_opens_the_agenda_that_is_there(by: User) -> None:
    team = make_team()
    first = huddles.make(team, by=by)
    make_case(team=team)

    assert huddles.make(team, by=by) == first
    assert HuddleAction.objects.count() == 0
    assert [event.went_to for event in trail.events(first)] == ["made"]


@time_machine.travel(dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC), tick=False)
def test_day_is_that_of_the_team(by: User) -> None:
    assert huddles.make(make_team(timezone="Asia/Tokyo"), by=by).on == dt.date(2026, 11, 21)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_make_one_huddle() -> None:
    by, team = make_user("dana"), make_team()
    case = make_case(team=team)

    found = at_once(*[lambda: huddles.make(Team.objects.get(pk=team.pk), by=by).pk] * 2)

    assert len(set(found)) == 1
    assert [item.case for item in Huddle.objects.get().items.order_by("pk") if item.part == AgendaPart.NEW] == [case]


def test_erased_contact_leaves_the_agenda(by: User) -> None:
    team, contact = make_team(), make_contact(name="Zenobia")
    make_case(contact=contact, team=team)
    huddle = huddles.make(team, by=by)

    privacy.erase(contact, by=by)

    assert [items for items in huddles.agenda(huddle).values() if items] == []


def test_case_that_took_up_another_keeps_its_place_on_the_agenda(by: User) -> None:
    team, keep, gone = make_team(), make_contact(name="keep"), make_contact(name="gone")
    make_case(contact=keep, team=team, opened_at=timezone.now() - DAY)
    make_case(contact=gone, team=team, opened_at=timezone.now() - HOUR)
    huddle = huddles.make(team, by=by)

    privacy.merge(keep, gone, by=by)

    assert told(huddle)["new"] == ["keep", "keep"]


def test_decision_is_told_and_a_page_that_is_out_of_date_is_refused(by: User) -> None:
    huddle = make_huddle()
    seen = trail.version(huddle)

    huddles.write(huddle, decision="We call first.", present=[by], by=by, seen=seen)
    with pytest.raises(trail.Changed):
        huddles.write(huddle, decision="We mail first.", present=[], by=by, seen=seen)

    huddle.refresh_from_db()
    assert (huddle.decision, list(huddle.present.all())) == ("We call first.", [by])
    entry = timeline.of_event(trail.events(huddle)[0])
    assert (entry.title, entry.text) == ("Decision and people noted", "We call first.")


@time_machine.travel(NOW, tick=False)
def test_open_actions_are_carried_on_and_done_ones_stay_where_they_were(by: User) -> None:
    team = make_team()
    first = make_huddle(team=team, on=NOW.date() - 7 * DAY, made_at=NOW - 7 * DAY)
    still, since = make_action(huddle=first, text="open"), make_action(huddle=first, text="done since", done_at=NOW)
    make_action(huddle=first, text="done before", done_at=NOW - DAY)
    make_action(text="of others")
    second = make_huddle(team=team, made_at=NOW - HOUR)
    make_action(huddle=second, text="its own")

    assert list(huddles.carried(second)) == [still, since]
    assert list(huddles.carried(first)) == []


def test_owner_ticks_off_and_nobody_else_but_who_holds_the_huddle(by: User) -> None:
    owner, other = make_user("lin", "Support"), make_user("karim", "Support")
    action = make_action(owner=owner)

    with pytest.raises(WrongState, match="only its owner"):
        huddles.tick(action, by=other, is_done=True)
    huddles.tick(action, by=owner, is_done=True)
    huddles.tick(action, by=owner, is_done=True)
    assert (action.done_by, list(huddles.open_actions(owner))) == (owner, [])
    huddles.tick(action, by=by, is_done=False)

    assert (action.done_at, list(huddles.open_actions(owner))) == (None, [action])
    assert [event.went_to for event in trail.events(action.huddle)] == ["again", "done"]


@pytest.mark.parametrize("rows", [1, 3])
def test_agenda_is_read_in_one_statement(
    by: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    team = make_team()
    for _each in range(rows):
        make_case(team=team, owner=by)
    huddle = huddles.make(team, by=by)

    with django_assert_num_queries(1):
        assert len(told(huddle)["new"]) == rows
