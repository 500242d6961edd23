"""The tiers of advocates: from how many points on, what gives points, and where each advocate stands."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocacy.enums import AskKind, TierAction
from advocacy.models.advocates import Advocate
from surveys.models.history import HistoricalRecords

MOST_POINTS = 1000


class Tier(models.Model):
    """A step of the ladder. Points come from what was done in twelve months, never from a score."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    points = models.PositiveSmallIntegerField(
        _("from how many points on"),
        unique=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_POINTS)],
    )
    perks = models.TextField(
        _("what it brings"), blank=True, max_length=500, help_text=_("Recognition and access first, gifts last.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["points"]
        constraints = [models.CheckConstraint(condition=Q(points__gte=1), name="advocacy_tier_takes_a_point")]

    def __str__(self) -> str:
        return self.name


class ActionPoints(models.Model):
    """What one thing that was done is worth."""

    action = models.CharField(_("what was done"), max_length=16, choices=TierAction, unique=True)
    points = models.PositiveSmallIntegerField(
        _("points"), validators=[MaxValueValidator(100)], help_text=_("0: it does not count.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("points for a deed")
        verbose_name_plural = _("points for deeds")
        ordering = ["action"]

    def __str__(self) -> str:
        return str(self.get_action_display())


class AskTier(models.Model):
    """A kind of ask that only those of a tier are asked. Without one, the tier plays no part."""

    kind = models.CharField(_("kind of ask"), max_length=16, choices=AskKind, unique=True)
    tier = models.ForeignKey(Tier, models.CASCADE, related_name="asks", verbose_name=_("from this tier on"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tier an ask takes")
        verbose_name_plural = _("tiers asks take")
        ordering = ["kind"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class TierStanding(models.Model):
    """Where an advocate stands. Written by the recount alone: rows of what was done tell all of it but the grace."""

    advocate = models.OneToOneField(Advocate, models.CASCADE, related_name="standing", verbose_name=_("advocate"))
    tier = models.ForeignKey(
        Tier, models.PROTECT, null=True, blank=True, related_name="standings", verbose_name=_("tier")
    )
    points = models.PositiveIntegerField(_("points of twelve months"), default=0)
    since = models.DateField(_("in this tier since"), null=True, blank=True)
    held_until = models.DateField(
        _("held until"), null=True, blank=True, help_text=_("The points are too few by now: the tier ends on this day.")
    )

    class Meta:
        verbose_name = _("standing of an advocate")
        verbose_name_plural = _("standings of advocates")
        constraints = [
            models.CheckConstraint(
                condition=Q(tier__isnull=False, since__isnull=False) | Q(tier__isnull=True, held_until__isnull=True),
                name="advocacy_standing_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gt=F("since")),
                name="advocacy_standing_held_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.tier or "–")
