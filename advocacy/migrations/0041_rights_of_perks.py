"""Marketing plans perks, invites guests and takes their list along; support leads look on."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {
    "Support lead": ["advocacy.view_perk"],
    "Marketing": [
        *(f"advocacy.{verb}_perk" for verb in ("view", "add", "change", "work", "export")),
    ],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0039_rights_of_reviews")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
