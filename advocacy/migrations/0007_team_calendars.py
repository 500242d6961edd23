"""A team has holidays and weekdays of their own hours, and shares its work by who is there and has room."""

from __future__ import annotations

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import advocacy.models.teams
import surveys.models.fields
from surveys.migrations._together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0006_seed_review_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="first day away")),
                        ("ends_on", models.DateField(verbose_name="last day away")),
                    ],
                    options={
                        "verbose_name": "absence",
                        "verbose_name_plural": "absences",
                        "ordering": ["-starts_on", "user"],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalAbsence",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("starts_on", models.DateField(verbose_name="first day away")),
                        ("ends_on", models.DateField(verbose_name="last day away")),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical absence",
                        "verbose_name_plural": "historical absences",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.AddField(
                    model_name="absence",
                    name="user",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalabsence",
                    name="history_user",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="historicalabsence",
                    name="user",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="absence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="advocacy_absence_ends_after_it_starts",
                    ),
                ),
            ]
        ),
        migrations.AddField(
            model_name="historicalteam",
            name="capacity",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Who has so many gets no further case by turns. Empty: no limit.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="most open cases a person",
            ),
        ),
        migrations.AddField(
            model_name="historicalteam",
            name="holidays",
            field=models.TextField(
                blank=True,
                help_text="One a line, as in 2026-12-25.",
                validators=[surveys.models.fields.is_list_of_days],
                verbose_name="holidays",
            ),
        ),
        migrations.AddField(
            model_name="historicalteam",
            name="key_revenue",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Contacts of accounts with such a revenue a year are reached within 8 hours. Empty: none are key.",
                max_digits=14,
                null=True,
                validators=[django.core.validators.MinValueValidator(Decimal("1"))],
                verbose_name="key accounts from",
            ),
        ),
        migrations.AddField(
            model_name="historicalteam",
            name="own_hours",
            field=models.TextField(
                blank=True,
                help_text="One a line, as in 4 09:00-13:00 for Friday; up to 00:00 is the end of the day.",
                validators=[advocacy.models.teams.is_list_of_hours],
                verbose_name="weekdays with hours of their own",
            ),
        ),
        migrations.AddField(
            model_name="historicalteam",
            name="resolution_hours",
            field=models.PositiveSmallIntegerField(
                default=40,
                help_text="Open hours from the answer on; they stand still while a case waits for the customer.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(2000),
                ],
                verbose_name="hours to resolve a case",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="capacity",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Who has so many gets no further case by turns. Empty: no limit.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="most open cases a person",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="holidays",
            field=models.TextField(
                blank=True,
                help_text="One a line, as in 2026-12-25.",
                validators=[surveys.models.fields.is_list_of_days],
                verbose_name="holidays",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="key_revenue",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Contacts of accounts with such a revenue a year are reached within 8 hours. Empty: none are key.",
                max_digits=14,
                null=True,
                validators=[django.core.validators.MinValueValidator(Decimal("1"))],
                verbose_name="key accounts from",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="own_hours",
            field=models.TextField(
                blank=True,
                help_text="One a line, as in 4 09:00-13:00 for Friday; up to 00:00 is the end of the day.",
                validators=[advocacy.models.teams.is_list_of_hours],
                verbose_name="weekdays with hours of their own",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="resolution_hours",
            field=models.PositiveSmallIntegerField(
                default=40,
                help_text="Open hours from the answer on; they stand still while a case waits for the customer.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(2000),
                ],
                verbose_name="hours to resolve a case",
            ),
        ),
        migrations.AlterField(
            model_name="historicalteam",
            name="weekdays",
            field=models.CharField(
                blank=True,
                default="01234",
                help_text="0 is Monday, 6 is Sunday: 01234 is Monday to Friday.",
                max_length=7,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(?!.*(.).*\\1)[0-6]{1,7}\\Z",
                        "Write each working day once, as digits from 0 (Monday) to 6 (Sunday).",
                    )
                ],
                verbose_name="working days",
            ),
        ),
        migrations.AlterField(
            model_name="team",
            name="weekdays",
            field=models.CharField(
                blank=True,
                default="01234",
                help_text="0 is Monday, 6 is Sunday: 01234 is Monday to Friday.",
                max_length=7,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(?!.*(.).*\\1)[0-6]{1,7}\\Z",
                        "Write each working day once, as digits from 0 (Monday) to 6 (Sunday).",
                    )
                ],
                verbose_name="working days",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("weekdays", ""), _negated=True),
                    models.Q(("own_hours", ""), _negated=True),
                    _connector="OR",
                ),
                name="advocacy_team_has_an_open_hour",
            ),
        ),
    ]
