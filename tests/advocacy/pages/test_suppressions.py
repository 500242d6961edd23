from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys import contacts
from surveys.enums import MessageStatus, SuppressionReason, SuppressionScope
from surveys.models import Event, Suppression
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_contact, make_message, make_user

pytestmark = pytest.mark.django_db

PAGE, LOOK_UP, STOP, LIFT = "/suppressions/", "/suppressions/look-up/", "/suppressions/stop/", "/suppressions/lift/"
ANN = "ann@example.com"


def suppress(address: str = ANN, **fields: Any) -> Suppression:
    return contacts.suppress(address, **{"reason": SuppressionReason.MANUAL, "source": "a call", **fields})


def test_typed_address_is_found_with_why_since_when_and_what(client: Client, alice: User) -> None:
    suppress(reason=SuppressionReason.COMPLAINED, scope=SuppressionScope.ALL)
    client.force_login(alice)

    said = text_of(client.post(LOOK_UP, {"address": " ANN@example.com "}))

    assert "Must not be mailed. Why Complained: a call Since " in said
    assert "Stopped Everything" in said
    assert "No contact has this address." in said


def test_free_address_is_said_to_be_free(client: Client, alice: User) -> None:
    make_contact(name="Ann Perkins", email=ANN)
    client.force_login(alice)

    said = text_of(client.post(LOOK_UP, {"address": ANN}))

    assert "Nothing stands against mail to this address." in said
    assert "Ann Perkins" in said


@pytest.mark.parametrize("typed", ["", "ann", "a" * 300, "<script>alert(1)</script>@x.example", "a\x00b@example.com"])
def test_what_is_no_address_is_refused_and_kept(client: Client, alice: User, typed: str) -> None:
    client.force_login(alice)

    response = client.post(LOOK_UP, {"address": typed})

    assert response.status_code == 422
    assert "is-invalid" in html_of(response)
    assert "<script>alert" not in html_of(response)


def test_list_names_the_contact_as_long_as_there_is_one(client: Client, alice: User) -> None:
    make_contact(name="Ann Perkins", email=ANN)
    suppress()
    suppress("gone@example.com", reason=SuppressionReason.BOUNCED)
    client.force_login(alice)

    page = client.get(PAGE)

    rows = re.findall(r"<tr role=\"row\".*?</tr>", html_of(page))[1:]
    words = [" ".join(re.sub(r"<[^>]*>", " ", row).split()).partition(" a call")[0] for row in rows]
    assert words == ["no contact Address bounced", "Ann Perkins Set by staff"]
    assert "gone@example.com" not in html_of(page)


def test_empty_list_says_what_will_come(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "No address is suppressed." in text_of(client.get(PAGE))
    assert "Nothing follows here" in text_of(client.get(PAGE, {"page": "7"}))
    assert client.get(PAGE, {"page": "\x00"}).status_code == 200


def test_stopping_an_address_stops_its_mail_and_is_told(client: Client, alice: User) -> None:
    contact = make_contact(email=ANN)
    waiting = make_message(contact=contact, invitation=None)
    client.force_login(alice)

    response = client.post(STOP, {"address": ANN, "scope": "all", "reason": "asked on the phone"})

    row = Suppression.objects.get()
    assert (row.reason, row.scope, row.source) == ("manual", "all", "asked on the phone")
    event = Event.objects.get()
    assert (event.contact, event.by, event.went_to, event.reason) == (contact, alice, "manual", "asked on the phone")
    waiting.refresh_from_db()
    assert waiting.status == MessageStatus.SUPPRESSED
    assert response["Location"] == PAGE


def test_from_a_contact_one_comes_back_to_it(client: Client, alice: User) -> None:
    contact = make_contact(email=ANN)
    client.force_login(alice)

    there = client.post(STOP, {"address": ANN, "scope": "asking", "reason": "x", "contact": contact.pk})
    back = client.post(LIFT, {"address": ANN, "reason": "x", "contact": f"{contact.pk}//evil.example"})

    assert there["Location"] == f"/contacts/{contact.pk}/"
    assert back["Location"] == PAGE


def test_lifting_needs_a_reason_and_is_told(client: Client, alice: User) -> None:
    suppress()
    client.force_login(alice)

    refused = client.post(LIFT, {"address": ANN, "reason": " "})
    assert (refused.status_code, Suppression.objects.count()) == (422, 1)
    assert "Say why: somebody once said stop." in text_of(refused)
    client.post(LIFT, {"address": ANN, "reason": "they wrote to us"})

    assert Suppression.objects.count() == 0
    event = Event.objects.get()
    assert (event.came_from, event.went_to, event.by, event.reason) == ("manual", "lifted", alice, "they wrote to us")


def test_lifting_twice_is_said_to_be_done(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.post(LIFT, {"address": ANN, "reason": "x"}, follow=True)

    assert "Nothing stands against mail to this address any more." in text_of(response)
    assert Event.objects.count() == 0


@pytest.mark.parametrize("data", [{}, {"scope": "all"}, {"scope": "some", "reason": "kept words"}])
def test_stop_that_is_refused_keeps_what_was_typed(client: Client, alice: User, data: dict[str, str]) -> None:
    client.force_login(alice)

    response = client.post(STOP, {"address": ANN, **data})

    assert response.status_code == 422
    assert Suppression.objects.count() == 0
    assert f'name="address" value="{ANN}"' in html_of(response)
    assert f'value="{data.get("reason", "")}"' in html_of(response) or "reason" not in data


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(alice)
    counted = []
    for rows in (1, 3):
        while Suppression.objects.count() < rows:
            suppress(make_contact().email)
        with django_assert_max_num_queries(20) as captured:
            client.get(PAGE)
        counted.append(len(captured))

    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("method", "place", "may"),
    [
        ("get", PAGE, {"Support", "Support lead", "Marketing", "Admin"}),
        ("post", LOOK_UP, {"Support", "Support lead", "Marketing", "Admin"}),
        ("post", STOP, {"Support lead", "Admin"}),
        ("post", LIFT, {"Support lead", "Admin"}),
    ],
)
def test_rights(client: Client, method: str, place: str, may: set[str]) -> None:
    other = {"get": "post", "post": "get"}[method]
    stranger = getattr(client, method)(place)
    allowed = set()
    for role in ("Support", "Support lead", "Marketing", "Admin", "Employee"):
        client.force_login(make_user(role.replace(" ", ""), role))
        if getattr(client, method)(place).status_code != 403:
            allowed.add(role)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={place}")
    assert allowed == may
    client.force_login(make_user("boss", is_superuser=True))
    assert getattr(client, other)(place).status_code == 405


def test_reader_looks_up_and_is_offered_nothing_more(client: Client, bob: User) -> None:
    suppress()
    client.force_login(bob)

    page = html_of(client.post(LOOK_UP, {"address": ANN}))

    assert "Must not be mailed." in page
    assert LIFT not in page
    assert STOP not in html_of(client.post(LOOK_UP, {"address": "free@example.com"}))
