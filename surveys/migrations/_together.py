"""Make many tables in one step.

Between two operations Django makes all its models anew that are related to the one that changed, which with a hundred
related tables takes longer than the database needs. Here they are made once for all tables of a migration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import router
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class Together(Operation):
    """`operations` are CreateModel, and what adds fields, indexes and constraints to these same models: the tables are
    made as they are in the end. Raises ValueError for an operation on any other model."""

    category = OperationCategory.ADDITION

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)
        self.names = [each.name_lower for each in self.operations if isinstance(each, CreateModel)]
        for each in self.operations:
            if not isinstance(each, CreateModel) and getattr(each, "model_name_lower", "") not in self.names:
                raise ValueError(f"{each.describe()}: this model is not made here")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # which is what would be made anew each time
        state.is_delayed = False  # it is whole once it is made: no RunPython behind this one makes it again
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: ProjectState) -> None:
        for name in self.names:
            model = to_state.apps.get_model(app_label, name)
            if router.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: Any) -> None:
        for name in reversed(self.names):
            model = from_state.apps.get_model(app_label, name)
            if router.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(each.references_model(name, app_label) for each in self.operations)

    def describe(self) -> str:
        return f"Make the tables {', '.join(self.names)}"
