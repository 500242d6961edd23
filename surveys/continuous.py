"""Continuous campaigns: each contact on a cadence of their own, and all of them spread evenly over the working days.

A contact has a slot: the day from which they are due. Newcomers get one in what is left of the cycle, in an order that
nobody chose; who was asked, or left out, gets the next one a cadence later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import MD5, Cast, Coalesce, Concat, TruncDate

from surveys import planning, schedule, segments, windows
from surveys.enums import SkipReason
from surveys.models import Campaign, Slot, Touch, Wave
from surveys.models.lookups import DaysAfter

A_DAY = dt.timedelta(days=1)
FORGOTTEN = dt.timedelta(days=7)  # who is overdue for longer is a newcomer: a long pause does not end in a flood
FEW_DAYS = 5  # of a cycle: too few for everybody who has just come
LOOKS_AHEAD = 10


def is_due(campaign: Campaign, *, at: dt.datetime) -> bool:
    """Whether a working day has begun for which nothing was planned yet."""
    if campaign.activated_at is None:
        return False
    today = at.astimezone(ZoneInfo(campaign.timezone)).date()
    return (
        (campaign.slotted_on is None or campaign.slotted_on < today)
        and (campaign.starts_on is None or campaign.starts_on <= today)
        and bool(working_days(campaign, today, today + A_DAY))
        and at >= schedule.local_instant(today, campaign.send_at, campaign.timezone)
    )


def take_up(campaign: Campaign, today: dt.date) -> bool:
    """Whether it falls to us to plan the day."""
    rows = Campaign.objects.filter(Q(slotted_on__isnull=True) | Q(slotted_on__lt=today), pk=campaign.pk)
    return bool(rows.update(slotted_on=today))


def working_days(campaign: Campaign, since: dt.date, before: dt.date) -> list[dt.date]:
    """Monday to Friday, as far as its send window has them, without holidays."""
    weekdays = windows.weekdays(campaign)
    working = weekdays & schedule.MONDAY_TO_FRIDAY or weekdays
    return schedule.working_days(since, before, weekdays=working, closed=schedule.days_in(campaign.brand.holidays))


def due(campaign: Campaign, today: dt.date) -> Q:
    """The condition on a contact."""
    return Q(Exists(Slot.objects.filter(campaign=campaign, contact=OuterRef("pk"), due_on__lte=today)))


def plan(campaign: Campaign, today: dt.date) -> int:
    """Give a slot to each contact of the segment who has none; to how many. A second run gives none.

    Who was invited lately, by whatever campaign, is due a cadence after that.
    """
    campaign.slots.filter(due_on__lt=today - FORGOTTEN).delete()
    has_slot = Slot.objects.filter(campaign=campaign, contact=OuterRef("pk"))
    people = segments.contacts(campaign.segment.conditions if campaign.segment else []).filter(~Exists(has_slot))
    cadence = (_after(campaign, today) - today).days
    last = Subquery(_invited_on(campaign, OuterRef("pk")))
    invited = people.annotate(last_on=last).filter(last_on__gt=today - cadence * A_DAY)
    rows = invited.annotate(due_on=DaysAfter(F("last_on"), cadence)).values_list("pk", "due_on")
    planned = planning.insert_select(Slot, rows, ["contact", "due_on"], campaign=campaign.pk)
    return planned + _spread(campaign, people, _days_left(campaign, today))


def _after(campaign: Campaign, day: dt.date) -> dt.date:
    """A cadence later."""
    return schedule.next_occurrence(day, every=campaign.every, unit=campaign.unit, after=day) or dt.date.max


def _days_left(campaign: Campaign, today: dt.date) -> list[dt.date]:
    """The working days of the cycle from today on; of its last few days those of the next cycle too."""
    begin = (
        campaign.starts_on
        or (campaign.activated_at or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(campaign.timezone)).date()
    )
    first = min(begin, today)
    start = schedule.latest_occurrence(first, on_or_before=today, every=campaign.every, unit=campaign.unit) or today
    end = _after(campaign, start)
    whole, left = working_days(campaign, start, end), working_days(campaign, today, end)
    return left if len(left) >= min(FEW_DAYS, len(whole)) else left + working_days(campaign, end, _after(campaign, end))


def _invited_on(campaign: Campaign, contact: OuterRef) -> QuerySet[Any]:
    touches = Touch.objects.surveys_since(dt.datetime.min.replace(tzinfo=dt.UTC)).filter(contact=contact)
    latest = touches.order_by().values("contact").annotate(latest=Max("at"))
    return latest.values(day=TruncDate("latest", tzinfo=ZoneInfo(campaign.timezone)))


def _spread(campaign: Campaign, people: QuerySet[Any], days: Sequence[dt.date]) -> int:
    """The i-th of N goes to day i * W / N of W, so that each day has as many, and as many of each kind of account."""
    mark = MD5(Concat(Value(f"{campaign.pk}-"), Cast("pk", CharField())))
    stratum = Coalesce("account__segment", Value(""), output_field=CharField())
    rows = people.annotate(mark=mark, stratum=stratum).order_by().values_list("pk", "mark", "stratum")
    select, params = rows.query.sql_with_params()
    listed, values = _listed((number, day) for number, day in enumerate(days))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO surveys_slot (campaign_id, contact_id, due_on)
            WITH days (number, day) AS (VALUES {listed}),
            ranked AS (
                SELECT pk, mark,
                    (row_number() OVER (PARTITION BY stratum ORDER BY mark, pk) - 0.5)
                        / count(*) OVER (PARTITION BY stratum) AS part
                FROM ({select}) AS people
            ),
            placed AS (
                SELECT pk, row_number() OVER (ORDER BY part, mark, pk) - 1 AS place, count(*) OVER () AS total
                FROM ranked
            )
            SELECT %s, placed.pk, days.day FROM placed JOIN days ON days.number = placed.place * %s / placed.total
            WHERE true ON CONFLICT DO NOTHING
            """,  # noqa: S608 - the statement of the segment, and parameters
            [*values, *params, campaign.pk, len(days)],
        )
        return int(cursor.rowcount)


def _listed(rows: Iterable[tuple[object, ...]]) -> tuple[str, list[Any]]:
    """As the rows of a VALUES list, which takes no empty one, and its parameters."""
    found = [[connection.ops.adapt_datefield_value(v) if isinstance(v, dt.date) else v for v in row] for row in rows]
    marks = ", ".join(f"({', '.join(['%s'] * len(row))})" for row in found)
    return marks, [value for row in found for value in row]


def move_on(wave: Wave) -> None:
    """Give everybody who was due in `wave` the next slot: a cadence after they were last invited if that was the
    reason to leave them out, else a cadence from now, on a day that has room."""
    campaign, today = wave.campaign, wave.day
    cadence = (_after(campaign, today) - today).days
    overdue = campaign.slots.filter(due_on__lte=today)
    left_out = wave.invitations.filter(skip_reason=SkipReason.THROTTLED).values("contact")
    invited_on = Subquery(_invited_on(campaign, OuterRef("contact")))
    overdue.filter(contact__in=left_out).update(due_on=DaysAfter(Coalesce(invited_on, Value(today)), cadence))
    _pour(campaign, today, overdue.count())


def _pour(campaign: Campaign, today: dt.date, people: int) -> None:
    """Everybody who is still due by `today` to the working days from a cadence later on, each as full as is fair."""
    if not people:
        return
    earliest = _after(campaign, today)
    in_a_cycle = len(working_days(campaign, today, earliest)) or 1
    ahead = working_days(campaign, earliest, earliest + 4 * LOOKS_AHEAD * A_DAY)[:LOOKS_AHEAD] or [earliest]
    level = -(-campaign.slots.count() // in_a_cycle)
    shares, last = [], 0
    for day, count in schedule.poured(people, ahead, loads=_loads(campaign, ahead), level=level).items():
        shares.append((last + 1, last + count, day))
        last += count
    listed, values = _listed(shares)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH shares (low, high, day) AS (VALUES {listed}),
            ranked AS (
                SELECT id, row_number() OVER (ORDER BY due_on, id) AS place FROM surveys_slot
                WHERE campaign_id = %s AND due_on <= %s
            )
            UPDATE surveys_slot SET due_on = shares.day
            FROM ranked JOIN shares ON ranked.place BETWEEN shares.low AND shares.high
            WHERE surveys_slot.id = ranked.id
            """,  # noqa: S608 - parameters
            [*values, campaign.pk, connection.ops.adapt_datefield_value(today)],
        )


def _loads(campaign: Campaign, days: Sequence[dt.date]) -> dict[dt.date, int]:
    """How many have each of `days` already; who is due on a day off waits for the working day after it."""
    before = working_days(campaign, days[0] - 4 * LOOKS_AHEAD * A_DAY, days[0])[-1:] or [days[0] - A_DAY]
    rows = campaign.slots.filter(due_on__gt=before[0], due_on__lte=days[-1]).order_by()
    loads = dict.fromkeys(days, 0)
    for due_on, count in rows.values_list("due_on").annotate(n=Count("pk")):
        loads[next(day for day in days if day >= due_on)] += count
    return loads
