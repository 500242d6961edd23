from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from advocacy import recovery
from advocacy.enums import AttemptChannel, CaseStatus, Outcome
from advocacy.models import Attempt, Case
from advocacy.recovery import Recovery, Verdict
from surveys.analytics.selection import Selection
from surveys.enums import CampaignKind
from surveys.scoring import Share
from tests.factories import make_campaign, make_case, make_contact, make_response, make_team

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
YEAR = Selection(since=dt.date(2026, 1, 1), until=dt.date(2026, 12, 31))


def worked(following: int | None, *, contacted_after: dt.timedelta | None = None, **fields: Any) -> Case:
    """A case of Monday nine o'clock, and what its contact answered half a year later."""
    contact = make_contact()
    answer = make_response(contact=contact, score=2, at=MONDAY)
    at = None if contacted_after is None else MONDAY + contacted_after
    case = make_case(response=answer, opened_at=MONDAY, contacted_at=at, **fields)
    if following is not None:
        make_response(contact=contact, score=following, at=MONDAY + 180 * DAY)
    return case


def found() -> Recovery:
    return recovery.of(YEAR, at=NOW)


def test_contacted_and_not_contacted_are_told_apart_by_the_next_answer() -> None:
    for following in (9, 7, 6, None):
        worked(following, contacted_after=2 * HOUR)
    worked(8)
    worked(0)
    worked(9, contacted_after=200 * DAY)  # after the answer: it did not lead to it

    contacted, alone = found().contacted, found().alone

    assert (contacted.share, contacted.cases, contacted.silent) == (Share(2, 3), 4, 1)
    assert (alone.share, alone.cases, alone.silent) == (Share(2, 3), 3, 0)


def test_only_the_very_next_answer_counts() -> None:
    case = worked(3)
    make_response(contact=case.contact, score=10, at=MONDAY + 200 * DAY)

    assert found().alone.share == Share(0, 1)


def test_answer_after_an_event_is_no_answer_about_the_relationship() -> None:
    case = worked(None)
    make_response(contact=case.contact, score=10, at=MONDAY + 9 * DAY, campaign=make_campaign(kind=CampaignKind.EVENT))
    make_response(contact=case.contact, score=10, at=MONDAY + 9 * DAY, scale="1-10")

    assert (found().alone.share, found().alone.cases) == (Share(0, 0), 1)


def test_answer_that_may_still_change_does_not_count() -> None:
    case = worked(None)
    make_response(contact=case.contact, score=10, at=NOW - HOUR, settles_at=NOW + HOUR)

    assert found().alone.share == Share()


def test_case_that_was_opened_again_keeps_its_first_contact() -> None:
    case = worked(9, status=CaseStatus.OPEN)
    Attempt.objects.create(case=case, channel=AttemptChannel.CALL, reached=True, at=MONDAY + HOUR)
    Attempt.objects.create(case=case, channel=AttemptChannel.CALL, reached=False, at=MONDAY)

    assert found().contacted.share == Share(1, 1)


def test_groups_by_outcome_and_by_open_hours_to_the_first_contact() -> None:
    closed = {"status": CaseStatus.CLOSED, "closed_at": MONDAY + 9 * DAY}
    worked(9, contacted_after=4 * HOUR, outcome=Outcome.RESOLVED, **closed)
    worked(2, contacted_after=DAY, outcome=Outcome.RESOLVED, **closed)  # 8 open hours
    worked(9, contacted_after=4 * DAY, outcome=Outcome.NO_FIX, **closed)
    worked(9, contacted_after=20 * HOUR, team=make_team(timezone="Asia/Tokyo"))
    worked(5)

    told = found()

    assert [(group.key, group.share) for group in told.outcomes] == [
        ("resolved", Share(1, 2)),
        ("no_fix", Share(1, 1)),
        ("open", Share(1, 2)),
    ]
    # In Tokyo it was 18:00 when the case was opened, and 14:00 the next day: five open hours.
    assert [(group.key, group.share) for group in told.spans] == [
        ("up_to_4", Share(1, 1)),
        ("up_to_8", Share(1, 2)),
        ("later", Share(1, 1)),
    ]


@pytest.mark.parametrize(
    ("reached", "alone", "verdict"),
    [
        ((20, 29), (2, 40), Verdict.FEW),
        ((20, 40), (18, 40), Verdict.UNCLEAR),
        ((30, 40), (10, 40), Verdict.MORE),
        ((10, 40), (30, 40), Verdict.LESS),
        ((0, 0), (0, 0), Verdict.FEW),
    ],
)
def test_verdict_needs_numbers_and_an_interval_beside_zero(
    reached: tuple[int, int], alone: tuple[int, int], verdict: Verdict
) -> None:
    first, second = (recovery.Group("", "", cases=n, share=Share(part, n)) for part, n in (reached, alone))

    assert Recovery(first, second, outcomes=[], spans=[]).verdict == verdict


@pytest.mark.parametrize("number", [1, 3])
def test_two_statements_however_many_cases(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _each in range(number):
        worked(9, contacted_after=HOUR, team=make_team())

    with django_assert_num_queries(2), time_machine.travel(NOW, tick=False):
        assert recovery.of(YEAR).contacted.share == Share(number, number)
