"""What staff write from a case, saved replies, macros, mentions, promises, and who has a case open."""

from __future__ import annotations

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from surveys.migrations._together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0011_rights_of_queue"),
        ("surveys", "0011_page_persons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="SavedReply",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="What colleagues look for.", max_length=80, unique=True, verbose_name="name"
                            ),
                        ),
                        ("is_offered", models.BooleanField(default=True, verbose_name="is offered")),
                    ],
                    options={
                        "verbose_name": "saved reply",
                        "verbose_name_plural": "saved replies",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="CaseLetter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        ("text", models.TextField(verbose_name="text")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "attempt",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="letter",
                                to="advocacy.attempt",
                                verbose_name="attempt",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="letters",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="case_letter",
                                to="surveys.message",
                                verbose_name="mail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter of a case",
                        "verbose_name_plural": "letters of cases",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalSavedReply",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "name",
                            models.CharField(
                                db_index=True, help_text="What colleagues look for.", max_length=80, verbose_name="name"
                            ),
                        ),
                        ("is_offered", models.BooleanField(default=True, verbose_name="is offered")),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical saved reply",
                        "verbose_name_plural": "historical saved replies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Pledge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="promise")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("kept_at", models.DateTimeField(blank=True, null=True, verbose_name="kept at")),
                        ("broken_at", models.DateTimeField(blank=True, null=True, verbose_name="broken at")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="why it was broken")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pledges",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "promise",
                        "verbose_name_plural": "promises",
                    },
                ),
                migrations.CreateModel(
                    name="PledgeAlert",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.message",
                                verbose_name="mail",
                            ),
                        ),
                        (
                            "pledge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alerts",
                                to="advocacy.pledge",
                                verbose_name="promise",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="told",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "alert of a promise",
                        "verbose_name_plural": "alerts of promises",
                    },
                ),
                migrations.CreateModel(
                    name="Presence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="since")),
                        ("at", models.DateTimeField(verbose_name="last heard of")),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="presences",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "open page of a case",
                        "verbose_name_plural": "open pages of cases",
                    },
                ),
                migrations.CreateModel(
                    name="Macro",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        ("is_offered", models.BooleanField(default=True, verbose_name="is offered")),
                        (
                            "owner_change",
                            models.CharField(
                                blank=True,
                                choices=[("me", "Whoever runs it"), ("nobody", "Nobody"), ("user", "A colleague")],
                                max_length=8,
                                verbose_name="owner",
                            ),
                        ),
                        ("waits", models.BooleanField(default=False, verbose_name="then waits for the customer")),
                        (
                            "snooze_hours",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(2160),
                                ],
                                verbose_name="snooze, in hours",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=10000, verbose_name="private note")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="to whom",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="advocacy.theme",
                                verbose_name="root cause",
                            ),
                        ),
                        (
                            "saved_reply",
                            models.ForeignKey(
                                blank=True,
                                help_text="Is sent to the contact.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="macros",
                                to="advocacy.savedreply",
                                verbose_name="saved reply",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "macro",
                        "verbose_name_plural": "macros",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalSavedReplyText",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        ("text", models.TextField(max_length=10000, verbose_name="text")),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reply",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.savedreply",
                                verbose_name="saved reply",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical text of a saved reply",
                        "verbose_name_plural": "historical texts of saved replies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalMacro",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(db_index=True, max_length=80, verbose_name="name")),
                        ("is_offered", models.BooleanField(default=True, verbose_name="is offered")),
                        (
                            "owner_change",
                            models.CharField(
                                blank=True,
                                choices=[("me", "Whoever runs it"), ("nobody", "Nobody"), ("user", "A colleague")],
                                max_length=8,
                                verbose_name="owner",
                            ),
                        ),
                        ("waits", models.BooleanField(default=False, verbose_name="then waits for the customer")),
                        (
                            "snooze_hours",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(2160),
                                ],
                                verbose_name="snooze, in hours",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=10000, verbose_name="private note")),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="to whom",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.theme",
                                verbose_name="root cause",
                            ),
                        ),
                        (
                            "saved_reply",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Is sent to the contact.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.savedreply",
                                verbose_name="saved reply",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical macro",
                        "verbose_name_plural": "historical macros",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="SavedReplyText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        ("text", models.TextField(max_length=10000, verbose_name="text")),
                        (
                            "reply",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="advocacy.savedreply",
                                verbose_name="saved reply",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of a saved reply",
                        "verbose_name_plural": "texts of saved replies",
                        "ordering": ["language"],
                    },
                ),
                migrations.CreateModel(
                    name="Mention",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen at")),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.message",
                                verbose_name="mail",
                            ),
                        ),
                        (
                            "note",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mentions",
                                to="advocacy.casenote",
                                verbose_name="note",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mentions",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mention",
                        "verbose_name_plural": "mentions",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("seen_at__isnull", True)),
                                fields=["user", "-at"],
                                name="advocacy_mention_unseen",
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("note", "user"), name="advocacy_mention_once")],
                    },
                ),
                migrations.AddIndex(
                    model_name="pledge",
                    index=models.Index(
                        condition=models.Q(("broken_at__isnull", True), ("kept_at__isnull", True)),
                        fields=["due_on", "id"],
                        name="advocacy_pledge_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pledge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kept_at__isnull", True), ("broken_at__isnull", True), _connector="OR"),
                        name="advocacy_pledge_kept_or_broken",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pledge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("broken_at__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="advocacy_pledge_broken_has_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pledgealert",
                    constraint=models.UniqueConstraint(fields=("pledge", "user"), name="advocacy_pledge_alert_once"),
                ),
                migrations.AddConstraint(
                    model_name="presence",
                    constraint=models.UniqueConstraint(fields=("case", "user"), name="advocacy_presence_once"),
                ),
                migrations.AddConstraint(
                    model_name="savedreplytext",
                    constraint=models.UniqueConstraint(
                        fields=("reply", "language"),
                        name="advocacy_saved_reply_language_once",
                        violation_error_message="This reply has a text in that language already.",
                    ),
                ),
            ]
        ),
    ]
