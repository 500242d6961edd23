"""What a report is about: which days, and which of the answers first given on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Min, Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys import languages, schedule, waves
from surveys.enums import Scale
from surveys.models import Campaign, DailyCount, Message, Subject, Touchpoint

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

A_DAY = dt.timedelta(days=1)


class Period(TextChoices):
    DAYS = "30-days", _("Last 30 days")
    QUARTER = "3-months", _("This month and the 2 before")
    YEAR = "12-months", _("This month and the 11 before")
    ALL = "all", _("All time")
    OWN = "own", _("Days of your choice")


MONTHS_BEFORE = {Period.QUARTER: 2, Period.YEAR: 11}


@dataclass(frozen=True)
class Catalogue:
    """Everything a report can be narrowed to, and the names of it."""

    campaigns: dict[int, Campaign]
    touchpoints: dict[int, str]
    subjects: dict[int, str]
    languages: dict[str, str]
    scales: list[str]


@dataclass(frozen=True)
class Selection:
    """Days of the organisation's zone, both ends included. Answers on different scales are never pooled."""

    since: dt.date
    until: dt.date
    period: Period = Period.OWN
    campaign: int | None = None
    touchpoint: int | None = None
    subject: int | None = None
    language: str = ""
    scale: str = Scale.ZERO_TO_TEN.value

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> Selection | None:
        """The equally long period before; of all time there is none."""
        if self.period == Period.ALL:
            return None
        return Selection(**{**vars(self), "since": self.since - self.days * A_DAY, "until": self.since - A_DAY})

    @property
    def is_narrowed(self) -> bool:
        return any((self.campaign, self.touchpoint, self.subject, self.language))

    @property
    def starts_at(self) -> dt.datetime:
        return _start(self.since)

    @property
    def ends_at(self) -> dt.datetime:
        """The first moment of the day after: days are 23, 24 or 25 hours long."""
        return _start(self.until + A_DAY)

    def campaigns(self, path: str) -> Q:
        """The condition on whatever reaches its campaign by this path."""
        wanted = {"": self.campaign, "touchpoint": self.touchpoint, "subject": self.subject}
        return Q(**{"__".join(filter(None, [path, part])): pk for part, pk in wanted.items() if pk is not None})

    @property
    def answers(self) -> Q:
        """The condition on counts and responses: they keep the subject that was asked about."""
        wanted: dict[str, Any] = {"campaign": self.campaign, "campaign__touchpoint": self.touchpoint}
        wanted |= {"subject": self.subject, "language": self.language or None}
        return Q(**{name: value for name, value in wanted.items() if value is not None})

    def query(self, **other: object) -> str:
        """The same report as an address, or another one where `other` says so."""
        known = {"period": self.period.value}
        if self.period == Period.OWN:
            known = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        known |= {name: str(getattr(self, name) or "") for name in ("campaign", "touchpoint", "subject", "language")}
        known["scale"] = "" if self.scale == Scale.ZERO_TO_TEN else self.scale
        return urlencode({name: value for name, value in {**known, **other}.items() if value})


def catalogue() -> Catalogue:
    """In five statements, however much is in it."""
    spoken = DailyCount.objects.order_by().values_list("language", flat=True).distinct()
    scales = DailyCount.objects.order_by().values_list("scale", flat=True).distinct()
    return Catalogue(
        campaigns={row.pk: row for row in Campaign.objects.select_related("touchpoint", "subject", "brand")},
        touchpoints=dict(Touchpoint.objects.values_list("pk", "name")),
        subjects=dict(Subject.objects.values_list("pk", "name")),
        languages=dict(sorted(((tag, languages.own_name(tag)) for tag in spoken), key=lambda pair: pair[1])),
        scales=sorted({Scale.ZERO_TO_TEN.value, *scales}),
    )


def scale_name(scale: str) -> str | _StrPromise:
    return Scale(scale).label if scale in Scale else scale.replace("-", "–")


def days_of(period: Period, *, today: dt.date | None = None) -> tuple[dt.date, dt.date]:
    """First and last day. All time begins with the first invitation that was sent, or the first answer."""
    today = today or local_today()
    if period in MONTHS_BEFORE:
        first: dt.date = today.replace(day=1) - relativedelta(months=MONTHS_BEFORE[period])
        return first, today
    return (_first_day(today) if period == Period.ALL else today - 29 * A_DAY), today


def local_today() -> dt.date:
    """The day of the organisation, whatever zone the reader lives in."""
    return timezone.localtime(timezone.now(), timezone.get_default_timezone()).date()


def _first_day(today: dt.date) -> dt.date:
    answered = DailyCount.objects.aggregate(day=Min("day"))["day"]
    sent = Message.objects.filter(letter=waves.LETTER, sent_at__isnull=False).aggregate(at=Min("sent_at"))["at"]
    days: list[dt.date] = [answered] if answered else []
    if sent:
        days.append(timezone.localtime(sent, timezone.get_default_timezone()).date())
    return min([*days, today])


def _start(day: dt.date) -> dt.datetime:
    return schedule.local_instant(day, dt.time(0), settings.TIME_ZONE)
