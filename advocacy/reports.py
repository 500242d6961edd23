"""Figures of both sides: what is said at each moment of the journey, and what is being done about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from advocacy.enums import OPEN_FIX_STATUSES
from advocacy.models import Case, CustomerRequest
from surveys.analytics.reports import FEWEST, too_few
from surveys.analytics.selection import Selection
from surveys.models import DailyCount, Subject, Touchpoint
from surveys.scoring import Counts

BANDS = ("promoters", "passives", "detractors")
Place = tuple[int, int | None]  # touchpoint and subject


@dataclass(frozen=True)
class Cell:
    """One touchpoint and subject: how it is scored, how often it is spoken of, and what is open about it."""

    touchpoint: str
    subject: str  # empty: answers about no subject
    query: str  # of the report about it alone
    counts: Counts
    cases: int
    fixes: int
    is_hidden: bool  # its answers, or those of its neighbours, are so few that they could tell who gave them

    @property
    def is_small(self) -> bool:
        """Whether the few are its own answers, and not those of a pair beside it."""
        return 0 < self.counts.n < FEWEST


def touchpoints(chosen: Selection) -> list[Cell]:
    """Every pair of touchpoint and subject with answers in these days or with something open now, touchpoint by
    touchpoint. Open is what is open today, whenever it was said. Five statements."""
    counts = _counts(chosen)
    cases, fixes = _cases(), _fixes()
    names = dict(Touchpoint.objects.values_list("pk", "name"))
    subjects: dict[int | None, str] = {None: "", **dict(Subject.objects.values_list("pk", "name"))}
    sizes = sorted(((place, each.n) for place, each in counts.items()), key=lambda pair: pair[1])
    hidden = too_few(sizes)
    cells = [
        Cell(
            touchpoint=names[place[0]],
            subject=subjects[place[1]],
            query=chosen.query(touchpoint=place[0], subject=place[1] or ""),
            counts=counts.get(place, Counts()),
            cases=cases.get(place, 0),
            fixes=fixes.get(place, 0),
            is_hidden=place in hidden,
        )
        for place in {*counts, *cases, *fixes}
    ]
    return sorted(cells, key=lambda cell: (cell.touchpoint.lower(), cell.subject.lower()))


def _counts(chosen: Selection) -> dict[Place, Counts]:
    rows = DailyCount.objects.filter(day__range=(chosen.since, chosen.until), scale=chosen.scale).order_by()
    places = rows.values_list("campaign__touchpoint", "subject")
    found: dict[Place, Counts] = {}
    for touchpoint, subject, *sums in places.annotate(*[Sum(band) for band in BANDS]):
        counts = Counts(*sums)
        if counts.n:
            found[touchpoint, subject] = counts
    return found


def _cases() -> dict[Place, int]:
    rows = Case.objects.open().filter(response__isnull=False).order_by()
    places = rows.values_list("response__campaign__touchpoint", "response__subject")
    return {(row[0], row[1]): row[2] for row in places.annotate(n=Count("pk"))}


def _fixes() -> dict[Place, int]:
    rows = CustomerRequest.objects.filter(response__isnull=False, fix__status__in=OPEN_FIX_STATUSES).order_by()
    places = rows.values_list("response__campaign__touchpoint", "response__subject")
    return {(row[0], row[1]): row[2] for row in places.annotate(n=Count("fix", distinct=True))}
