"""A lead may stop and lift mail to an address: whoever takes the call should not have to wait for an admin."""

from __future__ import annotations

from typing import Any

from django.db import migrations

ROLE = "Support lead"
RIGHTS = ["add_suppression", "delete_suppression"]


def _rights(apps: Any) -> Any:
    return apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="surveys", content_type__model="suppression", codename__in=RIGHTS
    )


def grant(apps: Any, _editor: Any) -> None:
    # An earlier migration made the permissions and the groups.
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=ROLE)
    group.permissions.add(*_rights(apps))


def withdraw(apps: Any, _editor: Any) -> None:
    for group in apps.get_model("auth", "Group").objects.filter(name=ROLE):
        group.permissions.remove(*_rights(apps))


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0008_sort_requests_and_list_fixes")]
    operations = [migrations.RunPython(grant, withdraw)]
