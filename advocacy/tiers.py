"""Tiers of advocates, from what they have done for us in twelve months by the calendar.

A score earns nothing, and neither does how kind the words were: what counts is that a thing is done and over. Whoever
has too few points for the tier keeps it for 90 days more; points that come meanwhile end that at once. The recount
finds by itself what has changed, so it may run as often as it likes: a second time on the same day changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import Case, CharField, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from advocacy import trail
from advocacy.enums import (
    ASKS_THAT_COUNT,
    USUAL_POINTS,
    AdvocateChange,
    AskStatus,
    GuestStatus,
    PerkKind,
    ReferralStatus,
    StoryStatus,
    StudyStatus,
    TierAction,
)
from advocacy.models import (
    ActionPoints,
    Advocate,
    Ask,
    CaseStudy,
    PerkGuest,
    Referral,
    Testimonial,
    Tier,
    TierStanding,
)
from surveys import schedule
from surveys.models import Event
from surveys.transitions import record

if TYPE_CHECKING:
    from django.db import models

WINDOW = relativedelta(months=12)
GRACE = dt.timedelta(days=90)
SLICE = 100
NONE = "none"  # as an address writes it
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """Where an advocate stands: the tier and since when, and until when it is held though the points are too few."""

    tier: Tier | None = None
    points: int = 0
    since: dt.date | None = None
    held_until: dt.date | None = None


@dataclass(frozen=True)
class Done:
    """One thing that was done, and what it is worth."""

    action: TierAction
    at: dt.datetime
    points: int


# ----------------------------------------------------------------------------------------------------- what was done


def points() -> dict[TierAction, int]:
    """What each deed is worth: as somebody has set it, else as usual."""
    chosen = dict(ActionPoints.objects.values_list("action", "points"))
    return {action: chosen.get(action, USUAL_POINTS[action]) for action in TierAction}


def window(on: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The twelve months that end with that day, in the zone of the organisation: what was done on the same day a year
    ago is over."""
    first, last = on - WINDOW + A_DAY, on + A_DAY
    begins, ends = (schedule.local_instant(day, dt.time(0), settings.TIME_ZONE) for day in (first, last))
    return begins, ends


def _sources(on: dt.date) -> list[QuerySet[Any]]:
    """What was done in the window, by kind of thing: each row with `person`, `action` and `done_at`.

    What is withdrawn later was given all the same: taking a consent back costs nobody a tier.
    """
    within = dict(zip(("done_at__gte", "done_at__lt"), window(on), strict=True))
    asks = Ask.objects.filter(status=AskStatus.DONE, kind__in=ASKS_THAT_COUNT)
    stories = Testimonial.objects.exclude(status=StoryStatus.REJECTED)
    referrals = Referral.objects.exclude(status=ReferralStatus.REJECTED)
    customers = referrals.filter(status=ReferralStatus.CONVERTED)
    studies = CaseStudy.objects.exclude(ask__status=AskStatus.DONE)  # the ask counts already
    testers = PerkGuest.objects.filter(status=GuestStatus.ATTENDED, perk__kind=PerkKind.BETA)
    found = [
        asks.annotate(person=F("advocate"), action=F("kind"), done_at=F("ended_at")),
        _of(stories, TierAction.TESTIMONIAL, "contact__advocate", _first(Testimonial, StoryStatus.PUBLISHED)),
        _of(referrals, TierAction.REFERRAL, "link__advocate", _first(Referral, ReferralStatus.QUALIFIED)),
        _of(customers, TierAction.CUSTOMER, "link__advocate", F("converted_at")),
        _of(studies, TierAction.CASE_STUDY, "contact__advocate", _first(CaseStudy, StudyStatus.PUBLISHED)),
        _of(testers, TierAction.BETA, "contact__advocate", _first(PerkGuest, GuestStatus.ATTENDED)),
    ]
    return [rows.filter(person__isnull=False, **within).order_by() for rows in found]


def _of(rows: QuerySet[Any], action: TierAction, person: str, done_at: F | Subquery) -> QuerySet[Any]:
    named = Value(action.value, output_field=CharField())
    found: QuerySet[Any] = rows.annotate(person=F(person), action=named, done_at=done_at)
    return found


def _first(model: type[models.Model], status: str) -> Subquery:
    """When a row first came into a state, as its events tell."""
    events = Event.objects.filter(kind=model._meta.label_lower, object_id=Cast(OuterRef("pk"), CharField()))
    return Subquery(events.filter(went_to=status).order_by("at").values("at")[:1])


def done_by(advocate: Advocate, *, on: dt.date | None = None) -> list[Done]:
    """What the points of an advocate came from, the latest first. Seven statements."""
    worth = points()
    rows = [
        row
        for source in _sources(on or today())
        for row in source.filter(person=advocate.pk).values_list("action", "done_at")
    ]
    found = [Done(TierAction(action), at, worth[TierAction(action)]) for action, at in rows]
    return sorted((each for each in found if each.points), key=lambda each: each.at, reverse=True)


def earned(on: dt.date, *, among: Collection[int] | None = None) -> Counter[int]:
    """The points of everybody who has any, by advocate. Seven statements, however many there are."""
    worth = [When(action=action.value, then=Value(number)) for action, number in points().items()]
    found: Counter[int] = Counter()
    for source in _sources(on):
        rows = source if among is None else source.filter(person__in=among)
        total = Sum(Case(*worth, default=Value(0), output_field=IntegerField()))
        found.update(dict(rows.values("person").annotate(total=total).values_list("person", "total")))
    return found


# ------------------------------------------------------------------------------------------------------------ recount


def today() -> dt.date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def recount(*, on: dt.date | None = None, size: int = SLICE) -> bool:
    """Let up to `size` advocates rise, be held or fall; whether more wait."""
    day = on or today()
    changed = _changed(day)[:size]
    settle(changed, on=day)
    return len(changed) == size


def _changed(day: dt.date) -> list[int]:
    found, steps = earned(day), ladder()
    known = {row.advocate_id: row for row in TierStanding.objects.select_related("tier")}
    people = sorted(found.keys() | known.keys())
    return [pk for pk in people if _next(_read(known.get(pk)), found[pk], steps, day) != _read(known.get(pk))]


def settle(advocates: Collection[int | None], *, on: dt.date | None = None) -> None:
    """Recount these at once: after something was done, and by the daily recount. Who else recounts them, waits."""
    day, wanted = on or today(), [pk for pk in advocates if pk is not None]
    if not wanted:
        return
    with transaction.atomic():
        rows = Advocate.objects.select_for_update(of=("self",)).filter(pk__in=wanted).select_related("contact__account")
        people = {row.pk: row for row in rows.order_by("pk")}
        found, steps = earned(day, among=people.keys()), ladder()
        known = {
            row.advocate_id: row
            for row in TierStanding.objects.filter(advocate__in=people.keys()).select_related("tier")
        }
        moves = {pk: (_read(known.get(pk)), _next(_read(known.get(pk)), found[pk], steps, day)) for pk in people}
        _write(people, {pk: step for pk, step in moves.items() if step[0] != step[1]})


def ladder() -> list[Tier]:
    """The highest first."""
    return list(Tier.objects.order_by("-points"))


def _read(row: TierStanding | None) -> Standing:
    return Standing(row.tier, row.points, row.since, row.held_until) if row else Standing()


def _next(was: Standing, number: int, steps: list[Tier], day: dt.date) -> Standing:
    """What a standing becomes on that day with so many points: up at once, down when the grace is over."""
    fitting = next((tier for tier in steps if tier.points <= number), None)
    now = replace(was, points=number)
    height = fitting.points if fitting else 0
    if was.tier is None or height > was.tier.points:
        return replace(now, tier=fitting, since=day if fitting else None, held_until=None)
    if height == was.tier.points:
        return replace(now, held_until=None)
    if was.held_until is None:
        return replace(now, held_until=day + GRACE)
    if day < was.held_until:
        return now
    return replace(now, tier=fitting, since=day if fitting else None, held_until=None)


def _write(people: Mapping[int, Advocate], steps: Mapping[int, tuple[Standing, Standing]]) -> None:
    rows = [
        TierStanding(
            advocate=people[pk],
            tier=becomes.tier,
            points=becomes.points,
            since=becomes.since,
            held_until=becomes.held_until,
        )
        for pk, (_was, becomes) in steps.items()
    ]
    columns = ["tier", "points", "since", "held_until"]
    TierStanding.objects.bulk_create(rows, update_conflicts=True, unique_fields=["advocate"], update_fields=columns)
    for pk, (was, becomes) in steps.items():
        for change, told in _news(was, becomes):
            record(people[pk], went_to=change, reason=told)


def _news(was: Standing, becomes: Standing) -> Iterator[tuple[AdvocateChange, str]]:
    """What the trail tells: the name of the tier, the points, and the day until which it is held."""
    if was.tier != becomes.tier:
        rose = (becomes.tier.points if becomes.tier else 0) > (was.tier.points if was.tier else 0)
        left = "" if rose or was.tier is None else was.tier.name
        name = becomes.tier.name if becomes.tier else ""
        change = AdvocateChange.TIER_UP if rose else AdvocateChange.TIER_DOWN
        yield change, trail.of_tier(name, becomes.points, left)
    elif becomes.tier and was.held_until is None and becomes.held_until:
        yield AdvocateChange.TIER_HELD, trail.of_tier(becomes.tier.name, becomes.points, becomes.held_until.isoformat())
    elif becomes.tier and was.held_until and becomes.held_until is None:
        yield AdvocateChange.TIER_KEPT, trail.of_tier(becomes.tier.name, becomes.points)


# -------------------------------------------------------------------------------------------------------- what it says


def standing_of(advocate: Advocate) -> Standing:
    return _read(TierStanding.objects.select_related("tier").filter(advocate=advocate.pk).first())


def condition(tier: Tier | str) -> dict[str, Any]:
    """Who stands on a step, on none, or (nothing said) anywhere."""
    if tier == NONE:
        return {"standing__tier__isnull": True}
    return {"standing__tier": tier} if tier else {}


def next_tier(standing: Standing) -> Tier | None:
    """The next step up from what the points are now."""
    height = max(standing.points, standing.tier.points if standing.tier else 0)
    return Tier.objects.filter(points__gt=height).order_by("points").first()


def counts() -> Mapping[int | None, tuple[int, int]]:
    """How many advocates stand on each step, None for those on none, and how many of them are held. One statement."""
    rows = Advocate.objects.order_by().values("standing__tier")
    held = Sum(Case(When(standing__held_until__isnull=False, then=Value(1)), default=Value(0)))
    told = rows.annotate(n=Sum(Value(1)), held=held).values_list("standing__tier", "n", "held")
    return {tier: (n, held) for tier, n, held in told}
