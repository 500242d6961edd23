"""The standing set-up of a survey, its launches, and the contacts asked in each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys import mergetags, reviewsites, schedule, texts
from surveys.enums import (
    Band,
    CampaignKind,
    CampaignStatus,
    CampaignStyle,
    Scale,
    SkipReason,
    Style,
    Unit,
    WaveStatus,
    WindowZone,
)
from surveys.models.brands import Brand, Subject, Touchpoint
from surveys.models.contacts import Contact, Segment
from surveys.models.fields import RandomToken, is_time_zone, is_weekdays
from surveys.models.history import HistoricalRecords
from surveys.models.languages import languages_in_use

# The fields of a campaign's own words on a page.
PAGE_WORDS = (
    *("heading", "text", "prompt", "thanks_heading", "thanks_text"),
    *("person_name", "person_role", "next_text"),
)
INVITES = _(
    "“%(found)s”: who is asked for a public review may not hang on the score. Take it out, and add the site to the"
    " review sites of the brand: they stand on the thank-you pages of all bands alike."
)


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
        _("first day"),
        null=True,
        blank=True,
        help_text=_("In its time zone. One that asks once needs none if you launch it by hand."),
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
    style = models.CharField(_("buttons"), max_length=12, choices=CampaignStyle, default=CampaignStyle.BANDED)
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
        faults = {}
        if self.kind == CampaignKind.PERIODIC and self.starts_on is None:
            faults["starts_on"] = _("A periodic campaign needs its first day.")
        if not self.has_window_on_one_day:
            faults["window_closes"] = _("This is not after the time from which mails leave.")
        if faults:
            raise ValidationError(faults)

    @property
    def has_window_on_one_day(self) -> bool:
        return self.window_closes == schedule.MIDNIGHT or self.window_closes > self.window_opens

    @property
    def single_style(self) -> Style:
        """The buttons of whoever has no invitation: an experiment compares people who were given theirs by chance."""
        return Style.BANDED if self.style == CampaignStyle.EXPERIMENT else Style(self.style)

    @property
    def is_self_starting(self) -> bool:
        """Whether its waves begin without anybody launching them. One that asks once has a date for that, or none."""
        zone = self.timezone if self.timezone in schedule.time_zones() else "UTC"
        today = timezone.localdate(timezone=ZoneInfo(zone))
        return self.kind != CampaignKind.ONCE or (self.starts_on is not None and self.starts_on >= today)

    def own_words(self, spoken: str, asked: str, band: Band | None = None) -> dict[str, str]:
        """Its own words in the language of a page or mail, but of the question in the language it is asked in."""

        def words(tag: str) -> dict[str, str]:
            return self.mail_words(tag) | (self.page_words(tag, band) if band else {})

        if asked == spoken:
            return words(spoken)
        return words(spoken) | dict.fromkeys(texts.ASKED, "") | _only(texts.ASKED, words(asked))

    def mail_words(self, language: str) -> dict[str, str]:
        """Its own words in the mail; a blank one leaves the standard words."""
        row = self.texts.filter(language=language).first()
        if row is None:
            return {}
        both_parts = dict.fromkeys(("sentence", "sentence_plain"), row.sentence)
        return {"subject": row.subject, "question": row.question, **both_parts}

    def page_words(self, language: str, band: Band) -> dict[str, str]:
        """Its own words on the pages of one band, likewise."""
        row = self.page_texts.filter(language=language, band=band).first()
        return {field: getattr(row, field) for field in PAGE_WORDS} if row else {}


def _only(keys: tuple[str, ...], words: dict[str, str]) -> dict[str, str]:
    return {key: words[key] for key in keys if key in words}


class CampaignText(models.Model):
    """A campaign's own words in the mail, in one language. An empty field leaves the standard words."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="texts", verbose_name=_("campaign"))
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject line"), max_length=200, blank=True)
    question = models.CharField(_("question"), max_length=300, blank=True)
    sentence = models.CharField(_("sentence below the question"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text of the mail")
        verbose_name_plural = _("texts of the mail")
        constraints = [models.UniqueConstraint(fields=["campaign", "language"], name="surveys_campaign_text_once")]

    def __str__(self) -> str:
        return f"{self.campaign} ({self.language})"

    def clean(self) -> None:
        refuse_unknown_tags(self, "subject", "question", "sentence")


class PageText(models.Model):
    """A campaign's own words on the page of one band, in one language. An empty field leaves the standard words."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="page_texts", verbose_name=_("campaign"))
    language = models.CharField(_("language"), max_length=12)
    band = models.CharField(_("band"), max_length=12, choices=Band)
    heading = models.CharField(_("heading"), max_length=120, blank=True)
    text = models.TextField(_("text"), blank=True)
    prompt = models.CharField(_("question above the comment"), max_length=200, blank=True)
    thanks_heading = models.CharField(_("heading of the thank-you page"), max_length=120, blank=True)
    thanks_text = models.TextField(_("text of the thank-you page"), blank=True)
    person_name = models.CharField(
        _("who reads the answers"), max_length=80, blank=True, help_text=_("A real person, as customers may know them.")
    )
    person_role = models.CharField(
        _("what this person does"), max_length=120, blank=True, help_text=_("Such as: Customer care.")
    )
    next_text = models.TextField(
        _("what happens next"), blank=True, help_text=_("On the thank-you page. Promise only what is done.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text of a page")
        verbose_name_plural = _("texts of the pages")
        constraints = [models.UniqueConstraint(fields=["campaign", "language", "band"], name="surveys_page_text_once")]

    def __str__(self) -> str:
        return f"{self.campaign} ({self.language}, {self.get_band_display()})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_invitations(self, *PAGE_WORDS)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        refuse_unknown_tags(self, *PAGE_WORDS)
        refuse_invitations(self, *PAGE_WORDS)


def refuse_unknown_tags(row: models.Model, *fields: str, known: Collection[str] = texts.STAFF_TAGS) -> None:
    """Raises ValidationError: what looks like a tag and is none would be read by the customer as it was typed."""
    named = ", ".join(f"{{{{ {tag} }}}}" for tag in known)
    faults = {field: mergetags.unknown(getattr(row, field), known) for field in fields}
    message = _("Not known: %(found)s. Understood are %(known)s.")
    wrong = {field: message % {"found": ", ".join(found), "known": named} for field, found in faults.items() if found}
    if wrong:
        raise ValidationError(wrong)


def refuse_invitations(row: models.Model, *fields: str) -> None:
    """Raises ValidationError where the page of one band, and it only, would ask for a public review."""
    found = {field: reviewsites.invitation_in(getattr(row, field)) for field in fields}
    wrong = {field: INVITES % {"found": what} for field, what in found.items() if what}
    if wrong:
        raise ValidationError(wrong)


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

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations", verbose_name=_("wave"), db_index=False)
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
        constraints = [
            models.UniqueConstraint(fields=["wave", "contact"], name="surveys_invitation_once_a_wave"),
            # An experiment is the campaign's; the invitation, and the answer that copies it, has one look.
            models.CheckConstraint(condition=Q(style__in=Style.values), name="surveys_invitation_has_one_style"),
        ]

    def __str__(self) -> str:
        return f"{self.wave}: {self.contact_id}"

    @property
    def is_open(self) -> bool:
        return not self.skip_reason and timezone.now() < self.closes_at

    @property
    def spoken(self) -> str:
        """The language of mail and pages: what the recipient chose, else the contact's, else the brand's."""
        return texts.language(*self.wishes, in_use=languages_in_use())

    @property
    def asked_in(self) -> str:
        """The language of the question likewise; it may be one in which not every word is there."""
        return texts.question_language(*self.wishes, in_use=languages_in_use())

    @property
    def wishes(self) -> tuple[str, str, str]:
        """The languages of the invitation, the contact and the brand, as far as there are any."""
        return self.language, self.contact.language, self.wave.campaign.brand.default_language

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
        """The recipient wants mail and pages in this language, later ones too; one not offered changes nothing."""
        if tag in texts.OFFERED and tag in languages_in_use():
            self.language = self.contact.language = tag
            with transaction.atomic():
                Invitation.objects.filter(pk=self.pk).update(language=tag)
                known = Contact.objects.filter(pk=self.contact_id).exclude(language=tag)
                known.update(language=tag, updated_at=timezone.now())
