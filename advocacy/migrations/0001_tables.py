# Folded from the migrations named in `replaces`: a database that has them all goes on without a step.
from __future__ import annotations

import datetime

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import surveys.models.fields
from surveys.migrations._together import Together


class Migration(migrations.Migration):
    replaces = [
        ("advocacy", "0001_initial"),
        ("advocacy", "0003_rights_and_closed_cases"),
        ("advocacy", "0006_keep_history_of_settings"),
        ("advocacy", "0007_name_real_hours"),
        ("advocacy", "0008_sort_requests_and_list_fixes"),
        ("advocacy", "0010_take_the_demo_away_exactly"),
        ("advocacy", "0011_keep_replies_by_mail"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("surveys", "0001_tables"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Advocate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contact",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="advocate",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                        ("paused_until", models.DateTimeField(blank=True, null=True, verbose_name="paused until")),
                        ("do_not_ask", models.BooleanField(default=False, verbose_name="do not ask")),
                        ("forbids_gifts", models.BooleanField(default=False, verbose_name="employer forbids gifts")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "advocate",
                        "verbose_name_plural": "advocates",
                        "permissions": [("work_advocate", "Can pause advocates and say what may be asked of them")],
                    },
                ),
                migrations.CreateModel(
                    name="DemoRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=60)),
                        ("row_id", models.BigIntegerField()),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "row_id"), name="advocacy_demo_row_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalTeam",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(db_index=True, max_length=80, verbose_name="name")),
                        (
                            "timezone",
                            models.CharField(
                                default="UTC",
                                help_text="Such as Europe/Madrid.",
                                max_length=64,
                                validators=[surveys.models.fields.is_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        ("opens_at", models.TimeField(default=datetime.time(9, 0), verbose_name="opens at")),
                        ("closes_at", models.TimeField(default=datetime.time(17, 0), verbose_name="closes at")),
                        (
                            "weekdays",
                            models.CharField(
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
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="lead",
                            ),
                        ),
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
                        "verbose_name": "historical team",
                        "verbose_name_plural": "historical teams",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalTheme",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
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
                        "verbose_name": "historical theme",
                        "verbose_name_plural": "historical themes",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="led_teams",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="lead",
                            ),
                        ),
                        (
                            "timezone",
                            models.CharField(
                                default="UTC",
                                help_text="Such as Europe/Madrid.",
                                max_length=64,
                                validators=[surveys.models.fields.is_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        ("opens_at", models.TimeField(default=datetime.time(9, 0), verbose_name="opens at")),
                        ("closes_at", models.TimeField(default=datetime.time(17, 0), verbose_name="closes at")),
                        (
                            "weekdays",
                            models.CharField(
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
                        (
                            "members",
                            models.ManyToManyField(
                                blank=True, related_name="teams", to=settings.AUTH_USER_MODEL, verbose_name="members"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "team",
                        "verbose_name_plural": "teams",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Theme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "theme",
                        "verbose_name_plural": "themes",
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("name"), name="advocacy_theme_name_any_case"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Case",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cases",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cases",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("contacted", "Contacted"), ("closed", "Closed")],
                                default="open",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cases",
                                to="advocacy.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cases",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=50, help_text="Small is urgent.", verbose_name="priority"
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cases",
                                to="advocacy.theme",
                                verbose_name="root cause",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened at")),
                        ("due_at", models.DateTimeField(verbose_name="first contact due")),
                        ("contacted_at", models.DateTimeField(blank=True, null=True, verbose_name="first contact at")),
                        ("waiting_since", models.DateTimeField(blank=True, null=True, verbose_name="waiting since")),
                        ("snoozed_until", models.DateTimeField(blank=True, null=True, verbose_name="snoozed until")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("resolved", "Reached, and resolved"),
                                    ("no_fix", "Reached, no fix possible"),
                                    ("no_contact", "Reached, asks for no further contact"),
                                    ("not_reached", "Not reached after three attempts on two days"),
                                    ("wrong_person", "Wrong person"),
                                    ("left", "Had already left"),
                                    ("cannot_please", "Cannot be pleased"),
                                ],
                                max_length=16,
                                verbose_name="outcome",
                            ),
                        ),
                        ("promise", models.CharField(blank=True, max_length=300, verbose_name="promise")),
                        ("promise_due_on", models.DateField(blank=True, null=True, verbose_name="promise due on")),
                    ],
                    options={
                        "verbose_name": "case",
                        "verbose_name_plural": "cases",
                        "permissions": [
                            ("work_case", "Can work cases: attempts, notes, close and reopen"),
                            ("assign_case", "Can give cases to others"),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status__in", ("open", "contacted"))),
                                fields=["due_at", "id"],
                                name="advocacy_case_queue",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ("open", "contacted"))),
                                fields=["owner", "due_at", "id"],
                                name="advocacy_case_mine",
                            ),
                            models.Index(
                                condition=models.Q(("status", "closed")),
                                fields=["-closed_at", "-id"],
                                name="advocacy_case_closed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ("open", "contacted"))),
                                fields=("contact",),
                                name="advocacy_case_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "closed"), _negated=True),
                                    models.Q(("outcome", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="advocacy_case_closed_has_outcome",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attempts",
                                to="advocacy.case",
                                verbose_name="case",
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
                            "channel",
                            models.CharField(
                                choices=[("call", "Call"), ("mail", "Mail"), ("visit", "Visit"), ("other", "Other")],
                                default="call",
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        ("reached", models.BooleanField(default=False, verbose_name="reached")),
                        ("note", models.TextField(blank=True, verbose_name="what was said")),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "attempt",
                        "verbose_name_plural": "attempts",
                    },
                ),
                migrations.CreateModel(
                    name="CaseNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notes",
                                to="advocacy.case",
                                verbose_name="case",
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
                        ("text", models.TextField(verbose_name="note")),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "note",
                        "verbose_name_plural": "notes",
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Hash of its Message-ID: a mail may come twice.",
                                max_length=64,
                                unique=True,
                                verbose_name="key",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="replies",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="replies",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="replies",
                                to="surveys.message",
                                verbose_name="answers the mail",
                            ),
                        ),
                        ("sender", models.CharField(blank=True, max_length=320, verbose_name="from")),
                        ("subject", models.CharField(blank=True, max_length=400, verbose_name="subject")),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "reply",
                        "verbose_name_plural": "replies",
                    },
                ),
                migrations.CreateModel(
                    name="Fix",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=160, verbose_name="title")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("idea", "Idea"),
                                    ("planned", "Planned"),
                                    ("shipped", "Shipped"),
                                    ("announced", "Announced"),
                                    ("declined", "Declined"),
                                ],
                                default="idea",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="fixes",
                                to="advocacy.theme",
                                verbose_name="theme",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="proposed by",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="fixes",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                        ("shipped_at", models.DateTimeField(blank=True, null=True, verbose_name="shipped at")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="proposed",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "fix",
                        "verbose_name_plural": "fixes",
                        "permissions": [("work_fix", "Can plan, ship and decline fixes")],
                        "indexes": [models.Index(fields=["status", "due_on", "id"], name="advocacy_fix_by_state")],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requests",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
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
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="advocacy.theme",
                                verbose_name="theme",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.subject",
                                verbose_name="subject",
                            ),
                        ),
                        (
                            "fix",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="advocacy.fix",
                                verbose_name="fix",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told at")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="came in",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "request",
                        "verbose_name_plural": "requests",
                        "permissions": [("work_customerrequest", "Can sort requests and link them to fixes")],
                        "indexes": [models.Index(fields=["due_at", "id"], name="advocacy_request_by_due")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("response__isnull", False)),
                                fields=("response",),
                                name="advocacy_request_once_a_response",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Routing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routings",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(verbose_name="revision")),
                        (
                            "band",
                            models.CharField(
                                choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                                max_length=12,
                                verbose_name="band",
                            ),
                        ),
                        (
                            "routed_to",
                            models.CharField(
                                choices=[
                                    ("case", "Case"),
                                    ("request", "Request"),
                                    ("advocate", "Advocate"),
                                    ("no_contact", "Nothing: no contact is known"),
                                    ("too_old", "Nothing: imported, and older than 14 days"),
                                ],
                                max_length=12,
                                verbose_name="became",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="routings",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="routings",
                                to="advocacy.customerrequest",
                                verbose_name="request",
                            ),
                        ),
                        (
                            "advocate",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="routings",
                                to="advocacy.advocate",
                                verbose_name="advocate",
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "routing",
                        "verbose_name_plural": "routings",
                        "constraints": [
                            models.UniqueConstraint(fields=("response", "revision"), name="advocacy_routing_once")
                        ],
                    },
                ),
            ]
        ),
    ]
