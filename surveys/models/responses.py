"""What customers answered: clicks, responses, every version of each, and the counts kept beside them."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys import scoring
from surveys.enums import Band, Channel, ClickKind, Evidence, Scale, Style, Veto
from surveys.models.brands import Subject
from surveys.models.campaigns import Campaign, Invitation
from surveys.models.contacts import Contact
from surveys.models.doors import Door


class Click(models.Model):
    """A GET on a score link: a fact, never an answer."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="clicks", verbose_name=_("invitation"))
    kind = models.CharField(_("kind"), max_length=8, choices=ClickKind, default=ClickKind.LINK)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    network = models.CharField(
        _("network"), max_length=16, blank=True, help_text=_("Keyed hash of a part of the address: never the address.")
    )
    agent = models.CharField(_("program"), max_length=24, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        indexes = [
            # The clicks of a stretch of time that no answer followed.
            models.Index(fields=["at"], name="surveys_click_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.score} {self.at:%Y-%m-%d %H:%M}"


class HeldAnswerQuerySet(models.QuerySet["HeldAnswer"]):
    def due(self, at: dt.datetime | None = None) -> HeldAnswerQuerySet:
        """Whose grace time is over: they are judged."""
        return self.filter(due_at__lte=at or timezone.now())


class HeldAnswer(models.Model):
    """What may become the answer of an invitation and does not count yet: a gesture in its grace time, or an answer
    against which something speaks. Judged when it is due; without a due time it waits for a person."""

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, related_name="held", verbose_name=_("invitation"), primary_key=True
    )
    score = models.PositiveSmallIntegerField(_("score"))
    evidence = models.CharField(_("evidence"), max_length=12, choices=Evidence)
    veto = models.CharField(_("what speaks against it"), max_length=12, choices=Veto, blank=True)
    is_repeated = models.BooleanField(_("given once more when asked"), default=False)
    language = models.CharField(_("language"), max_length=12)
    said = models.JSONField(_("what was said"), default=dict, blank=True)
    at = models.DateTimeField(_("at"))
    due_at = models.DateTimeField(_("judged at"), null=True, blank=True)

    objects = HeldAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer that does not count yet")
        verbose_name_plural = _("answers that do not count yet")
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=10), name="surveys_held_answer_score_0_10"),
        ]
        indexes = [
            # The answers whose grace time is over.
            models.Index(fields=["due_at"], name="surveys_held_answer_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.score} ({self.invitation_id})"

    @property
    def band(self) -> Band:
        return scoring.band(self.score)


class ResponseQuerySet(models.QuerySet["Response"]):
    def settled(self, at: dt.datetime | None = None) -> ResponseQuerySet:
        """Answers whose grace time is over: these count and are routed."""
        return self.filter(settles_at__lte=at or timezone.now())

    def with_extras(self) -> ResponseQuerySet:
        """With what was said beside score and comment, in as many statements for one answer as for fifty."""
        return self.prefetch_related("reasons__reason", "extras__question__texts")


class Response(models.Model):
    """The answer: at most one for an invitation, the latest choice wins, every version is a Revision."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="responses", verbose_name=_("campaign"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    # Who waits for the thanks waits for every index: of these there are none that another holds, or that most answers
    # have nothing for.
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("contact"),
        db_index=False,
    )
    invitation = models.OneToOneField(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="response", verbose_name=_("invitation")
    )
    door = models.ForeignKey(
        Door, models.SET_NULL, null=True, blank=True, related_name="responses", verbose_name=_("door"), db_index=False
    )
    form_key = models.CharField(
        _("key of the form"), max_length=32, blank=True, editable=False, help_text=_("One form is one answer.")
    )
    is_self_named = models.BooleanField(
        _("named by themselves"),
        default=False,
        help_text=_("Whoever answered gave this name and address; nobody has verified them."),
    )
    subject = models.ForeignKey(
        Subject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("subject"),
        db_index=False,
    )
    scale = models.CharField(_("scale"), max_length=8, choices=Scale, default=Scale.ZERO_TO_TEN)
    style = models.CharField(_("buttons"), max_length=12, choices=Style)
    language = models.CharField(_("language"), max_length=12)
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True)
    wants_contact = models.BooleanField(_("wants to be contacted"), default=False)
    phone = models.CharField(_("phone left with the answer"), max_length=40, blank=True)
    good_time = models.CharField(_("good time to be reached"), max_length=120, blank=True)
    evidence = models.CharField(_("evidence"), max_length=12, choices=Evidence)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    answered_at = models.DateTimeField(_("first answered at"))
    submitted_at = models.DateTimeField(_("latest change at"))
    settles_at = models.DateTimeField(_("settles at"))

    objects = ResponseQuerySet.as_manager()

    # Of an answer that was made just now: nothing can hang on it yet, so nothing has to be taken away first.
    is_new = False

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        permissions = [
            ("read_report", "Can read reports, which name nobody"),
            ("confirm_response", "Can confirm an answer that nobody is sure of"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=10), name="surveys_response_score_0_10"),
            models.UniqueConstraint(
                fields=["door", "form_key"], condition=~Q(form_key=""), name="surveys_response_once_a_form"
            ),
        ]
        indexes = [
            # The router looks for settled responses.
            models.Index(fields=["settles_at"], name="surveys_response_settles"),
            # What came by a door, and what is about a subject.
            models.Index(fields=["door"], condition=Q(door__isnull=False), name="surveys_response_by_door"),
            models.Index(fields=["subject"], condition=Q(subject__isnull=False), name="surveys_response_by_subject"),
            # The report counts the scores of a stretch of days, from this index alone.
            models.Index(
                fields=["answered_at", "scale", "score", "style", "campaign", "subject", "language"],
                name="surveys_response_reported",
            ),
            # A contact's answers, latest last.
            models.Index(fields=["contact", "submitted_at"], name="surveys_response_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.score} ({self.campaign_id})"

    @property
    def band(self) -> Band:
        return scoring.band(self.score)


class Revision(models.Model):
    """One version of a response, as it was given."""

    response = models.ForeignKey(
        Response, models.CASCADE, related_name="revisions", verbose_name=_("answer"), db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True)
    wants_contact = models.BooleanField(_("wants to be contacted"), default=False)
    evidence = models.CharField(_("evidence"), max_length=12, choices=Evidence)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["response", "number"], name="surveys_revision_number_once")]

    def __str__(self) -> str:
        return f"{self.response_id}.{self.number}: {self.score}"


class DailyCount(models.Model):
    """Answers of one day by band, kept in the transaction of each answer. The day is that of the first answer,
    in the organisation's time zone, so a change of mind moves a count and never a day."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="daily_counts", verbose_name=_("campaign"))
    subject = models.ForeignKey(
        Subject, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    scale = models.CharField(_("scale"), max_length=8, choices=Scale)
    language = models.CharField(_("language"), max_length=12)
    day = models.DateField(_("day"))
    promoters = models.IntegerField(_("promoters"), default=0)
    passives = models.IntegerField(_("passives"), default=0)
    detractors = models.IntegerField(_("detractors"), default=0)

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "scale", "language", "day"],
                condition=Q(subject__isnull=True),
                name="surveys_daily_count_plain",
            ),
            models.UniqueConstraint(
                fields=["campaign", "scale", "language", "day", "subject"],
                condition=Q(subject__isnull=False),
                name="surveys_daily_count_subject",
            ),
        ]
        indexes = [
            # The score of a stretch of days over all campaigns.
            models.Index(fields=["day"], name="surveys_daily_count_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.day}"
