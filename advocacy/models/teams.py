"""Who works together, and when they are there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys import schedule
from surveys.models.fields import is_list_of_days, is_time_zone
from surveys.models.history import HistoricalRecords
from surveys.schedule import MIDNIGHT, OpenHours

if TYPE_CHECKING:
    from django.contrib.auth.models import User

WORKING_WEEK = "01234"
RESOLUTION_HOURS = 40
NEVER_OPEN = _("A calendar without an open hour: choose a working day, or give a weekday hours of its own.")

is_week = RegexValidator(
    r"^(?!.*(.).*\1)[0-6]{1,7}\Z", _("Write each working day once, as digits from 0 (Monday) to 6 (Sunday).")
)


def is_list_of_hours(text: str) -> None:
    """Raises ValidationError with the first line that is no hours of a weekday."""
    try:
        schedule.hours_in(text)
    except ValueError as error:
        raise ValidationError(
            _("“%(line)s” is no hours of a weekday: write each once, as 4 09:00-13:00, 4 being Friday."),
            code="hours",
            params={"line": error},
        ) from None


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
        blank=True,
        validators=[is_week],
        help_text=_("0 is Monday, 6 is Sunday: 01234 is Monday to Friday."),
    )
    own_hours = models.TextField(
        _("weekdays with hours of their own"),
        blank=True,
        validators=[is_list_of_hours],
        help_text=_("One a line, as in 4 09:00-13:00 for Friday; up to 00:00 is the end of the day."),
    )
    holidays = models.TextField(
        _("holidays"), blank=True, validators=[is_list_of_days], help_text=_("One a line, as in 2026-12-25.")
    )
    resolution_hours = models.PositiveSmallIntegerField(
        _("hours to resolve a case"),
        default=RESOLUTION_HOURS,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
        help_text=_("Open hours from the answer on; they stand still while a case waits for the customer."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("most open cases a person"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Who has so many gets no further case by turns. Empty: no limit."),
    )
    key_revenue = models.DecimalField(
        _("key accounts from"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(1))],
        help_text=_("Contacts of accounts with such a revenue a year are reached within 8 hours. Empty: none are key."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(weekdays="") | ~Q(own_hours=""), name="advocacy_team_has_an_open_hour")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        faults = {}
        if self.closes_at != MIDNIGHT and self.closes_at <= self.opens_at:
            faults["closes_at"] = _("A day closes after it opens; 00:00 is the end of the day.")
        if not self.weekdays and not self.own_hours.strip():
            faults["weekdays"] = NEVER_OPEN
        if faults:
            raise ValidationError(faults)

    @property
    def open_hours(self) -> OpenHours:
        return OpenHours(
            zone=self.timezone,
            opens=self.opens_at,
            closes=self.closes_at,
            weekdays=frozenset(int(day) for day in self.weekdays),
            closed_days=schedule.days_in(self.holidays),
            own_hours=schedule.hours_in(self.own_hours),
        )


class Absence(models.Model):
    """Days on which a person is given no new case."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_on", "user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="advocacy_absence_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.starts_on} – {self.ends_on}"

    def clean(self) -> None:
        typed: list[dt.date | None] = [self.starts_on, self.ends_on]  # None where it was no day
        days = [day for day in typed if day is not None]
        if days != sorted(days):
            raise ValidationError({"ends_on": _("The last day away is not before the first.")})
