from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# Each column is the first of another index, or most rows have nothing in it.
GONE = {
    "surveys_invitation_wave_id_56d8896d": ("surveys_invitation", "wave_id"),
    "surveys_response_contact_id_8cb1010f": ("surveys_response", "contact_id"),
    "surveys_response_door_id_b66e1255": ("surveys_response", "door_id"),
    "surveys_response_subject_id_2a5a5ab2": ("surveys_response", "subject_id"),
    "surveys_revision_response_id_2021c1cb": ("surveys_revision", "response_id"),
    "surveys_touch_contact_id_829c0594": ("surveys_touch", "contact_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0014_narrower_messages"),
    ]

    operations = [
        # By hand: SQLite would write each of the tables anew for each of them.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, (table, column) in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="invitation",
                    name="wave",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="invitations",
                        to="surveys.wave", verbose_name="wave",
                    ),
                ),
                migrations.AlterField(
                    model_name="response",
                    name="contact",
                    field=models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL,
                        related_name="responses", to="surveys.contact", verbose_name="contact",
                    ),
                ),
                migrations.AlterField(
                    model_name="response",
                    name="door",
                    field=models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL,
                        related_name="responses", to="surveys.door", verbose_name="door",
                    ),
                ),
                migrations.AlterField(
                    model_name="response",
                    name="subject",
                    field=models.ForeignKey(
                        blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses", to="surveys.subject", verbose_name="subject",
                    ),
                ),
                migrations.AlterField(
                    model_name="revision",
                    name="response",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="revisions",
                        to="surveys.response", verbose_name="answer",
                    ),
                ),
                migrations.AlterField(
                    model_name="touch",
                    name="contact",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="touches",
                        to="surveys.contact", verbose_name="contact",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("door__isnull", False)), fields=["door"], name="surveys_response_by_door"
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("subject__isnull", False)), fields=["subject"], name="surveys_response_by_subject"
            ),
        ),
    ]  # fmt: skip
