"""Favours asked of advocates, and the programmes that ask them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import ASK_WORK, OPEN_ASK_STATUSES, AskAnswer, AskKind, AskStage, AskStatus
from advocacy.models.advocates import Advocate
from advocacy.models.guarded import Guarded
from surveys import reviewsites
from surveys.models import Message, Segment
from surveys.models.fields import RandomToken
from surveys.models.history import HistoricalRecords

if TYPE_CHECKING:
    from surveys.models import Contact


class Programme(Guarded):
    """The board of one kind of ask; if it is automatic, it asks by itself whoever the rules allow."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind of ask"), max_length=16, choices=AskKind)
    is_active = models.BooleanField(_("active"), default=True, help_text=_("What is not active plans nothing new."))
    is_automatic = models.BooleanField(
        _("asks by itself"),
        default=False,
        help_text=_("Each hour, whoever the rules allow. Look at the dry run first."),
    )
    delay_days = models.PositiveSmallIntegerField(
        _("days after the answer"), default=3, validators=[MaxValueValidator(180)]
    )
    segment = models.ForeignKey(
        Segment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("segment"),
        help_text=_("Empty: every advocate."),
    )
    daily_cap = models.PositiveSmallIntegerField(
        _("asks a day at most"), default=20, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def refuse(self) -> None:
        """Raises ValidationError for a programme of public reviews: it would ask promoters only."""
        found = [*reviewsites.review_words(self.name), *reviewsites.site_names(self.name)]
        if found:
            said = _(
                "“%(word)s”: a public review is no favour asked of promoters. Its link stands on the thank-you pages of"
                " all bands alike: see the review sites of the brand. If you mean something else, name it otherwise."
            )
            raise ValidationError({"name": said % {"word": found[0]}})

    @property
    def stages(self) -> tuple[AskStage, ...]:
        """The columns of the board."""
        return stages_of(self.kind)


def stages_of(kind: str) -> tuple[AskStage, ...]:
    begins, ends = (AskStage.PLANNED, AskStage.ASKED, AskStage.AGREED), (AskStage.DONE,)
    return (*begins, *ASK_WORK.get(kind, ()), *ends, AskStage.SAID_NO, AskStage.NO_ANSWER)


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> AskQuerySet:
        return self.filter(status__in=OPEN_ASK_STATUSES)

    def unsent(self) -> AskQuerySet:
        return self.filter(status=AskStatus.PLANNED)

    def due(self, at: dt.datetime) -> AskQuerySet:
        """Planned, its time has come, and no mail of it waits yet."""
        return self.unsent().filter(planned_for__lte=at, message__isnull=True)


class Ask(models.Model):
    """One favour asked of an advocate. One is open at a time, by constraint."""

    advocate = models.ForeignKey(Advocate, models.CASCADE, related_name="asks", verbose_name=_("advocate"))
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="asks", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=AskKind)
    status = models.CharField(_("status"), max_length=12, choices=AskStatus, default=AskStatus.PLANNED)
    stage = models.CharField(_("stage"), max_length=12, choices=AskStage, default=AskStage.PLANNED)
    stage_at = models.DateTimeField(_("in this stage since"))
    token = models.UUIDField(_("token"), db_default=RandomToken(), unique=True, editable=False)
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="ask", verbose_name=_("message")
    )
    planned_for = models.DateTimeField(_("planned for"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=8, choices=AskAnswer, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="asks", verbose_name=_("owner")
    )
    next_step = models.CharField(_("next step"), max_length=160, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    reason_why = models.CharField(_("why this advocate"), max_length=300, blank=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("overridden by"),
    )
    override_reason = models.CharField(_("why a rule was overridden"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("planned by")
    )
    is_automatic = models.BooleanField(_("planned by its programme"), default=False)
    created_at = models.DateTimeField(_("added"))

    objects = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        permissions = [
            ("work_ask", "Can plan asks, move them on a board and override what wears people out"),
            ("export_ask", "Can export the asks of a programme as a file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["advocate"], condition=Q(status__in=OPEN_ASK_STATUSES), name="advocacy_ask_one_open"
            ),
        ]
        indexes = [
            # Fatigue looks up an advocate's latest asks.
            models.Index(fields=["advocate", "-sent_at"], name="advocacy_ask_by_advocate"),
            # A column of a board, what is due first on top.
            models.Index(fields=["programme", "stage", "due_on", "id"], name="advocacy_ask_by_stage"),
            # The tick that puts mails into the outbox and follows them.
            models.Index(fields=["planned_for"], condition=Q(status=AskStatus.PLANNED), name="advocacy_ask_planned"),
            # The tick that ends what nobody answers.
            models.Index(fields=["sent_at"], condition=Q(status=AskStatus.SENT), name="advocacy_ask_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.advocate}"

    @property
    def contact(self) -> Contact:
        return self.advocate.contact

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_ASK_STATUSES

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def age_days(self) -> int:
        """How long it rests in its stage."""
        return max((timezone.now() - self.stage_at).days, 0)
