from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_case, make_contact, make_response, make_user
from tests.surveys.pages.public import page_of

pytestmark = pytest.mark.django_db

URL, CSV = "/reports/recovery/", "/reports/recovery.csv"
DAY = dt.timedelta(days=1)


def work(number: int, following: int, *, is_contacted: bool) -> None:
    start = timezone.now() - 60 * DAY
    for _each in range(number):
        contact = make_contact()
        answer = make_response(contact=contact, score=2, at=start)
        make_case(response=answer, opened_at=start, contacted_at=start + DAY if is_contacted else None)
        make_response(contact=contact, score=following, at=start + 30 * DAY)


def test_verdict_shares_and_table_carry_the_same_numbers(client: Client, alice: User) -> None:
    work(24, 9, is_contacted=True)
    work(8, 2, is_contacted=True)
    work(10, 9, is_contacted=False)
    work(22, 0, is_contacted=False)
    client.force_login(alice)

    page = page_of(client.get(URL))
    lines = client.get(CSV).content.decode().splitlines()

    assert "Yes: 75.0 % recovered, and 31.3 % of the others." in page.text("p")
    assert "not a proof of cause" in page.text("p")
    assert "Contacted75.0 %57.9 to 86.7 %3232" in page.text("tbody")
    assert "contact,contacted,32,32,24,75.0,57.9,86.7," in lines
    assert lines[-1].startswith("difference,contacted less not contacted,,,,43.8,")


def test_few_are_told_by_their_number_alone(client: Client, alice: User) -> None:
    work(3, 9, is_contacted=True)
    client.force_login(alice)

    page = page_of(client.get(URL))

    assert "Cannot be said: 3 contacted and 0 not contacted have answered again" in page.text("p")
    assert 'contact,contacted,3,3,,,,,"too few to say, 3 of 30"' in client.get(CSV).content.decode()


def test_without_cases_the_page_says_what_will_come(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "No case was opened in these days" in page_of(client.get(f"{URL}?period=nonsense")).text("h2")


def test_stranger_signs_in_and_nobody_without_the_right_reads(client: Client) -> None:
    stranger = client.get(URL).status_code
    client.force_login(make_user("Eve", "Employee"))

    assert (stranger, client.get(URL).status_code, client.get(CSV).status_code) == (302, 403, 403)
    client.force_login(make_user("Sam", "Support"))
    assert (client.get(URL).status_code, client.get(CSV).status_code, client.post(CSV).status_code) == (200, 200, 405)
