"""How answers fall into bands over a stretch of days."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from surveys.enums import Scale
from surveys.models import Campaign, DailyCount, Subject
from surveys.scoring import Counts


def counts(
    since: dt.date,
    until: dt.date,
    *,
    campaign: Campaign | None = None,
    subject: Subject | None = None,
    scale: Scale = Scale.ZERO_TO_TEN,
) -> Counts:
    """Every answer first given from `since` to `until`, both included: days of the organisation's zone.

    Base: responses. Answers on different scales are never pooled, so one scale is counted.
    """
    rows: QuerySet[DailyCount] = DailyCount.objects.filter(day__range=(since, until), scale=scale)
    if campaign is not None:
        rows = rows.filter(campaign=campaign)
    if subject is not None:
        rows = rows.filter(subject=subject)
    return Counts(
        **rows.aggregate(**{band: Coalesce(Sum(band), 0) for band in ("promoters", "passives", "detractors")})
    )
