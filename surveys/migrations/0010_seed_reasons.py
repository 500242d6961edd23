"""The reasons a customer may choose from, in twelve languages. Each can be reworded or withdrawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import migrations

FILE = Path(__file__).resolve().parent.parent / "data" / "reasons.json"


def seed(apps: Any, _editor: Any) -> None:
    reasons = apps.get_model("surveys", "Reason").objects
    for row in json.loads(FILE.read_text(encoding="utf-8")):
        reasons.get_or_create(key=row["key"], defaults={"labels": row["labels"]})


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_every_table")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
