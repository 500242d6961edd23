"""When a survey may leave: the send window of its campaign, on the clock of each contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, DateTimeField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from surveys import schedule
from surveys.enums import MessageStatus, WindowZone
from surveys.models import Account, Campaign, Contact, Message
from surveys.models.lookups import Scattered

EVERY_DAY = "1234567"
NO_TIME = dt.timedelta()


class Opening(NamedTuple):
    """From when, and until when, mail may leave."""

    starts: dt.datetime
    ends: dt.datetime | None  # None: at any time


def weekdays(campaign: Campaign) -> frozenset[int]:
    """The days of its send window, from 0 for Monday."""
    return frozenset(int(digit) - 1 for digit in campaign.window_days)


def is_all_day(campaign: Campaign) -> bool:
    return campaign.window_opens == campaign.window_closes == schedule.MIDNIGHT


def opening(campaign: Campaign, *, zone: str, at: dt.datetime) -> Opening:
    """The send window that `at` lies in, from then on, or the next one, on the clocks of `zone`."""
    holidays = schedule.days_in(campaign.brand.holidays)
    if campaign.window_days == EVERY_DAY and is_all_day(campaign) and not holidays:
        return Opening(at, None)
    hours = schedule.OpenHours(
        zone, campaign.window_opens, campaign.window_closes, weekdays(campaign), closed_days=holidays
    )
    return Opening(*schedule.opening(at, hours))


@dataclass(frozen=True)
class Departures:
    """When the mails of a campaign may leave, if one plans them at a moment: by the time zones that people live in."""

    otherwise: Opening
    of_contacts: dict[Opening, list[str]]
    of_accounts: dict[Opening, list[str]]
    are_spread: bool

    @property
    def is_one(self) -> bool:
        """Whether it is the same moment for everybody."""
        return not self.of_contacts and not self.of_accounts

    def earliest(self, *, less: dt.timedelta = NO_TIME, contact: str = "") -> Any:
        """For each contact the moment from which its mail may leave, or one so long before, as an expression.

        `contact` is the way to the contact from the rows that are asked, such as `contact__`.
        """
        return self._by_zone(contact, DateTimeField(), lambda opening: opening.starts - less)

    def planned(self, *, contact: str = "", number: str = "pk") -> Any:
        """The same, but spread over the window: not everybody in one minute."""
        if not self.are_spread:
            return self.earliest(contact=contact)
        return Scattered(F(number), self.earliest(contact=contact), self._by_zone(contact, IntegerField(), _seconds))

    def latest(self, *, contact: str = "") -> Any:
        """The end of the window, or NULL."""
        if self.otherwise.ends is None:
            return Cast(Value(None), DateTimeField())  # PostgreSQL takes a bare NULL for a text
        return self._by_zone(contact, DateTimeField(), lambda opening: opening.ends)

    def _by_zone(self, contact: str, kind: Any, value: Any) -> Any:
        otherwise = Value(value(self.otherwise), output_field=kind)
        whens = [
            When(Q(**{f"{contact}{path}__in": zones}), then=Value(value(opening), output_field=kind))
            for path, openings in (("timezone", self.of_contacts), ("account__timezone", self.of_accounts))
            for opening, zones in openings.items()
        ]
        return Case(*whens, default=otherwise, output_field=kind) if whens else otherwise


def _seconds(opening: Opening) -> int:
    """Over how many the mails are spread: the last tenth of the window is for what takes its time to leave."""
    return max(int(0.9 * (opening.ends - opening.starts).total_seconds()), 1) if opening.ends else 1


def departures(campaign: Campaign, *, at: dt.datetime) -> Departures:
    """When the mails of `campaign` leave that are planned at `at`. Zones that nobody lives in are left out."""
    otherwise = opening(campaign, zone=campaign.timezone, at=at)
    looks_at_contacts = otherwise.ends is not None and campaign.window_zone == WindowZone.CONTACT
    looks_at_accounts = otherwise.ends is not None and campaign.window_zone != WindowZone.CAMPAIGN
    return Departures(
        otherwise,
        _openings(campaign, at, Contact.objects.all()) if looks_at_contacts else {},
        _openings(campaign, at, Account.objects.all()) if looks_at_accounts else {},
        are_spread=not is_all_day(campaign),
    )


def _openings(campaign: Campaign, at: dt.datetime, rows: QuerySet[Any]) -> dict[Opening, list[str]]:
    """The window of each time zone among `rows`; zones whose windows are the same stand together."""
    found: dict[Opening, list[str]] = {}
    for zone in _zones(rows):
        found.setdefault(opening(campaign, zone=zone, at=at), []).append(zone)
    return found


def _zones(rows: QuerySet[Any]) -> Iterator[str]:
    known = schedule.time_zones()  # one that was kept from before zones were checked counts as none
    names = rows.exclude(timezone="").order_by("timezone").values_list("timezone", flat=True).distinct()
    return (name for name in names if name in known)


def move_on(*, at: dt.datetime | None = None) -> int:
    """Give each message that missed its send window the next one; how many."""
    at = at or timezone.now()
    missed = Message.objects.in_state(MessageStatus.QUEUED).filter(leave_by__lte=at)
    campaigns = Campaign.objects.filter(pk__in=missed.values("invitation__wave__campaign")).select_related("brand")
    return sum(_move_on(campaign, missed.filter(invitation__wave__campaign=campaign), at) for campaign in campaigns)


def _move_on(campaign: Campaign, missed: QuerySet[Message], at: dt.datetime) -> int:
    leaving = departures(campaign, at=at)
    moved = 0
    for path, openings in (("timezone", leaving.of_contacts), ("account__timezone", leaving.of_accounts)):
        for each, zones in openings.items():
            moved += _give(missed.filter(**{f"contact__{path}__in": zones}), each, leaving)
    return moved + _give(missed, leaving.otherwise, leaving)


def _give(rows: QuerySet[Message], opening: Opening, leaving: Departures) -> int:
    starts = Value(opening.starts, output_field=DateTimeField())
    spread = Scattered(F("pk"), starts, Value(_seconds(opening)))
    return rows.update(not_before=spread if leaving.are_spread else starts, leave_by=opening.ends)
