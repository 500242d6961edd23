from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import deletions
from advocacy.models import DeletionRequest
from surveys.models import Contact
from tests.advocacy.pages.casework import text_of
from tests.factories import make_account, make_contact, make_deletion_request, make_message

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOSTILE = "</textarea><script>alert(1)</script>{{ 7|add:7 }}\u202e"


def keep(client: Client, request: DeletionRequest, reason: str) -> str:
    response = client.post(f"/deletions/{request.pk}/keep/", {"reason": reason}, follow=True)
    return f"{response.status_code} {text_of(response)}"


def test_who_waits_stands_there_with_the_day_it_is_due(client: Client, alice: User) -> None:
    now = timezone.now()
    make_deletion_request(contact=make_contact(name="Ana", account=make_account(name="Öko")), asked_at=now)
    make_deletion_request(contact=make_contact(name="Bo"), asked_at=now - 31 * DAY)
    client.force_login(alice)

    said = text_of(client.get("/deletions/")).partition("Waiting, the oldest first")[2]

    assert said.index("Bo ") < said.index("Ana· Öko")
    assert f"due by {now + 30 * DAY:%-d %b %Y}" in said
    assert f"was due on {now - DAY:%-d %b %Y}" in said
    assert said.count("Erase this person…") == 2


def test_nobody_waits(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "Nobody waits to be forgotten." in text_of(client.get("/deletions/"))
    assert "Nothing follows here" in text_of(client.get("/deletions/?page=3"))


def test_erasing_settles_the_request_and_leaves_no_name(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana", email="ana@example.com")
    deletions.ask(contact, message=make_message(contact=contact, invitation=None))
    client.force_login(alice)
    assert "Ana" in text_of(client.get("/deletions/"))

    client.post(f"/contacts/{contact.pk}/erase/now/", {"typed": "ana@example.com"})
    said = text_of(client.get("/deletions/"))

    row = DeletionRequest.objects.get()
    assert (Contact.objects.count(), row.contact, row.message, row.done_at is not None) == (0, None, None, True)
    assert "erased on" in said
    assert "Ana" not in said


def test_person_is_kept_for_a_reason_only(client: Client, alice: User) -> None:
    asked = make_deletion_request(contact=make_contact(name="Ana"))
    client.force_login(alice)

    refused = keep(client, asked, " ")
    assert refused.startswith("422")
    assert "Say why: this person asked to be forgotten." in refused
    said = keep(client, asked, HOSTILE)

    asked.refresh_from_db()
    assert (asked.by, asked.reason, asked.done_at is not None) == (alice, HOSTILE, True)
    assert "Noted: this contact stays." in said
    assert "<script>alert" not in client.get("/deletions/").content.decode()
    assert "settled already" in keep(client, asked, "again")


def test_kept_and_asked_stand_in_the_timeline(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana")
    asked = deletions.ask(contact, message=make_message(contact=contact, invitation=None))
    client.force_login(alice)
    assert "Deletion asked for on" in text_of(client.get(f"/contacts/{contact.pk}/"))
    keep(client, asked, "a mistake, she says")

    said = text_of(client.get(f"/contacts/{contact.pk}/"))

    assert "Asked to be forgotten" in said
    assert "Kept after all: a mistake, she says" in said


def test_too_long_a_reason_is_refused_and_not_lost(client: Client, alice: User) -> None:
    asked = make_deletion_request()
    client.force_login(alice)

    response = client.post(f"/deletions/{asked.pk}/keep/", {"reason": "x" * 201})

    assert response.status_code == 422
    assert "x" * 201 in response.content.decode()


def test_what_waits_is_counted_in_the_navigation(client: Client, alice: User) -> None:
    make_deletion_request()
    make_deletion_request(done_at=timezone.now())
    client.force_login(alice)

    assert "1 to be erased" in text_of(client.get("/deletions/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_however_long(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        make_deletion_request(contact=make_contact(account=make_account()))
        make_deletion_request(done_at=timezone.now(), by=alice, reason="x")
    client.force_login(alice)
    client.get("/deletions/")

    with django_assert_num_queries(5):
        client.get("/deletions/")


def test_strangers_readers_and_wrong_methods(client: Client, bob: User, alice: User) -> None:
    asked = make_deletion_request()
    keeping = f"/deletions/{asked.pk}/keep/"

    assert client.get("/deletions/").status_code == 302
    client.force_login(bob)
    assert [client.get("/deletions/").status_code, client.post(keeping).status_code] == [403, 403]
    client.force_login(alice)
    assert [client.post("/deletions/").status_code, client.get(keeping).status_code] == [405, 405]
    assert client.post("/deletions/999999/keep/", {"reason": "x"}).status_code == 404
