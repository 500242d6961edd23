"""A case cannot be closed without a theme, so a new installation needs some to begin with."""

from __future__ import annotations

from typing import Any

from django.db import migrations

NAMES = ["Product quality", "Delivery", "Support", "Price and billing", "Ease of use", "Something else", "Not known"]


def make_themes(apps: Any, _editor: Any) -> None:
    themes = apps.get_model("advocacy", "Theme").objects
    if not themes.exists():
        themes.bulk_create([themes.model(name=name) for name in NAMES])


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0003_rights_and_closed_cases")]
    operations = [migrations.RunPython(make_themes, migrations.RunPython.noop)]
