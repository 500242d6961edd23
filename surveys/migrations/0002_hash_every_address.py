"""Contacts whose address came in by the admin had no hash, and passed by every suppression."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from surveys import addresses


def hash_addresses(apps: Any, _editor: Any) -> None:
    contacts = apps.get_model("surveys", "Contact").objects
    for contact in contacts.filter(address_hash="").exclude(email="").iterator():
        email = addresses.normalise(contact.email)
        contacts.filter(pk=contact.pk).update(email=email, address_hash=addresses.keyed_hash(email))


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(hash_addresses, migrations.RunPython.noop)]
