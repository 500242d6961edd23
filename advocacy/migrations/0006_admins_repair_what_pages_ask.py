"""Admins may do everything, so also what is asked beside the score."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, {})


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0005_rights_of_new_rooms"), ("surveys", "0007_seed_reasons")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
