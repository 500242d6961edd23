"""Promoters we work with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advocacy.models.fields import SecureURLField, is_secure
from surveys.models import Contact, Response


class Advocate(models.Model):
    """A promoter we work with. Whether and when to ask is told by rows, not by a status."""

    contact = models.OneToOneField(Contact, models.CASCADE, related_name="advocate", verbose_name=_("contact"))
    response = models.ForeignKey(
        Response, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answer")
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    do_not_ask = models.BooleanField(_("do not ask"), default=False)
    forbids_gifts = models.BooleanField(_("employer forbids gifts"), default=False)
    site = SecureURLField(_("site"), blank=True, help_text=_("Their own, beginning with https://."))
    handles = models.TextField(_("social handles"), blank=True, max_length=500, help_text=_("One a line."))
    nominated_at = models.DateTimeField(_("nominated at"), null=True, blank=True)
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("nominated by"),
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("advocate")
        verbose_name_plural = _("advocates")
        constraints = [
            models.CheckConstraint(condition=is_secure("site", blank=True), name="advocacy_advocate_site_is_https"),
        ]
        permissions = [
            ("work_advocate", "Can pause advocates and say what may be asked of them"),
            ("nominate_advocate", "Can nominate a contact as an advocate"),
        ]

    def __str__(self) -> str:
        return str(self.contact)
