from __future__ import annotations

from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):
    dependencies = [("surveys", "0016_mails_in_turn")]

    operations = [
        migrations.AlterField(
            model_name="touch",
            name="contact",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=CASCADE,
                related_name="touches",
                to="surveys.contact",
                verbose_name="contact",
            ),
        ),
    ]
