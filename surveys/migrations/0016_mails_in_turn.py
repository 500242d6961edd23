from __future__ import annotations

from typing import Any

from django.db import migrations, models

# When its mail leaves, an invitation is told when it closes. With room beside it on its page, for all that a window
# sends, PostgreSQL writes the new row there and touches none of the four indexes.
FILLED = "ALTER TABLE surveys_invitation SET (fillfactor = {percent})"


def leave_room(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FILLED.format(percent=70))


def fill(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FILLED.format(percent=100))


class Migration(migrations.Migration):
    dependencies = [("surveys", "0010_seed_reasons")]

    operations = [
        migrations.RemoveIndex(model_name="message", name="surveys_message_waiting"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("status", "queued")),
                fields=["priority", "not_before", "id"],
                name="surveys_message_in_turn",
            ),
        ),
        migrations.RunPython(leave_room, fill),
    ]
