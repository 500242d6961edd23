"""Admins look up what the queue keeps: they get all the rights there are."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, {})


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0009_rights_of_new_rooms")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
