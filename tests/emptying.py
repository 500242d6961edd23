"""How the tables are emptied behind a test with real transactions.

Django's `flush` empties each of some two hundred tables and then makes content types, permissions and, here, the groups
of the roles again: on PostgreSQL a second for each test. This one deletes from the tables in which there is something,
and leaves alone what the migrations bring, unless a test has changed it: each finds that, whichever came before it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

KEPT = [Permission, ContentType, MigrationRecorder.Migration]  # no test changes them, and they are many


class Emptier:
    """Knows what stood in the tables when it was made, which is before the first test."""

    def __init__(self) -> None:
        kept = {model._meta.db_table for model in KEPT}
        models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
        ours = [model for model in models if model._meta.managed and model._meta.db_table not in kept]
        self._brought = {model: rows for model in ours if (rows := _rows(model))}
        with connection.cursor() as cursor:
            self._is_superuser = connection.vendor == "postgresql" and _is_superuser(cursor)
            tables = set(connection.introspection.table_names(cursor)) - kept
        self._tables = sorted(tables - {model._meta.db_table for model in self._brought})
        self._counts = self._count()

    def empty(self) -> None:
        """Raises RuntimeError where a test has changed content types or permissions."""
        with transaction.atomic(), connection.cursor() as cursor:
            if self._is_superuser:  # may switch off the triggers that look for rows which refer to those that go
                cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in self._tables)
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {name}")
            changed = {model: rows for model, rows in self._brought.items() if _rows(model) != rows}
            for model in changed:
                cursor.execute(f"DELETE FROM {model._meta.db_table}")
            for model, rows in changed.items():
                model._base_manager.bulk_create(model(**dict(zip(_names(model), row, strict=True))) for row in rows)
        if self._count() != self._counts:
            raise RuntimeError("the test has left other content types or permissions than it found")

    def _count(self) -> list[int]:
        return [model._default_manager.count() for model in (Permission, ContentType)]


def _rows(model: type[Model]) -> list[tuple[Any, ...]]:
    return list(model._base_manager.order_by("pk").values_list(*_names(model)))


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _is_superuser(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT current_setting('is_superuser')::bool")
    return bool(cursor.fetchone()[0])
