from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime

from surveys.models import Contact, ImportedContact
from tests.factories import make_account, make_contact, make_import
from tests.surveys.importing.conftest import Import

pytestmark = pytest.mark.django_db


def recorded() -> dict[str, tuple[bool, dict[str, Any], dict[str, Any]]]:
    rows = ImportedContact.objects.select_related("contact")
    return {row.contact.email: (row.was_created, row.before, row.after) for row in rows}


def test_new_contacts_are_recorded_as_made(run_import: Import) -> None:
    batch = make_import()
    make_contact(email="old@example.com")

    run_import("email,name\na@example.com,A\nb@example.com,B\n", batch_id=batch.pk)

    assert recorded() == {"a@example.com": (True, {}, {}), "b@example.com": (True, {}, {})}
    contact = Contact.objects.get(email="a@example.com")
    assert ImportedContact.objects.get(contact=contact).at == contact.updated_at


def test_changed_fields_are_recorded_and_no_others(run_import: Import) -> None:
    batch, account = make_import(), make_account(name="Initech")
    contact = make_contact(email="a@example.com", name="Old", language="en", tags=["x"], properties={"plan": "free"})

    run_import("email,name,language,tags,company,plan\nA@example.com,New,en,y,Initech,pro\n", batch_id=batch.pk)

    was_created, before, after = recorded()["a@example.com"]
    assert (was_created, set(before), set(after)) == (False, {"name", "tags", "properties", "account_id"}, set(before))
    assert (before["name"], after["name"]) == ("Old", "New")
    assert (before["account_id"], after["account_id"]) == ("", str(account.pk))
    assert [json.loads(side["tags"]) for side in (before, after)] == [["x"], ["x", "y"]]
    assert [json.loads(side["properties"]) for side in (before, after)] == [{"plan": "free"}, {"plan": "pro"}]
    row = ImportedContact.objects.get()
    assert row.updated_before == contact.updated_at


def test_basis_and_dates_come_as_texts(run_import: Import) -> None:
    batch = make_import()
    make_contact(email="a@example.com", basis="")

    run_import("email,customer since\na@example.com,2020-02-29\n", batch_id=batch.pk)

    _was_created, before, after = recorded()["a@example.com"]
    assert before == {"customer_since": "", "basis": "", "basis_source": "", "basis_at": ""}
    assert (after["customer_since"], after["basis"], after["basis_source"]) == ("2020-02-29", "customer", "people.csv")
    assert parse_datetime(after["basis_at"]) is not None


def test_unchanged_contacts_and_dry_runs_leave_no_trace(run_import: Import) -> None:
    batch = make_import()
    run_import("email,name\na@example.com,A\n")

    run_import("email,name\na@example.com,A\n", batch_id=batch.pk)
    run_import("email,name\nb@example.com,B\n", batch_id=batch.pk, dry_run=True)

    assert recorded() == {}


def test_first_word_about_a_contact_stands(run_import: Import) -> None:
    batch = make_import()
    run_import("email,name\na@example.com,A\n", batch_id=batch.pk)
    Contact.objects.update(name="Somebody else")

    run_import("email,name\na@example.com,A\n", batch_id=batch.pk)

    assert recorded() == {"a@example.com": (True, {}, {})}


def test_contact_of_a_changed_account_counts_without_a_field(run_import: Import) -> None:
    batch = make_import()
    run_import("email,company,revenue\na@example.com,Initech,1\n")

    report = run_import("email,company,revenue\na@example.com,Initech,2\n", batch_id=batch.pk)

    assert (report.updated, recorded()) == (1, {"a@example.com": (False, {}, {})})
