"""What customers said in the last seven days, for the whole house: the score, the reasons, and words of each band."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from advocacy import quoting
from surveys import scoring
from surveys.analytics import reasons, reports, scores
from surveys.analytics.reasons import Ranked
from surveys.analytics.selection import Selection
from surveys.enums import Band, Scale
from surveys.models import Response
from surveys.scoring import Counts

DAYS = 7
QUOTES = 3
BANDS = (Band.PROMOTER, Band.PASSIVE, Band.DETRACTOR)


@dataclass(frozen=True)
class Voice:
    """Of fewer answers than reports tell of, no figure is told; the words have no name in any case."""

    since: dt.date
    until: dt.date
    counts: Counts
    reasons: list[tuple[Band, int, tuple[Ranked, ...]]]
    quotes: list[tuple[Band, list[Any]]]

    @property
    def is_hidden(self) -> bool:
        return self.counts.n < reports.FEWEST

    @property
    def score(self) -> str:
        return scoring.signed(self.counts.display)

    @property
    def interval(self) -> tuple[str, str] | None:
        found = self.counts.interval()
        return (scoring.signed(round(found.low)), scoring.signed(round(found.high))) if found else None


def voice(until: dt.date, language: str, *, days: int = DAYS) -> Voice:
    """Of the days up to `until`, days of the organisation's zone; the names of the reasons in this language."""
    selection = Selection(since=until - dt.timedelta(days=days - 1), until=until)
    counts = scores.counts(selection.since, until)
    quotes = {band: of_band(selection, band) for band in BANDS}
    why = reasons.of(selection, _scores(selection), language) if counts.n >= reports.FEWEST else reasons.Why()
    return Voice(
        since=selection.since,
        until=until,
        counts=counts,
        reasons=list(why.lists),
        quotes=[(band, words) for band, words in quotes.items() if words],
    )


def of_band(selection: Selection, band: Band, *, most: int = QUOTES) -> list[Any]:
    """The latest words of a band."""
    rows = quoting.of_band(quoting.quotable().filter(_in(selection)), band)
    return list(quoting.with_words(rows).order_by("-answered_at", "-pk")[:most])


def _in(selection: Selection) -> Q:
    return Q(answered_at__gte=selection.starts_at, answered_at__lt=selection.ends_at, scale=Scale.ZERO_TO_TEN)


def _scores(selection: Selection) -> dict[int, int]:
    rows = Response.objects.settled().filter(_in(selection)).order_by()
    return dict(rows.values_list("score").annotate(n=Count("pk")))
