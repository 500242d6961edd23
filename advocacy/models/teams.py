"""Who works together, and when they are there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from surveys.models.fields import is_time_zone
from surveys.schedule import MIDNIGHT, OpenHours

if TYPE_CHECKING:
    from django.contrib.auth.models import User

WORKING_WEEK = "01234"

is_week = RegexValidator(
    r"^(?!.*(.).*\1)[0-6]{1,7}\Z", _("Write each working day once, as digits from 0 (Monday) to 6 (Sunday).")
)


class Team(models.Model):
    """People who share a queue, a lead and a calendar."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_teams",
        verbose_name=_("lead"),
    )
    members: models.ManyToManyField[User, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="teams", verbose_name=_("members")
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[is_time_zone], help_text=_("Such as Europe/Madrid.")
    )
    opens_at = models.TimeField(_("opens at"), default=dt.time(9))
    closes_at = models.TimeField(_("closes at"), default=dt.time(17))
    weekdays = models.CharField(
        _("working days"),
        max_length=7,
        default=WORKING_WEEK,
        validators=[is_week],
        help_text=_("0 is Monday, 6 is Sunday: 01234 is Monday to Friday."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.closes_at != MIDNIGHT and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("A day closes after it opens; 00:00 is the end of the day.")})

    @property
    def open_hours(self) -> OpenHours:
        return OpenHours(
            zone=self.timezone,
            opens=self.opens_at,
            closes=self.closes_at,
            weekdays=frozenset(int(day) for day in self.weekdays),
            closed_days=frozenset(),
        )
