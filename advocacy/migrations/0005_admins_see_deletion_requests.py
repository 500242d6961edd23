"""Wishes to be forgotten came after the groups were made."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations


def grant(apps: Any, _editor: Any) -> None:
    # Django makes permissions after all migrations; the group needs them now.
    config = apps.get_app_config("advocacy")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name="Admin")
    rows = apps.get_model("auth", "Permission").objects
    group.permissions.add(*rows.filter(content_type__app_label="advocacy", content_type__model="deletionrequest"))


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0004_deletion_requests")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
