"""A database that went the way of the former migrations goes on from where it is."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db

APPS = ("surveys", "advocacy")


def test_database_with_all_former_migrations_makes_no_table_again() -> None:
    loader, recorder = MigrationLoader(connection), MigrationRecorder(connection)
    for migration in [loader.get_migration(*key) for key in loader.graph.nodes if key[0] in APPS]:
        recorder.record_unapplied(migration.app_label, migration.name)
        for app, name in migration.replaces:
            recorder.record_applied(app, name)

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())

    steps = [step for step, _backwards in plan]
    assert [step.name for step in steps if step.replaces] == []
    assert "advocacy.0003_admins_may_do_everything" in [f"{step.app_label}.{step.name}" for step in steps]


def test_admins_hold_every_right_of_ours() -> None:
    every = Permission.objects.filter(content_type__app_label__in=["auth", *APPS])

    assert set(Group.objects.get(name="Admin").permissions.all()) == set(every)
