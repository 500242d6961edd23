"""The words of each theme in twelve languages, and which theme a reason is. Staff change both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"
# Prices and invoices are apart now; where the old theme is in use, it stays as it is.
OLD, NEW = "Price and billing", "Price"


def seed(apps: Any, _editor: Any) -> None:
    _part_prices_from_invoices(apps)
    for file in sorted((DATA / "themes").glob("*.json")):
        for name, words in json.loads(file.read_text(encoding="utf-8")).items():
            rules = apps.get_model("advocacy", "ThemeRule").objects
            known = {"words": "\n".join(words), "origin": "shipped"}
            rules.get_or_create(theme=_theme(apps, name), language=file.stem, defaults=known)
    reasons = apps.get_model("surveys", "Reason").objects
    for key, name in json.loads((DATA / "theme_reasons.json").read_text(encoding="utf-8")).items():
        if reason := reasons.filter(key=key).first():
            themes = apps.get_model("advocacy", "ReasonTheme").objects
            themes.get_or_create(reason=reason, defaults={"theme": _theme(apps, name)})


def _theme(apps: Any, name: str) -> Any:
    themes = apps.get_model("advocacy", "Theme").objects
    return themes.filter(name__iexact=name).first() or themes.create(name=name)


def _part_prices_from_invoices(apps: Any) -> None:
    themes = apps.get_model("advocacy", "Theme").objects
    old = themes.filter(name=OLD).first()
    if old is None or themes.filter(name__iexact=NEW).exists():
        return
    used = [apps.get_model("advocacy", name).objects.filter(theme=old) for name in ("Case", "Fix", "CustomerRequest")]
    if not any(rows.exists() for rows in used):
        themes.filter(pk=old.pk).update(name=NEW)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0015_rights_of_themes"), ("surveys", "0010_seed_reasons")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
