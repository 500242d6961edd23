"""Accounts by how their name begins, in any case: PostgreSQL needs an index of its own for it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

NAME = "surveys_account_name_begins"


def add(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE INDEX {NAME} ON surveys_account (upper(name::text) text_pattern_ops)")


def remove(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0013_lighter_messages")]

    operations = [migrations.RunPython(add, remove)]
