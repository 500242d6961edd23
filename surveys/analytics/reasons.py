"""Why people recommend us and why not: reasons with their count, share and base, and what each does to the score.

Nothing here is causal: who names a reason may have others that were not named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery

from surveys import scoring
from surveys.analytics import reports
from surveys.analytics.selection import Selection
from surveys.enums import Band
from surveys.models import Reason, ResponseReason
from surveys.scoring import Counts

# A reason of fewer mentions is not ranked: it could tell who it was, and says little.
FEWEST = 5
TOP = 3
NO_REASON = ""
_WORTH = {Band.PROMOTER: 1, Band.PASSIVE: 0, Band.DETRACTOR: -1}


class Mention(NamedTuple):
    """So many answers of a band that carry this reason, and so many reasons in all."""

    key: str
    band: Band
    reasons: int
    answers: int


@dataclass(frozen=True)
class Driver:
    """What a reason does to the score. Exact, in points; `impact` is None where every answer carries it."""

    key: str
    counts: Counts
    impact: Fraction | None
    contribution: Fraction

    @property
    def score(self) -> Fraction | None:
        """The score of the answers that carry it."""
        return self.counts.nps


@dataclass(frozen=True)
class Ranked:
    """One reason of a band: how many named it, of how many who named any."""

    key: str
    label: str
    count: int
    base: int

    @property
    def share(self) -> Fraction:
        return Fraction(100 * self.count, self.base)


@dataclass(frozen=True)
class Why:
    """The reasons of a report. Each band's list has a base of its own: its answers with a reason at least."""

    lists: tuple[tuple[Band, int, tuple[Ranked, ...]], ...] = ()
    drivers: tuple[tuple[str, Driver], ...] = ()
    rest: Fraction = Fraction(0)  # what all others contribute, so that the column adds up to the score

    @property
    def is_told(self) -> bool:
        return bool(self.drivers)


def of(selection: Selection, scores: Mapping[int, int], language: str) -> Why:
    """Of a report with these scores, in at most three statements; the words in this language."""
    mentions = _mentions(selection)
    if not mentions:
        return Why()
    given, answers = _with_reason(selection), _counts(scores.items())
    labels = {row.key: row.label(language)[1] for row in Reason.objects.all()}
    lists = tuple(
        (band, base, _ranked(mentions, band, base, labels))
        for band in (Band.PROMOTER, Band.DETRACTOR, Band.PASSIVE)
        if (base := _of_band(given, band)) >= FEWEST
    )
    found = drivers(mentions, given, answers)
    shown = [each for each in found if each.counts.n >= FEWEST]
    rest = sum((each.contribution for each in found if each.counts.n < FEWEST), Fraction(0))
    return Why(lists, tuple((labels.get(each.key, each.key), each) for each in shown), rest)


# ---------------------------------------------------------------------------------------------------------------- pure


def ranking(mentions: Iterable[Mention], band: Band) -> list[tuple[str, int]]:
    """The reasons of a band with their mentions, most first, by key where they are equal; none of too few."""
    found: dict[str, int] = defaultdict(int)
    for mention in mentions:
        if mention.band == band:
            found[mention.key] += mention.answers
    return sorted(((key, n) for key, n in found.items() if n >= FEWEST), key=lambda pair: (-pair[1], pair[0]))


def drivers(mentions: Iterable[Mention], given: Counts, answers: Counts) -> list[Driver]:
    """Each reason, largest contribution first, and what carries no reason under an empty key.

    `given` counts the answers with a reason, which score and impact are taken from; `answers` counts all. A promoter
    spreads +1 and a detractor -1 over the reasons it carries, so the contributions add up to the score of all.
    """
    if not answers.n:
        return []
    counts: dict[str, Counts] = defaultdict(Counts)
    spread: dict[str, Fraction] = defaultdict(Fraction)
    for mention in mentions:
        counts[mention.key] += Counts.alike(mention.band, mention.answers)
        spread[mention.key] += Fraction(_WORTH[mention.band] * mention.answers, mention.reasons)
    found = [
        Driver(key, each, _impact(given, each), 100 * spread[key] / answers.n) for key, each in counts.items() if each.n
    ]
    rest = _less(answers, given)
    without = Driver(NO_REASON, rest, None, Fraction(100 * (rest.promoters - rest.detractors), answers.n))
    return [*sorted(found, key=lambda each: (-abs(each.contribution), each.key)), *([without] if rest.n else [])]


def _impact(given: Counts, with_it: Counts) -> Fraction | None:
    """The score of all with a reason less that of those who did not name this one."""
    whole, without = given.nps, _less(given, with_it).nps
    return None if whole is None or without is None else whole - without


def _less(all_: Counts, some: Counts) -> Counts:
    return Counts(all_.promoters - some.promoters, all_.passives - some.passives, all_.detractors - some.detractors)


def _of_band(counts: Counts, band: Band) -> int:
    return {Band.PROMOTER: counts.promoters, Band.PASSIVE: counts.passives, Band.DETRACTOR: counts.detractors}[band]


def _ranked(mentions: Sequence[Mention], band: Band, base: int, labels: dict[str, str]) -> tuple[Ranked, ...]:
    return tuple(Ranked(key, labels.get(key, key), n, base) for key, n in ranking(mentions, band)[:TOP])


# ----------------------------------------------------------------------------------------------------- what is counted


def _counts(scores: Iterable[tuple[int, int]]) -> Counts:
    return sum((Counts.alike(scoring.band(score), n) for score, n in scores), Counts())


def _with_reason(selection: Selection) -> Counts:
    rows = reports.given(selection).filter(Exists(ResponseReason.objects.filter(response=OuterRef("pk"))))
    return _counts(rows.values_list("score").annotate(n=Count("pk")))


def _mentions(selection: Selection) -> list[Mention]:
    """By reason, score and how many reasons the answer carries in all."""
    same = ResponseReason.objects.filter(response=OuterRef("response")).order_by().values("response")
    together = Subquery(same.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = ResponseReason.objects.filter(response__in=reports.given(selection).values("pk")).order_by()
    counted = rows.values_list(F("reason__key"), F("response__score"), together).annotate(n=Count("pk"))
    found: dict[tuple[str, Band, int], int] = defaultdict(int)
    for key, score, reasons, n in counted:
        found[key, scoring.band(score), reasons] += n
    return [Mention(*place, n) for place, n in found.items()]
