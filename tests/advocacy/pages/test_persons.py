from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy.models import Case
from surveys import contacts
from surveys.enums import SkipReason, SuppressionReason
from surveys.models import Contact, Event, Suppression
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_case, make_contact, make_invitation, make_response, make_user

pytestmark = pytest.mark.django_db


def address(contact: Contact, verb: str) -> str:
    return f"/contacts/{contact.pk}/{verb}/"


# --------------------------------------------------------------------------------------------------------------- merge


def test_likely_duplicates_are_offered(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana Ñandú", phone="+34 1")
    make_contact(name="ANA ÑANDÚ", email="second@example.com")
    make_contact(name="A.", phone="+34 1", email="third@example.com")
    make_contact(name="Bo", email="other@example.com")
    client.force_login(alice)

    said = text_of(client.get(address(contact, "merge")))

    assert [word in said for word in ("second@example.com", "third@example.com", "other@example.com")] == [
        True,
        True,
        False,
    ]


def test_another_contact_is_searched_for(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana")
    make_contact(name="Anabel", email="anabel@example.com")
    client.force_login(alice)

    assert "anabel@example.com" in text_of(client.get(address(contact, "merge"), {"q": "anab"}))
    assert "No other contact fits" in text_of(client.get(address(contact, "merge"), {"q": "zz\x00"}))
    assert "Nobody looks like a duplicate" in text_of(client.get(address(contact, "merge")))


def test_preview_tells_what_moves_and_changes_nothing(client: Client, alice: User) -> None:
    keep, gone = make_contact(name="Ana"), make_contact(name="A. Ñ.", email="gone@example.com")
    make_response(contact=gone)
    make_case(contact=gone)
    client.force_login(alice)

    said = text_of(client.get(address(keep, "merge"), {"with": gone.pk}))

    assert "Answers 0 2" in said
    assert "Cases 0 1" in said
    assert "gone@example.com is forgotten." in said
    assert "Merge A. Ñ. into Ana" in said
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("number", ["0", "x", "999", "9" * 30, "{self}", "\x00"])
def test_preview_with_nobody_is_no_error(client: Client, alice: User, number: str) -> None:
    contact = make_contact()
    client.force_login(alice)

    response = client.get(address(contact, "merge"), {"with": number.replace("{self}", str(contact.pk))})

    assert response.status_code == (404 if number in ("999", "{self}") else 200)


def test_two_contacts_with_open_cases_become_one_with_one(client: Client, alice: User) -> None:
    keep, gone = make_contact(name="Ana"), make_contact(name="A. Ñ.")
    make_case(contact=keep)
    make_case(contact=gone)
    client.force_login(alice)

    response = client.post(address(keep, "merge/now"), {"with": gone.pk}, follow=True)

    assert "Merged: what belonged to A. Ñ. is here now." in text_of(response)
    assert (Contact.objects.get(), Case.objects.get().contact) == (keep, keep)


def test_merge_with_oneself_or_nobody_is_refused(client: Client, alice: User) -> None:
    contact = make_contact()
    client.force_login(alice)

    refused = client.post(address(contact, "merge/now"), {"with": contact.pk}, follow=True)

    assert "Not merged: these are the same contact." in text_of(refused)
    assert client.post(address(contact, "merge/now"), {"with": "x"}).status_code == 404
    assert Contact.objects.get() == contact


# -------------------------------------------------------------------------------------------------------------- export


def test_export_is_a_file_that_nobody_keeps(client: Client, alice: User) -> None:
    contact = make_contact(name="陈伟")
    make_response(contact=contact, comment="很好")
    client.force_login(alice)

    response = client.post(address(contact, "export"))

    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == f'attachment; filename="contact-{contact.pk}.json"'
    assert response["Cache-Control"] == "no-store"
    known = json.loads(response.content)
    assert (known["contact"]["name"], known["answers"][0]["comment"]) == ("陈伟", "很好")
    assert Event.objects.get().went_to == "exported"


# --------------------------------------------------------------------------------------------------------------- erase


def test_invitations_of_waves_that_left_the_person_out_are_not_counted(client: Client, alice: User) -> None:
    contact = make_contact(email="ana@example.com")
    make_invitation(contact=contact)
    make_invitation(contact=contact, skip_reason=SkipReason.THROTTLED)
    client.force_login(alice)

    assert "Invitations 1 Cases" in text_of(client.get(address(contact, "erase")))


def test_page_says_what_goes_and_what_stays(client: Client, alice: User) -> None:
    contact = make_contact(email="ana@example.com")
    client.force_login(alice)

    free = text_of(client.get(address(contact, "erase")))
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL)
    stopped = text_of(client.get(address(contact, "erase")))

    assert "Type ana@example.com" in free
    assert "The address is not blocked" in free
    assert "The address stays blocked" in stopped
    assert Contact.objects.get() == contact


def test_whoever_types_the_address_erases(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana", email="ana@example.com")
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL)
    client.force_login(alice)

    response = client.post(address(contact, "erase/now"), {"typed": " ANA@example.com "}, follow=True)

    said = text_of(response)
    assert "Erased." in said
    assert "ana@example.com" not in said
    assert (Contact.objects.count(), Suppression.objects.count()) == (0, 1)


@pytest.mark.parametrize("typed", ["", "ana", "ana@example.com.", "\x00"])
def test_whoever_types_something_else_does_not(client: Client, alice: User, typed: str) -> None:
    contact = make_contact(email="ana@example.com")
    client.force_login(alice)

    response = client.post(address(contact, "erase/now"), {"typed": typed})

    assert response.status_code == 422
    assert Contact.objects.get() == contact


def test_person_without_an_address_is_erased_by_name(client: Client, alice: User) -> None:
    contact = make_contact(name="فاطمة  البكري", email="", phone="+1")
    client.force_login(alice)

    client.post(address(contact, "erase/now"), {"typed": "فاطمة البكري"})

    assert Contact.objects.count() == 0


# -------------------------------------------------------------------------------------------------------------- rights


@pytest.mark.parametrize(
    ("method", "verb"),
    [("get", "merge"), ("post", "merge/now"), ("post", "export"), ("get", "erase"), ("post", "erase/now")],
)
def test_rights(client: Client, alice: User, bob: User, method: str, verb: str) -> None:
    contact = make_contact(email="ana@example.com")
    place, other = address(contact, verb), {"get": "post", "post": "get"}[method]
    data = {"with": str(make_contact().pk), "typed": "ana@example.com"}

    stranger = getattr(client, method)(place, data)
    codes = []
    for user in (bob, make_user("sue", "Support"), make_user("lee", "Support lead"), make_user("mara", "Marketing")):
        client.force_login(user)
        codes.append(getattr(client, method)(place, data).status_code)

    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/accounts/login/?next=/contacts/")
    assert codes == [403] * 4
    assert (Contact.objects.count(), Event.objects.count()) == (2, 0)
    client.force_login(make_user("adam", "Admin"))
    assert getattr(client, other)(place, data).status_code == 405
    assert getattr(client, method)(f"/contacts/999/{verb}/", data).status_code == 404
    assert html_of(getattr(client, method)(place, data, follow=True))
