"""Leads and admins may count an answer that nobody is sure of, with their name and reason."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, {"Support lead": ["surveys.confirm_response"]})


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0003_admins_may_do_everything"), ("surveys", "0002_evidence")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
