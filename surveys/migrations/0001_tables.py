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
import surveys.models.imports
from surveys.migrations._together import Together


class Migration(migrations.Migration):
    replaces = [
        ("surveys", "0001_initial"),
        ("surveys", "0003_segments_and_rights"),
        ("surveys", "0004_keep_history_of_settings"),
        ("surveys", "0005_name_real_time_zones"),
        ("surveys", "0006_find_messages_that_did_not_leave"),
        ("surveys", "0007_let_imports_be_watched_and_undone"),
        ("surveys", "0008_keep_delivery_events"),
        ("surveys", "0009_let_reports_count_scores"),
        ("surveys", "0010_when_and_how_often_a_survey_asks"),
        ("surveys", "0011_stop_waiting_mail_of_an_address"),
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
                    ],
                    options={
                        "verbose_name": "account",
                        "verbose_name_plural": "accounts",
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("name"), name="surveys_account_name_any_case"
                            )
                        ],
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
                        "indexes": [models.Index(fields=["address_hash"], name="surveys_contact_by_hash")],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"),
                                condition=models.Q(("email", ""), _negated=True),
                                name="surveys_contact_address_any_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("email", ""), _negated=True),
                                    models.Q(("phone", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="surveys_contact_address_or_phone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("email", ""), models.Q(("address_hash", ""), _negated=True), _connector="OR"
                                ),
                                name="surveys_contact_address_is_hashed",
                            ),
                        ],
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
                        ("came_from", models.CharField(blank=True, max_length=20, verbose_name="from")),
                        ("went_to", models.CharField(blank=True, max_length=20, verbose_name="to")),
                        ("reason", models.TextField(blank=True, verbose_name="why")),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "indexes": [
                            models.Index(fields=["kind", "object_id", "-at"], name="surveys_event_by_object"),
                            models.Index(fields=["contact", "-at"], name="surveys_event_by_contact"),
                        ],
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
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holds",
                                to="surveys.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("case", "Open case"), ("complaint", "Complaint"), ("pause", "Pause")],
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
                    ],
                    options={
                        "verbose_name": "hold",
                        "verbose_name_plural": "holds",
                        "constraints": [
                            models.UniqueConstraint(fields=("contact", "kind"), name="surveys_hold_one_of_a_kind")
                        ],
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
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status__in", ("checking", "running", "undoing"))),
                                fields=["id"],
                                name="surveys_import_at_work",
                            )
                        ],
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
                    ],
                    options={
                        "verbose_name": "imported contact",
                        "verbose_name_plural": "imported contacts",
                        "constraints": [
                            models.UniqueConstraint(fields=("batch", "contact"), name="surveys_imported_once")
                        ],
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
                        "verbose_name": "segment",
                        "verbose_name_plural": "segments",
                        "ordering": ["name"],
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
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="surveys.brand",
                                verbose_name="brand",
                            ),
                        ),
                        (
                            "touchpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="surveys.touchpoint",
                                verbose_name="touchpoint",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="surveys.subject",
                                verbose_name="subject",
                            ),
                        ),
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
                                help_text="Of a periodic or continuous campaign, in its time zone.",
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
                            "segment",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who is asked. Nothing chosen: every contact.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="surveys.segment",
                                verbose_name="segment",
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
                    ],
                    options={
                        "verbose_name": "campaign",
                        "verbose_name_plural": "campaigns",
                        "ordering": ["name"],
                        "permissions": [("launch_campaign", "Can launch a campaign and control its waves")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "periodic"), _negated=True),
                                    ("starts_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="surveys_campaign_periodic_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("every__gte", 1)), name="surveys_campaign_every_at_least_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("window_closes", datetime.time(0, 0)),
                                    ("window_closes__gt", models.F("window_opens")),
                                    _connector="OR",
                                ),
                                name="surveys_campaign_window_on_one_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reminders__lte", 2)), name="surveys_campaign_reminders_at_most_two"
                            ),
                        ],
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
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="surveys.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject line")),
                        ("question", models.CharField(blank=True, max_length=300, verbose_name="question")),
                        (
                            "sentence",
                            models.CharField(blank=True, max_length=300, verbose_name="sentence below the question"),
                        ),
                    ],
                    options={
                        "verbose_name": "text of the mail",
                        "verbose_name_plural": "texts of the mail",
                        "constraints": [
                            models.UniqueConstraint(fields=("campaign", "language"), name="surveys_campaign_text_once")
                        ],
                    },
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
                        "verbose_name": "historical text of the mail",
                        "verbose_name_plural": "historical texts of the mail",
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
                        "verbose_name": "historical text of a page",
                        "verbose_name_plural": "historical texts of the pages",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
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
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="page_texts",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                    ],
                    options={
                        "verbose_name": "text of a page",
                        "verbose_name_plural": "texts of the pages",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "language", "band"), name="surveys_page_text_once"
                            )
                        ],
                    },
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
                        ("due_on", models.DateField(verbose_name="due on")),
                    ],
                    options={
                        "verbose_name": "slot",
                        "verbose_name_plural": "slots",
                        "indexes": [models.Index(fields=["campaign", "due_on"], name="surveys_slot_by_day")],
                        "constraints": [
                            models.UniqueConstraint(fields=("campaign", "contact"), name="surveys_slot_once")
                        ],
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
                        ("scale", models.CharField(choices=[("0-10", "0 to 10")], max_length=8, verbose_name="scale")),
                        ("language", models.CharField(max_length=12, verbose_name="language")),
                        ("day", models.DateField(verbose_name="day")),
                        ("promoters", models.IntegerField(default=0, verbose_name="promoters")),
                        ("passives", models.IntegerField(default=0, verbose_name="passives")),
                        ("detractors", models.IntegerField(default=0, verbose_name="detractors")),
                    ],
                    options={
                        "verbose_name": "daily count",
                        "verbose_name_plural": "daily counts",
                        "indexes": [models.Index(fields=["day"], name="surveys_daily_count_by_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("subject__isnull", True)),
                                fields=("campaign", "scale", "language", "day"),
                                name="surveys_daily_count_plain",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("subject__isnull", False)),
                                fields=("campaign", "scale", "language", "day", "subject"),
                                name="surveys_daily_count_subject",
                            ),
                        ],
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
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="touches",
                                to="surveys.contact",
                                verbose_name="contact",
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
                    ],
                    options={
                        "verbose_name": "touch",
                        "verbose_name_plural": "touches",
                        "indexes": [models.Index(fields=["contact", "kind", "at"], name="surveys_touch_by_contact")],
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
                                help_text="Of a periodic or continuous campaign, in its time zone.",
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
                                choices=[("banded", "Red, yellow, green"), ("neutral", "One colour")],
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
                        "verbose_name": "historical campaign",
                        "verbose_name_plural": "historical campaigns",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waves",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                    ],
                    options={
                        "verbose_name": "wave",
                        "verbose_name_plural": "waves",
                        "constraints": [
                            models.UniqueConstraint(fields=("campaign", "day"), name="surveys_wave_one_a_day")
                        ],
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
                            "wave",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invitations",
                                to="surveys.wave",
                                verbose_name="wave",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invitations",
                                to="surveys.contact",
                                verbose_name="contact",
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
                        "constraints": [
                            models.UniqueConstraint(fields=("wave", "contact"), name="surveys_invitation_once_a_wave")
                        ],
                    },
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
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clicks",
                                to="surveys.invitation",
                                verbose_name="invitation",
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "click",
                        "verbose_name_plural": "clicks",
                        "indexes": [models.Index(fields=["at"], name="surveys_click_by_time")],
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
                            "invitation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="surveys.invitation",
                                verbose_name="invitation",
                            ),
                        ),
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
                            "address_hash",
                            models.CharField(blank=True, max_length=64, verbose_name="address, keyed hash"),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
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
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "queued")),
                                fields=["priority", "id"],
                                name="surveys_message_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ["claimed", "dispatching"])),
                                fields=["lease_until"],
                                name="surveys_message_in_hand",
                            ),
                            models.Index(
                                condition=models.Q(("leave_by__isnull", False), ("status", "queued")),
                                fields=["leave_by"],
                                name="surveys_message_window",
                            ),
                            models.Index(
                                condition=models.Q(("status__in", ["queued", "claimed"])),
                                fields=["address_hash"],
                                name="surveys_message_to_stop",
                            ),
                            models.Index(fields=["letter", "sent_at"], name="surveys_message_sent"),
                            models.Index(
                                condition=models.Q(("status__in", ["failed", "unknown", "suppressed", "cancelled"])),
                                fields=["status", "-id"],
                                name="surveys_message_not_sent",
                            ),
                            models.Index(
                                condition=models.Q(("provider_id", ""), _negated=True),
                                fields=["provider_id"],
                                name="surveys_message_at_provider",
                            ),
                            models.Index(
                                condition=models.Q(("claim_id__isnull", False)),
                                fields=["claim_id"],
                                name="surveys_message_by_claim",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("invitation__isnull", False)),
                                fields=("invitation", "letter"),
                                name="surveys_message_letter_once",
                            )
                        ],
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="surveys.campaign",
                                verbose_name="campaign",
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
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="responses",
                                to="surveys.contact",
                                verbose_name="contact",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="surveys.subject",
                                verbose_name="subject",
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
                    ],
                    options={
                        "verbose_name": "response",
                        "verbose_name_plural": "responses",
                        "permissions": [("read_report", "Can read reports, which name nobody")],
                        "indexes": [
                            models.Index(fields=["settles_at"], name="surveys_response_settles"),
                            models.Index(
                                fields=["answered_at", "scale", "score", "style", "campaign", "subject", "language"],
                                name="surveys_response_reported",
                            ),
                            models.Index(fields=["contact", "submitted_at"], name="surveys_response_by_contact"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("score__gte", 0), ("score__lte", 10)),
                                name="surveys_response_score_0_10",
                            )
                        ],
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
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="surveys.response",
                                verbose_name="answer",
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
                    ],
                    options={
                        "verbose_name": "revision",
                        "verbose_name_plural": "revisions",
                        "constraints": [
                            models.UniqueConstraint(fields=("response", "number"), name="surveys_revision_number_once")
                        ],
                    },
                ),
            ]
        ),
    ]
