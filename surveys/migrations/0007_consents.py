"""What contacts agree to, in the words that were shown: facts that are only ever withdrawn."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0006_test_mails_to_colleagues"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("quote", "May be quoted"), ("marketing", "Offers and favours by mail")],
                        max_length=12,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("", "None recorded"), ("customer", "Customer relation"), ("consent", "Consent")],
                        default="consent",
                        max_length=12,
                        verbose_name="basis",
                    ),
                ),
                ("text", models.TextField(help_text="Word for word what the contact read.", verbose_name="wording")),
                ("text_hash", models.CharField(max_length=64, verbose_name="SHA-256 of the wording")),
                ("language", models.CharField(max_length=12, verbose_name="language")),
                (
                    "scope",
                    models.JSONField(default=list, help_text="What it covers, in plain words.", verbose_name="covers"),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("at", models.DateTimeField(verbose_name="given at")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="ends at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="surveys.contact",
                        verbose_name="contact",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "indexes": [models.Index(fields=["contact", "purpose", "at"], name="surveys_consent_by_contact")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), models.Q(("text_hash", ""), _negated=True)
                        ),
                        name="surveys_consent_keeps_its_wording",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True), ("expires_at__gt", models.F("at")), _connector="OR"
                        ),
                        name="surveys_consent_ends_later",
                    ),
                ],
            },
        ),
    ]
