"""Drafts of languages came after the groups were made: only an admin decides on them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, {})


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0004_leads_confirm_answers"), ("surveys", "0004_language_drafts")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
