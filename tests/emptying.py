"""How the tables are emptied behind a test with real transactions.

Django's `flush` empties each of some two hundred tables and then makes content types, permissions and, here, the groups
of the roles again: on PostgreSQL a second for each test. This one deletes from the tables in which there is something,
and leaves alone what the migrations bring and no test changes, unless one has.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder

GRANTED: Any = Group.permissions.through
LASTING = [Group, GRANTED, Permission, ContentType, MigrationRecorder.Migration]


class Emptier:
    """Knows what stood in the lasting tables when it was made, which is before the first test."""

    def __init__(self) -> None:
        lasting = {model._meta.db_table for model in LASTING}
        with connection.cursor() as cursor:
            self._is_superuser = connection.vendor == "postgresql" and _is_superuser(cursor)
            self._tables = sorted(set(connection.introspection.table_names(cursor)) - lasting)
        self._granted = list(GRANTED.objects.order_by("pk").values_list("pk", "group_id", "permission_id"))
        self._groups = list(Group.objects.order_by("pk").values_list("pk", "name"))
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
            self._bring_back()
        if self._count() != self._counts:
            raise RuntimeError("the test has left other content types or permissions than it found")

    def _bring_back(self) -> None:
        if list(Group.objects.order_by("pk").values_list("pk", "name")) != self._groups:
            GRANTED.objects.all().delete()
            Group.objects.all().delete()
            Group.objects.bulk_create(Group(pk=pk, name=name) for pk, name in self._groups)
        if list(GRANTED.objects.order_by("pk").values_list("pk", "group_id", "permission_id")) != self._granted:
            GRANTED.objects.all().delete()
            GRANTED.objects.bulk_create(
                GRANTED(pk=pk, group_id=group, permission_id=permission) for pk, group, permission in self._granted
            )

    def _count(self) -> list[int]:
        return [model._default_manager.count() for model in (Permission, ContentType)]


def _is_superuser(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT current_setting('is_superuser')::bool")
    return bool(cursor.fetchone()[0])
