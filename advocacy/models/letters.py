"""What staff write to a contact from a case, and the replies they keep ready."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.models.cases import Attempt, Case
from surveys.enums import MessageStatus
from surveys.models import Message
from surveys.models.history import HistoricalRecords

LONGEST_SUBJECT = 200


class CaseLetter(models.Model):
    """A mail from a case, as it was filled in and as it leaves; what became of it, its message tells."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="letters", verbose_name=_("case"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    message = models.OneToOneField(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="case_letter",
        verbose_name=_("mail"),
    )
    # Nothing for one that was taken back: then nobody was written to.
    attempt = models.OneToOneField(
        Attempt, models.SET_NULL, null=True, blank=True, related_name="letter", verbose_name=_("attempt")
    )
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("letter of a case")
        verbose_name_plural = _("letters of cases")

    def __str__(self) -> str:
        return self.subject

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be taken back."""
        waiting = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
        return self.message is not None and self.message.status in waiting


class SavedReply(models.Model):
    """A reply kept ready, with its texts by language."""

    name = models.CharField(_("name"), max_length=80, unique=True, help_text=_("What colleagues look for."))
    is_offered = models.BooleanField(_("is offered"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SavedReplyText(models.Model):
    """A saved reply in one language."""

    reply = models.ForeignKey(SavedReply, models.CASCADE, related_name="texts", verbose_name=_("saved reply"))
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    text = models.TextField(_("text"), max_length=10_000)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text of a saved reply")
        verbose_name_plural = _("texts of saved replies")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["reply", "language"],
                name="advocacy_saved_reply_language_once",
                violation_error_message=_("This reply has a text in that language already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.language}"
