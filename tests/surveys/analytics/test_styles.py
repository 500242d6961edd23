from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from surveys import campaigns
from surveys.analytics import styles
from surveys.analytics.rates import Rate
from surveys.enums import CampaignStyle, MessageStatus, Style
from surveys.models import Campaign
from surveys.scoring import Counts
from tests.factories import make_asked_on, make_campaign, make_invitation, make_message

pytestmark = pytest.mark.django_db

BEGUN = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
A_DAY = dt.timedelta(days=1)
LATER = BEGUN + A_DAY


def make_experiment(**fields: Any) -> Campaign:
    with time_machine.travel(BEGUN, tick=False):
        return make_campaign(**{"style": CampaignStyle.EXPERIMENT, **fields})


def found(campaign: Campaign) -> styles.Comparison:
    comparison = styles.compared(campaign)
    assert comparison is not None
    return comparison


@pytest.mark.parametrize("style", Style.values)
def test_campaign_that_was_never_an_experiment_compares_nothing(style: str) -> None:
    campaign = make_campaign(style=style)
    make_asked_on(campaign, Style.BANDED, 9, at=LATER)
    make_asked_on(campaign, Style.NEUTRAL, 9, at=LATER)

    assert styles.compared(campaign) is None


def test_each_look_has_its_score_and_its_rate() -> None:
    campaign = make_experiment()
    make_asked_on(campaign, Style.BANDED, 10, 9, 7, 0, None, at=LATER)
    make_asked_on(campaign, Style.NEUTRAL, 8, None, None, at=LATER)
    make_asked_on(make_experiment(), Style.NEUTRAL, 0, at=LATER)

    comparison = found(campaign)

    assert [look.style for look in comparison.looks] == ["banded", "neutral"]
    assert [look.counts for look in comparison.looks] == [Counts(2, 1, 1), Counts(0, 1, 0)]
    assert [look.rate for look in comparison.looks] == [Rate(4, 5), Rate(1, 3)]


def test_rate_leaves_out_what_came_back_and_what_has_not_left() -> None:
    campaign = make_experiment()
    make_asked_on(campaign, Style.BANDED, 9, at=LATER)
    for fields in ({"bounced_at": BEGUN}, {"status": MessageStatus.QUEUED}, {"letter": "reminder"}):
        invitation = make_invitation(wave=campaign.waves.get(), style=Style.BANDED, created_at=BEGUN + A_DAY)
        make_message(**{"invitation": invitation, "status": MessageStatus.SENT, "sent_at": BEGUN, **fields})

    assert [look.rate for look in found(campaign).looks] == [Rate(1, 1), Rate(0, 0)]


def test_experiment_without_answers_has_nothing_to_say() -> None:
    comparison = found(make_experiment())

    assert comparison.difference is None
    assert [(look.counts, look.rate) for look in comparison.looks] == [(Counts(), Rate(0, 0))] * 2


def test_difference_is_the_one_of_the_reference_vectors() -> None:
    campaign = make_experiment()
    make_asked_on(campaign, Style.BANDED, *[9] * 50, *[7] * 20, *[0] * 30, at=LATER)
    make_asked_on(campaign, Style.NEUTRAL, *[9] * 40, *[7] * 10, *[0] * 50, at=LATER)

    difference = found(campaign).difference

    assert difference is not None
    assert (round(difference.delta, 2), round(difference.low, 2), round(difference.high, 2)) == (29.13, 4.45, 53.80)
    assert (round(difference.p, 4), difference.significant) == (0.0207, True)


@pytest.mark.parametrize(("neutral", "significant"), [(29, None), (30, True)])
def test_verdict_waits_for_thirty_on_each(neutral: int, significant: bool | None) -> None:
    campaign = make_experiment()
    make_asked_on(campaign, Style.BANDED, *[10] * 30, at=LATER)
    make_asked_on(campaign, Style.NEUTRAL, *[0] * neutral, at=LATER)

    difference = found(campaign).difference

    assert difference is not None
    assert difference.significant is significant


def test_who_was_asked_before_or_after_the_experiment_is_left_out(alice: User) -> None:
    campaign = make_experiment(style=CampaignStyle.BANDED)
    for days, style in ((10, CampaignStyle.EXPERIMENT), (20, CampaignStyle.NEUTRAL), (30, CampaignStyle.EXPERIMENT)):
        with time_machine.travel(BEGUN + days * A_DAY, tick=False):
            seen = campaigns.version(campaign)
            campaign = campaigns.change(campaign, by=alice, seen=seen, style=style)
    for days, score in ((5, 0), (10, 10), (15, 10), (20, 0), (25, 0), (35, 10)):
        make_asked_on(campaign, Style.BANDED, score, at=BEGUN + days * A_DAY)

    comparison = found(campaign)

    assert comparison.banded.counts == Counts(promoters=3)
    assert comparison.is_running


def test_experiment_that_is_over_keeps_its_finding(alice: User) -> None:
    campaign = make_experiment()
    make_asked_on(campaign, Style.BANDED, 9, at=LATER)
    with time_machine.travel(BEGUN + 10 * A_DAY, tick=False):
        seen = campaigns.version(campaign)
        campaign = campaigns.change(campaign, by=alice, seen=seen, style=CampaignStyle.NEUTRAL)

    comparison = found(campaign)

    assert (comparison.banded.counts, comparison.is_running) == (Counts(promoters=1), False)


@pytest.mark.parametrize("people", [1, 3])
def test_comparison_takes_three_statements(people: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    campaign = make_experiment()
    make_asked_on(campaign, Style.BANDED, *[9] * people, at=LATER)

    with django_assert_num_queries(3):
        styles.compared(campaign)
