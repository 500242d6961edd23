"""What colleagues do together on a case: macros, mentions, promises, and who has it open."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import MacroOwner
from advocacy.models.cases import Case, CaseNote
from advocacy.models.fixes import Theme
from advocacy.models.letters import SavedReply
from surveys.models import Message
from surveys.models.history import HistoricalRecords

LONGEST_SNOOZE = 24 * 90


class Macro(models.Model):
    """Several steps on a case under one name."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_offered = models.BooleanField(_("is offered"), default=True)
    saved_reply = models.ForeignKey(
        SavedReply,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="macros",
        verbose_name=_("saved reply"),
        help_text=_("Is sent to the contact."),
    )
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("root cause")
    )
    owner_change = models.CharField(_("owner"), max_length=8, choices=MacroOwner, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to whom"),
    )
    waits = models.BooleanField(_("then waits for the customer"), default=False)
    snooze_hours = models.PositiveSmallIntegerField(
        _("snooze, in hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SNOOZE)],
    )
    note = models.TextField(_("private note"), max_length=10_000, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.owner_change == MacroOwner.USER and self.owner_id is None:
            raise ValidationError({"owner": _("Choose to whom.")})
        if self.owner_change != MacroOwner.USER and self.owner_id is not None:
            raise ValidationError({"owner": _("It is given to this person only where the owner is “a colleague”.")})
        if not (
            self.saved_reply_id or self.theme_id or self.owner_change or self.waits or self.snooze_hours or self.note
        ):
            raise ValidationError(_("A macro without a step does nothing: choose one."))


class Mention(models.Model):
    """A colleague was named in a private note, and told by mail; it is on their home page until they have seen it."""

    note = models.ForeignKey(CaseNote, models.CASCADE, related_name="mentions", verbose_name=_("note"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions", verbose_name=_("colleague")
    )
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("mail")
    )
    at = models.DateTimeField(_("at"))
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="advocacy_mention_once")]
        indexes = [
            # The home page of whoever was mentioned.
            models.Index(fields=["user", "-at"], condition=Q(seen_at__isnull=True), name="advocacy_mention_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} @{self.user_id}"


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def open(self) -> PledgeQuerySet:
        return self.filter(kept_at__isnull=True, broken_at__isnull=True)

    def overdue(self, today: dt.date) -> PledgeQuerySet:
        return self.open().filter(due_on__lt=today)


class Pledge(models.Model):
    """What was promised to a contact, by when, and whether it was kept."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="pledges", verbose_name=_("case"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    text = models.CharField(_("promise"), max_length=300)
    due_on = models.DateField(_("due on"))
    at = models.DateTimeField(_("at"))
    kept_at = models.DateTimeField(_("kept at"), null=True, blank=True)
    broken_at = models.DateTimeField(_("broken at"), null=True, blank=True)
    reason = models.CharField(_("why it was broken"), max_length=300, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(broken_at__isnull=True), name="advocacy_pledge_kept_or_broken"
            ),
            models.CheckConstraint(
                condition=Q(broken_at__isnull=True) | ~Q(reason=""), name="advocacy_pledge_broken_has_reason"
            ),
        ]
        indexes = [
            # What is still to be kept, and the tick that tells of what is overdue.
            models.Index(
                fields=["due_on", "id"],
                condition=Q(kept_at__isnull=True, broken_at__isnull=True),
                name="advocacy_pledge_open",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.broken_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()


class PledgeAlert(models.Model):
    """Somebody was told of an overdue promise, once."""

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="alerts", verbose_name=_("promise"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("told"))
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("mail")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("alert of a promise")
        verbose_name_plural = _("alerts of promises")
        constraints = [models.UniqueConstraint(fields=["pledge", "user"], name="advocacy_pledge_alert_once")]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.user_id}"


class Presence(models.Model):
    """Who has the page of a case open, as their browser says every few seconds."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="presences", verbose_name=_("case"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("colleague"))
    since = models.DateTimeField(_("since"))
    at = models.DateTimeField(_("last heard of"))

    class Meta:
        verbose_name = _("open page of a case")
        verbose_name_plural = _("open pages of cases")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="advocacy_presence_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"
