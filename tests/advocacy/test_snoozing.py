from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User

from advocacy import cases, routing, snoozing, tasks, timeline, worklist
from advocacy.enums import CaseStatus, News
from advocacy.models import Case
from advocacy.snoozing import Until
from advocacy.worklist import View, Viewer
from surveys.models import Event
from surveys.transitions import WrongState
from tests.factories import make_case, make_contact, make_response

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)  # a Monday
HOUR = dt.timedelta(hours=1)


def viewer(alice: User) -> Viewer:
    return Viewer(user=alice, zone=ZoneInfo("UTC"), at=NOW)


def told(case: Case) -> list[str]:
    events = Event.objects.filter(kind=timeline.CASE_KIND, object_id=str(case.pk)).order_by("pk")
    return [timeline.of_event(event).title for event in events]


@time_machine.travel(NOW)
def test_snoozed_case_is_in_one_view_until_its_time_comes(alice: User) -> None:
    case = make_case(owner=alice, due_at=NOW - HOUR)
    other = make_case(due_at=NOW - 2 * HOUR)
    snoozing.snooze(case, until=NOW + HOUR, by=alice)

    shown = {view for view in View if case in worklist.rows(view, viewer(alice))}
    ran = [tasks.wake_cases() for _ in range(2)]
    case.refresh_from_db()
    asleep = case.is_snoozed
    with time_machine.travel(NOW + HOUR):
        ran += [tasks.wake_cases() for _ in range(2)]

    case.refresh_from_db()
    assert shown == {View.SNOOZED}
    assert (asleep, case.is_snoozed, case.news, ran) == (True, False, News.AWAKE, [False] * 4)
    assert list(worklist.ordered(View.OPEN, viewer(alice))) == [case, other]
    assert told(case) == ["Snoozed until 23 Nov 2026, 13:00", "Back in the queue: its time has come"]


@time_machine.travel(NOW)
def test_another_bad_answer_wakes_it_on_top(alice: User) -> None:
    contact = make_contact()
    case = make_case(contact=contact, due_at=NOW + 9 * HOUR)
    first = make_case(due_at=NOW - HOUR)
    snoozing.snooze(case, until=NOW + HOUR, by=alice)

    routing.open_or_join(make_response(contact=contact, score=3), at=NOW)

    case.refresh_from_db()
    assert (case.is_snoozed, case.news) == (False, News.ANSWER)
    assert list(worklist.ordered(View.OPEN, viewer(alice))) == [case, first]
    assert list(worklist.ordered(View.NEWS, viewer(alice))) == [case]
    assert told(case)[1:] == [
        "Answered again with a score of 3: it joins this case",
        "Back in the queue: the contact answered again",
    ]


def test_news_ends_with_what_staff_do_and_not_with_what_they_fail_to_do(alice: User) -> None:
    case = make_case(news=News.REPLY)
    with pytest.raises(WrongState):
        snoozing.snooze(case, until=NOW, by=alice)
    case.refresh_from_db()
    kept = case.news

    cases.add_note(case, by=alice, text="Seen")

    case.refresh_from_db()
    assert (kept, case.news) == (News.REPLY, "")


def test_closed_case_hears_nothing(alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)

    snoozing.hear(case, News.REPLY)

    case.refresh_from_db()
    assert (case.news, case.rank) == ("", 9)


def test_wake_by_the_clock_is_no_news_that_refuses_a_form(alice: User) -> None:
    with time_machine.travel(NOW):
        case = make_case()
        snoozing.snooze(case, until=NOW + HOUR, by=alice)
    seen = cases.version(case)
    with time_machine.travel(NOW + 2 * HOUR):
        tasks.wake_cases()

    cases.wait(case, by=alice, seen=seen)

    case.refresh_from_db()
    assert case.is_waiting


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (NOW, "Europe/Madrid", {"later": "23 16:00", "tomorrow": "24 09:00", "monday": "30 09:00"}),
        (NOW, "Asia/Tokyo", {"tomorrow": "24 09:00", "monday": "30 09:00"}),
        (NOW - dt.timedelta(days=1), "UTC", {"later": "22 15:00", "tomorrow": "23 09:00", "monday": "23 09:00"}),
    ],
)
def test_moments_are_those_of_the_viewers_zone(at: dt.datetime, zone: str, expected: dict[str, str]) -> None:
    offered = snoozing.moments(at, ZoneInfo(zone))

    assert {name: moment.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") for name, moment in offered.items()} == {
        Until(name): moment for name, moment in expected.items()
    }
