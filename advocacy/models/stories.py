"""What customers let us show in public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import GONE_STORY_STATUSES, LIVE_STORY_STATUSES, StoryStatus
from advocacy.models.deletions import wants_to_be_forgotten
from surveys.models import Brand, Consent, Contact, Response

if TYPE_CHECKING:
    import datetime as dt

LONGEST_WORDS = 5000
LONGEST_NAME = 80
LONGEST_ROLE = 120
LONGEST_DISCLOSURE = 160


class TestimonialQuerySet(models.QuerySet["Testimonial"]):
    def live(self) -> TestimonialQuerySet:
        """What is shown, or may come to be."""
        return self.filter(status__in=LIVE_STORY_STATUSES)

    def received(self) -> TestimonialQuerySet:
        return self.filter(status=StoryStatus.RECEIVED)

    def published(self, at: dt.datetime | None = None) -> TestimonialQuerySet:
        """What may be shown now, whatever the status still says: the consent decides, and a wish to be forgotten."""
        standing = Q(consent__withdrawn_at__isnull=True, consent__expires_at__gt=at or timezone.now())
        return self.filter(standing, ~wants_to_be_forgotten(), status=StoryStatus.PUBLISHED)

    def over(self, at: dt.datetime | None = None) -> TestimonialQuerySet:
        """Live, though its consent has come to its end."""
        return self.live().filter(consent__expires_at__lte=at or timezone.now())


class Testimonial(models.Model):
    """A customer's own words, unchanged, with the consent to show them. Who the advocate is, the contact tells."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="testimonials", verbose_name=_("contact"))
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="testimonials", verbose_name=_("brand"))
    response = models.ForeignKey(
        Response, models.SET_NULL, null=True, blank=True, related_name="testimonials", verbose_name=_("answer")
    )
    consent = models.ForeignKey(Consent, models.RESTRICT, related_name="testimonials", verbose_name=_("consent"))
    words = models.TextField(_("words"), max_length=LONGEST_WORDS)
    language = models.CharField(_("language"), max_length=12)
    shown_name = models.CharField(_("name, as shown"), max_length=LONGEST_NAME, blank=True)
    shown_role = models.CharField(_("role, company or town"), max_length=LONGEST_ROLE, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=StoryStatus, default=StoryStatus.RECEIVED)
    received_at = models.DateTimeField(_("received at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    disclosure = models.CharField(
        _("disclosure"),
        max_length=LONGEST_DISCLOSURE,
        blank=True,
        help_text=_("What the person received or is to us, in the language of the words. It stands under the quote."),
    )
    is_lead = models.BooleanField(_("large, on top of the wall"), default=False)

    objects = TestimonialQuerySet.as_manager()

    class Meta:
        verbose_name = _("testimonial")
        verbose_name_plural = _("testimonials")
        permissions = [("work_testimonial", "Can approve and reject testimonials")]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="advocacy_testimonial_has_words"),
            models.UniqueConstraint(
                fields=["response"],
                condition=Q(status=StoryStatus.RECEIVED, response__isnull=False),
                name="advocacy_testimonial_one_received",
            ),
        ]
        indexes = [
            # The list of testimonials by state, newest first.
            models.Index(fields=["status", "-received_at", "-id"], name="advocacy_testimonial_by_state"),
            # The wall of a brand, what was published last on top.
            models.Index(
                fields=["brand", "-published_at", "-id"],
                name="advocacy_testimonial_on_wall",
                condition=Q(status=StoryStatus.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name or str(self.contact)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STORY_STATUSES

    @property
    def expires_at(self) -> dt.datetime | None:
        return self.consent.expires_at


class StoryTranslation(models.Model):
    """A testimonial in another language, as the person has seen and agreed to it."""

    testimonial = models.ForeignKey(
        Testimonial, models.CASCADE, related_name="translations", verbose_name=_("testimonial")
    )
    language = models.CharField(_("language"), max_length=12)
    words = models.TextField(_("words"), max_length=LONGEST_WORDS)
    agreed_on = models.DateField(_("agreed to on"))
    agreed_how = models.CharField(_("how we know"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("translation of a testimonial")
        verbose_name_plural = _("translations of testimonials")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["testimonial", "language"], name="advocacy_translation_once_a_language"),
            models.CheckConstraint(condition=~Q(words=""), name="advocacy_translation_has_words"),
            models.CheckConstraint(condition=~Q(agreed_how=""), name="advocacy_translation_was_agreed_to"),
        ]

    def __str__(self) -> str:
        return f"{self.testimonial_id} {self.language}"


class StoryPlaceQuerySet(models.QuerySet["StoryPlace"]):
    def to_clean(self) -> StoryPlaceQuerySet:
        """Where words still stand that may not be shown any more."""
        gone = Q(testimonial__isnull=True) | Q(testimonial__status__in=GONE_STORY_STATUSES)
        return self.filter(gone, cleaned_at__isnull=True)


class StoryPlace(models.Model):
    """A place out of our reach where a testimonial was used: a leaflet, a partner's page. Only people can clean it."""

    testimonial = models.ForeignKey(
        Testimonial, models.SET_NULL, null=True, blank=True, related_name="places", verbose_name=_("testimonial")
    )
    name = models.CharField(_("place"), max_length=120)
    address = models.URLField(_("address"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), db_default=Now(), editable=False)
    cleaned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cleaned by")
    )
    cleaned_at = models.DateTimeField(_("cleaned at"), null=True, blank=True)

    objects = StoryPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a testimonial")
        verbose_name_plural = _("places of testimonials")
        ordering = ["-pk"]
        indexes = [
            # What is still to be cleaned.
            models.Index(fields=["testimonial"], name="advocacy_place_to_clean", condition=Q(cleaned_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name
