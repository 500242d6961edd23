"""A request may turn out to be none; requests are listed by what is due, fixes by state."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0007_name_real_hours"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customerrequest",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not sorted yet"),
                    ("question", "Question"),
                    ("problem", "Problem"),
                    ("suggestion", "Suggestion"),
                    ("none", "Not a request"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="customerrequest",
            index=models.Index(fields=["due_at", "id"], name="advocacy_request_by_due"),
        ),
        migrations.AddIndex(
            model_name="fix",
            index=models.Index(fields=["status", "due_on", "id"], name="advocacy_fix_by_state"),
        ),
    ]
