"""Pictures of case studies, and the places out of our reach where a study was published."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import FetchTrouble, PictureKind, StudyStatus
from advocacy.models.casestudies import CaseStudy, StudyVersion
from surveys.models import Message

LONGEST_ALT = 300
LONGEST_CREDIT = 120
WARNED_AHEAD = dt.timedelta(days=30)
# How often a place is looked at, and how soon again after it was found wanting once.
CHECKED_EVERY = dt.timedelta(days=7)
CHECKED_AGAIN = dt.timedelta(days=1)
MISSES = 2  # in a row, before anybody is told: a network has its moods


class PictureQuerySet(models.QuerySet["Picture"]):
    def with_rights(self, on: dt.date | None = None) -> PictureQuerySet:
        """What may be shown on that day, as far as the rights go."""
        return self.filter(Q(rights_until__isnull=True) | Q(rights_until__gte=on or timezone.localdate()))

    def ending(self, on: dt.date | None = None) -> PictureQuerySet:
        """The rights are over, or soon will be; of what is not withdrawn."""
        until = (on or timezone.localdate()) + WARNED_AHEAD
        return self.filter(rights_until__lte=until).exclude(study__status=StudyStatus.WITHDRAWN)


class Picture(models.Model):
    """A picture as we drew it anew. Its bytes, its words and its credit never change: what was signed stays so."""

    study = models.ForeignKey(CaseStudy, models.CASCADE, related_name="pictures", verbose_name=_("case study"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    content_type = models.CharField(_("kind"), max_length=12, choices=PictureKind)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("bytes"))
    alt = models.CharField(
        _("what is to be seen"), max_length=LONGEST_ALT, help_text=_("Read out to whoever does not see the picture.")
    )
    credit = models.CharField(_("credit"), max_length=LONGEST_CREDIT, blank=True)
    rights_holder = models.CharField(_("rights holder"), max_length=LONGEST_CREDIT)
    rights_until = models.DateField(_("may be shown until"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), db_default=Now(), editable=False)
    warned_of = models.DateField(_("owner was told of the end on"), null=True, blank=True)
    warning = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a case study")
        verbose_name_plural = _("pictures of case studies")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "digest"], name="advocacy_picture_once_a_study"),
            models.CheckConstraint(condition=~Q(alt=""), name="advocacy_picture_has_alt"),
            models.CheckConstraint(condition=~Q(rights_holder=""), name="advocacy_picture_has_rights_holder"),
        ]
        indexes = [
            # A picture by its address.
            models.Index(fields=["digest"], name="advocacy_picture_by_digest"),
            # The daily look at rights that end.
            models.Index(
                fields=["rights_until"], name="advocacy_picture_by_end", condition=Q(rights_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    @property
    def ending(self) -> str:
        """What its addresses end in."""
        return PictureKind(self.content_type).ending

    @property
    def stored_name(self) -> str:
        """Where its bytes are kept: each study has its own, so that one may go without asking the others."""
        return f"pictures/{self.study_id}/{self.digest}"

    @property
    def bound(self) -> str:
        """What a signature binds of it: the SHA-256 of bytes, alternative text and credit together, as one line of
        JSON in UTF-8 with keys in the order of the alphabet and no spaces between tokens."""
        said = {"alt": self.alt, "credit": self.credit, "digest": self.digest}
        line = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(line.encode()).hexdigest()

    def has_rights(self, on: dt.date | None = None) -> bool:
        return self.rights_until is None or self.rights_until >= (on or timezone.localdate())


class StudyPlaceQuerySet(models.QuerySet["StudyPlace"]):
    def standing(self) -> StudyPlaceQuerySet:
        """Where a study that is not withdrawn may be read."""
        rows = self.filter(cleaned_at__isnull=True, study__isnull=False)
        return rows.exclude(study__status=StudyStatus.WITHDRAWN)

    def with_site(self) -> StudyPlaceQuerySet:
        """Each with the `site` it should link to: that of the public version, else of the latest."""
        latest = StudyVersion.objects.filter(study=OuterRef("study")).order_by("-number").values("site")[:1]
        found: StudyPlaceQuerySet = self.annotate(
            site=Coalesce(F("study__shown__version__site"), Subquery(latest), models.Value(""))
        )
        return found

    def due(self, at: dt.datetime | None = None) -> StudyPlaceQuerySet:
        """To be looked at now. Where the study names no site there is nothing to look for."""
        at = at or timezone.now()
        is_due = Q(checked_at__isnull=True) | Q(checked_at__lte=at - CHECKED_EVERY)
        is_due |= Q(misses__gt=0, misses__lt=MISSES, checked_at__lte=at - CHECKED_AGAIN)
        found: StudyPlaceQuerySet = self.standing().with_site().exclude(models.Q(("site", ""))).filter(is_due)
        return found

    def missing(self) -> StudyPlaceQuerySet:
        """The page or its link is gone, and that was seen more than once."""
        return self.standing().filter(misses__gte=MISSES)

    def to_clean(self) -> StudyPlaceQuerySet:
        """Where a study still stands that may not be shown any more."""
        gone = Q(study__isnull=True) | Q(study__status=StudyStatus.WITHDRAWN)
        return self.filter(gone, cleaned_at__isnull=True)


class StudyPlace(models.Model):
    """A page where a study was published: our blog, a partner's site. It should link to the customer's site."""

    study = models.ForeignKey(
        CaseStudy, models.SET_NULL, null=True, blank=True, related_name="places", verbose_name=_("case study")
    )
    name = models.CharField(_("place"), max_length=120)
    address = models.URLField(_("address"), max_length=500)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), db_default=Now(), editable=False)
    checked_at = models.DateTimeField(_("last looked at"), null=True, blank=True)
    found_at = models.DateTimeField(_("link last seen"), null=True, blank=True)
    missing_since = models.DateTimeField(_("link missing since"), null=True, blank=True)
    misses = models.PositiveSmallIntegerField(_("times in a row without it"), default=0)
    trouble = models.CharField(_("what is wrong"), max_length=12, choices=FetchTrouble, blank=True)
    status_code = models.PositiveSmallIntegerField(_("answer of the server"), null=True, blank=True)
    told_at = models.DateTimeField(_("owner was told at"), null=True, blank=True)
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    cleaned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cleaned by")
    )
    cleaned_at = models.DateTimeField(_("cleaned at"), null=True, blank=True)

    objects = StudyPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a case study")
        verbose_name_plural = _("places of case studies")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(address__startswith="https://") | Q(address__startswith="http://"),
                name="advocacy_studyplace_is_web",
            ),
            models.UniqueConstraint(
                fields=["study", "address"], condition=Q(cleaned_at=None), name="advocacy_studyplace_once_a_study"
            ),
        ]
        indexes = [
            # The hourly look for places whose week is over.
            models.Index(fields=["checked_at"], name="advocacy_studyplace_by_look", condition=Q(cleaned_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_missing(self) -> bool:
        return self.misses >= MISSES
