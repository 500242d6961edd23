from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys.analytics import flow
from surveys.analytics.flow import Flow, Series
from surveys.analytics.selection import Selection
from surveys.enums import Band, CampaignKind, MessageStatus, Scale
from surveys.models import Contact, Response, Wave
from surveys.scoring import Counts
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_response, make_wave

D, A, P = Band.DETRACTOR, Band.PASSIVE, Band.PROMOTER
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SPRING = Selection(since=dt.date(2026, 4, 1), until=dt.date(2026, 4, 30))
AUTUMN = Selection(since=dt.date(2026, 10, 1), until=dt.date(2026, 10, 31))
IN_APRIL, IN_OCTOBER = dt.datetime(2026, 4, 9, 9, tzinfo=dt.UTC), dt.datetime(2026, 10, 9, 9, tzinfo=dt.UTC)

VECTOR_14 = Flow(
    moved={(D, D): 4, (D, A): 3, (D, P): 3, (A, D): 1, (A, A): 6, (A, P): 3, (P, D): 1, (P, A): 2, (P, P): 17}
)


def test_vector_14() -> None:
    change = VECTOR_14.matched_change

    assert (VECTOR_14.first.display, VECTOR_14.second.display, VECTOR_14.second.nps) == (25, 43, Fraction(85, 2))
    assert change
    assert (round(change.value, 9), change.n) == (17.5, 40)
    shares = [VECTOR_14.recovery, VECTOR_14.full_recovery, VECTOR_14.conversion, VECTOR_14.retention]
    assert [share.percent for share in [*shares, VECTOR_14.slippage]] == [60, 30, 30, 85, 15]


def test_change_of_the_same_people_has_the_interval_of_their_shifts() -> None:
    change = VECTOR_14.matched_change

    # Shifts: 2 three times, 1 six times, -1 three times, -2 once, else 0: squares 25, mean 0.175, variance 0.609615.
    assert change
    assert round(change.se, 3) == 12.345
    assert [round(end, 2) for end in change.interval] == [-6.7, 41.7]
    assert change.is_significant is False


def test_total_change_is_matched_change_and_mix() -> None:
    found = Flow(moved={(D, D): 10, (P, P): 30}, lost={D: 8}, silent={P: 2}, new={P: 20, A: 5})
    total, same, mix = found.total_change, found.matched_change, found.mix_effect

    assert total
    assert same
    assert mix
    assert found.first.nps is not None
    assert found.second.nps is not None
    assert round(total.value, 9) == round(float(found.second.nps - found.first.nps), 9)
    assert (round(same.value, 9), round(total.value - same.value - mix.value, 9)) == (0, 0)
    assert (same.n, total.n, mix.n) == (40, 50, 50)
    assert mix.interval.low < mix.value < mix.interval.high


def test_without_people_there_are_no_figures() -> None:
    nobody, strangers = Flow(), Flow(new={P: 3}, lost={D: 40})

    assert (nobody.matched_change, nobody.total_change, nobody.mix_effect, nobody.recovery.percent) == (None,) * 4
    assert (strangers.matched_change, strangers.mix_effect) == (None, None)
    assert strangers.total_change
    assert (round(strangers.total_change.value), strangers.total_change.is_few) == (200, True)
    assert (nobody.is_hidden, strangers.is_hidden) == (False, True)


# -------------------------------------------------------------------------------------------------------------- waves


def make_waves() -> tuple[Wave, Wave]:
    campaign = make_campaign()
    return make_wave(campaign=campaign, day=SPRING.since), make_wave(campaign=campaign, day=AUTUMN.since)


def ask(
    wave: Wave, contact: Contact, score: int | None, *, at: dt.datetime = IN_OCTOBER, bounced: bool = False
) -> None:
    invitation = make_invitation(wave=wave, contact=contact)
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=at, bounced_at=at if bounced else None)
    if score is not None:
        make_response(invitation=invitation, score=score, at=at)


@pytest.mark.django_db
def test_each_contact_is_matched_and_the_rest_is_new_lost_or_silent() -> None:
    first, second = make_waves()
    for was, became in [(3, 9), (6, 7), (8, 8), (10, 0)]:
        contact = make_contact()
        ask(first, contact, was, at=IN_APRIL)
        ask(second, contact, became)
    silent, lost, bounced = make_contact(), make_contact(), make_contact()
    for contact, score in ((silent, 2), (lost, 7), (bounced, 9)):
        ask(first, contact, score, at=IN_APRIL)
    ask(second, silent, None)
    ask(second, bounced, None, bounced=True)
    ask(second, make_contact(), 10)
    ask(second, make_contact(), None)

    found = flow.between_waves(first, second)

    assert found.moved == {(D, P): 1, (D, A): 1, (A, A): 1, (P, D): 1}
    assert (found.new, found.lost, found.silent) == ({P: 1}, {A: 1, P: 1}, {D: 1})
    assert (found.first, found.second) == (Counts(2, 2, 3), Counts(2, 2, 1))


@pytest.mark.django_db
def test_answers_that_may_still_change_and_those_of_nobody_known_are_left_out() -> None:
    first, second = make_waves()
    ask(first, make_contact(), 3, at=IN_APRIL)
    ask(second, make_contact(), 9)
    Response.objects.filter(score=9).update(settles_at=timezone.now() + DAY)
    Response.objects.filter(score=3).update(contact=None)

    assert flow.between_waves(first, second) == Flow()


@pytest.mark.django_db
def test_waves_of_two_campaigns_or_one_twice_are_refused() -> None:
    first, _second = make_waves()

    for other in (first, make_wave()):
        with pytest.raises(ValueError, match="Two different waves of one campaign"):
            flow.between_waves(first, other)


# ------------------------------------------------------------------------------------------------------------ periods


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_latest_answer_of_a_period_counts_and_ties_go_to_the_later_row() -> None:
    contact = make_contact()
    for score, at in [(10, IN_APRIL), (2, IN_APRIL + DAY), (9, IN_OCTOBER), (7, IN_OCTOBER)]:
        make_response(contact=contact, score=score, at=at)

    assert flow.between_periods(SPRING, AUTUMN, series=Series.RELATIONAL).moved == {(D, A): 1}


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_days_begin_and_end_in_the_zone_of_the_organisation() -> None:
    edges = [SPRING.starts_at, SPRING.ends_at, SPRING.starts_at - dt.timedelta(microseconds=1)]
    for score, at in zip([0, 7, 9], edges, strict=True):
        make_response(contact=make_contact(), score=score, at=at)

    assert flow.between_periods(SPRING, AUTUMN, series=Series.RELATIONAL).lost == {D: 1}


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_the_relationship_and_events_are_never_in_one_figure() -> None:
    event = make_campaign(kind=CampaignKind.EVENT)
    contact = make_contact()
    make_response(contact=contact, score=2, at=IN_APRIL)
    make_response(contact=contact, score=9, at=IN_OCTOBER, campaign=event)

    relational = flow.between_periods(SPRING, AUTUMN, series=Series.RELATIONAL)
    transactional = flow.between_periods(SPRING, AUTUMN, series=Series.TRANSACTIONAL)

    assert (relational.lost, relational.new, relational.moved) == ({D: 1}, {}, {})
    assert (transactional.new, transactional.lost, transactional.moved) == ({P: 1}, {}, {})


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_another_scale_is_not_pooled_and_counted_apart() -> None:
    contact = make_contact()
    make_response(contact=contact, score=2, at=IN_APRIL)
    make_response(contact=contact, score=9, at=IN_OCTOBER, scale="1-10")

    found = flow.between_periods(SPRING, AUTUMN, series=Series.RELATIONAL)

    assert (found.matched, found.lost, flow.other_scales(SPRING, AUTUMN)) == (0, {D: 1}, 1)
    assert SPRING.scale == Scale.ZERO_TO_TEN


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("number", [1, 3])
def test_one_statement_however_many_answered(django_assert_num_queries: DjangoAssertNumQueries, number: int) -> None:
    for _each in range(number):
        contact = make_contact()
        make_response(contact=contact, score=2, at=IN_APRIL)
        make_response(contact=contact, score=10, at=IN_OCTOBER)

    with django_assert_num_queries(1):
        found = flow.between_periods(SPRING, AUTUMN, series=Series.RELATIONAL)

    assert found.moved == {(D, P): number}
