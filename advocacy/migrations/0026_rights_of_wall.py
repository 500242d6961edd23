from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {"Marketing": ["advocacy.view_storyplace", "advocacy.view_storytranslation"]}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0024_rights_of_programmes")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
