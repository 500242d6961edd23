"""The five roles, as groups with permissions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = ["surveys.view_contact", "surveys.view_account", "surveys.view_response", "surveys.view_inboxmail"]
WORK = ["advocacy.view_case", "advocacy.work_case"]
CAMPAIGNS = [
    f"surveys.{verb}_{model}"
    for verb in ("view", "add", "change")
    for model in ("campaign", "campaigntext", "pagetext")
] + ["surveys.launch_campaign", "surveys.view_wave", "surveys.view_message", "surveys.view_brand"]
ROLES = {
    "Support": READ + WORK,
    "Support lead": [*READ, *WORK, "advocacy.assign_case"],
    "Marketing": [*READ, *CAMPAIGNS, "advocacy.view_advocate"],
    "Admin": None,  # everything of surveys, advocacy and the users
    "Employee": [],
}


def make_groups(apps: Any, _editor: Any) -> None:
    # Django makes permissions after all migrations; the groups need them now.
    for label in ("auth", "surveys", "advocacy"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    for role, wanted in ROLES.items():
        group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        rows = permissions.filter(content_type__app_label__in=["auth", "surveys", "advocacy"])
        for row in rows.select_related("content_type"):
            name = f"{row.content_type.app_label}.{row.codename}"
            if wanted is None or name in wanted:
                group.permissions.add(row)


def remove_groups(apps: Any, _editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0001_initial"),
        ("surveys", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, remove_groups)]
