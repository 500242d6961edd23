from __future__ import annotations

from django.db import migrations, models
from django.db.models.deletion import SET_NULL


class Migration(migrations.Migration):
    dependencies = [("surveys", "0017_touches_unchecked")]

    operations = [
        migrations.RemoveIndex(model_name="message", name="surveys_message_in_turn"),
        migrations.AddField(
            model_name="message",
            name="parked_in",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=SET_NULL,
                related_name="+",
                to="surveys.wave",
                verbose_name="put aside with",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("parked_in__isnull", True), ("status", "queued")),
                fields=["priority", "not_before", "id"],
                name="surveys_message_in_turn",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("parked_in__isnull", False)),
                fields=["parked_in"],
                name="surveys_message_parked",
            ),
        ),
    ]
