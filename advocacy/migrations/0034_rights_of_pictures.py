"""Marketing looks up pictures and places in the admin; working with them comes with the case studies."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {"Marketing": ["advocacy.view_picture", "advocacy.view_studyplace"]}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0032_rights_of_case_studies")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
