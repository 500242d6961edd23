from __future__ import annotations

import html
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys import addresses, contacts
from surveys.enums import SuppressionReason
from surveys.models import Account, Contact, Event
from tests.factories import make_account, make_contact

pytestmark = pytest.mark.django_db

PAGE = "/admin/surveys/contact/"
INLINES = {
    f"{prefix}-{name}_FORMS": 0
    for prefix in ("holds", "touches")
    for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")
}
TAKEN = "There is a contact with this address already, perhaps written in capitals."
LIST = 'Write tags as a list of texts: ["gold", "beta"]'
PAIRS = 'Write properties as pairs of texts: {"plan": "Pro", "machines": "3"}'


def form_of(contact: Contact | None = None, **fields: Any) -> dict[str, Any]:
    seen = contacts.version(contact) if contact else ""
    own = {"name": "Ann Smith", "email": "ann@example.com", "tags": "[]", "properties": "{}", "seen": seen}
    return {**INLINES, **own, **fields}


def send(client: Client, page: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """Post the form; the errors that it comes back with."""
    response = client.post(f"{PAGE}{page}", data)
    return {} if response.status_code == 302 else dict(response.context["adminform"].form.errors)


def test_new_contact_is_kept_with_its_address_in_one_spelling(client: Client, alice: User) -> None:
    client.force_login(alice)

    errors = send(client, "add/", form_of(email=" Ann@Example.COM ", basis="consent"))

    assert errors == {}
    contact = Contact.objects.get()
    assert (contact.email, contact.address_hash) == ("ann@example.com", addresses.keyed_hash("ann@example.com"))
    assert (contact.basis_source, contact.basis_at is None) == ("alice", False)
    assert Event.objects.values_list("kind", "went_to", "by", "contact").get() == (
        "surveys.contact",
        "added",
        alice.pk,
        contact.pk,
    )


def test_contact_with_a_phone_alone_is_kept(client: Client, alice: User) -> None:
    client.force_login(alice)

    errors = send(client, "add/", form_of(email="", phone="+34 600 000 000"))

    assert errors == {}
    assert Contact.objects.values_list("email", "address_hash", "phone").get() == ("", "", "+34 600 000 000")


def test_changed_address_takes_its_hash_along(client: Client, alice: User) -> None:
    client.force_login(alice)
    contact = make_contact(name="Ann Smith", email="ann@example.com", basis="")

    errors = send(client, f"{contact.pk}/change/", form_of(contact, email="Ann.Smith@example.com"))

    assert errors == {}
    contact.refresh_from_db()
    assert contact.email == "ann.smith@example.com"
    assert contact.address_hash == addresses.keyed_hash("ann.smith@example.com")
    assert Event.objects.get().reason == "changed: email"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"email": "TAKEN@example.com"}, {"email": [TAKEN]}),
        ({"email": "ann@localhost"}, {"email": ["This is no address we can mail."]}),
        ({"email": "änn@example.com"}, {"email": ["Enter a valid email address."]}),
        ({"email": '"a b"@example.com'}, {"email": ["Enter a valid email address."]}),
        ({"email": ""}, {"email": ["Write a mail address or a phone number: without either nobody is reached."]}),
        ({"timezone": "Madrid"}, {"timezone": ["“Madrid” is no time zone: write it as in Europe/Madrid, or UTC."]}),
        ({"tags": '"gold"'}, {"tags": [LIST]}),
        ({"tags": "[1]"}, {"tags": [LIST]}),
        ({"tags": '["\\u0000"]'}, {"tags": [LIST]}),
        ({"tags": "[gold"}, {"tags": ["Enter a valid JSON."]}),
        ({"properties": "[1]"}, {"properties": [PAIRS]}),
        ({"properties": '{"a": {}}'}, {"properties": [PAIRS]}),
    ],
)
def test_contact_that_cannot_be_is_refused(
    client: Client, alice: User, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    client.force_login(alice)
    make_contact(email="taken@example.com")

    found = send(client, "add/", form_of(**fields))

    assert found == errors
    assert Contact.objects.count() == 1


def test_empty_lists_are_lists(client: Client, alice: User) -> None:
    client.force_login(alice)

    errors = send(client, "add/", form_of(tags="", properties=""))

    assert errors == {}
    assert Contact.objects.values_list("tags", "properties").get() == ([], {})


def test_form_opened_before_a_change_is_refused_and_keeps_what_was_typed(client: Client, alice: User) -> None:
    client.force_login(alice)
    contact = make_contact(name="Ann Smith", email="ann@example.com", basis="")
    stale = form_of(contact, name="Ann Jones")
    send(client, f"{contact.pk}/change/", form_of(contact, phone="+34 600 000 000"))

    response = client.post(f"{PAGE}{contact.pk}/change/", stale)
    again = client.post(f"{PAGE}{contact.pk}/change/", {**stale, "seen": "banana"})

    page = html.unescape(response.content.decode())
    assert "This contact changed meanwhile: open it in a second tab, and compare." in page
    assert 'value="Ann Jones"' in page
    assert again.status_code == 200
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("Ann Smith", "+34 600 000 000")


def test_contact_page_tells_whether_mail_is_stopped_and_leads_on(client: Client, alice: User) -> None:
    client.force_login(alice)
    contact = make_contact(email="ann@example.com")
    allowed = client.get(f"{PAGE}{contact.pk}/change/").content.decode()
    contacts.suppress("ann@example.com", reason=SuppressionReason.UNSUBSCRIBED)

    stopped = client.get(f"{PAGE}{contact.pk}/change/").content.decode()

    assert '<div class="readonly">Allowed</div>' in allowed
    assert '<div class="readonly">Stopped: Unsubscribed (Surveys and offers)</div>' in stopped
    assert f'<a href="/admin/surveys/response/?contact__id__exact={contact.pk}">Responses</a>' in stopped
    assert client.get(f"/admin/surveys/response/?contact__id__exact={contact.pk}").status_code == 200


def test_account_name_is_taken_in_any_case(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_account(name="Harbour Coffee")

    response = client.post("/admin/surveys/account/add/", {"name": "HARBOUR COFFEE"})

    assert response.context["adminform"].form.errors == {"name": ["There is an account of this name already."]}
    assert Account.objects.count() == 1
