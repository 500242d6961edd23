from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from surveys import continuous, waves
from surveys.enums import CampaignKind, CampaignStatus, HoldKind, SkipReason, TouchKind, Unit
from surveys.models import Campaign, Contact, Hold, Message, Segment, Slot, Touch, Wave
from surveys.transitions import WrongState
from tests.factories import make_account, make_brand, make_campaign, make_contact
from tests.sizes import WHOLE_ONCE, whole_once_or

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)


def make_continuous(**fields: Any) -> Campaign:
    """Every five weeks from a Monday on: twenty-five working days."""
    values = {
        "kind": CampaignKind.CONTINUOUS,
        "status": CampaignStatus.ACTIVE,
        "activated_at": at(MONDAY - DAY),
        "starts_on": MONDAY,
        "every": 5,
        "unit": Unit.WEEK,
        "throttle_days": 30,
    }
    return make_campaign(**{**values, **fields})


def make_people(number: int, **fields: Any) -> None:
    """More of them than one would like to make one by one."""
    first = make_contact(**fields)
    copies = []
    for place in range(number - 1):
        email = f"someone{first.pk}-{place}@example.com"
        copies.append(Contact(email=email, address_hash=email[:64], basis=first.basis, **fields))
    Contact.objects.bulk_create(copies)


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def slots(campaign: Campaign) -> list[dt.date]:
    return list(campaign.slots.order_by("due_on").values_list("due_on", flat=True))


def invited(contact: Contact, when: dt.datetime) -> None:
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=when)


def run_day(day: dt.date) -> list[Wave]:
    """What the schedule does on a day; each mail leaves at once."""
    started = waves.start_due(at=at(day))
    mails = Message.objects.filter(status="queued")
    people = mails.values_list("contact", flat=True)
    Touch.objects.bulk_create(Touch(contact_id=pk, kind=TouchKind.INVITATION, at=at(day)) for pk in people)
    mails.update(status="sent")
    waves.finish_done(at=at(day))
    return started


def asked_on(campaign: Campaign) -> dict[dt.date, int]:
    found: Counter[dt.date] = Counter()
    found.update(campaign.waves.filter(invitations__skip_reason="").values_list("day", flat=True))
    return dict(found)


# ---------------------------------------------------------------------------------------------------------- first slots


def test_five_hundred_people_over_twenty_five_working_days_are_twenty_a_day() -> None:
    make_people(500)
    campaign = make_continuous()

    planned = continuous.plan(campaign, MONDAY)

    working = [day for week in range(5) for day in (MONDAY + week * WEEK + number * DAY for number in range(5))]
    assert planned == 500
    assert Counter(slots(campaign)) == dict.fromkeys(working, 20)


def test_second_run_of_the_planner_changes_nothing() -> None:
    make_people(500)
    campaign = make_continuous()
    continuous.plan(campaign, MONDAY)
    before = list(Slot.objects.order_by("pk").values_list())

    planned = continuous.plan(campaign, MONDAY)

    assert planned == 0
    assert list(Slot.objects.order_by("pk").values_list()) == before


def test_each_day_has_its_share_of_each_kind_of_account() -> None:
    gold, iron = make_account(segment="gold"), make_account(segment="iron")
    make_people(50, account=gold)
    make_people(200, account=iron)
    campaign = make_continuous()

    continuous.plan(campaign, MONDAY)

    shares = Counter(campaign.slots.values_list("due_on", "contact__account__segment"))
    assert {count for (_day, segment), count in shares.items() if segment == "gold"} <= {1, 2, 3}
    assert set(Counter(slots(campaign)).values()) == {10}


def test_order_is_nobodys_choice_and_differs_between_campaigns() -> None:
    make_people(60)
    orders = []
    for campaign in (make_continuous(), make_continuous()):
        continuous.plan(campaign, MONDAY)
        orders.append(list(campaign.slots.order_by("due_on", "contact").values_list("contact", flat=True)))

    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) != orders[0]


def test_holidays_and_week_ends_have_no_slots() -> None:
    make_people(44)
    brand = make_brand(holidays="2026-03-03\n2026-03-04\n2026-03-05")

    continuous.plan(campaign := make_continuous(brand=brand), MONDAY)

    days = set(slots(campaign))
    assert len(days) == 22
    assert not days & {dt.date(2026, 3, number) for number in (3, 4, 5, 7, 8, 14, 15)}


@pytest.mark.parametrize(
    ("days", "weekdays"), [("135", {0, 2, 4}), ("1234567", {0, 1, 2, 3, 4}), ("67", {5, 6}), ("56", {4})]
)
def test_working_days_are_those_of_the_send_window(days: str, weekdays: set[int]) -> None:
    campaign = make_continuous(window_days=days)

    found = continuous.working_days(campaign, MONDAY, MONDAY + WEEK)

    assert {day.weekday() for day in found} == weekdays


# ------------------------------------------------------------------------------------------------- who was asked lately


@pytest.mark.parametrize(
    ("ago", "due_in"),
    [(60, 30), (0, 90), (89, 1)],  # the first is the published example: sixty days ago, every ninety days
)
def test_who_was_invited_lately_is_due_a_cadence_after_that(ago: int, due_in: int) -> None:
    contact = make_contact()
    invited(contact, at(MONDAY - ago * DAY))
    invited(contact, at(MONDAY - 200 * DAY))
    campaign = make_continuous(every=90, unit=Unit.DAY)

    continuous.plan(campaign, MONDAY)

    assert slots(campaign) == [MONDAY + due_in * DAY]


def test_who_was_invited_long_ago_is_slotted_like_everybody() -> None:
    for _ in range(25):
        invited(make_contact(), at(MONDAY - 35 * DAY))

    continuous.plan(campaign := make_continuous(), MONDAY)

    assert len(set(slots(campaign))) == 25


def test_day_of_an_invitation_is_one_of_the_campaigns_zone() -> None:
    contact = make_contact()
    invited(contact, dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC))  # in Berlin it is Monday
    campaign = make_continuous(timezone="Europe/Berlin")

    continuous.plan(campaign, MONDAY)

    assert slots(campaign) == [MONDAY + 5 * WEEK]


# ------------------------------------------------------------------------------------------------------------ newcomers


def test_newcomers_get_slots_in_what_is_left_of_the_cycle() -> None:
    make_people(50)
    campaign = make_continuous()
    continuous.plan(campaign, MONDAY)
    old = set(campaign.slots.values_list("pk", flat=True))
    make_people(30)
    thursday = MONDAY + 2 * WEEK + 3 * DAY

    campaign.slots.update(due_on=MONDAY + 10 * WEEK)
    planned = continuous.plan(campaign, thursday)

    newcomers = campaign.slots.exclude(pk__in=old).values_list("due_on", flat=True)
    assert planned == 30
    assert set(Counter(newcomers).values()) <= {2, 3}
    assert (min(newcomers), max(newcomers)) == (thursday, MONDAY + 4 * WEEK + 4 * DAY)
    assert len(set(newcomers)) == 12


def test_newcomers_of_the_last_days_of_a_cycle_do_not_come_all_at_once() -> None:
    make_people(26)
    campaign = make_continuous()

    continuous.plan(campaign, MONDAY + 4 * WEEK + 4 * DAY)

    assert Counter(slots(campaign)).most_common(1)[0][1] == 1


def test_cycle_without_a_first_day_begins_with_the_activation() -> None:
    make_people(25)
    campaign = make_continuous(starts_on=None, activated_at=at(MONDAY))

    continuous.plan(campaign, MONDAY)

    assert set(Counter(slots(campaign)).values()) == {1}


def test_only_contacts_of_the_segment_get_slots() -> None:
    make_contact()
    spanish = make_contact(language="es")
    segment = Segment.objects.create(name="Es", conditions=[{"field": "language", "op": "is", "value": "es"}])

    continuous.plan(campaign := make_continuous(segment=segment), MONDAY)

    assert list(campaign.slots.values_list("contact", flat=True)) == [spanish.pk]


def test_after_a_long_pause_nobody_is_asked_in_a_flood() -> None:
    make_people(75)
    campaign = make_continuous()
    continuous.plan(campaign, MONDAY)
    back = MONDAY + 7 * WEEK  # everybody's day is over since more than a week

    continuous.plan(campaign, back)

    working = continuous.working_days(campaign, back, MONDAY + 10 * WEEK)
    assert Counter(slots(campaign)) == dict.fromkeys(working, 5)


# ------------------------------------------------------------------------------------------------------------ the waves


def test_each_working_day_has_a_wave_of_those_who_are_due() -> None:
    make_people(50)
    campaign = make_continuous()

    for number in range(35):
        run_day(MONDAY + number * DAY)

    assert asked_on(campaign) == dict.fromkeys(continuous.working_days(campaign, MONDAY, MONDAY + 5 * WEEK), 2)
    assert campaign.waves.filter(status="finished").count() == 25
    assert Counter(slots(campaign)) == dict.fromkeys(
        continuous.working_days(campaign, MONDAY + 5 * WEEK, MONDAY + 10 * WEEK), 2
    )


CADENCES = [
    {
        "every": 36,
        "unit": Unit.DAY,
        "brand": {"holidays": "2026-04-03\n2026-04-06\n2026-05-01\n2026-05-14\n2026-05-25"},
    },
    {"every": 40, "unit": Unit.DAY},  # falls on other weekdays each time
    {"every": 5, "unit": Unit.WEEK},
    {"every": 1, "unit": Unit.MONTH, "throttle_days": 25},
]


@pytest.mark.slow
@pytest.mark.parametrize("fields", CADENCES if WHOLE_ONCE else CADENCES[:1])
def test_days_stay_even_and_nobody_is_asked_too_soon_or_forgotten(fields: dict[str, Any]) -> None:
    make_people(120)
    brand = make_brand(**fields.get("brand", {}))
    campaign = make_continuous(**{**fields, "brand": brand})

    for number in range(whole_once_or(150, 128)):
        run_day(MONDAY + number * DAY)

    counts = asked_on(campaign)
    whole_weeks = [count for day, count in counts.items() if day >= MONDAY + WEEK]
    assert max(whole_weeks) <= 2 * min(6, max(1, sum(whole_weeks) // len(whole_weeks)))
    for contact in Contact.objects.all():
        days = list(contact.touches.order_by("at").values_list("at__date", flat=True))
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        cadence = {Unit.DAY: campaign.every, Unit.WEEK: 7 * campaign.every, Unit.MONTH: 28}[Unit(campaign.unit)]
        assert len(days) >= 3
        assert min(gaps) >= cadence
        assert max(gaps) <= cadence + 9
    assert Message.objects.count() == Touch.objects.count()


def test_day_with_nobody_due_has_no_wave() -> None:
    make_contact()
    campaign = make_continuous()

    for number in range(35):
        run_day(MONDAY + number * DAY)

    assert campaign.waves.count() == 1


@pytest.mark.parametrize("hour", [9, 10, 23])
def test_wave_starts_when_its_time_has_come(hour: int) -> None:
    make_people(25)
    campaign = make_continuous()

    started = waves.start_due(at=at(MONDAY, hour))

    assert [wave.campaign for wave in started] == [campaign]


@pytest.mark.parametrize(
    ("fields", "when"),
    [
        ({}, at(MONDAY, 8)),
        ({}, at(MONDAY + 5 * DAY)),  # a Saturday
        ({"starts_on": MONDAY + DAY}, at(MONDAY)),
        ({"status": CampaignStatus.PAUSED}, at(MONDAY)),
        ({"status": CampaignStatus.DRAFT, "activated_at": None}, at(MONDAY)),
    ],
)
def test_wave_does_not_start(fields: dict[str, Any], when: dt.datetime) -> None:
    make_people(25)
    make_continuous(**fields)

    assert waves.start_due(at=when) == []
    assert Slot.objects.count() == 0


def test_second_tick_of_a_day_starts_and_plans_nothing() -> None:
    make_people(25)
    make_continuous()
    waves.start_due(at=at(MONDAY))
    before = (Wave.objects.count(), list(Slot.objects.order_by("pk").values_list()))
    make_contact()

    assert waves.start_due(at=at(MONDAY, 12)) == []

    assert (Wave.objects.count(), list(Slot.objects.order_by("pk").values_list())) == before


def test_who_was_missed_is_asked_on_the_first_day_back() -> None:
    make_people(25)
    campaign = make_continuous()
    run_day(MONDAY)

    run_day(MONDAY + 3 * DAY)  # nobody ran anything in between

    assert asked_on(campaign) == {MONDAY: 1, MONDAY + 3 * DAY: 3}


def test_who_is_left_out_has_a_reason_and_the_next_turn() -> None:
    held, throttled = make_contact(), make_contact()
    campaign = make_continuous()
    continuous.plan(campaign, MONDAY)
    campaign.slots.update(due_on=MONDAY)
    Hold.objects.create(contact=held, kind=HoldKind.CASE)
    invited(throttled, at(MONDAY - 10 * DAY))

    (wave,) = waves.start_due(at=at(MONDAY))

    assert dict(wave.invitations.values_list("contact", "skip_reason")) == {
        held.pk: SkipReason.HELD,
        throttled.pk: SkipReason.THROTTLED,
    }
    assert dict(campaign.slots.values_list("contact", "due_on")) == {
        held.pk: MONDAY + 5 * WEEK,
        throttled.pk: MONDAY + 25 * DAY,
    }
    assert wave.status == "finished"


def test_who_has_left_the_segment_is_not_asked_and_keeps_a_place() -> None:
    segment = Segment.objects.create(name="Es", conditions=[{"field": "language", "op": "is", "value": "es"}])
    contact = make_contact(language="es")
    campaign = make_continuous(segment=segment)
    continuous.plan(campaign, MONDAY)
    campaign.slots.update(due_on=MONDAY)
    Contact.objects.filter(pk=contact.pk).update(language="en")

    (wave,) = waves.start_due(at=at(MONDAY))

    assert wave.invitations.count() == 0
    assert slots(campaign) == [MONDAY + 5 * WEEK]


def test_nobody_launches_it_by_hand() -> None:
    make_contact()
    campaign = make_continuous()

    with pytest.raises(WrongState, match="start by themselves"):
        waves.launch(campaign, at=timezone.now())

    assert Wave.objects.count() == 0
