"""Admins keep absences and look up escalations."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, {})


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0006_escalations")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
