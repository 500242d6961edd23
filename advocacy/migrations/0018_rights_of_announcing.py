"""Who may thank those who asked: whoever may ship a fix. Admins get all there is."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {
    "Support lead": ["advocacy.work_announcement"],
    "Marketing": ["advocacy.work_announcement"],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0016_seed_theme_rules")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
