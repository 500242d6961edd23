"""The standing set-up of a survey, its launches, and the contacts asked in each."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from surveys import mergetags, schedule, texts
from surveys.enums import (
    Band,
    CampaignKind,
    CampaignStatus,
    Scale,
    SkipReason,
    Style,
    Unit,
    WaveStatus,
    WindowZone,
)
from surveys.models.contacts import Contact, Segment
from surveys.models.fields import RandomToken, is_list_of_days, is_time_zone, is_weekdays

# The fields of a campaign's own words, in the mail and on a page.
MAIL_WORDS = ("subject", "question", "sentence")
PAGE_WORDS = (
    *("heading", "text", "prompt", "thanks_heading", "thanks_text"),
    *("person_name", "person_role", "next_text"),
)

is_colour = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour as # and six hexadecimal digits, such as #1d4e5f."))


class Brand(models.Model):
    """Who a campaign speaks for."""

    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("Above the mail and the pages."))
    short_name = models.CharField(_("short name"), max_length=60, help_text=_("In the question: “recommend Aurora”."))
    from_email = models.EmailField(_("sender address"))
    reply_to = models.EmailField(_("answers go to"), blank=True)
    postal_address = models.CharField(
        _("postal address"), max_length=300, help_text=_("Stands in every mail: the law asks for it.")
    )
    site_url = models.URLField(_("web site"), blank=True)
    privacy_url = models.URLField(_("privacy page"), blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    colour = models.CharField(_("colour on paper"), max_length=7, default="#1d4e5f", validators=[is_colour])
    colour_dark = models.CharField(_("colour at night"), max_length=7, default="#8fcbdb", validators=[is_colour])
    default_language = models.CharField(_("language when none is known"), max_length=12, default="en")
    holidays = models.TextField(
        _("holidays"),
        blank=True,
        validators=[is_list_of_days],
        help_text=_("Days on which no survey leaves, one a line, such as 2026-12-25."),
    )
    daily_cap = models.PositiveIntegerField(
        _("mails a day"),
        default=0,
        help_text=_("At most so many surveys leave from the domain of the sender address in a day. 0: no limit."),
    )
    rate_per_minute = models.PositiveIntegerField(
        _("mails a minute"),
        default=0,
        help_text=_("At most so many surveys leave from the domain of the sender address in a minute. 0: no limit."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.name


class Touchpoint(models.Model):
    """The moment of the customer's journey that a campaign asks about."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """The product or service that is asked about, beside the touchpoint."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """The standing set-up of a survey. It sends nothing itself: only its waves do."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="campaigns", verbose_name=_("brand"))
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, related_name="campaigns", verbose_name=_("touchpoint"))
    subject = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("subject")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=CampaignStatus, default=CampaignStatus.DRAFT, editable=False
    )
    activated_at = models.DateTimeField(_("active since"), null=True, blank=True, editable=False)
    slotted_on = models.DateField(
        _("slots planned on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The last day that a continuous campaign was planned for."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CampaignKind, default=CampaignKind.ONCE)
    starts_on = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("Of a periodic or continuous campaign, in its time zone.")
    )
    every = models.PositiveSmallIntegerField(
        _("every"), default=3, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.MONTH)
    send_at = models.TimeField(_("at"), default=dt.time(9), help_text=_("Local time in the campaign's time zone."))
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[is_time_zone], help_text=_("Such as Europe/Madrid.")
    )
    delay_hours = models.PositiveSmallIntegerField(
        _("hours after the event"),
        default=24,
        validators=[MaxValueValidator(720)],
        help_text=_("How long a campaign that follows an event waits before it asks."),
    )
    window_zone = models.CharField(
        _("clock of the send window"), max_length=12, choices=WindowZone, default=WindowZone.CONTACT
    )
    window_days = models.CharField(
        _("days of the send window"),
        max_length=7,
        default="1234567",
        validators=[is_weekdays],
        help_text=_("Digits from 1 for Monday to 7 for Sunday: 12345 is Monday to Friday."),
    )
    window_opens = models.TimeField(_("mails leave from"), default=dt.time(0))
    window_closes = models.TimeField(
        _("mails leave until"),
        default=dt.time(0),
        help_text=_(
            "They are spread over these hours. 00:00 is the end of the day, so from 00:00 to 00:00 is all day."
        ),
    )
    segment = models.ForeignKey(
        Segment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("segment"),
        help_text=_("Who is asked. Nothing chosen: every contact."),
    )
    style = models.CharField(_("buttons"), max_length=12, choices=Style, default=Style.BANDED)
    scale = models.CharField(_("scale"), max_length=8, choices=Scale, default=Scale.ZERO_TO_TEN)
    throttle_days = models.PositiveSmallIntegerField(
        _("throttle in days"),
        default=90,
        help_text=_("No survey within so many days of the last invitation, in any campaign."),
    )
    account_cap = models.PositiveSmallIntegerField(
        _("people per account"),
        default=5,
        help_text=_("At most so many invitations to one account in 30 days, in all campaigns. 0: no limit."),
    )
    min_relation_days = models.PositiveSmallIntegerField(
        _("customer for days"),
        default=30,
        help_text=_("Nobody is asked before. Who has no such day recorded, or had an event, is asked all the same."),
    )
    reminders = models.PositiveSmallIntegerField(
        _("reminders"),
        default=1,
        validators=[MaxValueValidator(2)],
        help_text=_("None, one or two, to people who got the mail and have not answered."),
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("reminded after days"),
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(7)],
        help_text=_("From 3 to 7 days after the mail before."),
    )
    open_days = models.PositiveSmallIntegerField(
        _("open for days"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("How long an answer can be given and changed."),
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["name"]
        permissions = [("launch_campaign", "Can launch a campaign and control its waves")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=CampaignKind.PERIODIC) | Q(starts_on__isnull=False),
                name="surveys_campaign_periodic_starts",
            ),
            models.CheckConstraint(condition=Q(every__gte=1), name="surveys_campaign_every_at_least_one"),
            models.CheckConstraint(
                condition=Q(window_closes=dt.time(0)) | Q(window_closes__gt=F("window_opens")),
                name="surveys_campaign_window_on_one_day",
            ),
            models.CheckConstraint(condition=Q(reminders__lte=2), name="surveys_campaign_reminders_at_most_two"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind == CampaignKind.PERIODIC and self.starts_on is None:
            raise ValidationError({"starts_on": _("A periodic campaign needs its first day.")})
        if not self.has_window_on_one_day:
            raise ValidationError({"window_closes": _("This is not after the time from which mails leave.")})

    @property
    def has_window_on_one_day(self) -> bool:
        return self.window_closes == schedule.MIDNIGHT or self.window_closes > self.window_opens

    @property
    def is_self_starting(self) -> bool:
        """Whether its waves begin without anybody launching them."""
        return self.kind != CampaignKind.ONCE

    def mail_words(self, language: str) -> dict[str, str]:
        """Its own words in the mail; a blank one leaves the standard words."""
        row = self.texts.filter(language=language).first()
        return {field: getattr(row, field) for field in MAIL_WORDS} if row else {}

    def page_words(self, language: str, band: Band) -> dict[str, str]:
        """Its own words on the pages of one band, likewise."""
        row = self.page_texts.filter(language=language, band=band).first()
        return {field: getattr(row, field) for field in PAGE_WORDS} if row else {}


class Wave(models.Model):
    """One launch of a campaign. Unique for a campaign and local day, so that two launches make one wave."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="waves", verbose_name=_("campaign"))
    day = models.DateField(_("day"), help_text=_("The day it starts, in the campaign's time zone."))
    status = models.CharField(_("status"), max_length=12, choices=WaveStatus, default=WaveStatus.PLANNED)
    planned_for = models.DateTimeField(_("planned for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    pause_reason = models.CharField(_("why it is paused"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        constraints = [models.UniqueConstraint(fields=["campaign", "day"], name="surveys_wave_one_a_day")]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.day}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def asked(self) -> InvitationQuerySet:
        return self.filter(skip_reason=SkipReason.NONE)


class Invitation(models.Model):
    """One contact in one wave: asked, or left out for a reason. Its token is what the public link carries."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations", verbose_name=_("wave"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="invitations", verbose_name=_("contact"))
    token = models.UUIDField(_("token"), db_default=RandomToken(), unique=True, editable=False)
    skip_reason = models.CharField(_("why left out"), max_length=16, choices=SkipReason, blank=True)
    style = models.CharField(_("buttons"), max_length=12, choices=Style)
    language = models.CharField(
        _("language"), max_length=12, blank=True, help_text=_("The language the recipient chose, if any.")
    )
    closes_at = models.DateTimeField(_("closes"))
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.UniqueConstraint(fields=["wave", "contact"], name="surveys_invitation_once_a_wave")]

    def __str__(self) -> str:
        return f"{self.wave}: {self.contact_id}"

    @property
    def is_open(self) -> bool:
        return not self.skip_reason and timezone.now() < self.closes_at

    @property
    def spoken(self) -> str:
        """The language of mail and pages: what the recipient chose, else the contact's, else the brand's."""
        return texts.language(self.language, self.contact.language, self.wave.campaign.brand.default_language)

    @property
    def merge_values(self) -> dict[str, str]:
        """What the merge tags of staff texts stand for."""
        campaign = self.wave.campaign
        return {
            "company": campaign.brand.short_name,
            "first_name": mergetags.safe_name(self.contact.first_name),
            "product": campaign.subject.name if campaign.subject else "",
        }

    def choose_language(self, tag: str) -> None:
        """The recipient wants mail and pages in this language; one that is not offered changes nothing."""
        if tag in texts.OFFERED:
            self.language = tag
            Invitation.objects.filter(pk=self.pk).update(language=tag)
