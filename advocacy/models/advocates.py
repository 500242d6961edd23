"""Promoters we work with."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

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
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("advocate")
        verbose_name_plural = _("advocates")
        permissions = [("work_advocate", "Can pause advocates and say what may be asked of them")]

    def __str__(self) -> str:
        return str(self.contact)
