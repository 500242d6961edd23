"""What a campaign says in its own words, in the mail and on the pages, language by language."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from surveys import mergetags, texts
from surveys.enums import Band
from surveys.models.campaigns import MAIL_WORDS, PAGE_WORDS, Campaign


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
        _refuse_unknown_tags(self, *MAIL_WORDS)


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

    def clean(self) -> None:
        _refuse_unknown_tags(self, *PAGE_WORDS)


def _refuse_unknown_tags(row: models.Model, *fields: str) -> None:
    """Raises ValidationError: what looks like a tag and is none would be read by the customer as it was typed."""
    known = ", ".join(f"{{{{ {tag} }}}}" for tag in texts.STAFF_TAGS)
    faults = {field: mergetags.unknown(getattr(row, field), texts.STAFF_TAGS) for field in fields}
    message = _("Not known: %(found)s. Understood are %(known)s.")
    wrong = {field: message % {"found": ", ".join(found), "known": known} for field, found in faults.items() if found}
    if wrong:
        raise ValidationError(wrong)
