"""A case has three clocks, and its lead is told once of each that has run too far."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from surveys.migrations._together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0007_team_calendars"),
        ("surveys", "0003_style_experiment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                choices=[
                                    ("first_contact", "First contact"),
                                    ("owner", "Owner"),
                                    ("resolution", "Resolution"),
                                ],
                                max_length=16,
                                verbose_name="clock",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("warning", "Three quarters used"), ("breach", "All of it used")],
                                max_length=8,
                                verbose_name="level",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="was due")),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "escalation",
                        "verbose_name_plural": "escalations",
                    },
                ),
                migrations.AddField(
                    model_name="escalation",
                    name="case",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="escalations",
                        to="advocacy.case",
                        verbose_name="case",
                    ),
                ),
                migrations.AddField(
                    model_name="escalation",
                    name="lead",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="escalations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lead",
                    ),
                ),
                migrations.AddField(
                    model_name="escalation",
                    name="message",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="escalations",
                        to="surveys.message",
                        verbose_name="mail",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="escalation",
                    constraint=models.UniqueConstraint(
                        fields=("case", "clock", "level"), name="advocacy_escalation_once"
                    ),
                ),
            ]
        ),
        migrations.AddField(
            model_name="case",
            name="owner_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="owner due"),
        ),
        migrations.AddField(
            model_name="case",
            name="resolve_by",
            field=models.DateTimeField(blank=True, null=True, verbose_name="resolution due"),
        ),
        migrations.AddField(
            model_name="case",
            name="warn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="first contact nearly due"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("owner_due_at__isnull", False), ("status__in", ("open", "contacted"))),
                fields=["owner_due_at"],
                name="advocacy_case_owner_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "contacted")), ("waiting_since__isnull", True)),
                fields=["resolve_by"],
                name="advocacy_case_resolve_by",
            ),
        ),
    ]
