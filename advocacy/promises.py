"""What pages promise: who has reached an unhappy contact by when. The same rule as for the case that follows.

A page may not ask the database for it each time, so the calendars, and who is away, are kept in memory for a minute.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.utils import timezone

from advocacy import cases, owners
from advocacy.enums import Role
from advocacy.models import Team
from surveys import ports, schedule, scoring
from surveys.enums import Band
from surveys.models import Contact
from surveys.schedule import OpenHours

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT_FOR = dt.timedelta(minutes=1)


@dataclass
class Calendars:
    """The hours of whoever may get a case: by user, and all that it could be for a contact without an owner."""

    read_at: dt.datetime
    of_user: dict[int, OpenHours] = field(default_factory=dict)
    of_anybody: list[OpenHours] = field(default_factory=list)
    away: set[int] = field(default_factory=set)


_kept: dict[str, Calendars] = {}


def register() -> None:
    ports.register_promise(due_time)
    ports.register_caller(caller)


def caller(contact: Contact) -> User | None:
    """Who gets the case, where that shows now: the owner of the contact, else of its account, whoever is not away."""
    away = _calendars().away
    return next((owner for owner in owners.active(contact) if owner.pk not in away), None)


def due_time(contact: Contact, score: int, at: dt.datetime) -> dt.datetime | None:
    """By when a person has reached the contact, if this score was given then; None where no case follows.

    Who gets the case of a contact without an owner shows only later: then the latest of all calendars is promised.
    """
    if scoring.band(score) != Band.DETRACTOR:
        return None
    calendars = _calendars()
    owner = caller(contact)
    usual = cases.calendar(None)
    hours = [calendars.of_user.get(owner.pk, usual)] if owner is not None else calendars.of_anybody or [usual]
    return max(schedule.add_open_hours(at, cases.sla_hours(score), each) for each in hours)


def forget() -> None:
    _kept.clear()


def _calendars() -> Calendars:
    now = timezone.now()
    kept = _kept.get("")
    if kept is None or not dt.timedelta(0) <= now - kept.read_at < KEPT_FOR:
        kept = _kept[""] = _read(now)
    return kept


def _read(now: dt.datetime) -> Calendars:
    """In four statements. Of somebody's teams the first counts, as it does when a case is opened."""
    teams = list(Team.objects.order_by("pk"))
    of_team = {team.pk: team.open_hours for team in teams}
    calendars = Calendars(now, away=owners.away(at=now))
    members = Team.members.through._default_manager.order_by("team_id").values_list("user_id", "team_id")
    for user, team in members:
        calendars.of_user.setdefault(user, of_team[team])
    support = get_user_model().objects.filter(is_active=True, groups__name=Role.SUPPORT).values_list("pk", flat=True)
    usual = cases.calendar(None)
    found = [calendars.of_user.get(pk, usual) for pk in support]
    calendars.of_anybody = found or [cases.calendar(teams[0] if teams else None)]
    return calendars
