from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys import addresses, contacts
from surveys.enums import SuppressionReason, SuppressionScope
from surveys.models import Event, Suppression
from tests.factories import make_contact, make_user

pytestmark = pytest.mark.django_db

PAGE = "/admin/surveys/suppression/"
ANN = "ann@example.com"


def add(client: Client, address: str, scope: str = "asking") -> list[str]:
    response = client.post(f"{PAGE}add/", {"address": address, "scope": scope, "source": "told us on the phone"})
    return [] if response.status_code == 302 else list(response.context["adminform"].form.errors["address"])


def listed(client: Client, query: str) -> int:
    response = client.get(PAGE, {"q": query})
    assert response.status_code == 200
    count: int = response.context["cl"].result_count
    return count


def test_address_is_looked_up_by_typing_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    row = contacts.suppress(ANN, reason=SuppressionReason.BOUNCED, source="letter 7")
    contacts.suppress("ben@example.com", reason=SuppressionReason.BOUNCED)

    found = {
        query: listed(client, query)
        for query in (" Ann@Example.com ", "nobody@example.com", row.address_hash[:12], "7")
    }

    assert found == {" Ann@Example.com ": 1, "nobody@example.com": 0, row.address_hash[:12]: 1, "7": 1}


def test_address_is_added_by_hand(client: Client, alice: User) -> None:
    client.force_login(alice)
    contact = make_contact(email=ANN)

    errors = add(client, " ANN@example.com ", scope="all")

    assert errors == []
    row = Suppression.objects.get()
    assert (row.address_hash, row.reason, row.scope) == (addresses.keyed_hash(ANN), "manual", "all")
    event = Event.objects.get()
    assert (event.kind, event.went_to, event.by, event.contact) == ("surveys.suppression", "manual", alice, contact)
    assert event.reason == "told us on the phone"


@pytest.mark.parametrize("address", ["", "ann", "ann@localhost", "a\0@example.com"])
def test_what_is_no_address_is_refused(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)

    assert len(add(client, address)) == 1
    assert Suppression.objects.count() == 0


def test_address_that_is_stopped_already_is_refused_but_may_be_stopped_for_more(client: Client, alice: User) -> None:
    client.force_login(alice)
    contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED)
    since = Suppression.objects.get().created_at.date()

    same, more, again = add(client, ANN), add(client, ANN, scope="all"), add(client, ANN)

    assert same == [f"Mail to it is stopped already: Unsubscribed, {since}."]
    assert more == []
    assert again == [f"Mail to it is stopped already: Set by staff, {since}."]
    assert Suppression.objects.get().scope == SuppressionScope.ALL


def test_address_is_let_through_for_a_reason_that_is_kept(client: Client, alice: User) -> None:
    client.force_login(alice)
    contact = make_contact(email=ANN)
    row = contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED)
    asked = html.unescape(client.get(f"{PAGE}{row.pk}/delete/").content.decode())

    response = client.post(
        f"{PAGE}{row.pk}/delete/", {"reason": "asked for it by mail", "confirmed": "yes"}, follow=True
    )

    assert "Whoever has this address will be mailed again." in asked
    assert "The address may be mailed again. The reason is kept." in response.content.decode()
    assert Suppression.objects.count() == 0
    stopped, lifted = Event.objects.order_by("pk")
    assert (stopped.went_to, stopped.by, stopped.contact) == ("unsubscribed", None, contact)
    assert (lifted.came_from, lifted.went_to, lifted.reason) == ("unsubscribed", "lifted", "asked for it by mail")
    assert (lifted.by, lifted.contact) == (alice, contact)


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_let_through(client: Client, alice: User, reason: str) -> None:
    client.force_login(alice)
    row = contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED)

    response = client.post(f"{PAGE}{row.pk}/delete/", {"reason": reason})

    assert "This field is required." in response.content.decode()
    assert Suppression.objects.get() == row
    with pytest.raises(ValueError, match="only for a reason"):
        contacts.lift(row, reason=reason)


def test_only_an_admin_lets_through(client: Client, bob: User) -> None:
    bob.is_staff = True
    bob.save(update_fields=["is_staff"])
    row = contacts.suppress(ANN, reason=SuppressionReason.UNSUBSCRIBED)
    answers = []
    for user in (bob, make_user("ada", "Admin", is_staff=True)):
        client.force_login(user)
        answers.append(client.get(f"{PAGE}{row.pk}/delete/").status_code)

    assert answers == [403, 200]
    assert client.get(f"{PAGE}987654/delete/").status_code == 404
