"""What each role may do in the new rooms."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

REPORTS = ["surveys.read_report"]
IDEAS = ["advocacy.view_fix", "advocacy.add_fix", "advocacy.view_theme"]
PEOPLE = [
    "surveys.view_contact",
    "surveys.view_account",
    "surveys.view_response",
    "surveys.view_segment",
    "surveys.view_suppression",
]
REQUESTS = ["advocacy.view_customerrequest", "advocacy.work_customerrequest"]
CAMPAIGNS = ["surveys.view_campaign", "surveys.view_wave", "surveys.view_message"]
LEADS = ["advocacy.work_fix", "advocacy.view_team"]
ROLES = {
    "Support": REPORTS + IDEAS + PEOPLE + REQUESTS,
    "Support lead": REPORTS + IDEAS + PEOPLE + REQUESTS + CAMPAIGNS + LEADS,
    "Marketing": [
        *REPORTS,
        *IDEAS,
        *PEOPLE,
        *REQUESTS,
        *CAMPAIGNS,
        "advocacy.work_fix",
        "advocacy.view_advocate",
        "advocacy.work_advocate",
        "surveys.add_segment",
        "surveys.change_segment",
        "surveys.view_touchpoint",
        "surveys.view_subject",
    ],
    "Admin": None,  # everything of surveys, advocacy and the users
    "Employee": REPORTS + IDEAS,
}


def grant(apps: Any, _editor: Any) -> None:
    # Django makes permissions after all migrations; the groups need them now.
    for label in ("auth", "surveys", "advocacy"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    rows = permissions.filter(content_type__app_label__in=["auth", "surveys", "advocacy"]).select_related(
        "content_type"
    )
    for role, wanted in ROLES.items():
        group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        names = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
        group.permissions.add(*[row for name, row in names.items() if wanted is None or name in wanted])


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0004_default_themes"), ("surveys", "0003_segments_and_rights")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
