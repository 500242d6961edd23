from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from surveys import addresses, contacts
from surveys.enums import Basis, MessageStatus
from surveys.models import Contact, Event
from surveys.transitions import WrongState
from tests.factories import make_contact, make_message, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(db: None) -> User:
    return make_user("marta")


def test_details_are_saved_with_an_event_that_names_the_fields(marta: User) -> None:
    contact = make_contact(name="Ana", language="es")
    before = contact.updated_at

    changed = contacts.save_details(
        contact, seen=contacts.version(contact), by=marta, name="Ana R.", language="es", phone="+34"
    )

    contact.refresh_from_db()
    assert changed == ["name", "phone"]
    assert (contact.name, contact.phone) == ("Ana R.", "+34")
    assert contact.updated_at > before
    event = Event.objects.get()
    assert (event.contact, event.by, event.reason) == (contact, marta, "changed: name, phone")


def test_saving_what_is_known_changes_nothing(marta: User) -> None:
    contact = make_contact(name="Ana")
    before = Contact.objects.values().get()

    assert contacts.save_details(contact, seen=contacts.version(contact), by=marta, name="Ana") == []

    assert (Contact.objects.values().get(), Event.objects.count()) == (before, 0)


def test_second_of_two_is_told_who_was_first_and_nothing_is_lost(marta: User) -> None:
    contact, karim = make_contact(name="Ana"), make_user("karim")
    seen = contacts.version(contact)
    contacts.save_details(Contact.objects.get(), seen=seen, by=karim, name="Karim's")

    with pytest.raises(contacts.Changed) as caught:
        contacts.save_details(contact, seen=seen, by=marta, name="Marta's")

    assert caught.value.event is not None
    assert caught.value.event.by == karim
    assert (Contact.objects.get().name, contact.name) == ("Karim's", "Karim's")
    assert Event.objects.count() == 1


def test_change_by_an_import_is_noticed_too(marta: User) -> None:
    contact = make_contact()
    seen = contacts.version(contact)
    Contact.objects.update(name="imported", updated_at=timezone.now() + dt.timedelta(seconds=1))

    with pytest.raises(contacts.Changed) as caught:
        contacts.save_details(contact, seen=seen, by=marta, name="typed")

    assert caught.value.event is None


def test_new_address_has_its_spelling_and_hash_and_waiting_mail_follows(marta: User) -> None:
    contact = make_contact(email="old@example.com")
    waiting = make_message(contact=contact, invitation=None)
    sent = make_message(contact=contact, invitation=None, status=MessageStatus.SENT)

    contacts.save_details(contact, seen=contacts.version(contact), by=marta, email=" New@Example.com")

    contact.refresh_from_db()
    new, old = addresses.keyed_hash("new@example.com"), addresses.keyed_hash("old@example.com")
    assert (contact.email, contact.address_hash) == ("new@example.com", new)
    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert (waiting.address_hash, sent.address_hash) == (new, old)


def test_address_of_another_contact_is_refused(marta: User) -> None:
    make_contact(email="taken@example.com")
    contact = make_contact(email="mine@example.com")

    with pytest.raises(WrongState, match="another contact has this address"):
        contacts.save_details(contact, seen=contacts.version(contact), by=marta, email="TAKEN@example.com")

    assert Contact.objects.get(pk=contact.pk).email == "mine@example.com"
    assert Event.objects.count() == 0


def test_new_basis_says_when_and_by_whom(marta: User) -> None:
    contact = make_contact(basis=Basis.NONE)

    contacts.save_details(contact, seen=contacts.version(contact), by=marta, basis=Basis.CONSENT)

    contact.refresh_from_db()
    assert (contact.basis, contact.basis_source) == ("consent", "marta")
    assert contact.basis_at == contact.updated_at


@pytest.mark.usefixtures("shared_database")
def test_of_two_who_save_at_the_same_moment_one_is_refused() -> None:
    marta, contact = make_user("marta"), make_contact()
    seen = contacts.version(contact)

    outcomes = at_once(
        *[
            lambda name=name: contacts.save_details(Contact.objects.get(pk=contact.pk), seen=seen, by=marta, name=name)
            for name in ("one", "two")
        ]
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Changed", "list"]
    assert Event.objects.count() == 1
