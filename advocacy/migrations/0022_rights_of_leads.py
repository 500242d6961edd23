"""Leads hold huddles and see how their teams are doing; support reads the huddles."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {
    "Support": ["advocacy.view_huddle"],
    "Support lead": ["advocacy.view_huddle", "advocacy.hold_huddle", "advocacy.read_lead"],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0020_rights_of_ideas")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
