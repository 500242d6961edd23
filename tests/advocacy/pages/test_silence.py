from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Account, Contact, Event
from tests.factories import make_account, make_contact, make_invitation, make_message, make_user, make_wave
from tests.surveys.pages.public import page_of

pytestmark = pytest.mark.django_db

URL = "/silence/"
HOSTILE = "=<script>alert(1)</script>"


@pytest.fixture
def sam(client: Client) -> User:
    sam = make_user("Sam", "Support")
    client.force_login(sam)
    return sam


def make_silent(name: str) -> Account:
    account = make_account(name=name)
    contact = make_contact(account=account, name="@Ana <b>")
    for days in (200, 100):
        at = timezone.now() - dt.timedelta(days=days)
        wave = make_wave(status=WaveStatus.FINISHED, started_at=at, day=at.date())
        invitation = make_invitation(wave=wave, contact=contact, closes_at=at + dt.timedelta(days=30))
        make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=at)
    return account


def test_call_is_noted_and_takes_the_account_off_the_list(client: Client, sam: User) -> None:
    account = make_silent("Osteria")
    contact = Contact.objects.get()

    before = page_of(client.get(URL)).text("th")
    answer = client.post(f"{URL}{account.pk}/call/", {"contact": contact.pk, "note": "Away."}, follow=True)

    assert "Osteria" in before
    assert "Noted: Osteria was called, and is not listed for 60 days." in answer.content.decode()
    assert "No account is silent" in page_of(answer).text("h2")
    assert [(event.went_to, event.by, event.reason) for event in Event.objects.filter(account=account)] == [
        ("called", sam, "Away.")
    ]


def test_call_of_nobody_is_refused_and_what_was_typed_stays(client: Client, sam: User) -> None:
    account = make_silent("Osteria")

    answer = client.post(f"{URL}{account.pk}/call/", {"contact": make_contact().pk, "note": "Typed."})

    assert answer.status_code == 422
    assert "This contact is not of the account." in answer.content.decode()
    assert "Typed." in page_of(answer).text("textarea")


def test_file_is_for_admins_and_cannot_run(client: Client, sam: User) -> None:
    make_silent(HOSTILE)
    support = client.post(f"{URL}file/").status_code
    page = client.get(URL).content.decode()
    client.force_login(make_user("Ada", "Admin"))

    answer = client.post(f"{URL}file/")

    assert (support, answer.status_code, client.get(f"{URL}file/").status_code) == (403, 200, 405)
    assert "<script>alert" not in page
    line = answer.content.decode().splitlines()[1]
    assert line.startswith("'=<script>alert(1)</script>,,,'@Ana <b> <contact")


def test_stranger_signs_in_and_nobody_without_the_right_reads(client: Client) -> None:
    account = make_silent("Osteria")
    stranger = client.get(URL).status_code
    client.force_login(make_user("Eve", "Employee"))
    employee = client.get(URL).status_code
    client.force_login(make_user("Nora", "Marketing"))
    marketing = client.get(URL)

    assert (stranger, employee, marketing.status_code) == (302, 403, 200)
    assert "Note the call" not in marketing.content.decode()
    assert client.post(f"{URL}{account.pk}/call/").status_code == 403
    assert client.post(URL).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_statements_for_many_rows(
    client: Client, sam: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        make_silent(f"Account {number} of these")
    client.get(URL)

    with django_assert_num_queries(10):
        client.get(URL)
