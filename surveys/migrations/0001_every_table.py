# Folded from the migrations named in `replaces`: a database that has them all goes on without a step.
from __future__ import annotations

import datetime
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import surveys.models.fields
import surveys.models.imports
from surveys.migrations._together import Together

# When its mail leaves, an invitation is told when it closes, and a mail is claimed and dispatched. With room beside it on
# its page, for all that a window sends, PostgreSQL writes the new row there and touches no index.
FILLED = ("surveys_invitation", "surveys_message")


def leave_room(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in FILLED:
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")


class Migration(migrations.Migration):
    replaces = [
        ("surveys", "0001_all_tables"),
        ("surveys", "0016_mails_in_turn"),
        ("surveys", "0017_touches_unchecked"),
        ("surveys", "0018_mails_put_aside"),
        ("surveys", "0019_once_without_a_day"),
        ("surveys", "0020_mails_written_in_place"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Brand",
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
                                help_text="Above the mail and the pages.",
                                max_length=120,
                                unique=True,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "short_name",
                            models.CharField(
                                help_text="In the question: “recommend Aurora”.",
                                max_length=60,
                                verbose_name="short name",
                            ),
                        ),
                        ("from_email", models.EmailField(max_length=254, verbose_name="sender address")),
                        ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="answers go to")),
                        (
                            "postal_address",
                            models.CharField(
                                help_text="Stands in every mail: the law asks for it.",
                                max_length=300,
                                verbose_name="postal address",
                            ),
                        ),
                        ("site_url", models.URLField(blank=True, verbose_name="web site")),
                        ("privacy_url", models.URLField(blank=True, verbose_name="privacy page")),
                        (
                            "contact_email",
                            models.EmailField(blank=True, max_length=254, verbose_name="contact address"),
                        ),
                        (
                            "colour",
                            models.CharField(
                                default="#1d4e5f",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}\\Z",
                                        "Write a colour as # and six hexadecimal digits, such as #1d4e5f.",
                                    )
                                ],
                                verbose_name="colour on paper",
                            ),
                        ),
                        (
                            "colour_dark",
                            models.CharField(
                                default="#8fcbdb",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}\\Z",
                                        "Write a colour as # and six hexadecimal digits, such as #1d4e5f.",
                                    )
                                ],
                                verbose_name="colour at night",
                            ),
                        ),
                        (
                            "default_language",
                            models.CharField(default="en", max_length=12, verbose_name="language when none is known"),
                        ),
                        (
                            "holidays",
                            models.TextField(
                                blank=True,
                                help_text="Days on which no survey leaves, one a line, such as 2026-12-25.",
                                validators=[surveys.models.fields.is_list_of_days],
                                verbose_name="holidays",
                            ),
                        ),
                        (
                            "daily_cap",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="At most so many surveys leave from the domain of the sender address in a day. 0: no limit.",
                                verbose_name="mails a day",
                            ),
                        ),
                        (
                            "rate_per_minute",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="At most so many surveys leave from the domain of the sender address in a minute. 0: no limit.",
                                verbose_name="mails a minute",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "brand",
                        "verbose_name_plural": "brands",
                    },
                ),
                migrations.CreateModel(
                    name="Claim",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("messages", models.JSONField(help_text="Their numbers.", verbose_name="messages")),
                    ],
                    options={
                        "verbose_name": "claim",
                        "verbose_name_plural": "claims",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                            "skip_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Asked"),
                                    ("no_address", "No mail address"),
                                    ("suppressed", "Address must not be mailed"),
                                    ("no_basis", "No recorded basis for a survey"),
                                    ("held", "On hold"),
                                    ("too_new", "Not a customer for long enough"),
                                    ("throttled", "Asked too recently"),
                                    ("fewer", "Wants one survey a year"),
                                    ("in_queue", "Another survey waits to leave"),
                                    ("just_mailed", "Another mail in the last 24 hours"),
                                    ("account_cap", "Enough others of the account are asked"),
                                ],
                                max_length=16,
                                verbose_name="why left out",
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[("banded", "Red, yellow, green"), ("neutral", "One colour")],
                                max_length=12,
                                verbose_name="buttons",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                help_text="The language the recipient chose, if any.",
                                max_length=12,
                                verbose_name="language",
                            ),
                        ),
                        ("closes_at", models.DateTimeField(verbose_name="closes")),
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
                        "verbose_name": "invitation",
                        "verbose_name_plural": "invitations",
                    },
                ),
                migrations.CreateModel(
                    name="ImportMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64, unique=True, verbose_name="key")),
                        ("mapping", models.JSONField(default=dict, verbose_name="meaning of the columns")),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "remembered mapping",
                        "verbose_name_plural": "remembered mappings",
                    },
                ),
                migrations.CreateModel(
                    name="InboxMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sender", models.CharField(max_length=320, verbose_name="from")),
                        ("recipient", models.CharField(max_length=320, verbose_name="to")),
                        ("subject", models.CharField(max_length=400, verbose_name="subject")),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                        ("html", models.TextField(blank=True, verbose_name="HTML")),
                        ("headers", models.TextField(blank=True, verbose_name="headers")),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail in the Inbox",
                        "verbose_name_plural": "mails in the Inbox",
                    },
                ),
                migrations.CreateModel(
                    name="Reason",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.SlugField(
                                help_text="It stays when the words change.",
                                max_length=40,
                                unique=True,
                                verbose_name="key",
                            ),
                        ),
                        ("labels", models.JSONField(default=dict, verbose_name="words by language")),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Answers keep a reason that is offered no more.",
                                verbose_name="offered",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reason",
                        "verbose_name_plural": "reasons",
                        "ordering": ["key"],
                    },
                ),
                migrations.CreateModel(
                    name="Subject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=40, unique=True, verbose_name="key")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "subject",
                        "verbose_name_plural": "subjects",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Suppression",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "address_hash",
                            models.CharField(max_length=64, unique=True, verbose_name="keyed hash of the address"),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("unsubscribed", "Unsubscribed"),
                                    ("bounced", "Address bounced"),
                                    ("complained", "Complained"),
                                    ("manual", "Set by staff"),
                                ],
                                max_length=20,
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[("asking", "Surveys and offers"), ("all", "Everything")],
                                default="asking",
                                max_length=12,
                                verbose_name="scope",
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="since",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "suppression",
                        "verbose_name_plural": "suppressions",
                    },
                ),
                migrations.CreateModel(
                    name="Tick",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "heartbeat",
                        "verbose_name_plural": "heartbeats",
                    },
                ),
                migrations.CreateModel(
                    name="Touchpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=40, unique=True, verbose_name="key")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "touchpoint",
                        "verbose_name_plural": "touchpoints",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        (
                            "revenue",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="What it pays us a year.",
                                max_digits=14,
                                null=True,
                                verbose_name="revenue a year",
                            ),
                        ),
                        ("segment", models.CharField(blank=True, max_length=80, verbose_name="segment")),
                        (
                            "timezone",
                            models.CharField(
                                blank=True,
                                help_text="For contacts who have none of their own.",
                                max_length=64,
                                validators=[surveys.models.fields.is_time_zone],
                                verbose_name="time zone",
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
                                related_name="accounts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "account",
                        "verbose_name_plural": "accounts",
                    },
                ),
                migrations.CreateModel(
                    name="Campaign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("archived", "Archived"),
                                ],
                                default="draft",
                                editable=False,
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "activated_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="active since"),
                        ),
                        (
                            "slotted_on",
                            models.DateField(
                                blank=True,
                                editable=False,
                                help_text="The last day that a continuous campaign was planned for.",
                                null=True,
                                verbose_name="slots planned on",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("once", "Once"),
                                    ("periodic", "Periodic"),
                                    ("continuous", "Continuous"),
                                    ("event", "After an event"),
                                ],
                                default="once",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "starts_on",
                            models.DateField(
                                blank=True,
                                help_text="In its time zone. One that asks once needs none if you launch it by hand.",
                                null=True,
                                verbose_name="first day",
                            ),
                        ),
                        (
                            "every",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="every",
                            ),
                        ),
                        (
                            "unit",
                            models.CharField(
                                choices=[("day", "days"), ("week", "weeks"), ("month", "months")],
                                default="month",
                                max_length=8,
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "send_at",
                            models.TimeField(
                                default=datetime.time(9, 0),
                                help_text="Local time in the campaign's time zone.",
                                verbose_name="at",
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
                        (
                            "delay_hours",
                            models.PositiveSmallIntegerField(
                                default=24,
                                help_text="How long a campaign that follows an event waits before it asks.",
                                validators=[django.core.validators.MaxValueValidator(720)],
                                verbose_name="hours after the event",
                            ),
                        ),
                        (
                            "window_zone",
                            models.CharField(
                                choices=[
                                    ("contact", "The contact's, where it is known"),
                                    ("account", "The account's, else the campaign's"),
                                    ("campaign", "The campaign's"),
                                ],
                                default="contact",
                                max_length=12,
                                verbose_name="clock of the send window",
                            ),
                        ),
                        (
                            "window_days",
                            models.CharField(
                                default="1234567",
                                help_text="Digits from 1 for Monday to 7 for Sunday: 12345 is Monday to Friday.",
                                max_length=7,
                                validators=[surveys.models.fields.is_weekdays],
                                verbose_name="days of the send window",
                            ),
                        ),
                        (
                            "window_opens",
                            models.TimeField(default=datetime.time(0, 0), verbose_name="mails leave from"),
                        ),
                        (
                            "window_closes",
                            models.TimeField(
                                default=datetime.time(0, 0),
                                help_text="They are spread over these hours. 00:00 is the end of the day, so from 00:00 to 00:00 is all day.",
                                verbose_name="mails leave until",
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[
                                    ("banded", "Red, yellow, green"),
                                    ("neutral", "One colour"),
                                    ("experiment", "Half and half: compare both"),
                                ],
                                default="banded",
                                max_length=12,
                                verbose_name="buttons",
                            ),
                        ),
                        (
                            "scale",
                            models.CharField(
                                choices=[("0-10", "0 to 10")], default="0-10", max_length=8, verbose_name="scale"
                            ),
                        ),
                        (
                            "throttle_days",
                            models.PositiveSmallIntegerField(
                                default=90,
                                help_text="No survey within so many days of the last invitation, in any campaign.",
                                verbose_name="throttle in days",
                            ),
                        ),
                        (
                            "account_cap",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="At most so many invitations to one account in 30 days, in all campaigns. 0: no limit.",
                                verbose_name="people per account",
                            ),
                        ),
                        (
                            "min_relation_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="Nobody is asked before. Who has no such day recorded, or had an event, is asked all the same.",
                                verbose_name="customer for days",
                            ),
                        ),
                        (
                            "reminders",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="None, one or two, to people who got the mail and have not answered.",
                                validators=[django.core.validators.MaxValueValidator(2)],
                                verbose_name="reminders",
                            ),
                        ),
                        (
                            "reminder_days",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="From 3 to 7 days after the mail before.",
                                validators=[
                                    django.core.validators.MinValueValidator(3),
                                    django.core.validators.MaxValueValidator(7),
                                ],
                                verbose_name="reminded after days",
                            ),
                        ),
                        (
                            "open_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="How long an answer can be given and changed.",
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="open for days",
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
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "campaign",
                        "verbose_name_plural": "campaigns",
                        "ordering": ["name"],
                        "permissions": [("launch_campaign", "Can launch a campaign and control its waves")],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject line")),
                        ("question", models.CharField(blank=True, max_length=300, verbose_name="question")),
                        (
                            "sentence",
                            models.CharField(blank=True, max_length=300, verbose_name="sentence below the question"),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of the mail",
                        "verbose_name_plural": "texts of the mail",
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="mail address")),
                        (
                            "address_hash",
                            models.CharField(
                                blank=True, editable=False, max_length=64, verbose_name="address, keyed hash"
                            ),
                        ),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                        ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                        ("external_id", models.CharField(blank=True, max_length=100, verbose_name="external id")),
                        ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
                        (
                            "timezone",
                            models.CharField(
                                blank=True,
                                max_length=64,
                                validators=[surveys.models.fields.is_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        ("customer_since", models.DateField(blank=True, null=True, verbose_name="customer since")),
                        ("tags", models.JSONField(blank=True, default=list, verbose_name="tags")),
                        ("properties", models.JSONField(blank=True, default=dict, verbose_name="properties")),
                        (
                            "basis",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "None recorded"),
                                    ("customer", "Customer relation"),
                                    ("consent", "Consent"),
                                ],
                                max_length=12,
                                verbose_name="basis for surveys",
                            ),
                        ),
                        (
                            "basis_source",
                            models.CharField(blank=True, max_length=200, verbose_name="source of the basis"),
                        ),
                        ("basis_at", models.DateTimeField(blank=True, null=True, verbose_name="basis recorded at")),
                        (
                            "mail_wish",
                            models.CharField(
                                choices=[
                                    ("all", "As the campaigns say"),
                                    ("surveys_only", "Surveys only, no offers, no requests"),
                                    ("fewer", "One survey a year, no offers, no requests"),
                                ],
                                db_default="all",
                                default="all",
                                editable=False,
                                max_length=12,
                                verbose_name="wants to get",
                            ),
                        ),
                        (
                            "mail_wish_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="wanted since"),
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
                            "updated_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="changed",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="contacts",
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
                                related_name="contacts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact",
                        "verbose_name_plural": "contacts",
                        "permissions": [
                            ("import_contacts", "Can import contacts from a file"),
                            ("merge_contact", "Can merge two contacts into one"),
                            ("export_contact", "Can export what is known of a person"),
                            ("erase_contact", "Can erase a person"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                                choices=[
                                    ("", "None recorded"),
                                    ("customer", "Customer relation"),
                                    ("consent", "Consent"),
                                ],
                                default="consent",
                                max_length=12,
                                verbose_name="basis",
                            ),
                        ),
                        (
                            "text",
                            models.TextField(help_text="Word for word what the contact read.", verbose_name="wording"),
                        ),
                        ("text_hash", models.CharField(max_length=64, verbose_name="SHA-256 of the wording")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        (
                            "scope",
                            models.JSONField(
                                default=list, help_text="What it covers, in plain words.", verbose_name="covers"
                            ),
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
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryEvent",
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
                                help_text="Hash of what makes the event one event: the provider's id, or all that it says where it gives none.",
                                max_length=64,
                                unique=True,
                                verbose_name="key",
                            ),
                        ),
                        ("provider", models.CharField(max_length=40, verbose_name="provider")),
                        (
                            "event_id",
                            models.CharField(blank=True, max_length=200, verbose_name="event of the provider"),
                        ),
                        ("type", models.CharField(max_length=20, verbose_name="what happened")),
                        (
                            "message_id",
                            models.CharField(
                                blank=True,
                                help_text="The mail as the provider calls it.",
                                max_length=320,
                                verbose_name="message of the provider",
                            ),
                        ),
                        (
                            "message_pk",
                            models.BigIntegerField(
                                blank=True,
                                help_text="The mail as we called it in its metadata.",
                                null=True,
                                verbose_name="message",
                            ),
                        ),
                        (
                            "recipient_hash",
                            models.CharField(blank=True, max_length=64, verbose_name="recipient, keyed hash"),
                        ),
                        ("reject_reason", models.CharField(blank=True, max_length=20, verbose_name="why rejected")),
                        ("diagnosis", models.CharField(blank=True, max_length=300, verbose_name="diagnosis")),
                        (
                            "payload",
                            models.TextField(
                                blank=True,
                                help_text="JSON as it came, cut where it is too long.",
                                verbose_name="as it came",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "received_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="received"
                            ),
                        ),
                        ("retry_at", models.DateTimeField(blank=True, null=True, verbose_name="tried again")),
                        ("processed_at", models.DateTimeField(blank=True, null=True, verbose_name="applied")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("applied", "Applied"),
                                    ("noted", "Noted: nothing follows from it"),
                                    ("refused", "Refused: we did not mail that address with that message"),
                                    ("dropped", "Dropped: no such message"),
                                    ("failed", "Could not be applied"),
                                ],
                                max_length=12,
                                verbose_name="outcome",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "delivery event",
                        "verbose_name_plural": "delivery events",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("processed_at__isnull", True)),
                                fields=["id"],
                                name="surveys_delivery_waiting",
                            ),
                            models.Index(fields=["message_pk"], name="surveys_delivery_of_message"),
                            models.Index(fields=["recipient_hash"], name="surveys_delivery_of_address"),
                            models.Index(fields=["received_at"], name="surveys_delivery_by_age"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Door",
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
                                choices=[("link", "Open link"), ("kiosk", "Kiosk"), ("embed", "Embedded in a site")],
                                default="link",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="For your colleagues, such as “Harbour Street shop”.",
                                max_length=120,
                                verbose_name="name",
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
                            "style",
                            models.CharField(
                                choices=[("banded", "Red, yellow, green"), ("neutral", "One colour")],
                                default="banded",
                                max_length=12,
                                verbose_name="buttons",
                            ),
                        ),
                        (
                            "asks_who",
                            models.BooleanField(
                                default=True,
                                help_text="Whoever wishes one leaves a name and an address. Nobody else is asked who they are.",
                                verbose_name="offers a reply",
                            ),
                        ),
                        (
                            "origins",
                            models.TextField(
                                blank=True,
                                help_text="Of an embedded one, such as https://www.example.com, one a line. No other site can show it.",
                                validators=[surveys.models.fields.is_list_of_origins],
                                verbose_name="sites that may show it",
                            ),
                        ),
                        (
                            "an_hour",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="At most so many come from one network in an hour. Empty: 30, at a kiosk 120.",
                                null=True,
                                verbose_name="answers an hour",
                            ),
                        ),
                        ("is_open", models.BooleanField(default=True, editable=False, verbose_name="open")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="doors",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "door",
                        "verbose_name_plural": "doors",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="DoorText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("heading", models.CharField(blank=True, max_length=120, verbose_name="heading")),
                        (
                            "text",
                            models.CharField(blank=True, max_length=300, verbose_name="sentence below the heading"),
                        ),
                        (
                            "door",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="surveys.door",
                                verbose_name="door",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of a door",
                        "verbose_name_plural": "texts of the doors",
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=60, verbose_name="kind")),
                        ("object_id", models.CharField(max_length=40, verbose_name="row")),
                        ("came_from", models.CharField(blank=True, max_length=20, verbose_name="from")),
                        ("went_to", models.CharField(blank=True, max_length=20, verbose_name="to")),
                        ("reason", models.TextField(blank=True, verbose_name="why")),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="events",
                                to="surveys.account",
                                verbose_name="account",
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
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="events",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                    },
                ),
                migrations.CreateModel(
                    name="HeldAnswer",
                    fields=[
                        (
                            "invitation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="held",
                                serialize=False,
                                to="surveys.invitation",
                                verbose_name="invitation",
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                        (
                            "evidence",
                            models.CharField(
                                choices=[
                                    ("gesture", "Gesture"),
                                    ("submitted", "Submitted"),
                                    ("confirmed", "Confirmed by staff"),
                                    ("imported", "Imported"),
                                ],
                                max_length=12,
                                verbose_name="evidence",
                            ),
                        ),
                        (
                            "veto",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Nothing"),
                                    ("decoy", "The link that no person sees was opened"),
                                    ("several", "Several numbers of one mail were opened at once"),
                                    ("all_links", "Every number of the mail was opened"),
                                    ("too_soon", "A number was opened as soon as the mail was handed over"),
                                    ("too_fast", "The form came back sooner than a person can read it"),
                                ],
                                max_length=12,
                                verbose_name="what speaks against it",
                            ),
                        ),
                        ("is_repeated", models.BooleanField(default=False, verbose_name="given once more when asked")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("said", models.JSONField(blank=True, default=dict, verbose_name="what was said")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="judged at")),
                    ],
                    options={
                        "verbose_name": "answer that does not count yet",
                        "verbose_name_plural": "answers that do not count yet",
                    },
                ),
                migrations.AddField(
                    model_name="invitation",
                    name="contact",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="surveys.contact",
                        verbose_name="contact",
                    ),
                ),
                migrations.CreateModel(
                    name="Click",
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
                                    ("link", "A number in the mail"),
                                    ("decoy", "The link that no person sees"),
                                    ("gesture", "The page itself"),
                                ],
                                default="link",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="score")),
                        (
                            "network",
                            models.CharField(
                                blank=True,
                                help_text="Keyed hash of a part of the address: never the address.",
                                max_length=16,
                                verbose_name="network",
                            ),
                        ),
                        ("agent", models.CharField(blank=True, max_length=24, verbose_name="program")),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                        (
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clicks",
                                to="surveys.invitation",
                                verbose_name="invitation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "click",
                        "verbose_name_plural": "clicks",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalBrand",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "name",
                            models.CharField(
                                db_index=True,
                                help_text="Above the mail and the pages.",
                                max_length=120,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "short_name",
                            models.CharField(
                                help_text="In the question: “recommend Aurora”.",
                                max_length=60,
                                verbose_name="short name",
                            ),
                        ),
                        ("from_email", models.EmailField(max_length=254, verbose_name="sender address")),
                        ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="answers go to")),
                        (
                            "postal_address",
                            models.CharField(
                                help_text="Stands in every mail: the law asks for it.",
                                max_length=300,
                                verbose_name="postal address",
                            ),
                        ),
                        ("site_url", models.URLField(blank=True, verbose_name="web site")),
                        ("privacy_url", models.URLField(blank=True, verbose_name="privacy page")),
                        (
                            "contact_email",
                            models.EmailField(blank=True, max_length=254, verbose_name="contact address"),
                        ),
                        (
                            "colour",
                            models.CharField(
                                default="#1d4e5f",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}\\Z",
                                        "Write a colour as # and six hexadecimal digits, such as #1d4e5f.",
                                    )
                                ],
                                verbose_name="colour on paper",
                            ),
                        ),
                        (
                            "colour_dark",
                            models.CharField(
                                default="#8fcbdb",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}\\Z",
                                        "Write a colour as # and six hexadecimal digits, such as #1d4e5f.",
                                    )
                                ],
                                verbose_name="colour at night",
                            ),
                        ),
                        (
                            "default_language",
                            models.CharField(default="en", max_length=12, verbose_name="language when none is known"),
                        ),
                        (
                            "holidays",
                            models.TextField(
                                blank=True,
                                help_text="Days on which no survey leaves, one a line, such as 2026-12-25.",
                                validators=[surveys.models.fields.is_list_of_days],
                                verbose_name="holidays",
                            ),
                        ),
                        (
                            "daily_cap",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="At most so many surveys leave from the domain of the sender address in a day. 0: no limit.",
                                verbose_name="mails a day",
                            ),
                        ),
                        (
                            "rate_per_minute",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="At most so many surveys leave from the domain of the sender address in a minute. 0: no limit.",
                                verbose_name="mails a minute",
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
                        "verbose_name": "historical brand",
                        "verbose_name_plural": "historical brands",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalCampaignText",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject line")),
                        ("question", models.CharField(blank=True, max_length=300, verbose_name="question")),
                        (
                            "sentence",
                            models.CharField(blank=True, max_length=300, verbose_name="sentence below the question"),
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
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                        "verbose_name": "historical text of the mail",
                        "verbose_name_plural": "historical texts of the mail",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalDoor",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("link", "Open link"), ("kiosk", "Kiosk"), ("embed", "Embedded in a site")],
                                default="link",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="For your colleagues, such as “Harbour Street shop”.",
                                max_length=120,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[("banded", "Red, yellow, green"), ("neutral", "One colour")],
                                default="banded",
                                max_length=12,
                                verbose_name="buttons",
                            ),
                        ),
                        (
                            "asks_who",
                            models.BooleanField(
                                default=True,
                                help_text="Whoever wishes one leaves a name and an address. Nobody else is asked who they are.",
                                verbose_name="offers a reply",
                            ),
                        ),
                        (
                            "origins",
                            models.TextField(
                                blank=True,
                                help_text="Of an embedded one, such as https://www.example.com, one a line. No other site can show it.",
                                validators=[surveys.models.fields.is_list_of_origins],
                                verbose_name="sites that may show it",
                            ),
                        ),
                        (
                            "an_hour",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="At most so many come from one network in an hour. Empty: 30, at a kiosk 120.",
                                null=True,
                                verbose_name="answers an hour",
                            ),
                        ),
                        ("is_open", models.BooleanField(default=True, editable=False, verbose_name="open")),
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
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                        "verbose_name": "historical door",
                        "verbose_name_plural": "historical doors",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalDoorText",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("heading", models.CharField(blank=True, max_length=120, verbose_name="heading")),
                        (
                            "text",
                            models.CharField(blank=True, max_length=300, verbose_name="sentence below the heading"),
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
                            "door",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.door",
                                verbose_name="door",
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
                        "verbose_name": "historical text of a door",
                        "verbose_name_plural": "historical texts of the doors",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalLanguageReview",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("tag", models.CharField(db_index=True, max_length=12, verbose_name="language")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
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
                            "accepted_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="accepted by",
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
                        "verbose_name": "historical review of a language",
                        "verbose_name_plural": "historical reviews of languages",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalPageText",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        (
                            "band",
                            models.CharField(
                                choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                                max_length=12,
                                verbose_name="band",
                            ),
                        ),
                        ("heading", models.CharField(blank=True, max_length=120, verbose_name="heading")),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                        (
                            "prompt",
                            models.CharField(blank=True, max_length=200, verbose_name="question above the comment"),
                        ),
                        (
                            "thanks_heading",
                            models.CharField(blank=True, max_length=120, verbose_name="heading of the thank-you page"),
                        ),
                        ("thanks_text", models.TextField(blank=True, verbose_name="text of the thank-you page")),
                        (
                            "person_name",
                            models.CharField(
                                blank=True,
                                help_text="A real person, as customers may know them.",
                                max_length=80,
                                verbose_name="who reads the answers",
                            ),
                        ),
                        (
                            "person_role",
                            models.CharField(
                                blank=True,
                                help_text="Such as: Customer care.",
                                max_length=120,
                                verbose_name="what this person does",
                            ),
                        ),
                        (
                            "next_text",
                            models.TextField(
                                blank=True,
                                help_text="On the thank-you page. Promise only what is done.",
                                verbose_name="what happens next",
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
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                        "verbose_name": "historical text of a page",
                        "verbose_name_plural": "historical texts of the pages",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalQuestion",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "band",
                            models.CharField(
                                choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                                max_length=12,
                                verbose_name="band",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scale", "Scale from 0 to 10"),
                                    ("one", "One of several"),
                                    ("many", "Any of several"),
                                    ("text", "Text"),
                                ],
                                default="text",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "ready_made",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("disappointed", "Did something disappoint you?"),
                                    ("value", "Is it worth what it costs?"),
                                    ("wish", "What could we do?"),
                                    ("recommended", "Have you recommended us to somebody in the last twelve months?"),
                                ],
                                help_text="Its words are there in every language.",
                                max_length=12,
                                verbose_name="ready-made",
                            ),
                        ),
                        (
                            "is_asked",
                            models.BooleanField(
                                default=True,
                                help_text="One that has answers stays when it is asked no more.",
                                verbose_name="asked",
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
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                        "verbose_name": "historical extra question",
                        "verbose_name_plural": "historical extra questions",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalReason",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "key",
                            models.SlugField(
                                help_text="It stays when the words change.", max_length=40, verbose_name="key"
                            ),
                        ),
                        ("labels", models.JSONField(default=dict, verbose_name="words by language")),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Answers keep a reason that is offered no more.",
                                verbose_name="offered",
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
                        "verbose_name": "historical reason",
                        "verbose_name_plural": "historical reasons",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalSegment",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(db_index=True, max_length=120, verbose_name="name")),
                        ("conditions", models.JSONField(blank=True, default=list, verbose_name="conditions")),
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
                            "by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="saved by",
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
                        "verbose_name": "historical segment",
                        "verbose_name_plural": "historical segments",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalSubject",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("key", models.SlugField(max_length=40, verbose_name="key")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
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
                        "verbose_name": "historical subject",
                        "verbose_name_plural": "historical subjects",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalTouchpoint",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("key", models.SlugField(max_length=40, verbose_name="key")),
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
                        "verbose_name": "historical touchpoint",
                        "verbose_name_plural": "historical touchpoints",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Hold",
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
                                    ("case", "Open case"),
                                    ("complaint", "Complaint"),
                                    ("pause", "Pause"),
                                    ("own_pause", "Pause the contact asked for"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="why")),
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
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holds",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hold",
                        "verbose_name_plural": "holds",
                    },
                ),
                migrations.CreateModel(
                    name="Import",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="file")),
                        (
                            "file",
                            models.FileField(
                                blank=True,
                                upload_to=surveys.models.imports.private_place,
                                verbose_name="file as uploaded",
                            ),
                        ),
                        (
                            "errors_file",
                            models.FileField(
                                blank=True,
                                upload_to=surveys.models.imports.private_place,
                                verbose_name="file of errors",
                            ),
                        ),
                        ("size", models.PositiveBigIntegerField(default=0, verbose_name="bytes")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("uploaded", "Waits for its columns"),
                                    ("checking", "Being checked"),
                                    ("checked", "Waits for your word"),
                                    ("running", "Coming in"),
                                    ("finished", "Imported"),
                                    ("failed", "Failed"),
                                    ("undoing", "Being taken back"),
                                    ("undone", "Taken back"),
                                ],
                                default="uploaded",
                                editable=False,
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("columns", models.JSONField(blank=True, default=list, verbose_name="columns")),
                        ("mapping", models.JSONField(blank=True, default=dict, verbose_name="meaning of the columns")),
                        (
                            "basis",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "None recorded"),
                                    ("customer", "Customer relation"),
                                    ("consent", "Consent"),
                                ],
                                max_length=12,
                                verbose_name="why we may ask them",
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=200, verbose_name="where they come from")),
                        ("encoding", models.CharField(blank=True, max_length=40, verbose_name="encoding")),
                        ("delimiter", models.CharField(blank=True, max_length=4, verbose_name="separator")),
                        ("rows_read", models.PositiveIntegerField(default=0, verbose_name="rows read")),
                        ("rows_stored", models.PositiveIntegerField(default=0, verbose_name="rows stored")),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                        ("created", models.PositiveIntegerField(default=0, verbose_name="new")),
                        ("updated", models.PositiveIntegerField(default=0, verbose_name="changed")),
                        ("unchanged", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                        ("merged", models.PositiveIntegerField(default=0, verbose_name="merged")),
                        ("rejected", models.PositiveIntegerField(default=0, verbose_name="rejected")),
                        ("blank", models.PositiveIntegerField(default=0, verbose_name="blank")),
                        ("warnings", models.PositiveIntegerField(default=0, verbose_name="warnings")),
                        ("issues", models.JSONField(blank=True, default=list, verbose_name="first issues")),
                        ("kinds", models.JSONField(blank=True, default=list, verbose_name="kinds of issues")),
                        (
                            "undone_deleted",
                            models.PositiveIntegerField(default=0, verbose_name="deleted by taking back"),
                        ),
                        (
                            "undone_restored",
                            models.PositiveIntegerField(default=0, verbose_name="restored by taking back"),
                        ),
                        ("undone_kept", models.PositiveIntegerField(default=0, verbose_name="kept though taken back")),
                        ("error", models.TextField(blank=True, verbose_name="error")),
                        ("claim_id", models.UUIDField(blank=True, null=True, verbose_name="claim")),
                        ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="claimed until")),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="uploaded",
                            ),
                        ),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="brought by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                    },
                ),
                migrations.CreateModel(
                    name="ImportedContact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("was_created", models.BooleanField(verbose_name="was new")),
                        ("before", models.JSONField(default=dict, verbose_name="before")),
                        ("after", models.JSONField(default=dict, verbose_name="after")),
                        (
                            "at",
                            models.DateTimeField(
                                help_text="The contact's updated_at, as this import left it.", verbose_name="at"
                            ),
                        ),
                        ("updated_before", models.DateTimeField(null=True, verbose_name="changed before")),
                        (
                            "kept",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("answered", "answered a survey"),
                                    ("written_to", "were written to"),
                                    ("changed", "were changed since"),
                                    ("worked_on", "are part of other work: a case, a request, an ask"),
                                ],
                                max_length=12,
                                verbose_name="why kept",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="imported",
                                to="surveys.import",
                                verbose_name="import",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="imported",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "imported contact",
                        "verbose_name_plural": "imported contacts",
                    },
                ),
                migrations.CreateModel(
                    name="LanguageReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("tag", models.CharField(max_length=12, unique=True, verbose_name="language")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
                        (
                            "accepted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="accepted by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "review of a language",
                        "verbose_name_plural": "reviews of languages",
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("letter", models.CharField(max_length=40, verbose_name="letter")),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("research", "Research"),
                                    ("marketing", "Marketing"),
                                    ("service", "Service"),
                                    ("staff", "Staff"),
                                ],
                                max_length=12,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "promise",
                            models.CharField(
                                choices=[("at_most_once", "At most once"), ("at_least_once", "At least once")],
                                max_length=16,
                                verbose_name="promise",
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=50, help_text="Small leaves first.", verbose_name="priority"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("queued", "Waiting"),
                                    ("claimed", "Taken by a worker"),
                                    ("dispatching", "Leaving"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("unknown", "Not known"),
                                    ("suppressed", "Stopped by the recipient's wish"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="queued",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "is_open",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.ExpressionWrapper(
                                    models.Q(("status__in", ("queued", "claimed", "dispatching"))),
                                    output_field=models.BooleanField(),
                                ),
                                output_field=models.BooleanField(),
                                verbose_name="on its way",
                            ),
                        ),
                        (
                            "not_sent_as",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Case(
                                    models.When(
                                        status__in=("failed", "unknown", "suppressed", "cancelled"),
                                        then=models.F("status"),
                                    )
                                ),
                                output_field=models.CharField(max_length=12, null=True),
                                verbose_name="not sent",
                            ),
                        ),
                        (
                            "address_hash",
                            models.CharField(blank=True, max_length=64, verbose_name="address, keyed hash"),
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
                            "not_before",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="not before"
                            ),
                        ),
                        (
                            "leave_by",
                            models.DateTimeField(
                                blank=True,
                                help_text="When its send window closes, if it has one.",
                                null=True,
                                verbose_name="leaves by",
                            ),
                        ),
                        ("retry_at", models.DateTimeField(blank=True, null=True, verbose_name="tried again")),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                        ("claim_id", models.UUIDField(blank=True, null=True, verbose_name="claim")),
                        ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="claimed until")),
                        ("text_version", models.PositiveIntegerField(default=1, verbose_name="version of the text")),
                        ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
                        (
                            "provider_id",
                            models.CharField(blank=True, max_length=200, verbose_name="number at the provider"),
                        ),
                        ("error", models.CharField(blank=True, max_length=300, verbose_name="error")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="queued",
                            ),
                        ),
                        ("dispatched_at", models.DateTimeField(blank=True, null=True, verbose_name="handed over")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                        ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered")),
                        ("bounced_at", models.DateTimeField(blank=True, null=True, verbose_name="bounced")),
                        ("complained_at", models.DateTimeField(blank=True, null=True, verbose_name="complained")),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "invitation",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="surveys.invitation",
                                verbose_name="invitation",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                    },
                ),
                migrations.CreateModel(
                    name="NetworkCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("network", models.CharField(max_length=64, verbose_name="keyed hash of the network")),
                        ("answers", models.PositiveIntegerField(default=1, verbose_name="answers")),
                        ("until", models.DateTimeField(verbose_name="until")),
                        (
                            "door",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.door",
                                verbose_name="door",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "count of a network",
                        "verbose_name_plural": "counts of networks",
                    },
                ),
                migrations.CreateModel(
                    name="PageText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        (
                            "band",
                            models.CharField(
                                choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                                max_length=12,
                                verbose_name="band",
                            ),
                        ),
                        ("heading", models.CharField(blank=True, max_length=120, verbose_name="heading")),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                        (
                            "prompt",
                            models.CharField(blank=True, max_length=200, verbose_name="question above the comment"),
                        ),
                        (
                            "thanks_heading",
                            models.CharField(blank=True, max_length=120, verbose_name="heading of the thank-you page"),
                        ),
                        ("thanks_text", models.TextField(blank=True, verbose_name="text of the thank-you page")),
                        (
                            "person_name",
                            models.CharField(
                                blank=True,
                                help_text="A real person, as customers may know them.",
                                max_length=80,
                                verbose_name="who reads the answers",
                            ),
                        ),
                        (
                            "person_role",
                            models.CharField(
                                blank=True,
                                help_text="Such as: Customer care.",
                                max_length=120,
                                verbose_name="what this person does",
                            ),
                        ),
                        (
                            "next_text",
                            models.TextField(
                                blank=True,
                                help_text="On the thank-you page. Promise only what is done.",
                                verbose_name="what happens next",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="page_texts",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of a page",
                        "verbose_name_plural": "texts of the pages",
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "band",
                            models.CharField(
                                choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                                max_length=12,
                                verbose_name="band",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scale", "Scale from 0 to 10"),
                                    ("one", "One of several"),
                                    ("many", "Any of several"),
                                    ("text", "Text"),
                                ],
                                default="text",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "ready_made",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("disappointed", "Did something disappoint you?"),
                                    ("value", "Is it worth what it costs?"),
                                    ("wish", "What could we do?"),
                                    ("recommended", "Have you recommended us to somebody in the last twelve months?"),
                                ],
                                help_text="Its words are there in every language.",
                                max_length=12,
                                verbose_name="ready-made",
                            ),
                        ),
                        (
                            "is_asked",
                            models.BooleanField(
                                default=True,
                                help_text="One that has answers stays when it is asked no more.",
                                verbose_name="asked",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "extra question",
                        "verbose_name_plural": "extra questions",
                        "ordering": ["band", "position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalQuestionText",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("text", models.CharField(max_length=200, verbose_name="question")),
                        (
                            "options",
                            models.TextField(
                                blank=True,
                                help_text="One a line, in the same order in every language. Add new ones below.",
                                verbose_name="options",
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
                            "question",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.question",
                                verbose_name="question",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical words of a question",
                        "verbose_name_plural": "historical words of questions",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="QuestionText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("text", models.CharField(max_length=200, verbose_name="question")),
                        (
                            "options",
                            models.TextField(
                                blank=True,
                                help_text="One a line, in the same order in every language. Add new ones below.",
                                verbose_name="options",
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="surveys.question",
                                verbose_name="question",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "words of a question",
                        "verbose_name_plural": "words of questions",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalBandReason",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "band",
                            models.CharField(
                                choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                                max_length=12,
                                verbose_name="band",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
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
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                    ],
                    options={
                        "verbose_name": "historical reason on a page",
                        "verbose_name_plural": "historical reasons on the pages",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="BandReason",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "band",
                            models.CharField(
                                choices=[("detractor", "Detractor"), ("passive", "Passive"), ("promoter", "Promoter")],
                                max_length=12,
                                verbose_name="band",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="band_reasons",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "reason",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="band_reasons",
                                to="surveys.reason",
                                verbose_name="reason",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reason on a page",
                        "verbose_name_plural": "reasons on the pages",
                        "ordering": ["band", "position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Response",
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
                                choices=[
                                    ("mail", "Mail"),
                                    ("link", "Open link"),
                                    ("embed", "Embedded"),
                                    ("kiosk", "Kiosk"),
                                    ("api", "API"),
                                    ("import", "Import"),
                                ],
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "form_key",
                            models.CharField(
                                blank=True,
                                editable=False,
                                help_text="One form is one answer.",
                                max_length=32,
                                verbose_name="key of the form",
                            ),
                        ),
                        (
                            "is_self_named",
                            models.BooleanField(
                                default=False,
                                help_text="Whoever answered gave this name and address; nobody has verified them.",
                                verbose_name="named by themselves",
                            ),
                        ),
                        (
                            "scale",
                            models.CharField(
                                choices=[("0-10", "0 to 10")], default="0-10", max_length=8, verbose_name="scale"
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[("banded", "Red, yellow, green"), ("neutral", "One colour")],
                                max_length=12,
                                verbose_name="buttons",
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                        ("comment", models.TextField(blank=True, verbose_name="comment")),
                        ("wants_contact", models.BooleanField(default=False, verbose_name="wants to be contacted")),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=40, verbose_name="phone left with the answer"),
                        ),
                        (
                            "good_time",
                            models.CharField(blank=True, max_length=120, verbose_name="good time to be reached"),
                        ),
                        (
                            "evidence",
                            models.CharField(
                                choices=[
                                    ("gesture", "Gesture"),
                                    ("submitted", "Submitted"),
                                    ("confirmed", "Confirmed by staff"),
                                    ("imported", "Imported"),
                                ],
                                max_length=12,
                                verbose_name="evidence",
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                        ("answered_at", models.DateTimeField(verbose_name="first answered at")),
                        ("submitted_at", models.DateTimeField(verbose_name="latest change at")),
                        ("settles_at", models.DateTimeField(verbose_name="settles at")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="responses",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "door",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="responses",
                                to="surveys.door",
                                verbose_name="door",
                            ),
                        ),
                        (
                            "invitation",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="response",
                                to="surveys.invitation",
                                verbose_name="invitation",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="surveys.subject",
                                verbose_name="subject",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "response",
                        "verbose_name_plural": "responses",
                        "permissions": [
                            ("read_report", "Can read reports, which name nobody"),
                            ("confirm_response", "Can confirm an answer that nobody is sure of"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QuestionAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "value",
                            models.CharField(
                                blank=True, help_text="Options are counted from 0.", max_length=4, verbose_name="number"
                            ),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="surveys.question",
                                verbose_name="question",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="extras",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer to an extra question",
                        "verbose_name_plural": "answers to extra questions",
                    },
                ),
                migrations.CreateModel(
                    name="ResponseReason",
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
                                default="respondent",
                                editable=False,
                                max_length=12,
                                verbose_name="origin",
                            ),
                        ),
                        (
                            "reason",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chosen",
                                to="surveys.reason",
                                verbose_name="reason",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reasons",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reason of an answer",
                        "verbose_name_plural": "reasons of answers",
                    },
                ),
                migrations.CreateModel(
                    name="Revision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="number")),
                        ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                        ("comment", models.TextField(blank=True, verbose_name="comment")),
                        ("wants_contact", models.BooleanField(default=False, verbose_name="wants to be contacted")),
                        (
                            "evidence",
                            models.CharField(
                                choices=[
                                    ("gesture", "Gesture"),
                                    ("submitted", "Submitted"),
                                    ("confirmed", "Confirmed by staff"),
                                    ("imported", "Imported"),
                                ],
                                max_length=12,
                                verbose_name="evidence",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="surveys.response",
                                verbose_name="answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "revision",
                        "verbose_name_plural": "revisions",
                    },
                ),
                migrations.CreateModel(
                    name="Segment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                        ("conditions", models.JSONField(blank=True, default=list, verbose_name="conditions")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="saved by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "segment",
                        "verbose_name_plural": "segments",
                        "ordering": ["name"],
                    },
                ),
                migrations.AddField(
                    model_name="campaign",
                    name="segment",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="Who is asked. Nothing chosen: every contact.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="surveys.segment",
                        verbose_name="segment",
                    ),
                ),
                migrations.CreateModel(
                    name="Slot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="slots",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="slots",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "slot",
                        "verbose_name_plural": "slots",
                    },
                ),
                migrations.CreateModel(
                    name="DailyCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("scale", models.CharField(choices=[("0-10", "0 to 10")], max_length=8, verbose_name="scale")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("day", models.DateField(verbose_name="day")),
                        ("promoters", models.IntegerField(default=0, verbose_name="promoters")),
                        ("passives", models.IntegerField(default=0, verbose_name="passives")),
                        ("detractors", models.IntegerField(default=0, verbose_name="detractors")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="daily_counts",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.subject",
                                verbose_name="subject",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "daily count",
                        "verbose_name_plural": "daily counts",
                    },
                ),
                migrations.AddField(
                    model_name="campaign",
                    name="subject",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="surveys.subject",
                        verbose_name="subject",
                    ),
                ),
                migrations.CreateModel(
                    name="TestMail",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="test_mails",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="test_mail",
                                to="surveys.message",
                                verbose_name="message",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "test mail",
                        "verbose_name_plural": "test mails",
                    },
                ),
                migrations.CreateModel(
                    name="Touch",
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
                                    ("invitation", "Survey invitation"),
                                    ("reminder", "Reminder"),
                                    ("call", "Call"),
                                    ("letter", "Letter in a case"),
                                    ("ask", "Ask"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "contact",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="touches",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "touch",
                        "verbose_name_plural": "touches",
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalCampaign",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        ("name", models.CharField(db_index=True, max_length=120, verbose_name="name")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("archived", "Archived"),
                                ],
                                default="draft",
                                editable=False,
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "activated_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="active since"),
                        ),
                        (
                            "slotted_on",
                            models.DateField(
                                blank=True,
                                editable=False,
                                help_text="The last day that a continuous campaign was planned for.",
                                null=True,
                                verbose_name="slots planned on",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("once", "Once"),
                                    ("periodic", "Periodic"),
                                    ("continuous", "Continuous"),
                                    ("event", "After an event"),
                                ],
                                default="once",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "starts_on",
                            models.DateField(
                                blank=True,
                                help_text="In its time zone. One that asks once needs none if you launch it by hand.",
                                null=True,
                                verbose_name="first day",
                            ),
                        ),
                        (
                            "every",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(366),
                                ],
                                verbose_name="every",
                            ),
                        ),
                        (
                            "unit",
                            models.CharField(
                                choices=[("day", "days"), ("week", "weeks"), ("month", "months")],
                                default="month",
                                max_length=8,
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "send_at",
                            models.TimeField(
                                default=datetime.time(9, 0),
                                help_text="Local time in the campaign's time zone.",
                                verbose_name="at",
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
                        (
                            "delay_hours",
                            models.PositiveSmallIntegerField(
                                default=24,
                                help_text="How long a campaign that follows an event waits before it asks.",
                                validators=[django.core.validators.MaxValueValidator(720)],
                                verbose_name="hours after the event",
                            ),
                        ),
                        (
                            "window_zone",
                            models.CharField(
                                choices=[
                                    ("contact", "The contact's, where it is known"),
                                    ("account", "The account's, else the campaign's"),
                                    ("campaign", "The campaign's"),
                                ],
                                default="contact",
                                max_length=12,
                                verbose_name="clock of the send window",
                            ),
                        ),
                        (
                            "window_days",
                            models.CharField(
                                default="1234567",
                                help_text="Digits from 1 for Monday to 7 for Sunday: 12345 is Monday to Friday.",
                                max_length=7,
                                validators=[surveys.models.fields.is_weekdays],
                                verbose_name="days of the send window",
                            ),
                        ),
                        (
                            "window_opens",
                            models.TimeField(default=datetime.time(0, 0), verbose_name="mails leave from"),
                        ),
                        (
                            "window_closes",
                            models.TimeField(
                                default=datetime.time(0, 0),
                                help_text="They are spread over these hours. 00:00 is the end of the day, so from 00:00 to 00:00 is all day.",
                                verbose_name="mails leave until",
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[
                                    ("banded", "Red, yellow, green"),
                                    ("neutral", "One colour"),
                                    ("experiment", "Half and half: compare both"),
                                ],
                                default="banded",
                                max_length=12,
                                verbose_name="buttons",
                            ),
                        ),
                        (
                            "scale",
                            models.CharField(
                                choices=[("0-10", "0 to 10")], default="0-10", max_length=8, verbose_name="scale"
                            ),
                        ),
                        (
                            "throttle_days",
                            models.PositiveSmallIntegerField(
                                default=90,
                                help_text="No survey within so many days of the last invitation, in any campaign.",
                                verbose_name="throttle in days",
                            ),
                        ),
                        (
                            "account_cap",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="At most so many invitations to one account in 30 days, in all campaigns. 0: no limit.",
                                verbose_name="people per account",
                            ),
                        ),
                        (
                            "min_relation_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="Nobody is asked before. Who has no such day recorded, or had an event, is asked all the same.",
                                verbose_name="customer for days",
                            ),
                        ),
                        (
                            "reminders",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="None, one or two, to people who got the mail and have not answered.",
                                validators=[django.core.validators.MaxValueValidator(2)],
                                verbose_name="reminders",
                            ),
                        ),
                        (
                            "reminder_days",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="From 3 to 7 days after the mail before.",
                                validators=[
                                    django.core.validators.MinValueValidator(3),
                                    django.core.validators.MaxValueValidator(7),
                                ],
                                verbose_name="reminded after days",
                            ),
                        ),
                        (
                            "open_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="How long an answer can be given and changed.",
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="open for days",
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
                            "segment",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Who is asked. Nothing chosen: every contact.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.segment",
                                verbose_name="segment",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.subject",
                                verbose_name="subject",
                            ),
                        ),
                        (
                            "touchpoint",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="surveys.touchpoint",
                                verbose_name="touchpoint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical campaign",
                        "verbose_name_plural": "historical campaigns",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.AddField(
                    model_name="campaign",
                    name="touchpoint",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                migrations.CreateModel(
                    name="Wave",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "day",
                            models.DateField(
                                help_text="The day it starts, in the campaign's time zone.", verbose_name="day"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("sending", "Sending"),
                                    ("paused", "Paused"),
                                    ("finished", "Finished"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        ("planned_for", models.DateTimeField(verbose_name="planned for")),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        ("pause_reason", models.CharField(blank=True, max_length=300, verbose_name="why it is paused")),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                verbose_name="added",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waves",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "wave",
                        "verbose_name_plural": "waves",
                    },
                ),
                migrations.AddField(
                    model_name="message",
                    name="parked_in",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="surveys.wave",
                        verbose_name="put aside with",
                    ),
                ),
                migrations.AddField(
                    model_name="invitation",
                    name="wave",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="surveys.wave",
                        verbose_name="wave",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="surveys_account_name_any_case"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="campaigntext",
                    constraint=models.UniqueConstraint(
                        fields=("campaign", "language"), name="surveys_campaign_text_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="contact",
                    index=models.Index(fields=["address_hash"], name="surveys_contact_by_hash"),
                ),
                migrations.AddConstraint(
                    model_name="contact",
                    constraint=models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="surveys_contact_address_any_case",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contact",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email", ""), _negated=True),
                            models.Q(("phone", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="surveys_contact_address_or_phone",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contact",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("email", ""), models.Q(("address_hash", ""), _negated=True), _connector="OR"
                        ),
                        name="surveys_contact_address_is_hashed",
                    ),
                ),
                migrations.AddIndex(
                    model_name="consent",
                    index=models.Index(fields=["contact", "purpose", "at"], name="surveys_consent_by_contact"),
                ),
                migrations.AddConstraint(
                    model_name="consent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), models.Q(("text_hash", ""), _negated=True)
                        ),
                        name="surveys_consent_keeps_its_wording",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="consent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True), ("expires_at__gt", models.F("at")), _connector="OR"
                        ),
                        name="surveys_consent_ends_later",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="door",
                    constraint=models.UniqueConstraint(
                        fields=("campaign", "name"), name="surveys_door_name_once_a_campaign"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="door",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("an_hour__isnull", True), ("an_hour__gte", 1), _connector="OR"),
                        name="surveys_door_lets_one_in",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="doortext",
                    constraint=models.UniqueConstraint(fields=("door", "language"), name="surveys_door_text_once"),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["kind", "object_id", "-at"], name="surveys_event_by_object"),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["contact", "-at"], name="surveys_event_by_contact"),
                ),
                migrations.AddIndex(
                    model_name="heldanswer",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="surveys_held_answer_due"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="heldanswer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 10)), name="surveys_held_answer_score_0_10"
                    ),
                ),
                migrations.AddIndex(
                    model_name="click",
                    index=models.Index(fields=["at"], name="surveys_click_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="hold",
                    constraint=models.UniqueConstraint(fields=("contact", "kind"), name="surveys_hold_one_of_a_kind"),
                ),
                migrations.AddIndex(
                    model_name="import",
                    index=models.Index(
                        condition=models.Q(("status__in", ("checking", "running", "undoing"))),
                        fields=["id"],
                        name="surveys_import_at_work",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importedcontact",
                    constraint=models.UniqueConstraint(fields=("batch", "contact"), name="surveys_imported_once"),
                ),
                migrations.AddIndex(
                    model_name="networkcount",
                    index=models.Index(fields=["until"], name="surveys_network_count_until"),
                ),
                migrations.AddConstraint(
                    model_name="networkcount",
                    constraint=models.UniqueConstraint(fields=("door", "network"), name="surveys_network_count_once"),
                ),
                migrations.AddConstraint(
                    model_name="pagetext",
                    constraint=models.UniqueConstraint(
                        fields=("campaign", "language", "band"), name="surveys_page_text_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="questiontext",
                    constraint=models.UniqueConstraint(
                        fields=("question", "language"), name="surveys_question_text_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bandreason",
                    constraint=models.UniqueConstraint(
                        fields=("campaign", "band", "reason"), name="surveys_band_reason_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="questionanswer",
                    constraint=models.UniqueConstraint(
                        fields=("response", "question", "value"), name="surveys_question_answer_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="responsereason",
                    constraint=models.UniqueConstraint(
                        fields=("response", "reason"), name="surveys_response_reason_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="revision",
                    constraint=models.UniqueConstraint(
                        fields=("response", "number"), name="surveys_revision_number_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="slot",
                    index=models.Index(fields=["campaign", "due_on"], name="surveys_slot_by_day"),
                ),
                migrations.AddConstraint(
                    model_name="slot",
                    constraint=models.UniqueConstraint(fields=("campaign", "contact"), name="surveys_slot_once"),
                ),
                migrations.AddIndex(
                    model_name="response",
                    index=models.Index(fields=["settles_at"], name="surveys_response_settles"),
                ),
                migrations.AddIndex(
                    model_name="response",
                    index=models.Index(
                        condition=models.Q(("door__isnull", False)), fields=["door"], name="surveys_response_by_door"
                    ),
                ),
                migrations.AddIndex(
                    model_name="response",
                    index=models.Index(
                        condition=models.Q(("subject__isnull", False)),
                        fields=["subject"],
                        name="surveys_response_by_subject",
                    ),
                ),
                migrations.AddIndex(
                    model_name="response",
                    index=models.Index(
                        fields=["answered_at", "scale", "score", "style", "campaign", "subject", "language"],
                        name="surveys_response_reported",
                    ),
                ),
                migrations.AddIndex(
                    model_name="response",
                    index=models.Index(fields=["contact", "submitted_at"], name="surveys_response_by_contact"),
                ),
                migrations.AddConstraint(
                    model_name="response",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 10)), name="surveys_response_score_0_10"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="response",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("form_key", ""), _negated=True),
                        fields=("door", "form_key"),
                        name="surveys_response_once_a_form",
                    ),
                ),
                migrations.AddIndex(
                    model_name="dailycount",
                    index=models.Index(fields=["day"], name="surveys_daily_count_by_day"),
                ),
                migrations.AddConstraint(
                    model_name="dailycount",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("subject__isnull", True)),
                        fields=("campaign", "scale", "language", "day"),
                        name="surveys_daily_count_plain",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dailycount",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("subject__isnull", False)),
                        fields=("campaign", "scale", "language", "day", "subject"),
                        name="surveys_daily_count_subject",
                    ),
                ),
                migrations.AddIndex(
                    model_name="testmail",
                    index=models.Index(fields=["by", "-at"], name="surveys_testmail_by_sender"),
                ),
                migrations.AddIndex(
                    model_name="touch",
                    index=models.Index(fields=["contact", "kind", "at"], name="surveys_touch_by_contact"),
                ),
                migrations.AddConstraint(
                    model_name="campaign",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "periodic"), _negated=True), ("starts_on__isnull", False), _connector="OR"
                        ),
                        name="surveys_campaign_periodic_starts",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="campaign",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("every__gte", 1)), name="surveys_campaign_every_at_least_one"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="campaign",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("window_closes", datetime.time(0, 0)),
                            ("window_closes__gt", models.F("window_opens")),
                            _connector="OR",
                        ),
                        name="surveys_campaign_window_on_one_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="campaign",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reminders__lte", 2)), name="surveys_campaign_reminders_at_most_two"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="wave",
                    constraint=models.UniqueConstraint(fields=("campaign", "day"), name="surveys_wave_one_a_day"),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("is_open", True), ("parked_in__isnull", True)),
                        fields=["priority", "not_before", "id"],
                        name="surveys_message_in_turn",
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("parked_in__isnull", False)),
                        fields=["parked_in"],
                        name="surveys_message_parked",
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("is_open", True), ("leave_by__isnull", False)),
                        fields=["leave_by"],
                        name="surveys_message_window",
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("is_open", True)), fields=["address_hash"], name="surveys_message_to_stop"
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("sent_at__isnull", False)),
                        fields=["letter", "sent_at"],
                        name="surveys_message_has_left",
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("user__isnull", False)), fields=["user"], name="surveys_message_to_user"
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("not_sent_as__isnull", False)),
                        fields=["not_sent_as", "-id"],
                        name="surveys_message_not_sent",
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("provider_id", ""), _negated=True),
                        fields=["provider_id"],
                        name="surveys_message_at_provider",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("invitation__isnull", False)),
                        fields=("invitation", "letter"),
                        name="surveys_message_letter_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invitation",
                    constraint=models.UniqueConstraint(
                        fields=("wave", "contact"), name="surveys_invitation_once_a_wave"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invitation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("style__in", ["banded", "neutral"])),
                        name="surveys_invitation_has_one_style",
                    ),
                ),
            ]
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
