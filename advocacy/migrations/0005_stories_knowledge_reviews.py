"""Testimonials, the knowledge base and review sites, as the thank-you pages show them."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import advocacy.models.fields
from surveys.migrations._together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0004_deletion_requests"),
        ("surveys", "0007_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
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
                        "constraints": [
                            models.UniqueConstraint(fields=("entry", "language"), name="advocacy_entry_text_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("address", ""), models.Q(("text", ""), _negated=True)),
                                    models.Q(models.Q(("address", ""), _negated=True), ("text", "")),
                                    _connector="OR",
                                ),
                                name="advocacy_entry_text_says_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("address__startswith", "https://"), ("address", ""), _connector="OR"
                                ),
                                name="advocacy_entry_text_is_https",
                            ),
                        ],
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
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("entry", "language", "day"), name="advocacy_entry_visit_one_a_day"
                            )
                        ],
                    },
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
                migrations.AddIndex(
                    model_name="testimonial",
                    index=models.Index(fields=["status", "-received_at", "-id"], name="advocacy_testimonial_by_state"),
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
            ]
        ),
    ]
