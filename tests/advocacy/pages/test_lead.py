from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories import make_case, make_contact, make_team, make_theme, make_user
from tests.surveys.pages.public import page_of

pytestmark = pytest.mark.django_db

URL = "/lead/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def dana(client: Client) -> User:
    dana = make_user("Dana", "Support lead")
    client.force_login(dana)
    return dana


def test_page_names_what_is_late_who_has_it_and_what_was_kept(client: Client, dana: User) -> None:
    now = timezone.now()
    team = make_team(name="Care", members=[dana], capacity=7)
    make_case(
        contact=make_contact(name="<i>Ana</i>"), owner=dana, team=team, due_at=now - HOUR, opened_at=now - 9 * HOUR
    )
    make_case(owner=dana, snoozed_until=now + HOUR)
    make_case(owner_due_at=now - HOUR)

    page = page_of(client.get(URL))

    assert "1 not reached in time, 0 nearly, 1 without an owner for too long" in page.text("div")
    assert "<i>Ana</i>" in page.text("li")
    assert "Dana Carehas 2 of 7 at most, with the snoozed 1101 Nobody0100" in page.text("tbody")
    assert "the last 7 days0 of 1–2" in page.text("tbody")


def test_page_of_nothing_says_what_will_come(client: Client, dana: User) -> None:
    text = client.get(URL).content.decode()

    assert [words in text for words in ("Nothing is late.", "Nobody is in a team yet.", "No case was closed.")] == [
        True
    ] * 3


def test_page_is_for_leads(client: Client) -> None:
    stranger = client.get(URL).status_code
    client.force_login(make_user("Sam", "Support"))
    support = client.get(URL).status_code
    client.force_login(make_user("Ada", "Admin"))

    assert (stranger, support, client.get(URL).status_code, client.post(URL).status_code) == (302, 403, 200, 405)


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_statements_for_many_rows(
    client: Client, dana: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(rows):
        make_case(owner=dana, team=make_team(), due_at=timezone.now() - HOUR, theme=make_theme())
    client.get(URL)

    with django_assert_num_queries(18):
        client.get(URL)
