"""Admins may do everything, so also what is asked beside the score."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations


def grant(apps: Any, _editor: Any) -> None:
    # Django makes permissions after all migrations; the group needs them now.
    config = apps.get_app_config("surveys")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name="Admin")
    group.permissions.add(*apps.get_model("auth", "Permission").objects.filter(content_type__app_label="surveys"))


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0003_admins_may_do_everything"), ("surveys", "0003_seed_reasons")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
