"""What contacts write back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.models.cases import Case
from surveys.models import Contact, Message


class Reply(models.Model):
    """A mail that answers one of ours: its text, and the open case it came to, where there was one."""

    key = models.CharField(
        _("key"), max_length=64, unique=True, help_text=_("Hash of its Message-ID: a mail may come twice.")
    )
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="replies", verbose_name=_("contact"))
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("case")
    )
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("answers the mail")
    )
    sender = models.CharField(_("from"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=400, blank=True)
    text = models.TextField(_("text"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")

    def __str__(self) -> str:
        return f"{self.contact_id} {self.at:%Y-%m-%d %H:%M}"
