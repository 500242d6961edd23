"""Patterns: what answers are about, by band and month, and what each theme does to the score.

Nothing here is causal. All of it is counted in the database, in as many statements for a million answers as for ten.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Left
from django.utils import timezone

from advocacy.enums import FixStatus
from advocacy.models import CommentTheme, Fix, Theme
from surveys import scoring
from surveys.analytics import reasons
from surveys.analytics.reasons import FEWEST, NO_REASON, Driver, Mention, Ranked
from surveys.analytics.selection import Selection
from surveys.enums import Band, Scale
from surveys.models import Response
from surveys.scoring import Counts

EXCERPT, QUOTES, FIXES, MONTHS = 300, 2, 2, 24
EFFECT_DAYS = 90  # before a fix shipped, and since
SCORES = {band: [score for score in range(11) if scoring.band(score) == band] for band in Band}
BEFORE_ALL = -1  # of answers older than the months that are shown


@dataclass(frozen=True)
class Month:
    """How many of a month's answers with words or reasons are about a theme."""

    first: dt.date
    count: int
    base: int

    @property
    def is_few(self) -> bool:
        return self.base < scoring.FEW

    @property
    def share(self) -> Fraction:
        return Fraction(100 * self.count, self.base)


@dataclass(frozen=True)
class Pattern:
    """One theme: who is behind it, what it does to the score, what was said, and what is done about it."""

    theme: Theme
    driver: Driver
    base: int
    months: tuple[Month, ...] = ()
    quotes: tuple[CommentTheme, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def count(self) -> int:
        return self.driver.counts.n


@dataclass(frozen=True)
class Patterns:
    """`answers` are all, `base` those with a comment or a reason, `untold` those of them without any theme."""

    answers: Counts
    base: Counts
    untold: Counts = field(default_factory=Counts)
    themes: tuple[Pattern, ...] = ()
    lists: tuple[tuple[Band, int, tuple[Ranked, ...]], ...] = ()
    others: Fraction = Fraction(0)  # what themes of too few mentions contribute

    @property
    def is_hidden(self) -> bool:
        """So few answers that they could tell who gave them."""
        return self.answers.n < FEWEST

    @property
    def silent(self) -> Counts:
        """Answers that say nothing but the number."""
        return _less(self.answers, self.base)

    @property
    def total(self) -> Fraction:
        """All contributions: exactly the score."""
        told = sum((each.driver.contribution for each in self.themes), self.others)
        return told + self.contribution_of(self.untold) + self.contribution_of(self.silent)

    def contribution_of(self, counts: Counts) -> Fraction:
        net = counts.promoters - counts.detractors
        return Fraction(100 * net, self.answers.n) if self.answers.n else Fraction(0)

    @property
    def untold_contribution(self) -> Fraction:
        return self.contribution_of(self.untold)

    @property
    def silent_contribution(self) -> Fraction:
        return self.contribution_of(self.silent)


def of(selection: Selection) -> Patterns:
    """In at most seven statements. Themes with most mentions come first, by name where they are equal."""
    answers = _counts(_answers(selection).values_list("score").annotate(n=Count("pk")))
    starts = _months(selection)
    base, told, by_month = _base(selection, starts)
    found, mentions_by_month = _mentions(selection, starts)
    if answers.n < FEWEST or not found:
        return Patterns(answers, base, _less(base, told))
    drivers = [row for row in reasons.drivers(found, base, answers) if row.key != NO_REASON]
    ranked = [row for row in drivers if row.counts.n >= FEWEST]
    others = sum((row.contribution for row in drivers if row.counts.n < FEWEST), Fraction(0))
    names = {str(theme.pk): theme for theme in Theme.objects.filter(pk__in=[int(row.key) for row in drivers])}
    ranked.sort(key=lambda row: (-row.counts.n, names[row.key].name.lower()))
    said, fixes = _quotes(selection, ranked, names), _fixes(ranked)
    themes = tuple(
        Pattern(
            theme=names[row.key],
            driver=row,
            base=base.n,
            months=_by_month(starts, by_month, mentions_by_month[row.key]),
            quotes=tuple(said[row.key]),
            fixes=tuple(fixes[row.key]),
        )
        for row in ranked
    )
    return Patterns(answers, base, _less(base, told), themes, _lists(found, base, names), others)


# ------------------------------------------------------------------------------------------------------ what is counted


def _answers(selection: Selection) -> QuerySet[Response]:
    return Response.objects.filter(
        selection.answers,
        scale=selection.scale,
        answered_at__gte=selection.starts_at,
        answered_at__lt=selection.ends_at,
    ).order_by()


def _months(selection: Selection) -> list[dt.date]:
    """The first day of each month of the period, the latest ones of a long one."""
    last = selection.until.replace(day=1)
    months = [last - relativedelta(months=back) for back in range(MONTHS)]
    return [first for first in reversed(months) if first + relativedelta(months=1) > selection.since]


def _month(starts: Sequence[dt.date]) -> Case:
    """Which of these months an answer falls into, told from its moment alone: that is cheap in every database."""
    zone = timezone.get_default_timezone()
    begun = [(place, dt.datetime.combine(first, dt.time(0), zone)) for place, first in enumerate(starts)]
    cases = [When(answered_at__gte=at, then=Value(place)) for place, at in reversed(begun)]
    return Case(*cases, default=Value(BEFORE_ALL), output_field=IntegerField())


def _base(selection: Selection, starts: Sequence[dt.date]) -> tuple[Counts, Counts, Mapping[int, int]]:
    """Answers with a comment or a reason, those of them with a theme, and how many there are of each month."""
    rows = _answers(selection).filter(tagging__isnull=False).annotate(month=_month(starts))
    base = told = Counts()
    by_month: dict[int, int] = defaultdict(int)
    for score, themes, month, n in rows.values_list("score", "tagging__themes", "month").annotate(n=Count("pk")):
        counts = _counts([(score, n)])
        base += counts
        told += counts if themes else Counts()
        by_month[month] += n
    return base, told, by_month


def _mentions(selection: Selection, starts: Sequence[dt.date]) -> tuple[list[Mention], Mapping[str, Mapping[int, int]]]:
    """By theme, band and how many themes the answer carries; and by theme and month."""
    rows = _answers(selection).filter(themes__is_removed=False, tagging__isnull=False).annotate(month=_month(starts))
    counted = rows.values_list("themes__theme", "score", "tagging__themes", "month").annotate(n=Count("pk"))
    found: dict[tuple[str, Band, int], int] = defaultdict(int)
    by_month: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for theme, score, themes, month, n in counted:
        found[str(theme), scoring.band(score), themes] += n
        by_month[str(theme)][month] += n
    return [Mention(*place, n) for place, n in sorted(found.items())], by_month


def _counts(scores: Iterable[tuple[int, int]]) -> Counts:
    totals = dict.fromkeys(Band, 0)
    for score, n in scores:
        totals[scoring.band(score)] += n
    return Counts(totals[Band.PROMOTER], totals[Band.PASSIVE], totals[Band.DETRACTOR])


def _less(all_: Counts, some: Counts) -> Counts:
    return Counts(all_.promoters - some.promoters, all_.passives - some.passives, all_.detractors - some.detractors)


def _by_month(starts: Sequence[dt.date], base: Mapping[int, int], counts: Mapping[int, int]) -> tuple[Month, ...]:
    """From the first month that has an answer."""
    months = [Month(first, counts.get(place, 0), base.get(place, 0)) for place, first in enumerate(starts)]
    begins = next((place for place, month in enumerate(months) if month.base), len(months))
    return tuple(months[begins:])


def _lists(
    found: Sequence[Mention], base: Counts, names: Mapping[str, Theme]
) -> tuple[tuple[Band, int, tuple[Ranked, ...]], ...]:
    """The themes of each band with a base of its own; no list of a band that few are in."""
    sizes = {Band.DETRACTOR: base.detractors, Band.PASSIVE: base.passives, Band.PROMOTER: base.promoters}
    return tuple(
        (band, size, tuple(Ranked(key, names[key].name, n, size) for key, n in _ranking(found, band, names)))
        for band, size in sizes.items()
        if size >= FEWEST
    )


def _ranking(found: Sequence[Mention], band: Band, names: Mapping[str, Theme]) -> list[tuple[str, int]]:
    return sorted(reasons.ranking(found, band), key=lambda pair: (-pair[1], names[pair[0]].name.lower()))


# ------------------------------------------------------------------------------------------------------- what is said


def _quotes(
    selection: Selection, ranked: Sequence[Driver], names: Mapping[str, Theme]
) -> Mapping[str, list[CommentTheme]]:
    """The latest words of each theme, one of a band, from the bands with most mentions. Without names."""
    sizes = {row.key: _sizes(row) for row in ranked}
    picked = _picked(selection, sizes)
    wanted: dict[int, str] = {}
    for key, mentions in sizes.items():
        pks = [picked[key][band.value] for band in sorted(mentions, key=lambda band: -mentions[band])]
        wanted |= dict.fromkeys([pk for pk in pks if pk is not None][:QUOTES], key)
    said: dict[str, list[CommentTheme]] = defaultdict(list)
    rows = CommentTheme.objects.filter(pk__in=wanted).annotate(
        excerpt=Left("response__comment", EXCERPT), score=F("response__score"), language=F("response__language")
    )
    by_pk = {row.pk: row for row in rows}
    for pk, key in wanted.items():
        if pk in by_pk:
            by_pk[pk].theme = names[key]
            said[key].append(by_pk[pk])
    return said


def _sizes(row: Driver) -> dict[Band, int]:
    return {
        Band.DETRACTOR: row.counts.detractors,
        Band.PASSIVE: row.counts.passives,
        Band.PROMOTER: row.counts.promoters,
    }


def _picked(selection: Selection, sizes: Mapping[str, Mapping[Band, int]]) -> Mapping[str, Mapping[str, int | None]]:
    """The latest words of each theme and band. Where nobody said any, they would be looked for in all of the theme."""
    rows = Theme.objects.filter(pk__in=[int(key) for key in sizes]).annotate(
        **{
            band.value: Case(
                When(
                    pk__in=[int(key) for key, mentions in sizes.items() if mentions[band]],
                    then=Subquery(_latest(selection, band)),
                )
            )
            for band in Band
        }
    )
    return {str(row["pk"]): row for row in rows.values("pk", *[band.value for band in Band])}


def _latest(selection: Selection, band: Band) -> QuerySet[Any]:
    wanted = {
        "response__campaign": selection.campaign,
        "response__campaign__touchpoint": selection.touchpoint,
        "response__subject": selection.subject,
        "response__language": selection.language or None,
    }
    rows = CommentTheme.objects.standing().filter(
        ~Q(response__comment=""),
        theme=OuterRef("pk"),
        response__scale=selection.scale,
        response__answered_at__gte=selection.starts_at,
        response__answered_at__lt=selection.ends_at,
        response__score__in=SCORES[band],
        **{name: value for name, value in wanted.items() if value is not None},
    )
    return rows.order_by("-response").values("pk")[:1]


def _fixes(ranked: Sequence[Driver]) -> Mapping[str, list[Fix]]:
    """What is done about each theme, the newest on top."""
    rows = Fix.objects.filter(theme__in=[int(row.key) for row in ranked])
    rows = rows.exclude(status__in=[FixStatus.DECLINED, FixStatus.MERGED])
    found: dict[str, list[Fix]] = defaultdict(list)
    for fix in rows.only("title", "status", "theme").order_by("-pk"):
        if len(found[str(fix.theme_id)]) < FIXES:
            found[str(fix.theme_id)].append(fix)
    return found


# ------------------------------------------------------------------------------------------------------------ over time


@dataclass(frozen=True)
class Effect:
    """What a theme contributed to the score of a stretch of time; None where nobody answered."""

    mentions: int
    n: int
    points: Fraction | None

    @property
    def is_few(self) -> bool:
        """Too few answers to say."""
        return self.n < scoring.FEW


def contribution(theme: Theme, start: dt.datetime, end: dt.datetime) -> Effect:
    """The NPS contribution of a theme in the answers first given from `start` until before `end`, in two statements."""
    rows = Response.objects.filter(
        scale=Scale.ZERO_TO_TEN.value, answered_at__gte=start, answered_at__lt=end
    ).order_by()
    n = rows.count()
    about = rows.filter(themes__theme=theme, themes__is_removed=False, tagging__themes__gt=0)
    mentions, net = 0, Fraction(0)
    for score, themes, count in about.values_list("score", "tagging__themes").annotate(n=Count("pk")):
        counts = _counts([(score, count)])
        mentions += count
        net += Fraction(counts.promoters - counts.detractors, themes)
    return Effect(mentions, n, 100 * net / n if n else None)


def before_and_after(fix: Fix) -> tuple[Effect, Effect] | None:
    """What the theme of a fix contributed in the days before it shipped, and in as many since. None: nothing shipped,
    or it has no theme."""
    if fix.theme is None or fix.shipped_at is None:
        return None
    days = dt.timedelta(days=EFFECT_DAYS)
    before = contribution(fix.theme, fix.shipped_at - days, fix.shipped_at)
    return before, contribution(fix.theme, fix.shipped_at, min(fix.shipped_at + days, timezone.now()))
