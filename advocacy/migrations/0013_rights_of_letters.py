"""Who looks after saved replies and macros."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

KEPT = ("savedreply", "savedreplytext", "macro")
RIGHTS = {
    "Support lead": [f"advocacy.{verb}_{model}" for verb in ("view", "add", "change") for model in KEPT],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0011_rights_of_queue")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
