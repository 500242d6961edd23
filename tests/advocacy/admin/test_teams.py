from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client

from advocacy.models import Absence, Team, Theme
from tests.factories import make_case, make_fix, make_request, make_team, make_theme, make_user

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Day shift",
    "timezone": "Europe/Madrid",
    "opens_at": "09:00",
    "closes_at": "17:00",
    "weekdays": "01234",
    "own_hours": "",
    "holidays": "",
    "resolution_hours": "40",
    "capacity": "",
    "key_revenue": "",
}
NEVER = "A calendar without an open hour: choose a working day, or give a weekday hours of its own."
HOURS = "“%s” is no hours of a weekday: write each once, as 4 09:00-13:00, 4 being Friday."
WEEK = "Write each working day once, as digits from 0 (Monday) to 6 (Sunday)."


def add(client: Client, **fields: Any) -> dict[str, list[str]]:
    response = client.post("/admin/advocacy/team/add/", {**FORM, **fields})
    return {} if response.status_code == 302 else dict(response.context["adminform"].form.errors)


def test_team_is_kept_with_its_people_and_author(client: Client, alice: User) -> None:
    client.force_login(alice)
    bob = make_user("bob")

    errors = add(client, lead=alice.pk, members=[alice.pk, bob.pk])

    assert errors == {}
    team = Team.objects.get()
    assert (team.lead, set(team.members.all())) == (alice, {alice, bob})
    assert team.history.get().history_user == alice


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"timezone": "Madrid"}, {"timezone": ["“Madrid” is no time zone: write it as in Europe/Madrid, or UTC."]}),
        (
            {"timezone": "localtime"},
            {"timezone": ["“localtime” is no time zone: write it as in Europe/Madrid, or UTC."]},
        ),
        ({"weekdays": "7"}, {"weekdays": [WEEK]}),
        ({"weekdays": "0011"}, {"weekdays": [WEEK]}),
        ({"weekdays": "Mon"}, {"weekdays": [WEEK]}),
        ({"weekdays": ""}, {"weekdays": [NEVER]}),
        ({"own_hours": "Friday 9-13"}, {"own_hours": [HOURS % "Friday 9-13"]}),
        ({"own_hours": "4 13:00-09:00"}, {"own_hours": [HOURS % "4 13:00-09:00"]}),
        ({"own_hours": "4 09:00-13:00\n4 14:00-17:00"}, {"own_hours": [HOURS % "4 14:00-17:00"]}),
        ({"own_hours": "x" * 100_000}, {"own_hours": [HOURS % ("x" * 40)]}),
        ({"holidays": "Christmas"}, {"holidays": ["“Christmas” is no day: write it as 2026-12-25, one a line."]}),
        ({"resolution_hours": "0"}, {"resolution_hours": ["Ensure this value is greater than or equal to 1."]}),
        ({"capacity": "0"}, {"capacity": ["Ensure this value is greater than or equal to 1."]}),
        ({"closes_at": "09:00"}, {"closes_at": ["A day closes after it opens; 00:00 is the end of the day."]}),
        ({"opens_at": "18:00"}, {"closes_at": ["A day closes after it opens; 00:00 is the end of the day."]}),
    ],
)
def test_hours_that_never_come_are_refused(
    client: Client, alice: User, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    client.force_login(alice)

    assert add(client, **fields) == errors
    assert Team.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"closes_at": "00:00"},
        {"weekdays": "6"},
        {"weekdays": "6543210"},
        {"weekdays": "", "own_hours": "5 10:00-00:00"},
        {"own_hours": "4 09:00 – 13:00\r\n5 10:00-14:00", "holidays": "2026-12-25"},
    ],
)
def test_unusual_hours_are_hours(client: Client, alice: User, fields: dict[str, str]) -> None:
    client.force_login(alice)

    assert add(client, **fields) == {}
    assert Team.objects.get().open_hours.zone == "Europe/Madrid"


def test_edit_is_found_in_the_history(client: Client, alice: User) -> None:
    client.force_login(alice)
    team = make_team(name="Day shift")

    client.post(f"/admin/advocacy/team/{team.pk}/change/", {**FORM, "weekdays": "012345"})

    page = " ".join(client.get(f"/admin/advocacy/team/{team.pk}/history/").content.decode().split())
    assert "<strong>Working days:</strong> 01234 → 012345" in page


def test_calendar_without_an_open_hour_is_refused_by_the_database_too() -> None:
    with pytest.raises(IntegrityError, match="advocacy_team_has_an_open_hour"):
        make_team(weekdays="")


def test_absence_ends_after_it_starts(client: Client, alice: User) -> None:
    client.force_login(alice)
    days = {"user": alice.pk, "starts_on": "2026-12-24", "ends_on": "2026-12-23"}

    refused = client.post("/admin/advocacy/absence/add/", days)
    client.post("/admin/advocacy/absence/add/", {**days, "ends_on": "2026-12-24"})

    assert refused.context["adminform"].form.errors == {"ends_on": ["The last day away is not before the first."]}
    assert [str(absence) for absence in Absence.objects.all()] == ["alice: 2026-12-24 – 2026-12-24"]


def test_theme_in_use_is_kept(client: Client, alice: User) -> None:
    client.force_login(alice)
    Theme.objects.all().delete()
    unused, *used = [make_theme() for _ in range(4)]
    make_case(theme=used[0])
    make_fix(theme=used[1])
    make_request(theme=used[2])

    answers = [
        client.post(f"/admin/advocacy/theme/{theme.pk}/delete/", {"post": "yes"}).status_code
        for theme in (unused, *used)
    ]

    assert answers == [302, 403, 403, 403]
    assert list(Theme.objects.order_by("pk")) == used


def test_theme_is_named_once_in_any_case(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_theme("Repair")

    response = client.post("/admin/advocacy/theme/add/", {"name": "REPAIR"})

    assert response.context["adminform"].form.errors == {"name": ["There is a theme of this name already."]}
