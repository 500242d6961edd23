from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone

from advocacy import asking, publishing, referrals, tiers, trail
from advocacy.enums import (
    AskKind,
    AskStatus,
    GuestStatus,
    PerkKind,
    ReferralStatus,
    StoryStatus,
    StudyStatus,
    TierAction,
)
from advocacy.models import ActionPoints, Advocate, Ask, Tier, TierStanding
from advocacy.tasks import recount_tiers
from surveys import privacy
from surveys.models import Event
from surveys.transitions import record
from tests.factories import (
    make_advocate,
    make_ask,
    make_contact,
    make_guest,
    make_link,
    make_perk,
    make_referral,
    make_response,
    make_study,
    make_testimonial,
    make_tiers,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 29)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def fresh() -> Advocate:
    return make_advocate(response=None, contact=make_contact())


def do(advocate: Advocate, kind: AskKind, day: dt.date = TODAY) -> Ask:
    """An ask that was done on that day, so long ago that nothing was recounted since."""
    return make_ask(advocate=advocate, kind=kind, status=AskStatus.DONE, at=noon(day), ended_at=noon(day))


def stands(advocate: Advocate) -> tuple[str, int, dt.date | None, dt.date | None]:
    row = TierStanding.objects.select_related("tier").get(advocate=advocate)
    return str(row.tier or ""), row.points, row.since, row.held_until


def told(advocate: Advocate) -> list[str]:
    """The latest first."""
    return [trail.sentence(event)[0] for event in trail.events(advocate)]


# ----------------------------------------------------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("kinds", "tier", "points"),
    [
        ([], None, 0),
        ([AskKind.SOCIAL_POST], "Supporter", 1),
        ([AskKind.SPEAKER], "Supporter", 4),
        ([AskKind.CASE_STUDY], "Advocate", 5),
        ([AskKind.SPEAKER, AskKind.ADVISORY_BOARD, AskKind.REFERENCE_CALL], "Advocate", 11),
        ([AskKind.CASE_STUDY, AskKind.SPEAKER, AskKind.REFERENCE_CALL], "Champion", 12),
        ([AskKind.TESTIMONIAL, AskKind.REFERRAL], None, 0),  # of those the thing itself is counted
    ],
)
def test_points_of_what_was_done_make_the_tier(kinds: list[AskKind], tier: str | None, points: int) -> None:
    make_tiers()
    advocate = fresh()
    for kind in kinds:
        do(advocate, kind)

    tiers.recount(on=TODAY)

    if tier is None:
        assert not TierStanding.objects.exists()
    else:
        assert stands(advocate) == (tier, points, TODAY, None)
        assert told(advocate) == [f"Rose to the tier {tier} with {points} points"]


@pytest.mark.parametrize(
    ("done_on", "on", "counts"),
    [
        (dt.date(2025, 11, 29), dt.date(2026, 11, 28), True),
        (dt.date(2025, 11, 29), dt.date(2026, 11, 29), False),  # the same day a year ago is over
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28), True),  # by the calendar, not by 365 days
        (dt.date(2024, 2, 29), dt.date(2025, 3, 1), False),
        (dt.date(2023, 3, 1), dt.date(2024, 2, 29), True),
        (dt.date(2026, 11, 29), dt.date(2026, 11, 29), True),
        (dt.date(2026, 11, 30), dt.date(2026, 11, 29), False),
    ],
)
def test_twelve_months_are_those_of_the_calendar(done_on: dt.date, on: dt.date, counts: bool) -> None:
    advocate = fresh()
    do(advocate, AskKind.BETA, done_on)

    assert dict(tiers.earned(on)) == ({advocate.pk: 2} if counts else {})
    assert [each.points for each in tiers.done_by(advocate, on=on)] == ([2] if counts else [])


def test_days_are_those_of_the_organisation(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    advocate = fresh()
    late = dt.datetime(2025, 11, 29, 15, 30, tzinfo=dt.UTC)  # half past midnight of the 30th in Tokyo
    make_ask(advocate=advocate, kind=AskKind.BETA, status=AskStatus.DONE, at=late, ended_at=late)

    assert tiers.earned(dt.date(2026, 11, 29))[advocate.pk] == 2
    assert tiers.earned(dt.date(2026, 11, 30))[advocate.pk] == 0


def test_too_few_points_are_held_for_ninety_days_and_then_the_tier_ends() -> None:
    make_tiers()
    advocate = fresh()
    do(advocate, AskKind.CASE_STUDY, dt.date(2025, 12, 1))
    do(advocate, AskKind.SOCIAL_POST, dt.date(2026, 6, 1))

    days = (dt.date(2025, 12, 1), dt.date(2026, 6, 1), dt.date(2026, 11, 30), dt.date(2026, 12, 1))
    found = []
    for day in (*days, dt.date(2027, 2, 28), dt.date(2027, 3, 1), dt.date(2027, 6, 1), dt.date(2027, 8, 30)):
        tiers.recount(on=day)
        found.append(stands(advocate))

    began, fell, held = dt.date(2025, 12, 1), dt.date(2027, 3, 1), dt.date(2027, 8, 30)
    assert found == [
        ("Advocate", 5, began, None),
        ("Advocate", 6, began, None),
        ("Advocate", 6, began, None),
        ("Advocate", 1, began, fell),  # 90 days from the first of December
        ("Advocate", 1, began, fell),
        ("Supporter", 1, fell, None),
        ("Supporter", 0, fell, held),
        ("", 0, None, None),
    ]
    assert told(advocate) == [
        "Fell from Supporter with 0 points",
        "0 points are too few for Supporter, held until 30 Aug 2027",
        "Fell from Advocate to Supporter with 1 points",
        "1 points are too few for Advocate, held until 1 Mar 2027",
        "Rose to the tier Advocate with 5 points",
    ]


def test_points_that_come_within_the_grace_keep_the_tier() -> None:
    make_tiers()
    advocate = fresh()
    do(advocate, AskKind.CASE_STUDY, dt.date(2025, 12, 1))
    tiers.recount(on=dt.date(2025, 12, 1))
    tiers.recount(on=dt.date(2026, 12, 1))
    before = stands(advocate)

    do(advocate, AskKind.CASE_STUDY, dt.date(2027, 2, 27))
    tiers.recount(on=dt.date(2027, 2, 27))
    tiers.recount(on=dt.date(2027, 3, 1))

    assert before == ("Advocate", 0, dt.date(2025, 12, 1), dt.date(2027, 3, 1))
    assert stands(advocate) == ("Advocate", 5, dt.date(2025, 12, 1), None)
    assert told(advocate)[0] == "Has points enough for Advocate again: 5"


def test_points_for_more_within_the_grace_rise_at_once() -> None:
    _supporter, middle, top = make_tiers()
    advocate = fresh()
    TierStanding.objects.create(
        advocate=advocate, tier=middle, points=5, since=TODAY - 400 * DAY, held_until=TODAY + 9 * DAY
    )
    for kind in (AskKind.CASE_STUDY, AskKind.SPEAKER, AskKind.REFERENCE_CALL):
        do(advocate, kind)

    tiers.recount(on=TODAY)

    assert stands(advocate) == (top.name, 12, TODAY, None)


def test_grace_does_not_begin_anew_when_points_change() -> None:
    _supporter, _middle, top = make_tiers()
    advocate, ends = fresh(), TODAY + 9 * DAY
    TierStanding.objects.create(advocate=advocate, tier=top, points=0, since=TODAY - 400 * DAY, held_until=ends)
    do(advocate, AskKind.CASE_STUDY)

    tiers.recount(on=TODAY)
    held = stands(advocate)
    tiers.recount(on=ends)

    assert held == ("Champion", 5, TODAY - 400 * DAY, ends)
    assert stands(advocate) == ("Advocate", 5, ends, None)


def test_recount_twice_changes_nothing(django_assert_num_queries: Callable[[int], Any]) -> None:
    make_tiers()
    for _each in range(3):
        do(fresh(), AskKind.SPEAKER)
    assert tiers.recount(on=TODAY) is False
    before = [list(model.objects.order_by("pk").values()) for model in (TierStanding, Event)]

    with django_assert_num_queries(9):  # points, six kinds of things, tiers, standings
        tiers.recount(on=TODAY)

    assert [list(model.objects.order_by("pk").values()) for model in (TierStanding, Event)] == before


@pytest.mark.parametrize("people", [1, 3])
def test_recount_costs_the_same_for_many(people: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    make_tiers()
    for _each in range(people):
        do(fresh(), AskKind.SPEAKER)

    with django_assert_num_queries(22 + people):  # an event of each
        tiers.recount(on=TODAY)

    assert TierStanding.objects.count() == people


def test_task_goes_on_while_more_wait() -> None:
    make_tiers()
    for _each in range(3):
        do(fresh(), AskKind.SPEAKER)

    found = [tiers.recount(on=TODAY, size=2), tiers.recount(on=TODAY, size=2)]

    assert (found, TierStanding.objects.count()) == ([True, False], 3)
    assert recount_tiers() is False


# ------------------------------------------------------------------------------------------------------- what counts


def test_no_score_and_no_kind_word_earns_anything() -> None:
    make_tiers()
    advocate = make_advocate(response=make_response(score=10, comment="The best there is"))
    make_testimonial(contact=advocate.contact)

    tiers.recount()

    assert not TierStanding.objects.exists()


def test_published_testimonial_counts_and_a_withdrawn_one_still_does(alice: User) -> None:
    make_tiers()
    advocate = fresh()
    story = make_testimonial(contact=advocate.contact, status=StoryStatus.APPROVED)

    publishing.publish(story, by=alice)
    risen = stands(advocate)
    publishing.take_off(story, by=alice, reason="The wall is full")
    publishing.publish(story, by=alice)
    type(story).objects.update(status=StoryStatus.WITHDRAWN)
    tiers.recount()

    assert risen == ("Supporter", 2, tiers.today(), None)
    assert stands(advocate) == risen
    type(story).objects.update(status=StoryStatus.REJECTED)
    assert tiers.done_by(advocate) == []


def test_referral_counts_when_it_is_qualified_and_more_as_a_customer(alice: User) -> None:
    make_tiers()
    link = make_link()
    referral = make_referral(link=link)
    assert link.advocate

    referrals.qualify(referral, by=alice)
    qualified = stands(link.advocate)
    referrals.convert(referral, by=alice)
    converted = stands(link.advocate)
    referrals.reject(referral, by=alice, reason="The sale was undone")

    assert (qualified[:2], converted[:2]) == (("Supporter", 1), ("Advocate", 5))
    assert stands(link.advocate) == ("Advocate", 0, tiers.today(), tiers.today() + 90 * DAY)


def test_referral_that_came_to_nothing_was_qualified_all_the_same(alice: User) -> None:
    link = make_link()
    referral = make_referral(link=link)
    referrals.qualify(referral, by=alice)
    type(referral).objects.update(status=ReferralStatus.EXPIRED)
    assert link.advocate

    assert [(each.action, each.points) for each in tiers.done_by(link.advocate)] == [(TierAction.REFERRAL, 1)]


def test_ask_that_is_done_counts_at_once_and_one_declined_does_not() -> None:
    make_tiers()
    done, declined = fresh(), fresh()

    asking.end(make_ask(advocate=done, kind=AskKind.BETA, status=AskStatus.SENT), AskStatus.DONE)
    asking.end(make_ask(advocate=declined, kind=AskKind.BETA, status=AskStatus.SENT), AskStatus.DECLINED)

    assert stands(done) == ("Supporter", 2, tiers.today(), None)
    assert not TierStanding.objects.filter(advocate=declined).exists()


def test_points_and_tiers_can_be_set() -> None:
    make_tiers()
    ActionPoints.objects.update_or_create(action=TierAction.BETA, defaults={"points": 12})
    ActionPoints.objects.update_or_create(action=TierAction.SPEAKER, defaults={"points": 0})
    tester, speaker = fresh(), fresh()
    do(tester, AskKind.BETA)
    do(speaker, AskKind.SPEAKER)

    tiers.recount(on=TODAY)
    Tier.objects.filter(name="Champion").update(points=20)
    tiers.recount(on=TODAY)

    assert stands(tester) == ("Champion", 12, TODAY, TODAY + 90 * DAY)
    assert tiers.done_by(speaker, on=TODAY) == []


def test_next_tier_is_the_step_above_the_points() -> None:
    _low, middle, top = make_tiers()

    assert [tiers.next_tier(tiers.Standing(points=number)) for number in (4, 5, 12)] == [middle, top, None]
    assert tiers.next_tier(tiers.Standing(tier=middle, points=1)) == top


def test_each_step_is_counted_in_one_statement(django_assert_num_queries: Callable[[int], Any]) -> None:
    low, middle, _top = make_tiers()
    TierStanding.objects.create(advocate=fresh(), tier=low, points=1, since=TODAY)
    TierStanding.objects.create(advocate=fresh(), tier=low, points=0, since=TODAY, held_until=TODAY + DAY)
    fresh()

    with django_assert_num_queries(1):
        found = tiers.counts()

    assert (dict(found), middle.pk in found) == ({low.pk: (2, 1), None: (1, 0)}, False)


def test_tier_without_a_day_and_grace_without_a_tier_are_refused() -> None:
    (low, *_others) = make_tiers()

    with pytest.raises(IntegrityError, match="advocacy_standing_has_its_days"):
        TierStanding.objects.create(advocate=fresh(), tier=low, points=1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_recounts_at_the_same_time_tell_it_once() -> None:
    make_tiers()
    advocate = fresh()
    do(advocate, AskKind.SPEAKER)

    at_once(*[lambda: tiers.settle([advocate.pk], on=TODAY)] * 8)

    assert stands(advocate) == ("Supporter", 4, TODAY, None)
    assert told(advocate) == ["Rose to the tier Supporter with 4 points"]


@time_machine.travel(noon(TODAY), tick=False)
def test_merged_contacts_are_counted_together(alice: User) -> None:
    make_tiers()
    keep, gone = fresh(), fresh()
    do(keep, AskKind.SPEAKER)
    do(gone, AskKind.SPEAKER)
    tiers.recount()

    privacy.merge(keep.contact, gone.contact, by=alice)
    tiers.recount()

    assert stands(keep) == ("Advocate", 8, TODAY, None)
    assert TierStanding.objects.count() == 1
    known = privacy.export(keep.contact, by=alice)["advocate"]
    assert (known["standing__tier__name"], known["standing__points"], known["standing__since"]) == (
        "Advocate",
        8,
        TODAY,
    )
    privacy.erase(keep.contact, by=alice)
    assert not TierStanding.objects.exists()


def test_published_study_and_beta_test_count_for_whoever_took_part(alice: User) -> None:
    advocate = make_advocate()
    study = make_study(contact=advocate.contact, status=StudyStatus.PUBLISHED)
    record(study, went_to=StudyStatus.PUBLISHED, by=alice)
    beta = make_perk(kind=PerkKind.BETA)
    record(make_guest(perk=beta, contact=advocate.contact, status=GuestStatus.ATTENDED), went_to=GuestStatus.ATTENDED)
    record(make_guest(contact=advocate.contact, status=GuestStatus.ATTENDED), went_to=GuestStatus.ATTENDED)  # an event
    record(make_guest(perk=beta, contact=make_advocate().contact), went_to=GuestStatus.INVITED)

    found = {each.action for each in tiers.done_by(advocate)}

    assert found == {TierAction.CASE_STUDY, TierAction.BETA}
    assert tiers.earned(tiers.today()) == {advocate.pk: 5 + 2}


def test_study_that_came_of_an_ask_counts_once(alice: User) -> None:
    advocate = make_advocate()
    ask = make_ask(advocate=advocate, kind=AskKind.CASE_STUDY, status=AskStatus.DONE, ended_at=timezone.now())
    study = make_study(contact=advocate.contact, ask=ask, status=StudyStatus.PUBLISHED)
    record(study, went_to=StudyStatus.PUBLISHED, by=alice)

    assert tiers.earned(tiers.today()) == {advocate.pk: 5}
