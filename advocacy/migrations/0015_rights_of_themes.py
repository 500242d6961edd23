"""Who says what an answer is about, and who sees the words it is found by."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {
    "Support": ["advocacy.work_commenttheme", "advocacy.view_themerule"],
    "Support lead": ["advocacy.work_commenttheme", "advocacy.view_themerule"],
    "Marketing": ["advocacy.work_commenttheme", "advocacy.view_themerule"],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0013_rights_of_letters")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
