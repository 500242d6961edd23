"""Case studies: the work on them, every version of their text, and what the customer said and signed."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import (
    RESTING_STUDY_STATUSES,
    WRITTEN_STUDY_STATUSES,
    ReleaseAnswer,
    ReleaseStep,
    StudyFormatKind,
    StudyPart,
    StudyStatus,
)
from advocacy.models.asks import Ask
from advocacy.models.deletions import wants_to_be_forgotten
from surveys.models import Brand, Contact, Message
from surveys.models.fields import RandomToken
from surveys.models.history import HistoricalRecords

LONGEST_TITLE = 160
LONGEST_SUMMARY = 600
LONGEST_BODY = 30_000
LONGEST_QUOTE = 2_000
LONGEST_ANSWER = 10_000
LONGEST_SHOWN = 120
LONGEST_SITE = 300

is_web_address = URLValidator(
    schemes=["https", "http"],
    message=_("Write an address that begins with https:// or http://, such as https://example.com."),
)


class CaseStudyQuerySet(models.QuerySet["CaseStudy"]):
    def going_on(self) -> CaseStudyQuerySet:
        """What is not withdrawn."""
        return self.exclude(status=StudyStatus.WITHDRAWN)

    def in_work(self) -> CaseStudyQuerySet:
        """Somebody has a next step to do."""
        return self.exclude(status__in=RESTING_STUDY_STATUSES)

    def public(self, at: dt.datetime | None = None) -> CaseStudyQuerySet:
        """What may be shown now, whatever the status says: the release that it was published with decides, and a wish
        to be forgotten."""
        standing = Q(shown__answer=ReleaseAnswer.SIGNED, shown__withdrawn_at__isnull=True)
        lasting = Q(shown__expires_at__gt=at or timezone.now())
        return self.going_on().filter(standing, lasting, ~wants_to_be_forgotten())


class CaseStudy(models.Model):
    """The work on the story of one customer, from the nomination to the published page."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="case_studies", verbose_name=_("contact"))
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="case_studies", verbose_name=_("brand"))
    ask = models.ForeignKey(
        Ask, models.SET_NULL, null=True, blank=True, related_name="case_studies", verbose_name=_("ask")
    )
    title = models.CharField(_("working title"), max_length=LONGEST_TITLE)
    language = models.CharField(_("language"), max_length=12)
    status = models.CharField(_("stage"), max_length=12, choices=StudyStatus, default=StudyStatus.NOMINATED)
    stage_at = models.DateTimeField(_("in this stage since"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="case_studies",
        verbose_name=_("owner"),
    )
    next_step = models.CharField(_("next step"), max_length=160, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    release_months = models.PositiveSmallIntegerField(
        _("a release lasts, in months"), default=24, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    shown = models.ForeignKey(
        "advocacy.Release",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("release with which it is public"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    created_at = models.DateTimeField(_("added"))

    objects = CaseStudyQuerySet.as_manager()

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        permissions = [
            ("work_casestudy", "Can work on case studies and publish what was signed"),
            ("export_casestudy", "Can export the list of case studies as a file"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="advocacy_casestudy_has_title"),
            models.CheckConstraint(
                condition=~Q(status=StudyStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="advocacy_casestudy_published_has_a_time",
            ),
        ]
        indexes = [
            # A column of the board, what is due first on top.
            models.Index(fields=["status", "due_on", "id"], name="advocacy_casestudy_by_stage"),
            # The public studies of a brand, what was published last on top.
            models.Index(
                fields=["brand", "-published_at", "-id"],
                name="advocacy_casestudy_public",
                condition=Q(shown__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_written(self) -> bool:
        """Whether its text may be written now."""
        return self.status in WRITTEN_STUDY_STATUSES

    @property
    def is_overdue(self) -> bool:
        is_resting = self.status in RESTING_STUDY_STATUSES
        return not is_resting and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def age_days(self) -> int:
        """How long it rests in its stage."""
        return max((timezone.now() - self.stage_at).days, 0)


class StudyQuestion(models.Model):
    """A question in words of the house: instead of the usual one of its part, or besides."""

    part = models.CharField(_("about"), max_length=12, choices=StudyPart)
    prompt = models.CharField(_("question"), max_length=300)
    is_active = models.BooleanField(_("asked"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("question for case studies")
        verbose_name_plural = _("questions for case studies")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=~Q(part=StudyPart.OTHER), name="advocacy_studyquestion_one_a_part"
            ),
        ]

    def __str__(self) -> str:
        return self.prompt


class StudyAnswer(models.Model):
    """A question of the interview as this customer is asked it, and what they said."""

    study = models.ForeignKey(CaseStudy, models.CASCADE, related_name="answers", verbose_name=_("case study"))
    part = models.CharField(_("about"), max_length=12, choices=StudyPart, default=StudyPart.OTHER)
    position = models.PositiveSmallIntegerField(_("position"))
    question = models.CharField(_("question"), max_length=300)
    answer = models.TextField(_("answer"), max_length=LONGEST_ANSWER, blank=True)

    class Meta:
        verbose_name = _("answer for a case study")
        verbose_name_plural = _("answers for case studies")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.question


class StudyVersion(models.Model):
    """The text at one moment, with the names that stand in it. A change is a new version; none is ever changed."""

    study = models.ForeignKey(CaseStudy, models.CASCADE, related_name="versions", verbose_name=_("case study"))
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    summary = models.CharField(_("in short"), max_length=LONGEST_SUMMARY, blank=True)
    body = models.TextField(_("text"), max_length=LONGEST_BODY)
    quote = models.TextField(_("quote"), max_length=LONGEST_QUOTE, blank=True)
    shown_name = models.CharField(_("person, as shown"), max_length=LONGEST_SHOWN, blank=True)
    shown_role = models.CharField(_("role, as shown"), max_length=LONGEST_SHOWN, blank=True)
    shown_company = models.CharField(_("company, as shown"), max_length=LONGEST_SHOWN, blank=True)
    site = models.URLField(_("their site"), max_length=LONGEST_SITE, blank=True, validators=[is_web_address])
    handles = models.TextField(_("social handles"), max_length=500, blank=True, help_text=_("One a line."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("version of a case study")
        verbose_name_plural = _("versions of case studies")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="advocacy_studyversion_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="advocacy_studyversion_has_text"),
            models.CheckConstraint(
                condition=Q(site="") | Q(site__startswith="https://") | Q(site__startswith="http://"),
                name="advocacy_studyversion_site_is_web",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ReleaseQuerySet(models.QuerySet["Release"]):
    def waiting(self) -> ReleaseQuerySet:
        """The customer may still answer."""
        return self.filter(answer=ReleaseAnswer.NONE, closed_at__isnull=True)

    def standing(self, at: dt.datetime | None = None) -> ReleaseQuerySet:
        """Signed, not withdrawn, not over."""
        signed = self.filter(answer=ReleaseAnswer.SIGNED, withdrawn_at__isnull=True)
        return signed.filter(expires_at__gt=at or timezone.now())


class Release(models.Model):
    """One link to the customer, to read a version or to sign for it, and what they said: never changed once said."""

    study = models.ForeignKey(CaseStudy, models.CASCADE, related_name="releases", verbose_name=_("case study"))
    version = models.ForeignKey(StudyVersion, models.RESTRICT, related_name="releases", verbose_name=_("version"))
    step = models.CharField(_("what for"), max_length=8, choices=ReleaseStep)
    token = models.UUIDField(_("token"), db_default=RandomToken(), unique=True, editable=False)
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="release", verbose_name=_("message")
    )
    content_hash = models.CharField(_("SHA-256 of text, media and names"), max_length=64)
    media = models.JSONField(_("SHA-256 of each medium"), default=list, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    answer = models.CharField(_("answer"), max_length=8, choices=ReleaseAnswer, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    remarks = models.TextField(_("what the customer wrote"), max_length=5_000, blank=True)
    typed_name = models.CharField(_("name, as typed"), max_length=LONGEST_SHOWN, blank=True)
    typed_role = models.CharField(_("role, as typed"), max_length=LONGEST_SHOWN, blank=True)
    scope = models.JSONField(_("scope"), default=list, blank=True)
    wording = models.TextField(_("wording of the release"), blank=True)
    wording_hash = models.CharField(_("SHA-256 of the wording"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    expires_at = models.DateTimeField(_("lasts until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("link closed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(answer=ReleaseAnswer.NONE, closed_at__isnull=True),
                name="advocacy_release_one_waiting",
            ),
            models.CheckConstraint(
                condition=~Q(answer=ReleaseAnswer.SIGNED)
                | (
                    Q(step=ReleaseStep.SIGN, answered_at__isnull=False, expires_at__isnull=False)
                    & ~Q(typed_name="")
                    & ~Q(wording="")
                    & ~Q(wording_hash="")
                ),
                name="advocacy_release_signed_is_whole",
            ),
        ]
        indexes = [
            # The daily tick looks for what comes to its end.
            models.Index(
                fields=["expires_at"], name="advocacy_release_by_end", condition=Q(answer=ReleaseAnswer.SIGNED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study}: {self.get_step_display()}"

    @property
    def contact(self) -> Contact:
        return self.study.contact

    @property
    def is_waiting(self) -> bool:
        return self.answer == ReleaseAnswer.NONE and self.closed_at is None

    @property
    def is_signed(self) -> bool:
        """Signed and not withdrawn; it may be over."""
        return self.answer == ReleaseAnswer.SIGNED and self.withdrawn_at is None

    def is_over(self, at: dt.datetime | None = None) -> bool:
        return self.expires_at is not None and self.expires_at <= (at or timezone.now())


class StudyFormat(models.Model):
    """A format that was made of a study: who did it, and when."""

    study = models.ForeignKey(CaseStudy, models.CASCADE, related_name="formats", verbose_name=_("case study"))
    kind = models.CharField(_("format"), max_length=12, choices=StudyFormatKind)
    done_at = models.DateTimeField(_("done at"))
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )

    class Meta:
        verbose_name = _("format of a case study")
        verbose_name_plural = _("formats of case studies")
        constraints = [models.UniqueConstraint(fields=["study", "kind"], name="advocacy_studyformat_once_a_kind")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
