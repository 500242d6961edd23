"""Why a score is what it is: the reasons to choose from, which a campaign offers, and which were chosen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import languages
from surveys.enums import Band, ReasonOrigin
from surveys.models.campaigns import Campaign
from surveys.models.history import HistoricalRecords
from surveys.models.responses import Response

OTHER = "other"


class Reason(models.Model):
    """One reason, the same in every campaign and band, so that it can be read in both directions."""

    key = models.SlugField(_("key"), max_length=40, unique=True, help_text=_("It stays when the words change."))
    labels = models.JSONField(_("words by language"), default=dict)
    is_active = models.BooleanField(
        _("offered"), default=True, help_text=_("Answers keep a reason that is offered no more.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label(languages.FALLBACK)[1]

    def label(self, *wishes: str) -> tuple[str, str]:
        """The first language of the wishes that has words, and these; else English, else any, else the key."""
        found = (tag for wish in (*wishes, languages.FALLBACK, *self.labels) for tag in languages.chain(wish))
        return next(((tag, text) for tag in found if (text := self.labels.get(tag))), (languages.FALLBACK, self.key))


class BandReason(models.Model):
    """A reason that a campaign offers on the page of a band. Without any it offers the standard ones."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="band_reasons", verbose_name=_("campaign"))
    band = models.CharField(_("band"), max_length=12, choices=Band)
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="band_reasons", verbose_name=_("reason"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reason on a page")
        verbose_name_plural = _("reasons on the pages")
        ordering = ["band", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "band", "reason"], name="surveys_band_reason_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} ({self.get_band_display()}): {self.reason}"


class ResponseReason(models.Model):
    """A reason that an answer carries: chosen by the respondent, found by a rule or set by a person."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="reasons", verbose_name=_("answer"))
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="chosen", verbose_name=_("reason"))
    origin = models.CharField(
        _("origin"), max_length=12, choices=ReasonOrigin, default=ReasonOrigin.RESPONDENT, editable=False
    )

    class Meta:
        verbose_name = _("reason of an answer")
        verbose_name_plural = _("reasons of answers")
        constraints = [
            models.UniqueConstraint(fields=["response", "reason"], name="surveys_response_reason_once"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.reason}"
