from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.template import Context, Template

from advocacy.enums import CaseStatus
from advocacy.models import Case
from advocacy.templatetags import case_tags
from surveys.schedule import OpenHours
from tests.factories import make_account, make_case, make_contact, make_response, make_team, make_user

pytestmark = pytest.mark.django_db

MONDAY_NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def words(case: Case, at: dt.datetime = MONDAY_NOON) -> tuple[str, str, str]:
    due = case_tags.due_words(case, at)
    return due.words.replace("\xa0", " "), due.icon, due.tone


@pytest.mark.parametrize(
    ("due_in", "expected"),
    [
        (dt.timedelta(seconds=20), ("1 min left", "half", "soon")),
        (dt.timedelta(minutes=40), ("40 min left", "half", "soon")),
        (HOUR, ("1 h left", "half", "soon")),
        (dt.timedelta(minutes=70), ("1 h 10 min left", "half", "soon")),
        (dt.timedelta(minutes=179), ("2 h 59 min left", "half", "soon")),
        (3 * HOUR, ("3 h left", "clock", "")),
        (dt.timedelta(minutes=290), ("4 h left", "clock", "")),
        (21 * HOUR, ("5 h left", "clock", "")),  # Tuesday 9:00: the night does not count
        (24 * HOUR, ("1 day left", "clock", "")),
        (51 * HOUR, ("2 days left", "clock", "")),
        (dt.timedelta(days=7), ("5 days left", "clock", "")),
        (dt.timedelta(days=91), ("more than 3 months left", "clock", "")),
        (dt.timedelta(), ("1 min left", "half", "soon")),
        (-dt.timedelta(seconds=20), ("1 min overdue", "late", "late")),
        (-dt.timedelta(minutes=40), ("40 min overdue", "late", "late")),
        (-3 * HOUR, ("3 h overdue", "late", "late")),
        (-67 * HOUR, ("3 h overdue", "late", "late")),  # since Friday 17:00
        (-dt.timedelta(days=7), ("5 days overdue", "late", "late")),
        (-dt.timedelta(days=4000), ("more than 3 months overdue", "late", "late")),
    ],
)
def test_time_left_is_said_in_open_hours(due_in: dt.timedelta, expected: tuple[str, str, str]) -> None:
    assert words(make_case(due_at=MONDAY_NOON + due_in)) == expected


def test_overdue_while_nobody_is_at_work_has_no_number() -> None:
    friday_evening, saturday = MONDAY_NOON - 67 * HOUR, MONDAY_NOON - 48 * HOUR

    assert words(make_case(due_at=friday_evening), at=saturday) == ("just overdue", "late", "late")


def test_time_left_is_in_the_hours_of_the_team() -> None:
    night = make_team(timezone="UTC", opens_at=dt.time(22), closes_at=dt.time(0))

    assert words(make_case(team=night, due_at=MONDAY_NOON + 11 * HOUR)) == ("1 h left", "half", "soon")
    assert words(make_case(team=night, due_at=MONDAY_NOON + 12 * HOUR)) == ("1 day left", "half", "soon")


def test_contacted_and_closed_cases_have_no_clock() -> None:
    contacted = make_case(status=CaseStatus.CONTACTED, contacted_at=MONDAY_NOON - 49 * HOUR, due_at=MONDAY_NOON - HOUR)
    closed = make_case(status=CaseStatus.CLOSED, closed_at=MONDAY_NOON - 3 * HOUR, due_at=MONDAY_NOON - HOUR)

    assert words(contacted) == ("contacted 2 days ago", "ok", "")
    assert words(closed) == ("closed 3 hours ago", "check", "")


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [((9, 0), (17, 0), 8), ((8, 30), (12, 0), 3.5), ((0, 0), (0, 0), 24), ((22, 0), (0, 0), 2)],
)
def test_working_day_is_as_long_as_the_hours_say(opens: tuple[int, int], closes: tuple[int, int], hours: float) -> None:
    assert case_tags.day_hours(OpenHours(zone="UTC", opens=dt.time(*opens), closes=dt.time(*closes))) == hours


@time_machine.travel(MONDAY_NOON, tick=False)
def test_due_is_an_icon_and_words() -> None:
    page = Template("{% load case_tags %}{% due case %}").render(
        Context({"case": make_case(due_at=MONDAY_NOON - HOUR)})
    )

    assert 'class="due late"' in page
    assert "icons.svg#late" in page
    assert "1 h overdue" in page


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"due_at": MONDAY_NOON + 2 * HOUR}, (75, 120)),
        ({"due_at": MONDAY_NOON - HOUR}, (100, 160)),
        ({"due_at": MONDAY_NOON + dt.timedelta(days=30)}, (0, 0)),
        ({"due_at": MONDAY_NOON + 4 * HOUR, "contacted_at": MONDAY_NOON, "status": "contacted"}, (50, 80)),
    ],
)
@time_machine.travel(MONDAY_NOON, tick=False)
def test_clock_shows_the_share_used(fields: dict[str, Any], expected: tuple[int, int]) -> None:
    context = case_tags.clock(make_case(response=make_response(score=1), **fields))

    assert (context["percent"], context["width"]) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"resolve_by": MONDAY_NOON + 2 * HOUR}, ("2 h left", "half", "soon")),
        ({"resolve_by": MONDAY_NOON - HOUR}, ("1 h overdue", "late", "late")),
        (
            {"resolve_by": MONDAY_NOON + 2 * HOUR, "waiting_since": MONDAY_NOON - 2 * HOUR},
            ("waits for the customer, 4 h left", "pause", ""),
        ),
        (
            {"resolve_by": MONDAY_NOON - 2 * HOUR, "waiting_since": MONDAY_NOON - HOUR},
            ("waits for the customer, 1 h overdue", "pause", "late"),
        ),
    ],
)
def test_resolution_clock_stands_while_the_case_waits(fields: dict[str, Any], expected: tuple[str, str, str]) -> None:
    due = case_tags.resolution_words(make_case(**fields), MONDAY_NOON)

    assert (due.words.replace("\xa0", " "), due.icon, due.tone) == expected


@time_machine.travel(MONDAY_NOON, tick=False)
def test_resolution_clock_shows_the_share_used() -> None:
    team = make_team(resolution_hours=8)
    case = make_case(team=team, resolve_by=MONDAY_NOON + 2 * HOUR)

    shown = case_tags.resolution(case)

    assert (shown["title"], shown["percent"], shown["width"], shown["hours"]) == ("Resolution", 75, 120, 8)
    assert case_tags.resolution(make_case()) == {"due": None}


@pytest.mark.parametrize(
    ("fields", "words_in_the_row"),
    [
        ({"waiting_since": MONDAY_NOON, "resolve_by": MONDAY_NOON - HOUR}, ("waits for the customer", "pause", "")),
        ({"resolve_by": MONDAY_NOON - HOUR}, ("not resolved in time", "late", "late")),
        ({"resolve_by": MONDAY_NOON + HOUR}, ("contacted 1 hour ago", "ok", "")),
    ],
)
def test_row_of_a_contacted_case_says_what_comes_next(
    fields: dict[str, Any], words_in_the_row: tuple[str, str, str]
) -> None:
    case = make_case(status=CaseStatus.CONTACTED, contacted_at=MONDAY_NOON - HOUR, **fields)

    due = case_tags.row_words(case, MONDAY_NOON)

    assert (due.words.replace("\xa0", " "), due.icon, due.tone) == words_in_the_row


def test_urgency_names_its_reasons() -> None:
    account = make_account(revenue=Decimal("84770.00"))
    contact = make_contact(account=account)
    urgent = make_case(response=make_response(score=2, wants_contact=True, contact=contact))

    assert case_tags.urgent_because(urgent) == "score 2, asks for a call, 84,770 a year"
    assert case_tags.urgent_because(make_case(response=make_response(score=5))) == "score 5"
    assert case_tags.urgent_because(make_case(response=None, contact=make_contact())) == ""


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (999, "999"), (1000, "999+"), (1001, "999+")])
def test_counts_end_at_the_limit(count: int, shown: str) -> None:
    assert case_tags.at_most(count) == shown


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("es", "Spanish"),
        ("zh-Hans", "Simplified Chinese"),
        ("pt-BR", "Brazilian Portuguese"),
        ("sr-Cyrl", "Serbian"),
        ("tlh", "tlh"),
        ("", ""),
    ],
)
def test_languages_have_names(tag: str, name: str) -> None:
    assert case_tags.spoken(tag) == name


@time_machine.travel(MONDAY_NOON, tick=False)
@pytest.mark.parametrize(("zone", "time"), [("Europe/Madrid", "13:00"), ("Mars/Olympus", "?"), ("/etc/passwd", "?")])
def test_time_there_survives_an_unknown_zone(zone: str, time: str) -> None:
    assert case_tags.time_there(zone) == time


@pytest.mark.parametrize(
    ("first", "last", "letters"), [("Marta", "Ruiz", "MR"), ("ines", "", "I"), ("", "", "M"), ("伟", "陈", "伟陈")]
)
def test_initials_are_two_letters_at_most(first: str, last: str, letters: str) -> None:
    user = make_user("marta", first_name=first, last_name=last)

    assert case_tags.initials(user) == letters


def test_nobody_has_no_name() -> None:
    assert (case_tags.full_name(None), case_tags.initials(None)) == ("", "")


def test_score_chart_places_scores_and_names_them() -> None:
    answers = [
        make_response(score=score, at=dt.datetime(year, 6, 1, tzinfo=dt.UTC))
        for score, year in ((8, 2024), (10, 2024), (0, 2026))
    ]

    chart = case_tags.score_chart(answers)

    assert chart["spoken"] == "Scores over time: 8, 10, 0"
    assert chart["line"] == "24,24 150,14 276,64"
    assert [(dot.look, dot.label) for dot in chart["dots"]] == [("pas", "2024"), ("pro", ""), ("det", "2026")]  # type: ignore[attr-defined]


def test_score_chart_of_one_answer_stands_in_the_middle() -> None:
    assert case_tags.score_chart([make_response(score=4)])["line"] == "150,44"


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+49 (30) 123 45-67", "+49301234567"),
        ("030 1234567 ext. 12", "0301234567"),
        ("+1 555 0100 x7", "+15550100"),
        ("112", "112"),
        ("abc not a phone", ""),
        ("12", ""),
        ("", ""),
        ("javascript:alert(1)", ""),
        ('"><script>123', "123"),
    ],
)
def test_phone_is_dialled_by_its_digits(phone: str, number: str) -> None:
    assert case_tags.dialled(phone) == number
