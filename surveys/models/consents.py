"""What a contact has agreed to, in the very words that were shown."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.enums import Basis, ConsentPurpose
from surveys.models.contacts import Contact


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self, at: dt.datetime | None = None) -> ConsentQuerySet:
        """What is neither withdrawn nor over."""
        at = at or timezone.now()
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), withdrawn_at__isnull=True)


class Consent(models.Model):
    """A fact about a contact: it is never rewritten, only withdrawn. Another wording makes another row."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=_("contact"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=ConsentPurpose)
    basis = models.CharField(_("basis"), max_length=12, choices=Basis, default=Basis.CONSENT)
    text = models.TextField(_("wording"), help_text=_("Word for word what the contact read."))
    text_hash = models.CharField(_("SHA-256 of the wording"), max_length=64)
    language = models.CharField(_("language"), max_length=12)
    scope = models.JSONField(_("covers"), default=list, help_text=_("What it covers, in plain words."))
    source = models.CharField(_("source"), max_length=200)
    at = models.DateTimeField(_("given at"))
    expires_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(text_hash=""), name="surveys_consent_keeps_its_wording"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("at")), name="surveys_consent_ends_later"
            ),
        ]
        indexes = [
            # What a contact has agreed to for a purpose, latest last.
            models.Index(fields=["contact", "purpose", "at"], name="surveys_consent_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.at:%Y-%m-%d}"

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None and (self.expires_at is None or self.expires_at > timezone.now())
