"""What the modules of the demo have in common: its names, and the stage on which everything is put together."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from advocacy.models import Team, Theme
from surveys.models import Campaign, Contact, Event, Hold, Suppression

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DATA = settings.BASE_DIR / "surveys" / "data" / "demo"
DOMAIN = "aurora.example.com"
PASSWORD = "aurora-demo"  # noqa: S105 - printed at every start of the demo
BRAND = "Aurora Coffee Machines"
ENDS_ON = dt.date(2026, 10, 31)  # the last day in the sample files; they are moved so that it is today
MARK = ("demo", "Aurora")  # a property of each contact of the demo: its campaigns ask nobody else
BATCH = 500
GIFTS = (
    "20 € voucher for beans",
    "First service visit at half price",
    "Aurora mug",
    "25 € to the growers’ fund",
    "Thank-you card",
)


class Refused(Exception):
    """The demo is not loaded: the reason is in plain words."""


@dataclass
class Stage:
    """Everything that later scenes need from earlier ones. One source of chance, one picture of today."""

    today: dt.date
    now: dt.datetime
    chance: random.Random
    users: dict[str, User] = field(default_factory=dict)
    teams: dict[int, Team] = field(default_factory=dict)  # by the id of a member
    themes: dict[str, Theme] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    made: list[models.Model] = field(default_factory=list)  # what nothing else would take away

    @property
    def midnight(self) -> dt.datetime:
        """When today began: the history ends here, whatever the hour at which it is loaded."""
        zone = timezone.get_default_timezone()
        return dt.datetime.combine(self.today, dt.time(), tzinfo=zone).astimezone(dt.UTC)

    def ago(self, *, days: float = 0, hours: float = 0) -> dt.datetime:
        return self.midnight - dt.timedelta(days=days, hours=hours)

    def note(
        self,
        row: models.Model,
        at: dt.datetime,
        *,
        came_from: str = "",
        went_to: str = "",
        by: User | None = None,
        reason: str = "",
    ) -> None:
        """The event that `transitions.record` would have written at `at`. The row has to be stored already."""
        contact: Contact | None = getattr(row, "contact", None)
        self.events.append(
            Event(
                kind=row._meta.label_lower,
                object_id=str(row.pk),
                contact=contact,
                account_id=contact.account_id if contact else None,
                by=by,
                came_from=came_from,
                went_to=went_to,
                reason=reason,
                at=at,
            )
        )


def season(day: dt.date) -> str:
    return ("Winter", "Winter", "Spring", "Spring", "Spring", "Summer", "Summer", "Summer", "Autumn", "Autumn",
            "Autumn", "Winter")[day.month - 1]  # fmt: skip
