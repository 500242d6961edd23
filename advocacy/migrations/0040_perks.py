import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import advocacy.models.fields
import surveys.models.fields
from surveys.migrations._together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0039_rights_of_reviews"),
        ("surveys", "0011_page_persons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="customerrequest",
            name="origin",
            field=models.CharField(
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
        Together(
            [
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
            ]
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
    ]
