"""What a case carries of its contact, account and answers, so that the queue reads them nowhere else."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0041_rights_of_perks"),
        ("surveys", "0013_lighter_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="answer_campaign",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="surveys.campaign",
                verbose_name="campaign",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="answer_excerpt",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="comment"),
        ),
        migrations.AddField(
            model_name="case",
            name="answer_language",
            field=models.CharField(blank=True, editable=False, max_length=12, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="case",
            name="answer_score",
            field=models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="score"),
        ),
        migrations.AddField(
            model_name="case",
            name="answer_wants_contact",
            field=models.BooleanField(default=False, editable=False, verbose_name="wants to be contacted"),
        ),
        migrations.AddField(
            model_name="case",
            name="has_other_bad",
            field=models.BooleanField(default=False, editable=False, verbose_name="second bad score"),
        ),
        migrations.AddField(
            model_name="case",
            name="has_other_best",
            field=models.BooleanField(default=False, editable=False, verbose_name="was a promoter"),
        ),
        migrations.AddField(
            model_name="case",
            name="contact_account",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="surveys.account",
                verbose_name="account",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="contact_revenue",
            field=models.DecimalField(
                blank=True, decimal_places=2, editable=False, max_digits=14, null=True, verbose_name="revenue a year"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="searched",
            field=models.TextField(blank=True, editable=False, verbose_name="words"),
        ),
        migrations.AddField(
            model_name="case",
            name="account_name",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="account"),
        ),
        migrations.AddField(
            model_name="case",
            name="contact_language",
            field=models.CharField(blank=True, editable=False, max_length=12, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="case",
            name="contact_name",
            field=models.CharField(blank=True, editable=False, max_length=254, verbose_name="contact"),
        ),
    ]
