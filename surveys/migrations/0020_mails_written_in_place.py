from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import migrations, models

# With room beside it on its page, PostgreSQL writes a mail that is claimed, or dispatched, there, and touches no index.
FILLED = "ALTER TABLE surveys_message SET (fillfactor = {percent})"


def note_claims(apps: Any, _schema_editor: Any) -> None:
    """What a worker has in hand just now, or had when it went away."""
    claims: dict[UUID, list[int]] = defaultdict(list)
    in_hand = apps.get_model("surveys", "Message").objects.filter(
        status__in=["claimed", "dispatching"], claim_id__isnull=False
    )
    for claim_id, pk in in_hand.order_by("pk").values_list("claim_id", "pk"):
        claims[claim_id].append(pk)
    claim = apps.get_model("surveys", "Claim")
    claim.objects.bulk_create(claim(id=claim_id, messages=messages) for claim_id, messages in claims.items())


def leave_room(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FILLED.format(percent=70))


def fill(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FILLED.format(percent=100))


class Migration(migrations.Migration):
    dependencies = [("surveys", "0019_once_without_a_day")]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("messages", models.JSONField(help_text="Their numbers.", verbose_name="messages")),
            ],
            options={"verbose_name": "claim", "verbose_name_plural": "claims", "default_permissions": ()},
        ),
        migrations.RunPython(note_claims, migrations.RunPython.noop),
        *[
            migrations.RemoveIndex(model_name="message", name=f"surveys_message_{name}")
            for name in ("in_hand", "window", "to_stop", "not_sent", "in_turn")
        ],
        migrations.AddField(
            model_name="message",
            name="is_open",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(("status__in", ("queued", "claimed", "dispatching"))), output_field=models.BooleanField()
                ),
                output_field=models.BooleanField(),
                verbose_name="on its way",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="not_sent_as",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(status__in=("failed", "unknown", "suppressed", "cancelled"), then=models.F("status"))
                ),
                output_field=models.CharField(max_length=12, null=True),
                verbose_name="not sent",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("is_open", True), ("parked_in__isnull", True)),
                fields=["priority", "not_before", "id"],
                name="surveys_message_in_turn",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("is_open", True), ("leave_by__isnull", False)),
                fields=["leave_by"],
                name="surveys_message_window",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["address_hash"], name="surveys_message_to_stop"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("not_sent_as__isnull", False)),
                fields=["not_sent_as", "-id"],
                name="surveys_message_not_sent",
            ),
        ),
        migrations.RunPython(leave_room, fill),
    ]
