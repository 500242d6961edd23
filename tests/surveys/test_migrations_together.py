"""Tables made in one step are as if made one by one, and go away again."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations import AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from surveys.migrations._together import Together

KEY = ("id", models.BigAutoField(primary_key=True))


def operations() -> list[Operation]:
    return [
        CreateModel("Lamp", [KEY, ("name", models.CharField(max_length=9))]),
        CreateModel("Room", [KEY, ("lamp", models.ForeignKey("surveys.Lamp", models.CASCADE))]),
        AddField("Lamp", "room", models.ForeignKey("surveys.Room", models.CASCADE, null=True, related_name="+")),
        AddIndex("Lamp", models.Index(fields=["name"], name="lamp_by_name")),
    ]


def tables() -> set[str]:
    return {"surveys_lamp", "surveys_room"} & set(connection.introspection.table_names())


@pytest.mark.django_db(transaction=True)
def test_tables_are_made_as_they_are_in_the_end_and_taken_away() -> None:
    step, before = Together(operations()), ProjectState()
    after = before.clone()
    step.state_forwards("surveys", after)
    with connection.schema_editor() as editor:
        step.database_forwards("surveys", editor, before, after)
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, "surveys_lamp")]
        constraints = connection.introspection.get_constraints(cursor, "surveys_lamp")
    assert (tables(), columns) == ({"surveys_lamp", "surveys_room"}, ["id", "name", "room_id"])
    assert constraints["lamp_by_name"]["columns"] == ["name"]
    with connection.schema_editor() as editor:
        step.database_backwards("surveys", editor, after, before)
    assert tables() == set()


def test_state_is_that_of_the_operations_one_by_one() -> None:
    at_once, one_by_one = ProjectState(), ProjectState()
    Together(operations()).state_forwards("surveys", at_once)
    for each in operations():
        each.state_forwards("surveys", one_by_one)
    assert at_once == one_by_one


def test_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="Create index lamp_by_name on field"):
        Together(operations()[3:])


def test_what_is_made_can_be_asked_for() -> None:
    step = Together(operations())
    assert step.references_model("Room", "surveys")
    assert step.describe() == "Make the tables lamp, room"
