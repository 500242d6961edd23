from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def leave_room(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Each invitation is written once more, when its mail leaves. With room beside it, in no index."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE surveys_invitation SET (fillfactor = 85)")


def leave_none(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE surveys_invitation RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0013_lighter_messages"),
    ]

    operations = [
        # A worker knows the numbers of its batch.
        migrations.RemoveIndex(model_name="message", name="surveys_message_by_claim"),
        migrations.RunPython(leave_room, leave_none),
    ]
