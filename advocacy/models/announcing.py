"""What those who asked are told: thank-yous for a fix, and answers from the knowledge base."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advocacy.enums import AnnouncementStatus, DraftStatus, StopReason
from advocacy.models.fixes import CustomerRequest, Fix
from advocacy.models.knowledge import Entry
from surveys.models import Campaign, Contact, Invitation, Message


class Announcement(models.Model):
    """The thank-yous of one fix. The job of making them: what has a draft is done, so the drafts are its checkpoint."""

    fix = models.OneToOneField(Fix, models.CASCADE, related_name="announcement", verbose_name=_("fix"))
    status = models.CharField(
        _("status"), max_length=12, choices=AnnouncementStatus, default=AnnouncementStatus.DRAFTING
    )
    gift = models.CharField(
        _("gift"), max_length=200, blank=True, help_text=_("With a gift it is marketing: only who agreed gets it.")
    )
    ask_with = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked again with"),
        help_text=_("Whoever was told is asked once more by this campaign, as soon as its throttle allows."),
    )
    # Who approved all that were left, and up to which draft: what came later nobody has seen.
    rest_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("rest by")
    )
    rest_up_to = models.BigIntegerField(_("rest up to"), default=0)
    created_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        permissions = [("work_announcement", "Can write and send thank-yous")]
        indexes = [
            # The ticks that draft, send and ask again.
            models.Index(fields=["status", "id"], name="advocacy_announce_by_state"),
        ]

    def __str__(self) -> str:
        return str(self.fix)


class AnnouncementText(models.Model):
    """The words of an announcement in one language. A blank subject or body leaves the ready-made one."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="texts", verbose_name=_("announcement"))
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    news = models.CharField(_("what is different now"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("text of an announcement")
        verbose_name_plural = _("texts of announcements")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "language"], name="advocacy_announcement_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.language}"


class Draft(models.Model):
    """One person's thank-you for one fix. Its constraint is the guarantee that nobody is thanked twice."""

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, related_name="drafts", verbose_name=_("announcement")
    )
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="thanks", verbose_name=_("contact"))
    # Whose words are quoted; others of the same person for the same fix are told with it.
    request = models.ForeignKey(
        CustomerRequest, models.SET_NULL, null=True, blank=True, related_name="drafts", verbose_name=_("request")
    )
    language = models.CharField(_("language"), max_length=12)
    status = models.CharField(_("status"), max_length=12, choices=DraftStatus, default=DraftStatus.WAITING)
    # Blank until a person writes their own, or it is sent: then it is what the person was sent.
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    stop_reason = models.CharField(_("why not"), max_length=12, choices=StopReason, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="thanks", verbose_name=_("message")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked again"), null=True, blank=True)
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked again with")
    )

    class Meta:
        verbose_name = _("thank-you")
        verbose_name_plural = _("thank-yous")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "contact"], name="advocacy_draft_one_a_person"),
            models.CheckConstraint(
                condition=~Q(status=DraftStatus.SKIPPED) | ~Q(reason=""), name="advocacy_draft_skipped_with_reason"
            ),
        ]
        indexes = [
            # The queue of one announcement, one after another.
            models.Index(
                fields=["announcement", "id"], condition=Q(status=DraftStatus.WAITING), name="advocacy_draft_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.contact_id}"

    @property
    def is_edited(self) -> bool:
        """Whether a person wrote their own words: the texts of the announcement change nothing in it any more."""
        return bool(self.body)


class EntryAnswer(models.Model):
    """A question that was answered with an entry of the knowledge base, in words that a person has read."""

    request = models.OneToOneField(CustomerRequest, models.CASCADE, related_name="answered", verbose_name=_("request"))
    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="answers", verbose_name=_("entry")
    )
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="entry_answer", verbose_name=_("message")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("answer from the knowledge base")
        verbose_name_plural = _("answers from the knowledge base")

    def __str__(self) -> str:
        return f"{self.request_id}: {self.entry_id}"
