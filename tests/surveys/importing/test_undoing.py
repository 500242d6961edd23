from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys import contacts, imports
from surveys.enums import ImportStatus, KeepReason, SkipReason, TouchKind
from surveys.importing import undoing
from surveys.importing.undoing import Undo
from surveys.models import Account, Contact, Import, ImportedContact, Touch
from tests.factories import (
    make_account,
    make_case,
    make_contact,
    make_import,
    make_invitation,
    make_message,
    make_response,
    make_user,
)
from tests.surveys.importing.conftest import Import as RunImport

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(db: None) -> Import:
    return make_import(status=ImportStatus.RUNNING, started_at=timezone.now())


def take_back(batch: Import) -> Undo:
    total = Undo()

    def note(done: Undo) -> None:
        total.deleted += done.deleted
        total.restored += done.restored
        for reason, n in done.kept.items():
            total.kept[reason] = total.kept.get(reason, 0) + n

    undoing.undo(batch, note=note)
    return total


def addresses() -> list[str]:
    return list(Contact.objects.order_by("email").values_list("email", flat=True))


def test_contacts_that_the_import_made_are_deleted_and_others_stay(run_import: RunImport, batch: Import) -> None:
    make_contact(email="old@example.com")
    run_import("email\na@example.com\nb@example.com\nold@example.com\n", batch_id=batch.pk)
    plan = undoing.preview(batch)

    done = take_back(batch)

    assert (plan, done) == (Undo(deleted=2), Undo(deleted=2))
    assert addresses() == ["old@example.com"]
    assert ImportedContact.objects.count() == 0


def answer(contact: Contact) -> None:
    make_response(contact=contact)


def write(contact: Contact) -> None:
    make_message(invitation=make_invitation(contact=contact))


def call(contact: Contact) -> None:
    Touch.objects.create(contact=contact, kind=TouchKind.CALL, at=timezone.now())


def work(contact: Contact) -> None:
    make_case(contact=contact, response=None)


def change(contact: Contact) -> None:
    contacts.save_details(contact, seen=contacts.version(contact), by=make_user(), name="Ana")


@pytest.mark.parametrize(
    ("happen", "reason"),
    [
        (answer, KeepReason.ANSWERED),
        (write, KeepReason.WRITTEN_TO),
        (call, KeepReason.WRITTEN_TO),
        (work, KeepReason.WORKED_ON),
        (change, KeepReason.CHANGED),
    ],
)
def test_contact_with_whom_something_happened_stays(
    run_import: RunImport, batch: Import, happen: Callable[[Contact], None], reason: KeepReason
) -> None:
    run_import("email\na@example.com\nb@example.com\n", batch_id=batch.pk)
    happen(Contact.objects.get(email="a@example.com"))
    plan = undoing.preview(batch)

    done = take_back(batch)

    assert plan == done == Undo(deleted=1, kept={reason: 1})
    assert addresses() == ["a@example.com"]
    assert list(ImportedContact.objects.values_list("contact__email", "kept")) == [("a@example.com", reason)]


def test_contact_that_a_wave_left_out_is_deleted(run_import: RunImport, batch: Import) -> None:
    run_import("email\na@example.com\n", batch_id=batch.pk)
    make_invitation(contact=Contact.objects.get(), skip_reason=SkipReason.THROTTLED)

    assert take_back(batch) == Undo(deleted=1)


def test_earlier_values_come_back(run_import: RunImport, batch: Import) -> None:
    account, owner = make_account(name="Globex"), make_user("lin")
    before = dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=dt.UTC)
    make_contact(
        email="a@example.com",
        name="Ana",
        account=account,
        owner=owner,
        tags=["vip"],
        properties={"plan": "free"},
        customer_since=None,
        basis="",
        updated_at=before,
    )
    fields = [field.attname for field in Contact._meta.concrete_fields]
    was = Contact.objects.values(*fields).get()
    make_user("mo", is_active=True)
    run_import(
        "email,name,company,owner,tags,plan,customer since,language\n"
        "a@example.com,Ana María,Initech,mo@example.com,new,pro,2020-02-29,es\n",
        batch_id=batch.pk,
    )
    assert Contact.objects.values(*fields).get() != was

    done = take_back(batch)

    assert (done, Contact.objects.values(*fields).get()) == (Undo(restored=1), was)


def test_field_that_was_changed_since_keeps_its_value(run_import: RunImport, batch: Import) -> None:
    make_contact(email="a@example.com", name="Ana", language="en")
    run_import("email,name,language\na@example.com,Ana María,es\n", batch_id=batch.pk)
    Contact.objects.update(name="Ana M.")

    done = take_back(batch)

    assert done == Undo(restored=1)
    assert Contact.objects.values("name", "language").get() == {"name": "Ana M.", "language": "en"}


def test_contact_of_which_all_was_changed_since_stays_so(run_import: RunImport, batch: Import) -> None:
    make_contact(email="a@example.com", name="Ana")
    run_import("email,name\na@example.com,Ana María\n", batch_id=batch.pk)
    Contact.objects.update(name="Ana M.")

    done = take_back(batch)

    assert done == Undo(kept={KeepReason.CHANGED: 1})
    assert Contact.objects.get().name == "Ana M."


def test_basis_comes_back_whole_or_not_at_all(run_import: RunImport, batch: Import) -> None:
    make_contact(email="a@example.com", name="", basis="")
    run_import("email,name\na@example.com,Ana\n", batch_id=batch.pk)
    Contact.objects.update(basis="consent")

    take_back(batch)

    contact = Contact.objects.get()
    assert (contact.name, contact.basis, contact.basis_source) == ("", "consent", "people.csv")


def test_two_imports_are_taken_back_the_later_one_first(run_import: RunImport, batch: Import) -> None:
    later = make_import(status=ImportStatus.RUNNING, started_at=timezone.now())
    run_import("email,name\na@example.com,Ana\n", batch_id=batch.pk)
    run_import("email,name\na@example.com,Ana María\n", batch_id=later.pk)
    first_try = undoing.preview(batch)

    done = [take_back(later), take_back(batch)]

    assert first_try == Undo(kept={KeepReason.CHANGED: 1})
    assert done == [Undo(restored=1), Undo(deleted=1)]


def test_accounts_go_when_nobody_is_left_in_them(run_import: RunImport, batch: Import) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=1)):
        make_account(name="Initech", created_at=timezone.now())
    run_import("email,company\na@example.com,Initech\nb@example.com,Globex\nc@example.com,Hooli\n", batch_id=batch.pk)
    make_contact(account=Account.objects.get(name="Hooli"))

    take_back(batch)

    assert sorted(Account.objects.values_list("name", flat=True)) == ["Hooli", "Initech"]


def test_stopped_undo_goes_on_where_it_was(
    run_import: RunImport, batch: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "SLICE", 2)
    run_import("email\n" + "".join(f"c{number}@example.com\n" for number in range(5)), batch_id=batch.pk)
    told: list[int] = []

    def stop(done: Undo) -> None:
        told.append(done.deleted)
        if len(told) == 2:
            raise imports.LostLease

    with pytest.raises(imports.LostLease):
        undoing.undo(batch, note=stop)
    left = Contact.objects.count()
    done = take_back(batch)

    assert (left, done, Contact.objects.count()) == (3, Undo(deleted=3), 0)


def test_preview_takes_two_statements(
    run_import: RunImport, batch: Import, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_import("email\n" + "".join(f"c{number}@example.com\n" for number in range(50)), batch_id=batch.pk)

    with django_assert_num_queries(2):
        plan = undoing.preview(batch)

    assert plan == Undo(deleted=50)
