from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from advocacy import reports
from surveys.analytics.selection import Selection
from surveys.models import Campaign, DailyCount, Subject
from surveys.scoring import Counts
from tests.factories import make_campaign, make_case, make_fix, make_request, make_response, make_touchpoint

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 20)
MONTH = Selection(since=dt.date(2026, 11, 1), until=dt.date(2026, 11, 30))


def count(campaign: Campaign, promoters: int, passives: int, detractors: int, **fields: Any) -> None:
    values: dict[str, Any] = {"scale": "0-10", "language": "en", "day": DAY, **fields}
    DailyCount.objects.create(
        campaign=campaign, promoters=promoters, passives=passives, detractors=detractors, **values
    )


def test_pairs_of_touchpoint_and_subject_have_score_volume_cases_and_fixes() -> None:
    support, delivery = make_touchpoint(name="Support"), make_touchpoint(name="delivery")
    grinder = Subject.objects.create(key="grinder", name="Grinder")
    calls = make_campaign(touchpoint=support)
    parcels = make_campaign(touchpoint=delivery, subject=grinder)
    count(calls, 20, 10, 10)
    count(calls, 5, 0, 0, day=DAY - dt.timedelta(days=60))
    count(parcels, 6, 2, 2, subject=grinder)
    make_case(response=make_response(campaign=calls, score=2))
    fix = make_fix()
    for _ in range(2):
        make_request(response=make_response(campaign=parcels, subject=grinder, score=7), fix=fix)
    make_request(response=make_response(campaign=parcels, subject=grinder, score=7), fix=make_fix(status="announced"))

    first, second = reports.touchpoints(MONTH)

    assert (first.touchpoint, first.subject, first.counts, first.cases, first.fixes) == (
        "delivery", "Grinder", Counts(6, 2, 2), 0, 1,
    )  # fmt: skip
    assert (second.touchpoint, second.subject, second.counts, second.cases, second.fixes) == (
        "Support", "", Counts(20, 10, 10), 1, 0,
    )  # fmt: skip


def test_pair_with_few_answers_is_hidden_with_the_smallest_beside_it() -> None:
    for name, promoters in (("Few", 3), ("More", 9), ("Most", 40)):
        count(make_campaign(touchpoint=make_touchpoint(name=name)), promoters, 0, 0)

    assert [(cell.touchpoint, cell.is_hidden) for cell in reports.touchpoints(MONTH)] == [
        ("Few", True), ("More", True), ("Most", False),
    ]  # fmt: skip


def test_many_pairs_take_as_many_statements_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        count(make_campaign(touchpoint=make_touchpoint()), 9, 0, 0)

    with django_assert_num_queries(5):
        reports.touchpoints(MONTH)
