# Folded from the migrations named in `replaces`: a database that has them all goes on without a step.
from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import advocacy.models.fields
import advocacy.models.teams
import surveys.models.fields
from surveys.migrations._together import Together


class Migration(migrations.Migration):
    replaces = [
        ("advocacy", "0001_tables"),
        ("advocacy", "0004_deletion_requests"),
        ("advocacy", "0005_stories_knowledge_reviews"),
        ("advocacy", "0007_team_calendars"),
        ("advocacy", "0008_escalations"),
        ("advocacy", "0010_queue"),
        ("advocacy", "0012_letters_and_macros"),
        ("advocacy", "0014_theme_rules"),
        ("advocacy", "0017_announcements"),
        ("advocacy", "0019_idea_hub"),
        ("advocacy", "0021_huddles"),
        ("advocacy", "0023_asks_and_programmes"),
        ("advocacy", "0025_wall"),
        ("advocacy", "0029_referrals_and_rewards"),
        ("advocacy", "0031_case_studies"),
        ("advocacy", "0033_pictures"),
        ("advocacy", "0036_tiers"),
        ("advocacy", "0038_review_rules"),
        ("advocacy", "0040_perks"),
        ("advocacy", "0042_what_cases_carry"),
        ("advocacy", "0044_queue_by_what_they_carry"),
        ("advocacy", "0045_queue_from_indexes_alone"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("surveys", "0001_every_table"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="ActionPoints",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("testimonial", "Testimonial published"),
                                    ("referral", "Referral qualified"),
                                    ("customer", "Referral became a customer"),
                                    ("case_study", "Case study done"),
                                    ("reference_call", "Reference call done"),
                                    ("speaker", "Spoke at an event"),
                                    ("advisory_board", "Sat on the advisory board"),
                                    ("social_post", "Social post done"),
                                    ("beta", "Beta test done"),
                                ],
                                max_length=16,
                                unique=True,
                                verbose_name="what was done",
                            ),
                        ),
                        (
                            "points",
                            models.PositiveSmallIntegerField(
                                help_text="0: it does not count.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="points",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "points for a deed",
                        "verbose_name_plural": "points for deeds",
                        "ordering": ["action"],
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
                                    ("merged", "Merged"),
                                ],
                                default="idea",
                                max_length=12,
                                verbose_name="status",
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
                    ],
                    options={
                        "verbose_name": "fix",
                        "verbose_name_plural": "fixes",
                        "permissions": [("work_fix", "Can plan, ship and decline fixes")],
                    },
                ),
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
                    name="Advocate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("paused_until", models.DateTimeField(blank=True, null=True, verbose_name="paused until")),
                        ("do_not_ask", models.BooleanField(default=False, verbose_name="do not ask")),
                        ("forbids_gifts", models.BooleanField(default=False, verbose_name="employer forbids gifts")),
                        (
                            "site",
                            advocacy.models.fields.SecureURLField(
                                blank=True,
                                help_text="Their own, beginning with https://.",
                                max_length=500,
                                verbose_name="site",
                            ),
                        ),
                        (
                            "handles",
                            models.TextField(
                                blank=True, help_text="One a line.", max_length=500, verbose_name="social handles"
                            ),
                        ),
                        ("nominated_at", models.DateTimeField(blank=True, null=True, verbose_name="nominated at")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
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
                            "nominated_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="nominated by",
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
                    ],
                    options={
                        "verbose_name": "advocate",
                        "verbose_name_plural": "advocates",
                        "permissions": [
                            ("work_advocate", "Can pause advocates and say what may be asked of them"),
                            ("nominate_advocate", "Can nominate a contact as an advocate"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Announcement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("drafting", "Being drafted"),
                                    ("review", "Waits for a person"),
                                    ("done", "All decided"),
                                ],
                                default="drafting",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "gift",
                            models.CharField(
                                blank=True,
                                help_text="With a gift it is marketing: only who agreed gets it.",
                                max_length=200,
                                verbose_name="gift",
                            ),
                        ),
                        ("rest_up_to", models.BigIntegerField(default=0, verbose_name="rest up to")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="begun",
                            ),
                        ),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        (
                            "ask_with",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whoever was told is asked once more by this campaign, as soon as its throttle allows.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.campaign",
                                verbose_name="asked again with",
                            ),
                        ),
                        (
                            "rest_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="rest by",
                            ),
                        ),
                        (
                            "fix",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="announcement",
                                to="advocacy.fix",
                                verbose_name="fix",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "announcement",
                        "verbose_name_plural": "announcements",
                        "permissions": [("work_announcement", "Can write and send thank-yous")],
                    },
                ),
                migrations.CreateModel(
                    name="AnnouncementText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                        ("body", models.TextField(blank=True, verbose_name="text")),
                        ("news", models.CharField(blank=True, max_length=1000, verbose_name="what is different now")),
                        (
                            "announcement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="advocacy.announcement",
                                verbose_name="announcement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of an announcement",
                        "verbose_name_plural": "texts of announcements",
                    },
                ),
                migrations.CreateModel(
                    name="Ask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("testimonial", "Testimonial"),
                                    ("referral", "Referral"),
                                    ("case_study", "Case study"),
                                    ("reference_call", "Reference call"),
                                    ("speaker", "Speaker or event"),
                                    ("advisory_board", "Advisory board"),
                                    ("social_post", "Social post"),
                                    ("beta", "Beta test"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("sent", "Sent"),
                                    ("done", "Done"),
                                    ("declined", "Declined"),
                                    ("expired", "No answer"),
                                    ("dropped", "Dropped before it was sent"),
                                ],
                                default="planned",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("asked", "Asked"),
                                    ("agreed", "Agreed"),
                                    ("booked", "Date set"),
                                    ("drafted", "Drafted"),
                                    ("done", "Done"),
                                    ("said_no", "Said no"),
                                    ("no_answer", "No answer"),
                                    ("dropped", "Dropped"),
                                ],
                                default="planned",
                                max_length=12,
                                verbose_name="stage",
                            ),
                        ),
                        ("stage_at", models.DateTimeField(verbose_name="in this stage since")),
                        (
                            "token",
                            models.UUIDField(
                                db_default=surveys.models.fields.RandomToken(),
                                editable=False,
                                unique=True,
                                verbose_name="token",
                            ),
                        ),
                        ("planned_for", models.DateTimeField(verbose_name="planned for")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "None yet"),
                                    ("yes", "Yes"),
                                    ("will", "I will do it myself"),
                                    ("not_now", "Not now"),
                                    ("never", "Never ask me again"),
                                ],
                                max_length=8,
                                verbose_name="answer",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        ("next_step", models.CharField(blank=True, max_length=160, verbose_name="next step")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                        ("reason_why", models.CharField(blank=True, max_length=300, verbose_name="why this advocate")),
                        (
                            "override_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="why a rule was overridden"),
                        ),
                        ("is_automatic", models.BooleanField(default=False, verbose_name="planned by its programme")),
                        ("created_at", models.DateTimeField(verbose_name="added")),
                        (
                            "advocate",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="asks",
                                to="advocacy.advocate",
                                verbose_name="advocate",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="planned by",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="ask",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                        (
                            "override_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="overridden by",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="asks",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ask",
                        "verbose_name_plural": "asks",
                        "permissions": [
                            ("work_ask", "Can plan asks, move them on a board and override what wears people out"),
                            ("export_ask", "Can export the asks of a programme as a file"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Budget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="until, that day included")),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[A-Z]{3}\\Z", "Write three capitals, such as EUR."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="amount",
                            ),
                        ),
                        (
                            "approval_limit",
                            models.DecimalField(
                                decimal_places=2,
                                help_text="Above it, whoever proposed a reward cannot approve it.",
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="one person may approve up to",
                            ),
                        ),
                        (
                            "yearly_ceiling",
                            models.DecimalField(
                                decimal_places=2,
                                help_text="What one person may get in 365 days, in this currency.",
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="ceiling for one person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "budget",
                        "verbose_name_plural": "budgets",
                        "ordering": ["-starts_on", "name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="advocacy_budget_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__gte", 0), ("approval_limit__gte", 0), ("yearly_ceiling__gte", 0)
                                ),
                                name="advocacy_budget_not_negative",
                            ),
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
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("contacted", "Contacted"), ("closed", "Closed")],
                                default="open",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=50, help_text="Small is urgent.", verbose_name="priority"
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened at")),
                        ("due_at", models.DateTimeField(verbose_name="first contact due")),
                        (
                            "warn_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="first contact nearly due"),
                        ),
                        ("owner_due_at", models.DateTimeField(blank=True, null=True, verbose_name="owner due")),
                        ("resolve_by", models.DateTimeField(blank=True, null=True, verbose_name="resolution due")),
                        ("contacted_at", models.DateTimeField(blank=True, null=True, verbose_name="first contact at")),
                        ("waiting_since", models.DateTimeField(blank=True, null=True, verbose_name="waiting since")),
                        ("snoozed_until", models.DateTimeField(blank=True, null=True, verbose_name="snoozed until")),
                        (
                            "news",
                            models.CharField(
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
                        (
                            "rank",
                            models.GeneratedField(
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
                        (
                            "answer_score",
                            models.PositiveSmallIntegerField(
                                blank=True, editable=False, null=True, verbose_name="score"
                            ),
                        ),
                        (
                            "answer_language",
                            models.CharField(blank=True, editable=False, max_length=12, verbose_name="language"),
                        ),
                        (
                            "answer_excerpt",
                            models.CharField(blank=True, editable=False, max_length=300, verbose_name="comment"),
                        ),
                        (
                            "answer_wants_contact",
                            models.BooleanField(default=False, editable=False, verbose_name="wants to be contacted"),
                        ),
                        (
                            "has_other_bad",
                            models.BooleanField(default=False, editable=False, verbose_name="second bad score"),
                        ),
                        (
                            "has_other_best",
                            models.BooleanField(default=False, editable=False, verbose_name="was a promoter"),
                        ),
                        (
                            "contact_revenue",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                editable=False,
                                max_digits=14,
                                null=True,
                                verbose_name="revenue a year",
                            ),
                        ),
                        (
                            "contact_name",
                            models.CharField(blank=True, editable=False, max_length=254, verbose_name="contact"),
                        ),
                        (
                            "contact_language",
                            models.CharField(blank=True, editable=False, max_length=12, verbose_name="language"),
                        ),
                        (
                            "account_name",
                            models.CharField(blank=True, editable=False, max_length=200, verbose_name="account"),
                        ),
                        ("searched", models.TextField(blank=True, editable=False, verbose_name="words")),
                        (
                            "answer_campaign",
                            models.ForeignKey(
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
                            "contact_account",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.account",
                                verbose_name="account",
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
                    ],
                    options={
                        "verbose_name": "case",
                        "verbose_name_plural": "cases",
                        "permissions": [
                            ("work_case", "Can work cases: attempts, notes, close and reopen"),
                            ("assign_case", "Can give cases to others"),
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
                                related_name="attempts",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attempt",
                        "verbose_name_plural": "attempts",
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
                    name="CaseNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(verbose_name="note")),
                        ("at", models.DateTimeField(verbose_name="at")),
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
                                related_name="notes",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "note",
                        "verbose_name_plural": "notes",
                    },
                ),
                migrations.CreateModel(
                    name="CaseStudy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=160, verbose_name="working title")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("nominated", "Nominated"),
                                    ("qualified", "Qualified"),
                                    ("agreed", "Customer agreed"),
                                    ("booked", "Interview booked"),
                                    ("interviewed", "Interviewed"),
                                    ("drafting", "Drafting"),
                                    ("internal", "Internal review"),
                                    ("customer", "Customer review"),
                                    ("legal", "Legal and brand approval"),
                                    ("signed", "Release signed"),
                                    ("published", "Published"),
                                    ("refresh", "Refresh due"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="nominated",
                                max_length=12,
                                verbose_name="stage",
                            ),
                        ),
                        ("stage_at", models.DateTimeField(verbose_name="in this stage since")),
                        ("next_step", models.CharField(blank=True, max_length=160, verbose_name="next step")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                        (
                            "release_months",
                            models.PositiveSmallIntegerField(
                                default=24,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(120),
                                ],
                                verbose_name="a release lasts, in months",
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                        ("created_at", models.DateTimeField(verbose_name="added")),
                        (
                            "ask",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="case_studies",
                                to="advocacy.ask",
                                verbose_name="ask",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_studies",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="case_studies",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="case_studies",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "case study",
                        "verbose_name_plural": "case studies",
                        "permissions": [
                            ("work_casestudy", "Can work on case studies and publish what was signed"),
                            ("export_casestudy", "Can export the list of case studies as a file"),
                        ],
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
                            "origin",
                            models.CharField(
                                choices=[
                                    ("routing", "A passive's answer"),
                                    ("hand", "Noted by a person"),
                                    ("beta", "Found in a beta test"),
                                ],
                                db_default="routing",
                                default="routing",
                                max_length=12,
                                verbose_name="origin",
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
                        ("quote", models.CharField(blank=True, max_length=1000, verbose_name="their words")),
                        ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
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
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="advocacy.case",
                                verbose_name="case",
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
                    ],
                    options={
                        "verbose_name": "request",
                        "verbose_name_plural": "requests",
                        "permissions": [("work_customerrequest", "Can sort requests and link them to fixes")],
                    },
                ),
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
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deeds",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
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
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deeds",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "deed",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="advocacy.deed",
                                verbose_name="deed",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "case of a deed",
                        "verbose_name_plural": "cases of deeds",
                    },
                ),
                migrations.CreateModel(
                    name="DeletionRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "asked_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="asked"
                            ),
                        ),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="why the contact was kept"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="kept by",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="deletion_requests",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.message",
                                verbose_name="asked by the link of the mail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "deletion request",
                        "verbose_name_plural": "deletion requests",
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
                    name="Department",
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
                        "verbose_name": "department",
                        "verbose_name_plural": "departments",
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("name"), name="advocacy_department_name_any_case"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Digest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="Its first day.", verbose_name="month")),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="idea_digest",
                                to="surveys.message",
                                verbose_name="mail",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "digest of ideas",
                        "verbose_name_plural": "digests of ideas",
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("waiting", "To be read"),
                                    ("sent", "Sent"),
                                    ("skipped", "Skipped"),
                                    ("stopped", "Must not be written to"),
                                ],
                                default="waiting",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                        ("body", models.TextField(blank=True, verbose_name="text")),
                        (
                            "stop_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "may be written to"),
                                    ("no_address", "no mail address"),
                                    ("no_contact", "wants no contact at all"),
                                    ("erasure", "has asked to be forgotten"),
                                    ("left", "has left"),
                                    ("suppressed", "must not be sent offers"),
                                    ("no_offers", "wants no offers"),
                                    ("no_gifts", "the employer forbids gifts"),
                                    ("no_consent", "has not agreed to offers, and a gift is one"),
                                ],
                                max_length=12,
                                verbose_name="why not",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                        ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="asked again")),
                        (
                            "announcement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to="advocacy.announcement",
                                verbose_name="announcement",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="thanks",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "invitation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.invitation",
                                verbose_name="asked again with",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="thanks",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="drafts",
                                to="advocacy.customerrequest",
                                verbose_name="request",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "thank-you",
                        "verbose_name_plural": "thank-yous",
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
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
                                help_text="As staff call it.", max_length=120, unique=True, verbose_name="name"
                            ),
                        ),
                        (
                            "is_offered_on_yellow",
                            models.BooleanField(
                                default=False,
                                help_text="To people who give 7 or 8. The first three by position stand there.",
                                verbose_name="offered on the yellow page",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Small is first.", verbose_name="position"
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                help_text="Nothing chosen: for every brand.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "knowledge-base entry",
                        "verbose_name_plural": "knowledge base",
                        "ordering": ["position", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="EntryAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        ("body", models.TextField(verbose_name="text")),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="answers",
                                to="advocacy.entry",
                                verbose_name="entry",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="entry_answer",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                        (
                            "request",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answered",
                                to="advocacy.customerrequest",
                                verbose_name="request",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer from the knowledge base",
                        "verbose_name_plural": "answers from the knowledge base",
                    },
                ),
                migrations.CreateModel(
                    name="EntryText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "address",
                            advocacy.models.fields.SecureURLField(
                                blank=True,
                                help_text="Of the page elsewhere, beginning with https://.",
                                max_length=500,
                                verbose_name="address",
                            ),
                        ),
                        (
                            "text",
                            models.TextField(
                                blank=True,
                                help_text="Shown on a page of ours. Empty lines part paragraphs.",
                                verbose_name="text",
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="advocacy.entry",
                                verbose_name="entry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of an entry",
                        "verbose_name_plural": "texts of the entries",
                    },
                ),
                migrations.CreateModel(
                    name="EntryVisit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("day", models.DateField(verbose_name="day")),
                        ("count", models.PositiveIntegerField(default=0, verbose_name="opened")),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="visits",
                                to="advocacy.entry",
                                verbose_name="entry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "visits of an entry",
                        "verbose_name_plural": "visits of the entries",
                    },
                ),
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
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="escalations",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="escalations",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="lead",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="escalations",
                                to="surveys.message",
                                verbose_name="mail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "escalation",
                        "verbose_name_plural": "escalations",
                    },
                ),
                migrations.CreateModel(
                    name="IdeaPart",
                    fields=[
                        (
                            "fix",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="entered",
                                serialize=False,
                                to="advocacy.fix",
                                verbose_name="idea",
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
                        "verbose_name": "idea of a challenge",
                        "verbose_name_plural": "ideas of challenges",
                    },
                ),
                migrations.CreateModel(
                    name="Merger",
                    fields=[
                        (
                            "fix",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="merger",
                                serialize=False,
                                to="advocacy.fix",
                                verbose_name="idea",
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
                        "verbose_name": "merged idea",
                        "verbose_name_plural": "merged ideas",
                    },
                ),
                migrations.CreateModel(
                    name="CoAuthor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "fix",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coauthors",
                                to="advocacy.fix",
                                verbose_name="idea",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "co-author",
                        "verbose_name_plural": "co-authors",
                    },
                ),
                migrations.CreateModel(
                    name="Challenge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        ("question", models.TextField(max_length=1000, verbose_name="question")),
                        ("opens_on", models.DateField(verbose_name="first day")),
                        ("closes_on", models.DateField(verbose_name="last day")),
                        (
                            "winner_by",
                            models.CharField(
                                choices=[("votes", "The votes"), ("jury", "A person")],
                                default="votes",
                                max_length=8,
                                verbose_name="winner",
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="reason of the jury")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                        (
                            "jury",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="jury",
                            ),
                        ),
                        (
                            "winner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="won",
                                to="advocacy.fix",
                                verbose_name="winning idea",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "challenge",
                        "verbose_name_plural": "challenges",
                        "ordering": ["-closes_on", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Follower",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "fix",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="followers",
                                to="advocacy.fix",
                                verbose_name="idea",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "follower",
                        "verbose_name_plural": "followers",
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
                            "user",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
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
                migrations.CreateModel(
                    name="HistoricalActionPoints",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("testimonial", "Testimonial published"),
                                    ("referral", "Referral qualified"),
                                    ("customer", "Referral became a customer"),
                                    ("case_study", "Case study done"),
                                    ("reference_call", "Reference call done"),
                                    ("speaker", "Spoke at an event"),
                                    ("advisory_board", "Sat on the advisory board"),
                                    ("social_post", "Social post done"),
                                    ("beta", "Beta test done"),
                                ],
                                db_index=True,
                                max_length=16,
                                verbose_name="what was done",
                            ),
                        ),
                        (
                            "points",
                            models.PositiveSmallIntegerField(
                                help_text="0: it does not count.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="points",
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
                        "verbose_name": "historical points for a deed",
                        "verbose_name_plural": "historical points for deeds",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalBudget",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(db_index=True, max_length=120, verbose_name="name")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="until, that day included")),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[A-Z]{3}\\Z", "Write three capitals, such as EUR."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="amount",
                            ),
                        ),
                        (
                            "approval_limit",
                            models.DecimalField(
                                decimal_places=2,
                                help_text="Above it, whoever proposed a reward cannot approve it.",
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="one person may approve up to",
                            ),
                        ),
                        (
                            "yearly_ceiling",
                            models.DecimalField(
                                decimal_places=2,
                                help_text="What one person may get in 365 days, in this currency.",
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="ceiling for one person",
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
                        "verbose_name": "historical budget",
                        "verbose_name_plural": "historical budgets",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalChallenge",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        ("question", models.TextField(max_length=1000, verbose_name="question")),
                        ("opens_on", models.DateField(verbose_name="first day")),
                        ("closes_on", models.DateField(verbose_name="last day")),
                        (
                            "winner_by",
                            models.CharField(
                                choices=[("votes", "The votes"), ("jury", "A person")],
                                default="votes",
                                max_length=8,
                                verbose_name="winner",
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="reason of the jury")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
                            "jury",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="jury",
                            ),
                        ),
                        (
                            "winner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.fix",
                                verbose_name="winning idea",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical challenge",
                        "verbose_name_plural": "historical challenges",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalDepartment",
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
                        "verbose_name": "historical department",
                        "verbose_name_plural": "historical departments",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalEntry",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "name",
                            models.CharField(
                                db_index=True, help_text="As staff call it.", max_length=120, verbose_name="name"
                            ),
                        ),
                        (
                            "is_offered_on_yellow",
                            models.BooleanField(
                                default=False,
                                help_text="To people who give 7 or 8. The first three by position stand there.",
                                verbose_name="offered on the yellow page",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Small is first.", verbose_name="position"
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
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Nothing chosen: for every brand.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.brand",
                                verbose_name="brand",
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
                        "verbose_name": "historical knowledge-base entry",
                        "verbose_name_plural": "historical knowledge base",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalEntryText",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "address",
                            advocacy.models.fields.SecureURLField(
                                blank=True,
                                help_text="Of the page elsewhere, beginning with https://.",
                                max_length=500,
                                verbose_name="address",
                            ),
                        ),
                        (
                            "text",
                            models.TextField(
                                blank=True,
                                help_text="Shown on a page of ours. Empty lines part paragraphs.",
                                verbose_name="text",
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
                            "entry",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.entry",
                                verbose_name="entry",
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
                        "verbose_name": "historical text of an entry",
                        "verbose_name_plural": "historical texts of the entries",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalProfile",
                    fields=[
                        ("wants_news", models.BooleanField(default=True, verbose_name="mail when an own idea moves")),
                        ("wants_digest", models.BooleanField(default=True, verbose_name="mail once a month")),
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
                            "department",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.department",
                                verbose_name="department",
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
                            "user",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical profile",
                        "verbose_name_plural": "historical profiles",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalProgramme",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(db_index=True, max_length=120, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("testimonial", "Testimonial"),
                                    ("referral", "Referral"),
                                    ("case_study", "Case study"),
                                    ("reference_call", "Reference call"),
                                    ("speaker", "Speaker or event"),
                                    ("advisory_board", "Advisory board"),
                                    ("social_post", "Social post"),
                                    ("beta", "Beta test"),
                                ],
                                max_length=16,
                                verbose_name="kind of ask",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True, help_text="What is not active plans nothing new.", verbose_name="active"
                            ),
                        ),
                        (
                            "is_automatic",
                            models.BooleanField(
                                default=False,
                                help_text="Each hour, whoever the rules allow. Look at the dry run first.",
                                verbose_name="asks by itself",
                            ),
                        ),
                        (
                            "delay_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[django.core.validators.MaxValueValidator(180)],
                                verbose_name="days after the answer",
                            ),
                        ),
                        (
                            "daily_cap",
                            models.PositiveSmallIntegerField(
                                default=20,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="asks a day at most",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
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
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "segment",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Empty: every advocate.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.segment",
                                verbose_name="segment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical programme",
                        "verbose_name_plural": "historical programmes",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalReviewPolicy",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("google", "Google"),
                                    ("trustpilot", "Trustpilot"),
                                    ("yelp", "Yelp"),
                                    ("g2", "G2"),
                                    ("capterra", "Capterra"),
                                    ("app_store", "App Store"),
                                    ("play", "Google Play"),
                                    ("other", "Another site"),
                                ],
                                db_index=True,
                                max_length=12,
                                verbose_name="kind of site",
                            ),
                        ),
                        (
                            "gating_allowed",
                            models.BooleanField(
                                default=False,
                                help_text="To ask only happy customers for a public review is against the rules of every known site.",
                                verbose_name="may be shown to some bands only",
                            ),
                        ),
                        (
                            "incentives_allowed",
                            models.BooleanField(
                                default=False,
                                help_text="Never for what the review says. The disclosure then stands beside the link.",
                                verbose_name="a review may be rewarded",
                            ),
                        ),
                        (
                            "disclosure",
                            models.CharField(
                                blank=True,
                                help_text="Stands beside a link whose review is rewarded.",
                                max_length=300,
                                verbose_name="disclosure",
                            ),
                        ),
                        ("note", models.TextField(verbose_name="where the rule stands")),
                        ("checked_on", models.DateField(blank=True, null=True, verbose_name="looked up on")),
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
                        "verbose_name": "historical review policy",
                        "verbose_name_plural": "historical review policies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalReviewSite",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("google", "Google"),
                                    ("trustpilot", "Trustpilot"),
                                    ("yelp", "Yelp"),
                                    ("g2", "G2"),
                                    ("capterra", "Capterra"),
                                    ("app_store", "App Store"),
                                    ("play", "Google Play"),
                                    ("other", "Another site"),
                                ],
                                max_length=12,
                                verbose_name="kind of site",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="As it stands on the button.", max_length=60, verbose_name="name"
                            ),
                        ),
                        (
                            "address",
                            advocacy.models.fields.SecureURLField(
                                help_text="Of our page there, beginning with https://.",
                                max_length=500,
                                verbose_name="address",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Small is first.", verbose_name="position"
                            ),
                        ),
                        ("is_shown", models.BooleanField(default=True, verbose_name="shown on the thank-you pages")),
                        (
                            "shown_to",
                            models.CharField(
                                choices=[
                                    ("all", "Everybody, whatever their score"),
                                    ("promoters", "Those who gave 9 or 10"),
                                ],
                                default="all",
                                max_length=12,
                                verbose_name="shown to",
                            ),
                        ),
                        ("is_rewarded", models.BooleanField(default=False, verbose_name="a review is rewarded")),
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
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.brand",
                                verbose_name="brand",
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
                        "verbose_name": "historical review site",
                        "verbose_name_plural": "historical review sites",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalRewardItem",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "name",
                            models.CharField(
                                db_index=True,
                                help_text="Customers read it: name the thing, such as: 20 € voucher.",
                                max_length=120,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("gift_card", "Gift card"),
                                    ("discount", "Discount"),
                                    ("merchandise", "Merchandise"),
                                    ("beta", "Beta access"),
                                    ("offer", "Preview or special offer"),
                                    ("event", "Event or VIP invitation"),
                                    ("donation", "Donation"),
                                    ("note", "Thank-you note"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="what one costs",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[A-Z]{3}\\Z", "Write three capitals, such as EUR."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "has_codes",
                            models.BooleanField(
                                default=False,
                                help_text="Issuing one draws a code from its pool, and none twice.",
                                verbose_name="each has a code",
                            ),
                        ),
                        (
                            "disclosure",
                            models.CharField(
                                blank=True,
                                help_text="What has to stand beside what somebody publishes who got it.",
                                max_length=160,
                                verbose_name="disclosure",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="may be given")),
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
                        "verbose_name": "historical thing to give",
                        "verbose_name_plural": "historical things to give",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
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
                    name="HistoricalStudyQuestion",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "part",
                            models.CharField(
                                choices=[
                                    ("situation", "Situation"),
                                    ("problem", "Problem"),
                                    ("why_us", "Why us"),
                                    ("result", "Result with figures"),
                                    ("quote", "Quote"),
                                    ("other", "Something else"),
                                ],
                                max_length=12,
                                verbose_name="about",
                            ),
                        ),
                        ("prompt", models.CharField(max_length=300, verbose_name="question")),
                        ("is_active", models.BooleanField(default=True, verbose_name="asked")),
                        ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
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
                        "verbose_name": "historical question for case studies",
                        "verbose_name_plural": "historical questions for case studies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
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
                        (
                            "own_hours",
                            models.TextField(
                                blank=True,
                                help_text="One a line, as in 4 09:00-13:00 for Friday; up to 00:00 is the end of the day.",
                                validators=[advocacy.models.teams.is_list_of_hours],
                                verbose_name="weekdays with hours of their own",
                            ),
                        ),
                        (
                            "holidays",
                            models.TextField(
                                blank=True,
                                help_text="One a line, as in 2026-12-25.",
                                validators=[surveys.models.fields.is_list_of_days],
                                verbose_name="holidays",
                            ),
                        ),
                        (
                            "resolution_hours",
                            models.PositiveSmallIntegerField(
                                default=40,
                                help_text="Open hours from the answer on; they stand still while a case waits for the customer.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(2000),
                                ],
                                verbose_name="hours to resolve a case",
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Who has so many gets no further case by turns. Empty: no limit.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="most open cases a person",
                            ),
                        ),
                        (
                            "key_revenue",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Contacts of accounts with such a revenue a year are reached within 8 hours. Empty: none are key.",
                                max_digits=14,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(Decimal("1"))],
                                verbose_name="key accounts from",
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
                    name="HistoricalTier",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(db_index=True, max_length=40, verbose_name="name")),
                        (
                            "points",
                            models.PositiveSmallIntegerField(
                                db_index=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="from how many points on",
                            ),
                        ),
                        (
                            "perks",
                            models.TextField(
                                blank=True,
                                help_text="Recognition and access first, gifts last.",
                                max_length=500,
                                verbose_name="what it brings",
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
                        "verbose_name": "historical tier",
                        "verbose_name_plural": "historical tiers",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Huddle",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        ("since", models.DateTimeField(verbose_name="what is new since")),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        ("decision", models.TextField(blank=True, verbose_name="decision")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="made by",
                            ),
                        ),
                        (
                            "present",
                            models.ManyToManyField(
                                blank=True,
                                related_name="huddles",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who was there",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "huddle",
                        "verbose_name_plural": "huddles",
                        "permissions": [
                            ("hold_huddle", "Can make huddles, and write down what was decided"),
                            ("read_lead", "Can see how the teams are doing"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HuddleAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="what is done")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="ticked by",
                            ),
                        ),
                        (
                            "huddle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="actions",
                                to="advocacy.huddle",
                                verbose_name="huddle",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="huddle_actions",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "action",
                        "verbose_name_plural": "actions",
                    },
                ),
                migrations.CreateModel(
                    name="HuddleItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "part",
                            models.CharField(
                                choices=[
                                    ("new", "New detractors"),
                                    ("breach", "Not reached in time"),
                                    ("quote", "In their words"),
                                    ("win", "Won back"),
                                ],
                                max_length=12,
                                verbose_name="part",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="huddle_items",
                                to="advocacy.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "huddle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="advocacy.huddle",
                                verbose_name="huddle",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="huddle_items",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of the agenda",
                        "verbose_name_plural": "lines of the agenda",
                    },
                ),
                migrations.CreateModel(
                    name="IdeaComment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(verbose_name="text")),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        (
                            "fix",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="comments",
                                to="advocacy.fix",
                                verbose_name="idea",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "comment on an idea",
                        "verbose_name_plural": "comments on ideas",
                    },
                ),
                migrations.CreateModel(
                    name="IdeaWords",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "fix",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="words",
                                to="advocacy.fix",
                                verbose_name="idea",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "customer's words beside an idea",
                        "verbose_name_plural": "customers' words beside ideas",
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
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("shipped", "Shipped"),
                                    ("announced", "Customers were told"),
                                    ("declined", "Declined"),
                                    ("merged", "Merged with another idea"),
                                    ("won", "Won the challenge"),
                                    ("comment", "New comment"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("is_own", models.BooleanField(default=False, verbose_name="of an own idea")),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                        ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "comment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="advocacy.ideacomment",
                                verbose_name="comment",
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.event",
                                verbose_name="event",
                            ),
                        ),
                        (
                            "fix",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="advocacy.fix",
                                verbose_name="idea",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="notice",
                                to="surveys.message",
                                verbose_name="mail",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                    },
                ),
                migrations.CreateModel(
                    name="Perk",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("beta", "Beta test"),
                                    ("event", "Event or VIP invitation"),
                                    ("early_access", "Early access"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="As staff call it.", max_length=120, unique=True, verbose_name="name"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("open", "Open"),
                                    ("closed", "Closed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="begins")),
                        ("ends_at", models.DateTimeField(verbose_name="ends")),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC",
                                help_text="Such as Europe/Madrid.",
                                max_length=64,
                                validators=[surveys.models.fields.is_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                blank=True, help_text="Empty for what has none.", max_length=200, verbose_name="place"
                            ),
                        ),
                        (
                            "address",
                            advocacy.models.fields.SecureURLField(
                                blank=True,
                                help_text="Beginning with https://. Only who has a place sees it.",
                                max_length=500,
                                verbose_name="link to join",
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100000),
                                ],
                                verbose_name="places",
                            ),
                        ),
                        (
                            "respond_by",
                            models.DateTimeField(
                                blank=True, help_text="Empty: until it begins.", null=True, verbose_name="answers until"
                            ),
                        ),
                        (
                            "uid",
                            models.UUIDField(
                                db_default=surveys.models.fields.RandomToken(),
                                editable=False,
                                unique=True,
                                verbose_name="number in calendars",
                            ),
                        ),
                        (
                            "sequence",
                            models.PositiveIntegerField(default=0, editable=False, verbose_name="version in calendars"),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="perks",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="perks",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "perk",
                        "verbose_name_plural": "perks",
                        "permissions": [
                            ("work_perk", "Can invite guests to perks, open and cancel them, and say who took part"),
                            ("export_perk", "Can export the guests of a perk as a file"),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="customerrequest",
                    name="perk",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="findings",
                        to="advocacy.perk",
                        verbose_name="perk",
                    ),
                ),
                migrations.CreateModel(
                    name="PerkGuest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("invited", "Invited"),
                                    ("accepted", "Has a place"),
                                    ("waiting", "On the waiting list"),
                                    ("declined", "Said no"),
                                    ("cancelled", "Gave it back"),
                                    ("attended", "Took part"),
                                ],
                                default="invited",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "token",
                            models.UUIDField(
                                db_default=surveys.models.fields.RandomToken(),
                                editable=False,
                                unique=True,
                                verbose_name="token",
                            ),
                        ),
                        (
                            "invited_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="invited at"
                            ),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                        ("waiting_since", models.DateTimeField(blank=True, null=True, verbose_name="waiting since")),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="perk_guests",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "invited_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="invited by",
                            ),
                        ),
                        (
                            "perk",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="guests",
                                to="advocacy.perk",
                                verbose_name="perk",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "guest",
                        "verbose_name_plural": "guests",
                    },
                ),
                migrations.CreateModel(
                    name="PerkLetter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("invitation", "Invitation"),
                                    ("moved_up", "A place has become free"),
                                    ("changed", "Time or place changed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                        (
                            "guest",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="letters",
                                to="advocacy.perkguest",
                                verbose_name="guest",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="perk_letter",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter to a guest",
                        "verbose_name_plural": "letters to guests",
                    },
                ),
                migrations.CreateModel(
                    name="PerkText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "text",
                            models.TextField(
                                blank=True,
                                help_text="Empty lines part paragraphs.",
                                max_length=2000,
                                verbose_name="text",
                            ),
                        ),
                        (
                            "perk",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="advocacy.perk",
                                verbose_name="perk",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of a perk",
                        "verbose_name_plural": "texts of the perks",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Picture",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                        (
                            "content_type",
                            models.CharField(
                                choices=[("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/webp", "WebP")],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("width", models.PositiveIntegerField(verbose_name="width")),
                        ("height", models.PositiveIntegerField(verbose_name="height")),
                        ("size", models.PositiveIntegerField(verbose_name="bytes")),
                        (
                            "alt",
                            models.CharField(
                                help_text="Read out to whoever does not see the picture.",
                                max_length=300,
                                verbose_name="what is to be seen",
                            ),
                        ),
                        ("credit", models.CharField(blank=True, max_length=120, verbose_name="credit")),
                        ("rights_holder", models.CharField(max_length=120, verbose_name="rights holder")),
                        ("rights_until", models.DateField(blank=True, null=True, verbose_name="may be shown until")),
                        (
                            "added_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added at",
                            ),
                        ),
                        (
                            "warned_of",
                            models.DateField(blank=True, null=True, verbose_name="owner was told of the end on"),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="added by",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pictures",
                                to="advocacy.casestudy",
                                verbose_name="case study",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "picture of a case study",
                        "verbose_name_plural": "pictures of case studies",
                        "ordering": ["pk"],
                    },
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
                    name="Profile",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="profile",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        ("wants_news", models.BooleanField(default=True, verbose_name="mail when an own idea moves")),
                        ("wants_digest", models.BooleanField(default=True, verbose_name="mail once a month")),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="profiles",
                                to="advocacy.department",
                                verbose_name="department",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "profile",
                        "verbose_name_plural": "profiles",
                    },
                ),
                migrations.CreateModel(
                    name="Programme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("testimonial", "Testimonial"),
                                    ("referral", "Referral"),
                                    ("case_study", "Case study"),
                                    ("reference_call", "Reference call"),
                                    ("speaker", "Speaker or event"),
                                    ("advisory_board", "Advisory board"),
                                    ("social_post", "Social post"),
                                    ("beta", "Beta test"),
                                ],
                                max_length=16,
                                verbose_name="kind of ask",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True, help_text="What is not active plans nothing new.", verbose_name="active"
                            ),
                        ),
                        (
                            "is_automatic",
                            models.BooleanField(
                                default=False,
                                help_text="Each hour, whoever the rules allow. Look at the dry run first.",
                                verbose_name="asks by itself",
                            ),
                        ),
                        (
                            "delay_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[django.core.validators.MaxValueValidator(180)],
                                verbose_name="days after the answer",
                            ),
                        ),
                        (
                            "daily_cap",
                            models.PositiveSmallIntegerField(
                                default=20,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="asks a day at most",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="programmes",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "segment",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: every advocate.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="programmes",
                                to="surveys.segment",
                                verbose_name="segment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "programme",
                        "verbose_name_plural": "programmes",
                        "ordering": ["name", "pk"],
                    },
                ),
                migrations.AddField(
                    model_name="ask",
                    name="programme",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="asks",
                        to="advocacy.programme",
                        verbose_name="programme",
                    ),
                ),
                migrations.CreateModel(
                    name="Referral",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="mail address")),
                        ("company", models.CharField(blank=True, max_length=120, verbose_name="company")),
                        ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
                        (
                            "person_hash",
                            models.CharField(editable=False, max_length=64, verbose_name="person, keyed hash"),
                        ),
                        (
                            "network",
                            models.CharField(
                                blank=True, editable=False, max_length=16, verbose_name="network, keyed hash"
                            ),
                        ),
                        ("consent_text", models.TextField(blank=True, verbose_name="what they agreed to")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("invited", "Invited"),
                                    ("registered", "Registered"),
                                    ("qualified", "Qualified"),
                                    ("converted", "Converted"),
                                    ("rejected", "Rejected"),
                                    ("expired", "Expired"),
                                ],
                                default="registered",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("invited_at", models.DateTimeField(blank=True, null=True, verbose_name="invited at")),
                        ("registered_at", models.DateTimeField(blank=True, null=True, verbose_name="registered at")),
                        ("converted_at", models.DateTimeField(blank=True, null=True, verbose_name="converted at")),
                        (
                            "revenue",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="revenue a year",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                blank=True,
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[A-Z]{3}\\Z", "Write three capitals, such as EUR."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("handed_over_at", models.DateTimeField(blank=True, null=True, verbose_name="handed over at")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="came_by",
                                to="surveys.contact",
                                verbose_name="became the contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "referral",
                        "verbose_name_plural": "referrals",
                        "permissions": [
                            ("work_referral", "Can qualify, convert and reject referrals"),
                            ("export_referral", "Can export the referrals to hand over as a file"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReferralFlag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "sign",
                            models.CharField(
                                choices=[
                                    ("same_person", "looks like the advocate's own address"),
                                    ("own_domain", "an address at the advocate's company"),
                                    ("staff", "an address of one of us"),
                                    ("customer", "is a customer already"),
                                    ("circle", "has referred the advocate, so they refer each other"),
                                    ("earlier_code", "came earlier by another link"),
                                    ("speed", "more than five a day by this link"),
                                    ("network", "came from the same network as another by this link"),
                                    ("disposable", "an address for throwing away"),
                                ],
                                max_length=12,
                                verbose_name="sign",
                            ),
                        ),
                        ("cleared_at", models.DateTimeField(blank=True, null=True, verbose_name="found harmless at")),
                        (
                            "cleared_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "referral",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="flags",
                                to="advocacy.referral",
                                verbose_name="referral",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sign of a referral",
                        "verbose_name_plural": "signs of referrals",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ReferralLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(editable=False, max_length=16, unique=True, verbose_name="code")),
                        (
                            "token",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="token"),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "advocate",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="links",
                                to="advocacy.advocate",
                                verbose_name="advocate",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "referral link",
                        "verbose_name_plural": "referral links",
                    },
                ),
                migrations.AddField(
                    model_name="referral",
                    name="link",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="advocacy.referrallink",
                        verbose_name="link",
                    ),
                ),
                migrations.CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "step",
                            models.CharField(
                                choices=[("review", "To read"), ("sign", "To sign")],
                                max_length=8,
                                verbose_name="what for",
                            ),
                        ),
                        (
                            "token",
                            models.UUIDField(
                                db_default=surveys.models.fields.RandomToken(),
                                editable=False,
                                unique=True,
                                verbose_name="token",
                            ),
                        ),
                        (
                            "content_hash",
                            models.CharField(max_length=64, verbose_name="SHA-256 of text, media and names"),
                        ),
                        ("media", models.JSONField(blank=True, default=list, verbose_name="SHA-256 of each medium")),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "No answer yet"),
                                    ("fine", "Agrees with the text"),
                                    ("signed", "Signed the release"),
                                    ("changes", "Asks for changes"),
                                    ("refused", "Wants no case study"),
                                ],
                                max_length=8,
                                verbose_name="answer",
                            ),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                        (
                            "remarks",
                            models.TextField(blank=True, max_length=5000, verbose_name="what the customer wrote"),
                        ),
                        ("typed_name", models.CharField(blank=True, max_length=120, verbose_name="name, as typed")),
                        ("typed_role", models.CharField(blank=True, max_length=120, verbose_name="role, as typed")),
                        ("scope", models.JSONField(blank=True, default=list, verbose_name="scope")),
                        ("wording", models.TextField(blank=True, verbose_name="wording of the release")),
                        (
                            "wording_hash",
                            models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the wording"),
                        ),
                        ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
                        ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="lasts until")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="link closed at")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="release",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="releases",
                                to="advocacy.casestudy",
                                verbose_name="case study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "release",
                        "verbose_name_plural": "releases",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.AddField(
                    model_name="casestudy",
                    name="shown",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="advocacy.release",
                        verbose_name="release with which it is public",
                    ),
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
                        ("sender", models.CharField(blank=True, max_length=320, verbose_name="from")),
                        ("subject", models.CharField(blank=True, max_length=400, verbose_name="subject")),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                        ("at", models.DateTimeField(verbose_name="at")),
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
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="replies",
                                to="surveys.contact",
                                verbose_name="contact",
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
                    ],
                    options={
                        "verbose_name": "reply",
                        "verbose_name_plural": "replies",
                    },
                ),
                migrations.CreateModel(
                    name="ReviewPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("google", "Google"),
                                    ("trustpilot", "Trustpilot"),
                                    ("yelp", "Yelp"),
                                    ("g2", "G2"),
                                    ("capterra", "Capterra"),
                                    ("app_store", "App Store"),
                                    ("play", "Google Play"),
                                    ("other", "Another site"),
                                ],
                                max_length=12,
                                unique=True,
                                verbose_name="kind of site",
                            ),
                        ),
                        (
                            "gating_allowed",
                            models.BooleanField(
                                default=False,
                                help_text="To ask only happy customers for a public review is against the rules of every known site.",
                                verbose_name="may be shown to some bands only",
                            ),
                        ),
                        (
                            "incentives_allowed",
                            models.BooleanField(
                                default=False,
                                help_text="Never for what the review says. The disclosure then stands beside the link.",
                                verbose_name="a review may be rewarded",
                            ),
                        ),
                        (
                            "disclosure",
                            models.CharField(
                                blank=True,
                                help_text="Stands beside a link whose review is rewarded.",
                                max_length=300,
                                verbose_name="disclosure",
                            ),
                        ),
                        ("note", models.TextField(verbose_name="where the rule stands")),
                        ("checked_on", models.DateField(blank=True, null=True, verbose_name="looked up on")),
                    ],
                    options={
                        "verbose_name": "review policy",
                        "verbose_name_plural": "review policies",
                        "ordering": ["kind"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("gating_allowed", False), ("kind__in", ("other",)), _connector="OR"
                                ),
                                name="advocacy_review_policy_no_gating",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("incentives_allowed", False),
                                    ("kind__in", ("g2", "capterra", "other")),
                                    _connector="OR",
                                ),
                                name="advocacy_review_policy_no_rewards",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("incentives_allowed", False),
                                    models.Q(("disclosure", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="advocacy_review_policy_discloses",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewSite",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("google", "Google"),
                                    ("trustpilot", "Trustpilot"),
                                    ("yelp", "Yelp"),
                                    ("g2", "G2"),
                                    ("capterra", "Capterra"),
                                    ("app_store", "App Store"),
                                    ("play", "Google Play"),
                                    ("other", "Another site"),
                                ],
                                max_length=12,
                                verbose_name="kind of site",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="As it stands on the button.", max_length=60, verbose_name="name"
                            ),
                        ),
                        (
                            "address",
                            advocacy.models.fields.SecureURLField(
                                help_text="Of our page there, beginning with https://.",
                                max_length=500,
                                verbose_name="address",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Small is first.", verbose_name="position"
                            ),
                        ),
                        ("is_shown", models.BooleanField(default=True, verbose_name="shown on the thank-you pages")),
                        (
                            "shown_to",
                            models.CharField(
                                choices=[
                                    ("all", "Everybody, whatever their score"),
                                    ("promoters", "Those who gave 9 or 10"),
                                ],
                                default="all",
                                max_length=12,
                                verbose_name="shown to",
                            ),
                        ),
                        ("is_rewarded", models.BooleanField(default=False, verbose_name="a review is rewarded")),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="review_sites",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "review site",
                        "verbose_name_plural": "review sites",
                        "ordering": ["position", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewClick",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                        (
                            "invitation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.invitation",
                                verbose_name="invitation",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clicks",
                                to="advocacy.reviewsite",
                                verbose_name="review site",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "click on a review link",
                        "verbose_name_plural": "clicks on review links",
                    },
                ),
                migrations.CreateModel(
                    name="Reward",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("referral", "Referral"),
                                    ("testimonial", "Testimonial on our own pages"),
                                    ("case_study", "Case study"),
                                    ("reference_call", "Reference call"),
                                    ("speaker", "Speaker or event"),
                                    ("advisory_board", "Advisory board"),
                                    ("social_post", "Social post"),
                                    ("beta", "Beta test"),
                                    ("goodwill", "Goodwill"),
                                ],
                                max_length=16,
                                verbose_name="reason",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                        (
                            "side",
                            models.CharField(
                                choices=[("advocate", "Advocate"), ("lead", "Lead")],
                                default="advocate",
                                max_length=8,
                                verbose_name="side",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("gift_card", "Gift card"),
                                    ("discount", "Discount"),
                                    ("merchandise", "Merchandise"),
                                    ("beta", "Beta access"),
                                    ("offer", "Preview or special offer"),
                                    ("event", "Event or VIP invitation"),
                                    ("donation", "Donation"),
                                    ("note", "Thank-you note"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="amount",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[A-Z]{3}\\Z", "Write three capitals, such as EUR."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("approved", "Approved"),
                                    ("issued", "Issued"),
                                    ("fulfilled", "Fulfilled"),
                                    ("void", "Void"),
                                    ("reversed", "Reversed"),
                                ],
                                default="pending",
                                max_length=9,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "idempotency_key",
                            models.CharField(editable=False, max_length=80, unique=True, verbose_name="key"),
                        ),
                        ("hold_until", models.DateTimeField(blank=True, null=True, verbose_name="on hold until")),
                        ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued at")),
                        ("fulfilled_at", models.DateTimeField(blank=True, null=True, verbose_name="fulfilled at")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "approved_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="approved by",
                            ),
                        ),
                        (
                            "budget",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rewards",
                                to="advocacy.budget",
                                verbose_name="budget",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="rewards",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reward",
                                to="surveys.message",
                                verbose_name="letter with its code",
                            ),
                        ),
                        (
                            "proposed_by",
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
                            "referral",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="rewards",
                                to="advocacy.referral",
                                verbose_name="referral",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reward",
                        "verbose_name_plural": "rewards",
                        "permissions": [("work_reward", "Can propose, approve, issue and take back rewards")],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount")),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[A-Z]{3}\\Z", "Write three capitals, such as EUR."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "budget",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="advocacy.budget",
                                verbose_name="budget",
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
                            "reward",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="advocacy.reward",
                                verbose_name="reward",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of the ledger",
                        "verbose_name_plural": "lines of the ledger",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="RewardItem",
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
                                help_text="Customers read it: name the thing, such as: 20 € voucher.",
                                max_length=120,
                                unique=True,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("gift_card", "Gift card"),
                                    ("discount", "Discount"),
                                    ("merchandise", "Merchandise"),
                                    ("beta", "Beta access"),
                                    ("offer", "Preview or special offer"),
                                    ("event", "Event or VIP invitation"),
                                    ("donation", "Donation"),
                                    ("note", "Thank-you note"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=12,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), "Write 0 or more: nothing costs less than nothing."
                                    )
                                ],
                                verbose_name="what one costs",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[A-Z]{3}\\Z", "Write three capitals, such as EUR."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "has_codes",
                            models.BooleanField(
                                default=False,
                                help_text="Issuing one draws a code from its pool, and none twice.",
                                verbose_name="each has a code",
                            ),
                        ),
                        (
                            "disclosure",
                            models.CharField(
                                blank=True,
                                help_text="What has to stand beside what somebody publishes who got it.",
                                max_length=160,
                                verbose_name="disclosure",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="may be given")),
                    ],
                    options={
                        "verbose_name": "thing to give",
                        "verbose_name_plural": "things to give",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)), name="advocacy_item_not_negative"
                            )
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="reward",
                    name="item",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rewards",
                        to="advocacy.rewarditem",
                        verbose_name="thing",
                    ),
                ),
                migrations.CreateModel(
                    name="ReferralOffer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "writer",
                            models.CharField(
                                help_text="A name: strangers read it.", max_length=80, verbose_name="who writes to them"
                            ),
                        ),
                        ("is_open", models.BooleanField(default=True, verbose_name="takes new leads")),
                        (
                            "brand",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="referral_offer",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                        (
                            "advocate_item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="advocacy.rewarditem",
                                verbose_name="the advocate gets",
                            ),
                        ),
                        (
                            "lead_item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="advocacy.rewarditem",
                                verbose_name="the new customer gets",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "referral offer",
                        "verbose_name_plural": "referral offers",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalReferralOffer",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "writer",
                            models.CharField(
                                help_text="A name: strangers read it.", max_length=80, verbose_name="who writes to them"
                            ),
                        ),
                        ("is_open", models.BooleanField(default=True, verbose_name="takes new leads")),
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
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.brand",
                                verbose_name="brand",
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
                            "advocate_item",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.rewarditem",
                                verbose_name="the advocate gets",
                            ),
                        ),
                        (
                            "lead_item",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.rewarditem",
                                verbose_name="the new customer gets",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical referral offer",
                        "verbose_name_plural": "historical referral offers",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="GiftCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=100, verbose_name="code")),
                        ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="drawn at")),
                        (
                            "added_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "reward",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="code",
                                to="advocacy.reward",
                                verbose_name="reward",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codes",
                                to="advocacy.rewarditem",
                                verbose_name="thing",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "code",
                        "verbose_name_plural": "codes",
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
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
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
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routings",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "routing",
                        "verbose_name_plural": "routings",
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
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                    },
                ),
                migrations.CreateModel(
                    name="StudyAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "part",
                            models.CharField(
                                choices=[
                                    ("situation", "Situation"),
                                    ("problem", "Problem"),
                                    ("why_us", "Why us"),
                                    ("result", "Result with figures"),
                                    ("quote", "Quote"),
                                    ("other", "Something else"),
                                ],
                                default="other",
                                max_length=12,
                                verbose_name="about",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("question", models.CharField(max_length=300, verbose_name="question")),
                        ("answer", models.TextField(blank=True, max_length=10000, verbose_name="answer")),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="advocacy.casestudy",
                                verbose_name="case study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer for a case study",
                        "verbose_name_plural": "answers for case studies",
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="StudyFormat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("download", "Download"),
                                    ("blog", "Blog post"),
                                    ("web_page", "Web page"),
                                    ("podcast", "Podcast notes"),
                                    ("slides", "Slides"),
                                ],
                                max_length=12,
                                verbose_name="format",
                            ),
                        ),
                        ("done_at", models.DateTimeField(verbose_name="done at")),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="done by",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="formats",
                                to="advocacy.casestudy",
                                verbose_name="case study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "format of a case study",
                        "verbose_name_plural": "formats of case studies",
                    },
                ),
                migrations.CreateModel(
                    name="StudyPlace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="place")),
                        ("address", models.URLField(max_length=500, verbose_name="address")),
                        (
                            "added_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added at",
                            ),
                        ),
                        ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="last looked at")),
                        ("found_at", models.DateTimeField(blank=True, null=True, verbose_name="link last seen")),
                        (
                            "missing_since",
                            models.DateTimeField(blank=True, null=True, verbose_name="link missing since"),
                        ),
                        (
                            "misses",
                            models.PositiveSmallIntegerField(default=0, verbose_name="times in a row without it"),
                        ),
                        (
                            "trouble",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("address", "It is no web address that can be asked"),
                                    ("plain", "It begins with http://, and only https:// is asked here"),
                                    ("port", "It names a port of its own, which is not asked here"),
                                    ("name", "The name of the server is not known"),
                                    ("private", "It leads into a private network, which is not asked"),
                                    ("unreached", "The server does not answer, or breaks off"),
                                    ("certificate", "The certificate of the server is not valid for it"),
                                    ("slow", "The server takes too long"),
                                    ("redirects", "It redirects too often"),
                                    ("status", "The server answers that the page is not there"),
                                    ("no_page", "What is there is no web page"),
                                    ("no_link", "The page is there, the link is not"),
                                    ("long", "The page is long, and the link does not stand in its first part"),
                                ],
                                max_length=12,
                                verbose_name="what is wrong",
                            ),
                        ),
                        (
                            "status_code",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="answer of the server"
                            ),
                        ),
                        ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="owner was told at")),
                        ("cleaned_at", models.DateTimeField(blank=True, null=True, verbose_name="cleaned at")),
                        (
                            "added_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="added by",
                            ),
                        ),
                        (
                            "cleaned_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="cleaned by",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="places",
                                to="advocacy.casestudy",
                                verbose_name="case study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "place of a case study",
                        "verbose_name_plural": "places of case studies",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="StudyQuestion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "part",
                            models.CharField(
                                choices=[
                                    ("situation", "Situation"),
                                    ("problem", "Problem"),
                                    ("why_us", "Why us"),
                                    ("result", "Result with figures"),
                                    ("quote", "Quote"),
                                    ("other", "Something else"),
                                ],
                                max_length=12,
                                verbose_name="about",
                            ),
                        ),
                        ("prompt", models.CharField(max_length=300, verbose_name="question")),
                        ("is_active", models.BooleanField(default=True, verbose_name="asked")),
                        ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                    ],
                    options={
                        "verbose_name": "question for case studies",
                        "verbose_name_plural": "questions for case studies",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("part", "other"), _negated=True),
                                fields=("part",),
                                name="advocacy_studyquestion_one_a_part",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StudyVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("title", models.CharField(max_length=160, verbose_name="title")),
                        ("summary", models.CharField(blank=True, max_length=600, verbose_name="in short")),
                        ("body", models.TextField(max_length=30000, verbose_name="text")),
                        ("quote", models.TextField(blank=True, max_length=2000, verbose_name="quote")),
                        ("shown_name", models.CharField(blank=True, max_length=120, verbose_name="person, as shown")),
                        ("shown_role", models.CharField(blank=True, max_length=120, verbose_name="role, as shown")),
                        (
                            "shown_company",
                            models.CharField(blank=True, max_length=120, verbose_name="company, as shown"),
                        ),
                        (
                            "site",
                            models.URLField(
                                blank=True,
                                max_length=300,
                                validators=[
                                    django.core.validators.URLValidator(
                                        message="Write an address that begins with https:// or http://, such as https://example.com.",
                                        schemes=["https", "http"],
                                    )
                                ],
                                verbose_name="their site",
                            ),
                        ),
                        (
                            "handles",
                            models.TextField(
                                blank=True, help_text="One a line.", max_length=500, verbose_name="social handles"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="advocacy.casestudy",
                                verbose_name="case study",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "version of a case study",
                        "verbose_name_plural": "versions of case studies",
                        "ordering": ["-number"],
                    },
                ),
                migrations.AddField(
                    model_name="release",
                    name="version",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="releases",
                        to="advocacy.studyversion",
                        verbose_name="version",
                    ),
                ),
                migrations.CreateModel(
                    name="Tagging",
                    fields=[
                        (
                            "response",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="tagging",
                                serialize=False,
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(verbose_name="revision")),
                        ("version", models.CharField(max_length=16, verbose_name="version of the rules")),
                        ("themes", models.PositiveSmallIntegerField(default=0, verbose_name="themes")),
                    ],
                    options={
                        "verbose_name": "tagging",
                        "verbose_name_plural": "taggings",
                        "indexes": [models.Index(fields=["version", "response"], name="advocacy_tagging_by_version")],
                    },
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
                        (
                            "own_hours",
                            models.TextField(
                                blank=True,
                                help_text="One a line, as in 4 09:00-13:00 for Friday; up to 00:00 is the end of the day.",
                                validators=[advocacy.models.teams.is_list_of_hours],
                                verbose_name="weekdays with hours of their own",
                            ),
                        ),
                        (
                            "holidays",
                            models.TextField(
                                blank=True,
                                help_text="One a line, as in 2026-12-25.",
                                validators=[surveys.models.fields.is_list_of_days],
                                verbose_name="holidays",
                            ),
                        ),
                        (
                            "resolution_hours",
                            models.PositiveSmallIntegerField(
                                default=40,
                                help_text="Open hours from the answer on; they stand still while a case waits for the customer.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(2000),
                                ],
                                verbose_name="hours to resolve a case",
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Who has so many gets no further case by turns. Empty: no limit.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="most open cases a person",
                            ),
                        ),
                        (
                            "key_revenue",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Contacts of accounts with such a revenue a year are reached within 8 hours. Empty: none are key.",
                                max_digits=14,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(Decimal("1"))],
                                verbose_name="key accounts from",
                            ),
                        ),
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
                migrations.AddField(
                    model_name="huddle",
                    name="team",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="huddles",
                        to="advocacy.team",
                        verbose_name="team",
                    ),
                ),
                migrations.AddField(
                    model_name="case",
                    name="team",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="advocacy.team",
                        verbose_name="team",
                    ),
                ),
                migrations.CreateModel(
                    name="Testimonial",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("words", models.TextField(max_length=5000, verbose_name="words")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("shown_name", models.CharField(blank=True, max_length=80, verbose_name="name, as shown")),
                        (
                            "shown_role",
                            models.CharField(blank=True, max_length=120, verbose_name="role, company or town"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("approved", "Approved"),
                                    ("published", "Published"),
                                    ("rejected", "Rejected"),
                                    ("withdrawn", "Withdrawn"),
                                    ("expired", "Expired"),
                                ],
                                default="received",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                        (
                            "disclosure",
                            models.CharField(
                                blank=True,
                                help_text="What the person received or is to us, in the language of the words. It stands under the quote.",
                                max_length=160,
                                verbose_name="disclosure",
                            ),
                        ),
                        ("is_lead", models.BooleanField(default=False, verbose_name="large, on top of the wall")),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="testimonials",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                        (
                            "consent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="testimonials",
                                to="surveys.consent",
                                verbose_name="consent",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="testimonials",
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
                                related_name="testimonials",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "testimonial",
                        "verbose_name_plural": "testimonials",
                        "permissions": [("work_testimonial", "Can approve and reject testimonials")],
                    },
                ),
                migrations.CreateModel(
                    name="StoryTranslation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("words", models.TextField(max_length=5000, verbose_name="words")),
                        ("agreed_on", models.DateField(verbose_name="agreed to on")),
                        ("agreed_how", models.CharField(max_length=200, verbose_name="how we know")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "testimonial",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="translations",
                                to="advocacy.testimonial",
                                verbose_name="testimonial",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "translation of a testimonial",
                        "verbose_name_plural": "translations of testimonials",
                        "ordering": ["language"],
                    },
                ),
                migrations.CreateModel(
                    name="StoryPlace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="place")),
                        ("address", models.URLField(blank=True, max_length=500, verbose_name="address")),
                        (
                            "added_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added at",
                            ),
                        ),
                        ("cleaned_at", models.DateTimeField(blank=True, null=True, verbose_name="cleaned at")),
                        (
                            "added_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="added by",
                            ),
                        ),
                        (
                            "cleaned_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="cleaned by",
                            ),
                        ),
                        (
                            "testimonial",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="places",
                                to="advocacy.testimonial",
                                verbose_name="testimonial",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "place of a testimonial",
                        "verbose_name_plural": "places of testimonials",
                        "ordering": ["-pk"],
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
                    name="ReasonTheme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reason",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="as_theme",
                                to="surveys.reason",
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reasons",
                                to="advocacy.theme",
                                verbose_name="theme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "theme of a reason",
                        "verbose_name_plural": "themes of reasons",
                        "ordering": ["reason__key"],
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
                    ],
                    options={
                        "verbose_name": "macro",
                        "verbose_name_plural": "macros",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalThemeRule",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "language",
                            models.CharField(
                                help_text="Such as en, pt-BR or zh-Hans.", max_length=12, verbose_name="language"
                            ),
                        ),
                        (
                            "words",
                            models.TextField(
                                help_text="One word or phrase a line. deliver* is whatever begins so.",
                                max_length=20000,
                                verbose_name="words",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[("shipped", "Shipped"), ("edited", "Edited here")],
                                default="edited",
                                editable=False,
                                max_length=8,
                                verbose_name="origin",
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
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.theme",
                                verbose_name="theme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical theme rule",
                        "verbose_name_plural": "historical theme rules",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalReasonTheme",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
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
                            "reason",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.reason",
                                verbose_name="reason",
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
                                verbose_name="theme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical theme of a reason",
                        "verbose_name_plural": "historical themes of reasons",
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
                    ],
                    options={
                        "verbose_name": "historical macro",
                        "verbose_name_plural": "historical macros",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.AddField(
                    model_name="fix",
                    name="theme",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="fixes",
                        to="advocacy.theme",
                        verbose_name="theme",
                    ),
                ),
                migrations.AddField(
                    model_name="customerrequest",
                    name="theme",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="requests",
                        to="advocacy.theme",
                        verbose_name="theme",
                    ),
                ),
                migrations.CreateModel(
                    name="CommentTheme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[("respondent", "Respondent"), ("rule", "Rule"), ("person", "Person")],
                                max_length=12,
                                verbose_name="origin",
                            ),
                        ),
                        ("word", models.CharField(blank=True, max_length=80, verbose_name="word that hit")),
                        ("start", models.PositiveIntegerField(default=0, verbose_name="first letter")),
                        ("length", models.PositiveIntegerField(default=0, verbose_name="letters")),
                        ("is_negated", models.BooleanField(default=False, verbose_name="a word of denial stands near")),
                        ("version", models.CharField(blank=True, max_length=16, verbose_name="version of the rules")),
                        (
                            "is_removed",
                            models.BooleanField(
                                default=False,
                                help_text="A fact that a person stated: no rule brings it back.",
                                verbose_name="taken off",
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="at"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="themes",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mentions",
                                to="advocacy.theme",
                                verbose_name="theme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "theme of an answer",
                        "verbose_name_plural": "themes of answers",
                        "permissions": [("work_commenttheme", "Can say what an answer is about")],
                    },
                ),
                migrations.AddField(
                    model_name="case",
                    name="theme",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="advocacy.theme",
                        verbose_name="root cause",
                    ),
                ),
                migrations.CreateModel(
                    name="ThemeRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                help_text="Such as en, pt-BR or zh-Hans.", max_length=12, verbose_name="language"
                            ),
                        ),
                        (
                            "words",
                            models.TextField(
                                help_text="One word or phrase a line. deliver* is whatever begins so.",
                                max_length=20000,
                                verbose_name="words",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[("shipped", "Shipped"), ("edited", "Edited here")],
                                default="edited",
                                editable=False,
                                max_length=8,
                                verbose_name="origin",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="advocacy.theme",
                                verbose_name="theme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "theme rule",
                        "verbose_name_plural": "theme rules",
                        "ordering": ["language", "theme__name"],
                    },
                ),
                migrations.CreateModel(
                    name="Tier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                        (
                            "points",
                            models.PositiveSmallIntegerField(
                                unique=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                                verbose_name="from how many points on",
                            ),
                        ),
                        (
                            "perks",
                            models.TextField(
                                blank=True,
                                help_text="Recognition and access first, gifts last.",
                                max_length=500,
                                verbose_name="what it brings",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tier",
                        "verbose_name_plural": "tiers",
                        "ordering": ["points"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("points__gte", 1)), name="advocacy_tier_takes_a_point"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalAskTier",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("testimonial", "Testimonial"),
                                    ("referral", "Referral"),
                                    ("case_study", "Case study"),
                                    ("reference_call", "Reference call"),
                                    ("speaker", "Speaker or event"),
                                    ("advisory_board", "Advisory board"),
                                    ("social_post", "Social post"),
                                    ("beta", "Beta test"),
                                ],
                                db_index=True,
                                max_length=16,
                                verbose_name="kind of ask",
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
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="advocacy.tier",
                                verbose_name="from this tier on",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical tier an ask takes",
                        "verbose_name_plural": "historical tiers asks take",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="AskTier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("testimonial", "Testimonial"),
                                    ("referral", "Referral"),
                                    ("case_study", "Case study"),
                                    ("reference_call", "Reference call"),
                                    ("speaker", "Speaker or event"),
                                    ("advisory_board", "Advisory board"),
                                    ("social_post", "Social post"),
                                    ("beta", "Beta test"),
                                ],
                                max_length=16,
                                unique=True,
                                verbose_name="kind of ask",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="asks",
                                to="advocacy.tier",
                                verbose_name="from this tier on",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tier an ask takes",
                        "verbose_name_plural": "tiers asks take",
                        "ordering": ["kind"],
                    },
                ),
                migrations.CreateModel(
                    name="TierStanding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("points", models.PositiveIntegerField(default=0, verbose_name="points of twelve months")),
                        ("since", models.DateField(blank=True, null=True, verbose_name="in this tier since")),
                        (
                            "held_until",
                            models.DateField(
                                blank=True,
                                help_text="The points are too few by now: the tier ends on this day.",
                                null=True,
                                verbose_name="held until",
                            ),
                        ),
                        (
                            "advocate",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="standing",
                                to="advocacy.advocate",
                                verbose_name="advocate",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standings",
                                to="advocacy.tier",
                                verbose_name="tier",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "standing of an advocate",
                        "verbose_name_plural": "standings of advocates",
                    },
                ),
                migrations.CreateModel(
                    name="Vote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                        (
                            "fix",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="votes",
                                to="advocacy.fix",
                                verbose_name="idea",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "vote",
                        "verbose_name_plural": "votes",
                    },
                ),
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
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="absences",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "absence",
                        "verbose_name_plural": "absences",
                        "ordering": ["-starts_on", "user"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="advocacy_absence_ends_after_it_starts",
                            )
                        ],
                    },
                ),
                migrations.AddConstraint(
                    model_name="advocate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("site__startswith", "https://"), ("site", ""), _connector="OR"),
                        name="advocacy_advocate_site_is_https",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="announcementtext",
                    constraint=models.UniqueConstraint(
                        fields=("announcement", "language"), name="advocacy_announcement_text_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="deed",
                    index=models.Index(fields=["at"], name="advocacy_deed_at"),
                ),
                migrations.AddIndex(
                    model_name="deletionrequest",
                    index=models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["asked_at"],
                        name="advocacy_deletion_waiting",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="deletionrequest",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("contact__isnull", False), ("done_at__isnull", True)),
                        fields=("contact",),
                        name="advocacy_deletion_asked_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="digest",
                    constraint=models.UniqueConstraint(fields=("user", "month"), name="advocacy_digest_once_a_month"),
                ),
                migrations.AddIndex(
                    model_name="draft",
                    index=models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["announcement", "id"],
                        name="advocacy_draft_waiting",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="draft",
                    constraint=models.UniqueConstraint(
                        fields=("announcement", "contact"), name="advocacy_draft_one_a_person"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="draft",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "skipped"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="advocacy_draft_skipped_with_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entrytext",
                    constraint=models.UniqueConstraint(fields=("entry", "language"), name="advocacy_entry_text_once"),
                ),
                migrations.AddConstraint(
                    model_name="entrytext",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), models.Q(("text", ""), _negated=True)),
                            models.Q(models.Q(("address", ""), _negated=True), ("text", "")),
                            _connector="OR",
                        ),
                        name="advocacy_entry_text_says_one_thing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entrytext",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("address__startswith", "https://"), ("address", ""), _connector="OR"),
                        name="advocacy_entry_text_is_https",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entryvisit",
                    constraint=models.UniqueConstraint(
                        fields=("entry", "language", "day"), name="advocacy_entry_visit_one_a_day"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="escalation",
                    constraint=models.UniqueConstraint(
                        fields=("case", "clock", "level"), name="advocacy_escalation_once"
                    ),
                ),
                migrations.AddField(
                    model_name="ideapart",
                    name="challenge",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="advocacy.challenge",
                        verbose_name="challenge",
                    ),
                ),
                migrations.AddField(
                    model_name="merger",
                    name="by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                migrations.AddField(
                    model_name="merger",
                    name="into",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mergers",
                        to="advocacy.fix",
                        verbose_name="part of",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="coauthor",
                    constraint=models.UniqueConstraint(fields=("fix", "user"), name="advocacy_coauthor_once"),
                ),
                migrations.AddConstraint(
                    model_name="challenge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="advocacy_challenge_closes_after_it_opens",
                    ),
                ),
                migrations.AddIndex(
                    model_name="announcement",
                    index=models.Index(fields=["status", "id"], name="advocacy_announce_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="follower",
                    constraint=models.UniqueConstraint(fields=("fix", "user"), name="advocacy_follower_once"),
                ),
                migrations.AddIndex(
                    model_name="huddleaction",
                    index=models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["owner", "due_on"],
                        name="advocacy_action_mine",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="huddleitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("case__isnull", False), ("response__isnull", False), _connector="OR"),
                        name="advocacy_huddle_item_is_about_something",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ideawords",
                    constraint=models.UniqueConstraint(fields=("fix", "response"), name="advocacy_idea_words_once"),
                ),
                migrations.AddIndex(
                    model_name="mention",
                    index=models.Index(
                        condition=models.Q(("seen_at__isnull", True)),
                        fields=["user", "-at"],
                        name="advocacy_mention_unseen",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mention",
                    constraint=models.UniqueConstraint(fields=("note", "user"), name="advocacy_mention_once"),
                ),
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(fields=["user", "-id"], name="advocacy_notice_of_person"),
                ),
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(
                        condition=models.Q(("seen_at__isnull", True)), fields=["user"], name="advocacy_notice_unseen"
                    ),
                ),
                migrations.AddIndex(
                    model_name="perk",
                    index=models.Index(fields=["starts_at", "id"], name="advocacy_perk_by_start"),
                ),
                migrations.AddConstraint(
                    model_name="perk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="advocacy_perk_ends_after_it_begins",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="perk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1), ("capacity__lte", 100000)),
                        name="advocacy_perk_has_places",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="perk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("respond_by__isnull", True), ("respond_by__lte", models.F("ends_at")), _connector="OR"
                        ),
                        name="advocacy_perk_answers_before_it_ends",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="perk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("address__startswith", "https://"), ("address", ""), _connector="OR"),
                        name="advocacy_perk_address_is_https",
                    ),
                ),
                migrations.AddIndex(
                    model_name="perkguest",
                    index=models.Index(
                        fields=["perk", "status", "waiting_since", "id"], name="advocacy_guest_by_status"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="perkguest",
                    constraint=models.UniqueConstraint(fields=("perk", "contact"), name="advocacy_guest_once"),
                ),
                migrations.AddConstraint(
                    model_name="perkguest",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "waiting"), _negated=True),
                            ("waiting_since__isnull", False),
                            _connector="OR",
                        ),
                        name="advocacy_guest_waits_since",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="perkletter",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["invitation", "cancelled"])),
                        fields=("guest", "kind"),
                        name="advocacy_perk_letter_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="perktext",
                    constraint=models.UniqueConstraint(fields=("perk", "language"), name="advocacy_perk_text_once"),
                ),
                migrations.AddIndex(
                    model_name="picture",
                    index=models.Index(fields=["digest"], name="advocacy_picture_by_digest"),
                ),
                migrations.AddIndex(
                    model_name="picture",
                    index=models.Index(
                        condition=models.Q(("rights_until__isnull", False)),
                        fields=["rights_until"],
                        name="advocacy_picture_by_end",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="picture",
                    constraint=models.UniqueConstraint(
                        fields=("study", "digest"), name="advocacy_picture_once_a_study"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="picture",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("alt", ""), _negated=True), name="advocacy_picture_has_alt"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="picture",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("rights_holder", ""), _negated=True),
                        name="advocacy_picture_has_rights_holder",
                    ),
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
                migrations.AddIndex(
                    model_name="ask",
                    index=models.Index(fields=["advocate", "-sent_at"], name="advocacy_ask_by_advocate"),
                ),
                migrations.AddIndex(
                    model_name="ask",
                    index=models.Index(fields=["programme", "stage", "due_on", "id"], name="advocacy_ask_by_stage"),
                ),
                migrations.AddIndex(
                    model_name="ask",
                    index=models.Index(
                        condition=models.Q(("status", "planned")), fields=["planned_for"], name="advocacy_ask_planned"
                    ),
                ),
                migrations.AddIndex(
                    model_name="ask",
                    index=models.Index(
                        condition=models.Q(("status", "sent")), fields=["sent_at"], name="advocacy_ask_sent"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ask",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status__in", ("planned", "sent"))),
                        fields=("advocate",),
                        name="advocacy_ask_one_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="referralflag",
                    constraint=models.UniqueConstraint(fields=("referral", "sign"), name="advocacy_flag_once"),
                ),
                migrations.AddIndex(
                    model_name="referral",
                    index=models.Index(fields=["status", "-id"], name="advocacy_referral_by_state"),
                ),
                migrations.AddIndex(
                    model_name="referral",
                    index=models.Index(fields=["person_hash"], name="advocacy_referral_by_person"),
                ),
                migrations.AddConstraint(
                    model_name="referral",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status__in", ("invited", "registered", "qualified"))),
                        fields=("link", "person_hash"),
                        name="advocacy_referral_once_by_link",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="referral",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status", "converted")),
                        fields=("person_hash",),
                        name="advocacy_referral_converts_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="referral",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("revenue__isnull", True),
                            models.Q(("revenue__gte", 0), models.Q(("currency", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="advocacy_referral_revenue_has_its_currency",
                    ),
                ),
                migrations.AddIndex(
                    model_name="casestudy",
                    index=models.Index(fields=["status", "due_on", "id"], name="advocacy_casestudy_by_stage"),
                ),
                migrations.AddIndex(
                    model_name="casestudy",
                    index=models.Index(
                        condition=models.Q(("shown__isnull", False)),
                        fields=["brand", "-published_at", "-id"],
                        name="advocacy_casestudy_public",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="casestudy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="advocacy_casestudy_has_title"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="casestudy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="advocacy_casestudy_published_has_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reviewsite",
                    constraint=models.UniqueConstraint(fields=("brand", "address"), name="advocacy_review_site_once"),
                ),
                migrations.AddConstraint(
                    model_name="reviewsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("address__startswith", "https://")), name="advocacy_review_site_is_https"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reviewsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("shown_to", "all"), ("kind__in", ("other",)), _connector="OR"),
                        name="advocacy_review_site_not_gated",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reviewsite",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("is_rewarded", False), ("kind__in", ("g2", "capterra", "other")), _connector="OR"
                        ),
                        name="advocacy_review_site_not_rewarded",
                    ),
                ),
                migrations.AddIndex(
                    model_name="reviewclick",
                    index=models.Index(fields=["site", "at"], name="advocacy_review_click_by_site"),
                ),
                migrations.AddConstraint(
                    model_name="ledgerentry",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("amount__gt", 0)), fields=("reward",), name="advocacy_ledger_given_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ledgerentry",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("amount__lt", 0)), fields=("reward",), name="advocacy_ledger_reversed_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="reward",
                    index=models.Index(fields=["status", "-id"], name="advocacy_reward_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="reward",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="advocacy_reward_not_negative"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reward",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "referral",
                                    "testimonial",
                                    "case_study",
                                    "reference_call",
                                    "speaker",
                                    "advisory_board",
                                    "social_post",
                                    "beta",
                                    "goodwill",
                                ],
                            )
                        ),
                        name="advocacy_reward_for_a_deed",
                    ),
                ),
                migrations.AddIndex(
                    model_name="giftcode",
                    index=models.Index(
                        condition=models.Q(("reward__isnull", True)), fields=["item", "id"], name="advocacy_code_free"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="giftcode",
                    constraint=models.UniqueConstraint(fields=("item", "code"), name="advocacy_code_once"),
                ),
                migrations.AddConstraint(
                    model_name="routing",
                    constraint=models.UniqueConstraint(fields=("response", "revision"), name="advocacy_routing_once"),
                ),
                migrations.AddConstraint(
                    model_name="savedreplytext",
                    constraint=models.UniqueConstraint(
                        fields=("reply", "language"),
                        name="advocacy_saved_reply_language_once",
                        violation_error_message="This reply has a text in that language already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="savedview",
                    constraint=models.UniqueConstraint(fields=("owner", "name"), name="advocacy_savedview_own_name"),
                ),
                migrations.AddConstraint(
                    model_name="studyformat",
                    constraint=models.UniqueConstraint(
                        fields=("study", "kind"), name="advocacy_studyformat_once_a_kind"
                    ),
                ),
                migrations.AddIndex(
                    model_name="studyplace",
                    index=models.Index(
                        condition=models.Q(("cleaned_at", None)),
                        fields=["checked_at"],
                        name="advocacy_studyplace_by_look",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="studyplace",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("address__startswith", "https://"), ("address__startswith", "http://"), _connector="OR"
                        ),
                        name="advocacy_studyplace_is_web",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="studyplace",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("cleaned_at", None)),
                        fields=("study", "address"),
                        name="advocacy_studyplace_once_a_study",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="studyversion",
                    constraint=models.UniqueConstraint(fields=("study", "number"), name="advocacy_studyversion_once"),
                ),
                migrations.AddConstraint(
                    model_name="studyversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("body", ""), _negated=True)
                        ),
                        name="advocacy_studyversion_has_text",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="studyversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("site", ""),
                            ("site__startswith", "https://"),
                            ("site__startswith", "http://"),
                            _connector="OR",
                        ),
                        name="advocacy_studyversion_site_is_web",
                    ),
                ),
                migrations.AddIndex(
                    model_name="release",
                    index=models.Index(
                        condition=models.Q(("answer", "signed")), fields=["expires_at"], name="advocacy_release_by_end"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("answer", ""), ("closed_at__isnull", True)),
                        fields=("study",),
                        name="advocacy_release_one_waiting",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "signed"), _negated=True),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("expires_at__isnull", False),
                                ("step", "sign"),
                                models.Q(("typed_name", ""), _negated=True),
                                models.Q(("wording", ""), _negated=True),
                                models.Q(("wording_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="advocacy_release_signed_is_whole",
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
                migrations.AddConstraint(
                    model_name="huddle",
                    constraint=models.UniqueConstraint(fields=("team", "on"), name="advocacy_huddle_one_a_day"),
                ),
                migrations.AddIndex(
                    model_name="testimonial",
                    index=models.Index(fields=["status", "-received_at", "-id"], name="advocacy_testimonial_by_state"),
                ),
                migrations.AddIndex(
                    model_name="testimonial",
                    index=models.Index(
                        condition=models.Q(("status", "published")),
                        fields=["brand", "-published_at", "-id"],
                        name="advocacy_testimonial_on_wall",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="testimonial",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="advocacy_testimonial_has_words"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="testimonial",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("response__isnull", False), ("status", "received")),
                        fields=("response",),
                        name="advocacy_testimonial_one_received",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="storytranslation",
                    constraint=models.UniqueConstraint(
                        fields=("testimonial", "language"), name="advocacy_translation_once_a_language"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="storytranslation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="advocacy_translation_has_words"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="storytranslation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("agreed_how", ""), _negated=True), name="advocacy_translation_was_agreed_to"
                    ),
                ),
                migrations.AddIndex(
                    model_name="storyplace",
                    index=models.Index(
                        condition=models.Q(("cleaned_at__isnull", True)),
                        fields=["testimonial"],
                        name="advocacy_place_to_clean",
                    ),
                ),
                migrations.AddIndex(
                    model_name="fix",
                    index=models.Index(fields=["status", "due_on", "id"], name="advocacy_fix_by_state"),
                ),
                migrations.AddIndex(
                    model_name="customerrequest",
                    index=models.Index(fields=["due_at", "id"], name="advocacy_request_by_due"),
                ),
                migrations.AddConstraint(
                    model_name="customerrequest",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("origin", "routing"), ("response__isnull", False)),
                        fields=("response",),
                        name="advocacy_request_once_a_response",
                    ),
                ),
                migrations.AddIndex(
                    model_name="commenttheme",
                    index=models.Index(
                        condition=models.Q(("is_removed", False)),
                        fields=["theme", "response"],
                        name="advocacy_comment_theme_latest",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="commenttheme",
                    constraint=models.UniqueConstraint(
                        fields=("response", "theme"), name="advocacy_comment_theme_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="commenttheme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("is_removed", False), ("origin", "person"), _connector="OR"),
                        name="advocacy_comment_theme_taken_off",
                    ),
                ),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                        fields=["rank", "due_at", "priority", "id", "answer_score"],
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
                        fields=["team", "rank", "due_at", "priority", "id", "contact_revenue"],
                        name="advocacy_case_by_team",
                    ),
                ),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                        fields=["answer_score", "rank", "due_at", "priority", "id"],
                        name="advocacy_case_by_score",
                    ),
                ),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                        fields=["answer_language", "rank", "due_at", "priority", "id"],
                        name="advocacy_case_by_tongue",
                    ),
                ),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                        fields=["answer_campaign", "rank", "due_at", "priority", "id"],
                        name="advocacy_case_by_campaign",
                    ),
                ),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=models.Q(
                            ("snoozed_until__isnull", True),
                            ("status__in", ("open", "contacted")),
                            ("contact_revenue__isnull", False),
                        ),
                        fields=["contact_revenue"],
                        name="advocacy_case_by_revenue",
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
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(fields=["opened_at"], name="advocacy_case_by_opening"),
                ),
                migrations.AddIndex(
                    model_name="case",
                    index=models.Index(
                        condition=models.Q(("status", "closed")),
                        fields=["-closed_at", "-id"],
                        name="advocacy_case_closed",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="case",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status__in", ("open", "contacted"))),
                        fields=("contact",),
                        name="advocacy_case_one_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="case",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="advocacy_case_closed_has_outcome",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="themerule",
                    constraint=models.UniqueConstraint(
                        fields=("theme", "language"), name="advocacy_theme_rule_once_a_language"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="tierstanding",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("since__isnull", False), ("tier__isnull", False)),
                            models.Q(("held_until__isnull", True), ("tier__isnull", True)),
                            _connector="OR",
                        ),
                        name="advocacy_standing_has_its_days",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="tierstanding",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("held_until__isnull", True), ("held_until__gt", models.F("since")), _connector="OR"
                        ),
                        name="advocacy_standing_held_after_start",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="vote",
                    constraint=models.UniqueConstraint(fields=("fix", "user"), name="advocacy_vote_once"),
                ),
                migrations.AddConstraint(
                    model_name="merger",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("fix", models.F("into")), _negated=True),
                        name="advocacy_merger_of_two_ideas",
                    ),
                ),
            ]
        ),
    ]
