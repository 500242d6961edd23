"""What the queue sorts by, what can be undone for ten seconds, and the views that people save."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from surveys.migrations._together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0009_rights_of_new_rooms"),
        ("surveys", "0011_page_persons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Deed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verb",
                            models.CharField(
                                choices=[
                                    ("assign", "Assigned"),
                                    ("snooze", "Snoozed"),
                                    ("wake", "Woken"),
                                    ("wait", "Waiting"),
                                    ("go_on", "Waiting no more"),
                                    ("close", "Closed"),
                                    ("reopen", "Reopened"),
                                ],
                                max_length=8,
                                verbose_name="what",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
                    ],
                    options={
                        "verbose_name": "deed",
                        "verbose_name_plural": "deeds",
                    },
                ),
                migrations.CreateModel(
                    name="DeedCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("before", models.JSONField(verbose_name="before")),
                        ("seen", models.CharField(max_length=80, verbose_name="version after")),
                    ],
                    options={
                        "verbose_name": "case of a deed",
                        "verbose_name_plural": "cases of deeds",
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("is_shared", models.BooleanField(default=False, verbose_name="for everybody")),
                        ("view", models.CharField(max_length=16, verbose_name="view")),
                        (
                            "query",
                            models.CharField(
                                blank=True,
                                help_text="As they stand in the address.",
                                max_length=1000,
                                verbose_name="filters",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                    },
                ),
                migrations.AddField(
                    model_name="deed",
                    name="by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deeds",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                migrations.AddField(
                    model_name="deedcase",
                    name="case",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deeds",
                        to="advocacy.case",
                        verbose_name="case",
                    ),
                ),
                migrations.AddField(
                    model_name="deedcase",
                    name="deed",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="advocacy.deed",
                        verbose_name="deed",
                    ),
                ),
                migrations.AddField(
                    model_name="savedview",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                migrations.AddIndex(
                    model_name="deed",
                    index=models.Index(fields=["at"], name="advocacy_deed_at"),
                ),
                migrations.AddConstraint(
                    model_name="savedview",
                    constraint=models.UniqueConstraint(fields=("owner", "name"), name="advocacy_savedview_own_name"),
                ),
            ]
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="advocacy_case_queue",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="advocacy_case_mine",
        ),
        migrations.AddField(
            model_name="case",
            name="news",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing new"),
                    ("reply", "Wrote back"),
                    ("answer", "Answered again"),
                    ("awake", "Its time has come"),
                ],
                default="",
                max_length=8,
                verbose_name="news",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="rank",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(status="closed", then=9),
                    models.When(models.Q(("news", ""), _negated=True), then=0),
                    models.When(status="open", then=1),
                    default=2,
                ),
                output_field=models.PositiveSmallIntegerField(),
                verbose_name="place in the queue",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["rank", "due_at", "priority", "id"],
                name="advocacy_case_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["owner", "rank", "due_at", "priority", "id"],
                name="advocacy_case_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["theme", "rank", "due_at", "priority", "id"],
                name="advocacy_case_by_theme",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["team", "rank", "due_at", "priority", "id"],
                name="advocacy_case_by_team",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("snoozed_until__isnull", True),
                    ("status__in", ("open", "contacted")),
                    ("waiting_since__isnull", False),
                ),
                fields=["rank", "due_at", "priority", "id"],
                name="advocacy_case_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", False), ("status__in", ("open", "contacted"))),
                fields=["snoozed_until", "id"],
                name="advocacy_case_snoozed",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("snoozed_until__isnull", True),
                    ("status__in", ("open", "contacted")),
                    ("contacted_at__isnull", True),
                    ("status", "open"),
                ),
                fields=["due_at", "priority", "id"],
                name="advocacy_case_due",
            ),
        ),
    ]
