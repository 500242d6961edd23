"""The huddle: a short meeting of a team over what its customers said, with what was decided and who does what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.enums import AgendaPart
from advocacy.models.cases import Case
from advocacy.models.teams import Team
from surveys.models import Response

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Huddle(models.Model):
    """One meeting of a team, saved with its agenda as it was when somebody pressed the button."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="huddles", verbose_name=_("team"))
    on = models.DateField(_("day"))
    since = models.DateTimeField(_("what is new since"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    decision = models.TextField(_("decision"), blank=True)
    present: models.ManyToManyField[User, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="huddles", verbose_name=_("who was there")
    )

    class Meta:
        verbose_name = _("huddle")
        verbose_name_plural = _("huddles")
        permissions = [
            ("hold_huddle", "Can make huddles, and write down what was decided"),
            ("read_lead", "Can see how the teams are doing"),
        ]
        constraints = [models.UniqueConstraint(fields=["team", "on"], name="advocacy_huddle_one_a_day")]

    def __str__(self) -> str:
        return f"{self.team}, {self.on:%Y-%m-%d}"


class HuddleItem(models.Model):
    """A line of the agenda: a case, an answer, or both. The words are read where they stand, so they are kept once."""

    huddle = models.ForeignKey(Huddle, models.CASCADE, related_name="items", verbose_name=_("huddle"))
    part = models.CharField(_("part"), max_length=12, choices=AgendaPart)
    case = models.ForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="huddle_items", verbose_name=_("case")
    )
    response = models.ForeignKey(
        Response, models.CASCADE, null=True, blank=True, related_name="huddle_items", verbose_name=_("answer")
    )

    class Meta:
        verbose_name = _("line of the agenda")
        verbose_name_plural = _("lines of the agenda")
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(response__isnull=False),
                name="advocacy_huddle_item_is_about_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.huddle_id}: {self.get_part_display()}"


class HuddleActionQuerySet(models.QuerySet["HuddleAction"]):
    def open(self) -> HuddleActionQuerySet:
        return self.filter(done_at__isnull=True)


class HuddleAction(models.Model):
    """What somebody takes away from a huddle. While it is open it stands on every later one of the team."""

    huddle = models.ForeignKey(Huddle, models.CASCADE, related_name="actions", verbose_name=_("huddle"))
    text = models.CharField(_("what is done"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="huddle_actions", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ticked by")
    )

    objects = HuddleActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [
            # What somebody has still to do, on the start page.
            models.Index(fields=["owner", "due_on"], condition=Q(done_at__isnull=True), name="advocacy_action_mine"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.due_on < _today()


def _today() -> dt.date:
    return timezone.localdate()
