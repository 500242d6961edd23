from __future__ import annotations

from typing import Any

from django.db import migrations, models


def forget_days(apps: Any, _schema_editor: Any) -> None:
    """A day kept from another kind said nothing until now; from now on it would start a wave that nobody asked for."""
    apps.get_model("surveys", "Campaign").objects.filter(kind="once").update(starts_on=None)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0018_mails_put_aside")]

    operations = [
        *[
            migrations.AlterField(
                model_name=model,
                name="starts_on",
                field=models.DateField(
                    blank=True,
                    help_text="In its time zone. One that asks once needs none if you launch it by hand.",
                    null=True,
                    verbose_name="first day",
                ),
            )
            for model in ("campaign", "historicalcampaign")
        ],
        migrations.RunPython(forget_days, migrations.RunPython.noop),
    ]
