"""Choices of testimonials and review sites, and where a testimonial may move."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.enums import Moves


class StoryStatus(TextChoices):
    """Where a testimonial stands. The last three show nothing any more."""

    RECEIVED = "received", _("Received")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


STORY_MOVES: Moves = {
    StoryStatus.RECEIVED: frozenset(
        {StoryStatus.APPROVED, StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED}
    ),
    StoryStatus.APPROVED: frozenset(
        {StoryStatus.PUBLISHED, StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED}
    ),
    StoryStatus.PUBLISHED: frozenset(
        {StoryStatus.APPROVED, StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED}
    ),
    StoryStatus.REJECTED: frozenset({StoryStatus.APPROVED, StoryStatus.WITHDRAWN}),
}


LIVE_STORY_STATUSES = (StoryStatus.RECEIVED, StoryStatus.APPROVED, StoryStatus.PUBLISHED)
GONE_STORY_STATUSES = (StoryStatus.REJECTED, StoryStatus.WITHDRAWN, StoryStatus.EXPIRED)


class ReviewKind(TextChoices):
    GOOGLE = "google", "Google"
    TRUSTPILOT = "trustpilot", "Trustpilot"
    YELP = "yelp", "Yelp"
    G2 = "g2", "G2"
    CAPTERRA = "capterra", "Capterra"
    APP_STORE = "app_store", "App Store"
    PLAY = "play", "Google Play"
    OTHER = "other", _("Another site")


# Kinds whose policy could allow it at all, if somebody looks the rule up and records it. For the others nothing can.
MAY_ALLOW_GATING = (ReviewKind.OTHER,)
MAY_ALLOW_REWARDS = (ReviewKind.G2, ReviewKind.CAPTERRA, ReviewKind.OTHER)


class ShownTo(TextChoices):
    """On which thank-you pages a review site stands."""

    ALL = "all", _("Everybody, whatever their score")
    PROMOTERS = "promoters", _("Those who gave 9 or 10")
