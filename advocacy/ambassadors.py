"""What comes of asking promoters: tiers, yes and no, stories, referrals and what they bring, and what rewards cost.

"Do promoters promote?" sets what people say beside what they did, and the score of those who came by a referral beside
that of all others. Only compared, never proved. The database counts; what follows is arithmetic on a few numbers.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import tiers
from advocacy.enums import AskAnswer, AskKind, AskStatus, ReferralStatus, RewardReason, StoryStatus, StudyStatus
from advocacy.models import Ask, CaseStudy, LedgerEntry, Referral, ReferralLink, Testimonial
from surveys import scoring
from surveys.analytics.flow import BANDS, Series
from surveys.analytics.reports import too_few
from surveys.analytics.selection import Selection
from surveys.enums import Band, ReadyMade, Scale
from surveys.models import Response
from surveys.scoring import Counts, Difference, Share, ShareDifference

NOTHING = Decimal(0)
SOON = dt.timedelta(days=90)
YES, NO = "0", "1"  # the options of the ready-made question, by their number
SAID_YES = (AskAnswer.YES, AskAnswer.WILL)
# For which deeds something may be given, and how often they were done.
OUTCOMES = {RewardReason(kind.value): kind for kind in AskKind if kind not in (AskKind.TESTIMONIAL, AskKind.REFERRAL)}


class Verdict(StrEnum):
    """What may be said of the difference."""

    FEW = "few"
    UNCLEAR = "unclear"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Step:
    """A tier, the highest first, and how many stand on it now; last those on none."""

    label: Any
    n: int
    held: int = 0


@dataclass(frozen=True)
class Asked:
    """The asks of one kind that left in these days. The yes-rate is of those that came to an answer or to none."""

    kind: AskKind
    sent: int
    yes: int
    declined: int
    silent: int
    done: int

    @property
    def share(self) -> Share:
        return Share(self.yes, self.yes + self.declined + self.silent)

    @property
    def waiting(self) -> int:
        return self.sent - self.share.whole


@dataclass(frozen=True)
class Month:
    """Who came by a link in a month, who became a customer in it, and what those bring a year, by currency."""

    first: dt.date
    came: int = 0
    customers: int = 0
    revenue: Mapping[str, Decimal] = field(default_factory=dict)
    without: int = 0  # customers of whom nobody has noted what they bring


@dataclass(frozen=True)
class Cost:
    """What was given for one kind of deed in one currency, beside how often it was done."""

    reason: RewardReason
    currency: str
    amount: Decimal
    given: int
    outcomes: int | None

    @property
    def each(self) -> Decimal | None:
        """For one outcome; None where there was none, which is not for nothing."""
        if not self.outcomes:
            return None
        return scoring.rounded(Fraction(self.amount) / self.outcomes, 2)


@dataclass(frozen=True)
class Promoting:
    """Of one band: who says that they recommended us, and who has brought somebody by a link."""

    band: Band
    stated: Share
    brought_of_yes: int
    real: Share
    linked: int
    hides_stated: bool = False
    hides_real: bool = False


@dataclass(frozen=True)
class Report:
    steps: list[Step]
    asked: list[Asked]
    stories: Mapping[str, int]  # testimonials
    studies: Mapping[str, int]  # case studies, counted alike
    months: list[Month]
    costs: list[Cost]
    promoting: list[Promoting]
    referred: Counts
    others: Counts

    @property
    def advocates(self) -> int:
        return sum(step.n for step in self.steps)

    @property
    def difference(self) -> Difference | None:
        """Those who came by a referral less all others, in points."""
        return scoring.difference(self.referred, self.others)

    @property
    def real_difference(self) -> ShareDifference | None:
        """Promoters less everybody else, in points of the share who brought somebody."""
        promoters = [row.real for row in self.promoting if row.band == Band.PROMOTER]
        others = [row.real for row in self.promoting if row.band != Band.PROMOTER]
        return scoring.share_difference(_together(promoters), _together(others))

    @property
    def verdict(self) -> Verdict:
        found = self.real_difference
        if found is None or found.significant is None:
            return Verdict.FEW
        if not found.significant:
            return Verdict.UNCLEAR
        return Verdict.MORE if found.delta > 0 else Verdict.LESS

    @property
    def revenue(self) -> dict[str, Decimal]:
        found: dict[str, Decimal] = defaultdict(lambda: NOTHING)
        for month in self.months:
            for currency, amount in month.revenue.items():
                found[currency] += amount
        return dict(sorted(found.items()))

    @property
    def customers(self) -> int:
        return sum(month.customers for month in self.months)

    @property
    def came(self) -> int:
        return sum(month.came for month in self.months)


def of(chosen: Selection, *, series: Series = Series.RELATIONAL, at: dt.datetime | None = None) -> Report:
    """In ten statements, however much there is."""
    now = at or timezone.now()
    asked, months, stories = _asked(chosen), _months(chosen), _stories(chosen, now)
    done = {row.kind: row.done for row in asked}
    outcomes = {reason: done.get(kind, 0) for reason, kind in OUTCOMES.items()}
    outcomes[RewardReason.REFERRAL] = sum(month.customers for month in months)
    outcomes[RewardReason.TESTIMONIAL] = stories["published"]
    people = _people(chosen, series, now)
    return Report(
        steps=_steps(),
        asked=[row for row in asked if row.sent],
        stories=stories,
        studies=_studies(chosen, now),
        months=months,
        costs=_costs(chosen, outcomes),
        promoting=_promoting(people, _stated(chosen, series, now)),
        referred=_counts(row for row in people if row["came"]),
        others=_counts(row for row in people if not row["came"]),
    )


# ------------------------------------------------------------------------------------------------- tiers, asks, stories


def _steps() -> list[Step]:
    known = tiers.counts()
    found = [Step(tier, *known.get(tier.pk, (0, 0))) for tier in tiers.ladder()]
    return [*found, Step(_("No tier"), known.get(None, (0, 0))[0])]


def _within(chosen: Selection, column: str) -> dict[str, dt.datetime]:
    return {f"{column}__gte": chosen.starts_at, f"{column}__lt": chosen.ends_at}


def _asked(chosen: Selection) -> list[Asked]:
    """By kind: what left in these days and what became of it, and what was done in them, whenever it left."""
    left, ended = Q(**_within(chosen, "sent_at")), Q(**_within(chosen, "ended_at"))
    is_yes = Q(status=AskStatus.DONE) | Q(status=AskStatus.SENT, answer__in=SAID_YES)
    rows: QuerySet[Any, Any] = Ask.objects.filter(left | ended).order_by().values("kind")
    told = rows.annotate(
        sent=Count("pk", filter=left),
        yes=Count("pk", filter=left & is_yes),
        declined=Count("pk", filter=left & Q(status=AskStatus.DECLINED)),
        silent=Count("pk", filter=left & Q(status=AskStatus.EXPIRED)),
        done=Count("pk", filter=ended & Q(status=AskStatus.DONE)),
    )
    found = {row["kind"]: Asked(**{**row, "kind": AskKind(row["kind"])}) for row in told}
    return [found[kind.value] for kind in AskKind if kind.value in found]


def _stories(chosen: Selection, now: dt.datetime) -> dict[str, int]:
    shown = Q(pk__in=Testimonial.objects.published(now).values("pk"))
    published = Q(**_within(chosen, "published_at"))  # what was withdrawn since was published all the same
    return Testimonial.objects.aggregate(
        shown=Count("pk", filter=shown),
        published=Count("pk", filter=published),
        expiring=Count("pk", filter=shown & Q(consent__expires_at__lte=now + SOON)),
        withdrawn=Count("pk", filter=Q(status=StoryStatus.WITHDRAWN, **_within(chosen, "consent__withdrawn_at"))),
    )


def _studies(chosen: Selection, now: dt.datetime) -> dict[str, int]:
    public = Q(pk__in=CaseStudy.objects.public(now).values("pk"))
    withdrawn = Q(status=StudyStatus.WITHDRAWN, **_within(chosen, "stage_at"))
    found = CaseStudy.objects.aggregate(
        n_shown=Count("pk", filter=public),
        n_published=Count("pk", filter=Q(**_within(chosen, "published_at"))),
        n_expiring=Count("pk", filter=public & Q(shown__expires_at__lte=now + SOON)),
        n_withdrawn=Count("pk", filter=withdrawn),
    )
    return {name.removeprefix("n_"): number for name, number in found.items()}  # `shown` is a field, too


# ------------------------------------------------------------------------------------------------- referrals, and money


def _months(chosen: Selection) -> list[Month]:
    """The months with anybody, the latest first."""
    zone = timezone.get_default_timezone()
    rows = Referral.objects.exclude(status=ReferralStatus.REJECTED).order_by()
    came = dict(
        rows.filter(**_within(chosen, "registered_at"))
        .values_list(TruncMonth("registered_at", tzinfo=zone))
        .annotate(n=Count("pk"))
    )
    converted: QuerySet[Any, Any] = rows.filter(status=ReferralStatus.CONVERTED, **_within(chosen, "converted_at"))
    bought = (
        converted.annotate(month=TruncMonth("converted_at", tzinfo=zone))
        .values("month", "currency")
        .annotate(n=Count("pk"), noted=Count("revenue"), total=Sum("revenue"))
    )
    customers: dict[dt.datetime, list[dict[str, Any]]] = defaultdict(list)
    for row in bought.order_by("month", "currency"):
        customers[row["month"]].append(row)
    return [
        Month(
            first=month.date(),
            came=came.get(month, 0),
            customers=sum(row["n"] for row in customers[month]),
            revenue={row["currency"]: row["total"] for row in customers[month] if row["noted"]},
            without=sum(row["n"] - row["noted"] for row in customers[month]),
        )
        for month in sorted(came.keys() | customers.keys(), reverse=True)
    ]


def _costs(chosen: Selection, outcomes: Mapping[RewardReason, int]) -> list[Cost]:
    """From the lines of the ledger of these days: what was taken back in them is taken off."""
    rows = LedgerEntry.objects.filter(**_within(chosen, "at")).order_by().values("reward__reason", "currency")
    told = rows.annotate(total=Sum("amount"), given=Count("pk", filter=Q(amount__gt=0)))
    found = [
        Cost(
            reason=RewardReason(row["reward__reason"]),
            currency=row["currency"],
            amount=row["total"],
            given=row["given"],
            outcomes=outcomes.get(RewardReason(row["reward__reason"])),
        )
        for row in told
    ]
    order = list(RewardReason)
    return sorted(found, key=lambda row: (order.index(row.reason), row.currency))


# --------------------------------------------------------------------------------------------- do promoters promote?


def _band() -> Case:
    """The band of an answer, as a column."""
    return Case(
        When(score__gte=9, then=Value(Band.PROMOTER.value)),
        When(score__gte=7, then=Value(Band.PASSIVE.value)),
        default=Value(Band.DETRACTOR.value),
        output_field=CharField(),
    )


def _answers(chosen: Selection, series: Series, now: dt.datetime) -> QuerySet[Response]:
    rows = Response.objects.settled(now).filter(series.campaigns, scale=Scale.ZERO_TO_TEN)
    return rows.filter(**_within(chosen, "answered_at")).order_by()


def _brought(chosen: Selection) -> Exists:
    """Whether the contact of an answer has brought somebody by the personal link in these days."""
    mine = Referral.objects.filter(link__advocate__contact=OuterRef("contact"))
    return Exists(mine.exclude(status=ReferralStatus.REJECTED).filter(**_within(chosen, "registered_at")))


def _people(chosen: Selection, series: Series, now: dt.datetime) -> list[dict[str, Any]]:
    """Every known contact by the latest answer of these days: at most 24 lines."""
    later = _answers(chosen, series, now).filter(
        Q(answered_at__gt=OuterRef("answered_at")) | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk")),
        contact=OuterRef("contact"),
    )
    customer = Referral.objects.filter(customer=OuterRef("contact"), status=ReferralStatus.CONVERTED)
    link = ReferralLink.objects.filter(advocate__contact=OuterRef("contact"))
    latest: QuerySet[Any, Any] = _answers(chosen, series, now).filter(~Exists(later), contact__isnull=False)
    told = latest.annotate(side=_band(), came=Exists(customer), brought=_brought(chosen), linked=Exists(link))
    return list(told.values("side", "came", "brought", "linked").annotate(n=Count("pk")))


def _stated(chosen: Selection, series: Series, now: dt.datetime) -> list[dict[str, Any]]:
    """Answers to the ready-made question, by the band of the answer they came with: at most 12 lines."""
    asked = {"extras__question__ready_made": ReadyMade.RECOMMENDED, "extras__value__in": (YES, NO)}
    rows: QuerySet[Any, Any] = _answers(chosen, series, now).filter(**asked)
    told = rows.annotate(side=_band(), brought=_brought(chosen))
    return list(told.values("side", "extras__value", "brought").annotate(n=Count("pk")))


def _promoting(people: list[dict[str, Any]], stated: list[dict[str, Any]]) -> list[Promoting]:
    found = [_of_band(band, people, stated) for band in BANDS]
    few_stated = too_few(sorted(((row.band, row.stated.whole) for row in found), key=lambda each: each[1]))
    few_real = too_few(sorted(((row.band, row.real.whole) for row in found), key=lambda each: each[1]))
    return [
        Promoting(
            row.band, row.stated, row.brought_of_yes, row.real, row.linked, row.band in few_stated, row.band in few_real
        )
        for row in found
    ]


def _of_band(band: Band, people: list[dict[str, Any]], stated: list[dict[str, Any]]) -> Promoting:
    mine = [row for row in people if row["side"] == band.value]
    said = [row for row in stated if row["side"] == band.value]
    yes = [row for row in said if row["extras__value"] == YES]
    return Promoting(
        band=band,
        stated=Share(_sum(yes), _sum(said)),
        brought_of_yes=_sum(row for row in yes if row["brought"]),
        real=Share(_sum(row for row in mine if row["brought"]), _sum(mine)),
        linked=_sum(row for row in mine if row["linked"]),
    )


def _sum(rows: Iterable[dict[str, Any]]) -> int:
    return sum(row["n"] for row in rows)


def _together(shares: Iterable[Share]) -> Share:
    known = list(shares)
    return Share(sum(share.part for share in known), sum(share.whole for share in known))


def _counts(rows: Iterable[dict[str, Any]]) -> Counts:
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row["side"]] += row["n"]
    return Counts(found[Band.PROMOTER.value], found[Band.PASSIVE.value], found[Band.DETRACTOR.value])
