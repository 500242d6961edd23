"""Who moved from which band to which: the same contacts in two waves, or in two periods.

The database matches and counts in one statement; what follows is arithmetic on at most 28 numbers.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, QuerySet, TextChoices, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from surveys import scoring, waves
from surveys.analytics.reports import FEWEST
from surveys.analytics.selection import Selection
from surveys.enums import Band, CampaignKind, MessageStatus
from surveys.models import Message, Response, Wave
from surveys.scoring import Counts, Interval, Share

# From the best to the worst, as the picture has them.
BANDS = (Band.PROMOTER, Band.PASSIVE, Band.DETRACTOR)
WORTH = {Band.PROMOTER: 1, Band.PASSIVE: 0, Band.DETRACTOR: -1}
_Z = NormalDist().inv_cdf(0.975)
_FIRST, _SECOND, _ASKED = 1, 2, 3
_COLUMNS = ("person", "side", "standing", "place")

# One line for each contact: where it stood, where it stands, and whether it was asked the second time.
_PEOPLE = """
SELECT was, became, asked, COUNT(*) FROM (
    SELECT person,
        MAX(CASE WHEN side = 1 THEN standing END) AS was,
        MAX(CASE WHEN side = 2 THEN standing END) AS became,
        MAX(CASE WHEN side = 3 THEN 1 ELSE 0 END) AS asked
    FROM ({said}) said WHERE place = 1 GROUP BY person
) people WHERE was IS NOT NULL OR became IS NOT NULL GROUP BY was, became, asked
"""


class Series(TextChoices):
    """Answers about the relationship and answers after an event are different questions, and never in one figure."""

    RELATIONAL = "relationship", _("The relationship")
    TRANSACTIONAL = "event", _("After an event")

    @property
    def campaigns(self) -> Q:
        """The condition on the campaign of an answer."""
        is_event = Q(campaign__kind=CampaignKind.EVENT)
        return is_event if self == Series.TRANSACTIONAL else ~is_event


def is_transactional(path: str = "campaign") -> ExpressionWrapper[Any]:
    """Which of the two series an answer belongs to, as a column."""
    return ExpressionWrapper(Q(**{f"{path}__kind": CampaignKind.EVENT}), output_field=BooleanField())


@dataclass(frozen=True)
class Estimate:
    """A figure in points with its 95 % interval and the number of people behind it."""

    value: float
    se: float
    n: int

    @property
    def interval(self) -> Interval:
        """Clipped to what a change of NPS can be."""
        return Interval(max(self.value - _Z * self.se, -200.0), min(self.value + _Z * self.se, 200.0))

    @property
    def is_few(self) -> bool:
        return self.n < scoring.FEW

    @property
    def is_significant(self) -> bool | None:
        """Whether it is surely not 0; None of too few people."""
        low, high = self.interval
        return None if self.is_few else not low <= 0 <= high


@dataclass(frozen=True)
class Flow:
    """How many went from band to band, and of whom only one of the two answers is known.

    `lost` were not asked the second time, or the mail did not arrive; `silent` were, and did not answer.
    """

    moved: Mapping[tuple[Band, Band], int] = field(default_factory=dict)
    new: Mapping[Band, int] = field(default_factory=dict)
    lost: Mapping[Band, int] = field(default_factory=dict)
    silent: Mapping[Band, int] = field(default_factory=dict)

    def of(self, was: Band, became: Band) -> int:
        return self.moved.get((was, became), 0)

    @property
    def matched(self) -> int:
        """Contacts who answered both times."""
        return sum(self.moved.values())

    @property
    def before(self) -> Counts:
        """Of those who answered both times: how they stood."""
        return _counts({was: sum(self.of(was, became) for became in BANDS) for was in BANDS})

    @property
    def after(self) -> Counts:
        """Of those who answered both times: how they stand."""
        return _counts({became: sum(self.of(was, became) for was in BANDS) for became in BANDS})

    @property
    def gone(self) -> Counts:
        """Who answered only the first time."""
        return _counts({band: self.lost.get(band, 0) + self.silent.get(band, 0) for band in BANDS})

    @property
    def come(self) -> Counts:
        """Who answered only the second time."""
        return _counts(self.new)

    @property
    def first(self) -> Counts:
        return self.before + self.gone

    @property
    def second(self) -> Counts:
        return self.after + self.come

    @property
    def is_hidden(self) -> bool:
        """Whether somebody could be recognised: a base of fewer than five."""
        return any(0 < n < FEWEST for n in (self.first.n, self.second.n, self.matched))

    # ------------------------------------------------------------------------------------------------------- shares

    def _share(self, was: Band, *became: Band) -> Share:
        return Share(sum(self.of(was, band) for band in became), sum(self.of(was, band) for band in BANDS))

    @property
    def recovery(self) -> Share:
        """Detractors who are none any more, of those who answered again."""
        return self._share(Band.DETRACTOR, Band.PASSIVE, Band.PROMOTER)

    @property
    def full_recovery(self) -> Share:
        return self._share(Band.DETRACTOR, Band.PROMOTER)

    @property
    def conversion(self) -> Share:
        return self._share(Band.PASSIVE, Band.PROMOTER)

    @property
    def retention(self) -> Share:
        return self._share(Band.PROMOTER, Band.PROMOTER)

    @property
    def slippage(self) -> Share:
        return self._share(Band.PROMOTER, Band.PASSIVE, Band.DETRACTOR)

    # ---------------------------------------------------------------------------------------------------- the change

    @property
    def matched_change(self) -> Estimate | None:
        """The change of those who answered both times: the mean of their shifts. None where nobody did."""
        return self._estimate(1, 1, 0, 0, n=self.matched)

    @property
    def total_change(self) -> Estimate | None:
        """The change of the score of everybody who answered."""
        if not (self.first.n and self.second.n):
            return None
        stays_first, stays_second = self.before.n / self.first.n, self.after.n / self.second.n
        n = min(self.first.n, self.second.n)
        return self._estimate(stays_first, stays_second, 1 - stays_first, 1 - stays_second, n=n)

    @property
    def mix_effect(self) -> Estimate | None:
        """What is left of the change: that other people answered. None where nobody answered both times."""
        if not self.matched:
            return None
        left, came = self.gone.n / self.first.n, self.come.n / self.second.n
        return self._estimate(-left, -came, left, came, n=min(self.first.n, self.second.n))

    def _estimate(self, first: float, second: float, gone: float, come: float, *, n: int) -> Estimate | None:
        """A sum of means with these weights: of the matched people's two answers, and of those who gave only one.

        The two answers of one person are not independent, so theirs is the variance of the weighted pair.
        """
        if not n:
            return None
        pairs = [(second * WORTH[became] - first * WORTH[was], many) for (was, became), many in self.moved.items()]
        mean = sum(value * many for value, many in pairs) / self.matched if self.matched else 0.0
        value = mean + come * _net(self.come) - gone * _net(self.gone)
        variance = _variance_of_mean(pairs, mean, self.matched)
        variance += (come * _se(self.come)) ** 2 + (gone * _se(self.gone)) ** 2
        return Estimate(value=100 * value, se=100 * math.sqrt(variance), n=n)


def _variance_of_mean(pairs: Iterable[tuple[float, int]], mean: float, m: int) -> float:
    """The squared standard error of a mean: sd / sqrt(m), with the sample's deviation."""
    if m < 2:
        return 0.0
    return sum(many * (value - mean) ** 2 for value, many in pairs) / (m - 1) / m


def _net(counts: Counts) -> float:
    return float(counts.nps or 0) / 100


def _se(counts: Counts) -> float:
    return (counts.margin(method="adjusted_wald") or 0.0) / 100 / _Z


def _counts(found: Mapping[Band, int]) -> Counts:
    return Counts(*(found.get(band, 0) for band in BANDS))


# ------------------------------------------------------------------------------------------------------------ matching


def between_waves(first: Wave, second: Wave, *, at: dt.datetime | None = None) -> Flow:
    """The answers to two waves of one campaign. Raises ValueError for waves of two campaigns, or one wave twice."""
    if first.campaign_id != second.campaign_id or first.pk == second.pk:
        raise ValueError("Two different waves of one campaign.")
    said = Response.objects.settled(at)
    asked = _delivered().filter(invitation__wave=second)
    return _matched(said.filter(invitation__wave=first), said.filter(invitation__wave=second), asked)


def between_periods(first: Selection, second: Selection, *, series: Series, at: dt.datetime | None = None) -> Flow:
    """Each contact's latest answer first given in either stretch of days, in one series and on one scale."""
    asked = _delivered().filter(sent_at__gte=second.starts_at, sent_at__lt=second.ends_at)
    if second.campaign is not None:
        asked = asked.filter(invitation__wave__campaign=second.campaign)
    return _matched(_said_in(first, series, at), _said_in(second, series, at), asked)


def _said_in(chosen: Selection, series: Series, at: dt.datetime | None) -> QuerySet[Response]:
    days = Q(answered_at__gte=chosen.starts_at, answered_at__lt=chosen.ends_at)
    rows = Response.objects.settled(at).filter(days, chosen.answers, scale=chosen.scale)
    return rows if chosen.campaign is not None else rows.filter(series.campaigns)


def other_scales(*chosen: Selection) -> int:
    """How many answers of these days are on another scale, and so in no figure."""
    days = Q()
    for one in chosen:
        days |= Q(answered_at__gte=one.starts_at, answered_at__lt=one.ends_at) & one.answers
    return Response.objects.filter(days).exclude(scale=chosen[0].scale).count()


def _delivered() -> QuerySet[Message]:
    """Invitations that arrived, as far as is known."""
    return Message.objects.filter(
        letter=waves.LETTER, status=MessageStatus.SENT, bounced_at__isnull=True, invitation__isnull=False
    )


def _matched(first: QuerySet[Response], second: QuerySet[Response], asked: QuerySet[Message]) -> Flow:
    sides = [_answers(first, _FIRST), _answers(second, _SECOND), _asked(asked)]
    compiled = [side.order_by().query.sql_with_params() for side in sides]
    said = " UNION ALL ".join(sql for sql, _params in compiled)
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.format(said=said), [value for _sql, params in compiled for value in params])
        rows = cursor.fetchall()
    return _flow(rows)


def _answers(rows: QuerySet[Response], side: int) -> QuerySet[Any, Any]:
    """The latest answer of each contact is in place 1."""
    band = Case(
        When(score__gte=9, then=Value(WORTH[Band.PROMOTER])),
        When(score__gte=7, then=Value(WORTH[Band.PASSIVE])),
        default=Value(WORTH[Band.DETRACTOR]),
    )
    latest = Window(RowNumber(), partition_by="contact", order_by=[F("answered_at").desc(), F("id").desc()])
    named = rows.filter(contact__isnull=False)
    return named.annotate(person=F("contact_id"), side=Value(side), standing=band, place=latest).values_list(*_COLUMNS)


def _asked(rows: QuerySet[Message]) -> QuerySet[Any, Any]:
    """Everybody who was asked stands in place 1."""
    person, nothing = F("invitation__contact_id"), Value(0)
    return rows.annotate(person=person, side=Value(_ASKED), standing=nothing, place=Value(1)).values_list(*_COLUMNS)


def _flow(rows: Iterable[tuple[int | None, int | None, int, int]]) -> Flow:
    moved: dict[tuple[Band, Band], int] = {}
    new: Counter[Band] = Counter()
    lost: Counter[Band] = Counter()
    silent: Counter[Band] = Counter()
    bands = {worth: band for band, worth in WORTH.items()}
    for was, became, asked, many in rows:
        if was is not None and became is not None:
            pair = bands[was], bands[became]
            moved[pair] = moved.get(pair, 0) + many
        elif was is not None:
            (silent if asked else lost)[bands[was]] += many
        elif became is not None:
            new[bands[became]] += many
    return Flow(moved=moved, new=new, lost=lost, silent=silent)
