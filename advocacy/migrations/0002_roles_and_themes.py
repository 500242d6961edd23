"""The five roles, as groups with permissions, and themes to begin with: without one no case can be closed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ["auth", "surveys", "advocacy"]
THEMES = ["Product quality", "Delivery", "Support", "Price and billing", "Ease of use", "Something else", "Not known"]

IDEAS = ["surveys.read_report", "advocacy.view_fix", "advocacy.add_fix", "advocacy.view_theme"]
READ = [
    "surveys.view_contact",
    "surveys.view_account",
    "surveys.view_response",
    "surveys.view_segment",
    "surveys.view_suppression",
    "surveys.view_inboxmail",
    "advocacy.view_customerrequest",
    "advocacy.work_customerrequest",
]
CASES = ["advocacy.view_case", "advocacy.work_case"]
SENDING = ["surveys.view_campaign", "surveys.view_wave", "surveys.view_message"]
ROLES = {
    "Support": IDEAS + READ + CASES,
    "Support lead": [
        *IDEAS,
        *READ,
        *CASES,
        *SENDING,
        "advocacy.assign_case",
        "advocacy.work_fix",
        "advocacy.view_team",
        "surveys.add_suppression",
        "surveys.delete_suppression",
    ],
    "Marketing": [
        *IDEAS,
        *READ,
        *SENDING,
        "surveys.add_campaign",
        "surveys.change_campaign",
        "surveys.launch_campaign",
        *(f"surveys.{verb}_{model}" for verb in ("view", "add", "change") for model in ("campaigntext", "pagetext")),
        "surveys.view_brand",
        "surveys.view_touchpoint",
        "surveys.view_subject",
        "surveys.add_segment",
        "surveys.change_segment",
        "advocacy.work_fix",
        "advocacy.view_advocate",
        "advocacy.work_advocate",
    ],
    "Admin": None,  # everything of surveys, advocacy and the users
    "Employee": IDEAS,
}


def make_groups(apps: Any, _editor: Any) -> None:
    # Django makes permissions after all migrations; the groups need them now.
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    rows = apps.get_model("auth", "Permission").objects.filter(content_type__app_label__in=APPS)
    permissions = {f"{row.content_type.app_label}.{row.codename}": row for row in rows.select_related("content_type")}
    for role, names in ROLES.items():
        group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(*(permissions[name] for name in (permissions if names is None else names)))


def make_themes(apps: Any, _editor: Any) -> None:
    themes = apps.get_model("advocacy", "Theme").objects
    if not themes.exists():
        themes.bulk_create([themes.model(name=name) for name in THEMES])


class Migration(migrations.Migration):
    # Folded, as 0001 is: a database that has all these goes on without a step.
    replaces = [
        ("advocacy", "0002_make_groups"),
        ("advocacy", "0004_default_themes"),
        ("advocacy", "0005_grant_rights"),
        ("advocacy", "0009_leads_keep_suppressions"),
        ("surveys", "0002_hash_every_address"),
    ]
    dependencies = [
        ("advocacy", "0001_all_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(make_themes, migrations.RunPython.noop),
    ]
