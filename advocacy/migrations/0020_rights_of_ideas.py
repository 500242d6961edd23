"""Who plans fixes may also put a question to the house."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

CHALLENGES = ["advocacy.view_challenge", "advocacy.add_challenge", "advocacy.change_challenge"]
RIGHTS = {"Support lead": CHALLENGES, "Marketing": CHALLENGES}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0018_rights_of_announcing")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
