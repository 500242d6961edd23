"""What came after the groups were made was open to no admin of an older database: replies, slots, histories."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ["auth", "surveys", "advocacy"]


def grant(apps: Any, _editor: Any) -> None:
    # Django makes permissions after all migrations; the group needs them now.
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name="Admin")
    group.permissions.add(*apps.get_model("auth", "Permission").objects.filter(content_type__app_label__in=APPS))


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0002_roles_and_themes")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
