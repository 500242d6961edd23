"""The queue by how the name of an account begins, in any case: PostgreSQL needs an index of its own for it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

NAME = "advocacy_case_account_begins"


def add(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        # Of all cases: how many fit is told from an index on an expression only where it has no condition.
        editor.execute(f"CREATE INDEX {NAME} ON advocacy_case (upper(account_name::text) text_pattern_ops)")


def remove(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0043_fill_what_cases_carry")]

    operations = [migrations.RunPython(add, remove)]
