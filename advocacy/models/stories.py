"""What customers let us show in public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.enums import LIVE_STORY_STATUSES, StoryStatus
from surveys.models import Brand, Consent, Contact, Response

if TYPE_CHECKING:
    import datetime as dt

LONGEST_WORDS = 5000
LONGEST_NAME = 80
LONGEST_ROLE = 120


class TestimonialQuerySet(models.QuerySet["Testimonial"]):
    def live(self) -> TestimonialQuerySet:
        """What is shown, or may come to be."""
        return self.filter(status__in=LIVE_STORY_STATUSES)

    def received(self) -> TestimonialQuerySet:
        return self.filter(status=StoryStatus.RECEIVED)


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
        ]

    def __str__(self) -> str:
        return self.shown_name or str(self.contact)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STORY_STATUSES

    @property
    def expires_at(self) -> dt.datetime | None:
        return self.consent.expires_at
