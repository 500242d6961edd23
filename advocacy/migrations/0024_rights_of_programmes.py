"""Marketing asks advocates and runs the programmes; support leads look on. Nominating is for all who see a contact's work."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {
    "Support": ["advocacy.nominate_advocate"],
    "Support lead": ["advocacy.nominate_advocate", "advocacy.view_programme", "advocacy.view_ask"],
    "Marketing": [
        "advocacy.nominate_advocate",
        "advocacy.view_ask",
        "advocacy.work_ask",
        "advocacy.export_ask",
        *(f"advocacy.{verb}_programme" for verb in ("view", "add", "change")),
    ],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0022_rights_of_leads")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
