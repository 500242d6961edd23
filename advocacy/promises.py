"""What pages promise: by when a person has reached an unhappy contact. The same rule as for the case that follows.

A page may not ask the database for it each time, so the calendars are kept in memory for a minute.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.utils import timezone

from advocacy import cases
from advocacy.enums import Role
from advocacy.models import Team
from surveys import ports, schedule, scoring
from surveys.enums import Band
from surveys.models import Contact
from surveys.schedule import OpenHours

KEPT_FOR = dt.timedelta(minutes=1)


@dataclass
class Calendars:
    """The hours of whoever may get a case: by user, and all that it could be for a contact without an owner."""

    read_at: dt.datetime
    of_user: dict[int, OpenHours] = field(default_factory=dict)
    of_anybody: list[OpenHours] = field(default_factory=list)


_kept: dict[str, Calendars] = {}


def register() -> None:
    ports.register_promise(due_time)


def due_time(contact: Contact, score: int, at: dt.datetime) -> dt.datetime | None:
    """By when a person has reached the contact, if this score was given then; None where no case follows.

    Who gets the case of a contact without an owner shows only later: then the latest of all calendars is promised.
    """
    if scoring.band(score) != Band.DETRACTOR:
        return None
    calendars = _calendars()
    owner = next((pk for pk in _owners(contact) if pk is not None), None)
    usual = cases.calendar(None)
    hours = [calendars.of_user.get(owner, usual)] if owner is not None else calendars.of_anybody or [usual]
    return max(schedule.add_open_hours(at, cases.sla_hours(score), each) for each in hours)


def forget() -> None:
    _kept.clear()


def _owners(contact: Contact) -> list[int | None]:
    account = contact.account
    owners = [contact.owner, account.owner if account else None]
    return [owner.pk for owner in owners if owner is not None and owner.is_active]


def _calendars() -> Calendars:
    now = timezone.now()
    kept = _kept.get("")
    if kept is None or not dt.timedelta(0) <= now - kept.read_at < KEPT_FOR:
        kept = _kept[""] = _read(now)
    return kept


def _read(now: dt.datetime) -> Calendars:
    """In three statements. Of somebody's teams the first counts, as it does when a case is opened."""
    teams = list(Team.objects.order_by("pk"))
    of_team = {team.pk: team.open_hours for team in teams}
    calendars = Calendars(now)
    members = Team.members.through._default_manager.order_by("team_id").values_list("user_id", "team_id")
    for user, team in members:
        calendars.of_user.setdefault(user, of_team[team])
    support = get_user_model().objects.filter(is_active=True, groups__name=Role.SUPPORT).values_list("pk", flat=True)
    usual = cases.calendar(None)
    found = [calendars.of_user.get(pk, usual) for pk in support]
    calendars.of_anybody = found or [cases.calendar(teams[0] if teams else None)]
    return calendars
