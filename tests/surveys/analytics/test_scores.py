from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys.analytics import scores
from surveys.models import Subject
from surveys.scoring import Counts
from tests.factories import make_campaign, make_daily_count

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 23)


def test_counts_add_up_over_campaigns_languages_and_days() -> None:
    make_daily_count(day=DAY, promoters=6, passives=2, detractors=1)
    make_daily_count(day=DAY, language="ar", promoters=3)
    make_daily_count(day=DAY - dt.timedelta(days=1), passives=1, detractors=1)

    found = scores.counts(DAY - dt.timedelta(days=1), DAY)

    assert found == Counts(promoters=9, passives=3, detractors=2)


def test_counts_take_in_both_ends_and_nothing_beyond() -> None:
    for offset, promoters in ((-1, 1), (0, 10), (1, 100), (2, 1000), (3, 10000)):
        make_daily_count(day=DAY + dt.timedelta(days=offset), promoters=promoters)

    found = scores.counts(DAY, DAY + dt.timedelta(days=2))

    assert found == Counts(promoters=1110)


def test_counts_of_one_campaign() -> None:
    campaign = make_campaign()
    make_daily_count(campaign=campaign, day=DAY, passives=4)
    make_daily_count(day=DAY, promoters=9)

    found = scores.counts(DAY, DAY, campaign=campaign)

    assert found == Counts(passives=4)


def test_counts_of_one_subject() -> None:
    studio, mini = (Subject.objects.create(key=name, name=name) for name in ("studio", "mini"))
    make_daily_count(day=DAY, subject=studio, detractors=5)
    make_daily_count(day=DAY, subject=mini, promoters=9)
    make_daily_count(day=DAY, promoters=7)

    found = scores.counts(DAY, DAY, subject=studio)

    assert found == Counts(detractors=5)


def test_counts_never_pool_another_scale() -> None:
    make_daily_count(day=DAY, promoters=2)
    make_daily_count(day=DAY, scale="1-10", promoters=50)

    found = scores.counts(DAY, DAY)

    assert found == Counts(promoters=2)


def test_counts_of_days_without_answers_are_none_at_all() -> None:
    found = scores.counts(DAY, DAY)

    assert (found, found.nps) == (Counts(), None)


@pytest.mark.parametrize("rows", [1, 3])
def test_counts_take_one_statement(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(rows):
        make_daily_count(day=DAY, promoters=1)

    with django_assert_num_queries(1):
        found = scores.counts(DAY, DAY)

    assert found == Counts(promoters=rows)
